"""What stands behind answers, kept at hand: records per dataset, day and source, mended when something is committed.

A passport must not cost a second look at all records. So the table of (day, source) is read once per dataset, and after
a commit only the days that it touched are read again, when somebody asks.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from toancanh.catalog import Catalog
from toancanh.domain import FactsCommitted, Period, SourceTrace
from toancanh.indicators.measures import day_start
from toancanh.indicators.plan import TimeColumn
from toancanh.indicators.render.traces import arrived_sql, days_sql
from toancanh.store import Facts, table_name

_OLDEST = timedelta(hours=6)
"""A table of days is read anew after this time, whatever was heard: records also leave by their own age."""


@dataclass(frozen=True, slots=True)
class DayTrace:
    """The records of one source on one day of the city."""

    records: int
    newest: datetime
    received: datetime


_Days = dict[tuple[date, str], DayTrace]


@dataclass(slots=True)
class Trace:
    """What is known of one dataset. Of the commits `heard` of, `days` holds the first `seen`."""

    days: _Days = field(default_factory=dict)
    dirty: set[date] | None = None
    newest: datetime | None = None
    read: datetime | None = None
    heard: int = 0
    seen: int = -1

    def within(self, first: date, last: date) -> list[SourceTrace]:
        """Return the sources of the days `first` to `last`, both included, the fullest first."""
        sums: dict[str, list[DayTrace]] = {}
        for (day, source), trace in self.days.items():
            if first <= day <= last:
                sums.setdefault(source, []).append(trace)
        found = [
            SourceTrace(
                source=source,
                records=sum(trace.records for trace in traces),
                newest=max(trace.newest for trace in traces),
                received=max(trace.received for trace in traces),
            )
            for source, traces in sums.items()
        ]
        return sorted(found, key=lambda each: (-each.records, each.source))

    def all(self) -> list[SourceTrace]:
        """Return the sources of all days."""
        return self.within(date.min, date.max)


class Traces:
    """Keeps one `Trace` a dataset. `committed` must hear of every commit."""

    def __init__(self, facts: Facts, catalog: Callable[[], Catalog], now: Callable[[], datetime]) -> None:
        self._facts, self._catalog, self._now = facts, catalog, now
        self._known: dict[str, Trace] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    def committed(self, event: FactsCommitted) -> None:
        """Note which days of a dataset have to be read again."""
        trace = self._known.get(event.dataset)
        if trace is None:
            return
        trace.heard += 1
        if event.first is None or event.last is None:
            trace.dirty = None
            return
        if trace.newest is None or event.last > trace.newest:
            trace.newest = event.last
        if trace.dirty is not None:
            zone = ZoneInfo(self._catalog().city.time_zone)
            first, last = event.first.astimezone(zone).date(), event.last.astimezone(zone).date()
            if (last - first).days > 400:
                trace.dirty = None
            else:
                trace.dirty |= {first + timedelta(days=offset) for offset in range((last - first).days + 1)}

    def newest(self, dataset: str) -> datetime | None:
        """Return the newest record's time where it is known for certain without asking."""
        trace = self._known.get(dataset)
        return trace.newest if trace is not None and trace.dirty is not None else None

    def forget(self) -> None:
        """Forget everything: the packs were read anew."""
        self._known.clear()

    async def of(self, dataset: str) -> Trace:
        """Return what is known of a dataset, with all that was committed before. Who asks while it is read shares the next read."""
        trace = self._known.setdefault(dataset, Trace())
        asked = trace.heard
        async with self._locks.setdefault(dataset, asyncio.Lock()):
            stale = trace.read is None or self._now() - trace.read > _OLDEST
            if stale or trace.dirty is None:
                await self._read_all(dataset, trace)
            elif trace.seen < asked:
                await self._read_days(dataset, trace)
            return trace

    async def as_of(self, dataset: str, period: Period, moment: datetime) -> Trace:
        """Return what stood behind the period at an earlier moment."""
        return Trace(await self._read(dataset, period, moment))

    async def arrived(self, datasets: Sequence[str], since: datetime) -> dict[str, int]:
        """Return how many records of each of these datasets were received after `since`."""
        if not datasets:
            return {}
        table = await self._facts.table(arrived_sql([table_name(name) for name in datasets], since))
        counted = {row["_place"]: int(row["_records"]) for row in table.to_pylist()}
        return {name: counted[place] for place, name in enumerate(datasets)}

    async def _read_all(self, dataset: str, trace: Trace) -> None:
        trace.dirty, trace.seen, trace.read = set(), trace.heard, self._now()
        try:
            trace.days = await self._read(dataset, None, None)
        except BaseException:
            trace.dirty = None
            raise
        trace.newest = max((each.newest for each in trace.days.values()), default=None)

    async def _read_days(self, dataset: str, trace: Trace) -> None:
        days, zone = trace.dirty or set(), ZoneInfo(self._catalog().city.time_zone)
        trace.dirty, trace.seen = set(), trace.heard
        try:
            read: _Days = {}
            for first, last in _runs(days):
                period = Period(day_start(first, zone), day_start(last + timedelta(days=1), zone))
                read |= await self._read(dataset, period, None)
        except BaseException:
            trace.dirty = None
            raise
        trace.days = {key: kept for key, kept in trace.days.items() if key[0] not in days} | read

    async def _read(self, dataset: str, period: Period | None, as_of: datetime | None) -> _Days:
        catalog = self._catalog()
        declared = catalog.datasets[dataset]
        time = TimeColumn(declared.time, day=declared.columns[declared.time].type == "date")
        zone = ZoneInfo(catalog.city.time_zone)
        whole = (self._now().astimezone(zone).utcoffset() or timedelta(0)) % timedelta(hours=1) == timedelta(0)
        hourly = bool(declared.rollups.hourly) and whole and not time.day and as_of is None
        sql = days_sql(table_name(dataset), time, zone.key, period, as_of, hourly=hourly)
        table = await self._facts.table(sql)
        return {
            (_day(row["_day"]), str(row["_from"])): DayTrace(
                int(row["_records"]), row["_newest"].astimezone(UTC), row["_arrived"].astimezone(UTC)
            )
            for row in table.to_pylist()
        }


def _day(value: date | datetime) -> date:
    return value.date() if isinstance(value, datetime) else value


def _runs(days: Iterable[date]) -> list[tuple[date, date]]:
    """Return the unbroken runs of days."""
    found: list[tuple[date, date]] = []
    for day in sorted(days):
        if found and found[-1][1] + timedelta(days=1) == day:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found
