"""sources/*.yaml: where records come from."""

from typing import Literal

from pydantic import Field, model_validator

from toancanh.domain.declarations.base import Declaration, Expression, Identifier, Reference, Settings
from toancanh.domain.declarations.dataset import ColumnType
from toancanh.domain.text import Text
from toancanh.domain.time import Duration


class Mapped(Declaration):
    """How one column is filled from the raw fields."""

    field: str | None = Field(None, description="Raw field taken as it is.", examples=["PM2.5"])
    expression: Expression | None = Field(
        None,
        description="Expression over the raw fields; a field with odd characters is quoted in backticks.",
        examples=["toFloat64OrNull(`pm2.5`)"],
    )
    unit: str | None = Field(
        None, description="Unit in which the source sends; converted to the column's.", examples=["mg/m³"]
    )
    codes: dict[str, str] | None = Field(None, description="Raw value to code.", examples=[{"Nam": "male"}])
    empty: tuple[str, ...] = Field((), description="Raw texts that mean: no value.", examples=[["NA", "-"]])

    @model_validator(mode="after")
    def _one(self) -> "Mapped":
        if (self.field is None) == (self.expression is None):
            raise ValueError("give either field or expression")
        return self


class Source(Declaration):
    """A connector with its settings, a mapping and a rhythm."""

    title: Text = Field(description="Name shown to people.")
    dataset: Reference = Field(description="Where the records go.", examples=["air_quality"])
    connector: Identifier = Field(
        description="Folder name of the connector; `push` waits for others to send.", examples=["push"]
    )
    settings: Settings = Field({}, description="Settings of the connector; a city fills in what is left null.")
    format: Literal["ndjson", "json", "csv", "arrow", "parquet"] | None = Field(
        None, description="Format of the payload where the connector cannot know.", examples=["csv"]
    )
    fields: dict[str, ColumnType] = Field(
        {}, description="Types of raw fields that are not text.", examples=[{"pm25": "number"}]
    )
    map: dict[Identifier, Mapped] = Field(
        {}, description="Columns by name; a column that is not mapped takes the raw field of its own name."
    )
    time_zone: str | None = Field(
        None, description="Zone of times without offset; the city's by default.", examples=["Asia/Ho_Chi_Minh"]
    )
    every: Duration | None = Field(None, description="How often it is asked.", examples=["5m"])
    unit: str | None = Field(
        None, description="Code of the organisation that owns the records, where they do not say.", examples=["H24.05"]
    )
