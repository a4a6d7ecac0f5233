"""What the map draws: layers and their vector tiles."""

from typing import Literal

from pydantic import Field

from toancanh.api.reply import Reply, cached_reply, matches
from toancanh.api.request import Call, Parameters
from toancanh.api.rest.common import Next, Paged, Shape, page_of
from toancanh.api.routing import API, AnyRoute, Route
from toancanh.domain import Moment, NotFound, Text
from toancanh.domain.declarations import Layer

TILE = "application/vnd.mapbox-vector-tile"
MAX_ZOOM = 22


class LegendEntry(Shape):
    """One range of values in the legend."""

    state: str = Field(description="good, watch, bad or unknown.")
    title: Text | None = Field(description="Official name of the range, where one exists.")
    from_: float | None = Field(None, alias="from", serialization_alias="from", description="Smallest value, included.")
    below: float | None = Field(None, description="End of the range, excluded.")
    colour: str | None = Field(None, description="Official colour, where law prescribes one.")


class LayerShape(Shape):
    """A layer of the map. Its tiles are at `/tiles/{id}/{z}/{x}/{y}.mvt`; inside them it is called `id` without the pack."""

    id: str = Field(description="`pack.name`.", examples=["environment.air_stations"])
    title: Text = Field(description="Name in the legend.")
    kind: str = Field(description="points, tracks or areas.")
    pack: str = Field(description="Pack that declares it.")
    indicator: str | None = Field(description="Indicator that colours it.")
    dataset: str | None = Field(description="Dataset of its points or tracks.")
    unit: str | None = Field(description="Unit of the value.")
    decimals: int | None = Field(description="Digits after the comma of the value.")
    figure: Literal["number", "band"] = Field(description="What people read: the value, or the title of its range.")
    legend: list[LegendEntry] = Field(description="Ranges of values and what each means.")
    label: str | None = Field(description="Column written beside a point, or a moving thing.")
    window_seconds: float = Field(description="How far back it looks.")
    columns: list[str] = Field(description="Columns shown when a point is chosen.")
    level: str | None = Field(description="Level of its areas.")
    min_zoom: int = Field(description="Smallest zoom at which it shows.")
    cluster_below: int = Field(description="Below this zoom points are gathered into cells.")
    visible: bool = Field(description="Drawn when the map opens.")
    bounds: tuple[float, float, float, float] | None = Field(description="West, south, east and north of the city.")


class LayerList(Shape):
    """Layers."""

    items: list[LayerShape]
    next: Next


class ThingParameters(Parameters):
    """What is looked for."""

    q: str = Field(max_length=200, description="Words of its name, with or without diacritics.", examples=["cat hai"])
    limit: int = Field(10, ge=1, le=100, description="How many at most.")


class ThingShape(Shape):
    """A named point of a layer."""

    layer: str = Field(description="Layer, as `pack.name`.")
    name: str = Field(description="What is written beside it.")
    at: tuple[float, float] = Field(description="Longitude and latitude, WGS 84.")


class ThingList(Shape):
    """Things, those whose name begins with the first word before others of their layer."""

    items: list[ThingShape]
    next: Next


def _shape(call: Call[Paged, None] | Call[Parameters, None], name: str, layer: Layer) -> LayerShape:
    catalog = call.services.catalog
    indicator = catalog.indicators[layer.indicator] if layer.indicator is not None else None
    bands = indicator.bands if indicator is not None else ()
    return LayerShape(
        id=name,
        title=layer.title,
        kind=layer.kind,
        pack=name.partition(".")[0],
        indicator=layer.indicator,
        dataset=layer.dataset or (indicator.dataset if indicator is not None else None),
        unit=indicator.unit if indicator is not None else None,
        decimals=indicator.decimals if indicator is not None else None,
        figure=indicator.figure if indicator is not None else "number",
        legend=[
            LegendEntry(state=band.state, title=band.title, from_=band.from_, below=band.below, colour=band.colour)
            for band in bands
        ],
        label=layer.label,
        window_seconds=layer.window.total_seconds(),
        columns=list(layer.columns),
        level=layer.level if layer.kind == "areas" else None,
        min_zoom=layer.min_zoom,
        cluster_below=layer.cluster_below,
        visible=layer.visible,
        bounds=call.services.bounds(),
    )


