"""Indicators, and the one question that everything asks."""

from typing import Any, Literal, get_args

from pydantic import Field

from toancanh.api.reply import Reply, cached_reply, encode, lasting
from toancanh.api.request import Call, Parameters
from toancanh.api.rest.common import Next, Paged, Shape, accepted, page_of
from toancanh.api.routing import API, AnyRoute, Route
from toancanh.domain import AnswerColumn, NotAllowed, Provenance, Query, QueryTooHeavy, Text, UnknownName
from toancanh.domain.declarations import Band, Indicator
from toancanh.indicators import MEDIA, Language

QueryForm = Literal["json", "csv", "xlsx"]
_FORMS: dict[str, QueryForm] = {MEDIA[form].partition(";")[0]: form for form in get_args(QueryForm)}


class IndicatorBrief(Shape):
    """An indicator in a list."""

    id: str = Field(description="`pack.name`.", examples=["environment.aqi_hour"])
    title: Text = Field(description="Name for people.")
    short: Text | None = Field(description="Name where space is short.")
    unit: str = Field(description="Unit of the value.", examples=["AQI"])
    decimals: int = Field(description="Digits after the comma.")
    dataset: str = Field(description="Dataset that it reads.", examples=["environment.air_quality"])
    dimensions: list[str] = Field(description="Columns by which it may be split, besides area, unit and source.")
    areas: list[str] = Field(
        description="Levels of areas by which it may be split; none where its records have no place.",
        examples=[["commune", "province"]],
    )
    positioned: bool = Field(description="Whether its records have coordinates, so that a polygon can filter them.")
    per: str = Field(description="Finest step of time.", examples=["hour"])
    direction: str = Field(description="Which way is better: up, down or none.")
    bands: list[Band] = Field(description="Ranges of values and the state that each means.")
    figure: Literal["number", "band"] = Field(
        description="What people read as its figure: the number, or the title of its band."
    )
    has_target: bool = Field(description="Whether a target is in force today.")
    ranking: str = Field(description="plain, or funnel: rankings show the uncertainty of small groups.")
    pack: str = Field(description="Pack that declares it.")


class IndicatorList(Shape):
    """Indicators."""

    items: list[IndicatorBrief]
    next: Next


class IndicatorShape(IndicatorBrief):
    """An indicator, with everything that it declares."""

    description: Text | None = Field(description="What it says and what it does not.")
    formulae: list[dict[str, Any]] = Field(
        description="The formula in force and those before it, with legal basis and validity."
    )
    targets: list[dict[str, Any]] = Field(description="Targets with their validity.")
    coverage: dict[str, Any] | None = Field(description="How much data a value needs.")
    window: str | None = Field(description="Span that one value looks back over.")
    of: str = Field(description="records, current or state.")


class IndicatorParameters(Paged):
    """Which indicators."""

    pack: str | None = Field(None, max_length=63, description="Only of this pack.", examples=["environment"])
    dataset: str | None = Field(None, max_length=127, description="Only over this dataset.")


class AnswerShape(Shape):
    """An answer: columns, rows in their order, and where the numbers come from."""

    columns: list[AnswerColumn] = Field(description="What each value of a row is.")
    rows: list[list[str | float | bool | None]] = Field(description="The rows; times are RFC 3339.")
    provenance: Provenance = Field(description="The passport of the numbers.")
    next: Next


def _brief(call: Call[Any, Any], name: str, indicator: Indicator) -> dict[str, Any]:
    place = call.services.catalog.datasets[indicator.dataset].place
    return {
        "id": name,
        "title": indicator.title,
        "short": indicator.short,
        "unit": indicator.unit,
        "decimals": indicator.decimals,
        "dataset": indicator.dataset,
        "dimensions": list(indicator.dimensions),
        "areas": [] if place is None else ["commune", "province"],
        "positioned": place is not None and place.lon is not None,
        "per": indicator.per,
        "direction": indicator.direction,
        "bands": list(indicator.bands),
        "figure": indicator.figure,
        "has_target": indicator.target_on(call.services.today()) is not None,
        "ranking": indicator.ranking,
        "pack": name.partition(".")[0],
    }


