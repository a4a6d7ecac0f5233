"""The macros of expressions: the engine counts working time exactly as the domain's calendar does."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from random import Random
from typing import Any

import pytest
from catalog_engine import Engine

from toancanh.catalog import CITIES, Guard, load_catalog
from toancanh.domain import InvalidInput, WorkingCalendar, fold

COLUMNS = {"a": "time", "b": "time", "n": "number", "name": "text"}
FORMAT = "%Y-%m-%d %H:%M:%S"


@cache
def calendar() -> WorkingCalendar:
    return load_catalog(CITIES / "haiphong").calendar


def moments(seed: int, count: int) -> list[tuple[datetime, datetime, float]]:
    random = Random(seed)
    first = datetime.combine(calendar().first, datetime.min.time(), calendar().zone).astimezone(UTC)
    minutes = int(
        (datetime.combine(calendar().last, datetime.min.time(), calendar().zone) - first).total_seconds() // 60
    )
    found = []
    for index in range(count):
        start = random.randrange(minutes)
        end = random.randrange(minutes) if index % 2 else min(max(start + random.randrange(-4000, 8000), 0), minutes)
        days = random.choice([0, 0.125, 0.5, 1, 2, 3, 7.25, 20, -1, -2.5])
        found.append((first + timedelta(minutes=start), first + timedelta(minutes=end), days))
    return found


def asked(engine: Engine, expressions: list[str], rows: list[tuple[datetime, datetime, float]]) -> list[list[Any]]:
    guard = Guard(calendar=calendar(), explain=engine.explain)
    values = ", ".join(f"('{a.strftime(FORMAT)}', '{b.strftime(FORMAT)}', {n}::Float64)" for a, b, n in rows)
    source = f"SELECT toDateTime64(r.1, 3, 'UTC') AS a, toDateTime64(r.2, 3, 'UTC') AS b, r.3 AS n FROM (SELECT arrayJoin([{values}]) AS r)"
    return engine.ask(f"SELECT {', '.join(guard.scalar(text, COLUMNS) for text in expressions)} FROM ({source})")


def test_working_time_is_the_same_as_in_the_domain(engine: Engine) -> None:
    rows = moments(7, 800)
    answers = asked(
        engine, ["working_minutes(a, b)", "working_days(a, b)", "working_day(a)", "add_working_days(a, n)"], rows
    )
    for (start, end, days), (minutes, share, works, later) in zip(rows, answers, strict=True):
        assert int(minutes) == calendar().working_minutes(start, end)
        assert float(share) == pytest.approx(calendar().working_days(start, end))
        assert bool(int(works)) == calendar().works(start.astimezone(calendar().zone).date())
        try:
            wanted = calendar().add_working_days(start, days)
        except ValueError:
            assert later is None
        else:
            assert datetime.fromisoformat(later).replace(tzinfo=UTC) == wanted


def test_outside_the_calendar_there_is_no_answer(engine: Engine) -> None:
    inside, outside = datetime(2026, 1, 5, tzinfo=UTC), datetime(2023, 5, 5, tzinfo=UTC)
    answers = asked(
        engine, ["working_minutes(a, b)", "add_working_days(a, n)"], [(inside, outside, 5000), (outside, inside, 1)]
    )
    assert answers == [[None, None], [None, None]]


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2024, 4, 29), False), (date(2024, 5, 4), True), (date(2024, 2, 14), False), (date(2024, 2, 15), True),
        (date(2025, 1, 27), False), (date(2025, 1, 24), True), (date(2025, 2, 3), True), (date(2025, 4, 26), True),
        (date(2025, 5, 2), False), (date(2025, 9, 1), False), (date(2026, 1, 2), False), (date(2026, 1, 10), True),
        (date(2026, 2, 13), True), (date(2026, 2, 16), False), (date(2026, 2, 23), True), (date(2026, 4, 27), False),
        (date(2026, 8, 22), True), (date(2026, 8, 31), False), (date(2026, 9, 3), True), (date(2026, 11, 24), False),
    ],
)  # fmt: skip
def test_the_days_that_people_remember(day: date, works: bool) -> None:
    assert calendar().works(day) is works


@pytest.mark.parametrize(("year", "days"), [(2024, 12), (2025, 12), (2026, 14)])
def test_weekdays_off_in_a_year(year: int, days: int) -> None:
    """Eleven days by law, those that fall on weekly rest made up, and the days that were swapped."""
    off = [day for day in calendar().holidays if day.year == year and day.weekday() < 5]
    swapped = [day for day in calendar().swapped if day.year == year]
    assert len(off) == days
    assert len(swapped) == {2024: 1, 2025: 1, 2026: 2}[year]


def test_tet_stops_the_clock(engine: Engine) -> None:
    start, end = datetime(2026, 2, 13, 10, tzinfo=UTC), datetime(2026, 2, 23, 10, tzinfo=UTC)
    assert asked(engine, ["working_days(a, b)"], [(start, end, 0)]) == [[1]]


def test_other_macros(engine: Engine) -> None:
    guard = Guard(explain=engine.explain)
    moment = {"now": datetime(2026, 11, 22, 8, tzinfo=UTC)}
    name = "replaceOne('Đường Lê Lợi, Hải An', 'x', 'y')"
    folded = guard.scalar("fold(name)", COLUMNS, replace={"name": name})
    assert engine.ask(f"SELECT {folded}") == [[fold("Đường Lê Lợi, Hải An")]]
    clock = guard.scalar("formatDateTime(city_time(now_()), '%Y-%m-%d %H:%i')", COLUMNS)
    assert engine.ask(f"SELECT {clock}", moment) == [["2026-11-22 15:00"]]
    assert guard.scalar("n > param_limit", COLUMNS, parameters={"limit": -5}) == "(`n` > (-5))"
    assert guard.scalar("name = param_word", COLUMNS, parameters={"word": "a'b\\"}) == "(`name` = 'a\\'b\\\\')"


@pytest.mark.parametrize(
    "text", ["working_minutes(a)", "now_(1)", "city_time()", "fold(name, name)", "working_days(a, b, 1)"]
)
def test_a_wrong_number_of_arguments_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="takes"):
        Guard(calendar=calendar()).scalar(text, COLUMNS)


def test_without_a_calendar_there_is_no_working_time() -> None:
    with pytest.raises(InvalidInput, match="no working calendar"):
        Guard().scalar("working_minutes(a, b)", COLUMNS)
