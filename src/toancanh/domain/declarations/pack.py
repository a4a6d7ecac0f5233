"""pack.yaml: what a field is, who owns it, and the law behind it."""

from pydantic import Field

from toancanh.domain.declarations.base import Declaration, Identifier, LegalBasis, Parameter, Reference
from toancanh.domain.text import Text


class Pack(Declaration):
    """A field of city life as a folder of declarations."""

    title: Text = Field(description="Name of the field.")
    description: Text = Field(description="One sentence on what the field watches.")
    owner: Text = Field(description="The department that answers for the data.")
    icon: str = Field(pattern=r"^[a-z][a-z0-9-]*$", description="Name of a Tabler icon.", examples=["leaf"])
    licence: str = Field("Apache-2.0", description="SPDX identifier.", examples=["Apache-2.0"])
    version: str = Field("1.0.0", pattern=r"^\d+\.\d+\.\d+$", description="Version of the pack.", examples=["1.0.0"])
    order: int = Field(100, ge=0, description="Place in the strip of fields, small first.", examples=[10])
    needs: tuple[Identifier, ...] = Field((), description="Packs whose names this one uses.", examples=[["platform"]])
    headline: tuple[Reference, ...] = Field(
        (), description="Indicators that give the field its state; the worst one speaks.", examples=[["aqi_hour"]]
    )
    board: Identifier | None = Field(None, description="The board that opens first.", examples=["overview"])
    legal: tuple[LegalBasis, ...] = Field((), description="Instruments that order this field to be watched.")
    parameters: dict[Identifier, Parameter] = Field({}, description="Values that a city may set.")
