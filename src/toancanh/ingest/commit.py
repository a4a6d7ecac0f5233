"""Storing what was read: each row is new, known, in conflict, or bad; the new ones go to the facts as one block."""

import asyncio
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pyarrow as pa

from toancanh.domain import FactsCommitted, RowError
from toancanh.domain.declarations import Dataset
from toancanh.ingest import ledger, problems, quarantine
from toancanh.ingest.arrow import constant, indices, whole
from toancanh.ingest.blocks import Part, Refused, presentable
from toancanh.ingest.cells import addressed
from toancanh.ingest.checks import Mask
from toancanh.ingest.convert import AMBIGUOUS
from toancanh.ingest.identity import GLOBAL, Index, Words
from toancanh.ingest.problems import Problem
from toancanh.ingest.receipts import ERRORS, moment
from toancanh.ingest.runner import Numbers, Reading, Unit
from toancanh.ingest.shelf import QUARANTINE
from toancanh.store import Facts, table_name

_AMBIGUOUS = re.compile(AMBIGUOUS)
_AREAS = 100
_LARGE = 5_000
T = TypeVar("T")


@dataclass(slots=True)
class Outcome:
    """What a commit did. `error` tells why the deliveries fail although `changes` may have been stored already."""

    parts: list[Part]
    changes: ledger.Changes = field(default_factory=dict)
    event: FactsCommitted | None = None
    error: BaseException | None = None


