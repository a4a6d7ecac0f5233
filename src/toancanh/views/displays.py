"""Displays: screens by name, the wall that each plays, its key, and its last sign of life."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from toancanh.access import Access, record, require
from toancanh.domain import Grant, InvalidInput, NotAllowed, NotAuthenticated, NotFound, Text, Viewer, WallChanged
from toancanh.domain.declarations import State as Condition
from toancanh.store import Outbox, State, tables
from toancanh.views.walls import WallEntry, check_name, entry, found, taken

HEARTBEAT = timedelta(seconds=20)
"""How often a display reports."""
LATE = 3 * HEARTBEAT
SILENT = 3 * LATE
ROLES = frozenset({"viewer", "display"})
"""What the key of a display may be: it reads, and nothing else."""
_ROWS = tables.displays
_KEYS = tables.api_keys
_QUERY = select(_ROWS, _KEYS.c.revoked, _KEYS.c.id.label("known")).outerjoin(_KEYS, _KEYS.c.id == _ROWS.c.key)


@dataclass(frozen=True, slots=True)
class Display:
    """A screen. `key` is that of the screen itself while it is linked, `report` what it said when last `seen`."""

    name: str
    title: str
    place: str | None
    wall: str | None
    key: str | None
    seen: datetime | None
    report: dict[str, Any] | None

    def condition(self, now: datetime) -> Condition:
        """Return good while it reports, watch when it is late, bad when it is silent, unknown before the first report."""
        if self.seen is None:
            return "unknown"
        silence = now - self.seen
        return "good" if silence <= LATE else "watch" if silence <= SILENT else "bad"


class Displays:
    """Reads, saves and links displays, and hears from them."""

    def __init__(
        self, state: State, outbox: Outbox, access: Access, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._state = state
        self._outbox = outbox
        self._access = access
        self._now = now

    async def all(self) -> list[Display]:
        """Return all displays by name."""
        rows = await self._state.read(lambda connection: connection.execute(_QUERY.order_by(_ROWS.c.name)).all())
        return [_display(row) for row in rows]

    async def get(self, name: str) -> Display:
        """Return one display; raise NotFound."""
        return await self._state.read(lambda connection: _one(connection, name))

    async def playing(self, name: str, viewer: Viewer) -> tuple[Display, WallEntry | None]:
        """Return a display with the wall it plays, for the screen itself or whoever reads internal data."""

        def read(connection: Connection) -> tuple[Display, WallEntry | None]:
            display = _one(connection, name)
            return display, None if display.wall is None else entry(found(connection, display.wall))

        display, wall = await self._state.read(read)
        if not is_itself(display, viewer):
            require(viewer, "read_internal")
        return display, wall

    async def add(self, name: str, title: str, place: str | None, wall: str | None, viewer: Viewer) -> Display:
        """Keep a new display; raise Conflict for a name that is taken, InvalidInput, NotFound for the wall."""
        check_name(name)
        now = self._now()

        def work(connection: Connection) -> Display:
            if connection.execute(select(_ROWS.c.name).where(_ROWS.c.name == name)).first() is not None:
                raise taken(name)
            if wall is not None:
                found(connection, wall)
            connection.execute(
                insert(_ROWS).values(name=name, title=title, place=place, wall=wall, created=now, changed=now)
            )
            record(connection, viewer, "display.create", name, {"wall": wall})
            return _one(connection, name)

        return await self._state.write(work)

    async def change(self, name: str, title: str, place: str | None, wall: str | None, viewer: Viewer) -> Display:
        """Change a display, or what it plays. Raises NotFound."""

        def work(connection: Connection) -> Display:
            _one(connection, name)
            if wall is not None:
                found(connection, wall)
            values = {"title": title, "place": place, "wall": wall, "changed": self._now()}
            connection.execute(update(_ROWS).where(_ROWS.c.name == name).values(**values))
            record(connection, viewer, "display.change", name, {"wall": wall})
            self._tell(connection, name, wall)
            return _one(connection, name)

        return await self._state.write(work)

    async def remove(self, name: str, viewer: Viewer) -> None:
        """Forget a display and make its key worthless. Raises NotFound."""
        await self._unlink(await self.get(name), viewer)

        def work(connection: Connection) -> None:
            _one(connection, name)
            connection.execute(delete(_ROWS).where(_ROWS.c.name == name))
            record(connection, viewer, "display.remove", name)
            self._tell(connection, name, None)

        await self._state.write(work)

    async def link(self, name: str, grants: Sequence[Grant], viewer: Viewer) -> str:
        """Make the key of a screen in place of the one before, and return it: it is shown this once.

        Raises NotFound, InvalidInput for a grant that does more than read.
        """
        before = await self.get(name)
        if not grants or any(grant.role not in ROLES or grant.purpose for grant in grants):
            raise InvalidInput(
                Text(vi="Màn hình chỉ được xem dữ liệu.", en="A display may only look."),
                Text(vi=f"Dùng vai trò: {', '.join(sorted(ROLES))}.", en=f"Use the roles: {', '.join(sorted(ROLES))}."),
            )
        made = await self._access.create_key(viewer, f"display {name}", grants)
        await self._keep_key(name, made.key.id, viewer, "display.link")
        await self._unlink(before, viewer)
        return made.secret

    async def unlink(self, name: str, viewer: Viewer) -> None:
        """Make the key of a screen worthless. Raises NotFound."""
        display = await self.get(name)
        await self._keep_key(name, None, viewer, "display.unlink")
        await self._unlink(display, viewer)

    async def recognise(self, name: str, token: str) -> Viewer:
        """Return the viewer of a display's key; raise NotAuthenticated for any other token."""
        viewer = await self._access.viewer(token)
        if not is_itself(await self.get(name), viewer):
            raise NotAuthenticated(
                Text(vi="Liên kết này không phải của màn hình này.", en="This link is not that of this display."),
                Text(vi="Hãy tạo liên kết mới ở trang Tường màn hình.", en="Make a new link on the page of walls."),
            )
        return viewer

    async def hear(self, name: str, report: dict[str, Any], viewer: Viewer) -> None:
        """Note a sign of life. Raises NotFound, NotAllowed for anybody but the screen itself."""

        def work(connection: Connection) -> None:
            if not is_itself(_one(connection, name), viewer):
                raise NotAllowed(
                    Text(vi="Chỉ chính màn hình này mới báo được.", en="Only the display itself reports."),
                    Text(
                        vi="Mở liên kết của màn hình trên máy của nó.", en="Open the display's link on its own machine."
                    ),
                )
            connection.execute(update(_ROWS).where(_ROWS.c.name == name).values(seen=self._now(), report=report))

        await self._state.write(work)

    async def _keep_key(self, name: str, key: str | None, viewer: Viewer, action: str) -> None:
        def work(connection: Connection) -> None:
            connection.execute(update(_ROWS).where(_ROWS.c.name == name).values(key=key, changed=self._now()))
            record(connection, viewer, action, name)
            self._tell(connection, name, None)

        await self._state.write(work)

    async def _unlink(self, display: Display, viewer: Viewer) -> None:
        if display.key is not None:
            await self._access.revoke_key(viewer, display.key)

    def _tell(self, connection: Connection, name: str, wall: str | None) -> None:
        self._outbox.add(connection, WallChanged(wall or "", name))


def is_itself(display: Display, viewer: Viewer) -> bool:
    """Return whether `viewer` is the screen itself, and not a person who looks at what it shows."""
    return viewer.kind == "key" and display.key == viewer.id


def _one(connection: Connection, name: str) -> Display:
    row = connection.execute(_QUERY.where(_ROWS.c.name == name)).one_or_none()
    if row is None:
        raise NotFound(
            Text(vi=f"Không có màn hình “{name[:63]}”.", en=f"There is no display '{name[:63]}'."),
            Text(vi="Danh mục: GET /api/v1/displays.", en="They are listed at GET /api/v1/displays."),
        )
    return _display(row)


def _display(row: Row[Any]) -> Display:
    key = row.key if row.known is not None and row.revoked is None else None
    return Display(row.name, row.title, row.place, row.wall, key, row.seen, row.report)
