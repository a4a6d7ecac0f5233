"""What would become of records, without storing any: mapped, checked, with what is wrong."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np

from toancanh.domain import RowError
from toancanh.ingest.blocks import Block, Part
from toancanh.ingest.problems import Problem
from toancanh.ingest.reader import Reader
from toancanh.ingest.receipts import Delivery
from toancanh.ingest.runner import Unit


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One row: as it came (JSON), as it would be stored (None where it cannot be read), and what is wrong with it."""

    row: int
    raw: str
    record: dict[str, Any] | None
    problems: tuple[RowError, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows of a delivery. `fields` are the raw fields, `total` and `bad` count all its rows that were read."""

    fields: tuple[str, ...]
    rows: tuple[PreviewRow, ...]
    total: int
    bad: int


async def preview(reader: Reader, delivery: Delivery, blocks: Sequence[Block], limit: int) -> Preview:
    """Return what would become of the rows of some blocks of one delivery."""
    loop = asyncio.get_running_loop()
    parts = [Part(delivery, block, 0, last=block is blocks[-1], done=loop.create_future()) for block in blocks]
    reading = await reader.read(delivery.subject, parts)
    found = [row for unit in reading.units for row in await _rows(unit, limit)]
    found += [
        PreviewRow(item.row, item.raw, None, _errors(item.row, item.problems)) for item in reading.refused[:limit]
    ]
    rows = tuple(sorted(found, key=lambda row: row.row)[:limit])
    bad = sum(int(mask.sum()) for unit in reading.units if (mask := unit.checked.bad) is not None)
    total = sum(len(unit.part) for unit in reading.units) + len(reading.refused)
    return Preview(_fields(rows), rows, total, bad + len(reading.refused))


async def _rows(unit: Unit, limit: int) -> list[PreviewRow]:
    count = min(limit, len(unit.part))
    raws = await unit.raws(np.arange(count, dtype=np.int64))
    names = [name for name in unit.checked.table.column_names if not name.startswith("__")]
    records = unit.checked.table.select(names).slice(0, count).to_pylist()
    wrong: dict[int, list[Problem]] = defaultdict(list)
    for mask, problem in unit.checked.wrong:
        for at in np.flatnonzero(mask[:count]).tolist():
            wrong[at].append(problem)
    return [
        PreviewRow(int(unit.row[at]), raws[at], records[at], _errors(int(unit.row[at]), wrong[at]))
        for at in range(count)
    ]


def _errors(row: int, problems: Sequence[Problem]) -> tuple[RowError, ...]:
    return tuple(RowError(row, problem.column, problem.text, problem.code) for problem in problems)


def _fields(rows: Sequence[PreviewRow]) -> tuple[str, ...]:
    """Return the raw fields of these rows in the order in which they come first."""
    found: dict[str, None] = {}
    for row in rows:
        try:
            values = msgspec.json.decode(row.raw)
        except msgspec.DecodeError:
            continue
        if isinstance(values, dict):
            found.update(dict.fromkeys(values))
    return tuple(found)
