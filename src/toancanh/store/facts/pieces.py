"""Joining the pieces of a streamed answer: the engine hands out each piece as a document of its own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import RawIOBase
from typing import Any

import pyarrow as pa

from toancanh.domain import Text, UnsupportedFormat

Pieces = Callable[[Iterator[bytes]], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Joiner:
    """How one format is streamed: `asked` of the engine, and `pieces` to make one document of what comes."""

    asked: str
    pieces: Pieces


class _Sink(RawIOBase):
    """Collects what a writer writes until it is taken."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(self._parts[-1])

    def take(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def joiner(format: str) -> Joiner:
    """Return how `format` is streamed. Raises UnsupportedFormat for one that cannot be."""
    found = _JOINERS.get(format)
    if found is None:
        raise UnsupportedFormat(
            Text(vi=f"Không xuất từng phần được định dạng {format}.", en=f"The format {format} cannot be streamed."),
            Text(vi=f"Dùng một trong: {', '.join(_JOINERS)}.", en=f"Use one of: {', '.join(_JOINERS)}."),
        )
    return found


def _as_they_come(chunks: Iterator[bytes]) -> Iterator[bytes]:
    return chunks


def _first_line_once(chunks: Iterator[bytes]) -> Iterator[bytes]:
    first = True
    for chunk in chunks:
        yield chunk if first else chunk[chunk.index(b"\n") + 1 :]
        first = False


def _one_arrow_stream(chunks: Iterator[bytes]) -> Iterator[bytes]:
    sink, writer = _Sink(), None
    for chunk in chunks:
        with pa.ipc.open_stream(chunk) as reader:
            if writer is None:
                writer = pa.ipc.new_stream(pa.PythonFile(sink, mode="w"), reader.schema)
            for batch in reader:
                writer.write_batch(batch)
        yield sink.take()
    if writer is not None:
        writer.close()
        yield sink.take()


_JOINERS = {
    "JSONEachRow": Joiner("JSONEachRow", _as_they_come),
    "JSONCompactEachRow": Joiner("JSONCompactEachRow", _as_they_come),
    "CSV": Joiner("CSV", _as_they_come),
    "TSV": Joiner("TSV", _as_they_come),
    "CSVWithNames": Joiner("CSVWithNames", _first_line_once),
    "ArrowStream": Joiner("ArrowStream", _one_arrow_stream),
}