class Committer:
    """Stores the rows of one dataset, one commit at a time."""

    def __init__(self, facts: Facts, dataset_id: str, dataset: Dataset, index: Index, bad: Index, zone: str) -> None:
        self._facts = facts
        self._id = dataset_id
        self._dataset = dataset
        self._index = index
        self._bad = bad
        self._zone = ZoneInfo(zone)

    async def commit(self, readings: Sequence[Reading]) -> Outcome:
        """Store everything in `readings`. What went wrong is in the outcome: some rows may have been stored by then."""
        outcome = Outcome([part for reading in readings for part in reading.parts])
        received = moment()
        try:
            await self._commit(readings, outcome, received)
        except Exception as error:
            outcome.error = error
        return outcome

    def close(self) -> None:
        """Give the memory of the identities back."""
        self._index.release()
        self._bad.release()

    async def _commit(self, readings: Sequence[Reading], outcome: Outcome, received: datetime) -> None:
        units, refused = _joined(readings)
        parts = outcome.parts
        for part in parts:
            part.delivery.received = received
        good = np.zeros(len(parts), np.int64)
        again = np.zeros(len(parts), np.int64)
        if units:
            rows = _Rows(units)
            await self._split(rows, again, len(parts))
            refused += await self._refused(rows)
            await self._store(rows, parts, received, outcome)
            good += np.bincount(rows.part[rows.fresh], minlength=len(parts))
        refused = [addressed(item, parts[item.part].delivery.subject) for item in refused]
        held = await self._quarantine(refused, parts, received, again)
        self._account(outcome, parts, received, good, held, again)

    async def _split(self, rows: "_Rows", again: Numbers, parts: int) -> None:
        chosen: Any = rows.good if not rows.good.all() else slice(None)
        await self._index.prepare(rows.identity[chosen], rows.days[chosen])
        split = await _aside(
            len(rows.part), self._index.split, rows.identity[chosen], rows.content[chosen], rows.days[chosen]
        )
        rows.fresh[chosen] = split.fresh
        rows.conflict[chosen] = split.conflict
        if split.duplicate.any():
            again += np.bincount(rows.part[chosen][split.duplicate], minlength=parts)

    async def _refused(self, rows: "_Rows") -> list[Refused]:
        """Return the bad rows with their problems and as they came."""
        found = []
        for unit, start in zip(rows.units, rows.starts, strict=True):
            stop = start + len(unit.part)
            masks = list(unit.checked.wrong)
            if rows.conflict[start:stop].any():
                masks.append((rows.conflict[start:stop], problems.conflict()))
            if masks:
                found += await _explained(unit, masks)
        return found

    async def _store(self, rows: "_Rows", parts: Sequence[Part], received: datetime, outcome: Outcome) -> None:
        stored = int(rows.fresh.sum())
        if not stored:
            return
        sources = [part.delivery.source for part in parts]
        block = await _aside(stored, rows.block, sources, received)
        try:
            await self._facts.insert(table_name(self._id), block)
        except BaseException:
            self._index.forget()
            raise
        await _aside(stored, self._index.add)
        outcome.event = self._event(block, stored)

    async def _quarantine(
        self, refused: Sequence[Refused], parts: Sequence[Part], received: datetime, again: Numbers
    ) -> Numbers:
        """Put bad rows into quarantine that are not there yet; return how many each part has there now anew."""
        held = np.zeros(len(parts), np.int64)
        _complain(refused, parts)
        waiting = [item for item in refused if not parts[item.part].delivery.releasing]
        if not waiting:
            return held
        labels = [part.delivery.source for part in parts]
        ids = await _aside(len(waiting), self._numbers, waiting, labels)
        lasting = np.full(len(ids), GLOBAL, np.int32)
        await self._bad.prepare(ids, lasting)
        split = self._bad.split(ids, np.zeros(len(ids), np.uint64), lasting)
        places = np.array([item.part for item in waiting], np.int64)
        held += np.bincount(places[split.fresh], minlength=len(parts))
        again += np.bincount(places[~split.fresh], minlength=len(parts))
        if split.fresh.any():
            found = zip(ids.tolist(), waiting, split.fresh.tolist(), strict=True)
            new = [(id_, item) for id_, item, fresh in found if fresh]
            try:
                table = await _aside(len(new), self._held, new, parts, received)
                await self._facts.insert(QUARANTINE, table)
            except BaseException:
                self._bad.forget()
                raise
            self._bad.add()
        return held

    def _numbers(self, waiting: Sequence[Refused], labels: Sequence[str]) -> Words:
        return quarantine.ids_of([quarantine.row_id(self._id, labels[item.part], item.raw) for item in waiting])

    def _held(self, new: Sequence[tuple[int, Refused]], parts: Sequence[Part], received: datetime) -> pa.Table:
        return quarantine.table(
            [
                quarantine.arrow_row(
                    id_,
                    self._id,
                    parts[item.part].delivery.source,
                    received,
                    parts[item.part].delivery.receipt,
                    item.row,
                    item.problems,
                    item.raw,
                    item.decimal,
                )
                for id_, item in new
            ]
        )

    def _account(
        self, outcome: Outcome, parts: Sequence[Part], received: datetime, good: Numbers, held: Numbers, again: Numbers
    ) -> None:
        day = received.astimezone(self._zone).date()
        for part, stored, bad, known in zip(parts, good.tolist(), held.tolist(), again.tolist(), strict=True):
            delivery = part.delivery
            delivery.accepted += stored
            delivery.quarantined += bad
            delivery.duplicates += known
            rows = stored + bad + known
            sent = rows
            if part.last and delivery.sent_rows is not None:
                sent += delivery.sent_rows - (delivery.accepted + delivery.quarantined + delivery.duplicates)
            ledger.add(
                outcome.changes,
                (day, self._id, delivery.source),
                sent=sent,
                received=rows,
                stored=stored,
                quarantined=bad,
                duplicated=known,
                delivered=stored,
            )

    def _event(self, block: pa.Table, stored: int) -> FactsCommitted:
        first, last = _edges(whole(block, self._dataset.time))
        areas = [area for area in block.column("_area").unique().to_pylist() if area] if self._dataset.place else []
        return FactsCommitted(self._id, stored, first, last, tuple(areas[:_AREAS]), moment())


