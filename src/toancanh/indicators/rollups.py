"""Which parts of a plan the store's roll-ups can answer; the others are answered from the records."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from toancanh.domain import Grain, Query
from toancanh.domain.declarations import Dataset
from toancanh.indicators.plan import Coverage, Part, Ratio, Whole
from toancanh.indicators.sight import Sight
from toancanh.indicators.steps import ORDER

OWNERS = frozenset({"unit", "source", "area", "area:commune", "area:province"})
"""What every roll-up keeps besides its own columns: where a record belongs, and so what access filters by."""
_SUMMED = re.compile(r"(?:count\(\)|(?:count|sum|min|max|avg)\(`(\w+)`\))")
_CALL = re.compile(r"\w+\(")
_LAST = re.compile(r"argMax\(`(\w+)`, `(\w+)`\)")


def answered_by_hours(part: Part, sight: Sight, query: Query, zone: ZoneInfo, *, open_end: bool) -> Part:
    """Return `part` written for the hourly roll-up where that keeps all it needs.

    It does when the period begins and ends on whole hours (or ends now, with nothing stored after now), the aggregates are
    count, sum, min, max and avg of plain columns, and every column that splits or filters is one the roll-up keeps.
    """
    rows, dataset = part.rows, sight.dataset
    fine = query.grain is not None and ORDER.index(query.grain) < ORDER.index(Grain.HOUR)
    if fine or rows.of != "records" or rows.placed.day or rows.placed.column != dataset.time or part.window is not None:
        return part
    if query.as_of or any(piece.when for piece in part.pieces) or not _whole_hours_apart(zone, part):
        return part
    if not _on_hours(part, open_end=open_end) or not all(_summed(sql) for sql in _expressions(part)):
        return part
    if not any(_named(query) <= set(kept) for kept in dataset.rollups.hourly):
        return part
    return replace(part, hourly=True)


def answered_by_newest(part: Part, sight: Sight, query: Query, *, open_end: bool) -> Part:
    """Return `part` written for the last-record roll-up where every measure is the newest value of a series.

    Only for columns that always hold a value: of the others the roll-up may keep a value from before the period.
    """
    dataset, rows = sight.dataset, part.rows
    if not (dataset.rollups.last and query.grain is None and not query.as_of and open_end and len(part.pieces) == 1):
        return part
    if rows.of != "records" or part.pieces[0].when or part.role != "asked" or not dataset.series:
        return part
    if not set(dataset.series) <= set(query.by) or not _named(query) <= set(dataset.series):
        return part
    if any(measure.coverage for measure in part.measures):
        return part
    for form in part.pieces[0].forms:
        found = _LAST.fullmatch(form.value) if isinstance(form, Whole) else None
        if found is None or found[2] != dataset.time or not _always_there(dataset, found[1]):
            return part
    return replace(part, newest=True, hourly=False)


def _named(query: Query) -> set[str]:
    """Return the dataset's own columns that split or filter."""
    return {*query.by, *query.where} - OWNERS


def _whole_hours_apart(zone: ZoneInfo, part: Part) -> bool:
    """Return whether the city's hours are those of UTC, so that its days hold whole hours of the roll-up."""
    edges = (part.period.start, part.period.end)
    return all(
        (edge.astimezone(zone).utcoffset() or timedelta(0)) % timedelta(hours=1) == timedelta(0) for edge in edges
    )


def _always_there(dataset: Dataset, column: str) -> bool:
    declared = dataset.columns.get(column)
    return declared is not None and (declared.required or column in (*dataset.key, *dataset.series, dataset.time))


def _on_hours(part: Part, *, open_end: bool) -> bool:
    edges = [edge for piece in part.pieces for edge in (piece.period.start, piece.period.end)]
    return all(_whole_hour(edge) or (open_end and edge == part.period.end) for edge in edges)


def _whole_hour(moment: datetime) -> bool:
    return moment.timestamp() % 3600 == 0


def _expressions(part: Part) -> list[str]:
    found: list[str] = []
    for piece in part.pieces:
        for form in piece.forms:
            if isinstance(form, Whole):
                found.append(form.value)
            elif isinstance(form, Ratio):
                found += [form.numerator, form.denominator]
            else:
                found.append("file()")
    coverages: list[Coverage] = [measure.coverage for measure in part.measures if measure.coverage]
    for coverage in coverages:
        found += [coverage.counted, coverage.expected or "count()"]
        if not isinstance(coverage.series, int):
            found.append("series()")
    return found


def _summed(sql: str) -> bool:
    """Return whether every call in `sql` is an aggregate that the roll-up keeps."""
    return not _CALL.search(_SUMMED.sub("0", sql)) and "`" not in _SUMMED.sub("0", sql)
