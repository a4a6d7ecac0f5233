"""Boards: those that packs declare, and those that people save. A saved board is `saved.NAME`."""

import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from toancanh.access import TITLES
from toancanh.catalog import Catalog
from toancanh.domain import Conflict, InvalidInput, NotAllowed, NotFound, Text, Viewer
from toancanh.domain.declarations import Board
from toancanh.store import State, tables
from toancanh.views import history
from toancanh.views.history import Version
from toancanh.views.sharing import May, Reach, Share, reach_of

SAVED = "saved"
_ROWS, _SHARES = tables.boards, tables.board_shares


@dataclass(frozen=True, slots=True)
class BoardEntry:
    """A board with its name. `pack` is `saved` for boards that people made; those have an owner and versions.

    `shared` boards are open to everybody, others to whom `shares` name; `may` is what the asking viewer may do.
    """

    id: str
    pack: str
    board: Board
    owner: str | None = None
    shared: bool = True
    shares: tuple[Share, ...] = ()
    version: int = 1
    may: May = "view"


@dataclass(frozen=True, slots=True)
class Saving:
    """What is said of a save: with whom the board is shared (None: as before), a note, the version that was changed."""

    shared: bool | None = None
    shares: tuple[Share, ...] | None = None
    note: str | None = None
    version: int | None = None
    restored: int | None = None


class Boards:
    """Reads and saves boards. `catalog` gives the catalog in force. Who may see and change one is decided here."""

    def __init__(self, catalog: Callable[[], Catalog], state: State) -> None:
        self._catalog = catalog
        self._state = state

    async def all(self, viewer: Viewer) -> list[BoardEntry]:
        """Return the boards that `viewer` may open: the packs', its own, and what is shared with it."""
        declared = [BoardEntry(name, name.partition(".")[0], board) for name, board in self._catalog().boards.items()]
        reach = self._reach(viewer)

        def read(connection: Connection) -> list[BoardEntry]:
            rows = connection.execute(select(_ROWS).where(reach.visible()).order_by(_ROWS.c.id)).all()
            return _entries(connection, rows, reach)

        return declared + await self._state.read(read)

    async def get(self, board_id: str, viewer: Viewer, version: int | None = None) -> BoardEntry:
        """Return one board, as it is or as `version` was; raise NotFound, and NotAllowed for older ones of others."""
        if not board_id.startswith(SAVED + "."):
            return self._declared(board_id, version)

        def read(connection: Connection) -> BoardEntry:
            entry = self._visible(connection, board_id, viewer)
            if version is None or version == entry.version:
                return entry
            _require(entry, "edit")
            found = history.find(connection, board_id, version)
            return replace(entry, board=Board.model_validate(found.declaration), version=version)

        return await self._state.read(read)

    async def versions(self, board_id: str, viewer: Viewer, before: int | None, limit: int) -> Sequence[Version]:
        """Return at most `limit` versions below `before`, the newest first. For those who may change the board."""

        def read(connection: Connection) -> Sequence[Row[Any]]:
            _require(self._visible(connection, board_id, viewer), "edit")
            return history.read(connection, board_id, before, limit)

        return history.told(await self._state.read(read), limit, self._catalog())

    async def save(self, board: Board, viewer: Viewer, how: Saving, board_id: str | None = None) -> BoardEntry:
        """Keep a new board, or a new version of one; raise Conflict when it was changed since `how.version`.

        Raises NotFound and NotAllowed for a board of others, UnknownName and InvalidInput for names declared nowhere.
        """
        self._check(board)
        return await self._state.write(
            lambda connection: (
                self._create(connection, board, viewer, how)
                if board_id is None
                else self._change(connection, board_id, board, viewer, how)
            )
        )

    async def restore(self, board_id: str, viewer: Viewer, version: int) -> BoardEntry:
        """Make an earlier version the newest, as a new version. Raises what `get` and `save` raise."""

        def change(connection: Connection) -> BoardEntry:
            _require(self._visible(connection, board_id, viewer), "edit")
            board = Board.model_validate(history.find(connection, board_id, version).declaration)
            self._check(board)
            return self._change(connection, board_id, board, viewer, Saving(restored=version))

        return await self._state.write(change)

    async def remove(self, board_id: str, viewer: Viewer) -> None:
        """Delete one's own board with its versions (an administrator may delete any); raise NotFound, NotAllowed."""

        def drop(connection: Connection) -> None:
            _require(self._visible(connection, board_id, viewer), "manage")
            connection.execute(delete(_ROWS).where(_ROWS.c.id == board_id))

        await self._state.write(drop)

    def _create(self, connection: Connection, board: Board, viewer: Viewer, how: Saving) -> BoardEntry:
        now, name = datetime.now(UTC), f"{SAVED}.b{secrets.token_hex(6)}"
        shares = self._known(how.shares or ())
        declaration, shared = board.model_dump(mode="json", by_alias=True), bool(how.shared)
        content = {"owner": viewer.id, "shared": shared, "declaration": declaration, "changed": now}
        connection.execute(insert(_ROWS).values(id=name, version=1, created=now, **content))
        history.keep(connection, name, 1, declaration, viewer, now, how.note, None)
        _share(connection, name, shares)
        return BoardEntry(name, SAVED, board, viewer.id, shared, shares, 1, "manage")

    def _change(self, connection: Connection, board_id: str, board: Board, viewer: Viewer, how: Saving) -> BoardEntry:
        before = self._visible(connection, board_id, viewer)
        _require(before, "edit")
        if how.version is not None and before.version != how.version:
            raise Conflict(
                Text(vi="Bảng này đã được người khác sửa.", en="This board was changed by someone else."),
                Text(vi="Hãy tải lại rồi sửa tiếp.", en="Load it again, then go on."),
                version=before.version,
            )
        shared = before.shared if how.shared is None else how.shared
        shares = before.shares if how.shares is None else self._known(how.shares, before.shares)
        if (shared, shares) != (before.shared, before.shares):
            _require(before, "manage")
            _share(connection, board_id, shares)
        now, version = datetime.now(UTC), before.version + 1
        declaration = board.model_dump(mode="json", by_alias=True)
        content = {"shared": shared, "declaration": declaration, "version": version, "changed": now}
        connection.execute(update(_ROWS).where(_ROWS.c.id == board_id).values(**content))
        history.keep(connection, board_id, version, declaration, viewer, now, how.note, how.restored)
        return replace(before, board=board, shared=shared, shares=shares, version=version)

    def _visible(self, connection: Connection, board_id: str, viewer: Viewer) -> BoardEntry:
        """Return a saved board that `viewer` may see; raise NotFound, so that nobody learns of another's board."""
        reach = self._reach(viewer)
        rows = connection.execute(select(_ROWS).where(_ROWS.c.id == board_id, reach.visible())).all()
        for entry in _entries(connection, rows, reach):
            return entry
        raise _missing(board_id)

    def _declared(self, board_id: str, version: int | None) -> BoardEntry:
        board = self._catalog().boards.get(board_id)
        if board is None or version not in (None, 1):
            raise _missing(board_id)
        return BoardEntry(board_id, board_id.partition(".")[0], board)

    def _reach(self, viewer: Viewer) -> Reach:
        return reach_of(viewer, self._catalog().units)

    def _known(self, shares: Iterable[Share], before: Iterable[Share] = ()) -> tuple[Share, ...]:
        """Return the shares in order, each role and unit once; raise InvalidInput for one that does not exist."""
        known = {("role", role) for role in TITLES} | {("unit", code) for code in self._catalog().units}
        known |= {(share.kind, share.code) for share in before}
        found = {(share.kind, share.code): share for share in shares}
        for kind, code in found:
            if (kind, code) not in known:
                raise InvalidInput(
                    Text(
                        vi=f"Không có vai trò hay đơn vị “{code[:40]}”.", en=f"There is no role or unit '{code[:40]}'."
                    ),
                    Text(vi="Danh mục đơn vị: GET /api/v1/units.", en="Units are listed at GET /api/v1/units."),
                )
        return tuple(sorted(found.values()))

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


