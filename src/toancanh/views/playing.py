"""What a wall shows at a moment: a pure function of the clock, the playlist and the presenter's last word.

Every display works it out for itself (web/src/features/wall/playing.ts is the same in TypeScript), so displays agree
without talking to each other, and one that comes back shows the right thing. `tests/views/turns.json` holds both to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from toancanh.domain.declarations import Wall

Word = Literal["next", "previous", "hold", "resume", "show", "alarm", "clear"]


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Held(_Kept):
    """The board that stands still. `item` is its place in the playlist, None for a board that is not in it."""

    board: str
    item: int | None = None


class Raised(_Kept):
    """An alarm that a presenter raised. `board` is shown below its banner; without one the playlist stays."""

    text: str
    board: str | None
    raised: datetime
    until: datetime


class Control(_Kept):
    """How the playlist runs: its first item began at `anchor`, unless a board is held or an alarm raised."""

    anchor: datetime
    held: Held | None = None
    alarm: Raised | None = None


class Command(BaseModel):
    """A presenter's word."""

    model_config = ConfigDict(extra="forbid")

    do: Word = Field(description="What to do.", examples=["next"])
    board: str | None = Field(None, max_length=127, description="Board to show, or to show below an alarm.")
    text: str | None = Field(None, min_length=1, max_length=300, description="What the alarm says.")
    seconds: int = Field(300, ge=5, le=86_400, description="How long the alarm stays.")

    @model_validator(mode="after")
    def _complete(self) -> "Command":
        if self.do == "show" and not self.board:
            raise ValueError("show needs a board")
        if self.do == "alarm" and not (self.text or "").strip():
            raise ValueError("alarm needs a text")
        return self


@dataclass(frozen=True, slots=True)
class Turn:
    """One item's time on the wall: its place in the playlist, and when it began."""

    item: int
    start: datetime


def turn_at(dwells: Sequence[int], anchor: datetime, at: datetime) -> Turn:
    """Return whose turn it is at a moment, in a playlist of these many seconds each that began at `anchor`."""
    into = (at - anchor) % timedelta(seconds=sum(dwells))
    start = at - into
    for item, dwell in enumerate(dwells):
        end = start + timedelta(seconds=dwell)
        if at < end:
            return Turn(item, start)
        start = end
    raise ValueError("a playlist has items that last")


def obey(wall: Wall, control: Control, command: Command, now: datetime) -> Control:
    """Return how the playlist runs after a presenter's word."""
    match command.do:
        case "next" | "previous":
            step = 1 if command.do == "next" else -1
            item = (_item(wall, control, now) + step) % len(wall.items)
            if control.held is not None:
                return control.model_copy(update={"held": Held(board=wall.items[item].board, item=item)})
            return control.model_copy(update={"anchor": _anchor(wall, item, now)})
        case "hold":
            item = _item(wall, control, now)
            held = control.held or Held(board=wall.items[item].board, item=item)
            return control.model_copy(update={"held": held})
        case "show":
            board = command.board or ""
            places = (place for place, item in enumerate(wall.items) if item.board == board)
            return control.model_copy(update={"held": Held(board=board, item=next(places, None))})
        case "resume":
            place = control.held.item if control.held else None
            known = place is not None and place < len(wall.items)
            anchor = _anchor(wall, place or 0, now) if known else control.anchor
            return control.model_copy(update={"anchor": anchor, "held": None})
        case "alarm":
            until = now + timedelta(seconds=command.seconds)
            raised = Raised(text=(command.text or "").strip(), board=command.board, raised=now, until=until)
            return control.model_copy(update={"alarm": raised})
        case "clear":
            return control.model_copy(update={"alarm": None})


def _item(wall: Wall, control: Control, now: datetime) -> int:
    if control.held is not None and control.held.item is not None:
        return min(control.held.item, len(wall.items) - 1)
    return turn_at([item.dwell for item in wall.items], control.anchor, now).item


def _anchor(wall: Wall, item: int, now: datetime) -> datetime:
    """Return when the first item would have begun if `item` begins now."""
    return now - timedelta(seconds=sum(before.dwell for before in wall.items[:item]))
