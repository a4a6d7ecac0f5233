"""Boards: those that packs declare, and those that people save. A saved board is `saved.NAME`."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, or_, select, update

from toancanh.catalog import Catalog
from toancanh.domain import Conflict, NotAllowed, NotFound, Text, Viewer
from toancanh.domain.declarations import Board
from toancanh.store import State, tables

SAVED = "saved"
_ROWS = tables.boards


@dataclass(frozen=True, slots=True)
class BoardEntry:
    """A board with its name. `pack` is `saved` for boards that people made; those have an owner and a version."""

    id: str
    pack: str
    board: Board
    owner: str | None = None
    shared: bool = True
    version: int = 1


class Boards:
    """Reads and saves boards. `catalog` gives the catalog in force."""

    def __init__(self, catalog: Callable[[], Catalog], state: State) -> None:
        self._catalog = catalog
        self._state = state

    async def all(self, viewer: Viewer) -> list[BoardEntry]:
        """Return the boards that `viewer` may open: the packs', the shared ones, and its own."""
        declared = [BoardEntry(name, name.partition(".")[0], board) for name, board in self._catalog().boards.items()]
        visible = or_(_ROWS.c.shared.is_(True), _ROWS.c.owner == viewer.id)
        rows = await self._state.read(
            lambda connection: connection.execute(select(_ROWS).where(visible).order_by(_ROWS.c.id)).all()
        )
        return declared + [_entry(row) for row in rows]

    async def get(self, board_id: str, viewer: Viewer) -> BoardEntry:
        """Return one board; raise NotFound."""
        if not board_id.startswith(SAVED + "."):
            board = self._catalog().boards.get(board_id)
            if board is None:
                raise _missing(board_id)
            return BoardEntry(board_id, board_id.partition(".")[0], board)
        found = await self._state.read(lambda connection: _find(connection, board_id))
        if found is None or not (found.shared or found.owner == viewer.id):
            raise _missing(board_id)
        return _entry(found)

    async def save(
        self, board: Board, viewer: Viewer, *, shared: bool, board_id: str | None = None, version: int | None = None
    ) -> BoardEntry:
        """Keep a new board, or a new version of one's own; raise Conflict when it was changed since `version`."""
        self._check(board)
        now = datetime.now(UTC)
        content: dict[str, Any] = {
            "owner": viewer.id,
            "shared": shared,
            "declaration": board.model_dump(mode="json", by_alias=True),
            "changed": now,
        }
        if board_id is None:
            name = f"{SAVED}.b{secrets.token_hex(6)}"
            await self._state.write(
                lambda connection: (
                    connection.execute(insert(_ROWS).values(id=name, version=1, created=now, **content)).rowcount
                )
            )
            return BoardEntry(name, SAVED, board, viewer.id, shared, 1)

        def change(connection: Connection) -> int:
            before = _own(connection, board_id, viewer)
            if version is not None and before.version != version:
                raise Conflict(
                    Text(vi="Bảng này đã được người khác sửa.", en="This board was changed by someone else."),
                    Text(vi="Hãy tải lại rồi sửa tiếp.", en="Load it again, then go on."),
                    version=before.version,
                )
            following: int = before.version + 1
            changed = content | {"owner": before.owner, "version": following}
            connection.execute(update(_ROWS).where(_ROWS.c.id == board_id).values(**changed))
            return following

        return BoardEntry(board_id, SAVED, board, viewer.id, shared, await self._state.write(change))

    async def remove(self, board_id: str, viewer: Viewer) -> None:
        """Delete one's own board (an administrator may delete any); raise NotFound, NotAllowed."""

        def drop(connection: Connection) -> None:
            _own(connection, board_id, viewer)
            connection.execute(delete(_ROWS).where(_ROWS.c.id == board_id))

        await self._state.write(drop)

    def _check(self, board: Board) -> None:
        """Raise UnknownName for a name that is declared nowhere."""
        catalog = self._catalog()
        for widget in board.widgets:
            for name in widget.indicators:
                catalog.indicator(name)
            for name in widget.layers:
                catalog.layer(name)
            if widget.dataset is not None:
                catalog.dataset(widget.dataset)


def _find(connection: Connection, board_id: str) -> Row[Any] | None:
    return connection.execute(select(_ROWS).where(_ROWS.c.id == board_id)).one_or_none()


def _own(connection: Connection, board_id: str, viewer: Viewer) -> Row[Any]:
    found = _find(connection, board_id)
    if found is None:
        raise _missing(board_id)
    if found.owner != viewer.id and not viewer.has("admin"):
        raise NotAllowed(
            Text(vi="Bảng này của người khác.", en="This board belongs to someone else."),
            Text(vi="Hãy lưu thành bảng của bạn.", en="Save it as a board of your own."),
        )
    return found


def _entry(row: Row[Any]) -> BoardEntry:
    board = Board.model_validate(row.declaration)
    return BoardEntry(row.id, SAVED, board, row.owner, row.shared, row.version)


def _missing(board_id: str) -> NotFound:
    return NotFound(
        Text(vi=f"Không có bảng “{board_id[:127]}”.", en=f"There is no board '{board_id[:127]}'."),
        Text(vi="Danh mục: GET /api/v1/boards.", en="They are listed at GET /api/v1/boards."),
    )
