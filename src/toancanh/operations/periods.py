"""Periods that people enter figures for: their first days, their names, and when they are due."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from toancanh.domain import InvalidInput, Text, WorkingCalendar
from toancanh.domain.declarations import Due, EntryPeriod

_MONTHS: dict[EntryPeriod, int] = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
_ROMAN = ("I", "II", "III", "IV")
_LOOK = 400
"""Days within which a working day must come; a calendar without one is wrong."""


def first_day(every: EntryPeriod, day: date) -> date:
    """Return the first day of the period in which `day` lies; weeks begin on Monday (ISO 8601)."""
    if every == "day":
        return day
    if every == "week":
        return day - timedelta(days=day.weekday())
    months = _MONTHS[every]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def following(every: EntryPeriod, first: date, count: int = 1) -> date:
    """Return the first day of the period `count` periods after the one that begins on `first`; before it where negative."""
    if every in ("day", "week"):
        return first + timedelta(days=count * (7 if every == "week" else 1))
    month = first.year * 12 + first.month - 1 + count * _MONTHS[every]
    return date(month // 12, month % 12 + 1, 1)


def year_before(every: EntryPeriod, first: date) -> date:
    """Return the first day of the same period one year earlier."""
    if every in ("day", "week"):
        return first - timedelta(days=364)
    return first.replace(year=first.year - 1)


def last_day(every: EntryPeriod, first: date) -> date:
    """Return the last day of the period that begins on `first`."""
    return following(every, first) - timedelta(days=1)


def read_period(every: EntryPeriod, text: str) -> date:
    """Return the first day that `text` names as YYYY-MM-DD; raise InvalidInput where no period begins on it."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or not date(1950, 1, 1) <= day < date(2200, 1, 1) or first_day(every, day) != day:
        raise InvalidInput(
            Text(
                vi=f"“{text[:20]}” không phải ngày đầu của một kỳ.",
                en=f"'{text[:20]}' is not the first day of a period.",
            ),
            Text(vi="Viết ngày đầu kỳ, ví dụ 2026-10-01.", en="Write the first day of the period, as 2026-10-01."),
        )
    return day


def period_name(every: EntryPeriod, first: date) -> Text:
    """Return what people call the period that begins on `first`."""
    if every == "day":
        return Text(vi=f"Ngày {first:%d/%m/%Y}", en=f"{first:%d/%m/%Y}")
    if every == "week":
        year, week, _ = first.isocalendar()
        return Text(
            vi=f"Tuần {week}/{year} ({first:%d/%m}–{last_day(every, first):%d/%m})",
            en=f"Week {week}, {year} ({first:%d/%m}–{last_day(every, first):%d/%m})",
        )
    if every == "month":
        return Text(vi=f"Tháng {first.month}/{first.year}", en=f"{first:%m/%Y}")
    if every == "quarter":
        quarter = (first.month + 2) // 3
        return Text(vi=f"Quý {_ROMAN[quarter - 1]}/{first.year}", en=f"Q{quarter} {first.year}")
    if every == "half_year":
        half = 1 if first.month == 1 else 2
        return Text(vi=f"6 tháng {'đầu' if half == 1 else 'cuối'} năm {first.year}", en=f"H{half} {first.year}")
    return Text(vi=f"Năm {first.year}", en=f"{first.year}")


def due_at(due: Due, every: EntryPeriod, first: date, calendar: WorkingCalendar) -> datetime:
    """Return when the figures of the period are due: `due.at` on the n-th working day after its last day."""
    day = last_day(every, first)
    if due.working_days == 0:
        return datetime.combine(_working(calendar, day), due.at, calendar.zone)
    return datetime.combine(after_working_days(calendar, day, due.working_days), due.at, calendar.zone)


def after_working_days(calendar: WorkingCalendar, day: date, count: int) -> date:
    """Return the `count`-th working day after `day`."""
    for _ in range(count):
        day = _working(calendar, day + timedelta(days=1))
    return day


def _working(calendar: WorkingCalendar, day: date) -> date:
    """Return `day`, or the next working day."""
    for ahead in range(_LOOK):
        if calendar.works(day + timedelta(days=ahead)):
            return day + timedelta(days=ahead)
    raise ValueError(f"the working calendar has no working day after {day}")


def periods(every: EntryPeriod, since: date, today: date) -> Iterator[date]:
    """Yield the first days of the periods from the one of `since` to the one of `today`, newest first."""
    first, oldest = first_day(every, today), first_day(every, since)
    while first >= oldest:
        yield first
        first = following(every, first, -1)
