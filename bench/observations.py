"""The records that every store gets: 5,000 series (500 things × 10 properties), one value every 60 ms."""

import io
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

THINGS, PROPERTIES = 500, 10
START = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp() * 1000)
FORMATS = {
    "ndjson": ("application/x-ndjson", "JSONEachRow"),
    "csv": ("text/csv", "CSVWithNames"),
    "arrow": ("application/vnd.apache.arrow.stream", "ArrowStream"),
    "parquet": ("application/vnd.apache.parquet", "Parquet"),
}
"""Content type over HTTP, and the engine's name of the format."""


def table(first: int, count: int) -> pa.Table:
    """Return records number `first` to `first + count`, always the same ones."""
    position = np.arange(first, first + count, dtype=np.int64)
    series = (position * 7919) % (THINGS * PROPERTIES)
    noise = np.random.default_rng(first).normal(0, 3, count)
    names = pa.array([f"p{n}" for n in range(PROPERTIES)])
    return pa.table(
        {
            "thing": pa.array(series // PROPERTIES),
            "property": pa.DictionaryArray.from_arrays(pa.array((series % PROPERTIES).astype(np.int32)), names).cast(
                pa.string()
            ),
            "time": pa.array(START + position * 60, pa.timestamp("ms", "UTC")),
            "value": pa.array(np.round(50 + 20 * np.sin(position / 1e5) + noise, 2)),
            "quality": pa.array(position % 3),
        }
    )


def encode(records: pa.Table, form: str) -> bytes:
    """Return `records` in one of FORMATS."""
    sink = io.BytesIO()
    if form == "arrow":
        with pa.ipc.new_stream(sink, records.schema) as writer:
            writer.write_table(records)
    elif form == "parquet":
        pa.parquet.write_table(records, sink, compression="zstd")
    else:
        times = pa.compute.strftime(records["time"], format="%Y-%m-%dT%H:%M:%SZ")
        flat = records.set_column(2, "time", times)
        if form == "csv":
            pa.csv.write_csv(flat, sink)
        else:
            columns = [flat[name].to_pylist() for name in flat.column_names]
            sink.write(
                "".join(
                    f'{{"thing":{a},"property":"{b}","time":"{c}","value":{d},"quality":{e}}}\n'
                    for a, b, c, d, e in zip(*columns, strict=True)
                ).encode()
            )
    return sink.getvalue()
