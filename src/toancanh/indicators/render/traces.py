"""SQL of what stands behind answers: how many records, from which sources, how new."""

from collections.abc import Sequence
from datetime import datetime

from toancanh.domain import Period
from toancanh.indicators.plan import TimeColumn
from toancanh.indicators.render.rows import as_instant, within
from toancanh.indicators.render.text import Select, instant, quote, text


def days_sql(
    table: str,
    time: TimeColumn,
    zone: str,
    period: Period | None = None,
    as_of: datetime | None = None,
    *,
    hourly: bool = False,
) -> str:
    """Return a SELECT of (day, source, records, newest time, newest reception) per day of the city and source.

    `hourly` asks for the shape that the hourly roll-up answers.
    """
    column = quote(time.column)
    day = column if time.day else f"toDate32({f'toStartOfHour({column})' if hourly else column}, {text(zone)})"
    where = within(time, period, zone, hourly=hourly) if period else ()
    if as_of is not None:
        where = (*where, f"_received <= {instant(as_of)}")
    return str(
        Select(
            [
                (day, "_day"),
                ("_source", "_from"),
                ("count()", "_records"),
                (f"max({as_instant(time, zone)})", "_newest"),
                ("max(_received)", "_arrived"),
            ],
            table,
            where,
            ["_day", "_from"],
        )
    )


def arrived_sql(tables: Sequence[str], since: datetime) -> str:
    """Return a SELECT of (place in `tables`, records received after `since`)."""
    known = (f"_received > {instant(since)}",)
    counts = [
        str(Select([(str(place), "_place"), ("count()", "_records")], table, known))
        for place, table in enumerate(tables)
    ]
    return " UNION ALL ".join(counts)
