"""The four scores of a dataset, each from 0 to 1, from the ledger and the facts of the last seven days."""

import time as clock
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from toancanh.catalog import Catalog
from toancanh.domain import Quality
from toancanh.domain.declarations import Dataset
from toancanh.indicators.freshness import Freshness, Watch
from toancanh.indicators.measures import day_start
from toancanh.indicators.plan import TimeColumn
from toancanh.indicators.render.quality import QUARANTINE, first_sql, known_sql, lacking_sql, received_sql
from toancanh.indicators.traces import Traces
from toancanh.store import Facts, State, table_name, tables

DAYS = 7
"""How many days of the city are looked at, today included."""
_KEPT = 60.0


@dataclass(frozen=True, slots=True)
class Counts:
    """What happened to the records of one dataset in those days, by the ledger and by the facts."""

    received: int = 0
    stored: int = 0
    quarantined: int = 0
    duplicated: int = 0
    lacking: int = 0
    kept: int = 0
    flagged: int = 0
    nowhere: int = 0


def complete(counts: Counts, present: int, promised: float | None) -> float | None:
    """Return đủ: received over promised records, times the share of received rows that hold all required values.

    đủ = min(1, present / promised) * (1 - lacking / (received - duplicated)), where `present` are the records whose time
    lies in the days looked at, `promised` the series times the time over the promised rhythm, and `lacking` the rows
    refused because a required value is missing. Without a promise only the second factor counts. A dataset that never
    had a record has no score.
    """
    rows = counts.received - counts.duplicated
    held = 1 - counts.lacking / rows if rows > 0 else 1.0
    if promised is None:
        return max(0.0, held) if rows > 0 else None
    return min(1.0, present / promised) * max(0.0, held) if promised > 0 else None


def correct(counts: Counts) -> float | None:
    """Return đúng: records that pass all their checks, over those received without duplicates.

    đúng = (stored - flagged) / (stored + quarantined), where `flagged` are stored with the name of a check they fail.
    """
    rows = counts.stored + counts.quarantined
    if rows <= 0:
        return None
    flagged = counts.flagged / counts.kept * counts.stored if counts.kept else 0.0
    return min(1.0, max(0.0, (counts.stored - flagged) / rows))


def clean(counts: Counts, *, placed: bool) -> float | None:
    """Return sạch: no duplicates, and places resolved (codes are normalised at the door, or refused).

    sạch = (1 - duplicated / received) * (1 - nowhere / stored), the second factor where the dataset has a place.
    """
    if counts.received <= 0:
        return None
    single = 1 - counts.duplicated / counts.received
    found = 1 - counts.nowhere / counts.kept if placed and counts.kept else 1.0
    return min(1.0, max(0.0, single * found))


class Scores:
    """Works out the scores, at most once a minute for each dataset."""

    def __init__(
        self,
        facts: Facts,
        state: State | None,
        catalog: Callable[[], Catalog],
        traces: Traces,
        watch: Watch,
        now: Callable[[], datetime],
    ) -> None:
        self._facts, self._state, self._catalog = facts, state, catalog
        self._traces, self._watch, self._now = traces, watch, now
        self._known: dict[str, tuple[float, Quality]] = {}
        self._quarantine = False

    def forget(self) -> None:
        """Forget everything: the packs were read anew."""
        self._known.clear()

    async def of(self, dataset: str, *, fresh: bool = False) -> Quality:
        """Return the scores of a dataset; `fresh` works them out now."""
        found = self._known.get(dataset)
        if found is not None and clock.monotonic() < found[0] and not fresh:
            return found[1]
        quality = await self._work_out(dataset)
        self._known[dataset] = (clock.monotonic() + _KEPT, quality)
        return quality

    async def _work_out(self, dataset: str) -> Quality:
        declared, now = self._catalog().datasets[dataset], self._now()
        zone = ZoneInfo(self._catalog().city.time_zone)
        first = now.astimezone(zone).date() - timedelta(days=DAYS - 1)
        freshness, trace = await self._watch.of(dataset), await self._traces.of(dataset)
        counts = await self._count(dataset, declared, first, day_start(first, zone))
        present = sum(each.records for (day, _), each in trace.days.items() if day >= first)
        start = day_start(first, zone)
        if declared.expect is not None and present and min(day for day, _ in trace.days) >= first:
            start = max(start, await self._first(dataset, declared))
        promised = _promised(declared, freshness, start, now)
        return Quality(
            complete=complete(counts, present, promised) if freshness.records else None,
            correct=correct(counts),
            clean=clean(counts, placed=_has_area(declared)),
            live=freshness.live,
        )

    async def _count(self, dataset: str, declared: Dataset, first: date, since: datetime) -> Counts:
        sql = received_sql(table_name(dataset), since, placed=_has_area(declared))
        row = (await self._facts.table(sql)).to_pylist()[0]
        booked = await self._booked(dataset, first)
        return Counts(
            *booked,
            lacking=await self._lacking(dataset, since) if booked[2] else 0,
            kept=int(row["records"]),
            flagged=int(row["flagged"]),
            nowhere=int(row["nowhere"]),
        )

    async def _first(self, dataset: str, declared: Dataset) -> datetime:
        zone = self._catalog().city.time_zone
        time = TimeColumn(declared.time, day=declared.columns[declared.time].type == "date")
        found: datetime = (await self._facts.table(first_sql(table_name(dataset), time, zone))).to_pylist()[0]["first"]
        return found

    async def _booked(self, dataset: str, first: date) -> tuple[int, int, int, int]:
        """Return what the ledger says was received, stored, quarantined and duplicated since a day."""
        if self._state is None:
            return (0, 0, 0, 0)
        columns = tables.ledger.c
        sums = [
            func.coalesce(func.sum(columns[name]), 0) for name in ("received", "stored", "quarantined", "duplicated")
        ]
        query = select(*sums).where(columns.dataset == dataset, columns.day >= first)
        row = await self._state.read(lambda connection: connection.execute(query).one())
        return (int(row[0]), int(row[1]), int(row[2]), int(row[3]))

    async def _lacking(self, dataset: str, since: datetime) -> int:
        if not self._quarantine:
            found = (await self._facts.table(known_sql(QUARANTINE))).to_pylist()[0]
            self._quarantine = bool(found["found"])
        if not self._quarantine:
            return 0
        return int((await self._facts.table(lacking_sql(dataset, since))).to_pylist()[0]["rows"])


def _promised(declared: Dataset, freshness: Freshness, start: datetime, now: datetime) -> float | None:
    """Return how many records should have come since `start`."""
    expect = declared.expect
    if expect is None:
        return None
    span = (now - expect.within - start).total_seconds()
    return max(0.0, span) / expect.every.total_seconds() * (expect.series or freshness.seen or 1)


def _has_area(dataset: Dataset) -> bool:
    """Return whether every record of a dataset should lie in an area."""
    return dataset.place is not None and not dataset.place.at_sea
