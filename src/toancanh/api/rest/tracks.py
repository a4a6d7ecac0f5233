"""Where the things of a layer were."""

from datetime import UTC, datetime

from pydantic import Field

from toancanh.api.reply import Reply, cached_reply
from toancanh.api.request import Call, Parameters
from toancanh.api.rest.common import Choices, Shape
from toancanh.api.routing import API, AnyRoute, Route
from toancanh.domain import InvalidInput, Moment, Period, Text
from toancanh.indicators import TracksRequest


class TracksParameters(Parameters):
    """Which tracks."""

    from_: Moment | None = Field(None, alias="from", description="Begin; by default the layer's window before the end.")
    to: Moment | None = Field(None, description="End; now by default.")
    box: Choices = Field(
        [],
        description="West, south, east, north: only what was inside some time, with its whole way.",
        examples=["106.6,20.6,107.2,21"],
    )
    as_of: Moment | None = Field(None, description="As it was known at this moment.")


class TrackPart(Shape):
    """A way without a gap. The lists go together; between two positions the thing moved evenly, `within_m` allowing."""

    times: list[float] = Field(description="Seconds since `from`, ascending.")
    lons: list[float] = Field(description="Longitudes, WGS 84.")
    lats: list[float] = Field(description="Latitudes, WGS 84.")


class TrackShape(Shape):
    """Where one thing was."""

    id: str = Field(description="What names it: the values of its series, joined by a slash.")
    series: dict[str, str] = Field(description="The columns of its series.")
    label: str | None = Field(description="What is written beside it.")
    parts: list[TrackPart] = Field(description="Its way; nobody knows where it was between two parts.")


class TracksShape(Shape):
    """Tracks of a period, thinned to what a screen can draw; `step_seconds` and `within_m` say how far."""

    from_: datetime = Field(alias="from", description="Begin.")
    to: datetime = Field(description="End.")
    items: list[TrackShape]
    step_seconds: int = Field(description="Of each thing one position every so many seconds was looked at.")
    within_m: float = Field(description="Positions left out lie at most so many metres off the way that is given.")
    whole: bool = Field(
        description="False where more things were there than are given: ask for a smaller box or period."
    )


async def get_tracks(call: Call[TracksParameters, None]) -> Reply:
    """Give the tracks of a layer in a period."""
    params, services = call.params, call.services
    name, layer = services.layer(call.path["id"])
    to = params.to or datetime.now(UTC)
    start = params.from_ or to - layer.window
    asked = TracksRequest(Period(min(start, to), to), _box(params.box), params.as_of)
    found = await services.indicators.tracks(name, call.viewer, asked)
    content = {
        "from": found.period.start,
        "to": found.period.end,
        "items": found.tracks,
        "step_seconds": found.step,
        "within_m": found.within_m,
        "whole": found.whole,
    }
    return cached_reply(content, call.headers)


def _box(sides: list[str]) -> tuple[float, float, float, float] | None:
    if not sides:
        return None
    try:
        west, south, east, north = map(float, sides)
        if -180 <= west < east <= 180 and -90 <= south < north <= 90:
            return west, south, east, north
    except ValueError:
        pass
    raise InvalidInput(
        Text(vi="“box” không phải là một khung.", en="'box' is not a box."),
        Text(
            vi="Viết tây,nam,đông,bắc theo độ, như 106.6,20.6,107.2,21.",
            en="Write west,south,east,north in degrees, as 106.6,20.6,107.2,21.",
        ),
    )


ROUTES: tuple[AnyRoute, ...] = (
    Route(
        "GET", f"{API}/layers/{{id}}/tracks", get_tracks, Text(vi="Đường đi của các vật trên lớp", en="Tracks of a layer"), "layers",
        "For layers of kind `tracks`. What of a way lies straight and even between two positions is left out.",
        params=TracksParameters, gives=TracksShape, names={"id": "Layer, as `pack.name`."},
    ),
)  # fmt: skip
