"""The one request shape and the one reply shape of everything that reads."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from toancanh.domain.text import Text
from toancanh.domain.time import Duration, Grain, Moment

Scalar = str | int | float | bool | None


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def _corners(given: object) -> object:
    """Return the corners of an address, `106.6 20.8,106.7 20.8,106.7 20.9`, as pairs."""
    return [corner.split() for corner in given.split(",")] if isinstance(given, str) else given


def _on_earth(ring: "tuple[tuple[float, float], ...]") -> "tuple[tuple[float, float], ...]":
    if any(not (-180 <= lon <= 180 and -90 <= lat <= 90) for lon, lat in ring):
        raise ValueError("a corner is longitude (-180 to 180), then latitude (-90 to 90), WGS 84")
    return ring


Ring = Annotated[
    tuple[tuple[float, float], ...],
    Field(min_length=3, max_length=500),
    AfterValidator(_on_earth),
    BeforeValidator(_corners),
]
"""Corners of a polygon in their order, longitude before latitude, WGS 84; the last is joined with the first."""


class Bounds(_Frozen):
    """A condition on one column."""

    eq: Scalar = Field(None, description="Equal to.")
    ne: Scalar = Field(None, description="Not equal to.")
    ge: Scalar = Field(None, description="At least.", examples=[50])
    gt: Scalar = Field(None, description="More than.")
    le: Scalar = Field(None, description="At most.")
    lt: Scalar = Field(None, description="Less than.")
    contains: str | None = Field(
        None, description="Holds this text, whatever the diacritics and case.", examples=["hai an"]
    )
    empty: bool | None = Field(None, description="Whether there is no value.")
    within: Ring | None = Field(
        None,
        description="Only on `place`: the declared position lies in this polygon, corners as longitude and latitude.",
        examples=[[[106.6, 20.8], [106.7, 20.8], [106.7, 20.9]]],
    )


Condition = Bounds | list[Scalar] | Scalar
"""One value, any of several values, or bounds."""


class TimeRange(_Frozen):
    """Either `from` and `to` (half-open), or `last`: the span that ends now (or at `as_of`)."""

    from_: Moment | None = Field(
        None, alias="from", description="Start, included.", examples=["2026-01-01T00:00:00+07:00"]
    )
    to: Moment | None = Field(None, description="End, excluded.", examples=["2026-02-01T00:00:00+07:00"])
    last: Duration | None = Field(None, le=timedelta(days=36_500), description="Span that ends now.", examples=["7d"])

    @model_validator(mode="after")
    def _one_way(self) -> "TimeRange":
        if (self.last is None) == (self.from_ is None):
            raise ValueError("give either last, or from with or without to")
        if self.from_ is not None and self.to is not None and self.to < self.from_:
            raise ValueError("to lies before from")
        return self


class Query(_Frozen):
    """A question: which indicators, of when, split how, filtered how, compared with what, as known when."""

    indicators: Annotated[
        list[str],
        Field(min_length=1, max_length=20, description="Indicators by full name.", examples=[["environment.aqi_hour"]]),
    ]
    by: Annotated[
        list[str],
        Field(
            max_length=6,
            description="Dimensions: columns, `area`, `area:commune`, `area:province`, `unit`, `source`.",
            examples=[["station"]],
        ),
    ] = []
    where: Annotated[
        dict[str, Condition],
        Field(
            description="Filters by column, `area` (with all below it), `unit`, `source` or `place` (in a polygon).",
            examples=[{"area": "31"}],
        ),
    ] = {}
    time: TimeRange = Field(TimeRange(last="7d"), validate_default=True, description="The period.")
    grain: Grain | None = Field(
        None, description="Step of time; without it one value for the whole period.", examples=["hour"]
    )
    compare: list[Literal["previous", "year", "target"]] = Field(
        [], description="Adds `NAME__previous`, `NAME__year` or `NAME__target`.", examples=[["previous"]]
    )
    boundaries: date | Literal["recorded", "now"] = Field(
        "now", description="On the boundaries of which day areas are counted.", examples=["2025-06-30"]
    )
    rule: date | Literal["then", "now"] = Field(
        "then", description="Under which day's formula: the one valid at the time of the data, now, or on a date."
    )
    as_of: Moment | None = Field(None, description="As it was known at this moment.")
    order: list[str] = Field(
        [],
        max_length=6,
        description="Columns to order by; a leading minus turns it round.",
        examples=[["-environment.aqi_hour"]],
    )
    limit: int = Field(10_000, ge=1, le=100_000, description="How many rows at most.", examples=[100])
    cursor: str | None = Field(None, description="Where the next page begins, from `next` of the answer before.")


class AnswerColumn(_Frozen):
    """A column of an answer."""

    name: str = Field(description="Name, as asked for.", examples=["environment.aqi_hour"])
    title: Text = Field(description="Name for people.")
    role: Literal["time", "dimension", "value", "comparison", "coverage"] = Field(description="What it holds.")
    type: Literal["time", "text", "number", "boolean"] = Field(description="Type of the values.")
    unit: str | None = Field(None, description="Unit of measure of a value.")
    decimals: int | None = Field(None, description="Digits after the comma.")
    indicator: str | None = Field(None, description="The indicator it belongs to.")


class Quality(_Frozen):
    """The four scores, each from 0 to 1, or null where nothing was promised or received."""

    complete: float | None = Field(
        None, ge=0, le=1, description="đủ: received over promised records and required values."
    )
    correct: float | None = Field(None, ge=0, le=1, description="đúng: records that pass their checks.")
    clean: float | None = Field(None, ge=0, le=1, description="sạch: no duplicates, normalised codes, resolved places.")
    live: float | None = Field(None, ge=0, le=1, description="sống: 1 within the promised rhythm, 0 at four times it.")


class SourceTrace(_Frozen):
    """A source behind an answer."""

    source: str
    records: int
    newest: datetime | None
    received: datetime | None


class Input(_Frozen):
    """A dataset that a figure is computed from, and who answers for it."""

    dataset: str
    title: Text
    owner: Text


class Passport(_Frozen):
    """Where one indicator's numbers in an answer come from."""

    indicator: str
    title: Text
    unit: str
    formula: Text
    expression: str
    legal: list[dict[str, Any]] = []
    valid_from: date | None = None
    valid_to: date | None = None
    dataset: str
    dataset_title: Text
    owner: Text
    approved: dict[str, Any] | None = None
    inputs: list[Input] = []
    at_least: float | None = None
    sources: list[SourceTrace] = []
    records: int = 0
    newest: datetime | None = None
    received: datetime | None = None
    quality: Quality = Quality()
    bands: list[dict[str, Any]] = []
    figure: Literal["number", "band"] = "number"
    direction: str = "none"
    target: float | None = None


class Provenance(_Frozen):
    """The passport of a whole answer."""

    asked_at: datetime
    period_from: datetime
    period_to: datetime
    as_of: datetime | None = None
    boundaries: str
    time_zone: str
    demo: bool = False
    indicators: list[Passport]
    sql: str
    query: dict[str, Any]
    notes: list[Text] = []
