"""Files of records: the engine's own bytes where it has the format, and what it lacks made of them piece by piece."""

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq

from toancanh.domain import Text, TooLarge
from toancanh.domain.declarations import ColumnType
from toancanh.store import LONG, Facts, Value

Form = Literal["json", "ndjson", "csv", "arrow", "parquet", "geojson", "xlsx"]
MEDIA: dict[Form, str] = {
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "csv": "text/csv; charset=utf-8",
    "arrow": "application/vnd.apache.arrow.stream",
    "parquet": "application/vnd.apache.parquet",
    "geojson": "application/geo+json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_SETTINGS: dict[str, int | str] = {
    "enable_named_columns_in_function_tuple": 1,
    "output_format_json_quote_denormals": 0,
    "format_csv_null_representation": "",
}
_SHEET_ROWS = 1_048_575
_CHUNK = 1 << 18
_NO_ROWS = "SELECT * FROM (\n{}\n) LIMIT 0"


@dataclass(frozen=True)
class Export:
    """A file on its way: its media type, a name for it, and its bytes in pieces."""

    media: str
    filename: str
    pieces: AsyncIterator[bytes]


def export(
    facts: Facts,
    sql: str,
    params: Mapping[str, Value],
    form: Form,
    *,
    name: str,
    columns: Sequence[tuple[str, ColumnType]],
    zone: str,
    bom: bool,
) -> Export:
    """Return the answer to `sql` as a file. `columns` are its columns in order; `zone` is the city's, for spreadsheets."""

    def stream(format: str) -> AsyncIterator[bytes]:
        return facts.stream(sql, params, format=format, limits=LONG, settings=_SETTINGS)

    match form:
        case "csv":
            pieces = _csv(stream("CSV"), [name for name, _ in columns], bom=bom)
        case "arrow":
            pieces = _arrow(stream("ArrowStream"), facts, sql, params)
        case "parquet":
            pieces = _parquet(_arrow(stream("ArrowStream"), facts, sql, params))
        case "geojson":
            pieces = _collection(stream("JSONEachRow"))
        case "xlsx":
            pieces = _workbook(stream("JSONCompactEachRow"), columns, ZoneInfo(zone))
        case _:
            pieces = stream("JSONEachRow")
    return Export(MEDIA[form], f"{name.replace('.', '-')}.{form}", pieces)


async def _csv(pieces: AsyncIterator[bytes], names: Sequence[str], *, bom: bool) -> AsyncIterator[bytes]:
    header = ",".join('"' + name + '"' for name in names) + "\n"
    yield ("\ufeff" if bom else "").encode() + header.encode()
    async with aclosing(pieces) as source:  # type: ignore[type-var]  # the store gives generators
        async for piece in source:
            yield piece


async def _arrow(
    pieces: AsyncIterator[bytes], facts: Facts, sql: str, params: Mapping[str, Value]
) -> AsyncIterator[bytes]:
    """An answer without rows still has its schema."""
    empty = True
    async with aclosing(pieces) as source:  # type: ignore[type-var]  # the store gives generators
        async for piece in source:
            empty = False
            yield piece
    if empty:
        table = await facts.table(_NO_ROWS.format(sql), params)
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema):
            pass
        yield sink.getvalue().to_pybytes()


