"""Telling the records of a table from totals, headings of groups and notes, and reading them cell by cell."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from toancanh.domain import fold
from toancanh.sdk.tables.area import column_letters
from toancanh.sdk.tables.cells import Column, decimal_of, plain, words
from toancanh.sdk.tables.heading import Heading, Merge
from toancanh.sdk.tables.wish import AT, GROUP, ROWS, SHEET, LeftOut

_TOTAL = re.compile(
    r"^(?:tong(?: cong| so)?|cong(?: don)?|luy ke|grand total|(?:sub-?)?total|sum)"
    r"(?:\s*(?:[:.(=].*|\d+|nhom.*|muc.*|(?:toan |ca )(?:tinh|thanh pho|xa|phuong|quan|huyen|nganh|so|nuoc|ky|nam|thang|quy)"
    r"|[ivx]{1,5}))?[\s.:]*$"
)
_NOTE = re.compile(
    r"^(?:\(?\*+\)?|ghi chu|chu thich|nguon|luu y|nguoi lap|ke toan|thu truong|giam doc|note|source)\b"
    r"|^[^,]{2,40}, ngay .{1,12} thang"
    r"|^\*"
)
_ENCODER = msgspec.json.Encoder()
_BEGINS, _LONGEST = frozenset("TtCcLlGgSs"), 80
_SCANNED = 3
"""Cells with something in them in which the word for a total may stand, from the left."""


@dataclass(slots=True)
class Body:
    """The rows below a header. `first` is the row of the sheet behind the header, `left` the sheet's first column."""

    sheet: str
    heading: Heading
    left: int
    merges: Sequence[Merge]
    errors: dict[tuple[int, int], str]
    keep_totals: bool
    left_out: LeftOut = field(default_factory=LeftOut)
    records: int = 0
    columns: list[Column] = field(default_factory=list)
    _aside: set[int] = field(default_factory=set)
    _groups: dict[int, str] = field(default_factory=dict)
    _spread: dict[int, list[tuple[int, int, int]]] = field(default_factory=dict)
    _names: tuple[str, ...] = ()

    def look(self, rows: Iterator[Sequence[Any]]) -> None:
        """Go through the whole sheet once: which rows are records, and how each column writes its figures."""
        self.columns = [Column("%" in name) for name in self.heading.names]
        self._lay_out()
        wide = self._headings()
        most, empty, small = 0, False, list[tuple[int, str]]()
        for number, row in self._below(rows):
            there = [(at, value) for at, value in enumerate(row) if value != "" and value is not None]
            if not there or not any(type(value) is not str or value.strip() for _, value in there):
                empty = True
                continue
            text = words(there[0][1])
            if number in wide and len(there) == 1:
                self._set_aside(number, text, self.left_out.headings)
                self._groups[number] = text
            elif not self.keep_totals and any(_is_total(value) for _, value in there[:_SCANNED]):
                self._set_aside(number, text, self.left_out.totals)
            else:
                self.records += 1
                little = len(there) <= max(1, most // 3)
                most = max(most, len(there))
                if little and (small or empty or _NOTE.match(fold(text))):
                    small.append((number, text))
                elif not little:
                    small = []
                for at, value in there:
                    self.columns[at].see(value)
            empty = False
        self._end(small)

    def names(self) -> tuple[str, ...]:
        """Return a name for every column: those without a title by their letter, those that repeat a title numbered."""
        if not self._names:
            seen: dict[str, int] = {}
            found = []
            for at, name in enumerate(self.heading.names):
                name = name or f"cột {column_letters(self.left + at)}"
                seen[name] = seen.get(name, 0) + 1
                found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
            self._names = tuple(found)
        return self._names

    def batches(self, rows: Iterator[Sequence[Any]], names: Sequence[str]) -> Iterator[tuple[bytes, int]]:
        """Yield the records as NDJSON, some thousand at a time, with how many they are."""
        decimal = decimal_of(self.columns)
        read = [column.reading(decimal) for column in self.columns]
        begin, group = column_letters(self.left), None
        held: list[bytes] = []
        for number, row in self._below(rows):
            if number in self._aside:
                group = self._groups.get(number, group)
                continue
            values = [plain(value) if how is plain else how(value) for how, value in zip(read, row, strict=False)]
            if not any(value is not None for value in values):
                continue
            record = {SHEET: self.sheet, AT: f"{begin}{number + 1}"}
            if group is not None:
                record[GROUP] = group
            record.update(zip(names, values, strict=False))
            held.append(_ENCODER.encode(record))
            if len(held) == ROWS:
                yield b"\n".join(held), len(held)
                held = []
        if held:
            yield b"\n".join(held), len(held)

    def _below(self, rows: Iterator[Sequence[Any]]) -> Iterator[tuple[int, Sequence[Any]]]:
        """Yield (number from 0, cells) of the rows below the header; merged cells repeat what they say, errors are named."""
        carried: list[tuple[int, int, int, Any]] = []
        wrong = {number for number, _ in self.errors}
        width = len(self.heading.names)
        for number, row in enumerate(rows):
            if number < self.heading.end:
                continue
            if number in wrong or carried or number in self._spread:
                row = list(row)
                if number in wrong:
                    for at in range(len(row)):
                        row[at] = self.errors.get((number, self.left + at), row[at])
                carried = [item for item in carried if item[0] >= number]
                for _, left, right, value in carried:
                    row[left:right] = [value] * (right - left)
                for bottom, left, right in self._spread.get(number, ()):
                    row[left:right] = [row[left]] * (right - left)
                    if bottom > number:
                        carried.append((bottom, left, right, row[left]))
            yield number, row[:width]

    def _lay_out(self) -> None:
        """Note merged cells below the header by the row where they begin; those over most of the table are headings."""
        for (top, left), (bottom, right) in self.merges:
            left, right = left - self.left, right + 1 - self.left
            if top >= self.heading.end and 0 <= left < len(self.columns) and not self._is_wide(left, right):
                self._spread.setdefault(top, []).append((bottom, left, min(right, len(self.columns))))

    def _headings(self) -> set[int]:
        return {
            top
            for (top, left), (_, right) in self.merges
            if top >= self.heading.end and self._is_wide(left - self.left, right + 1 - self.left)
        }

    def _is_wide(self, left: int, right: int) -> bool:
        return right - left > 1 and 2 * (right - left) >= len(self.columns)

    def _set_aside(self, number: int, text: str, kind: list[tuple[int, str]]) -> None:
        self._aside.add(number)
        kind.append((number + 1, text))

    def _end(self, small: Sequence[tuple[int, str]]) -> None:
        """Take the lines under the table, from the first that stands apart or begins like a note, out of the records."""
        for number, text in small:
            self._set_aside(number, text, self.left_out.notes)
        self.records -= len(small)


def _is_total(value: Any) -> bool:
    if type(value) is not str or len(value) > _LONGEST or value.lstrip()[:1] not in _BEGINS:
        return False
    return bool(_TOTAL.match(fold(value)))
