"""The OpenAPI document as a fuzzer reads it: with names that exist offered beside any others."""

import copy
import json
from collections.abc import Mapping, Sequence
from typing import Any

import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
QUESTION = {"indicators": "indicators", "by": "columns", "order": "columns"}
"""Fields of a question that name things, and which names they take."""


@schemathesis.serializer(
    "application/x-ndjson", "text/csv", "application/vnd.apache.arrow.stream", "application/vnd.apache.parquet"
)
def as_text(_context: Any, value: Any) -> bytes:
    """Send any value under any media type."""
    return value if isinstance(value, bytes) else json.dumps(value).encode()


def read(document: Mapping[str, Any], names: Mapping[str, Sequence[str]]) -> Any:
    """Return the schema. `names` holds those offered for a path parameter, by `path parameter`, or by field of a question."""
    found: dict[str, Any] = copy.deepcopy(dict(document))
    for path, methods in found["paths"].items():
        for operation in methods.values():
            for parameter in operation.get("parameters", ()):
                offered = names.get(
                    f"{operation['operationId']} {parameter['name']}", names.get(f"{path} {parameter['name']}")
                )
                if offered:
                    parameter["schema"] = _offering(parameter["schema"], offered)
    fields = found["components"]["schemas"]["Query"]["properties"]
    for field, kind in QUESTION.items():
        fields[field]["items"] = _offering(fields[field]["items"], names[kind])
    return schemathesis.openapi.from_dict(found)


def _offering(schema: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {"anyOf": [{"enum": list(names)}, dict(schema)]}
