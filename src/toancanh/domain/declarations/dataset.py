"""datasets/*.yaml: a table of records."""

from typing import Literal

from pydantic import Field, model_validator

from toancanh.domain.declarations.base import Declaration, Expression, Identifier, Sensitivity
from toancanh.domain.text import Text
from toancanh.domain.time import Duration

ColumnType = Literal["text", "code", "integer", "number", "boolean", "time", "date", "json"]


class Column(Declaration):
    """One column. `code` is a text of few different values; `time` is kept to the millisecond in UTC."""

    title: Text = Field(description="Name shown to people.")
    type: ColumnType = Field(description="Type of the values.", examples=["number"])
    description: Text | None = Field(None, description="What exactly is recorded.")
    unit: str | None = Field(None, description="Unit of measure in which the column is kept.", examples=["µg/m³"])
    required: bool = Field(False, description="A record without it goes to quarantine.", examples=[True])
    range: tuple[float | None, float | None] | None = Field(
        None, description="Smallest and largest possible value.", examples=[[0, 1000]]
    )
    pattern: str | None = Field(
        None, description="RE2 pattern that the whole text must match.", examples=["^[0-9]{12}$"]
    )
    codes: dict[str, Text] | None = Field(None, description="The only values allowed, with their names.")
    sensitivity: Sensitivity = Field("open", description="Who may see it.", examples=["personal"])
    derive: Expression | None = Field(
        None,
        description="Computed from other columns when a record comes in; senders do not send it.",
        examples=["handled_at <= due_at"],
    )


class Place(Declaration):
    """How a record finds its area: by point, else by code (of any date), else by name."""

    lon: Identifier | None = Field(None, description="Column of the longitude, WGS 84.", examples=["lon"])
    lat: Identifier | None = Field(None, description="Column of the latitude, WGS 84.", examples=["lat"])
    code: Identifier | None = Field(
        None, description="Column of the area's code, current or former.", examples=["commune_code"]
    )
    name: Identifier | None = Field(
        None, description="Column of the area's name, with or without diacritics.", examples=["commune"]
    )
    within: Identifier | None = Field(
        None, description="Column with the province's code or name, where names repeat.", examples=["province"]
    )
    at_sea: bool = Field(
        False, description="Records may lie at sea, in no area; that does not lower the clean score.", examples=[True]
    )

    @model_validator(mode="after")
    def _complete(self) -> "Place":
        if (self.lon is None) != (self.lat is None):
            raise ValueError("lon and lat come together")
        if not (self.lon or self.code or self.name):
            raise ValueError("a place needs lon and lat, a code or a name")
        return self


class Check(Declaration):
    """A condition on every record."""

    name: Identifier = Field(description="Name of the check, unique in its dataset.", examples=["pm25_below_pm10"])
    expression: Expression = Field(
        description="True for a good record; null counts as good.", examples=["pm25 <= pm10"]
    )
    say: Text = Field(description="What is wrong when it is false.")
    columns: tuple[Identifier, ...] = Field((), description="Columns to blame.", examples=[["pm25", "pm10"]])
    otherwise: Literal["quarantine", "flag"] = Field(
        "quarantine",
        description="What happens to a bad record: it waits, or it is stored with the check's name in `_flags`.",
        examples=["flag"],
    )


class Expect(Declaration):
    """The promised rhythm, from which đủ (complete) and sống (live) are counted."""

    every: Duration = Field(description="How often each series sends a record.", examples=["1h"])
    within: Duration = Field(description="How late a record may arrive.", examples=["30m"])
    series: int | None = Field(
        None,
        ge=1,
        description="How many series promise to send; by default those seen in the last 30 days.",
        examples=[12],
    )


class Rollups(Declaration):
    """Answers that the store keeps ready; queries use them without naming them."""

    last: bool = Field(False, description="Keep the newest record of each series at hand.", examples=[True])
    hourly: tuple[tuple[Identifier, ...], ...] = Field(
        (),
        description="Keep count, sum, least and greatest of every number per hour and these columns.",
        examples=[[["station"]]],
    )


class Dataset(Declaration):
    """A declared table of records. Kind `event`: it happened. Kind `entity`: it changes; every version is kept."""

    title: Text = Field(description="Name shown to people.")
    description: Text = Field(description="What one record is.")
    kind: Literal["event", "entity"] = Field(
        description="event: it happened. entity: it changes, and the newest version is current.", examples=["event"]
    )
    columns: dict[Identifier, Column] = Field(min_length=1, description="The columns by name.")
    key: tuple[Identifier, ...] = Field(
        (),
        description="Columns that identify a record (event) or a thing (entity). An event without key gets its `_id` at the door.",
        examples=[["station", "time"]],
    )
    time: Identifier = Field(
        description="The time column: when it happened (event) or when this version began (entity).", examples=["time"]
    )
    series: tuple[Identifier, ...] = Field(
        (), description="Columns that name one series; the store sorts by them.", examples=[["station"]]
    )
    place: Place | None = Field(None, description="How a record finds its area.")
    unit: Identifier | None = Field(
        None, description="Column with the code of the owning organisation.", examples=["handling_unit"]
    )
    expect: Expect | None = Field(None, description="The promised rhythm.")
    checks: tuple[Check, ...] = Field(
        (), description="Conditions on every record beyond type, range, pattern and codes."
    )
    rollups: Rollups = Field(Rollups(), description="Answers kept ready.")
    keep: Duration | None = Field(
        None, description="How long records are kept; by default for ever.", examples=["3650d"]
    )
    sensitivity: Sensitivity = Field("open", description="Who may see the dataset at all.", examples=["internal"])

    @model_validator(mode="after")
    def _names(self) -> "Dataset":
        if self.kind == "entity" and not self.key:
            raise ValueError("an entity needs a key")
        column = self.columns.get(self.time)
        if column is not None and column.type not in ("time", "date"):
            raise ValueError(f"the time column '{self.time}' must have the type time or date")
        return self

    @property
    def sent(self) -> dict[str, Column]:
        """The columns that senders fill in."""
        return {name: column for name, column in self.columns.items() if column.derive is None}
