"""One board as the YAML that a pack ships: written for somebody to take along, read back with every problem's line."""

from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from toancanh.catalog.catalog import Catalog
from toancanh.catalog.checks import check_shape, read_document
from toancanh.catalog.guard.names import unknown
from toancanh.catalog.references import references
from toancanh.domain import Issue
from toancanh.domain.declarations import Board


def write_board(board: Board) -> str:
    """Return `board` as YAML, with full names and without what is as by default."""
    yaml = YAML()
    yaml.width = 120
    yaml.indent(mapping=2, sequence=4, offset=2)
    text = StringIO()
    yaml.dump(board.model_dump(mode="json", by_alias=True, exclude_defaults=True), text)
    return text.getvalue()


def read_board(text: str, file: str, catalog: Catalog) -> tuple[Board | None, list[Issue]]:
    """Return the board in `text` and nothing, or None and what is wrong with it; `file` is its name in the issues."""
    document, issues = read_document(
        "saved", "boards", "board", Path(Path(file).name or "board").with_suffix(".yaml"), text
    )
    issues = issues or check_shape(document, Board)
    if issues:
        return None, issues
    known: dict[str, tuple[str, Mapping[str, Any]]] = {
        "indicators": ("indicator", catalog.indicators),
        "datasets": ("dataset", catalog.datasets),
        "layers": ("layer", catalog.layers),
    }
    for named in references("boards", document.parsed.value):
        word, names = known[named.kind]
        if named.name not in names:
            error = unknown(word, named.name, list(names))
            issues.append(document.issue(named.path, error.message, error.remedy or error.message, "unknown_name"))
    if issues or not isinstance(document.model, Board):
        return None, issues
    return document.model, []
