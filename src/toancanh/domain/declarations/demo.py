"""demo/*.yaml and tests/*.yaml: records that are made up, and what must come of given ones."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from toancanh.domain.declarations.base import Declaration, Identifier, Reference
from toancanh.domain.text import Text
from toancanh.domain.time import Duration


class Demo(Declaration):
    """Demo records of one dataset: a .sql file of the same name, a pure function of `{from}`, `{to}` and `{seed}`."""

    dataset: Reference = Field(description="Where the records go.", examples=["air_quality"])
    seed: int = Field(1, description="Another seed gives another city.", examples=[1])
    back: Duration = Field(
        "365d", validate_default=True, description="How far back the history goes.", examples=["365d"]
    )
    every: Duration = Field(
        "10s",
        validate_default=True,
        description="How often new records are sent while the demo runs.",
        examples=["10s"],
    )
    ahead: Duration = Field(
        "0s",
        validate_default=True,
        description="How far past now records may lie (deadlines, forecasts).",
        examples=["0s"],
    )


class Rejection(Declaration):
    """A row that must go to quarantine."""

    row: int = Field(ge=1, description="Row, from 1.", examples=[3])
    column: Identifier | None = Field(None, description="Column to blame.", examples=["pm25"])


class Expectation(Declaration):
    """An answer that a query must give. Numbers agree to 1e-9 relative, unless `tolerance` says otherwise."""

    query: dict[str, Any] = Field(
        description="As in POST /query.", examples=[{"indicators": ["aqi_hour"], "by": ["station"]}]
    )
    rows: tuple[dict[str, Any], ...] = Field(description="The rows by column name; columns not named are not compared.")
    tolerance: float = Field(1e-9, gt=0, description="Relative tolerance.", examples=[0.001])


class AlertTime(Declaration):
    """When a rule must open or close."""

    rule: Reference = Field(description="The rule.", examples=["aqi_bad"])
    opens: datetime | None = Field(None, description="When it opens.")
    closes: datetime | None = Field(None, description="When it closes.")


class Case(Declaration):
    """One test of a pack: given records, expected answers. File: tests/NAME.yaml."""

    title: Text | str = Field(description="What is tested.", examples=["The worked example of the decision"])
    dataset: Reference = Field(description="Where the records go.", examples=["air_quality"])
    source: Reference | None = Field(
        None, description="Source whose mapping is used.", examples=["provincial_stations"]
    )
    given: tuple[dict[str, Any], ...] = Field((), description="Records, column by column.")
    replay: str | None = Field(
        None,
        pattern=r"^[A-Za-z0-9_./-]+$",
        description="File with a recorded payload, beside this one.",
        examples=["payload.csv"],
    )
    format: Literal["ndjson", "json", "csv", "arrow", "parquet"] = Field(
        "ndjson", description="Format of the payload.", examples=["csv"]
    )
    now: datetime | None = Field(None, description="The moment at which the queries are asked.")
    accepted: int | None = Field(None, ge=0, description="How many rows must be stored.", examples=[24])
    rejected: tuple[Rejection, ...] = Field((), description="The rows that must go to quarantine; no others may.")
    values: tuple[Expectation, ...] = Field((), description="Answers to expect.")
    alerts: tuple[AlertTime, ...] = Field((), description="Alerts to expect.")
