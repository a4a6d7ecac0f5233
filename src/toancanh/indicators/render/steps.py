"""The engine's words for steps of time in the city's zone. Every step comes out as its first instant."""

from toancanh.domain import Grain
from toancanh.indicators.plan import Shift, TimeColumn
from toancanh.indicators.render.text import number, quote, text
from toancanh.indicators.steps import MONTHS, SECONDS

_FUNCTIONS = {
    Grain.MINUTE: "toStartOfMinute",
    Grain.QUARTER_HOUR: "toStartOfFifteenMinutes",
    Grain.HOUR: "toStartOfHour",
    Grain.DAY: "toStartOfDay",
    Grain.MONTH: "toStartOfMonth",
    Grain.QUARTER: "toStartOfQuarter",
    Grain.YEAR: "toStartOfYear",
}


def step_of(placed: TimeColumn, grain: Grain, zone: str, *, hourly: bool = False) -> str:
    """Return the start of the step in which a row lies; `hourly` goes through the hour, as the roll-up keeps it."""
    column = quote(placed.column)
    if placed.day:
        return _of_day(column, grain, zone)
    return step(f"toStartOfHour({column})" if hourly else column, grain, zone)


def step(instant: str, grain: Grain, zone: str) -> str:
    """Return the start of the step that holds an instant."""
    if grain is Grain.WEEK:
        return f"toDateTime64(toStartOfWeek({instant}, 1, {text(zone)}), 0, {text(zone)})"
    start = f"{_FUNCTIONS[grain]}({instant}, {text(zone)})"
    return f"toDateTime64({start}, 0, {text(zone)})" if grain in MONTHS else start


def step_end(start: str, grain: Grain) -> str:
    """Return the end of the step that starts at `start` (in the city's zone)."""
    if grain in MONTHS:
        return f"addMonths({start}, {MONTHS[grain]})"
    if grain in (Grain.DAY, Grain.WEEK):
        return f"addDays({start}, {7 if grain is Grain.WEEK else 1})"
    return f"addSeconds({start}, {SECONDS[grain]})"


def shifted(start: str, shift: Shift) -> str:
    """Return the asked step that a compared step stands beside."""
    if shift.months:
        return f"addMonths({start}, {shift.months})"
    if shift.days:
        return f"addDays({start}, {shift.days})"
    return f"addSeconds({start}, {number(shift.seconds)})"


def _of_day(column: str, grain: Grain, zone: str) -> str:
    if grain is Grain.WEEK:
        return f"toDateTime64(toStartOfWeek({column}, 1), 0, {text(zone)})"
    if grain in MONTHS:
        return f"toDateTime64({_FUNCTIONS[grain]}({column}), 0, {text(zone)})"
    return f"toDateTime64({column}, 0, {text(zone)})"
