"""What a source feeds: what would be missing if it stayed down."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from pydantic import Field

from toancanh.api.reply import Reply, json_reply
from toancanh.api.request import Call, Parameters
from toancanh.api.rest.common import Shape
from toancanh.api.rest.sources import sources_of
from toancanh.api.routing import API, AnyRoute, Route
from toancanh.catalog import Catalog
from toancanh.domain import Text
from toancanh.domain.declarations import Widget

_WEEK = 7


class Fed(Shape):
    """Something that reads what a source sends."""

    id: str = Field(description="Its name.", examples=["environment.aqi_hour"])
    title: Text = Field(description="Name for people.")


class FedDay(Shape):
    """What a source brought on one day."""

    day: date = Field(description="Day in the city's time zone.")
    stored: int = Field(description="Records that were new.")


class SourceFeeds(Shape):
    """What a source feeds, and what would be missing without it."""

    dataset: Fed = Field(description="Where its records go.")
    others: list[Fed] = Field(description="Other sources of the same dataset, which go on.")
    indicators: list[Fed] = Field(description="Indicators that read the dataset.")
    layers: list[Fed] = Field(description="Layers of the map that show it or these indicators.")
    boards: list[Fed] = Field(description="Boards that show any of these; only those that the viewer may see.")
    walls: list[Fed] = Field(description="Walls that play these boards.")
    rules: list[Fed] = Field(description="Rules that watch the dataset or these indicators.")
    week: list[FedDay] = Field(description="The last seven whole days, oldest first.")
    a_day: float = Field(description="Records a day, the mean of that week: what would be missing.")


async def get_feeds(call: Call[Parameters, None]) -> Reply:
    """Say what a source feeds."""
    services, viewer = call.services, call.viewer
    name, source = services.source(call.path["id"])
    services.require_sight(viewer, source.dataset)
    catalog, dataset = services.catalog, source.dataset
    indicators = _indicators(catalog, dataset)
    layers = {
        each: layer
        for each, layer in catalog.layers.items()
        if layer.dataset == dataset or layer.indicator in indicators
    }
    known = {dataset} | indicators.keys() | layers.keys()
    boards = {
        entry.id: entry.board
        for entry in await services.boards.all(viewer)
        if any(_named(widget) & known for widget in entry.board.widgets)
    }
    walls = {
        entry.id: entry.wall
        for entry in await services.walls.all()
        if any(item.board in boards for item in entry.wall.items)
    }
    rules = {each: rule for each, rule in catalog.rules.items() if _watched(rule.watches.model_dump()) & known}
    week = await _week(call, name, dataset)
    others = [Fed(id=one.id, title=one.title) for one in await sources_of(services, dataset) if one.id != name]
    return json_reply(
        SourceFeeds(
            dataset=Fed(id=dataset, title=catalog.datasets[dataset].title),
            others=others,
            indicators=_fed(indicators),
            layers=_fed(layers),
            boards=_fed(boards),
            walls=_fed(walls),
            rules=_fed(rules),
            week=week,
            a_day=round(sum(day.stored for day in week) / _WEEK, 1),
        )
    )


def _indicators(catalog: Catalog, dataset: str) -> dict[str, Any]:
    """Return the indicators whose newest formula reads the dataset."""
    return {
        name: indicator
        for name, indicator in catalog.indicators.items()
        if dataset in catalog.reads(name, indicator.formulae[0])
    }


def _named(widget: Widget) -> set[str]:
    return {*widget.indicators, *widget.layers, *([widget.dataset] if widget.dataset else ())}


def _watched(watches: Mapping[str, Any]) -> set[str]:
    return {str(watches[key]) for key in ("dataset", "indicator", "layer") if watches.get(key)}


def _fed(found: Mapping[str, Any]) -> list[Fed]:
    return [Fed(id=name, title=one.title) for name, one in found.items()]


async def _week(call: Call[Any, Any], source: str, dataset: str) -> list[FedDay]:
    last = call.services.today() - timedelta(days=1)
    days = [last - timedelta(days=back) for back in reversed(range(_WEEK))]
    lines = await call.services.ingest.ledger(days[0], last, dataset=dataset, source=source)
    stored = {line.day: line.stored for line in lines}
    return [FedDay(day=day, stored=stored.get(day, 0)) for day in days]


ROUTES: tuple[AnyRoute, ...] = (
    Route(
        "GET", f"{API}/sources/{{id}}/feeds", get_feeds, Text(vi="Nguồn này nuôi những gì", en="What a source feeds"), "sources",
        "The indicators, layers, boards, walls and rules that would miss it, and how many records a day.",
        gives=SourceFeeds, action="read_internal", names={"id": "Source, as `pack.name`."},
    ),
)  # fmt: skip