def _entries(connection: Connection, rows: Sequence[Row[Any]], reach: Reach) -> list[BoardEntry]:
    """Return rows of boards with whom they are shared, asked for once."""
    shares: dict[str, list[Share]] = defaultdict(list)
    for one in connection.execute(select(_SHARES).where(_SHARES.c.board.in_([row.id for row in rows]))):
        shares[one.board].append(Share(one.kind, one.code, one.edit))
    return [
        BoardEntry(
            id=row.id,
            pack=SAVED,
            board=Board.model_validate(row.declaration),
            owner=row.owner,
            shared=row.shared,
            shares=tuple(sorted(shares[row.id])),
            version=row.version,
            may=reach.may(row, shares[row.id]),
        )
        for row in rows
    ]


def _share(connection: Connection, board_id: str, shares: Iterable[Share]) -> None:
    connection.execute(delete(_SHARES).where(_SHARES.c.board == board_id))
    rows = [{"board": board_id, "kind": one.kind, "code": one.code, "edit": one.edit} for one in shares]
    if rows:
        connection.execute(insert(_SHARES), rows)


def _require(entry: BoardEntry, wanted: May) -> None:
    """Raise NotAllowed unless the viewer may do `wanted` with a board."""
    if entry.may in ("manage", wanted):
        return
    raise NotAllowed(
        Text(vi="Bảng này của người khác.", en="This board belongs to someone else."),
        Text(
            vi="Hãy lưu thành bảng của bạn, hoặc đề nghị chủ bảng cho bạn quyền sửa.",
            en="Save it as a board of your own, or ask its owner to let you change it.",
        ),
    )


def _missing(board_id: str) -> NotFound:
    return NotFound(
        Text(vi=f"Không có bảng “{board_id[:127]}”.", en=f"There is no board '{board_id[:127]}'."),
        Text(vi="Danh mục: GET /api/v1/boards.", en="They are listed at GET /api/v1/boards."),
    )