async def _parquet(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Through a file on disk, since a Parquet file ends with what its beginning needs."""
    with tempfile.TemporaryDirectory(prefix="toancanh-export-") as folder:
        source, target = Path(folder) / "rows.arrow", Path(folder) / "rows.parquet"
        with source.open("wb") as file:
            async for piece in pieces:
                await asyncio.to_thread(file.write, piece)
        await asyncio.to_thread(_to_parquet, source, target)
        async for piece in pieces_of(target):
            yield piece


def _to_parquet(source: Path, target: Path) -> None:
    with (
        pa.memory_map(str(source)) as mapped,
        pa.ipc.open_stream(mapped) as reader,
        pq.ParquetWriter(target, reader.schema, compression="zstd") as writer,
    ):
        for batch in reader:
            writer.write_batch(batch)


async def _collection(lines: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Lines of features become one collection."""
    held = b'{"type":"FeatureCollection","features":[\n'
    async with aclosing(lines) as source:  # type: ignore[type-var]  # the store gives generators
        async for piece in source:
            body = piece.rstrip(b"\n").replace(b"}\n{", b"},\n{")
            if body:
                yield held + body
                held = b",\n" if piece.endswith(b"\n") else b""
    yield (b"\n]}\n" if held == b",\n" else held + b"]}\n")


async def _workbook(
    lines: AsyncIterator[bytes], columns: Sequence[tuple[str, ColumnType]], zone: ZoneInfo
) -> AsyncIterator[bytes]:
    with tempfile.TemporaryDirectory(prefix="toancanh-export-") as folder:
        path = Path(folder) / "rows.xlsx"
        sheet = Sheet(path, columns, zone)
        rest = b""
        async with aclosing(lines) as source:  # type: ignore[type-var]  # the store gives generators
            async for piece in source:
                whole, _, rest = (rest + piece).rpartition(b"\n")
                await asyncio.to_thread(sheet.add, whole)
        await asyncio.to_thread(sheet.add, rest)
        await asyncio.to_thread(sheet.close)
        async for chunk in pieces_of(path):
            yield chunk


class Sheet:
    """A workbook that is written row by row and kept in no memory."""

    def __init__(self, path: Path, columns: Sequence[tuple[str, ColumnType]], zone: ZoneInfo) -> None:
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        import xlsxwriter  # noqa: PLC0415 - few ask for a workbook, and everyone would wait for it at the start

        self._book: Any = xlsxwriter.Workbook(str(path), options)
        self._sheet: Any = self._book.add_worksheet()
        self._zone, self._row = zone, 0
        self._types = [type_ if name != "_received" else "time" for name, type_ in columns]
        self._moment: Any = self._book.add_format({"num_format": "dd/mm/yyyy hh:mm:ss"})
        self._day: Any = self._book.add_format({"num_format": "dd/mm/yyyy"})
        self._bold: Any = self._book.add_format({"bold": True})
        self._sheet.freeze_panes(1, 0)
        for index, (name, _) in enumerate(columns):
            self._sheet.write_string(0, index, name, self._bold)

    def add(self, lines: bytes) -> None:
        """Write rows given as lines of JSON arrays."""
        for line in lines.split(b"\n"):
            if line:
                self.row(json.loads(line))

    def row(self, values: Sequence[Any]) -> None:
        """Write one row. Raises TooLarge."""
        self._row += 1
        if self._row > _SHEET_ROWS:
            raise TooLarge(
                Text(vi="Bảng tính chỉ chứa được 1.048.575 dòng.", en="A spreadsheet holds 1,048,575 rows at most."),
                Text(vi="Lọc bớt, hoặc xuất CSV hay Parquet.", en="Filter more, or export CSV or Parquet."),
            )
        for index, (value, type_) in enumerate(zip(values, self._types, strict=True)):
            self._cell(index, value, type_)

    def about(self, title: str, lines: Sequence[tuple[str, str]]) -> None:
        """Write a second sheet of names and texts."""
        sheet = self._book.add_worksheet(title)
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 110)
        for index, (name, text) in enumerate(lines):
            sheet.write_string(index, 0, name, self._bold)
            sheet.write_string(index, 1, text[:32_767])

    def _cell(self, index: int, value: Any, type_: ColumnType) -> None:
        if value is None:
            return
        if isinstance(value, bool):
            self._sheet.write_boolean(self._row, index, value)
        elif isinstance(value, int | float):
            self._sheet.write_number(self._row, index, value)
        elif type_ in ("time", "date"):
            self._moment_cell(index, str(value), type_)
        else:
            self._sheet.write_string(self._row, index, str(value)[:32_767])

    def _moment_cell(self, index: int, value: str, type_: ColumnType) -> None:
        moment = datetime.fromisoformat(value)
        if type_ == "time":
            moment = moment.astimezone(self._zone).replace(tzinfo=None)
        if moment.year < 1900:
            self._sheet.write_string(self._row, index, value)
        else:
            self._sheet.write_datetime(self._row, index, moment, self._moment if type_ == "time" else self._day)

    def close(self) -> None:
        """Finish the file."""
        self._book.close()


async def pieces_of(path: Path) -> AsyncIterator[bytes]:
    """Give a file in pieces."""
    for chunk in await asyncio.to_thread(lambda: list(_sizes(path))):
        yield await asyncio.to_thread(_read, path, *chunk)


def _sizes(path: Path) -> Iterator[tuple[int, int]]:
    size = path.stat().st_size
    for start in range(0, size, _CHUNK):
        yield start, min(_CHUNK, size - start)


def _read(path: Path, start: int, size: int) -> bytes:
    with path.open("rb") as file:
        file.seek(start)
        return file.read(size)
