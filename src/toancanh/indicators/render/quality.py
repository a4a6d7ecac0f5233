"""SQL that the four quality scores and freshness are counted from."""

from datetime import datetime

from toancanh.indicators.plan import TimeColumn
from toancanh.indicators.render.rows import as_instant
from toancanh.indicators.render.text import Select, instant, instant_value, names, quote, text

QUARANTINE = "_quarantine"
"""The table of rows that wait, as ingest keeps it."""


def series_sql(table: str, time: TimeColumn, series: tuple[str, ...], zone: str, since: datetime, *, kept: bool) -> str:
    """Return a SELECT of (newest time, series columns) of the series heard of since a moment, the longest silent first.

    `kept` says that the store keeps the newest record of each series: then older records cost nothing.
    """
    newest = f"max({quote(time.column)})" if not time.day else f"max({as_instant(time, zone)})"
    where = () if kept or time.day else (f"{quote(time.column)} >= {instant(since)}",)
    return str(
        Select(
            [(newest, "_newest"), *((quote(name), "") for name in series)],
            table,
            where,
            [names(series)],
            f"_newest >= {instant_value(since)}",
            ["_newest"],
        )
    )


def first_sql(table: str, time: TimeColumn, zone: str) -> str:
    """Return a SELECT of the time of the first record."""
    return str(Select([(f"min({as_instant(time, zone)})", "first")], table))


def received_sql(table: str, since: datetime, *, placed: bool) -> str:
    """Return a SELECT of (records, flagged by a check, without an area) that came in since a moment."""
    return str(
        Select(
            [
                ("count()", "records"),
                ("countIf(notEmpty(_flags))", "flagged"),
                ("countIf(_area = '')" if placed else "0", "nowhere"),
            ],
            table,
            (f"_received >= {instant(since)}",),
        )
    )


def lacking_sql(dataset: str, since: datetime) -> str:
    """Return a SELECT of how many rows wait because a required value is missing."""
    return str(
        Select(
            [("uniqExact(id)", "rows")],
            QUARANTINE,
            (f"dataset = {text(dataset)}", f"received >= {instant(since)}", "has(codes, 'required')"),
        )
    )


def known_sql(table: str) -> str:
    """Return a SELECT of whether a table exists."""
    return f"SELECT count() AS found FROM system.tables WHERE database = currentDatabase() AND name = {text(table)}"
