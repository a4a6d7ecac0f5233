"""What every declaration of a pack has in common."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from toancanh.domain.text import Text

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$", examples=["air_quality"])]
Reference = Annotated[
    str,
    Field(
        pattern=r"^([a-z][a-z0-9_]{0,62}\.)?[a-z][a-z0-9_]{0,62}$", examples=["air_quality", "environment.air_quality"]
    ),
]
"""A name inside the same pack, or `pack.name`."""
Expression = Annotated[
    str,
    Field(
        min_length=1,
        max_length=8000,
        description="A ClickHouse SQL expression that passes the guard.",
        examples=["avg(pm25)"],
    ),
]
Sensitivity = Literal["open", "internal", "personal", "sensitive"]
State = Literal["good", "watch", "bad", "unknown"]
Severity = Literal["low", "medium", "high", "critical"]


class Declaration(BaseModel):
    """A part of a pack. Unknown keys are refused, so that a misspelt key never passes silently."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Validity(Declaration):
    """Something that holds between two dates; both are included, and an open end holds for ever."""

    valid_from: date | None = Field(None, description="First day on which this holds.", examples=["2020-01-01"])
    valid_to: date | None = Field(None, description="Last day on which this holds.", examples=["2025-06-30"])

    @model_validator(mode="after")
    def _ordered(self) -> "Validity":
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValueError("valid_to lies before valid_from")
        return self

    def holds_on(self, day: date) -> bool:
        """Return whether `day` lies inside the validity."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


class LegalBasis(Validity):
    """The instrument that orders or defines something."""

    number: str = Field(description="Official number.", examples=["1459/QĐ-TCMT"])
    title: Text = Field(description="Title of the instrument.")
    issued: date | None = Field(None, description="Day of signature.", examples=["2019-11-12"])
    article: str | None = Field(None, description="Article, clause or section.", examples=["mục 2.3"])


class Parameter(Declaration):
    """A typed value that a city may set for a pack; expressions name it as `param_NAME`."""

    title: Text
    type: Literal["number", "integer", "text", "boolean"] = Field(description="Type of the value.", examples=["number"])
    default: float | int | str | bool = Field(description="The value where the city sets none.", examples=[95])
    unit: str | None = Field(None, description="Unit of measure.", examples=["%"])


class Band(Declaration):
    """A range of values [`from`, `below`) and the state that it means; an open side has no limit."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    state: State = Field(description="One of the four states.", examples=["watch"])
    from_: float | None = Field(None, alias="from", description="Smallest value of the band, included.", examples=[101])
    below: float | None = Field(None, description="End of the band, excluded.", examples=[151])
    title: Text | None = Field(None, description="The official name of the band, where one exists.")
    colour: str | None = Field(
        None,
        pattern=r"^#[0-9a-fA-F]{6}$",
        description="Official colour, for legends that law prescribes.",
        examples=["#FF7E00"],
    )


Settings = dict[str, Any]
