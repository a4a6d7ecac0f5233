"""Datasets and sources: what is recorded, how fresh and how good it is, and where it comes from."""

import asyncio
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pydantic import Field

from toancanh.api.reply import Reply, cached_reply, json_reply
from toancanh.api.request import Call, Parameters
from toancanh.api.rest.common import Next, Paged, Shape, page_of
from toancanh.api.rest.sources import SourceBrief, sources_of
from toancanh.api.routing import API, AnyRoute, Route
from toancanh.api.services import Services
from toancanh.domain import (
    InvalidInput,
    Moment,
    NotAllowed,
    Period,
    Quality,
    Text,
    UnknownName,
    format_duration,
)
from toancanh.indicators import CoverageRequest


class FreshnessShape(Shape):
    """How new the newest record is, against the promised rhythm."""

    newest: datetime | None = Field(description="Time of the newest record.")
    received: datetime | None = Field(description="When the last record came in.")
    expected_every: str | None = Field(description="The promised rhythm.", examples=["1h"])
    state: str = Field(description="good, watch, bad (silent) or unknown (nothing was promised).")
    age_seconds: float | None = Field(description="Age of the newest record.")
    silent_since: datetime | None = Field(description="Since when it is silent, where it is.")


class DatasetBrief(Shape):
    """A dataset in a list."""

    id: str = Field(description="`pack.name`.", examples=["environment.air_quality"])
    title: Text = Field(description="Name for people.")
    description: Text = Field(description="What one record is.")
    kind: str = Field(description="event or entity.")
    pack: str = Field(description="Pack that declares it.")
    sensitivity: str = Field(description="open, internal, personal or sensitive.")
    freshness: FreshnessShape
    quality: Quality
    records: int = Field(description="Records stored.")
    positioned: bool = Field(description="Whether its records have coordinates, so that a polygon can filter them.")


class DatasetList(Shape):
    """Datasets."""

    items: list[DatasetBrief]
    next: Next


class ColumnShape(Shape):
    """A column."""

    name: str = Field(description="Name.")
    title: Text = Field(description="Name for people.")
    description: Text | None = Field(description="What exactly is recorded.")
    type: str = Field(description="Type of the values.")
    unit: str | None = Field(description="Unit of measure.")
    required: bool = Field(description="A record without it goes to quarantine.")
    sensitivity: str = Field(description="Who may see it.")
    codes: dict[str, Text] | None = Field(description="The only values allowed.")
    derived: bool = Field(description="Computed when a record comes in; senders do not send it.")


class CheckShape(Shape):
    """A condition on every record."""

    name: str = Field(description="Name.")
    say: Text = Field(description="What is wrong when it is false.")
    otherwise: str = Field(description="quarantine or flag.")


class DatasetShape(DatasetBrief):
    """A dataset with its declaration."""

    columns: list[ColumnShape]
    key: list[str] = Field(description="Columns that identify a record or a thing.")
    time: str = Field(description="The time column.")
    series: list[str] = Field(description="Columns that name one series.")
    place: dict[str, str | None] | None = Field(description="How a record finds its area.")
    expect: dict[str, Any] | None = Field(description="The promised rhythm.")
    sources: list[SourceBrief]
    checks: list[CheckShape]
    indicators: list[str] = Field(description="Indicators that read it.")
    declaration: dict[str, Any] = Field(description="The declaration, whole.")


class ArrivalParameters(Parameters):
    """Since when."""

    since: Moment = Field(description="Records received after this moment.", examples=["2026-11-21T08:30:00+07:00"])


class ArrivalShape(Shape):
    """What came in of one dataset."""

    dataset: str = Field(description="Dataset.", examples=["environment.air_quality"])
    records: int = Field(description="Records received, versions of things among them.")


class ArrivalList(Shape):
    """Datasets of which something came in."""

    items: list[ArrivalShape]


class DatasetParameters(Paged):
    """Which datasets."""

    pack: str | None = Field(None, max_length=63, description="Only of this pack.", examples=["environment"])


class CoverageParameters(Parameters):
    """Of which records."""

    from_: Moment = Field(alias="from", description="Start, included.", examples=["2026-03-01T00:00:00+07:00"])
    to: Moment = Field(description="End, excluded.", examples=["2026-03-02T00:00:00+07:00"])
    area: str | None = Field(None, max_length=12, description="Only in this area and below it.", examples=["31"])
    as_of: Moment | None = Field(None, description="As it was known at this moment.")


class CoverageShape(Shape):
    """How much of what should have come in a period did come, as far as the viewer may see it."""

    records: int = Field(description="Records of the period.")
    expected: int | None = Field(
        description="Records promised by now; none without a promise, or where only a part is seen."
    )
    series: int | None = Field(description="Series heard of; none where records have none.")
    series_expected: int | None = Field(description="Series that promised to send.")
    areas: int | None = Field(description="Communes with records; none where records have no place.")
    areas_all: int | None = Field(description="Communes that there are.")


