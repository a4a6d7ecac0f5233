"""SQL that other rooms put into their queries: point, code or name → area, and areas on other boundaries.

Every fragment yields a String, "" when unresolved; arguments are SQL expressions. The dictionaries behind them are
made by `engine.py`; their epochs are numbered as in `Succession`.
"""

from collections.abc import Sequence
from datetime import date

from toancanh.geography.names import HOLDERS, exact_key_sql, name_key_sql

POLYGONS, CODES, NAMES, RESTATE = "_area_polygons", "_area_codes", "_area_names", "_area_restate"
NOWHERE = 999
"""Stands for a missing coordinate, which the engine would not take."""


def point_sql(lon: str, lat: str) -> str:
    """Return SQL for the commune of today that holds the point; degrees, WGS 84."""
    position = ", ".join(
        f"if(isFinite(toFloat64({at})), assumeNotNull(toFloat64({at})), {NOWHERE})" for at in (lon, lat)
    )
    return f"dictGetOrDefault('{POLYGONS}', 'code', ({position}), '')"


def by_epoch(dictionary: str, key: str, day: str | None, epochs: Sequence[date]) -> str:
    """Return SQL for what `key` means on `day`, by default today."""
    newest = f"dictGet('{dictionary}', 'e{len(epochs) - 1}', {key})"
    if day is None:
        return newest
    older = (
        f"ifNull(toDate32({day}) < toDate32('{epochs[index + 1]}'), 0), dictGet('{dictionary}', 'e{index}', {key})"
        for index in range(len(epochs) - 1)
    )
    return f"multiIf({', '.join(older)}, {newest})"


def distinct(text: str) -> str:
    """Return SQL that turns a text into a low-cardinality one, so that the functions around it run once per value."""
    return f"toLowCardinality(ifNull(toString({text}), ''))"


def code_sql(code: str, day: str | None, epochs: Sequence[date]) -> str:
    """Return SQL for the area that an official code, or one of ours, meant on `day`."""
    return by_epoch(CODES, f"trimBoth({distinct(code)})", day, epochs)


def name_sql(name: str, within: str | None, day: str | None, epochs: Sequence[date]) -> str:
    """Return SQL for the area of that name; `within` is the code or name of the province or district that holds it.

    Without `within`, only names that mean one area in the whole country resolve. An unknown `within` resolves nothing.
    """
    name, scope = distinct(name), "''"
    if within is not None:
        above = distinct(within)
        code = by_epoch(CODES, f"trimBoth({above})", day, epochs)
        exact = by_epoch(NAMES, f"concat('{HOLDERS}|=', {exact_key_sql(above)})", day, epochs)
        plain = by_epoch(NAMES, f"concat('{HOLDERS}|', {name_key_sql(above)})", day, epochs)
        scope = (
            f"coalesce(if(empty({above}), '', NULL), nullIf({code}, ''), nullIf({exact}, ''), nullIf({plain}, ''), '?')"
        )
    exact = by_epoch(NAMES, f"concat({scope}, '|=', {exact_key_sql(name)})", day, epochs)
    plain = by_epoch(NAMES, f"concat({scope}, '|', {name_key_sql(name)})", day, epochs)
    return f"coalesce(nullIf({exact}, ''), {plain})"


def restate_sql(area: str, epoch: int) -> str:
    """Return SQL for the area whose figures are counted for `area` on the boundaries of that epoch."""
    return f"dictGet('{RESTATE}', 'e{epoch}', {area})"


def assumed_sql(area: str, epoch: int) -> str:
    """Return SQL that is 1 where restating to that epoch rests on an assumption or loses the level."""
    return f"dictGet('{RESTATE}', 'assumed{epoch}', {area})"


def level_sql(area: str, level: str, epoch: int | None) -> str:
    """Return SQL for the area of `level` that `area` belongs to in that epoch, or, without one, at its end."""
    return f"dictGet('{RESTATE}', '{level}{'' if epoch is None else epoch}', {area})"
