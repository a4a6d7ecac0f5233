"""rules/*.yaml: conditions that the platform acts on by itself."""

from typing import Annotated, Literal

from pydantic import Field

from toancanh.domain.declarations.base import Declaration, Expression, Identifier, Reference, Severity
from toancanh.domain.text import Text
from toancanh.domain.time import Duration, Grain


class _Watch(Declaration):
    per: tuple[Identifier, ...] = Field(
        (), description="One alert for each of these columns' values (also area, unit).", examples=[["station"]]
    )


class IndicatorWatch(_Watch):
    """The value of an indicator."""

    kind: Literal["indicator"] = "indicator"
    indicator: Reference = Field(description="Whose value is compared.", examples=["aqi_hour"])
    grain: Grain | None = Field(None, description="Step of time; the indicator's own by default.", examples=["hour"])


class RecordWatch(_Watch):
    """Single records."""

    kind: Literal["record"] = "record"
    dataset: Reference = Field(description="Whose records are looked at.", examples=["water_level"])
    value: Expression = Field(description="What is compared, over the columns.", examples=["level"])


class SilenceWatch(_Watch):
    """No record where one was promised."""

    kind: Literal["silence"] = "silence"
    dataset: Reference = Field(description="Which dataset should speak.", examples=["air_quality"])


class ChangeWatch(_Watch):
    """How fast a value changes."""

    kind: Literal["change"] = "change"
    dataset: Reference = Field(description="Whose records are looked at.", examples=["water_level"])
    value: Expression = Field(description="What is compared.", examples=["level"])
    within: Duration = Field(description="Over which span the change is measured.", examples=["1h"])


class DeadlineWatch(_Watch):
    """Entities whose due time comes near or has passed."""

    kind: Literal["deadline"] = "deadline"
    dataset: Reference = Field(description="Which entities.", examples=["dossier"])
    due: Identifier = Field(description="Column of the due time.", examples=["due_at"])
    when: Expression = Field(description="Which entities are still open.", examples=["finished_at is null"])
    before: Duration = Field(description="How long before the due time it opens; 0s when overdue.", examples=["24h"])


class GeofenceWatch(_Watch):
    """Things that enter, leave or stay in an area."""

    kind: Literal["geofence"] = "geofence"
    dataset: Reference = Field(description="Whose positions.", examples=["vessel_position"])
    layer: Reference = Field(description="Layer of the areas.", examples=["restricted_waters"])
    event: Literal["enter", "leave", "dwell"] = Field(description="What is noticed.", examples=["enter"])


class ClusterWatch(_Watch):
    """Many records close together in space and time."""

    kind: Literal["cluster"] = "cluster"
    dataset: Reference = Field(description="Whose records.", examples=["ticket"])
    radius_m: float = Field(gt=0, description="Radius in metres.", examples=[300])
    within: Duration = Field(description="Span of time.", examples=["24h"])


class TransitionWatch(_Watch):
    """A column that changes from one value to another."""

    kind: Literal["transition"] = "transition"
    dataset: Reference = Field(description="Whose records.", examples=["camera"])
    column: Identifier = Field(description="Which column.", examples=["status"])
    to: tuple[str, ...] = Field(description="The values that open an alert.", examples=[["offline"]])


class CorrelationWatch(_Watch):
    """Two rules that fire in one place within a span of time."""

    kind: Literal["correlation"] = "correlation"
    rules: tuple[Reference, ...] = Field(
        min_length=2, description="The rules that must fire together.", examples=[["heavy_rain", "river_rising"]]
    )
    within: Duration = Field(description="Span of time.", examples=["3h"])
    same: Literal["area", "unit", "series"] = Field("area", description="What they must share.", examples=["area"])


Watch = Annotated[
    IndicatorWatch
    | RecordWatch
    | SilenceWatch
    | ChangeWatch
    | DeadlineWatch
    | GeofenceWatch
    | ClusterWatch
    | TransitionWatch
    | CorrelationWatch,
    Field(discriminator="kind"),
]


class Threshold(Declaration):
    """When an alert opens or closes. `for` asks the condition to last."""

    above: float | None = Field(None, description="Greater than this.", examples=[150])
    below: float | None = Field(None, description="Less than this.", examples=[50])
    for_: Duration | None = Field(None, alias="for", description="How long it must last.", examples=["2h"])


class Rule(Declaration):
    """A condition; when it holds, an alert opens."""

    title: Text = Field(description="Name shown to people.")
    watches: Watch = Field(description="What is looked at.")
    opens: Threshold = Field(
        Threshold(), description="When an alert opens; nothing to give for silence, deadlines and transitions."
    )
    closes: Threshold | None = Field(None, description="When it closes; the opposite of opens by default.")
    severity: Severity = Field(description="How grave.", examples=["high"])
    say: Text = Field(description="What the alert says; {value}, {unit} and the `per` columns are filled in.")
    playbook: Identifier | None = Field(None, description="What to do.", examples=["air_pollution"])
    enabled: bool = Field(True, description="Whether it runs.", examples=[True])
