"""How much time one value of an answer stands for, from which promises are counted."""

from datetime import UTC, datetime

from toancanh.domain import Grain
from toancanh.indicators.plan import Part, Plan
from toancanh.indicators.render.steps import step_end
from toancanh.indicators.render.text import number
from toancanh.indicators.steps import MONTHS, SECONDS


def span(plan: Plan, part: Part, until: datetime) -> str:
    """Return the seconds of one value's step (or window) in which records are due by now."""
    if part.window is not None:
        return _window_span(plan, part, until)
    end = min(part.period.end, max(until, part.period.start))
    if plan.grain is None:
        return number((end - part.period.start).total_seconds())
    start, last = number(int(part.period.start.timestamp())), number(int(end.timestamp()))
    finish = f"toUnixTimestamp({step_end('_time', plan.grain)})"
    return f"greatest(0, least({finish}, {last}) - greatest(toUnixTimestamp(_time), {start}))"


def _window_span(plan: Plan, part: Part, until: datetime) -> str:
    window = part.window.total_seconds() if part.window else 0.0
    if plan.grain is None:
        end = datetime.fromtimestamp(part.pieces[-1].ends[-1] / 1000, UTC)
        return number(max(0.0, window - max(0.0, (end - until).total_seconds())))
    finish = f"toUnixTimestamp({step_end('_time', plan.grain)})"
    return f"greatest(0, {number(window)} - greatest(0, {finish} - {number(int(until.timestamp()))}))"


def asked(plan: Plan, part: Part, per: Grain) -> str:
    """Return how many steps of `per` one value spans, at least 1; a window is one by itself."""
    if part.window is not None or plan.grain is per:
        return "1"
    if plan.grain is None:
        length = SECONDS.get(per) or MONTHS[per] * 30.4375 * 86400
        return number(max(1.0, (part.period.end - part.period.start).total_seconds() / length))
    if per in MONTHS:
        return number(max(1, MONTHS.get(plan.grain, 1) / MONTHS[per]))
    finish = f"toUnixTimestamp({step_end('_time', plan.grain)})"
    return f"greatest(1, ({finish} - toUnixTimestamp(_time)) / {SECONDS[per]})"
