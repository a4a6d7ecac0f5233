"""Words of our own in expressions, and the engine's SQL behind them.

The calendar is written into the SQL as two short lists (days off that fall on weekdays, and weekly rest days worked
instead), so that an answer carries the calendar it was computed with and nothing has to be prepared in the store.
"""

from dataclasses import dataclass
from datetime import date, time, timedelta

from toancanh.domain import Text, UnsafeExpression, WorkingCalendar

_ARGUMENTS = {
    "now_": 0,
    "city_time": 1,
    "fold": 1,
    "working_minutes": 2,
    "working_days": 2,
    "working_day": 1,
    "add_working_days": 2,
}
_EPOCH = date(1970, 1, 1)
_MONDAY = 4
NOW = "{now:DateTime64(3, 'UTC')}"
"""The parameter that callers fill in with the moment of the question or of the delivery."""


@dataclass(frozen=True)
class Macros:
    """The expansion of each macro for one city: its zone and its working-day calendar."""

    zone: str
    calendar: WorkingCalendar | None = None

    def expand(self, name: str, args: list[str]) -> str:
        """Return the SQL of `name` over arguments that are already safe; raise UnsafeExpression on a wrong count."""
        wanted = _ARGUMENTS[name]
        if len(args) != wanted:
            raise UnsafeExpression(
                Text(
                    vi=f"{name} cần {wanted} tham số, đang có {len(args)}.",
                    en=f"{name} takes {wanted} arguments, not {len(args)}.",
                ),
                Text(vi="Xem docs/reference/functions.md.", en="See docs/reference/functions.md."),
            )
        match name:
            case "now_":
                return NOW
            case "city_time":
                return f"toTimeZone({args[0]}, '{self.zone}')"
            case "fold":
                return f"replaceAll(lowerUTF8(removeAccentsUTF8({args[0]})), 'đ', 'd')"
            case "working_minutes":
                return f"({self._position(args[1])} - {self._position(args[0])})"
            case "working_days":
                return f"(({self._position(args[1])} - {self._position(args[0])}) / {self._calendar.day_minutes})"
            case "working_day":
                return self._works(args[0])
            case _:
                return self._add(args[0], args[1])

    @property
    def _calendar(self) -> WorkingCalendar:
        if self.calendar is None:
            raise UnsafeExpression(
                Text(vi="Không có lịch làm việc ở đây.", en="There is no working calendar here."),
                Text(vi="Hãy khai báo `calendar` trong city.yaml.", en="Name a `calendar` in city.yaml."),
            )
        return self.calendar

    def _day(self, moment: str) -> str:
        return f"toInt32(toDate32(toTimeZone({moment}, '{self.zone}')))"

    def _works(self, moment: str) -> str:
        """Return SQL that is 1 on working days, 0 on others, null outside the calendar."""
        calendar, day = self._calendar, self._day(moment)
        week = [int(weekday not in calendar.weekend) for weekday in range(7)]
        by_week = f"arrayElement({week}, (({day} - {_MONDAY}) % 7) + 1)"
        return self._inside(
            day, f"multiIf(has({_swapped(calendar)}, {day}), 1, has({_off(calendar)}, {day}), 0, {by_week})"
        )

    def _inside(self, day: str, value: str) -> str:
        calendar = self._calendar
        return (
            f"if(({day} >= {_number(calendar.first)}) AND ({day} <= {_number(calendar.last)}), toInt64({value}), NULL)"
        )

    def _position(self, moment: str) -> str:
        """Return SQL that counts working minutes up to `moment` from a fixed Monday, null outside the calendar."""
        calendar, day = self._calendar, self._day(moment)
        week = [int(weekday not in calendar.weekend) for weekday in range(7)]
        before = [sum(week[:weekday]) for weekday in range(7)]
        steps, sums = _steps(calendar)
        days = (
            f"intDiv({day} - {_MONDAY}, 7) * {sum(week)} + arrayElement({before}, (({day} - {_MONDAY}) % 7) + 1)"
            f" + transform(roundDown({day}, {steps}), {steps}, {sums}, 0)"
        )
        local = f"toTimeZone({moment}, '{self.zone}')"
        clock = f"(toHour({local}) * 60 + toMinute({local}))"
        today = " + ".join(
            f"least(greatest({clock} - {_minutes(start)}, 0), {_minutes(end) - _minutes(start)})"
            for start, end in calendar.hours
        )
        return self._inside(day, f"({days}) * {calendar.day_minutes} + {self._works(moment)} * ({today})")

    def _add(self, moment: str, days: str) -> str:
        """Return SQL for the first moment at which `days` working days have passed, null outside the calendar.

        Each arrayMap over one element gives a name to a value that is used more than once: `w` is the working minute that
        is wanted, `e` is 1 where days are added, `r` the minute at which the run of working days begins, `d` its day.
        """
        calendar = self._calendar
        starts, minutes, total = self._runs()
        length = calendar.day_minutes
        whole = f"intDiv(w - e - r, {length})"
        left = f"(w - r - {whole} * {length})"
        arms, passed = [], 0
        for start, end in calendar.hours:
            span = _minutes(end) - _minutes(start)
            arms.append(f"{left} <= {passed + span}, {_minutes(start) - passed} + {left}")
            passed += span
        clock = f"multiIf({', '.join(arms)}, {_minutes(calendar.hours[-1][1])})"
        local = f"addMinutes(toDateTime64(toDate32(toInt32(d + {whole})), 3, '{self.zone}'), {clock})"
        inside = f"if((w - e >= {minutes[0]}) AND (w - e < {total}), toTimeZone({local}, 'UTC'), NULL)"
        day = f"arrayMap((w, e, r, d) -> {inside}, [w], [e], [r], [toInt64(transform(r, {minutes}, {starts}, 0))])[1]"
        run = f"arrayMap((w, e, r) -> {day}, [w], [e], [toInt64(roundDown(w - e, {minutes}))])[1]"
        wanted = f"{self._position(moment)} + toInt64(round(({days}) * {length}))"
        return (
            f"arrayMap((w, e) -> if(isNull(w), NULL, arrayMap(w -> {run}, [assumeNotNull(w)])[1]), "
            f"[{wanted}], [toInt64(ifNull(({days}) > 0, 0))])[1]"
        )

    def _runs(self) -> tuple[list[int], list[int], int]:
        """Return the first day of each unbroken run of working days, the minutes worked before each, and before the end."""
        calendar = self._calendar
        monday = _EPOCH + timedelta(days=_MONDAY)
        week = [int(weekday not in calendar.weekend) for weekday in range(7)]
        steps, sums = _steps(calendar)
        starts, minutes, running, worked = [], [], False, 0
        for offset in range((calendar.last - calendar.first).days + 1):
            day = calendar.first + timedelta(days=offset)
            if calendar.works(day) and not running:
                weeks, rest = divmod((day - monday).days, 7)
                fixed = sums[max(index for index, step in enumerate(steps) if step <= _number(day))]
                starts.append(_number(day))
                minutes.append((weeks * sum(week) + sum(week[:rest]) + fixed) * calendar.day_minutes)
            running = calendar.works(day)
            worked += running
        return starts, minutes, minutes[0] + worked * calendar.day_minutes


def _number(day: date) -> int:
    return (day - _EPOCH).days


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _off(calendar: WorkingCalendar) -> list[int]:
    """Return the days off that would be working days by the week, as day numbers."""
    days = (day for day in calendar.holidays if day.weekday() not in calendar.weekend and day not in calendar.swapped)
    return sorted(_number(day) for day in days)


def _swapped(calendar: WorkingCalendar) -> list[int]:
    """Return the weekly rest days that are worked, as day numbers."""
    return sorted(_number(day) for day in calendar.swapped if day.weekday() in calendar.weekend)


def _steps(calendar: WorkingCalendar) -> tuple[list[int], list[int]]:
    """Return (days, correction in working days that holds from each of them on)."""
    changes = [(day + 1, -1) for day in _off(calendar)] + [(day + 1, 1) for day in _swapped(calendar)]
    steps, sums = [0], [0]
    for day, change in sorted(changes):
        steps.append(day)
        sums.append(sums[-1] + change)
    return steps, sums
