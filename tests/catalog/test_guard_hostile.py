"""Nothing hostile passes the guard, and nothing of it reaches the engine."""

from collections.abc import Callable

import pytest
from hostile.expressions import AGGREGATE, DEMO, ROW, SELECT

from toancanh.catalog import Guard
from toancanh.domain import InvalidInput

COLUMNS = {"a": "number", "b": "number", "t": "time", "status": "code", "xs": "json", "pm25": "number"}
TABLES = {"air": COLUMNS, "city.air": COLUMNS}
RAW_NAMES = ("arrayMap(x -> unknown_column, xs)", "`\u0430`", "now_")
"""Where any raw field may be named, these are names of fields."""


class Spy:
    """Stands where the engine would: it counts what reaches it."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def __call__(self, sql: str) -> str:
        self.seen.append(sql)
        return ""


Door = Callable[[Guard, str], object]
DOORS: dict[str, tuple[dict[str, list[str]], Door]] = {
    "row": (ROW, lambda guard, text: guard.scalar(text, COLUMNS, parameters={"x": 1})),
    "raw field": (
        {name: texts for name, texts in ROW.items() if name != "unknown names"},
        lambda guard, text: guard.scalar(text, None),
    ),
    "aggregate": (AGGREGATE, lambda guard, text: guard.aggregate(text, COLUMNS)),
    "select": (SELECT, lambda guard, text: guard.select(text, TABLES)),
    "demo": (DEMO, lambda guard, text: guard.demo(text)),
}


def attempt(door: Door, text: str, spy: Spy) -> str | None:
    """Return what went wrong with the refusal of `text`, or None when it was refused as it should."""
    try:
        made = door(Guard(explain=spy), text)
    except InvalidInput as error:
        if error.remedy is None or error.message.vi == error.message.en:
            return f"{text!r} is refused without words"
        return f"{text!r} reached the engine" if spy.seen else None
    return f"{text!r} passed as {made!r}"


@pytest.mark.parametrize(("door", "theme"), [(door, theme) for door, (group, _) in DOORS.items() for theme in group])
def test_it_is_refused_with_a_remedy_and_never_reaches_the_engine(door: str, theme: str) -> None:
    group, enter = DOORS[door]
    texts = [text for text in group[theme] if door != "raw field" or text not in RAW_NAMES]
    problems = [attempt(enter, text, Spy()) for text in texts]
    assert [problem for problem in problems if problem] == []


def test_there_are_enough_of_them() -> None:
    assert sum(len(texts) for group in (ROW, AGGREGATE, SELECT, DEMO) for texts in group.values()) > 600


def test_what_passes_does_reach_the_engine() -> None:
    spy = Spy()
    Guard(explain=spy).scalar("a + 1", COLUMNS)
    assert spy.seen == ["SELECT (`a` + 1)"]
