"""JSON Schemas (draft-07, which editors know) of every kind of file, made from the declarations."""

import functools
import json
from typing import Any

from pydantic import BaseModel, TypeAdapter

from toancanh.domain.declarations import (
    Board,
    Calendar,
    Case,
    City,
    Dataset,
    Demo,
    Indicator,
    Layer,
    Organisation,
    Pack,
    Playbook,
    Rule,
    Source,
    Words,
)

MODELS: dict[str, tuple[str, type[BaseModel]]] = {
    "pack": ("pack.yaml", Pack),
    "dataset": ("datasets/NAME.yaml", Dataset),
    "source": ("sources/NAME.yaml", Source),
    "indicator": ("indicators/NAME.yaml", Indicator),
    "rule": ("rules/NAME.yaml", Rule),
    "layer": ("layers/NAME.yaml", Layer),
    "board": ("boards/NAME.yaml", Board),
    "playbook": ("playbooks/NAME.md (front matter)", Playbook),
    "words": ("words.yaml", Words),
    "demo": ("demo/NAME.yaml", Demo),
    "case": ("tests/NAME.yaml", Case),
    "city": ("city.yaml", City),
    "calendar": ("calendars/NAME.yaml", Calendar),
}
"""Name of a schema -> the file it is for, and its model. `units` is a list and stands apart."""
_DRAFT = "http://json-schema.org/draft-07/schema#"


@functools.cache
def schemas() -> dict[str, dict[str, Any]]:
    """Return every schema by its file name ("dataset.json"). It is made once: read it, do not change it."""
    found = {
        f"{name}.json": _draft07(model.model_json_schema(by_alias=True), file) for name, (file, model) in MODELS.items()
    }
    found["units.json"] = _draft07(TypeAdapter(list[Organisation]).json_schema(by_alias=True), "units.yaml")
    return dict(sorted(found.items()))


def schema_text(schema: dict[str, Any]) -> str:
    """Return a schema as it is written to its file."""
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def _draft07(schema: dict[str, Any], file: str) -> dict[str, Any]:
    """Return `schema` in the words of draft-07."""
    converted: dict[str, Any] = _convert(schema)
    title = f"Toàn Cảnh: {file}"
    return {"$schema": _DRAFT, "title": title} | converted


def _convert(node: Any) -> Any:
    if isinstance(node, list):
        return [_convert(item) for item in node]
    if not isinstance(node, dict):
        return node
    found = {
        key: _convert(value)
        for key, value in node.items()
        if key != "discriminator" and not (key == "title" and isinstance(value, str))
    }
    if isinstance(found.get("$ref"), str):
        found["$ref"] = found["$ref"].replace("#/$defs/", "#/definitions/")
        if len(found) > 1:
            found = {"allOf": [{"$ref": found.pop("$ref")}]} | found
    if "$defs" in found:
        found["definitions"] = found.pop("$defs")
    if "prefixItems" in found:
        found["items"] = found.pop("prefixItems")
    if "patternProperties" in found:
        found["additionalProperties"] = False
    return found
