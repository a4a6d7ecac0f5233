"""From a Content-Type to a form of body, and from a landed body to blocks."""

import re
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

import msgspec

from toancanh.domain import InvalidInput, Text, UnsupportedFormat
from toancanh.ingest.blocks import Block, JsonBlock, SheetBlock
from toancanh.ingest.columnar import arrow_blocks, parquet_blocks
from toancanh.ingest.header import Wanted, match_header, read_header, wanted
from toancanh.ingest.landing import Ground, Landed, in_utf8
from toancanh.ingest.subject import Subject
from toancanh.ingest.textual import (
    BLOCK,
    array_blocks,
    check_row,
    is_utf8,
    line_blocks,
    may_be_decomposed,
    sheet_blocks,
)
from toancanh.sdk import AT, GROUP, SHEET, Table, Wish, is_workbook, tables

Form = Literal["ndjson", "json", "csv", "arrow", "parquet", "workbook"]
_TYPES: dict[str, Form] = {
    "application/x-ndjson": "ndjson",
    "application/ndjson": "ndjson",
    "application/jsonl": "ndjson",
    "application/x-jsonlines": "ndjson",
    "application/json": "json",
    "text/json": "json",
    "text/csv": "csv",
    "application/csv": "csv",
    "text/tab-separated-values": "csv",
    "application/vnd.ms-excel": "csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "workbook",
    "application/vnd.ms-excel.sheet.macroenabled.12": "workbook",
    "application/vnd.ms-excel.sheet.binary.macroenabled.12": "workbook",
    "application/vnd.oasis.opendocument.spreadsheet": "workbook",
    "application/vnd.apache.arrow.stream": "arrow",
    "application/vnd.apache.parquet": "parquet",
    "application/x-parquet": "parquet",
    "application/parquet": "parquet",
}
_CHARSET = re.compile(r"charset\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)
_SHEET = re.compile(r";\s*sheet\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)
Note = Callable[[Sequence[Text]], None]
SMALL = 64 << 10
"""Up to this size a body is read together with others, and is checked for being JSON at the door."""


@dataclass(frozen=True, slots=True)
class ContentType:
    """What a sender says about a body. `sheet` chooses the sheet of a workbook: its name, number, or `*` for all."""

    form: Form
    charset: str | None = None
    sheet: str | None = None


def read_type(said: str | None, declared: Form | None) -> ContentType:
    """Return the form of a body: what the sender says, else what the source declares. Raises UnsupportedFormat."""
    bare = (said or "").partition(";")[0].strip().lower()
    form = _TYPES.get(bare)
    if form is None and declared is not None and bare in ("", "application/octet-stream", "text/plain"):
        form = declared
    if form is None:
        raise UnsupportedFormat(
            Text(vi=f"Không nhận kiểu nội dung “{bare[:80]}”.", en=f"The content type '{bare[:80]}' is not taken."),
            Text(
                vi="Dùng application/x-ndjson, application/json, text/csv, application/vnd.apache.arrow.stream, "
                "application/vnd.apache.parquet, hoặc kiểu của tệp XLSX, XLS, ODS.",
                en="Use application/x-ndjson, application/json, text/csv, application/vnd.apache.arrow.stream, "
                "application/vnd.apache.parquet, or the type of an XLSX, XLS or ODS file.",
            ),
        )
    charset, sheet = _CHARSET.search(said or ""), _SHEET.search(said or "")
    return ContentType(form, charset[1] if charset else None, unquote(sheet[1]) if sheet else None)


def holds_workbook(landed: Landed) -> bool:
    """Return whether a landed body may be a workbook, whatever its sender calls it."""
    return is_workbook(landed.start(8))


def quick_block(body: bytes, said: ContentType) -> JsonBlock | None:
    """Return the block of a small JSON body that needs no further look, None for every other body."""
    if said.form not in ("json", "ndjson") or said.charset not in (None, "utf-8", "UTF-8") or len(body) > SMALL:
        return None
    if body[:1] != b"{" or not body.isascii() or b"\\" in body:
        return None
    row = body.rstrip()
    if b"\n" in row and said.form == "ndjson":
        return None
    try:
        msgspec.json.decode(row, type=msgspec.Raw)
    except (msgspec.DecodeError, RecursionError):
        return None
    return JsonBlock(row, lined=False, compose=False, single=True)


def blocks(landed: Landed, said: ContentType, subject: Subject, ground: Ground, note: Note) -> Generator[Block]:
    """Yield the blocks of a landed body; `note` hears what in it is no record.

    Raises InvalidInput and its kinds, at the first block where all is unreadable.
    """
    if said.form == "workbook" or (said.form == "csv" and holds_workbook(landed)):
        yield from _workbook(landed, said, subject, note)
        return
    if said.form == "arrow" or said.form == "parquet":
        source = landed.data if landed.path is None else landed.path
        assert source is not None
        read = arrow_blocks if said.form == "arrow" else parquet_blocks
        yield from read(source, wanted(subject), subject.zone)
        return
    text = in_utf8(landed, said.charset, ground, guess=said.form == "csv")
    try:
        if said.form == "csv":
            yield from _sheet(text, subject)
        elif said.form == "ndjson":
            yield from _lines(text)
        else:
            yield from _json(text)
    finally:
        if text is not landed:
            text.close()


def _workbook(landed: Landed, said: ContentType, subject: Subject, note: Note) -> Iterator[JsonBlock]:
    """Yield the rows of its table, or of all its tables, under the names of the raw fields."""
    awaited = wanted(subject)
    with landed.open() as file:
        for table in tables(file, Wish(sheet=said.sheet, columns=awaited.names)):
            names = _raw_fields(table, awaited)
            note(table.left_out.said(table.sheet))
            for data, _ in table.batches(names):
                yield JsonBlock(data, lined=True, compose=may_be_decomposed(data), matched=True)


def _raw_fields(table: Table, awaited: Wanted) -> tuple[str, ...]:
    """Return the raw field of each column, and its own name where it has none. Raises InvalidInput as for a header."""
    also = [name for name in (SHEET, AT, GROUP) if name in awaited.names]
    titles = [name if name in table.titled else "" for name in table.names]
    found = match_header([*titles, *also], awaited)
    return tuple(raw or name for raw, name in zip(found, table.names, strict=False))


def _lines(landed: Landed) -> Iterator[JsonBlock]:
    with landed.open() as file:
        for data in line_blocks(file):
            if data.strip():
                yield JsonBlock(data, lined=True, compose=may_be_decomposed(data), sound=is_utf8(data))


def _json(landed: Landed) -> Iterator[JsonBlock]:
    first = landed.start(4096).lstrip()[:1]
    if first == b"{":
        check_row(landed.size)
    if landed.size <= BLOCK or first == b"{":
        data = landed.data if landed.data is not None else landed.start(landed.size)
        _check_json(data)
        if first == b"{":
            yield JsonBlock(data.strip(), lined=False, compose=may_be_decomposed(data), single=True)
            return
    if first != b"[":
        raise _not_rows()
    with landed.open() as file:
        for data in array_blocks(file):
            yield JsonBlock(data, lined=False, compose=may_be_decomposed(data), sound=is_utf8(data))


def _check_json(data: bytes) -> None:
    try:
        data.decode()
        msgspec.json.decode(data, type=msgspec.Raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidInput(
            Text(
                vi=f"Nội dung không phải JSON hợp lệ: {_reason(error)}.",
                en=f"The body is not valid JSON: {_reason(error)}.",
            ),
            Text(
                vi="Gửi một đối tượng, một mảng đối tượng, hoặc NDJSON với application/x-ndjson.",
                en="Send one object, an array of objects, or NDJSON as application/x-ndjson.",
            ),
        ) from error


def _reason(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200].rstrip(".")


def _not_rows() -> InvalidInput:
    return InvalidInput(
        Text(
            vi="Nội dung JSON phải là một đối tượng hoặc một mảng đối tượng.",
            en="The JSON body must be an object or an array of objects.",
        ),
        Text(vi="Bọc các bản ghi trong [ ].", en="Put the records into [ ]."),
    )


def _sheet(landed: Landed, subject: Subject) -> Iterator[SheetBlock]:
    start = landed.start(1 << 20)
    if b"\n" not in start and b"\r" in start and landed.data is not None:
        landed = Landed(landed.data.replace(b"\r", b"\n"), None, landed.size)
        start = landed.start(1 << 20)
    sheet, begin = read_header(start, wanted(subject))
    small = landed.size <= SMALL
    with landed.open() as file:
        file.seek(begin)
        for data in sheet_blocks(file):
            if data.strip():
                yield SheetBlock(sheet, data, may_be_decomposed(data), small, is_utf8(data))
