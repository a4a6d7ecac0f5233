"""What a cell says: dates as people write them, and numbers in the two ways of writing them, settled column by column."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

_BLANKS = " \u00a0\u2009\u202f"
_COMMA = re.compile(r"^(?:\d{1,3}(?:\.\d{3})+,\d+|\d+,(?:\d{1,2}|\d{4,})|0,\d+|\d{4,},\d+|\d{1,3}(?:\.\d{3}){2,})$")
_POINT = re.compile(r"^(?:\d{1,3}(?:,\d{3})+\.\d+|\d+\.(?:\d{1,2}|\d{4,})|0\.\d+|\d{4,}\.\d+|\d{1,3}(?:,\d{3}){2,})$")
_EITHER = re.compile(r"^[1-9]\d{0,2}[.,]\d{3}$")
_SPACED = re.compile(rf"^\d{{1,3}}(?:[{_BLANKS}]\d{{3}})+(?:[.,]\d+)?$")
_DAY = re.compile(r"^(\d{1,2})([-./])(\d{1,2})\2(\d{4})((?: \d{1,2}:\d{2}(?::\d{2})?)?)$")
_FIGURE = frozenset("0123456789+-−(")
_MOST = 0.6
"""Share of a column's cells that must be figures, or days, before text in it is read as such."""
UNCLEAR = " (?)"
"""Stands behind a number that means two things in a column with both ways of writing, so that nobody reads it wrongly."""


def plain(value: Any) -> Any:
    """Return a cell as JSON holds it: None where it is empty, whole numbers whole, moments as ISO 8601."""
    kind = type(value)
    if kind is str:
        return value.strip() or None
    if kind is float:
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    if kind is datetime:
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep="T")
    if kind is date or kind is time:
        return value.isoformat()
    if kind is timedelta:
        minutes, seconds = divmod(int(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return value


def words(value: Any) -> str:
    """Return a cell as text on one line."""
    found = plain(value)
    return "" if found is None else " ".join(str(found).split())


def is_figure(text: str) -> bool:
    """Return whether a text is a number or a day."""
    return text[:1] in _FIGURE and _kind(text) != "text"


def _kind(text: str) -> str:
    if _DAY.match(text):
        return "day"
    bare, _, _ = _bare(text)
    if bare.isdecimal():
        return "whole"
    for kind, shape in (("comma", _COMMA), ("point", _POINT), ("either", _EITHER), ("spaced", _SPACED)):
        if shape.match(bare):
            return kind
    return "text"


def _bare(text: str) -> tuple[str, bool, bool]:
    """Return (the digits and marks of a number, whether it is negative, whether it is a percentage)."""
    percent = text.endswith("%")
    bare = text.removesuffix("%").strip()
    if bare.startswith("(") and bare.endswith(")"):
        return bare[1:-1].strip(), True, percent
    negative = bare[:1] in ("-", "−")
    return bare.lstrip("+-−").strip(), negative, percent


@dataclass(slots=True)
class Column:
    """What the cells of one column show. `percent` says that its title names percent."""

    percent: bool = False
    numbers: int = 0
    others: int = 0
    whole: int = 0
    comma: int = 0
    point: int = 0
    either: int = 0
    spaced: int = 0
    day: int = 0
    marked: int = 0

    def see(self, value: Any) -> None:
        """Count a cell that is not empty."""
        if type(value) is not str:
            self.numbers += type(value) is float or type(value) is int
            return
        text = value.strip()
        if text[:1] not in _FIGURE:
            self.others += bool(text)
            return
        kind = _kind(text)
        if kind == "text":
            self.others += 1
        else:
            setattr(self, kind, getattr(self, kind) + 1)
            self.marked += text.endswith("%") or text[0] == "(" or text[0] == "−"

    @property
    def written(self) -> int:
        """How many cells are numbers that are written in some way."""
        return self.comma + self.point + self.either + self.spaced

    @property
    def decimal(self) -> str:
        """The decimal sign that the column shows: "," or ".", "" for none, "?" for both."""
        if self.comma and self.point:
            return "?"
        return "," if self.comma else "." if self.point else ""

    def reading(self, sheet: str) -> Callable[[Any], Any]:
        """Return how to read a cell of this column; `sheet` is the decimal sign of the others."""
        figures = self.numbers + self.whole + self.written
        every = figures + self.others + self.day
        if self.day and self.day >= _MOST * every:
            return _day
        if not (self.written or self.marked) or figures < _MOST * every:
            return plain
        decimal = self.decimal or sheet
        return lambda value: _number(value, decimal, self.percent) if type(value) is str else plain(value)


def decimal_of(columns: list[Column]) -> str:
    """Return the decimal sign on which the columns of a sheet agree, "" where they do not."""
    seen = {column.decimal for column in columns} - {""}
    return seen.pop() if len(seen) == 1 and "?" not in seen else ""


def _day(value: Any) -> Any:
    """Return a day written with dots or hyphens with strokes, as the front door reads it."""
    found = _DAY.match(value.strip()) if type(value) is str else None
    return f"{found[1]}/{found[3]}/{found[4]}{found[5]}" if found else plain(value)


def _number(text: str, decimal: str, percent: bool) -> Any:
    """Return a number written as text; what is none, or may be two, stays text."""
    text = text.strip()
    if text[:1] not in _FIGURE:
        return text or None
    kind = _kind(text)
    bare, negative, parts = _bare(text)
    if kind == "either":
        if decimal not in (",", "."):
            return text if decimal == "" else text + UNCLEAR
        kind = "comma" if decimal == "," else "point"
    if kind == "whole" and not (parts or negative):
        return text
    if kind == "comma":
        bare = bare.replace(".", "").replace(",", ".")
    elif kind == "point":
        bare = bare.replace(",", "")
    elif kind == "spaced":
        bare = re.sub(rf"[{_BLANKS}]", "", bare).replace(",", ".")
    elif kind != "whole":
        return text
    found = float(bare) * (-1 if negative else 1)
    if parts and not percent:
        found = round(found / 100, 12)
    return plain(found)
