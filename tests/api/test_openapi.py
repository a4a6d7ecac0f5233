"""The API's own description, and that nothing undocumented passes."""

import json
import re
from pathlib import Path

import jsonschema
import pytest

from running import City
from toancanh.api import ROUTES, TABLE, AnyRoute, document
from toancanh.domain import ToanCanhError

ROOT = Path(__file__).resolve().parents[2]
HTTP = {"get", "post", "put", "patch", "delete"}


def test_the_document_is_whole_and_valid() -> None:
    found = document(ROUTES)
    text = json.dumps(found)
    for reference in set(re.findall(r'"\$ref": "#/components/schemas/([^"]+)"', text)):
        assert reference in found["components"]["schemas"], reference
    for schema in found["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    for path, methods in found["paths"].items():
        assert set(methods) <= HTTP
        for operation in methods.values():
            named = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "path"}
            assert named == set(re.findall(r"\{(\w+)\}", path))
            for parameter in operation.get("parameters", ()):
                jsonschema.Draft202012Validator.check_schema(parameter["schema"])
                assert parameter.get("description"), (path, parameter["name"])


def test_operations_have_names_of_their_own() -> None:
    names = [route.name for route in ROUTES]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_a_route_says_what_it_does_in_both_languages(route: AnyRoute) -> None:
    assert route.title.vi != route.title.en or route.title.vi.isascii()
    if route.method in ("POST", "PUT", "PATCH") and (route.body is not None or route.takes):
        assert route.example is not None
    if route.body is not None and route.example is not None:
        route.body.model_validate(route.example)
    for model in (route.params, route.body, route.gives):
        if model is not None:
            assert model.__doc__


def test_every_error_of_the_house_is_answered_by_the_table() -> None:
    def below(kind: type[ToanCanhError]) -> set[type[ToanCanhError]]:
        return {kind}.union(*(below(each) for each in kind.__subclasses__()))

    ours = {kind for kind in below(ToanCanhError) if kind.__module__.startswith(("toancanh.domain", "toancanh.api"))}
    assert ours <= TABLE.keys()
    codes = [kind.code for kind in TABLE]
    assert len(codes) == len(set(codes))
    page = (ROOT / "docs" / "reference" / "errors.md").read_text(encoding="utf-8")
    assert [code for code in codes if f"`{code}`" not in page] == []


def test_the_reference_page_needs_nothing_from_elsewhere(city: City) -> None:
    with city.client(None) as client:
        page = client.get("/docs")
        assert page.headers["content-security-policy"].startswith("default-src 'self'")
        assert "//" not in page.text.replace("<!doctype", "")
        assert client.get("/docs/reference.css").headers["content-type"].startswith("text/css")
        assert client.get("/docs/other.js").status_code == 404
