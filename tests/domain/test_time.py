"""Durations and the working-day calendar, against tables made by hand."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toancanh.domain import Period, WorkingCalendar, format_duration, parse_duration

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def calendar(**changes: Any) -> WorkingCalendar:
    return WorkingCalendar(ZONE, date(2026, 1, 1), date(2026, 12, 31), **changes)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("15m", 900), ("1h30m", 5400), ("7d", 604800), ("2w", 1209600), ("0s", 0)]
)
def test_durations_are_read(text: str, seconds: int) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "1", "h", "1.5h", "-1h", "1h 30m", None, 5])
def test_other_durations_are_refused(text: object) -> None:
    with pytest.raises(ValueError, match="is not a duration"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["36526d", "9999999999999w", "9" * 5000 + "s"])
def test_durations_beyond_a_hundred_years_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="too long a duration"):
        parse_duration(text)


@given(st.integers(min_value=0, max_value=10**9))
def test_durations_come_back(seconds: int) -> None:
    assert parse_duration(format_duration(timedelta(seconds=seconds))) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2026-11-16T08:00", "2026-11-16T10:00", 120),
        ("2026-11-16T11:00", "2026-11-16T13:30", 60),
        ("2026-11-16T06:00", "2026-11-16T20:00", 480),
        ("2026-11-20T16:00", "2026-11-23T08:30", 120),
        ("2026-11-21T09:00", "2026-11-22T15:00", 0),
        ("2026-11-16T10:00", "2026-11-16T08:00", -120),
    ],
)
def test_working_minutes(start: str, end: str, minutes: int) -> None:
    assert calendar().working_minutes(at(start), at(end)) == minutes


def test_days_off_and_swapped_days() -> None:
    tet = {date(2026, 2, 16) + timedelta(days=n): "Tết" for n in range(5)}
    with_tet = calendar(holidays=tet, swapped=frozenset({date(2026, 2, 28)}))
    assert with_tet.working_days(at("2026-02-13T17:00"), at("2026-02-23T17:00")) == 1
    assert with_tet.works(date(2026, 2, 28))
    assert with_tet.add_working_days(at("2026-02-13T10:00"), 1) == at("2026-02-23T10:00")
    assert with_tet.add_working_days(at("2026-02-27T10:00"), 1) == at("2026-02-28T10:00")


@given(
    st.datetimes(datetime(2026, 1, 5), datetime(2026, 10, 30)),
    st.floats(min_value=0.05, max_value=30).map(lambda days: round(days * 480) / 480),
)
def test_adding_working_days_is_undone_by_counting(start: datetime, days: float) -> None:
    moment = start.replace(second=0, microsecond=0, tzinfo=ZONE)
    there = calendar().add_working_days(moment, days)
    assert calendar().working_days(moment, there) == pytest.approx(days)


def test_outside_the_calendar_is_said() -> None:
    with pytest.raises(ValueError, match="outside the working calendar"):
        calendar().working_minutes(at("2025-12-31T10:00"), at("2026-01-05T10:00"))


def test_periods_before() -> None:
    leap = Period(datetime(2024, 2, 28, 17, tzinfo=UTC), datetime(2024, 2, 29, 17, tzinfo=UTC))
    assert leap.previous() == Period(datetime(2024, 2, 27, 17, tzinfo=UTC), datetime(2024, 2, 28, 17, tzinfo=UTC))
    assert leap.year_before(ZONE).start == datetime(2023, 2, 27, 17, tzinfo=UTC)
    with pytest.raises(ValueError, match="cannot end"):
        Period(leap.end, leap.start)
