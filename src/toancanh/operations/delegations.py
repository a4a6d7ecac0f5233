"""Who acts for whom: a person hands a right over to another for a span of time, and every step says so."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, insert, or_, select, update

from toancanh.access import Access, record
from toancanh.domain import InvalidInput, NotFound, Text, Viewer
from toancanh.store import State, tables

_ROWS = tables.delegations
Delegable = Literal["send", "approve"]


@dataclass(frozen=True, slots=True)
class Delegation:
    """`taker` may do what `giver` may, from `start` to `end`."""

    id: str
    giver: str
    giver_name: str
    taker: str
    taker_name: str
    action: Delegable
    start: datetime
    end: datetime
    reason: str | None
    created: datetime
    revoked: datetime | None


class Delegations:
    """Keeps delegations. They hand on what the giver may do then, and nothing that was handed to the giver."""

    def __init__(self, state: State, access: Access, now: Callable[[], datetime]) -> None:
        self._state, self._access, self._now = state, access, now

    async def of(self, viewer: Viewer) -> list[Delegation]:
        """Return the delegations that somebody gave or took, newest first."""
        wanted = (
            select(_ROWS)
            .where(or_(_ROWS.c.giver == viewer.id, _ROWS.c.taker == viewer.id))
            .order_by(_ROWS.c.created.desc())
            .limit(200)
        )
        return await self._state.read(
            lambda connection: [Delegation(**row) for row in connection.execute(wanted).mappings()]
        )

    async def givers(self, taker: Viewer, action: Delegable) -> list[Viewer]:
        """Return for whom somebody may do something now."""
        now = self._now()
        wanted = select(_ROWS.c.giver).where(
            _ROWS.c.taker == taker.id, _ROWS.c.action == action, _ROWS.c.start <= now, _ROWS.c.end > now, _ROWS.c.revoked.is_(None)
        )  # fmt: skip
        ids = await self._state.read(lambda connection: list(connection.execute(wanted).scalars()))
        found = [await self._access.person(one) for one in dict.fromkeys(ids)]
        return [one for one in found if one is not None]

    async def give(
        self, giver: Viewer, taker: str, action: Delegable, start: datetime, end: datetime, reason: str | None
    ) -> Delegation:
        """Hand a right over; raise InvalidInput."""
        other = await self._access.person(taker)
        if other is None or other.id == giver.id or giver.kind != "user":
            raise InvalidInput(
                Text(vi="Không ủy quyền được cho người này.", en="This person cannot be given the right."),
                Text(vi="Hãy chọn một đồng nghiệp đang hoạt động.", en="Choose a colleague who may sign in."),
            )
        now = self._now()
        if end <= max(start, now):
            raise InvalidInput(
                Text(
                    vi="Thời hạn ủy quyền đã qua hoặc ngược.", en="The delegation ends before it begins, or has ended."
                ),
                Text(vi="Chọn ngày kết thúc sau ngày bắt đầu.", en="Choose an end after the start."),
            )
        made = Delegation(
            uuid.uuid4().hex, giver.id, giver.name, other.id, other.name, action, start, end, reason, now, None
        )
        values = {name: getattr(made, name) for name in Delegation.__dataclass_fields__}

        def work(connection: Connection) -> None:
            connection.execute(insert(_ROWS), values)
            told = {"taker": other.id, "action": action, "from": start.isoformat(), "to": end.isoformat()}
            record(connection, giver, "delegation.give", made.id, told)

        await self._state.write(work)
        return made

    async def revoke(self, viewer: Viewer, delegation: str) -> None:
        """Take a right back that one gave; raise NotFound."""

        def work(connection: Connection) -> None:
            mine = (_ROWS.c.id == delegation) & (_ROWS.c.giver == viewer.id) & _ROWS.c.revoked.is_(None)
            if not connection.execute(update(_ROWS).where(mine).values(revoked=self._now())).rowcount:
                raise NotFound(
                    Text(vi="Không có ủy quyền ấy.", en="There is no such delegation."),
                    Text(vi="Có thể đã được thu hồi.", en="It may have been taken back already."),
                )
            record(connection, viewer, "delegation.revoke", delegation)

        await self._state.write(work)
