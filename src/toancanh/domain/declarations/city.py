"""city.yaml, units.yaml and calendars/*.yaml: the city that the platform serves."""

from datetime import date, time
from typing import Any, Literal

from pydantic import Field, model_validator

from toancanh.domain.declarations.base import Declaration, Identifier, Reference
from toancanh.domain.text import Text


class Basemap(Declaration):
    """A background of the city's own, which its map draws over the platform's ground and below everything else."""

    kind: Literal["raster"] = Field(description="Pictures in squares (XYZ).", examples=["raster"])
    title: Text = Field(description="Name in the layer panel.")
    tiles: str = Field(
        max_length=2000,
        description="Address of a square: https://…, or a path of this server, with {z}, {x} and {y}. Everybody can read it.",
        examples=["https://bando.example.vn/nen/{z}/{x}/{y}.png"],
    )
    attribution: Text = Field(description="Whose it is; shown on the map while it is drawn.")
    terms: str | None = Field(
        None,
        pattern=r"^https://[A-Za-z0-9]",
        description="Page about its use; the attribution links to it.",
        examples=["https://bando.example.vn/dieu-khoan"],
    )
    tile_size: Literal[256, 512] = Field(256, description="Width of a square, in pixels.", examples=[256])
    max_zoom: int = Field(18, ge=0, le=22, description="Greatest zoom that it has squares for.", examples=[19])
    visible: bool = Field(False, description="Whether it is drawn until somebody chooses.", examples=[False])


class Assignment(Declaration):
    """Which units fill in the form of a dataset, and since when."""

    units: tuple[str, ...] = Field(
        (), description="Codes of units; without any, those that the dataset names.", examples=[["H24.05"]]
    )
    since: date | None = Field(
        None, description="First day of the first period to be filled in.", examples=["2026-01-01"]
    )


class City(Declaration):
    """The folder of a city (TOANCANH_HOME) begins with this."""

    title: Text = Field(description="Name of the city or province.")
    area: str = Field(pattern=r"^\d{2}(\d{3})?$", description="Code of its area.", examples=["31"])
    time_zone: str = Field(
        "Asia/Ho_Chi_Minh", description="In which days and months are counted.", examples=["Asia/Ho_Chi_Minh"]
    )
    calendar: Identifier = Field("vietnam", description="Working-day calendar.", examples=["vietnam"])
    packs: tuple[Identifier, ...] = Field(
        min_length=1,
        description="Fields in use, shipped ones or folders in packs/.",
        examples=[["environment", "dossiers", "platform"]],
    )
    parameters: dict[Identifier, dict[Identifier, Any]] = Field({}, description="Values of packs' parameters, by pack.")
    entry: dict[Reference, Assignment] = Field({}, description="Who fills in which dataset, by its full name.")
    demo: bool = Field(False, description="Whether figures are simulated; every screen then says so.", examples=[True])
    centre: tuple[float, float] | None = Field(
        None, description="Longitude and latitude where the map opens; the area's middle by default."
    )
    zoom: float = Field(8.5, ge=3, le=18, description="Zoom at which the map opens.", examples=[9])
    basemap: Basemap | None = Field(None, description="A background of its own for the map; none is needed.")


class Organisation(Declaration):
    """A unit (đơn vị): it owns data and receives tasks."""

    code: str = Field(
        pattern=r"^[A-Z0-9.]{2,35}$",
        description="Identifier of QĐ 20/2020/QĐ-TTg where it has one.",
        examples=["H24.05"],
    )
    name: Text = Field(description="Official name.")
    kind: Literal["government", "department", "commune", "agency", "enterprise"] = Field(
        description="What it is.", examples=["department"]
    )
    parent: str | None = Field(None, description="Code of the unit above it.", examples=["H24"])
    area: str | None = Field(None, pattern=r"^\d{2}(\d{3})?$", description="Area that it serves.", examples=["31"])


class Span(Declaration):
    """A part of the working day."""

    start: time = Field(description="Begin.", examples=["07:30"])
    end: time = Field(description="End.", examples=["11:30"])

    @model_validator(mode="after")
    def _ordered(self) -> "Span":
        if self.end <= self.start:
            raise ValueError("a span ends after it starts")
        return self


class DayOff(Declaration):
    """Days off by law or decision."""

    start: date = Field(description="First day.", examples=["2026-02-16"])
    end: date = Field(description="Last day.", examples=["2026-02-20"])
    title: Text = Field(description="What for.")
    basis: str | None = Field(None, description="The decision or notice.", examples=["Thông báo 1441/TB-BLĐTBXH"])


class Calendar(Declaration):
    """A working-day calendar: hours, weekly rest, and each year's days off and swapped days."""

    title: Text = Field(description="Name shown to people.")
    hours: tuple[Span, ...] = Field(min_length=1, description="Working spans of a working day.")
    weekend: tuple[int, ...] = Field((5, 6), description="Weekdays of rest, Monday is 0.", examples=[[5, 6]])
    days_off: tuple[DayOff, ...] = Field((), description="Days off.")
    swapped: tuple[date, ...] = Field((), description="Rest days on which people work instead of a day off.")
    until: date = Field(description="Last day for which the days off are known.", examples=["2026-12-31"])
