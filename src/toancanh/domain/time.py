"""Durations, grains, periods, and the working-day calendar of a city."""

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BeforeValidator, Field, PlainSerializer, WithJsonSchema

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_LONGEST = 36_525 * 86_400
"""A hundred years, in seconds: any moment that far from now is still one that the facts can hold."""
_DURATION = re.compile(r"^(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$")


def parse_duration(value: object) -> timedelta:
    """Return the duration written as "90s", "15m", "1h30m", "7d" or "2w"; raise ValueError otherwise."""
    if isinstance(value, timedelta):
        return value
    found = _DURATION.match(value) if isinstance(value, str) else None
    if not found or not value:
        raise ValueError(f"{value!r} is not a duration; write it as 90s, 15m, 1h30m, 7d or 2w")
    parts = [(part, unit) for part, unit in zip(found.groups(), "wdhms", strict=True) if part]
    seconds = sum(int(part.lstrip("0")[:20] or 0) * _SECONDS[unit] for part, unit in parts)
    if seconds > _LONGEST:
        raise ValueError(f"{str(value)[:40]!r} is too long a duration; the longest is {_LONGEST // 86400}d")
    return timedelta(seconds=seconds)


def format_duration(value: timedelta) -> str:
    """Return the shortest text that `parse_duration` reads back ("1h30m")."""
    left = int(value.total_seconds())
    parts = []
    for unit in "dhms":
        count, left = divmod(left, _SECONDS[unit])
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


Duration = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    PlainSerializer(format_duration, return_type=str),
    WithJsonSchema(
        {"type": "string", "pattern": r"^(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?$", "examples": ["15m", "1h", "7d"]}
    ),
]


Moment = Annotated[AwareDatetime, Field(ge=datetime(1900, 1, 1, tzinfo=UTC), lt=datetime(2300, 1, 1, tzinfo=UTC))]
"""A moment with its offset, inside the span of time that the facts can hold."""


class Grain(StrEnum):
    """The step of a time axis, counted in the city's time zone."""

    MINUTE = "minute"
    QUARTER_HOUR = "quarter_hour"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Period:
    """A half-open span of time [start, end), both aware."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("a period needs aware times")
        if self.end < self.start:
            raise ValueError(f"a period cannot end ({self.end}) before it starts ({self.start})")

    def previous(self) -> "Period":
        """Return the period of the same length that ends where this one starts."""
        return Period(self.start - (self.end - self.start), self.start)

    def year_before(self, zone: ZoneInfo) -> "Period":
        """Return the same period one calendar year earlier, by the wall clock of `zone` (29 February -> 28)."""
        return Period(_year_before(self.start, zone), _year_before(self.end, zone))


def _year_before(moment: datetime, zone: ZoneInfo) -> datetime:
    local = moment.astimezone(zone)
    day = 28 if (local.month, local.day) == (2, 29) else local.day
    return local.replace(year=local.year - 1, day=day).astimezone(UTC)


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days and hours count as working time in a city, from `first` to `last`, both included.

    `hours` are the working spans of a working day, `weekend` the weekdays off (Monday = 0), `holidays` days off by
    law, `swapped` working days that replace a day off (Labour Code 45/2019/QH14, art. 112).
    """

    zone: ZoneInfo
    first: date
    last: date
    hours: tuple[tuple[time, time], ...] = ((time(7, 30), time(11, 30)), (time(13, 0), time(17, 0)))
    weekend: frozenset[int] = frozenset({5, 6})
    holidays: Mapping[date, str] = field(default_factory=dict)
    swapped: frozenset[date] = frozenset()
    _before: tuple[int, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        total, before = 0, []
        for offset in range((self.last - self.first).days + 1):
            before.append(total)
            total += self.day_minutes if self.works(self.first + timedelta(days=offset)) else 0
        before.append(total)
        object.__setattr__(self, "_before", tuple(before))

    @property
    def day_minutes(self) -> int:
        """Working minutes of one working day."""
        return sum(_minutes(end) - _minutes(start) for start, end in self.hours)

    def works(self, day: date) -> bool:
        """Return whether `day` is a working day."""
        if day in self.swapped:
            return True
        return day.weekday() not in self.weekend and day not in self.holidays

    def minutes_before(self, day: date) -> int:
        """Return the working minutes between `first` and the start of `day`; raise ValueError outside the calendar."""
        offset = (day - self.first).days
        if not 0 <= offset < len(self._before):
            raise ValueError(f"{day} lies outside the working calendar ({self.first} to {self.last})")
        return self._before[offset]

    def working_minutes(self, start: datetime, end: datetime) -> int:
        """Return the working minutes from `start` to `end`, negative when `end` comes first."""
        return self._position(end) - self._position(start)

    def working_days(self, start: datetime, end: datetime) -> float:
        """Return the working time from `start` to `end` in working days."""
        return self.working_minutes(start, end) / self.day_minutes

    def add_working_days(self, start: datetime, days: float) -> datetime:
        """Return the first moment at which `days` working days have passed since `start`."""
        wanted = self._position(start) + round(days * self.day_minutes)
        offset = bisect_right(self._before, wanted - 1) - 1 if days > 0 else bisect_right(self._before, wanted) - 1
        if not 0 <= offset < len(self._before) - 1:
            raise ValueError(f"{days} working days after {start} lies outside the working calendar")
        day, left = self.first + timedelta(days=offset), wanted - self._before[offset]
        for begin, finish in self.hours:
            span = _minutes(finish) - _minutes(begin)
            if left <= span:
                return datetime.combine(day, begin, self.zone) + timedelta(minutes=left)
            left -= span
        return datetime.combine(day, self.hours[-1][1], self.zone)

    def _position(self, moment: datetime) -> int:
        local = moment.astimezone(self.zone)
        before = self.minutes_before(local.date())
        if not self.works(local.date()):
            return before
        now = _minutes(local.time())
        return before + sum(
            min(max(now - _minutes(start), 0), _minutes(end) - _minutes(start)) for start, end in self.hours
        )


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute
