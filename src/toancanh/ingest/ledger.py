"""The account of what came in: per day, dataset and source. It is compared with the facts whenever the platform starts."""

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Table, select
from sqlalchemy.dialects import postgresql, sqlite

from toancanh.domain import LedgerLine, Text
from toancanh.domain.declarations import Dataset
from toancanh.ingest.shelf import QUARANTINE
from toancanh.store import Facts, identifier, table_name, tables

NAMES = ("sent", "received", "stored", "quarantined", "duplicated", "delivered")
Key = tuple[date, str, str]
"""Day (in the city), dataset, source."""
Change = dict[str, int]
Changes = dict[Key, Change]


def add(changes: Changes, key: Key, **counts: int) -> None:
    """Add counts to the changes of one line."""
    line = changes.setdefault(key, dict.fromkeys(NAMES, 0))
    for name, count in counts.items():
        line[name] += count


def merge(one: Changes, other: Changes) -> None:
    """Add `other` to `one`."""
    for key, counts in other.items():
        add(one, key, **counts)


def book(connection: Connection, changes: Changes) -> None:
    """Add the changes to the stored lines."""
    rows = [
        {"day": day, "dataset": dataset, "source": source, **counts}
        for (day, dataset, source), counts in changes.items()
        if any(counts.values())
    ]
    if not rows:
        return
    connection.execute(_booking(connection.dialect.name), rows)


@functools.cache
def _booking(dialect: str) -> Any:
    found = _insert(dialect, tables.ledger)
    stored = tables.ledger.c
    return found.on_conflict_do_update(
        index_elements=["day", "dataset", "source"],
        set_={name: stored[name] + found.excluded[name] for name in NAMES},
    )


def lines(
    connection: Connection, first: date | None, last: date | None, dataset: str | None, source: str | None
) -> list[LedgerLine]:
    """Return the lines between two days, both included, newest day first."""
    table = tables.ledger.c
    wanted = select(tables.ledger).order_by(table.day.desc(), table.dataset, table.source)
    conditions = [
        table.day >= first if first else None,
        table.day <= last if last else None,
        table.dataset == dataset if dataset else None,
        table.source == source if source else None,
    ]
    wanted = wanted.where(*(condition for condition in conditions if condition is not None))
    return [
        LedgerLine(row.day, row.dataset, row.source, *(getattr(row, name) for name in NAMES))
        for row in connection.execute(wanted)
    ]


@dataclass(frozen=True, slots=True)
class Gap:
    """Records that the ledger knows and the facts no longer have."""

    day: date
    dataset: str
    source: str
    missing: int

    @property
    def text(self) -> Text:
        """The gap as people read it."""
        return Text(
            vi=f"Thiếu {self.missing} bản ghi của {self.dataset} (nguồn {self.source}, nhận ngày {self.day:%d/%m/%Y}) so với sổ cái.",
            en=f"{self.missing} records of {self.dataset} (source {self.source}, received on {self.day}) are missing against the ledger.",
        )


async def count_facts(facts: Facts, dataset_id: str, since: date | None, zone: str) -> dict[tuple[date, str], int]:
    """Return how many records each (day of receipt in the city, source) has, from `since` on."""
    start = _start(since, zone)
    answer = await facts.query(
        f"SELECT toDate(_received, {{zone:String}}) AS day, _source, count() FROM {identifier(table_name(dataset_id))} "
        "WHERE _received >= {start:DateTime64(3, 'UTC')} GROUP BY day, _source",
        {"zone": zone, "start": start},
        format="JSONCompactEachRow",
    )
    return {(date.fromisoformat(day), source): int(count) for day, source, count in _rows(answer.view)}


async def count_quarantine(facts: Facts, since: date | None, zone: str) -> dict[Key, int]:
    """Return how many quarantined rows that were not released each (day, dataset, source) has, from `since` on."""
    answer = await facts.query(
        "SELECT toDate(first, {zone:String}) AS day, dataset, source, count() FROM ("
        f"SELECT id, dataset, source, min(received) AS first, argMax(status, decided) AS now FROM {QUARANTINE} "
        "GROUP BY id, dataset, source HAVING first >= {start:DateTime64(3, 'UTC')} AND now != 'released') "
        "GROUP BY day, dataset, source",
        {"zone": zone, "start": _start(since, zone)},
        format="JSONCompactEachRow",
    )
    return {(date.fromisoformat(day), dataset, source): int(n) for day, dataset, source, n in _rows(answer.view)}


def compare(
    stored: Mapping[Key, int],
    quarantined: Mapping[Key, int],
    known: Sequence[LedgerLine],
    datasets: Mapping[str, Dataset],
) -> tuple[Changes, list[Gap]]:
    """Return (what a crash kept from being booked, what is missing) of the days compared.

    Records whose time is up leave the facts by themselves, so datasets with `keep` have no gaps.
    """
    changes: Changes = {}
    gaps: list[Gap] = []
    booked = {(line.day, line.dataset, line.source): line for line in known}
    for key in {*stored, *quarantined, *booked}:
        line = booked.get(key)
        extra = stored.get(key, 0) - (line.stored if line else 0)
        held = quarantined.get(key, 0) - (line.quarantined if line else 0)
        if extra > 0:
            add(changes, key, sent=extra, received=extra, stored=extra, delivered=extra)
        if held > 0:
            add(changes, key, sent=held, received=held, quarantined=held)
        keeps = datasets[key[1]].keep if key[1] in datasets else timedelta()
        missing = -min(extra, 0) * (keeps is None) - min(held, 0)
        if missing:
            gaps.append(Gap(*key, missing))
    return changes, sorted(gaps, key=lambda gap: (gap.day, gap.dataset, gap.source))


def checkpoint(connection: Connection) -> date | None:
    """Return the last day up to which every account was compared, None when none was."""
    return connection.execute(
        select(tables.ledger_checkpoints.c.day).where(tables.ledger_checkpoints.c.dataset == _ALL)
    ).scalar()


def set_checkpoint(connection: Connection, day: date, stored: int) -> None:
    """Note that the accounts up to `day` were compared, with so many records stored."""
    row = {"dataset": _ALL, "source": "", "day": day, "stored": stored, "at": datetime.now(UTC)}
    found = _insert(connection.dialect.name, tables.ledger_checkpoints)
    found = found.on_conflict_do_update(
        index_elements=["dataset", "source"], set_={k: row[k] for k in ("day", "stored", "at")}
    )
    connection.execute(found, [row])


_ALL = "*"


def _insert(dialect: str, table: Table) -> Any:
    return (sqlite if dialect == "sqlite" else postgresql).insert(table)


def _start(since: date | None, zone: str) -> datetime:
    if since is None:
        return datetime(1970, 1, 1, tzinfo=UTC)
    return datetime(since.year, since.month, since.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _rows(view: memoryview) -> list[Any]:
    return [json.loads(line) for line in bytes(view).splitlines()]
