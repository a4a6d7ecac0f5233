"""Which parts of a plan the store's roll-ups can answer; the others are answered from the records."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from toancanh.domain import Grain, Period, Query
from toancanh.domain.declarations import Dataset
from toancanh.indicators.measures import combine
from toancanh.indicators.plan import Coverage, Form, Part, Piece, Ratio, Whole
from toancanh.indicators.sight import Sight
from toancanh.indicators.steps import ORDER

OWNERS = frozenset({"unit", "source", "area", "area:commune", "area:province"})
"""What every roll-up keeps besides its own columns: where a record belongs, and so what access filters by."""
_SUMMED = re.compile(r"(?:count\(\)|(?:count|sum|min|max|avg)\(`(\w+)`\))")
_HOUR = timedelta(hours=1)
_WORTH = 2 * _HOUR
"""Whole hours from which cutting a period pays."""
_CALL = re.compile(r"\w+\(")
_MEAN = re.compile(r"avg\((`\w+`)\)")
_LAST = re.compile(r"argMax\(`(\w+)`, `(\w+)`\)")


def answered_by_hours(part: Part, sight: Sight, query: Query, zone: ZoneInfo, *, open_end: bool) -> Part:
    """Return `part` written for the hourly roll-up where that keeps all it needs.

    It does when the aggregates are count, sum, min, max and avg of plain columns, and every column that splits or filters
    is one the roll-up keeps. A period that does not begin and end on whole hours (or now, with nothing stored after now)
    is cut into its whole hours and what is left before and after them.
    """
    rows, dataset = part.rows, sight.dataset
    fine = query.grain is not None and ORDER.index(query.grain) < ORDER.index(Grain.HOUR)
    if fine or rows.of != "records" or rows.placed.day or rows.placed.column != dataset.time or part.window is not None:
        return part
    if query.as_of or any(piece.when for piece in part.pieces) or not _whole_hours_apart(zone, part):
        return part
    if not all(_summed(sql) for sql in _expressions(part)):
        return part
    if not any(_named(query) <= set(kept) for kept in dataset.rollups.hourly):
        return part
    if _on_hours(part, open_end=open_end):
        return replace(part, pieces=tuple(replace(piece, hourly=True) for piece in part.pieces))
    return _cut(part, open_end=open_end)


def _cut(part: Part, *, open_end: bool) -> Part:
    """Return `part` in up to three pieces, the hours among them; whole where its values cannot be put together again."""
    period = part.pieces[0].period
    first = period.start + (_HOUR - _past_hour(period.start)) % _HOUR
    last = period.end if open_end and period.end == part.period.end else period.end - _past_hour(period.end)
    forms = tuple(_in_sums(form) for form in part.pieces[0].forms)
    measures = tuple(replace(each, combine=combine([form])) for each, form in zip(part.measures, forms, strict=True))
    apart = any(each.combine == "apart" or not _adds_up(each.coverage) for each in measures)
    if len(part.pieces) > 1 or apart or last - first < _WORTH:
        return part
    edges = (Period(period.start, first), Period(first, last), Period(last, period.end))
    pieces = (Piece(edge, forms, hourly=edge.start == first) for edge in edges if edge.start < edge.end)
    return replace(part, measures=measures, pieces=tuple(pieces))


def _in_sums(form: Form) -> Form:
    """Return a mean as the sum and the count that it is made of; anything else as it is."""
    found = _MEAN.fullmatch(form.value) if isinstance(form, Whole) else None
    return Ratio(f"sum({found[1]})", f"count({found[1]})") if found else form


def _adds_up(coverage: Coverage | None) -> bool:
    return coverage is None or (coverage.expected is None and combine([Whole(coverage.counted)]) == "sum")


def _past_hour(moment: datetime) -> timedelta:
    return timedelta(minutes=moment.minute, seconds=moment.second, microseconds=moment.microsecond)


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
    return replace(part, newest=True)


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
    return not _past_hour(moment)


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
