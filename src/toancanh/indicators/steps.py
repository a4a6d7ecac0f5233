"""Steps of time in a city's zone: where one begins, where it ends, and how periods move."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from toancanh.domain import Grain, InvalidInput, Period, Text
from toancanh.indicators.plan import Shift

ORDER = tuple(Grain)
"""The grains from the finest to the coarsest."""
SECONDS = {Grain.MINUTE: 60, Grain.QUARTER_HOUR: 900, Grain.HOUR: 3600, Grain.DAY: 86400, Grain.WEEK: 604800}
MONTHS = {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.YEAR: 12}
MOST_STEPS = 20_000


def floor(moment: datetime, grain: Grain, zone: ZoneInfo) -> datetime:
    """Return the start of the step that holds `moment`, in UTC."""
    local = moment.astimezone(zone)
    match grain:
        case Grain.MINUTE:
            start = local.replace(second=0, microsecond=0)
        case Grain.QUARTER_HOUR:
            start = local.replace(minute=local.minute - local.minute % 15, second=0, microsecond=0)
        case Grain.HOUR:
            start = local.replace(minute=0, second=0, microsecond=0)
        case _:
            start = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
            if grain is Grain.WEEK:
                start -= timedelta(days=start.weekday())
            elif grain in MONTHS:
                start = start.replace(month=start.month - (start.month - 1) % MONTHS[grain], day=1)
    return start.astimezone(UTC)


def following(start: datetime, grain: Grain, zone: ZoneInfo) -> datetime:
    """Return the start of the step after the one that begins at `start`."""
    if grain in MONTHS:
        return move(start, Shift(months=-MONTHS[grain]), zone)
    if grain in (Grain.DAY, Grain.WEEK):
        return move(start, Shift(days=-(7 if grain is Grain.WEEK else 1)), zone)
    return start + timedelta(seconds=SECONDS[grain])


def steps(period: Period, grain: Grain, zone: ZoneInfo) -> Iterator[Period]:
    """Yield the steps that touch `period`, whole. Raises InvalidInput when they are too many."""
    start, count = floor(period.start, grain, zone), 0
    while start < period.end:
        end = following(start, grain, zone)
        yield Period(start, end)
        start, count = end, count + 1
        if count > MOST_STEPS:
            raise InvalidInput(
                Text(
                    vi=f"Khoảng thời gian có hơn {MOST_STEPS} bước.",
                    en=f"The period holds more than {MOST_STEPS} steps.",
                ),
                Text(vi="Chọn bước lớn hơn hoặc khoảng ngắn hơn.", en="Ask for a larger step or a shorter period."),
            )


def move(moment: datetime, shift: Shift, zone: ZoneInfo) -> datetime:
    """Return `moment` moved back by `shift`, by the wall clock of `zone` for days and months (31 March -> 28 February)."""
    if shift.months:
        local = moment.astimezone(zone)
        count = local.year * 12 + local.month - 1 - shift.months
        year, month = divmod(count, 12)
        day = min(local.day, monthrange(year, month + 1)[1])
        return local.replace(year=year, month=month + 1, day=day).astimezone(UTC)
    if shift.days:
        return (moment.astimezone(zone) - timedelta(days=shift.days)).astimezone(UTC)
    return moment - timedelta(seconds=shift.seconds)


def previous(period: Period, grain: Grain | None, zone: ZoneInfo) -> Shift:
    """Return how far the period before lies: whole months before whole months, else as many steps, else its length."""
    start, end = period.start.astimezone(zone), period.end.astimezone(zone)
    if grain in (None, Grain.DAY) and _month_start(start) and _month_start(end):
        return Shift(months=(end.year - start.year) * 12 + end.month - start.month)
    if grain is None:
        return Shift(seconds=(period.end - period.start).total_seconds())
    count = max(1, sum(1 for _ in steps(period, grain, zone)))
    if grain in MONTHS:
        return Shift(months=count * MONTHS[grain])
    if grain in (Grain.DAY, Grain.WEEK):
        return Shift(days=count * (7 if grain is Grain.WEEK else 1))
    return Shift(seconds=count * SECONDS[grain])


def year(grain: Grain | None) -> Shift:
    """Return how far the same period of last year lies; weeks go back 52 weeks, so that weekdays meet."""
    return Shift(days=364) if grain is Grain.WEEK else Shift(months=12)


def _month_start(local: datetime) -> bool:
    return (local.day, local.hour, local.minute, local.second, local.microsecond) == (1, 0, 0, 0, 0)
