"""Targets along a period."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from toancanh.domain import Period
from toancanh.domain.declarations import Indicator
from toancanh.indicators.measures import day_start
from toancanh.indicators.plan import Target


def target_steps(alias: str, indicator: Indicator, period: Period, zone: ZoneInfo) -> Target:
    """Return the targets in force along `period`, oldest first; the last one is that of its last day."""
    edges: set[datetime] = set()
    for target in indicator.targets:
        for day in (target.valid_from, target.valid_to + timedelta(days=1) if target.valid_to else None):
            if day is not None and period.start < day_start(day, zone) < period.end:
                edges.add(day_start(day, zone))
    steps: list[tuple[datetime | None, float | None]] = []
    for start in (None, *sorted(edges)):
        found = indicator.target_on((start or period.start).astimezone(zone).date())
        steps.append((start, found.value if found else None))
    return Target(alias, tuple(steps))
