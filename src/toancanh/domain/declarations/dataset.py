"""datasets/*.yaml: a table of records."""

from datetime import time
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


ENTRY_STATUSES = ("estimate", "preliminary", "official")
"""Ước tính, sơ bộ, chính thức: how final a figure is (Luật Thống kê 89/2015/QH13, điều 48)."""
EntryPeriod = Literal["day", "week", "month", "quarter", "half_year", "year"]


class Due(Declaration):
    """When the figures of a period are due, in the city's working days."""

    working_days: int = Field(
        0,
        ge=0,
        le=60,
        description="On which working day after the period; 0 is its last day, or the next working day.",
        examples=[5],
    )
    at: time = Field(time(17, 0), description="At what time of that day.", examples=["17:00"])


class Entry(Declaration):
    """How people enter a dataset: one form for each unit and period, from these declarations alone."""

    period: Identifier = Field(description="Date column that holds the first day of the period.", examples=["month"])
    every: EntryPeriod = Field(description="How long a period is.", examples=["month"])
    rows: Identifier | None = Field(
        None,
        description="Code column whose codes are the rows of the form; without it people add rows.",
        examples=["item"],
    )
    status: Identifier | None = Field(
        None,
        description="Code column that says whether a figure is `estimate`, `preliminary` or `official`.",
        examples=["status"],
    )
    units: tuple[str, ...] = Field(
        (),
        description="Codes of the units that fill it in; a city says it in `entry` of city.yaml.",
        examples=[["H24.05"]],
    )
    kinds: tuple[Literal["government", "department", "commune", "agency", "enterprise"], ...] = Field(
        (), description="Every unit of these kinds fills it in.", examples=[["commune"]]
    )
    due: Due = Field(Due(), description="When it is due.")
    levels: Literal[1, 2] = Field(
        1, description="1: one person approves. 2: one person checks and another approves.", examples=[2]
    )
    odd: float = Field(
        0.5,
        gt=0,
        description="A figure that differs by more than this share from the period before is marked.",
        examples=[0.3],
    )
    lock_after: int = Field(
        5, ge=0, le=250, description="Working days after the approval until it is locked by itself.", examples=[3]
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
    entry: Entry | None = Field(None, description="How people enter it, where no system sends it.")
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
        if self.entry is not None:
            self._enterable(self.entry)
        return self

    def _enterable(self, entry: Entry) -> None:
        """Raise ValueError where people could not enter it."""
        if self.kind != "entity":
            raise ValueError("what people enter is of kind entity: a correction is a new version")
        if self.unit is None or self.unit not in self.key or entry.period not in self.key:
            raise ValueError("the key of what people enter holds its unit column and its period")
        if self.time == entry.period or self.columns[self.time].type != "time":
            raise ValueError("the time column of what people enter is when a version was approved, of type time")
        period = self.columns.get(entry.period)
        if period is None or period.type != "date":
            raise ValueError(f"the period '{entry.period}' must be a column of type date")
        for name in (entry.rows, entry.status):
            if name is not None and (name not in self.columns or not self.columns[name].codes):
                raise ValueError(f"'{name}' must be a column with codes")
        if entry.rows is not None and entry.rows not in self.key:
            raise ValueError(f"the rows '{entry.rows}' must be in the key")
        if entry.status is not None and not set(self.columns[entry.status].codes or ()) <= set(ENTRY_STATUSES):
            raise ValueError(f"the codes of '{entry.status}' are {', '.join(ENTRY_STATUSES)}")

    @property
    def sent(self) -> dict[str, Column]:
        """The columns that senders fill in."""
        return {name: column for name, column in self.columns.items() if column.derive is None}
