"""Walls: playlists of boards, and a presenter's hand on them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from toancanh.access import record
from toancanh.domain import Conflict, Grant, InvalidInput, NotFound, Text, Viewer, WallChanged
from toancanh.domain.declarations import Wall
from toancanh.store import Outbox, State, tables
from toancanh.views.boards import Boards
from toancanh.views.playing import Command, Control, obey

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
"""What walls and displays are called: short, since people type it and it stands in addresses."""
_SCREEN = Viewer("display", "display", "key", (Grant("display"),))
"""Whom a board must be open to: a screen has none of its own."""
_ROWS = tables.walls
_DISPLAYS = tables.displays


@dataclass(frozen=True, slots=True)
class WallEntry:
    """A wall with its name, and how its playlist runs."""

    id: str
    wall: Wall
    version: int
    control: Control


class Walls:
    """Reads, saves and steers walls."""

    def __init__(self, state: State, outbox: Outbox, boards: Boards, now: Callable[[], datetime] | None = None) -> None:
        self._state = state
        self._outbox = outbox
        self._boards = boards
        self._now = now or _utc_now

    async def all(self) -> list[WallEntry]:
        """Return all walls by name."""
        rows = await self._state.read(lambda connection: connection.execute(select(_ROWS).order_by(_ROWS.c.id)).all())
        return [entry(row) for row in rows]

    async def get(self, wall_id: str) -> WallEntry:
        """Return one wall; raise NotFound."""
        return entry(await self._state.read(lambda connection: found(connection, wall_id)))

    async def add(self, wall_id: str, wall: Wall, viewer: Viewer) -> WallEntry:
        """Keep a new wall; raise Conflict for a name that is taken, InvalidInput."""
        check_name(wall_id)
        await self._check(wall)
        now = self._now()
        control = Control(anchor=now.replace(microsecond=0))

        def work(connection: Connection) -> None:
            if connection.execute(select(_ROWS.c.id).where(_ROWS.c.id == wall_id)).first() is not None:
                raise taken(wall_id)
            values = {"declaration": _plain(wall), "control": _plain(control), "created": now, "changed": now}
            connection.execute(insert(_ROWS).values(id=wall_id, version=1, **values))
            record(connection, viewer, "wall.create", wall_id)
            self._tell(connection, wall_id)

        await self._state.write(work)
        return WallEntry(wall_id, wall, 1, control)

    async def change(self, wall_id: str, wall: Wall, viewer: Viewer, version: int | None) -> WallEntry:
        """Keep a new version; raise NotFound, and Conflict when it was changed since `version`."""
        await self._check(wall)

        def work(connection: Connection) -> WallEntry:
            before = found(connection, wall_id)
            if version is not None and before.version != version:
                raise Conflict(
                    Text(vi="Tường này đã được người khác sửa.", en="This wall was changed by someone else."),
                    Text(vi="Hãy tải lại rồi sửa tiếp.", en="Load it again, then go on."),
                    version=before.version,
                )
            values = {"declaration": _plain(wall), "version": before.version + 1, "changed": self._now()}
            connection.execute(update(_ROWS).where(_ROWS.c.id == wall_id).values(**values))
            record(connection, viewer, "wall.change", wall_id)
            self._tell(connection, wall_id)
            return WallEntry(wall_id, wall, before.version + 1, Control.model_validate(before.control))

        return await self._state.write(work)

    async def remove(self, wall_id: str, viewer: Viewer) -> None:
        """Delete a wall; its displays then play nothing. Raises NotFound."""

        def work(connection: Connection) -> None:
            found(connection, wall_id)
            connection.execute(update(_DISPLAYS).where(_DISPLAYS.c.wall == wall_id).values(wall=None))
            connection.execute(delete(_ROWS).where(_ROWS.c.id == wall_id))
            record(connection, viewer, "wall.remove", wall_id)
            self._tell(connection, wall_id)

        await self._state.write(work)

    async def steer(self, wall_id: str, command: Command, viewer: Viewer) -> WallEntry:
        """Do a presenter's word. Raises NotFound, InvalidInput for a board that the wall cannot show."""
        if command.board is not None:
            await self._check_board(command.board)

        def work(connection: Connection) -> WallEntry:
            before = entry(found(connection, wall_id))
            control = obey(before.wall, before.control, command, self._now())
            connection.execute(update(_ROWS).where(_ROWS.c.id == wall_id).values(control=_plain(control)))
            if command.do in ("alarm", "clear"):
                record(connection, viewer, f"wall.{command.do}", wall_id, {"text": command.text})
            self._tell(connection, wall_id)
            return WallEntry(wall_id, before.wall, before.version, control)

        return await self._state.write(work)

    async def _check(self, wall: Wall) -> None:
        for board in dict.fromkeys(item.board for item in wall.items):
            await self._check_board(board)

    async def _check_board(self, board: str) -> None:
        """Raise InvalidInput for a board that a display may not open."""
        try:
            await self._boards.get(board, _SCREEN)
        except NotFound as error:
            raise InvalidInput(
                Text(
                    vi=f"Tường không chiếu được bảng “{board}”: không có, hoặc chưa chia sẻ.",
                    en=f"The wall cannot show the board '{board}': it is not there, or not shared.",
                ),
                Text(vi="Hãy chia sẻ bảng, hoặc chọn bảng khác.", en="Share the board, or choose another one."),
                board=board,
            ) from error

    def _tell(self, connection: Connection, wall_id: str) -> None:
        self._outbox.add(connection, WallChanged(wall_id, ""))


def entry(row: Row[Any]) -> WallEntry:
    """Return a stored row as a wall."""
    return WallEntry(row.id, Wall.model_validate(row.declaration), row.version, Control.model_validate(row.control))


def found(connection: Connection, wall_id: str) -> Row[Any]:
    """Return the row of a wall; raise NotFound."""
    row = connection.execute(select(_ROWS).where(_ROWS.c.id == wall_id)).one_or_none()
    if row is None:
        raise NotFound(
            Text(vi=f"Không có tường “{wall_id[:63]}”.", en=f"There is no wall '{wall_id[:63]}'."),
            Text(vi="Danh mục: GET /api/v1/walls.", en="They are listed at GET /api/v1/walls."),
        )
    return row


def check_name(name: str) -> None:
    """Raise InvalidInput for a name that cannot stand in an address."""
    if not NAME.fullmatch(name):
        raise InvalidInput(
            Text(vi=f"Tên “{name[:63]}” không hợp lệ.", en=f"The name '{name[:63]}' is not valid."),
            Text(
                vi="Dùng a-z, 0-9 và gạch ngang, tối đa 63 ký tự.",
                en="Use a-z, 0-9 and hyphens, at most 63 characters.",
            ),
        )


def taken(name: str) -> Conflict:
    """Return the problem of a name that is in use."""
    return Conflict(
        Text(vi=f"Tên “{name}” đã được dùng.", en=f"The name '{name}' is taken."),
        Text(vi="Hãy chọn tên khác.", en="Choose another name."),
    )


def _plain(value: Wall | Control) -> dict[str, Any]:
    return value.model_dump(mode="json")


def _utc_now() -> datetime:
    return datetime.now(UTC)
