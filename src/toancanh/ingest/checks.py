"""Looking at typed rows: whole columns at once, one mask for each thing that can be wrong."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from toancanh.domain.declarations import Dataset
from toancanh.ingest import problems
from toancanh.ingest.arrow import constant, numbers, whole
from toancanh.ingest.hashes import DOOR
from toancanh.ingest.identity import GLOBAL
from toancanh.ingest.plan import Output, Plan
from toancanh.ingest.problems import Problem
from toancanh.ingest.receipts import Delivery
from toancanh.ingest.scope import Scope
from toancanh.ingest.subject import needed

Mask = npt.NDArray[np.bool_]
Words = npt.NDArray[np.uint64]
Days = npt.NDArray[np.int32]
_DAY = 86_400_000
_NOUGHT: Any = pa.scalar(0)


class NeedsFullPlan(Exception):
    """A fast plan met something that only the full plan reads exactly."""


@dataclass(slots=True)
class Checked:
    """Typed rows and what is wrong with them. All arrays have one item a row; `wrong` and `flagged` name rows by mask.

    `table` holds the dataset's columns, `_sent_id`, `_area` and `_unit`; `days` is the day of each row's identity.
    """

    table: pa.Table
    identity: Words
    content: Words
    days: Days
    wrong: list[tuple[Mask, Problem]]
    flagged: list[tuple[Mask, str]]

    @property
    def bad(self) -> Mask | None:
        """The rows that something is wrong with, None when there are none."""
        if not self.wrong:
            return None
        found = self.wrong[0][0].copy()
        for mask, _ in self.wrong[1:]:
            found |= mask
        return found


def look(answer: pa.Table, plan: Plan, delivery: Delivery) -> Checked:
    """Return the rows with all their problems. A forced delivery's rows pass when they only break forcible rules.

    Raises NeedsFullPlan when a fast plan could not read a value.
    """
    table, dataset, forced = answer.combine_chunks(), delivery.subject.dataset, delivery.forced
    wrong: list[tuple[Mask, Problem]] = []
    flagged: list[tuple[Mask, str]] = []
    must = needed(dataset)
    for at, output in enumerate(plan.outputs):
        for mask, problem in _column(table, output, plan, at, required=output.name in must):
            if forced and problem.forcible:
                flagged.append((mask, "released"))
            else:
                wrong.append((mask, problem))
    for at, check in enumerate(dataset.checks):
        broken = _false(whole(table, f"__c{at}"))
        if broken is None:
            continue
        if check.otherwise == "flag":
            flagged.append((broken, check.name))
        elif forced:
            flagged.append((broken, "released"))
        else:
            wrong.append((broken, problems.failed_check(check)))
    kept = _kept(table, plan, dataset, delivery.subject.unit)
    if delivery.scope is not None:
        outside = _outside(kept, delivery.scope)
        if outside.any():
            wrong.append((outside, problems.OUT_OF_SCOPE))
    return Checked(
        kept,
        numbers(table, "__identity", np.uint64),
        numbers(table, "__content", np.uint64),
        days(table, dataset),
        wrong,
        flagged,
    )


def _column(table: pa.Table, output: Output, plan: Plan, at: int, *, required: bool) -> Iterator[tuple[Mask, Problem]]:
    column, name = output.column, output.name
    values = whole(table, name)
    unread: Mask | None = None
    if output.fallible and values.null_count:
        if output.present is None:
            raise NeedsFullPlan
        unread = _mask(pc.and_(values.is_null(), pc.cast(whole(table, output.present), pa.bool_())))
        if unread.any():
            if plan.shape.fast:
                raise NeedsFullPlan
            yield unread, problems.wrong_type(name, column.type)
        else:
            unread = None
    if output.unread is not None:
        broken = _mask(pc.cast(whole(table, output.unread), pa.bool_()))
        if broken.any():
            yield broken, problems.wrong_type(name, column.type if column.type in problems.TYPES else "number")
            unread = broken if unread is None else unread | broken
    if required and values.null_count:
        missing = _mask(values.is_null())
        missing = missing if unread is None else missing & ~unread
        if missing.any():
            yield missing, problems.required(name)
    if column.type in ("number", "integer") and len(values) > values.null_count:
        yield from _number(values, output)
    elif column.codes is not None:
        strange = pc.invert(pc.is_in(values, value_set=pa.array(list(column.codes), values.type), skip_nulls=True))
        yield from _some(pc.and_(strange, values.is_valid()), problems.unknown_code(name, column))
    elif column.pattern is not None:
        strange = pc.invert(pc.match_substring_regex(values, f"^(?:{column.pattern})$"))
        yield from _some(strange, problems.wrong_pattern(name, column))
    if column.type == "json":
        yield from _some(pc.equal(whole(table, f"__j{at}"), _NOUGHT), problems.wrong_type(name, "json"))


def _number(values: Any, output: Output) -> Iterator[tuple[Mask, Problem]]:
    found = values.to_numpy(zero_copy_only=False)
    if output.column.type == "number":
        strange = ~np.isfinite(found)
        if values.null_count:
            strange &= _mask(values.is_valid())
        if strange.any():
            yield strange, problems.wrong_type(output.name, "number")
    low, high = output.column.range or (None, None)
    if low is None and high is None:
        return
    with np.errstate(invalid="ignore"):
        outside = np.zeros(len(found), bool)
        if low is not None:
            outside |= found < low
        if high is not None:
            outside |= found > high
    outside &= np.isfinite(found)
    if outside.any():
        yield outside, problems.out_of_range(output.name, output.column)


def _some(condition: Any, problem: Problem) -> Iterator[tuple[Mask, Problem]]:
    mask = _mask(condition)
    if mask.any():
        yield mask, problem


def _false(values: Any) -> Mask | None:
    if pa.types.is_null(values.type):
        return None
    condition = pc.invert(values) if pa.types.is_boolean(values.type) else pc.equal(values, _NOUGHT)
    mask = _mask(condition)
    return mask if mask.any() else None


def _mask(condition: Any) -> Mask:
    filled = condition.fill_null(False) if condition.null_count else condition
    found: Mask = filled.to_numpy(zero_copy_only=False)
    return found


def _outside(table: pa.Table, scope: Scope) -> Mask:
    """Return the rows that no grant of the sender reaches."""
    inside = np.zeros(table.num_rows, bool)
    for reach in scope:
        found = np.ones(table.num_rows, bool)
        for name, codes in (("_unit", reach.units), ("_area", reach.areas)):
            if codes is not None:
                values = pa.array(sorted(codes), pa.string())
                found &= _mask(pc.is_in(whole(table, name), value_set=values))
        inside |= found
    return ~inside


def _kept(table: pa.Table, plan: Plan, dataset: Dataset, unit: str) -> pa.Table:
    names = [output.name for output in plan.outputs]
    rows = table.num_rows
    kept = table.select(names)
    sent = table.column("_sent_id") if "_sent_id" in table.column_names else constant("", rows)
    kept = kept.append_column("_sent_id", sent)
    area = table.column("_area") if dataset.place else constant("", rows)
    owner = pc.fill_null(whole(table, dataset.unit), unit) if dataset.unit else constant(unit, rows)
    return kept.append_column("_area", area).append_column("_unit", owner)


def days(table: pa.Table, dataset: Dataset) -> Days:
    """Return for each row the day (UTC, since 1970) under which its identity is found again.

    GLOBAL where the identity says nothing about the time: an id given by the sender, or a key without time.
    """
    if dataset.kind == "event" and dataset.key and dataset.time not in dataset.key:
        return np.full(table.num_rows, GLOBAL, np.int32)
    moments = whole(table, dataset.time)
    if pa.types.is_timestamp(moments.type):
        milliseconds = moments.cast(pa.timestamp("ms", moments.type.tz)).cast(pa.int64()).fill_null(0)
        found: Days = (milliseconds.to_numpy(zero_copy_only=False) // _DAY).astype(np.int32)
    else:
        found = moments.cast(pa.int32()).fill_null(0).to_numpy(zero_copy_only=False).copy()
    if dataset.kind == "event" and "_sent_id" in table.column_names:
        ids = whole(table, "_sent_id")
        if pc.max(pc.binary_length(ids)).as_py():
            given = pc.and_(pc.greater(pc.binary_length(ids), _NOUGHT), pc.invert(pc.starts_with(ids, DOOR)))
            found[_mask(given)] = GLOBAL
    return found
