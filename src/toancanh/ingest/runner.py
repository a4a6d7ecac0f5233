"""What reading has in common for all formats: running plans, numbering rows, and finding the rows that cannot be read."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from toancanh.domain import CorruptData, Overloaded, QueryTooHeavy, ToanCanhError, Unavailable
from toancanh.ingest.arrow import indices
from toancanh.ingest.blocks import ColumnRows, Part, Refused, Rows, column_raws
from toancanh.ingest.checks import Checked, look
from toancanh.ingest.convert import Decimal
from toancanh.ingest.hashes import DOOR
from toancanh.ingest.plan import Plan
from toancanh.ingest.planner import Planner
from toancanh.ingest.problems import UNREADABLE
from toancanh.ingest.subject import Shape, Subject
from toancanh.store import LONG, Facts

Numbers = npt.NDArray[np.int64]
Raws = Callable[[Numbers], Awaitable[list[str]]]
_MOST_FAILURES = 64
"""How often the engine may give up on parts of one block before what is left is refused as unreadable."""
_MISSES = 3
_AGAIN = 16


@dataclass(slots=True)
class Unit:
    """Rows read together. `part` and `row` say for each where it came from: position in the reading, number from 1.

    `raws` gives rows as they came, as JSON; `decimal` is the decimal sign of the sheet they came in.
    """

    checked: Checked
    part: Numbers
    row: Numbers
    raws: Raws
    decimal: Decimal = ""


@dataclass(slots=True)
class Reading:
    """Everything that became of some parts."""

    parts: list[Part]
    units: list[Unit] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


class CannotRead(Exception):
    """The engine's parser, or an expression of the plan, gave up on these rows."""


class Runner:
    """Runs plans over blocks, and remembers where the fast one is of no use."""

    def __init__(self, facts: Facts, planner: Planner) -> None:
        self.facts = facts
        self.planner = planner
        self._misses: dict[tuple[str | None, object], int] = {}

    async def run(self, plan: Plan, body: bytes, door: str | list[str], first: int) -> pa.Table:
        """Return the typed rows of `body`. Raises CannotRead, Unavailable and its like.

        Rows without a key get the id `door` + number from `first`, or each the one that `door` lists.
        """
        params: dict[str, Any] = {}
        if "{now:" in plan.sql:
            params["now"] = datetime.now(UTC)
        if "{door:" in plan.sql:
            apart = isinstance(door, list)
            params |= {"door": door if isinstance(door, list) else [door], "apart": int(apart), "first": first}
        try:
            return await self.facts.transform(
                plan.sql,
                body,
                format=plan.shape.format,
                structure=plan.shape.structure,
                params=params,
                limits=LONG,
                settings=plan.settings,
            )
        except (Unavailable, CorruptData, Overloaded, QueryTooHeavy):
            raise
        except ToanCanhError as error:
            raise CannotRead from error

    async def careful(
        self,
        subject: Subject,
        reading: Reading,
        rows: Rows,
        shape: Shape,
        part: Numbers,
        numbers: Numbers,
        *,
        decimal: Decimal = "",
    ) -> None:
        """Read rows that can be taken apart: where the engine gives up, halve them until the row is found."""
        plan = await self.planner.plan(subject, shape)
        failures, waiting = 0, [(0, len(rows))]
        while waiting:
            start, stop = waiting.pop()
            piece = rows.part(start, stop)
            try:
                if failures > _MOST_FAILURES:
                    raise CannotRead
                door = _doors(reading.parts, part[start:stop], numbers[start:stop])
                answer = await self.run(plan, piece.body(), door, int(numbers[start]))
                if answer.num_rows != stop - start:
                    raise CannotRead
            except CannotRead:
                failures += 1
                if stop - start > 1 and failures <= _MOST_FAILURES:
                    middle = (start + stop) // 2
                    waiting += [(middle, stop), (start, middle)]
                    continue
                reading.refused.extend(
                    Refused(int(part[at]), int(numbers[at]), (UNREADABLE,), rows.raw(at), decimal)
                    for at in range(start, stop)
                )
                continue
            checked = await looked(answer, plan, reading)
            reading.units.append(Unit(checked, part[start:stop], numbers[start:stop], _kept(piece), decimal))

    def tries(self, subject: Subject, form: object, parts: Sequence[Part]) -> tuple[bool, ...]:
        """Return which plans to try, the fast one first unless it has failed lately on such input."""
        key = (subject.source_id, form)
        missed = self._misses.get(key, 0)
        if missed >= _MISSES and missed % _AGAIN:
            self._misses[key] = missed + 1
            return (False,)
        return (True, False) if all(part.delivery.fast for part in parts) else (False,)

    def tried(self, subject: Subject, form: object, parts: Sequence[Part], *, fast: bool, good: bool) -> None:
        """Note how a plan did."""
        if not fast:
            return
        key = (subject.source_id, form)
        if good:
            self._misses.pop(key, None)
            return
        self._misses[key] = self._misses.get(key, 0) + 1
        for part in parts:
            part.delivery.fast = False


_LARGE = 5_000


async def looked(answer: pa.Table, plan: Plan, reading: Reading) -> Checked:
    """Return the rows with their problems; many rows are looked at in a thread, so that nobody else waits."""
    delivery = reading.parts[0].delivery
    if answer.num_rows > _LARGE:
        return await asyncio.to_thread(look, answer, plan, delivery)
    return look(answer, plan, delivery)


def numbered(parts: Sequence[Part], part: Numbers) -> Numbers:
    """Return the number of each row in its delivery, for rows in the order of their parts."""
    sizes = np.bincount(part, minlength=len(parts))
    firsts = np.array([each.count(int(size)) for each, size in zip(parts, sizes.tolist(), strict=True)], np.int64)
    within = np.arange(len(part), dtype=np.int64) - (np.cumsum(sizes) - sizes)[part]
    found: Numbers = firsts[part] + within
    return found


def door_seed(part: Part) -> str:
    """Return what the ids made for rows of this delivery begin with: the same when it is sent again with its key."""
    return f"{DOOR}{part.delivery.seed}"


def door_id(part: Part, row: int) -> str:
    """Return the id made for one row."""
    return f"{door_seed(part)}.{row}"


def _doors(parts: Sequence[Part], part: Numbers, numbers: Numbers) -> str | list[str]:
    """Return the begin of the ids where the rows follow each other in one delivery, else the id of each row."""
    if part[0] == part[-1] and numbers[-1] - numbers[0] == len(numbers) - 1:
        return door_seed(parts[int(part[0])])
    return [door_id(parts[at], row) for at, row in zip(part.tolist(), numbers.tolist(), strict=True)]


def _kept(rows: Rows) -> Raws:
    async def fetch(wanted: Numbers) -> list[str]:
        if isinstance(rows, ColumnRows):
            return column_raws(rows.table.take(indices(wanted)))
        return [rows.raw(row) for row in wanted.tolist()]

    return fetch
