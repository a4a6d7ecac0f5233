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


def cases(group: dict[str, list[str]]) -> list[str]:
    return [text for texts in group.values() for text in texts]


DOORS: dict[str, tuple[list[str], Callable[[Guard, str], object]]] = {
    "row": (cases(ROW), lambda guard, text: guard.scalar(text, COLUMNS, parameters={"x": 1})),
    "raw field": (
        [text for name, texts in ROW.items() if name != "unknown names" for text in texts if text not in RAW_NAMES],
        lambda guard, text: guard.scalar(text, None),
    ),
    "aggregate": (cases(AGGREGATE), lambda guard, text: guard.aggregate(text, COLUMNS)),
    "select": (cases(SELECT), lambda guard, text: guard.select(text, TABLES)),
    "demo": (cases(DEMO), lambda guard, text: guard.demo(text)),
}


@pytest.mark.parametrize(
    ("door", "text"),
    [(door, text) for door, (texts, _) in DOORS.items() for text in texts],
    ids=lambda each: repr(each)[:50],
)
def test_it_is_refused_with_a_remedy_and_never_reaches_the_engine(door: str, text: str) -> None:
    spy = Spy()
    with pytest.raises(InvalidInput) as refusal:
        DOORS[door][1](Guard(explain=spy), text)
    assert spy.seen == []
    assert refusal.value.message.vi != refusal.value.message.en
    assert refusal.value.remedy is not None


def test_there_are_enough_of_them() -> None:
    assert sum(len(texts) for texts, _ in DOORS.values()) > 500
