"""The city, and the strip of its fields."""

from dataclasses import fields as dataclass_fields
from datetime import UTC, datetime
from typing import Literal

from pydantic import Field

from toancanh.api.reply import Reply, json_reply
from toancanh.api.request import Call, Parameters
from toancanh.api.rest.common import Next, Paged, Shape, page_of
from toancanh.api.routing import API, AnyRoute, Route
from toancanh.api.services import Services
from toancanh.domain import VERSION, Moment, Query, Text
from toancanh.domain.declarations import Basemap
from toancanh.indicators import FieldState, Worst


class CityShape(Shape):
    """The city that the platform serves."""

    title: Text = Field(description="Name.")
    area: str = Field(description="Code of its area.", examples=["31"])
    time_zone: str = Field(description="In which days and months are counted.")
    demo: bool = Field(description="Whether figures are simulated; every screen then says so.")
    centre: tuple[float, float] | None = Field(description="Longitude and latitude where the map opens.")
    zoom: float = Field(description="Zoom at which the map opens.")
    basemap: Basemap | None = Field(description="The city's own background for the map, below all layers.")
    bounds: tuple[float, float, float, float] | None = Field(description="West, south, east and north of the city.")
    version: str = Field(description="Version of the program.")
    catalog: str = Field(description="Version of the declarations.")
    now: datetime = Field(description="The server's clock.")
    alarms: list[Text] = Field(description="What everybody should know.")
    languages: list[str] = Field(description="Languages of texts.")
    progress: dict[str, float] = Field(description="Long work in the background, from 0 to 1.")


class WorstShape(Shape):
    """The one worst thing of a field."""

    indicator: str = Field(description="Indicator.")
    title: Text = Field(description="Its name.")
    value: float | None = Field(description="Its value.")
    unit: str = Field(description="Unit.")
    decimals: int | None = Field(description="Digits after the comma.")
    state: str = Field(description="good, watch, bad or unknown.")
    band: Text | None = Field(description="Official name of the range.")
    figure: Literal["number", "band"] = Field(description="What people read as its figure: the number, or that name.")
    where: dict[str, str] | None = Field(description="Where it is.")
    at: datetime | None = Field(description="When it was.")
    query: Query = Field(description="The question whose newest value it is.")


class FieldShape(Shape):
    """A field of city life and how it is."""

    id: str = Field(description="Pack.", examples=["environment"])
    title: Text = Field(description="Name.")
    description: Text = Field(description="What it watches.")
    icon: str = Field(description="Name of a Tabler icon.")
    owner: Text = Field(description="The department that answers for the data.")
    board: str | None = Field(description="The board that opens first.")
    state: str = Field(description="good, watch, bad or unknown.")
    worst: WorstShape | None = Field(description="The worst of its headline indicators.")
    figures: list[WorstShape] = Field(description="The worst value of each headline indicator that has one.")
    datasets: list[str] = Field(description="Its datasets.")
    stale: list[str] = Field(description="Datasets that should speak and are silent.")


class FieldParameters(Paged):
    """Which fields, and as known when."""

    as_of: Moment | None = Field(None, description="As it was known at this moment; who was silent then is not told.")


class FieldList(Shape):
    """Fields, in the order of the strip."""

    items: list[FieldShape]
    next: Next


async def get_city(call: Call[Parameters, None]) -> Reply:
    """Say which city this is."""
    services = call.services
    city, health = services.catalog.city, await services.health()
    shape = CityShape(
        title=city.title,
        area=city.area,
        time_zone=city.time_zone,
        demo=city.demo,
        centre=city.centre or services.geography.get(city.area).centre,
        zoom=city.zoom,
        basemap=city.basemap,
        bounds=services.bounds(),
        version=VERSION,
        catalog=services.catalog.version,
        now=datetime.now(UTC),
        alarms=list(health.problems),
        languages=["vi", "en"],
        progress={name: float(done) for name, done in health.progress.items()},
    )
    return json_reply(shape)


async def list_fields(call: Call[FieldParameters, None]) -> Reply:
    """Give the strip of fields."""
    services = call.services
    found = [_field(services, field) for field in await services.indicators.fields(call.viewer, call.params.as_of)]
    items, following = page_of(found, call.params)
    return json_reply(FieldList(items=list(items), next=following))


def _field(services: Services, field: FieldState) -> FieldShape:
    head, worst = services.catalog.packs[field.pack].head, field.worst
    return FieldShape(
        id=field.pack,
        title=head.title,
        description=head.description,
        icon=head.icon,
        owner=head.owner,
        board=None if head.board is None else f"{field.pack}.{head.board}",
        state=field.state,
        worst=None if worst is None else _worst(worst),
        figures=[_worst(figure) for figure in field.figures],
        datasets=list(field.datasets),
        stale=list(field.stale),
    )


def _worst(worst: Worst) -> WorstShape:
    return WorstShape(**{each.name: getattr(worst, each.name) for each in dataclass_fields(worst)})


ROUTES: tuple[AnyRoute, ...] = (
    Route("GET", f"{API}/city", get_city, Text(vi="Thành phố", en="The city"), "city", gives=CityShape, door=True),
    Route(
        "GET", f"{API}/fields", list_fields, Text(vi="Dải lĩnh vực", en="Strip of fields"), "city",
        "Each field with its state and its one worst thing, as the viewer may see them.", params=FieldParameters, gives=FieldList,
    ),
)  # fmt: skip
