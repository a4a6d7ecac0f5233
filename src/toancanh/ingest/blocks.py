"""What a delivery is cut into: blocks of rows that have the same form, and the rows of a block that must be looked at."""

import asyncio
import csv
import io
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

import msgspec
import pyarrow as pa

from toancanh.ingest.convert import Decimal
from toancanh.ingest.problems import ENCODING, SYNTAX, Problem, wrong_width
from toancanh.ingest.receipts import Delivery
from toancanh.ingest.subject import Field
from toancanh.ingest.textual import LONGEST_ROW, elements

csv.field_size_limit(LONGEST_ROW)


@dataclass(frozen=True, slots=True)
class JsonBlock:
    """JSON objects with blanks, line ends or commas between them, UTF-8.

    `lined` says that each row is a line; otherwise commas part the rows. `single` promises one valid object, `sound`
    valid UTF-8, `matched` that its fields were compared with those wanted: others are let pass.
    """

    data: bytes
    lined: bool
    compose: bool
    single: bool = False
    sound: bool = True
    matched: bool = False

    @property
    def group(self) -> object:
        """Blocks of one group can be read together."""
        return "matched" if self.matched else "json"

    def lines(self) -> list[bytes]:
        """Return each row as one line."""
        if self.lined:
            return [line for line in self.data.split(b"\n") if line.strip()]
        return elements(self.data)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The head of a CSV text. `fields` are the raw fields by position, None where a column is ignored."""

    header: tuple[str, ...]
    fields: tuple[str | None, ...]
    delimiter: str
    decimal: Decimal


@dataclass(frozen=True, slots=True)
class SheetBlock:
    """Rows of a CSV text, UTF-8, without the header. A `small` one is taken apart here and read with others."""

    sheet: Sheet
    data: bytes
    compose: bool
    small: bool
    sound: bool = True

    @property
    def group(self) -> object:
        """See `JsonBlock.group`."""
        return self.sheet if self.small else self


@dataclass(frozen=True, slots=True)
class ColumnBlock:
    """Rows of an Arrow or Parquet body, as columns of the kinds that `fields` say."""

    table: pa.Table
    fields: tuple[Field, ...]
    compose: bool

    @property
    def group(self) -> object:
        """See `JsonBlock.group`."""
        return self.fields


@dataclass(frozen=True, slots=True)
class BrokenBlock:
    """The rest of a body that cannot be read: it counts as one row."""

    problem: Problem
    data: bytes = b""

    @property
    def group(self) -> object:
        """See `JsonBlock.group`."""
        return id(self)


Block = JsonBlock | SheetBlock | ColumnBlock | BrokenBlock


@dataclass(slots=True)
class Part:
    """One block of one delivery on its way. `done` is set when its rows are stored, booked and announced.

    `before` is how many rows of the delivery came before it, once it was read.
    """

    delivery: Delivery
    block: Block
    weight: int
    last: bool
    done: "asyncio.Future[None]"
    before: int | None = None

    @property
    def first(self) -> int:
        """Number of its first row."""
        return (self.delivery.rows if self.before is None else self.before) + 1

    def count(self, rows: int) -> int:
        """Note that it holds `rows` rows; return the number of the first one. A second count replaces the first."""
        if self.before is None:
            self.before = self.delivery.rows
        self.delivery.rows = self.before + rows
        return self.before + 1


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that could not become a record. `part` is the position of its part in the reading, `row` counts from 1."""

    part: int
    row: int
    problems: tuple[Problem, ...]
    raw: str
    decimal: Decimal = ""


class Rows(Protocol):
    """Rows of a block that can be taken apart, to find those that the engine cannot read."""

    def __len__(self) -> int: ...

    def part(self, start: int, stop: int) -> "Rows":
        """Return the rows from `start` to before `stop`."""

    def body(self) -> bytes:
        """Return the rows as the engine reads them."""

    def raw(self, row: int) -> str:
        """Return one row as JSON."""


@dataclass(frozen=True, slots=True)
class JsonRows:
    """JSON objects, one a line."""

    lines: Sequence[bytes]

    def __len__(self) -> int:
        return len(self.lines)

    def part(self, start: int, stop: int) -> "JsonRows":
        """See `Rows.part`."""
        return JsonRows(self.lines[start:stop])

    def body(self) -> bytes:
        """See `Rows.body`."""
        return b"\n".join(self.lines)

    def raw(self, row: int) -> str:
        """See `Rows.raw`."""
        return as_json(self.lines[row])


@dataclass(frozen=True, slots=True)
class SheetRows:
    """Rows of a sheet, field by field."""

    sheet: Sheet
    rows: Sequence[Sequence[str]]

    def __len__(self) -> int:
        return len(self.rows)

    def part(self, start: int, stop: int) -> "SheetRows":
        """See `Rows.part`."""
        return SheetRows(self.sheet, self.rows[start:stop])

    def body(self) -> bytes:
        """See `Rows.body`."""
        out = io.StringIO()
        csv.writer(out, delimiter=",", lineterminator="\n").writerows(self.rows)
        return out.getvalue().encode()

    def raw(self, row: int) -> str:
        """See `Rows.raw`."""
        return sheet_raw(self.sheet, self.rows[row])


