"""Formulae of indicators, compiled: which one holds when, and what two of them inside one step make."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from toancanh.catalog import Catalog
from toancanh.domain import Grain, InvalidInput, Period, Text
from toancanh.domain.declarations import Formula, Indicator
from toancanh.indicators.plan import Combine, File, Form, Piece, Ratio, Rows, Whole
from toancanh.indicators.steps import floor, steps

_ADDED = re.compile(r"(?:count|countIf|sum|sumIf)\([^()]*(?:\([^()]*\)[^()]*)*\)")
_EXTREME = re.compile(r"(min|max)(?:If)?\([^()]*(?:\([^()]*\)[^()]*)*\)")

RowsOf = Callable[[str], Rows]
"""Gives the rows that the viewer may read of a further dataset."""


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """Return the first moment of a day in the city."""
    return datetime.combine(day, time(), zone)


def spans(
    indicator: Indicator, period: Period, rule: date | str, today: date, zone: ZoneInfo
) -> list[tuple[Period, Formula]]:
    """Return the formulae in force, each with its span of `period`; spans without a formula are left out."""
    if rule != "then":
        formula = indicator.formula_on(today if rule == "now" else rule)  # type: ignore[arg-type]  # a date by then
        return [(period, formula)] if formula else []
    cuts = {period.start, period.end}
    for formula in indicator.formulae:
        edges = (formula.valid_from, formula.valid_to + timedelta(days=1) if formula.valid_to else None)
        cuts |= {day_start(edge, zone) for edge in edges if edge and period.start < day_start(edge, zone) < period.end}
    found: list[tuple[Period, Formula]] = []
    for start, end in pairwise(sorted(cuts)):
        formula_then = indicator.formula_on(start.astimezone(zone).date())
        if formula_then is None:
            continue
        if found and found[-1][1] is formula_then and found[-1][0].end == start:
            found[-1] = (Period(found[-1][0].start, end), formula_then)
        else:
            found.append((Period(start, end), formula_then))
    return found


def ends_of(
    period: Period, grain: Grain | None, moment: datetime, zone: ZoneInfo, *, whole: bool
) -> list[tuple[Period, datetime]]:
    """Return the steps up to `moment`, each with the end from which it is looked at; `whole` keeps the last one's own."""
    if grain is None:
        end = min(period.end, moment)
        return [(period, end)] if end > period.start or whole else []
    found = []
    for step in steps(period, grain, zone):
        if step.start >= moment:
            break
        end = step.end if whole else min(step.end, period.end, moment)
        found.append((step, end))
    return found


def by_end(
    indicator: Indicator, looked: Sequence[tuple[Period, datetime]], rule: date | str, today: date, zone: ZoneInfo
) -> list[tuple[Period, Formula, tuple[int, ...]]]:
    """Return the formulae for measures that look from the end of each step: (span, formula, ends in milliseconds)."""
    found: list[tuple[Period, Formula, tuple[int, ...]]] = []
    for step, end in looked:
        day = (end - timedelta(milliseconds=1)).astimezone(zone).date()
        if rule != "then":
            day = today if rule == "now" else rule  # type: ignore[assignment]  # a date by then
        formula = indicator.formula_on(day)
        if formula is None:
            continue
        at = int(end.timestamp() * 1000)
        if found and found[-1][1] is formula:
            before = found[-1]
            found[-1] = (Period(before[0].start, step.end), formula, (*before[2], at))
        else:
            found.append((step, formula, (at,)))
    return found


def compiled(catalog: Catalog, name: str, indicator: Indicator, formula: Formula, others: RowsOf) -> Form:
    """Return a formula with its expressions guarded."""
    pack = name.partition(".")[0]

    def aggregate(text: str | None) -> str:
        return catalog.expression(text or "", indicator.dataset, pack=pack, aggregate=True)

    if formula.value is not None:
        return Whole(aggregate(formula.value))
    if formula.sql is None:
        return Ratio(aggregate(formula.numerator), aggregate(formula.denominator), formula.scale)
    places = {dataset: f"`{_query_name(dataset)}`" for dataset in catalog.datasets}
    found = catalog.query(name, formula, places)
    read = {table if "." in table else f"{pack}.{table}" for table in found.tables} - {indicator.dataset}
    return File(
        found.sql,
        _query_name(indicator.dataset),
        formula.total or "sum",
        frozenset(found.outputs),
        tuple((_query_name(dataset), others(dataset)) for dataset in sorted(read)),
        ratio="value" not in found.outputs,
        scale=formula.scale,
        reach=indicator.lookback or timedelta(0),
    )


def when_sql(catalog: Catalog, name: str, indicator: Indicator, formula: Formula) -> str | None:
    """Return the guarded condition of a formula on the records that count."""
    if formula.when is None:
        return None
    return catalog.expression(formula.when, indicator.dataset, pack=name.partition(".")[0])


def combine(forms: Sequence[Form]) -> Combine:
    """Return how values of these formulae inside one step become one: parts of ratios are summed, sums are summed,
    extremes compared, rows of files totalled; means and the like cannot be joined.
    """
    if all(isinstance(form, Ratio) for form in forms):
        return "ratio"
    files = [form for form in forms if isinstance(form, File)]
    if len(files) == len(forms):
        if len({(form.total, form.ratio) for form in files}) > 1:
            return "apart"
        return "ratio" if files[0].ratio and files[0].total in ("avg", "sum") else files[0].total
    texts = [form.value if isinstance(form, Whole) else "" for form in forms]
    if all(_ADDED.fullmatch(text) for text in texts):
        return "sum"
    extremes = {found[1] if (found := _EXTREME.fullmatch(text)) else "" for text in texts}
    if extremes == {"min"}:
        return "min"
    return "max" if extremes == {"max"} else "apart"


def reaching(piece: Piece, grain: Grain, zone: ZoneInfo) -> Piece:
    """Return a piece of a .sql file that begins at a whole step of its own, so that its first value is whole too."""
    start = floor(piece.period.start, grain, zone)
    missing = piece.period.start - start
    return replace(piece, forms=tuple(_longer(form, missing) for form in piece.forms))


def _longer(form: Form, missing: timedelta) -> Form:
    if not isinstance(form, File) or not missing:
        return form
    return replace(form, reach=form.reach + missing)


def no_formula(name: str, indicator: Indicator) -> InvalidInput:
    """Return the error for a period (or a rule's day) in which the indicator had no formula."""
    known = ", ".join(f"{formula.valid_from or '…'} – {formula.valid_to or '…'}" for formula in indicator.formulae)
    return InvalidInput(
        Text(
            vi=f"Chỉ tiêu {name} không có công thức nào có hiệu lực trong khoảng này.",
            en=f"The indicator {name} has no formula in force in this period.",
        ),
        Text(vi=f"Các công thức có hiệu lực: {known}.", en=f"Its formulae are in force: {known}."),
        indicator=name,
    )


def _query_name(dataset: str) -> str:
    return "_" + dataset.replace(".", "__")
