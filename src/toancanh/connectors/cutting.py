"""Cutting a file into deliveries at the ends of rows, always at the same places, so that sending can be resumed."""

import codecs
import gzip
import hashlib
import io
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from toancanh.domain import InvalidInput, Text

PIECE = 8 << 20
"""Bytes of text in one delivery, about."""
ROWS = 100_000
"""Rows of a columnar file in one delivery, at most."""
FORMATS = {
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".ndjson": "application/x-ndjson",
    ".jsonl": "application/x-ndjson",
    ".json": "application/json",
    ".arrow": "application/vnd.apache.arrow.stream",
    ".arrows": "application/vnd.apache.arrow.stream",
    ".feather": "application/vnd.apache.arrow.stream",
    ".parquet": "application/vnd.apache.parquet",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xlsm": "application/vnd.ms-excel.sheet.macroenabled.12",
    ".xlsb": "application/vnd.ms-excel.sheet.binary.macroenabled.12",
    ".xls": "application/vnd.ms-excel",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
}
WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_ARROW = FORMATS[".arrow"]
_WHOLE = frozenset(FORMATS[ending] for ending in WORKBOOKS)
_UTF16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


@dataclass(frozen=True, slots=True)
class Piece:
    """One delivery. `number` and `first_row` count from 0; `done` is how many bytes of the file lie behind its end."""

    number: int
    body: bytes
    media: str
    first_row: int
    done: int


def media_type(path: Path) -> str:
    """Return the media type that the name of a file tells; raise InvalidInput."""
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() not in (".gz", ".zst")]
    if suffixes and suffixes[-1] in FORMATS:
        return FORMATS[suffixes[-1]]
    raise InvalidInput(
        Text(vi=f"Không rõ định dạng của {path.name}.", en=f"The format of {path.name} is not known."),
        Text(vi=f"Đuôi tệp được nhận: {' '.join(FORMATS)}.", en=f"Endings that are known: {' '.join(FORMATS)}."),
    )


def digest(path: Path) -> str:
    """Return a hash of the file's bytes, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def pieces(path: Path, media: str | None = None) -> Iterator[Piece]:
    """Yield the deliveries of a file, of the type that its name tells or `media`; the same file gives the same deliveries."""
    media = media or media_type(path)
    if media in _WHOLE:
        yield Piece(0, path.read_bytes(), media, 0, path.stat().st_size)
    elif media == FORMATS[".parquet"]:
        yield from _parquet(path)
    elif media == _ARROW:
        yield from _arrow(path)
    else:
        with path.open("rb") as raw:
            yield from _text(raw, _plain(raw, path), media)


def _plain(raw: IO[bytes], path: Path) -> IO[bytes]:
    if path.suffix.lower() == ".gz":
        return io.BufferedReader(gzip.GzipFile(fileobj=raw))
    if path.suffix.lower() == ".zst":
        return io.BufferedReader(zstandard.ZstdDecompressor().stream_reader(raw))
    return raw


def _text(raw: IO[bytes], plain: IO[bytes], media: str) -> Iterator[Piece]:
    table = media in (FORMATS[".csv"], FORMATS[".tsv"])
    start = plain.read(2)
    if media == FORMATS[".json"]:
        yield Piece(0, start + plain.read(), media, 0, raw.tell())
        return
    if start in _UTF16:
        plain, start = _in_utf8(plain, _UTF16[start]), b""
    head, left, number, row = b"", start, 0, 0
    while True:
        block = plain.read(PIECE)
        left += block
        end = len(left) if not block else _row_end(left, table)
        if end:
            body, left = left[:end], left[end:]
            rows = _rows(body, table)
            if table and number == 0:
                head = body[: _first_row_end(body)]
                rows -= 1
            elif table:
                body = head + body
            yield Piece(number, body, media, row, raw.tell())
            number, row = number + 1, row + rows
        if not block:
            return


class _Recoded(io.RawIOBase):
    """Text of another encoding, read as UTF-8."""

    def __init__(self, file: IO[bytes], encoding: str) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        self._left = b""

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer; 0 at the end."""
        while not self._left:
            piece = self._file.read(len(buffer))
            self._left = self._decoder.decode(piece, final=not piece).encode()
            if not piece:
                break
        size = min(len(buffer), len(self._left))
        buffer[:size], self._left = self._left[:size], self._left[size:]
        return size


def _in_utf8(file: IO[bytes], encoding: str) -> IO[bytes]:
    return io.BufferedReader(_Recoded(file, encoding), PIECE)


def _row_end(text: bytes, table: bool) -> int:
    """Return where the last whole row ends; a line break inside quotes ends no row."""
    end = text.rfind(b"\n") + 1
    if not table:
        return end
    quotes = text.count(b'"', 0, end)
    while end and quotes % 2:
        before = text.rfind(b"\n", 0, end - 1) + 1
        quotes -= text.count(b'"', before, end)
        end = before
    return end


def _first_row_end(text: bytes) -> int:
    end = text.find(b"\n") + 1
    while end and text.count(b'"', 0, end) % 2:
        end = text.find(b"\n", end) + 1
    return end or len(text)


def _rows(text: bytes, table: bool) -> int:
    """Return how many rows `text` holds; only rows with quoted line breaks are counted one by one."""
    lines = text.splitlines()
    if not table or b'"' not in text:
        return sum(1 for line in lines if line.strip())
    rows, open_quote = 0, False
    for line in lines:
        open_quote ^= line.count(b'"') % 2 == 1
        rows += not open_quote and bool(line.strip())
    return rows


def _parquet(path: Path) -> Iterator[Piece]:
    file = pq.ParquetFile(path)
    total, row, size = max(file.metadata.num_rows, 1), 0, path.stat().st_size
    for number, batch in enumerate(file.iter_batches(batch_size=ROWS)):
        yield Piece(number, _stream(batch), _ARROW, row, size * (row + batch.num_rows) // total)
        row += batch.num_rows


def _arrow(path: Path) -> Iterator[Piece]:
    number = row = 0
    with pa.memory_map(str(path)) as source:
        try:
            reader = pa.ipc.open_file(source)
            found = (reader.get_batch(index) for index in range(reader.num_record_batches))
        except pa.ArrowInvalid:
            source.seek(0)
            found = _stream_batches(pa.ipc.open_stream(source))
        for batch in found:
            for start in range(0, batch.num_rows, ROWS):
                part = batch.slice(start, ROWS)
                yield Piece(number, _stream(part), _ARROW, row, source.tell())
                number, row = number + 1, row + part.num_rows


def _stream_batches(reader: pa.RecordBatchStreamReader) -> Generator[pa.RecordBatch, None, None]:
    yield from reader


def _stream(batch: pa.RecordBatch) -> bytes:
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return sink.getvalue()