@dataclass(frozen=True, slots=True)
class ColumnRows:
    """Rows of a table."""

    table: pa.Table

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def part(self, start: int, stop: int) -> "ColumnRows":
        """See `Rows.part`."""
        return ColumnRows(self.table.slice(start, stop - start))

    def body(self) -> bytes:
        """See `Rows.body`."""
        return arrow_bytes(self.table)

    def raw(self, row: int) -> str:
        """See `Rows.raw`."""
        return column_raws(self.table.slice(row, 1))[0]


def sheet_raw(sheet: Sheet, row: Sequence[str]) -> str:
    """Return a row of a sheet as JSON: by column where the width fits, else as a list of fields."""
    if len(row) != len(sheet.header):
        return json.dumps(list(row), ensure_ascii=False)
    return json.dumps(dict(zip(sheet.header, row, strict=True)), ensure_ascii=False)


def column_raws(table: pa.Table) -> list[str]:
    """Return each row of a (small) table as JSON."""
    try:
        found = table.to_pylist()
    except (OverflowError, ValueError):
        found = _numbers_for_times(table).to_pylist()
    rows = ({name: _finite(value) for name, value in row.items()} for row in found)
    return [json.dumps(row, ensure_ascii=False, default=_plain) for row in rows]


def arrow_bytes(table: pa.Table) -> bytes:
    """Return a table as an Arrow IPC stream."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue().to_pybytes())


def as_json(line: bytes) -> str:
    """Return a line as JSON: itself when it is a JSON value, else a JSON string that shows it."""
    return presentable(line.decode(errors="replace").strip())


def presentable(raw: str) -> str:
    """Return JSON that everybody can read: `raw` itself, or a JSON string of it where it is broken or nests too deep."""
    try:
        msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError):
        return json.dumps(raw, ensure_ascii=False)
    return raw


def take_apart(block: SheetBlock) -> tuple[list[tuple[int, list[str]]], list[tuple[int, Problem, str]]]:
    """Return (numbered rows of the right width, numbered rows with what is wrong and how they look).

    Rows count from 1; blank lines do not count.
    """
    text = block.data.decode(errors="surrogateescape")
    width = len(block.sheet.header)
    good: list[tuple[int, list[str]]] = []
    bad: list[tuple[int, Problem, str]] = []
    number = 0
    for record, fields in _records(text, block.sheet.delimiter):
        if fields == [] or (fields == [""] and width > 1):
            continue
        number += 1
        if fields is None:
            bad.append((number, SYNTAX_CSV, json.dumps(record.encode(errors="replace").decode(), ensure_ascii=False)))
        elif not block.sound and any("\udc80" <= char <= "\udcff" for item in fields for char in item):
            shown = [item.encode(errors="replace").decode() for item in fields]
            bad.append((number, ENCODING, sheet_raw(block.sheet, shown)))
        elif len(fields) != width:
            bad.append((number, wrong_width(len(fields), width), sheet_raw(block.sheet, fields)))
        else:
            good.append((number, fields))
    return good, bad


SYNTAX_CSV = Problem(None, "syntax", SYNTAX.text.model_copy(update={
    "vi": "Dấu ngoặc kép trong dòng không khép lại đúng chỗ.",
    "en": "The quotes of this row do not close where they should.",
}))  # fmt: skip
_MOST_LINES = 200


def _records(text: str, delimiter: str) -> "list[tuple[str, list[str] | None]]":
    """Return each row as (text where it is broken, its fields or None)."""
    try:
        return [("", row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)]
    except csv.Error:
        pass
    found: list[tuple[str, list[str] | None]] = []
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        stop, quotes = at, 0
        while stop < len(lines) and stop - at < _MOST_LINES:
            quotes += lines[stop].count('"')
            stop += 1
            if quotes % 2 == 0:
                break
        if quotes % 2:
            stop = at + 1
        record = "\n".join(lines[at:stop])
        try:
            rows = list(csv.reader(io.StringIO(record, newline=""), delimiter=delimiter, strict=True))
            found.extend(("", row) for row in rows)
        except csv.Error:
            found.append((record.rstrip("\r\n"), None))
        at = stop
    return found


def _numbers_for_times(table: pa.Table) -> pa.Table:
    """Return a table whose times Python can show: those past the year 9999 are numbers."""
    columns: list[Any] = [
        column.cast(pa.int64())
        if pa.types.is_timestamp(column.type)
        else column.cast(pa.int32())
        if pa.types.is_date32(column.type)
        else column
        for column in table.columns
    ]
    return pa.table(columns, names=table.column_names)


def _finite(value: Any) -> Any:
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return str(value)
