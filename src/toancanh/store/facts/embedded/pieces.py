"""Joining the pieces of a streamed answer: chDB hands out each piece as a document of its own."""

from collections.abc import Callable, Iterator
from io import RawIOBase
from typing import Any

import pyarrow as pa


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


def joined(format: str, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield pieces of one document in `format` out of `chunks`, which are documents themselves."""
    return _JOINERS[format](chunks)


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


_JOINERS: dict[str, Callable[[Iterator[bytes]], Iterator[bytes]]] = {
    "JSONEachRow": _as_they_come,
    "JSONCompactEachRow": _as_they_come,
    "CSV": _as_they_come,
    "TSV": _as_they_come,
    "CSVWithNames": _first_line_once,
    "ArrowStream": _one_arrow_stream,
}
