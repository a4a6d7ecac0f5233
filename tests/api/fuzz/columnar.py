"""Arrow streams and Parquet files: good ones, and ones whose columns are of every other type."""

import io
import random
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from fuzz.values import NAMES, TEXTS

ARROW, PARQUET = "application/vnd.apache.arrow.stream", "application/vnd.apache.parquet"


def arrow(table: pa.Table, *, codec: str | None = None) -> bytes:
    """Return a table as an Arrow stream."""
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression=codec)) as writer:
        writer.write_table(table)
    return sink.getvalue()


def parquet(table: pa.Table, codec: str = "snappy") -> bytes:
    """Return a table as Parquet."""
    sink = io.BytesIO()
    pq.write_table(table, sink, compression=codec)
    return sink.getvalue()


def good(r: random.Random, rows: list[dict[str, Any]]) -> tuple[str, bytes]:
    """Return (media type, body) of good records."""
    table = pa.Table.from_pylist(rows)
    if r.random() < 0.5:
        return ARROW, arrow(table, codec=r.choice((None, "lz4", "zstd")))
    return PARQUET, parquet(table, r.choice(("snappy", "none", "gzip", "zstd", "lz4")))


MOMENT = datetime(2026, 2, 1, tzinfo=UTC)
Maker = Callable[[random.Random, int], Any]
COLUMNS: tuple[Maker, ...] = (
    lambda r, n: pa.nulls(n),
    lambda r, n: pa.array([r.choice(TEXTS) for _ in range(n)], pa.string()),
    lambda r, n: pa.array([r.choice(TEXTS) for _ in range(n)], pa.large_string()),
    lambda r, n: pa.array([r.randbytes(5) for _ in range(n)], pa.binary()),
    lambda r, n: pa.array([r.randbytes(4) for _ in range(n)], pa.binary(4)),
    lambda r, n: pa.array([r.choice((float("nan"), float("inf"), -float("inf"), 1e308, -0.0, None)) for _ in range(n)], pa.float64()),
    lambda r, n: pa.array([float("nan")] * n, pa.float32()),
    lambda r, n: pa.array([r.choice((-(2**63), 2**63 - 1, 0, None)) for _ in range(n)], pa.int64()),
    lambda r, n: pa.array([2**64 - 1] * n, pa.uint64()),
    lambda r, n: pa.array([-128] * n, pa.int8()),
    lambda r, n: pa.array([True] * n),
    lambda r, n: pa.array([Decimal("1." + "3" * 30)] * n, pa.decimal128(38, 30)),
    lambda r, n: pa.array([Decimal(10) ** 70] * n, pa.decimal256(76, 0)),
    lambda r, n: pa.array([r.choice((0, 2**62, -(2**62))) for _ in range(n)], pa.int64()).cast(pa.timestamp("us", "UTC")),
    lambda r, n: pa.array([2**62] * n, pa.int64()).cast(pa.timestamp("s")),
    lambda r, n: pa.array([MOMENT] * n, pa.timestamp("ns", "Asia/Ho_Chi_Minh")),
    lambda r, n: pa.array([r.choice((0, 2**31 - 1, -(2**31))) for _ in range(n)], pa.int32()).cast(pa.date32()),
    lambda r, n: pa.array([1] * n, pa.int64()).cast(pa.time64("ns")),
    lambda r, n: pa.array([1] * n, pa.int64()).cast(pa.duration("ms")),
    lambda r, n: pa.array([[1, None]] * n),
    lambda r, n: pa.array([{"a": 1, "b": None}] * n),
    lambda r, n: pa.array([[("k", 1)]] * n, pa.map_(pa.string(), pa.int64())),
    lambda r, n: pa.array([[1, 2]] * n, pa.list_(pa.int8(), 2)),
    lambda r, n: pa.array([r.choice(TEXTS) for _ in range(n)]).dictionary_encode(),
    lambda r, n: pa.DictionaryArray.from_arrays(pa.array([None] * n, pa.int8()), pa.array(["x"])),
    lambda r, n: pa.array(["x"] * n, pa.string_view()),
    lambda r, n: pa.array([[[[[1]]]]] * n),
    lambda r, n: pa.StringArray.from_buffers(n, pa.py_buffer(b"".join((2 * i).to_bytes(4, "little") for i in range(n + 1))), pa.py_buffer(b"\xff\xfe" * n)),
)  # fmt: skip


def strange_table(r: random.Random, rows: list[dict[str, Any]]) -> tuple[str, bytes, int]:
    """Return (media type, body, number of rows) of records with some columns replaced."""
    table = pa.Table.from_pylist(rows)
    names, columns = list(table.column_names), list(table.columns)
    for _ in range(r.choice((1, 1, 2, 4))):
        at = r.randrange(len(names))
        match r.randrange(6):
            case 0:
                names[at] = r.choice(NAMES)
            case 1:
                names.append(r.choice((*NAMES, names[at])))
                columns.append(r.choice(COLUMNS)(r, len(rows)))
            case 2 if len(names) > 1:
                del names[at], columns[at]
            case _:
                columns[at] = r.choice(COLUMNS)(r, len(rows))
    if r.random() < 0.1:
        columns, rows = [column[:0] for column in columns], []
    made = pa.Table.from_arrays(columns, names=names)
    if r.random() < 0.5:
        return ARROW, arrow(made), len(rows)
    try:
        return PARQUET, parquet(made), len(rows)
    except (pa.ArrowException, ValueError):
        return ARROW, arrow(made), len(rows)