class _Rows:
    """The rows of several units, one after the other."""

    def __init__(self, units: Sequence[Unit]) -> None:
        self.units = units
        sizes = [len(unit.part) for unit in units]
        self.starts = (np.cumsum(sizes) - sizes).tolist()
        self.part: Numbers = _joint([unit.part for unit in units])
        self.identity = _joint([unit.checked.identity for unit in units])
        self.content = _joint([unit.checked.content for unit in units])
        self.days = _joint([unit.checked.days for unit in units])
        bad = [unit.checked.bad for unit in units]
        self.good: Mask = ~_joint([np.zeros(n, bool) if b is None else b for n, b in zip(sizes, bad, strict=True)])
        self.fresh: Mask = np.zeros(len(self.part), bool)
        self.conflict: Mask = np.zeros(len(self.part), bool)

    def block(self, sources: Sequence[str], received: datetime) -> pa.Table:
        """Return the fresh rows as the facts take them."""
        table = pa.concat_tables([unit.checked.table for unit in self.units], promote_options="default")
        part, flags = self.part, self._flags()
        if not self.fresh.all():
            chosen = pa.array(self.fresh)
            table, part = table.filter(chosen), part[self.fresh]
            flags = flags.filter(chosen) if flags is not None else None
        names = sorted(set(sources))
        if len(names) == 1:
            source: Any = constant(names[0], len(part))
        else:
            places = np.array([names.index(source) for source in sources])
            source = pa.array(names, pa.string()).take(indices(places[part]))
        table = table.append_column("_source", source)
        table = table.append_column("_received", pa.repeat(pa.scalar(received, pa.timestamp("ms", "UTC")), len(part)))
        return table if flags is None else table.append_column("_flags", flags)

    def _flags(self) -> Any:
        """Return the flags of every row, None when no row has any."""
        if not any(unit.checked.flagged for unit in self.units):
            return None
        names: dict[str, Mask] = {}
        for unit, start in zip(self.units, self.starts, strict=True):
            for mask, name in unit.checked.flagged:
                names.setdefault(name, np.zeros(len(self.part), bool))[start : start + len(mask)] |= mask
        kinds = np.zeros(len(self.part), np.int64)
        for bit, mask in enumerate(names.values()):
            kinds |= mask.astype(np.int64) << bit
        seen, place = np.unique(kinds, return_inverse=True)
        lists = [[name for bit, name in enumerate(names) if kind >> bit & 1] for kind in seen.tolist()]
        return pa.array(lists, pa.list_(pa.string())).take(indices(place))


def _complain(refused: Sequence[Refused], parts: Sequence[Part]) -> None:
    """Tell each delivery of its first bad rows."""
    errors: dict[int, list[RowError]] = defaultdict(list)
    for item in sorted(refused, key=lambda item: item.row):
        if len(errors[item.part]) < ERRORS:
            errors[item.part] += [RowError(item.row, p.column, p.text, p.code) for p in item.problems]
    for position, found in errors.items():
        parts[position].delivery.complain(found)


async def _aside(rows: int, work: Callable[..., T], *arguments: object) -> T:
    """Return what `work` gives; over many rows it runs in a thread, so that nobody else waits."""
    return await asyncio.to_thread(work, *arguments) if rows > _LARGE else work(*arguments)


def _joint(arrays: Sequence[Any]) -> Any:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)


def _joined(readings: Sequence[Reading]) -> tuple[list[Unit], list[Refused]]:
    """Return all units and refusals with the positions of their parts counted over all readings."""
    units, refused, before = [], [], 0
    for reading in readings:
        for unit in reading.units:
            if len(unit.part):
                unit.part = unit.part + before if before else unit.part
                units.append(unit)
        refused += [
            Refused(item.part + before, item.row, item.problems, item.raw, item.decimal) for item in reading.refused
        ]
        before += len(reading.parts)
    return units, refused


async def _explained(unit: Unit, masks: Sequence[tuple[Mask, Problem]]) -> list[Refused]:
    wrong: dict[int, list[Problem]] = defaultdict(list)
    for mask, problem in masks:
        for at in np.flatnonzero(mask).tolist():
            wrong[at].append(problem)
    places = sorted(wrong)
    raws = await unit.raws(np.array(places, np.int64))

    def told() -> list[Refused]:
        shown = zip(places, map(presentable, raws), strict=True)
        return [
            Refused(int(unit.part[at]), int(unit.row[at]), tuple(_exact(wrong[at], raw)), raw, unit.decimal)
            for at, raw in shown
        ]

    return await _aside(len(places), told)


def _exact(found: Sequence[Problem], raw: str) -> list[Problem]:
    """Return the problems of a row; a number that could mean two things is told from what is no number at all."""
    if not any(problem.code == "number" for problem in found):
        return list(found)
    values = msgspec.json.decode(raw)
    if not isinstance(values, dict):
        return list(found)
    return [
        problems.ambiguous(problem.column)
        if problem.code == "number" and problem.column and _AMBIGUOUS.match(str(values.get(problem.column)).strip())
        else problem
        for problem in found
    ]


def _edges(times: Any) -> tuple[datetime | None, datetime | None]:
    milliseconds = times.cast(pa.timestamp("ms", "UTC")) if pa.types.is_date(times.type) else times
    numbers = milliseconds.cast(pa.int64()).to_numpy(zero_copy_only=False)
    if not len(numbers):
        return None, None
    return quarantine._moment(int(numbers.min())), quarantine._moment(int(numbers.max()))
