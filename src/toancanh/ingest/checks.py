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
from toancanh.ingest.hashes import DOOR
from toancanh.ingest.identity import GLOBAL
from toancanh.ingest.plan import Output, Plan, needed
from toancanh.ingest.problems import Problem
from toancanh.ingest.receipts import Delivery
from toancanh.ingest.scope import Scope

Mask = npt.NDArray[np.bool_]
Words = npt.NDArray[np.uint64]
Days = npt.NDArray[np.int32]
_DAY = 86_400_000


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
        return np.logical_or.reduce([mask for mask, _ in self.wrong]) if self.wrong else None


def look(answer: pa.Table, plan: Plan, dataset: Dataset, delivery: Delivery) -> Checked:
    """Return the rows with all their problems. A forced delivery's rows pass when they only break forcible rules.

    Raises NeedsFullPlan when a fast plan could not read a value.
    """
    table, forced = answer.combine_chunks(), delivery.forced
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
        mask = _false(table.column(f"__c{at}").combine_chunks())
        if mask is None:
            continue
        if check.otherwise == "flag":
            flagged.append((mask, check.name))
        elif forced:
            flagged.append((mask, "released"))
        else:
            wrong.append((mask, problems.failed_check(check)))
    kept = _kept(table, plan, dataset, delivery.subject.unit)
    if delivery.scope is not None:
        outside = _outside(kept, delivery.scope)
        if outside.any():
            wrong.append((outside, problems.OUT_OF_SCOPE))
    return Checked(
        kept,
        _words(table, "__identity"),
        _words(table, "__content"),
        days(table, dataset),
        wrong,
        flagged,
    )


def _column(table: pa.Table, output: Output, plan: Plan, at: int, *, required: bool) -> Iterator[tuple[Mask, Problem]]:
    column, name = output.column, output.name
    values = table.column(name).combine_chunks()
    unread: Mask | None = None
    if output.fallible and values.null_count:
        if output.present is None:
            raise NeedsFullPlan
        unread = _mask(pc.and_(values.is_null(), pc.cast(table.column(output.present).combine_chunks(), pa.bool_())))
        if unread.any():
            if plan.shape.fast:
                raise NeedsFullPlan
            yield unread, problems.wrong_type(name, column.type)
        else:
            unread = None
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
        yield from _some(pc.equal(table.column(f"__j{at}").combine_chunks(), 0), problems.wrong_type(name, "json"))


def _number(values: Any, output: Output) -> Iterator[tuple[Mask, Problem]]:
    numbers = values.to_numpy(zero_copy_only=False)
    if output.column.type == "number":
        strange = ~np.isfinite(numbers)
        if values.null_count:
            strange &= _mask(values.is_valid())
        if strange.any():
            yield strange, problems.wrong_type(output.name, "number")
    low, high = output.column.range or (None, None)
    if low is None and high is None:
        return
    with np.errstate(invalid="ignore"):
        outside = np.zeros(len(numbers), bool)
        if low is not None:
            outside |= numbers < low
        if high is not None:
            outside |= numbers > high
    outside &= np.isfinite(numbers)
    if outside.any():
        yield outside, problems.out_of_range(output.name, output.column)


def _some(condition: Any, problem: Problem) -> Iterator[tuple[Mask, Problem]]:
    mask = _mask(condition)
    if mask.any():
        yield mask, problem


def _false(values: Any) -> Mask | None:
    if pa.types.is_null(values.type):
        return None
    condition = pc.invert(values) if pa.types.is_boolean(values.type) else pc.equal(values, 0)
    mask = _mask(condition)
    return mask if mask.any() else None


def _mask(condition: Any) -> Mask:
    filled = condition.fill_null(False) if condition.null_count else condition
    found: Mask = filled.to_numpy(zero_copy_only=False)
    return found


def _words(table: pa.Table, name: str) -> Words:
    found: Words = table.column(name).combine_chunks().to_numpy(zero_copy_only=False)
    return found.astype(np.uint64, copy=False)


def _outside(table: pa.Table, scope: Scope) -> Mask:
    """Return the rows that no grant of the sender reaches."""
    inside = np.zeros(table.num_rows, bool)
    for reach in scope:
        found = np.ones(table.num_rows, bool)
        for name, codes in (("_unit", reach.units), ("_area", reach.areas)):
            if codes is not None:
                values = pa.array(sorted(codes), pa.string())
                found &= _mask(pc.is_in(table.column(name), value_set=values))
        inside |= found
    return ~inside


def _kept(table: pa.Table, plan: Plan, dataset: Dataset, unit: str) -> pa.Table:
    names = [output.name for output in plan.outputs]
    rows = table.num_rows
    kept = table.select([*names, "_sent_id"])
    area = table.column("_area") if dataset.place else constant("", rows)
    owner = table.column(dataset.unit).cast(pa.string()).fill_null(unit) if dataset.unit else constant(unit, rows)
    return kept.append_column("_area", area).append_column("_unit", owner)


def constant(text: str, rows: int) -> pa.Array:
    """Return `rows` times the same text."""
    return pa.repeat(pa.scalar(text, pa.string()), rows)


def days(table: pa.Table, dataset: Dataset) -> Days:
    """Return for each row the day (UTC, since 1970) under which its identity is found again.

    GLOBAL where the identity says nothing about the time: an id given by the sender, or a key without time.
    """
    if dataset.kind == "event" and dataset.key and dataset.time not in dataset.key:
        return np.full(table.num_rows, GLOBAL, np.int32)
    moments = table.column(dataset.time).combine_chunks()
    if pa.types.is_timestamp(moments.type):
        milliseconds = moments.cast(pa.timestamp("ms", moments.type.tz)).cast(pa.int64()).fill_null(0)
        found = (milliseconds.to_numpy(zero_copy_only=False) // _DAY).astype(np.int32)
    else:
        found = moments.cast(pa.int32()).fill_null(0).to_numpy(zero_copy_only=False).copy()
    if dataset.kind == "event":
        ids = table.column("_sent_id").combine_chunks()
        if pc.max(pc.binary_length(ids)).as_py():
            given = pc.and_(pc.greater(pc.binary_length(ids), 0), pc.invert(pc.starts_with(ids, DOOR)))
            found = np.where(_mask(given), np.int32(GLOBAL), found)
    return found
