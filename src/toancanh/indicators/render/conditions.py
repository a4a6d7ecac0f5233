"""Conditions of a question on columns: typed by the column, with texts as parameters."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from toancanh.domain import fold
from toancanh.indicators.render.text import day, instant, number
from toancanh.store import Value

Operator = Literal["=", "!=", ">=", ">", "<=", "<"]
Plain = str | int | float | bool | datetime | date | None
FOLDED = "replaceAll(lowerUTF8(removeAccentsUTF8(toString({}))), 'đ', 'd')"
"""The engine's equal of `domain.fold`."""


class Params:
    """Texts of people, handed to the engine as parameters `p1`, `p2`…"""

    def __init__(self) -> None:
        self.values: dict[str, Value] = {}

    def text(self, value: str) -> str:
        """Return the SQL that stands for `value`."""
        return f"{{{self._add(value)}:String}}"

    def texts(self, values: Sequence[str]) -> str:
        """Return the SQL that stands for a list of texts."""
        return f"{{{self._add(list(values))}:Array(String)}}"

    def _add(self, value: Value) -> str:
        name = f"p{len(self.values) + 1}"
        self.values[name] = value
        return name


def compare(column: str, operator: Operator, value: Plain, params: Params) -> str:
    """Return `column operator value`."""
    return f"{column} {operator} {value_sql(value, params)}"


def any_of(column: str, values: Sequence[Plain], params: Params) -> str:
    """Return the condition that `column` is one of `values`; null among them means: no value."""
    present = [value for value in values if value is not None]
    empty = f"{column} IS NULL" if len(present) < len(values) else ""
    if not present:
        return empty or "0"
    if len(present) > 8 and all(isinstance(value, str) for value in present):
        listed = f"{column} IN {params.texts([str(value) for value in present])}"
    else:
        listed = f"{column} IN ({', '.join(value_sql(value, params) for value in present)})"
    return f"({listed} OR {empty})" if empty else listed


def contains(column: str, words: str, params: Params) -> str:
    """Return the condition that `column` holds `words`, whatever the diacritics and case."""
    return f"position({FOLDED.format(column)}, {params.text(fold(words))}) > 0"


def has_value(column: str, *, text: bool, empty: bool) -> str:
    """Return the condition that `column` has no value (`empty`), or has one; an empty text is no value."""
    nothing = f"({column} IS NULL OR {column} = '')" if text else f"{column} IS NULL"
    return nothing if empty else f"NOT {nothing}"


def inside(lon: str, lat: str, ring: Sequence[tuple[float, float]]) -> str:
    """Return the condition that a point lies in a polygon; its bounds, which are cheap, are compared first."""
    (west, east), (south, north) = ((number(min(axis)), number(max(axis))) for axis in zip(*ring, strict=True))
    bounds = f"{lon} >= {west} AND {lon} <= {east} AND {lat} >= {south} AND {lat} <= {north}"
    point = f"(ifNull(toFloat64({lon}), 0.), ifNull(toFloat64({lat}), 0.))"
    corners = ", ".join(f"({float(x)!r}, {float(y)!r})" for x, y in ring)
    return f"({bounds} AND pointInPolygon({point}, [{corners}]))"


def value_sql(value: Plain, params: Params) -> str:
    """Return a typed value as SQL: texts become parameters, all else is written out."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, int | float):
        return number(value) if isinstance(value, float) else str(value)
    return params.text(value)
