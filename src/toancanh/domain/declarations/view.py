"""layers/*.yaml, boards/*.yaml, playbooks/*.md, words.yaml: what people see, do and say."""

from typing import Any, Literal

from pydantic import Field, model_validator

from toancanh.domain.declarations.base import Declaration, Expression, Identifier, Reference
from toancanh.domain.text import Text
from toancanh.domain.time import Duration, Grain


class Layer(Declaration):
    """What the map draws: points of a dataset, the ways that its things went, or areas coloured by an indicator."""

    title: Text = Field(description="Name in the legend.")
    kind: Literal["points", "tracks", "areas"] = Field(
        description="points of a dataset, tracks of what moves in it, or areas by an indicator.", examples=["points"]
    )
    dataset: Reference | None = Field(None, description="Dataset of the points or tracks.", examples=["air_quality"])
    indicator: Reference | None = Field(
        None,
        description="Indicator that colours the areas, and the points where its dimensions allow.",
        examples=["aqi_hour"],
    )
    show: Literal["last", "records", "current"] = Field(
        "last",
        description="The newest record of each series, all records of the window, or current entities.",
        examples=["last"],
    )
    window: Duration = Field("24h", validate_default=True, description="How far back it looks.", examples=["24h"])
    gap: Duration = Field(
        "30m",
        validate_default=True,
        description="Tracks: a longer silence breaks the line; nobody knows where the thing was.",
        examples=["30m"],
    )
    value: Expression | None = Field(
        None, description="Number that colours the points, over the columns.", examples=["pm25"]
    )
    label: Identifier | None = Field(
        None, description="Column written beside a point, or a moving thing.", examples=["station_name"]
    )
    columns: tuple[Identifier, ...] = Field(
        (), description="Columns shown when a point is chosen.", examples=[["station_name", "pm25"]]
    )
    when: Expression | None = Field(None, description="Which records are drawn.", examples=["lon is not null"])
    level: Literal["province", "commune"] = Field("commune", description="Level of the areas.", examples=["commune"])
    min_zoom: int = Field(0, ge=0, le=20, description="Smallest zoom at which it shows.", examples=[6])
    cluster_below: int = Field(
        11, ge=0, le=22, description="Points are gathered into cells below this zoom.", examples=[11]
    )
    visible: bool = Field(True, description="Drawn when the map opens.", examples=[True])

    @model_validator(mode="after")
    def _complete(self) -> "Layer":
        if self.kind != "areas" and self.dataset is None:
            raise ValueError(f"a layer of {self.kind} needs a dataset")
        if self.kind == "areas" and self.indicator is None:
            raise ValueError("a layer of areas needs an indicator")
        return self


class Spot(Declaration):
    """Where a widget stands on a grid of 12 columns."""

    x: int = Field(ge=0, le=11, description="Column, from 0.", examples=[0])
    y: int = Field(ge=0, description="Row, from 0.", examples=[0])
    w: int = Field(ge=1, le=12, description="Width in columns.", examples=[3])
    h: int = Field(ge=1, le=24, description="Height in rows.", examples=[2])


class Widget(Declaration):
    """A thing on a board, bound to a query."""

    id: Identifier = Field(description="Name, unique on its board.", examples=["aqi_now"])
    kind: Literal[
        "number",
        "bullet",
        "line",
        "bar",
        "area",
        "heat",
        "ranking",
        "pie",
        "table",
        "map",
        "records",
        "timeline",
        "status",
        "text",
        "page",
        "camera",
        "feed",
    ] = Field(description="What it looks like.", examples=["line"])
    title: Text | None = Field(None, description="Heading; the indicator's title by default.")
    at: Spot = Field(description="Where it stands.")
    indicators: tuple[Reference, ...] = Field((), description="What is asked.", examples=[["aqi_hour"]])
    dataset: Reference | None = Field(
        None, description="Dataset of a `records`, `feed`, `timeline` or `status` widget.", examples=["air_quality"]
    )
    layers: tuple[Reference, ...] = Field((), description="Layers of a map.", examples=[["stations"]])
    by: tuple[str, ...] = Field(
        (),
        description="Dimensions: columns, `area`, `area:commune`, `area:province`, `unit`, `source`.",
        examples=[["station"]],
    )
    where: dict[str, Any] = Field({}, description="Filters, as in a query.")
    last: Duration | None = Field(None, description="Period; the board's by default.", examples=["7d"])
    grain: Grain | None = Field(None, description="Step of time.", examples=["hour"])
    compare: Literal["previous", "year", "target"] | None = Field(
        None, description="What it is compared with.", examples=["previous"]
    )
    order: str | None = Field(
        None, description="Column to order by; a leading minus turns it round.", examples=["-aqi_hour"]
    )
    limit: int | None = Field(None, ge=1, le=1000, description="How many rows.", examples=[10])
    text: Text | None = Field(None, description="Content of a text widget; where a camera stands.")
    url: str | None = Field(
        None,
        pattern=r"^https?://[A-Za-z0-9]",
        description="Address of a page of another system; browsers embed only what boards of packs declare.",
        examples=["https://thoitiet.example.vn/ban-do"],
    )
    columns: tuple[Identifier, ...] = Field(
        (),
        description="Columns of records; the first heads an entry of a feed.",
        examples=[["station", "time", "pm25"]],
    )


class Board(Declaration):
    """A screen of widgets."""

    title: Text = Field(description="Name of the board.")
    description: Text | None = Field(None, description="What question it answers.")
    last: Duration = Field("7d", validate_default=True, description="Period shown when it opens.", examples=["7d"])
    widgets: tuple[Widget, ...] = Field(min_length=1, description="The widgets.")

    @model_validator(mode="after")
    def _unique(self) -> "Board":
        names = [widget.id for widget in self.widgets]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two widgets are called {', '.join(twice)}")
        return self


class Step(Declaration):
    """One step of a playbook."""

    title: Text = Field(description="What to do.")
    role: Identifier | None = Field(None, description="Who does it.", examples=["operator"])
    within: Duration | None = Field(None, description="By when, counted from the start.", examples=["15m"])
    action: Literal["notify", "publish", "open_board", "create_task"] | None = Field(
        None, description="What the platform does by itself.", examples=["notify"]
    )


class Playbook(Declaration):
    """The head of a playbook; the body of its file explains it in Markdown."""

    title: Text = Field(description="Name shown to people.")
    steps: tuple[Step, ...] = Field(min_length=1, description="The steps in order.")


class Synonyms(Declaration):
    """What people call something."""

    vi: tuple[str, ...] = Field((), description="Vietnamese words.", examples=[["chất lượng không khí"]])
    en: tuple[str, ...] = Field((), description="English words.", examples=[["air quality"]])


class Words(Declaration):
    """The assistant's words for a pack."""

    indicators: dict[Identifier, Synonyms] = Field({}, description="By indicator.")
    columns: dict[Identifier, Synonyms] = Field({}, description="By column, across the pack's datasets.")
    values: dict[Identifier, dict[str, Synonyms]] = Field({}, description="By column and value.")
