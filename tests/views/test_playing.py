"""What a wall shows follows from the clock, the playlist and the presenter's last word."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from toancanh.domain import Text
from toancanh.domain.declarations import Wall, WallItem
from toancanh.views import Command, Control, Held, obey, turn_at

TURNS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "turns.json").read_text())
START = datetime(2026, 11, 22, tzinfo=UTC)
WALL = Wall(
    title=Text(vi="Thử", en="Trial"),
    items=tuple(WallItem(board=f"p.{name}", dwell=dwell) for name, dwell in (("a", 60), ("b", 30), ("c", 45))),
)
DWELLS = [item.dwell for item in WALL.items]


@pytest.mark.parametrize("case", TURNS, ids=lambda case: f"{case['dwells']} {case['at']}")
def test_whose_turn_it_is(case: dict[str, Any]) -> None:
    turn = turn_at(case["dwells"], datetime.fromisoformat(case["anchor"]), datetime.fromisoformat(case["at"]))
    assert (turn.item, turn.start) == (case["item"], datetime.fromisoformat(case["start"]))


@given(
    st.lists(st.integers(5, 86_400), min_size=1, max_size=20),
    st.integers(-(10**9), 10**9),
    st.integers(0, 10**6),
)
def test_turns_follow_each_other_without_a_gap(dwells: list[int], seconds: int, more: int) -> None:
    at = START + timedelta(seconds=seconds, microseconds=more)
    turn = turn_at(dwells, START, at)
    end = turn.start + timedelta(seconds=dwells[turn.item])
    assert turn.start <= at < end
    assert turn_at(dwells, START, end).item == (turn.item + 1) % len(dwells)


def shown(control: Control, at: datetime) -> str:
    return control.held.board if control.held else WALL.items[turn_at(DWELLS, control.anchor, at).item].board


def test_a_presenter_steps_holds_and_goes_on() -> None:
    control, at = Control(anchor=START), START + timedelta(seconds=70)
    assert shown(control, at) == "p.b"
    control = obey(WALL, control, Command(do="next"), at)
    assert shown(control, at) == "p.c"
    assert turn_at(DWELLS, control.anchor, at).start == at
    control = obey(WALL, control, Command(do="next"), at)
    assert shown(control, at) == "p.a"
    control = obey(WALL, control, Command(do="previous"), at)
    assert shown(control, at) == "p.c"

    control = obey(WALL, control, Command(do="hold"), at)
    late = at + timedelta(hours=1)
    assert shown(control, late) == "p.c"
    control = obey(WALL, control, Command(do="previous"), late)
    assert shown(control, late + timedelta(hours=1)) == "p.b"
    control = obey(WALL, control, Command(do="resume"), late)
    assert shown(control, late) == "p.b"
    assert shown(control, late + timedelta(seconds=30)) == "p.c"


def test_a_board_outside_the_playlist_leaves_its_clock_alone() -> None:
    before, at = Control(anchor=START), START + timedelta(seconds=10)
    control = obey(WALL, before, Command(do="show", board="p.z"), at)
    assert control.held == Held(board="p.z", item=None)
    assert obey(WALL, control, Command(do="resume"), at + timedelta(days=1)) == before
    assert obey(WALL, before, Command(do="show", board="p.c"), at).held == Held(board="p.c", item=2)


def test_a_playlist_that_became_shorter_goes_on() -> None:
    shorter = WALL.model_copy(update={"items": WALL.items[:1]})
    held = Control(anchor=START, held=Held(board="p.c", item=2))
    assert obey(shorter, held, Command(do="next"), START).held == Held(board="p.a", item=0)
    assert obey(shorter, held, Command(do="resume"), START) == Control(anchor=START)


def test_an_alarm_ends_by_itself_or_by_hand() -> None:
    control = obey(WALL, Control(anchor=START), Command(do="alarm", text=" Bão ", seconds=90), START)
    assert control.alarm is not None
    assert (control.alarm.text, control.alarm.until) == ("Bão", START + timedelta(seconds=90))
    assert obey(WALL, control, Command(do="clear"), START).alarm is None


@pytest.mark.parametrize("wrong", [{"do": "show"}, {"do": "alarm"}, {"do": "alarm", "text": "  "}, {"do": "jump"}])
def test_an_incomplete_word_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Command.model_validate(wrong)