async def list_datasets(call: Call[DatasetParameters, None]) -> Reply:
    """List the datasets that the viewer may know of."""
    catalog, pack = call.services.catalog, call.params.pack
    seen = [
        name
        for name in catalog.datasets
        if pack in (None, name.partition(".")[0]) and call.services.sees(call.viewer, name)
    ]
    names, following = page_of(seen, call.params)
    items = [DatasetBrief(**await _brief(call.services, name)) for name in names]
    return cached_reply(DatasetList(items=items, next=following), call.headers)


async def list_arrivals(call: Call[ArrivalParameters, None]) -> Reply:
    """Count what came in since a moment."""
    services = call.services
    seen = [name for name in services.catalog.datasets if services.sees(call.viewer, name)]
    counted = await services.indicators.arrived(seen, call.params.since)
    items = [ArrivalShape(dataset=name, records=counted[name]) for name in seen if counted[name]]
    return json_reply(ArrivalList(items=items))


async def get_dataset(call: Call[Parameters, None]) -> Reply:
    """Give one dataset with its declaration."""
    services = call.services
    name, dataset = services.dataset(call.path["id"])
    services.require_sight(call.viewer, name)
    declared = dataset.model_dump(exclude={"place": {"at_sea"}}, mode="json", by_alias=True)
    shape = DatasetShape(
        **await _brief(services, name),
        columns=[
            ColumnShape(
                name=column_name,
                title=column.title,
                description=column.description,
                type=column.type,
                unit=column.unit,
                required=column.required,
                sensitivity=column.sensitivity,
                codes=column.codes,
                derived=column.derive is not None,
            )
            for column_name, column in dataset.columns.items()
        ],
        key=list(dataset.key),
        time=dataset.time,
        series=list(dataset.series),
        place=declared["place"],
        expect=declared["expect"],
        sources=await sources_of(services, name),
        checks=[CheckShape(name=check.name, say=check.say, otherwise=check.otherwise) for check in dataset.checks],
        indicators=[key for key, one in services.catalog.indicators.items() if one.dataset == name],
        declaration=declared,
    )
    return cached_reply(shape, call.headers)


async def get_coverage(call: Call[CoverageParameters, None]) -> Reply:
    """Say how much of what was promised came in."""
    asked, services = call.params, call.services
    name, _ = services.dataset(call.path["id"])
    if asked.to <= asked.from_:
        raise InvalidInput(
            Text(vi="Khoảng thời gian trống.", en="The period is empty."),
            Text(vi="Chọn `to` sau `from`.", en="Choose `to` after `from`."),
        )
    request = CoverageRequest(Period(asked.from_, asked.to), asked.area, asked.as_of)
    found = await services.indicators.coverage(name, call.viewer, request)
    return cached_reply(CoverageShape(**asdict(found)), call.headers)


async def _brief(services: Services, name: str) -> dict[str, Any]:
    dataset = services.catalog.datasets[name]
    freshness, quality = await asyncio.gather(services.indicators.freshness(name), services.indicators.quality(name))
    return {
        "id": name,
        "title": dataset.title,
        "description": dataset.description,
        "kind": dataset.kind,
        "pack": name.partition(".")[0],
        "sensitivity": dataset.sensitivity,
        "freshness": FreshnessShape(
            newest=freshness.newest,
            received=freshness.received,
            expected_every=None if freshness.every is None else format_duration(freshness.every),
            state=freshness.state,
            age_seconds=freshness.age,
            silent_since=freshness.silent_since,
        ),
        "quality": quality,
        "records": freshness.records,
        "positioned": dataset.place is not None and dataset.place.lon is not None,
    }


ROUTES: tuple[AnyRoute, ...] = (
    Route(
        "GET", f"{API}/datasets", list_datasets, Text(vi="Danh mục bộ dữ liệu", en="Datasets"), "datasets",
        "With freshness and the four quality scores.", params=DatasetParameters, gives=DatasetList,
    ),
    Route(
        "GET", f"{API}/datasets/arrivals", list_arrivals, Text(vi="Số liệu mới về", en="Arrivals"), "datasets",
        "How many records of each dataset were received since a moment.", params=ArrivalParameters, gives=ArrivalList,
    ),
    Route(
        "GET", f"{API}/datasets/{{id}}", get_dataset, Text(vi="Một bộ dữ liệu", en="One dataset"), "datasets",
        "With its declaration, freshness, the four quality scores and its sources.", gives=DatasetShape,
        names={"id": "Dataset, as `pack.name`."},
    ),
    Route(
        "GET", f"{API}/datasets/{{id}}/coverage", get_coverage, Text(vi="Độ phủ của một bộ dữ liệu", en="Coverage of a dataset"), "datasets",
        "Records, series and areas of a period beside those promised.", params=CoverageParameters, gives=CoverageShape,
        errors=(UnknownName, NotAllowed), names={"id": "Dataset, as `pack.name`."},
    ),
)  # fmt: skip
