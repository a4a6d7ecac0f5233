"""Walls: boards played on the displays of a control room."""

from typing import Literal

from pydantic import Field

from toancanh.domain.declarations.base import Declaration
from toancanh.domain.text import Text
from toancanh.domain.time import Duration


class WallItem(Declaration):
    """One board of a playlist, and how it is shown."""

    board: str = Field(
        max_length=127, description="Board, as `pack.name` or `saved.name`.", examples=["environment.overview"]
    )
    dwell: int = Field(60, ge=5, le=86_400, description="Seconds for which it is shown.", examples=[60])
    last: Duration | None = Field(None, description="Period; the board's own by default.", examples=["24h"])
    area: str | None = Field(None, max_length=35, description="Code of the area it is narrowed to.", examples=["31"])


class WallAlarm(Declaration):
    """When a field interrupts the playlist, and for how long."""

    states: tuple[Literal["watch", "bad", "unknown"], ...] = Field(
        ("bad",), description="A field that turns into one of these states interrupts.", examples=[["bad"]]
    )
    fields: tuple[str, ...] | None = Field(
        None, max_length=200, description="Packs that may interrupt; all by default, none where empty."
    )
    seconds: int = Field(60, ge=5, le=3600, description="How long the field's board is shown.", examples=[60])


class Wall(Declaration):
    """A playlist of boards for one or several displays."""

    title: Text = Field(description="Name of the wall.")
    items: tuple[WallItem, ...] = Field(min_length=1, max_length=100, description="The boards, in their order.")
    alarm: WallAlarm = Field(WallAlarm(), description="When a field interrupts.")
    theme: Literal["dark", "light"] = Field("dark", description="Dark for control rooms, light for bright halls.")
