"""Schemas and references are what the code says, and the shipped files keep to them."""

import json
from pathlib import Path

import jsonschema
import pytest

from toancanh.catalog import SHIPPED, functions_reference, generated, packs_reference, schemas
from toancanh.catalog.files import CALENDARS, CITIES
from toancanh.catalog.guard import functions
from toancanh.catalog.reading import read_yaml

ROOT = Path(__file__).resolve().parents[2]
SCHEMA_OF = {
    "datasets": "dataset", "sources": "source", "indicators": "indicator", "rules": "rule", "layers": "layer", "boards": "board",
    "demo": "demo", "tests": "case", "calendars": "calendar", "pack.yaml": "pack", "words.yaml": "words", "city.yaml": "city",
    "units.yaml": "units",
}  # fmt: skip
SCHEMAS = schemas()
GENERATED = generated()
FILES = sorted(path for folder in (SHIPPED, CITIES, CALENDARS) for path in folder.rglob("*.yaml"))


@pytest.mark.parametrize("name", sorted(GENERATED))
def test_a_generated_file_is_up_to_date(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == GENERATED[name], "type: make gen"


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_a_schema_is_draft_07(name: str) -> None:
    schema = SCHEMAS[name]
    jsonschema.Draft7Validator.check_schema(schema)
    assert "$defs" not in json.dumps(schema)
    assert "prefixItems" not in json.dumps(schema)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_shipped_file_keeps_to_its_schema(path: Path) -> None:
    kind = SCHEMA_OF.get(path.name) or SCHEMA_OF[path.parent.name]
    validator = jsonschema.Draft7Validator(SCHEMAS[f"{kind}.json"])
    errors = [
        f"{'.'.join(map(str, error.path))}: {error.message}"
        for error in validator.iter_errors(read_yaml(path.read_text()).value)
    ]
    assert errors == []


def test_a_schema_refuses_what_the_loader_refuses() -> None:
    validator = jsonschema.Draft7Validator(SCHEMAS["dataset.json"])
    good = read_yaml((SHIPPED / "environment" / "datasets" / "air_quality.yaml").read_text()).value
    assert validator.is_valid(good)
    assert not validator.is_valid(good | {"colums": {}})
    assert not validator.is_valid({key: value for key, value in good.items() if key != "time"})


def test_every_key_of_every_declaration_is_described() -> None:
    undescribed = [
        f"{file}: {key}"
        for file, schema in SCHEMAS.items()
        for model in [schema, *schema.get("definitions", {}).values()]
        for key, field in model.get("properties", {}).items()
        if not field.get("description") and key not in ("title", "kind")
    ]
    assert undescribed == []


def test_the_editor_knows_every_schema() -> None:
    settings = json.loads((ROOT / ".vscode" / "settings.json").read_text())
    named = {Path(name).name for name in settings["yaml.schemas"]}
    assert named == {name for name in SCHEMAS if name != "playbook.json"}


def test_the_references_name_everything() -> None:
    page = functions_reference()
    for name in functions.ROW_NAMES | functions.AGGREGATE_NAMES | functions.WINDOW_NAMES:
        assert f"`{name}`" in page
    for file in ("pack.yaml", "datasets/NAME.yaml", "units.yaml"):
        assert f"## {file}" in packs_reference()
