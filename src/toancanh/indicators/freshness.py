"""How new records are, against the promised rhythm: per dataset, source and series. Silence is a signal."""

import asyncio
import time as clock
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from toancanh.catalog import Catalog
from toancanh.domain import FactsCommitted, SourceTrace
from toancanh.domain.declarations import Expect, State
from toancanh.indicators.plan import TimeColumn
from toancanh.indicators.render.quality import series_sql
from toancanh.indicators.traces import Traces
from toancanh.store import Facts, table_name

SEEN = timedelta(days=30)
"""Series heard of within this time are expected to speak."""
_KEPT = 60.0
_LEAST = 5.0
_SHARE = 50.0
"""Looking at all series again may take at most one fiftieth of the time."""
_MOST_SERIES = 500


@dataclass(frozen=True, slots=True)
class SeriesFreshness:
    """One series: what names it, its newest record's time, and its state."""

    series: dict[str, str]
    newest: datetime
    state: State


@dataclass(frozen=True, slots=True)
class SourceFreshness:
    """One source: its records, newest record, last reception, and state."""

    source: str
    records: int
    newest: datetime | None
    received: datetime | None
    state: State


@dataclass(frozen=True, slots=True)
class Freshness:
    """How new a dataset is. `every` is the promised rhythm, `age` in seconds; `series` are the longest silent first.

    `silent_since` is when a dataset in the state bad began to be so: four promises after its newest record.
    """

    dataset: str
    newest: datetime | None
    received: datetime | None
    every: timedelta | None
    state: State
    age: float | None
    records: int
    live: float | None
    silent_since: datetime | None = None
    sources: tuple[SourceFreshness, ...] = ()
    series: tuple[SeriesFreshness, ...] = ()
    seen: int = 0

    @property
    def age_seconds(self) -> float | None:
        """Age of the newest record in seconds."""
        return self.age


def live_score(age: timedelta, expect: Expect) -> float:
    """Return sống for one series: 1 while its newest record is no older than the promise (`every` plus `within`), then
    falling in a straight line to 0 at four times it.
    """
    promise = expect.every + expect.within
    return min(1.0, max(0.0, (4 * promise - age) / (3 * promise)))


def state_of(score: float | None) -> State:
    """Return the state that a live score means: 1 is good, 0 is bad, between them is watch."""
    if score is None:
        return "unknown"
    return "good" if score >= 1 else ("bad" if score <= 0 else "watch")


@dataclass(slots=True)
class _Newest:
    """The newest time of each series, longest silent first, and until when it need not be read again."""

    series: list[tuple[datetime, tuple[str, ...]]]
    until: float
    soonest: float


class Watch:
    """Keeps the freshness of every dataset."""

    def __init__(
        self, facts: Facts, catalog: Callable[[], Catalog], traces: Traces, now: Callable[[], datetime]
    ) -> None:
        self._facts, self._catalog, self._traces, self._now = facts, catalog, traces, now
        self._known: dict[str, _Newest] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    def committed(self, event: FactsCommitted) -> None:
        """Note that series of a dataset have to be read again."""
        found = self._known.get(event.dataset)
        if found is not None:
            found.until = min(found.until, found.soonest)

    def forget(self) -> None:
        """Forget everything: the packs were read anew."""
        self._known.clear()

    async def of(self, dataset: str) -> Freshness:
        """Return how new a dataset is."""
        declared, now = self._catalog().datasets[dataset], self._now()
        trace = await self._traces.of(dataset)
        sources, expect = trace.all(), declared.expect
        newest = max((each.newest for each in sources if each.newest), default=None)
        received = max((each.received for each in sources if each.received), default=None)
        series = await self._series(dataset) if expect and declared.kind == "event" and declared.series else []
        live = _live(expect, series, newest, now)
        state: State = "unknown"
        if expect is not None and newest is not None:
            whole = live_score(now - newest, expect)
            state = "bad" if whole <= 0 else ("good" if (live or 0) >= 0.9 and whole >= 1 else "watch")
        elif expect is not None and sources == []:
            state = "bad"
        return Freshness(
            dataset=dataset,
            newest=newest,
            received=received,
            every=expect.every if expect else None,
            state=state,
            age=None if newest is None else max(0.0, (now - newest).total_seconds()),
            records=sum(each.records for each in sources),
            live=live,
            silent_since=newest + 4 * (expect.every + expect.within) if state == "bad" and expect and newest else None,
            sources=tuple(_source(each, expect, now) for each in sources),
            series=tuple(
                SeriesFreshness(
                    dict(zip(declared.series, names, strict=True)),
                    last,
                    state_of(live_score(now - last, expect) if expect else None),
                )
                for last, names in series[:_MOST_SERIES]
            ),
            seen=len(series),
        )

    async def _series(self, dataset: str) -> list[tuple[datetime, tuple[str, ...]]]:
        async with self._locks.setdefault(dataset, asyncio.Lock()):
            found = self._known.get(dataset)
            if found is not None and clock.monotonic() < found.until:
                return found.series
            declared, catalog = self._catalog().datasets[dataset], self._catalog()
            start = clock.monotonic()
            time = TimeColumn(declared.time, day=declared.columns[declared.time].type == "date")
            table = await self._facts.table(
                series_sql(
                    table_name(dataset),
                    time,
                    declared.series,
                    catalog.city.time_zone,
                    self._now() - SEEN,
                    kept=declared.rollups.last,
                )
            )
            series = [
                (row["_newest"].astimezone(UTC), tuple(str(row[name]) for name in declared.series))
                for row in table.to_pylist()
            ]
            cost = clock.monotonic() - start
            done = clock.monotonic()
            self._known[dataset] = _Newest(series, done + max(_KEPT, cost * _SHARE), done + max(_LEAST, cost * _SHARE))
            return series


def _live(
    expect: Expect | None, series: list[tuple[datetime, tuple[str, ...]]], newest: datetime | None, now: datetime
) -> float | None:
    """Return sống of a dataset: the mean over its series; those promised and never heard of count 0."""
    if expect is None:
        return None
    if not series:
        return 0.0 if newest is None else live_score(now - newest, expect)
    promised = max(len(series), expect.series or 0)
    return sum(live_score(now - last, expect) for last, _ in series) / promised


def _source(trace: SourceTrace, expect: Expect | None, now: datetime) -> SourceFreshness:
    score = live_score(now - trace.newest, expect) if expect and trace.newest else None
    return SourceFreshness(trace.source, trace.records, trace.newest, trace.received, state_of(score))
