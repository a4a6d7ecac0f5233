"""Periods and deadlines, against hand-made tables: Tết, swapped days, ends of quarters."""

from datetime import date, datetime
from pathlib import Path

import pytest

from toancanh.catalog import load_catalog
from toancanh.domain import InvalidInput, WorkingCalendar
from toancanh.domain.declarations import Due
from toancanh.operations.periods import due_at, first_day, following, period_name, read_period, year_before


@pytest.fixture(scope="module")
def calendar() -> WorkingCalendar:
    return load_catalog(Path("src/toancanh/cities/haiphong")).calendar


@pytest.mark.parametrize(
    ("every", "day", "first", "after", "name"),
    [
        ("day", "2026-11-20", "2026-11-20", "2026-11-21", "Ngày 20/11/2026"),
        ("week", "2026-01-01", "2025-12-29", "2026-01-05", "Tuần 1/2026 (29/12–04/01)"),
        ("month", "2026-12-31", "2026-12-01", "2027-01-01", "Tháng 12/2026"),
        ("quarter", "2026-11-20", "2026-10-01", "2027-01-01", "Quý IV/2026"),
        ("half_year", "2026-07-01", "2026-07-01", "2027-01-01", "6 tháng cuối năm 2026"),
        ("year", "2026-07-01", "2026-01-01", "2027-01-01", "Năm 2026"),
    ],
)
def test_periods_begin_and_are_called(every: str, day: str, first: str, after: str, name: str) -> None:
    found = first_day(every, date.fromisoformat(day))
    assert found.isoformat() == first
    assert following(every, found).isoformat() == after
    assert following(every, following(every, found), -1) == found
    assert period_name(every, found).vi == name
    assert first_day(every, year_before(every, found)) == year_before(every, found)


@pytest.mark.parametrize(
    ("every", "first", "days", "due"),
    [
        ("day", "2026-11-20", 0, "2026-11-20T17:00:00+07:00"),
        ("day", "2026-11-21", 0, "2026-11-23T17:00:00+07:00"),
        ("month", "2026-10-01", 5, "2026-11-06T17:00:00+07:00"),
        ("month", "2026-10-01", 0, "2026-11-02T17:00:00+07:00"),
        # 1 January 2026 is a day off, 2 January is swapped for Saturday 10 January.
        ("month", "2025-12-01", 1, "2026-01-05T17:00:00+07:00"),
        # Tết 2026 is 16 to 20 February: after Sunday 15 February work begins again on Monday 23.
        ("week", "2026-02-09", 1, "2026-02-23T17:00:00+07:00"),
        ("quarter", "2026-07-01", 10, "2026-10-14T17:00:00+07:00"),
    ],
)
def test_deadlines_count_working_days(every: str, first: str, days: int, due: str, calendar: WorkingCalendar) -> None:
    found = due_at(Due(working_days=days), every, date.fromisoformat(first), calendar)
    assert found == datetime.fromisoformat(due)


@pytest.mark.parametrize("text", ["2026-10-02", "tháng 10", "0001-01-01", "2026-13-01", "2026-10-01T00:00"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        read_period("month", text)
