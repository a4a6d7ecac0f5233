"""indicators/*.yaml: named measures, whose formulae change with the law."""

from datetime import date
from typing import Literal

from pydantic import Field, model_validator

from toancanh.domain.declarations.base import Band, Declaration, Expression, Identifier, LegalBasis, Reference, Validity
from toancanh.domain.text import Text
from toancanh.domain.time import Duration, Grain


class Coverage(Declaration):
    """How much of what was promised must be there; below it the value is null, never a wrong number."""

    at_least: float = Field(gt=0, le=1, description="Share of the promised records.", examples=[0.75])
    expected: Expression | None = Field(
        None,
        description="How many records a group should have; by default the dataset's promise times the series seen.",
        examples=["24"],
    )
    counted: Expression = Field("count()", description="How many it has.", examples=["count(pm25)"])


class Approval(Declaration):
    """Who approved a formula, so that its figures may be relied on."""

    by: Text = Field(description="The office or person that approved it.")
    on: date = Field(description="Day of the approval, not in the future.", examples=["2026-03-02"])
    document: str | None = Field(
        None, description="Number of the decision or notice, where one was issued.", examples=["812/QĐ-UBND"]
    )


class Formula(Validity):
    """One way of computing the measure, in force between two dates.

    Either `value`; or `numerator` and `denominator`, which are summed before they are divided, so that totals of
    ratios are right; or `sql`, a file that returns one row per time and series with `time`, the dimensions, and either
    `value` or `numerator` and `denominator`. It reads a dataset by its name.
    """

    words: Text = Field(description="The formula in words.")
    value: Expression | None = Field(None, description="Aggregate expression.", examples=["avg(pm25)"])
    numerator: Expression | None = Field(
        None, description="Aggregate expression above the line.", examples=["countIf(on_time)"]
    )
    denominator: Expression | None = Field(
        None, description="Aggregate expression below the line.", examples=["count()"]
    )
    scale: float = Field(1, description="The ratio is multiplied by it.", examples=[100])
    sql: str | None = Field(
        None, pattern=r"^[a-z0-9_]+\.sql$", description="File beside this one.", examples=["aqi_hour.sql"]
    )
    total: Literal["avg", "max", "min", "sum", "last"] | None = Field(
        None, description="How rows of `sql` become one value over time, areas or series.", examples=["max"]
    )
    when: Expression | None = Field(
        None, description="Condition on the records that count.", examples=["status != 'draft'"]
    )
    legal: tuple[LegalBasis, ...] = Field((), description="Instruments that define this formula.")
    approved: Approval | None = Field(
        None, description="Who approved this formula; a new formula needs a new approval, so each carries its own."
    )

    @model_validator(mode="after")
    def _one_way(self) -> "Formula":
        ways = [
            self.value is not None,
            self.numerator is not None and self.denominator is not None,
            self.sql is not None,
        ]
        if sum(ways) != 1 or (self.numerator is None) != (self.denominator is None):
            raise ValueError("give exactly one of: value; numerator with denominator; sql")
        if self.sql is not None and self.total is None:
            raise ValueError("a formula in a .sql file says with `total` how its rows become one value")
        return self


class Target(Validity):
    """What the value should reach."""

    value: float = Field(description="The target in the indicator's unit.", examples=[95])
    basis: Text | None = Field(None, description="Who set it.")


class Indicator(Declaration):
    """A named measure (chỉ tiêu) over one dataset."""

    title: Text = Field(description="Name shown to people.")
    short: Text | None = Field(None, description="Name where space is short.")
    description: Text | None = Field(None, description="What it says and what it does not.")
    dataset: Reference = Field(description="The dataset that is read.", examples=["air_quality"])
    of: Literal["records", "current", "state"] = Field(
        "records",
        description="records: every record by its time. current: the newest version of each entity as of now. state: the newest version of each entity at the end of each time step.",
        examples=["records"],
    )
    time: Identifier | None = Field(
        None,
        description="Column that places an entity in time; the dataset's time by default.",
        examples=["received_at"],
    )
    formulae: tuple[Formula, ...] = Field(min_length=1, description="The formula in force, and those before it.")
    unit: str = Field(description="Unit of the value.", examples=["%"])
    decimals: int = Field(1, ge=0, le=6, description="Digits after the comma.", examples=[1])
    per: Grain = Field(
        Grain.DAY, description="Finest step of time at which the value means something.", examples=["hour"]
    )
    window: Duration | None = Field(
        None,
        description="Length of the span that one value looks back over, when longer than its step.",
        examples=["24h"],
    )
    lookback: Duration | None = Field(
        None, description="How much earlier than the asked period a .sql file must read.", examples=["12h"]
    )
    dimensions: tuple[Identifier, ...] = Field(
        (), description="Columns by which it may be split, besides area, unit and source.", examples=[["station"]]
    )
    coverage: Coverage | None = Field(None, description="How much data a value needs.")
    direction: Literal["up", "down", "none"] = Field("none", description="Which way is better.", examples=["down"])
    bands: tuple[Band, ...] = Field((), description="Ranges of values and the state each means.")
    figure: Literal["number", "band"] = Field(
        "number",
        description="What people read as its figure: the number, or the title of the band that it lies in, as for warning levels.",
        examples=["band"],
    )
    targets: tuple[Target, ...] = Field((), description="Targets with their validity.")
    ranking: Literal["plain", "funnel"] = Field(
        "plain",
        description="funnel: rankings show the uncertainty of small groups; the widget's second indicator counts their cases.",
        examples=["funnel"],
    )

    def formula_on(self, day: date) -> Formula | None:
        """Return the formula in force on `day`, or None where the measure did not exist."""
        return next((formula for formula in self.formulae if formula.holds_on(day)), None)

    def target_on(self, day: date) -> Target | None:
        """Return the target in force on `day`."""
        return next((target for target in self.targets if target.holds_on(day)), None)

    def state_of(self, value: float | None) -> str:
        """Return the state that `value` means: good, watch, bad or unknown."""
        if value is not None:
            for band in self.bands:
                if (band.from_ is None or value >= band.from_) and (band.below is None or value < band.below):
                    return band.state
        return "unknown"
