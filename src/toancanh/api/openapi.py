"""The OpenAPI 3.1 document, made from the route table and the models that the routes name."""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from toancanh.access import ROLE_ACTIONS
from toancanh.api.problems import MEDIA_TYPE, TABLE, answered
from toancanh.api.reply import JSON
from toancanh.api.routing import AnyRoute
from toancanh.api.security import COOKIE
from toancanh.domain import (
    VERSION,
    InvalidInput,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    Overloaded,
    Text,
    ToanCanhError,
    TooLarge,
    Unavailable,
    UnsupportedFormat,
)

_Refs = dict[Any, Any]
"""(model, mode) → its schema or a reference to it."""
_REF = "#/components/schemas/{model}"
_TEXT = {"$ref": "#/components/schemas/Text"}
_ABOUT = """\
Everything that the web application shows, it reads here. `{id}` of a dataset, indicator, layer or board is `pack.name`.
Times are RFC 3339; days and months are counted in the city's time zone. Lists are paged by `cursor`, which is `next` of
the page before. Whoever comes without a session reads what is open. Every error is a problem detail (RFC 9457) with a
stable `code`, Vietnamese and English text, and the remedy."""


def document(routes: Sequence[AnyRoute]) -> dict[str, Any]:
    """Return the OpenAPI document of `routes`."""
    refs, schemas = _schemas(routes)
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, refs, schemas)
    parameters = {route.params.__name__ for route in routes}
    kept = {name: schema for name, schema in sorted(schemas.items()) if name not in parameters}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Toàn Cảnh",
            "summary": "API of the open-source Intelligent Operations Center.",
            "description": _ABOUT,
            "version": VERSION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{}, {"bearer": []}, {"cookie": []}],
        "tags": [{"name": tag} for tag in dict.fromkeys(route.tag for route in routes)],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "A session token or an API key."},
                "cookie": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "Set by POST /session."},
            },
            "schemas": kept | {"Problem": _problem()},
        },
    }


def render(routes: Sequence[AnyRoute]) -> str:
    """Return the document as the text of a file."""
    return json.dumps(document(routes), ensure_ascii=False, indent=1) + "\n"


def _schemas(routes: Iterable[AnyRoute]) -> tuple[_Refs, dict[str, Any]]:
    wanted: dict[tuple[type[BaseModel], JsonSchemaMode], None] = {(Text, "validation"): None}
    for route in routes:
        wanted[route.params, "validation"] = None
        if route.body is not None:
            wanted[route.body, "validation"] = None
        if route.gives is not None:
            wanted[route.gives, "serialization"] = None
    refs, definitions = models_json_schema(list(wanted), ref_template=_REF)
    schemas: dict[str, Any] = definitions.get("$defs", {})
    return dict(refs), schemas


def _operation(route: AnyRoute, refs: _Refs, schemas: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.name,
        "tags": [route.tag],
        "summary": route.title.en,
        "x-summary-vi": route.title.vi,
        "description": route.explains or route.title.en,
    }
    parameters = [*_path_parameters(route), *_query_parameters(route, schemas)]
    if parameters:
        operation["parameters"] = parameters
    if route.body is not None or route.takes:
        operation["requestBody"] = _request_body(route, refs)
    if route.action is not None:
        operation["x-action"] = route.action
        operation["x-roles"] = [role for role, actions in ROLE_ACTIONS.items() if route.action in actions]
        operation["security"] = [{"bearer": []}, {"cookie": []}]
    if route.knock:
        operation["security"] = [{}]
    operation["responses"] = _responses(route, refs)
    return operation


def _path_parameters(route: AnyRoute) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "minLength": 1},
            "description": route.names.get(name, name),
        }
        for name in re.findall(r"\{(\w+)\}", route.path)
    ]


def _query_parameters(route: AnyRoute, schemas: dict[str, Any]) -> list[dict[str, Any]]:
    schema = schemas[route.params.__name__]
    found = []
    for name, field in schema.get("properties", {}).items():
        told = {key: value for key, value in field.items() if key not in ("description", "title")}
        parameter: dict[str, Any] = {"name": name, "in": "query", "required": name in schema.get("required", ())}
        if "description" in field:
            parameter["description"] = field["description"]
        found.append(parameter | {"schema": told})
    if schema.get("additionalProperties") is True:
        found.append(
            {
                "name": "filters",
                "in": "query",
                "required": False,
                "style": "form",
                "explode": True,
                "description": "Conditions on columns: COLUMN=value (several times: any of them), or COLUMN.ge, .gt, "
                ".le, .lt, .ne, .contains, .empty.",
                "schema": {
                    "type": "object",
                    "additionalProperties": {"type": "string"},
                    "examples": [{"pm25.ge": "50"}],
                },
            }
        )
    return found


def _request_body(route: AnyRoute, refs: _Refs) -> dict[str, Any]:
    if route.body is None:
        content: dict[str, Any] = {media: {"schema": {}} for media in route.takes}
    else:
        content = {JSON: {"schema": refs[route.body, "validation"]}}
    if route.example is not None:
        first = next(iter(content))
        content[first]["examples"] = {"example": {"value": route.example}}
    return {"required": True, "content": content}


def _responses(route: AnyRoute, refs: _Refs) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    if route.status == 204:
        responses["204"] = {"description": "Done."}
    else:
        schema = refs[route.gives, "serialization"] if route.gives is not None else {}
        content = {media: {"schema": schema if media == JSON else {}} for media in route.media}
        responses[str(route.status)] = {"description": "The answer.", "content": content}
    for status, says in route.also.items():
        responses[str(status)] = {"description": says}
    told: dict[int, list[str]] = {}
    for error in _errors(route):
        told.setdefault(answered(error).status, []).append(error.code)
    for status, codes in sorted(told.items()):
        responses[str(status)] = {"description": "Problem: " + ", ".join(dict.fromkeys(codes)) + ".", "content": _SAYS}
    responses["default"] = {"description": "Problem.", "content": _SAYS}
    return responses


_SAYS = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}


def _errors(route: AnyRoute) -> list[type[ToanCanhError]]:
    errors: list[type[ToanCanhError]] = [*route.errors, NotAuthenticated, InvalidInput]
    if "{" in route.path:
        errors.append(NotFound)
    if route.action is not None:
        errors.append(NotAllowed)
    if route.body is not None or route.takes:
        errors += [TooLarge, UnsupportedFormat]
    if route.takes:
        errors += [Overloaded, Unavailable]
    return errors


def _problem() -> dict[str, Any]:
    codes = sorted({error.code for error in TABLE})
    return {
        "type": "object",
        "title": "Problem",
        "description": "Problem details (RFC 9457). Further members hold values that machines may read.",
        "required": ["type", "title", "status", "detail", "code", "title_en", "detail_en", "remedy"],
        "properties": {
            "type": {"type": "string", "description": "Where the code is explained.", "format": "uri-reference"},
            "title": {"type": "string", "description": "Kind of problem, Vietnamese."},
            "status": {"type": "integer", "description": "HTTP status."},
            "detail": {"type": "string", "description": "What went wrong, Vietnamese."},
            "code": {"type": "string", "description": "Stable code.", "enum": codes},
            "title_en": {"type": "string", "description": "Kind of problem, English."},
            "detail_en": {"type": "string", "description": "What went wrong, English."},
            "remedy": {"oneOf": [_TEXT, {"type": "null"}], "description": "What to do."},
        },
        "x-errors": [
            {
                "code": error.code,
                "status": how.status,
                "title": how.title.model_dump(),
                "says": (error.__doc__ or "").strip().splitlines()[0],
            }
            for error, how in TABLE.items()
        ],
    }