async def list_layers(call: Call[Paged, None]) -> Reply:
    """List the layers that the viewer may see."""
    found = [
        shape
        for shape in (_shape(call, name, layer) for name, layer in call.services.catalog.layers.items())
        if shape.dataset is None or call.services.sees(call.viewer, shape.dataset)
    ]
    items, following = page_of(found, call.params)
    return cached_reply(LayerList(items=list(items), next=following), call.headers)


async def get_layer(call: Call[Parameters, None]) -> Reply:
    """Give one layer."""
    name, layer = call.services.layer(call.path["id"])
    shape = _shape(call, name, layer)
    if shape.dataset is not None:
        call.services.require_sight(call.viewer, shape.dataset)
    return cached_reply(shape, call.headers)


async def find_things(call: Call[ThingParameters, None]) -> Reply:
    """Find named things on the map."""
    found = await call.services.indicators.find_things(call.params.q, call.viewer, call.params.limit)
    items = [ThingShape(layer=one.layer, name=one.name, at=(one.lon, one.lat)) for one in found]
    return cached_reply(ThingList(items=items, next=None), call.headers)


class TileParameters(Parameters):
    """When the tile is of."""

    at: Moment | None = Field(None, description="As things stood at this moment; now by default.")


async def get_tile(call: Call[TileParameters, None]) -> Reply:
    """Give one vector tile."""
    z, x, y = (_number(call.path[name]) for name in ("z", "x", "y"))
    if z > MAX_ZOOM or x >= 1 << z or y >= 1 << z:
        raise NotFound(
            Text(vi=f"Không có ô bản đồ {z}/{x}/{y}.", en=f"There is no tile {z}/{x}/{y}."),
            Text(vi=f"z từ 0 đến {MAX_ZOOM}; x, y nhỏ hơn 2^z.", en=f"z is 0 to {MAX_ZOOM}; x and y are below 2^z."),
        )
    tile = await call.services.indicators.tile(call.path["layer"], z, x, y, call.viewer, call.params.at)
    tag = tile.etag.encode()
    headers = [(b"etag", tag), (b"cache-control", b"private, no-cache"), (b"vary", b"Cookie, Authorization")]
    if matches(call.headers.get(b"if-none-match"), tag):
        return Reply(status=304, media=None, headers=headers)
    if not tile.data:
        return Reply(status=204, media=None, headers=headers)
    return Reply(tile.data, media=TILE, headers=headers)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise NotFound(
            Text(vi=f"“{text[:20]}” không phải là số.", en=f"'{text[:20]}' is not a number."),
            Text(vi="Địa chỉ: /tiles/lớp/z/x/y.mvt.", en="The address is /tiles/layer/z/x/y.mvt."),
        )
    return int(text)


_ID = {"id": "Layer, as `pack.name`."}
ROUTES: tuple[AnyRoute, ...] = (
    Route(
        "GET", f"{API}/layers", list_layers, Text(vi="Danh mục lớp bản đồ", en="Layers"), "layers",
        params=Paged, gives=LayerList,
    ),
    Route(
        "GET", f"{API}/layers/things", find_things, Text(vi="Tìm trên bản đồ", en="Find things"), "layers",
        "Among the newest points and the current things of all layers with labels; events are not looked through.",
        params=ThingParameters, gives=ThingList,
    ),
    Route(
        "GET", f"{API}/layers/{{id}}", get_layer, Text(vi="Một lớp bản đồ", en="One layer"), "layers",
        gives=LayerShape, names=_ID,
    ),
    Route(
        "GET", "/tiles/{layer}/{z}/{x}/{y}.mvt", get_tile, Text(vi="Ô bản đồ", en="Vector tile"), "layers",
        "Points carry id, value, state, label and count (more than 1: a cluster); areas carry code, name, value and state. "
        "`areas.province` and `areas.commune` are the boundaries themselves. An empty tile is 204.",
        params=TileParameters, media=(TILE,), also={204: "An empty tile.", 304: "The tile is as it was."},
        names={"layer": "Layer, as `pack.name`.", "z": "Zoom.", "x": "Column.", "y": "Row."},
    ),
)  # fmt: skip
