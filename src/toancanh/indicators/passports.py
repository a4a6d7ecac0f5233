"""Where numbers come from: the formula and law in force, the sources, how new and how good the data are, and the SQL."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from toancanh.catalog import Catalog
from toancanh.domain import Input, Passport, Period, Provenance, Quality, Query, Text
from toancanh.domain.declarations import Formula
from toancanh.indicators.answers import readable
from toancanh.indicators.plan import Part, Plan
from toancanh.indicators.traces import Trace

_EPSILON = timedelta(milliseconds=1)


def provenance(
    catalog: Catalog,
    query: Query,
    plan: Plan,
    sql: str,
    *,
    traces: Mapping[str, Trace],
    quality: Mapping[str, Quality],
    now: datetime,
) -> Provenance:
    """Return the passport of a whole answer. `traces` and `quality` are by dataset.

    The records counted are those of the dataset on the days that the period touches, before filters.
    """
    zone = ZoneInfo(plan.zone)
    days = (plan.period.start.astimezone(zone).date(), (plan.period.end - _EPSILON).astimezone(zone).date())
    passports = []
    for name in dict.fromkeys(query.indicators):
        full, indicator = catalog.indicator(name)
        rule_day = _rule_day(query, plan.period, now, zone)
        formula = indicator.formula_on(rule_day) or indicator.formulae[-1]
        passports.append(
            passport(
                catalog,
                full,
                formula,
                rule_day,
                days=None if indicator.of != "records" else days,
                trace=traces.get(indicator.dataset, Trace()),
                quality=quality.get(indicator.dataset, Quality()),
            )
        )
    return Provenance(
        asked_at=now,
        period_from=plan.period.start,
        period_to=plan.period.end,
        as_of=query.as_of,
        boundaries=str(query.boundaries),
        time_zone=plan.zone,
        demo=catalog.city.demo,
        indicators=passports,
        sql=readable(sql, plan.params),
        query=query.model_dump(mode="json", by_alias=True, exclude_defaults=True),
        notes=notes(catalog, query, plan.parts),
    )


def passport(
    catalog: Catalog,
    name: str,
    formula: Formula,
    day: date,
    *,
    days: tuple[date, date] | None,
    trace: Trace,
    quality: Quality,
) -> Passport:
    """Return the passport of one indicator under `formula` as it was on `day`. `days` None counts all records."""
    _, indicator = catalog.indicator(name)
    sources = trace.all() if days is None else trace.within(*days)
    target = indicator.target_on(day)
    return Passport(
        indicator=name,
        title=indicator.title,
        unit=indicator.unit,
        formula=formula.words,
        expression=expression_of(catalog, name, formula),
        legal=[_plain(basis) for basis in formula.legal if basis.holds_on(day)],
        valid_from=formula.valid_from,
        valid_to=formula.valid_to,
        dataset=indicator.dataset,
        dataset_title=catalog.datasets[indicator.dataset].title,
        owner=catalog.packs[name.partition(".")[0]].head.owner,
        approved=None if formula.approved is None else _plain(formula.approved),
        inputs=inputs(catalog, name, formula),
        at_least=indicator.coverage.at_least if indicator.coverage else None,
        sources=sources,
        records=sum(source.records for source in sources),
        newest=max((source.newest for source in sources if source.newest), default=None),
        received=max((source.received for source in sources if source.received), default=None),
        quality=quality,
        bands=[_plain(band) for band in indicator.bands],
        figure=indicator.figure,
        direction=indicator.direction,
        target=target.value if target else None,
    )


def inputs(catalog: Catalog, name: str, formula: Formula) -> list[Input]:
    """Return the datasets that a formula reads, the indicator's own first."""
    return [
        Input(dataset=each, title=catalog.datasets[each].title, owner=catalog.packs[each.partition(".")[0]].head.owner)
        for each in catalog.reads(catalog.indicator(name)[0], formula)
    ]


def expression_of(catalog: Catalog, name: str, formula: Formula) -> str:
    """Return a formula as its author wrote it."""
    if formula.value is not None:
        return formula.value
    if formula.sql is not None:
        return catalog.queries[f"{name.partition('.')[0]}.{formula.sql}"].strip()
    scale = "" if formula.scale == 1 else f"{formula.scale:g} * "
    return f"{scale}({formula.numerator}) / ({formula.denominator})"


def notes(catalog: Catalog, query: Query, parts: Sequence[Part]) -> list[Text]:
    """Return what a reader should know besides: several formulae in one period, steps that have no value for it."""
    found: list[Text] = []
    for part in parts:
        if part.role != "asked" or len(part.pieces) < 2 or part.pieces[0].ends:
            continue
        found.append(
            Text(
                vi="Công thức đổi trong kỳ: mỗi phần của kỳ tính theo công thức có hiệu lực khi đó.",
                en="The formula changes within the period: each part is computed under the one in force then.",
            )
        )
        if any(measure.combine == "apart" for measure in part.measures):
            found.append(
                Text(
                    vi="Bước thời gian nằm vắt qua hai công thức không cộng được thì để trống; hãy chọn bước nhỏ hơn.",
                    en="A step that spans two formulae which cannot be joined is left empty; ask for smaller steps.",
                )
            )
    if any(catalog.indicator(name)[1].of != "records" for name in query.indicators) and query.as_of is None:
        found.append(
            Text(
                vi="Tính trên phiên bản mới nhất của mỗi đối tượng.",
                en="Counted on the newest version of each thing.",
            )
        )
    return list(dict.fromkeys(found))


def _rule_day(query: Query, period: Period, now: datetime, zone: ZoneInfo) -> date:
    if query.rule == "now":
        return now.astimezone(zone).date()
    if query.rule == "then":
        return min(period.end - _EPSILON, max(now, period.start)).astimezone(zone).date()
    return query.rule


def _plain(value: Any) -> dict[str, Any]:
    found: dict[str, Any] = value.model_dump(mode="json", by_alias=True, exclude_none=True)
    return found