async def list_indicators(call: Call[IndicatorParameters, None]) -> Reply:
    """List the indicators that the viewer may ask."""
    asked = call.params
    found = []
    for name, indicator in call.services.catalog.indicators.items():
        brief = _brief(call, name, indicator)
        wanted = asked.pack in (None, brief["pack"]) and asked.dataset in (None, brief["dataset"])
        if wanted and call.services.sees(call.viewer, brief["dataset"]):
            found.append(brief)
    items, following = page_of(found, asked)
    return cached_reply(IndicatorList(items=[IndicatorBrief(**item) for item in items], next=following), call.headers)


async def get_indicator(call: Call[Parameters, None]) -> Reply:
    """Give one indicator with its formulae and legal basis."""
    name, indicator = call.services.indicator(call.path["id"])
    brief = _brief(call, name, indicator)
    call.services.require_sight(call.viewer, brief["dataset"])
    declared = indicator.model_dump(mode="json", by_alias=True)
    more = {key: declared[key] for key in ("formulae", "targets", "coverage", "window", "of")}
    return cached_reply(IndicatorShape(**brief, **more, description=indicator.description), call.headers)


class QueryParameters(Parameters):
    """In which form the answer leaves."""

    format: QueryForm | None = Field(
        None, description="json, csv or xlsx; by default what `Accept` asks for, else JSON."
    )
    language: Language = Field("vi", description="Files: the language of titles and names.")
    bom: bool = Field(False, description="CSV: begin with a byte order mark, as Excel wants.")


async def query(call: Call[QueryParameters, Query]) -> Reply:
    """Answer a question. The rows leave as the engine wrote them, or as a file for people."""
    asked = call.params
    preferred: QueryForm = accepted(call.header("accept"), _FORMS, "json")
    form = asked.format or preferred
    if form != "json":
        export = await call.services.indicators.sheet(call.body, call.viewer, form, asked.language, bom=asked.bom)
        name = f'attachment; filename="{export.filename}"'.encode()
        headers = [(b"cache-control", b"no-store"), (b"vary", b"Accept, Cookie"), (b"content-disposition", name)]
        return Reply(export.pieces, media=export.media, headers=headers)
    answer = await call.services.indicators.answer(call.body, call.viewer)
    head = b'{"columns":' + encode(answer.columns) + b',"rows":'
    tail = b',"provenance":' + encode(answer.provenance) + b',"next":' + encode(answer.next) + b"}"
    rows = lasting(answer.rows, answer.payload)
    return Reply((head, rows, tail), headers=[(b"cache-control", b"no-store")])


ROUTES: tuple[AnyRoute, ...] = (
    Route(
        "GET", f"{API}/indicators", list_indicators, Text(vi="Danh mục chỉ tiêu", en="Indicators"), "indicators",
        params=IndicatorParameters, gives=IndicatorList,
    ),
    Route(
        "GET", f"{API}/indicators/{{id}}", get_indicator, Text(vi="Một chỉ tiêu", en="One indicator"), "indicators",
        "With its formulae, their legal basis and validity.", gives=IndicatorShape,
        names={"id": "Indicator, as `pack.name`."},
    ),
    Route(
        "POST", f"{API}/query", query, Text(vi="Hỏi số liệu", en="Ask"), "indicators",
        "The one request and the one reply of everything that reads. Every answer carries its provenance: in JSON beside the "
        "rows, in XLSX on a sheet of its own.",
        params=QueryParameters, media=tuple(_FORMS), body=Query, gives=AnswerShape, errors=(UnknownName, NotAllowed, QueryTooHeavy),
        example={"indicators": ["environment.aqi_hour"], "by": ["station"], "time": {"last": "24h"}, "grain": "hour"},
    ),
)  # fmt: skip
