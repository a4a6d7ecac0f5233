"""The versions of a saved board, and what each changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from toancanh.catalog import Catalog
from toancanh.domain import NotFound, Text, Viewer
from toancanh.domain.declarations import Board, Widget
from toancanh.store import tables

KEPT = 100
"""How many versions of a board are kept; the oldest goes first."""
_VERSIONS = tables.board_versions
_ABOUT = ("title", "description", "last")


@dataclass(frozen=True, slots=True)
class Touched:
    """A widget that a version added, removed, changed or moved. `title` is null for one that is called by its kind."""

    id: str
    kind: str
    title: Text | None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs from the version before: the widgets, and what is said about the board as a whole."""

    added: tuple[Touched, ...]
    removed: tuple[Touched, ...]
    changed: tuple[Touched, ...]
    moved: tuple[Touched, ...]
    about: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """One saved version; `changes` is null where the one before it is not kept. `restored` is the version it repeats."""

    version: int
    at: datetime
    author: str
    name: str
    note: str | None
    restored: int | None
    changes: Changes | None


def keep(
    connection: Connection,
    board_id: str,
    version: int,
    declaration: Mapping[str, Any],
    by: Viewer,
    at: datetime,
    note: str | None,
    restored: int | None,
) -> None:
    """Keep one version, and forget what is older than the newest KEPT."""
    values = {"board": board_id, "version": version, "declaration": declaration, "author": by.id, "name": by.name}
    connection.execute(insert(_VERSIONS).values(**values, at=at, note=note, restored=restored))
    connection.execute(delete(_VERSIONS).where(_VERSIONS.c.board == board_id, _VERSIONS.c.version <= version - KEPT))


def read(connection: Connection, board_id: str, before: int | None, limit: int) -> Sequence[Row[Any]]:
    """Return at most `limit` versions below `before`, the newest first, and the one that the last is compared with."""
    query = select(_VERSIONS).where(_VERSIONS.c.board == board_id).order_by(_VERSIONS.c.version.desc())
    if before is not None:
        query = query.where(_VERSIONS.c.version < before)
    return connection.execute(query.limit(limit + 1)).all()


def find(connection: Connection, board_id: str, version: int) -> Row[Any]:
    """Return one version; raise NotFound."""
    query = select(_VERSIONS).where(_VERSIONS.c.board == board_id, _VERSIONS.c.version == version)
    found = connection.execute(query).one_or_none()
    if found is None:
        raise NotFound(
            Text(vi=f"Không còn bản {version} của bảng này.", en=f"Version {version} of this board is not kept."),
            Text(
                vi=f"Mỗi bảng giữ {KEPT} bản mới nhất: GET /api/v1/boards/{{id}}/versions.",
                en=f"The newest {KEPT} of each board are: GET /api/v1/boards/{{id}}/versions.",
            ),
        )
    return found


def told(rows: Sequence[Row[Any]], limit: int, catalog: Catalog) -> list[Version]:
    """Return at most `limit` of the rows as versions, each compared with the next."""
    boards = [Board.model_validate(row.declaration) for row in rows]
    changes = [changes_of(old, new, catalog) for new, old in pairwise(boards)]
    return [
        Version(row.version, row.at, row.author, row.name, row.note, row.restored, one)
        for row, one in zip(rows[:limit], [*changes, None], strict=False)
    ]


def changes_of(before: Board, after: Board, catalog: Catalog) -> Changes:
    """Return what `after` changed of `before`; widgets are the same where their names are."""
    old = {widget.id: widget for widget in before.widgets}
    new = {widget.id: widget for widget in after.widgets}
    differing = [(new[name], _fields(old[name], new[name])) for name in new if name in old]

    def touched(widget: Widget, fields: tuple[str, ...] = ()) -> Touched:
        return Touched(widget.id, widget.kind, _title(widget, catalog), fields)

    return Changes(
        added=tuple(touched(widget) for name, widget in new.items() if name not in old),
        removed=tuple(touched(widget) for name, widget in old.items() if name not in new),
        changed=tuple(touched(widget, fields) for widget, fields in differing if fields and fields != ("at",)),
        moved=tuple(touched(widget) for widget, fields in differing if fields == ("at",)),
        about=tuple(name for name in _ABOUT if getattr(before, name) != getattr(after, name)),
    )


def _fields(before: Widget, after: Widget) -> tuple[str, ...]:
    return tuple(name for name in Widget.model_fields if getattr(before, name) != getattr(after, name))


def _title(widget: Widget, catalog: Catalog) -> Text | None:
    """Return what people call a widget: its heading, or the title of what it shows."""
    shown = (
        *(catalog.indicators.get(name) for name in widget.indicators),
        catalog.datasets.get(widget.dataset or ""),
        *(catalog.layers.get(name) for name in widget.layers),
    )
    return widget.title or next((one.title for one in shown if one is not None), None)
