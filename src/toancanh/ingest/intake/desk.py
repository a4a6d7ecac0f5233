"""Where each source stands, kept in the state store: its cursor, who reads it, when it is due, how its runs went."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select, update

from toancanh.domain import Receipt, Text
from toancanh.sdk import Cursor, Span
from toancanh.store import State, tables

LEASE = timedelta(seconds=30)
"""For how long a process holds a source without saying so again."""
KEPT = timedelta(days=30)
OPEN_AFTER = 5
"""Failures in a row after which the circuit is open: the source is only probed, each five minutes."""
_STATES, _RUNS = tables.source_states, tables.source_runs


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a source stands. `owner` is the process that reads it now; `problem` is null while it answers."""

    source: str
    paused_by: str | None = None
    cursor: Cursor = None
    owner: str | None = None
    due: datetime | None = None
    asked: datetime | None = None
    failures: int = 0
    problem: Mapping[str, Any] | None = None
    spans: tuple[Mapping[str, Any], ...] = ()

    @property
    def open(self) -> bool:
        """Whether the circuit is open."""
        return self.failures >= OPEN_AFTER


@dataclass(slots=True)
class Run:
    """One reading of a source, and what became of it."""

    source: str
    why: str
    began: datetime
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    ended: datetime | None = None
    deliveries: int = 0
    stored: int = 0
    quarantined: int = 0
    duplicated: int = 0
    bytes: int = 0
    problem: Mapping[str, Any] | None = None

    def add(self, receipt: Receipt, size: int) -> None:
        """Count a delivery of `size` bytes; the receipt of an earlier one says that all of it came before."""
        self.deliveries += 1
        self.bytes += size
        if receipt.received < self.began:
            self.duplicated += receipt.sent
            return
        self.stored += receipt.accepted
        self.quarantined += receipt.quarantined
        self.duplicated += receipt.duplicates


def problem_of(kind: str, message: Text, remedy: Text | None) -> dict[str, Any]:
    """Return a problem as it is kept."""
    return {
        "kind": kind,
        "message": {"vi": message.vi, "en": message.en},
        "remedy": {"vi": remedy.vi, "en": remedy.en} if remedy else None,
    }


class Desk:
    """Reads and writes where sources stand. `owner` names this process."""

    def __init__(self, state: State) -> None:
        self._state = state
        self.owner = uuid.uuid4().hex

    async def standings(self) -> dict[str, Standing]:
        """Return where every source stands that was ever read or paused."""
        return await self._state.read(_standings)

    async def standing(self, source: str) -> Standing:
        """Return where one source stands."""
        return (await self.standings()).get(source) or Standing(source)

    async def hold(self, sources: Collection[str]) -> dict[str, Standing]:
        """Take or keep the leases of these sources that nobody else holds; return those held by this process now."""
        now = datetime.now(UTC)

        def work(connection: Connection) -> dict[str, Standing]:
            known = set(connection.execute(select(_STATES.c.source)).scalars())
            new = [{"source": source, "spans": []} for source in sources if source not in known]
            if new:
                connection.execute(insert(_STATES), new)
            free = or_(_STATES.c.owner.is_(None), _STATES.c.owner == self.owner, _STATES.c.held_until < now)
            connection.execute(
                update(_STATES)
                .where(_STATES.c.source.in_(list(sources)), _STATES.c.paused_by.is_(None), free)
                .values(owner=self.owner, held_until=now + LEASE)
            )
            return {name: one for name, one in _standings(connection).items() if one.owner == self.owner}

        return await self._state.write(work)

    async def let_go(self, sources: Collection[str] | None = None) -> None:
        """Give leases back: those of `sources`, or all of this process."""

        def work(connection: Connection) -> None:
            mine = update(_STATES).where(_STATES.c.owner == self.owner)
            if sources is not None:
                mine = mine.where(_STATES.c.source.in_(list(sources)))
            connection.execute(mine.values(owner=None, held_until=None))

        await self._state.write(work)

    async def move(self, source: str, cursor: Cursor) -> bool:
        """Move the cursor; return False where another process holds the source meanwhile."""

        def work(connection: Connection) -> bool:
            held = (_STATES.c.source == source) & (_STATES.c.owner == self.owner)
            return connection.execute(update(_STATES).where(held).values(cursor=cursor)).rowcount == 1

        return await self._state.write(work)

    async def note(self, run: Run, standing: Mapping[str, Any] | None = None) -> None:
        """Write how a run goes, and with it what changes of where its source stands."""
        told = run.deliveries or run.problem is not None

        def work(connection: Connection) -> None:
            if told:
                values = {name: getattr(run, name) for name in _RUNS.c.keys()}  # noqa: SIM118 - not a mapping
                found = connection.execute(update(_RUNS).where(_RUNS.c.id == run.id).values(values))
                if not found.rowcount:
                    connection.execute(insert(_RUNS), values)
                    connection.execute(delete(_RUNS).where(_RUNS.c.began < run.began - KEPT))
            if standing:
                connection.execute(update(_STATES).where(_STATES.c.source == run.source).values(dict(standing)))

        if told or standing:
            await self._state.write(work)

    async def runs(self, source: str, limit: int) -> list[Run]:
        """Return the newest runs that brought something or failed, newest first."""

        def work(connection: Connection) -> list[Run]:
            wanted = select(_RUNS).where(_RUNS.c.source == source).order_by(_RUNS.c.began.desc()).limit(limit)
            return [Run(**row) for row in connection.execute(wanted).mappings()]

        return await self._state.read(work)

    async def change(self, source: str, **values: Any) -> None:
        """Change where a source stands: paused_by, due, cursor, failures, problem."""

        def work(connection: Connection) -> None:
            _known(connection, source)
            connection.execute(update(_STATES).where(_STATES.c.source == source).values(values))

        await self._state.write(work)

    async def want(self, source: str, span: Span, by: str) -> None:
        """Ask for a range of time again; whoever holds the source fetches it."""
        wanted = {"from": span.start.isoformat(), "to": span.end.isoformat(), "by": by}

        def work(connection: Connection) -> None:
            spans = _known(connection, source)
            if wanted not in spans:
                values = [*spans, wanted]
                connection.execute(update(_STATES).where(_STATES.c.source == source).values(spans=values))

        await self._state.write(work)

    async def had(self, source: str, span: Mapping[str, Any]) -> None:
        """Strike a range off that was fetched, or that failed for good."""

        def work(connection: Connection) -> None:
            spans = [one for one in _known(connection, source) if one != span]
            connection.execute(update(_STATES).where(_STATES.c.source == source).values(spans=spans))

        await self._state.write(work)


def _known(connection: Connection, source: str) -> list[Mapping[str, Any]]:
    """Return the ranges that a source still has to fetch; make its row where there is none."""
    found = connection.execute(select(_STATES.c.spans).where(_STATES.c.source == source)).first()
    if found is None:
        connection.execute(insert(_STATES), {"source": source, "spans": []})
        return []
    return list(found.spans)


def _standings(connection: Connection) -> dict[str, Standing]:
    columns = [_STATES.c[name] for name in Standing.__dataclass_fields__]
    rows = connection.execute(select(*columns)).mappings()
    return {row["source"]: Standing(**{**row, "spans": tuple(row["spans"])}) for row in rows}
