"""Rows of a driver as columns of Arrow, without losing what they hold."""

import base64
import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec
import pyarrow as pa

_ENCODER = msgspec.json.Encoder(enc_hook=str, decimal_format="number")
_TYPES: dict[type, Any] = {
    bool: pa.bool_(),
    int: pa.int64(),
    float: pa.float64(),
    str: pa.string(),
    dt.date: pa.date32(),
}


def batch_of(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> pa.RecordBatch:
    """Return rows as columns. Exact numbers (`Decimal`) become text, bytes Base64, lists and objects JSON.

    A time with a zone comes as a moment in UTC, one without stays without. Values of different kinds in one column
    become text.
    """
    return pa.RecordBatch.from_arrays([_column(values) for values in zip(*rows, strict=True)], names=list(names))


def stream_of(batches: Sequence[pa.RecordBatch], schema: pa.Schema) -> bytes:
    """Return batches as one Arrow IPC stream; columns that were empty take the type of `schema`."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema) as writer:
        for batch in batches:
            writer.write_batch(batch.cast(schema))
    return bytes(sink.getvalue())


def joined(one: pa.Schema, other: pa.Schema) -> pa.Schema | None:
    """Return the schema of both, None where a column holds different kinds."""
    fields = []
    for mine, yours in zip(one, other, strict=True):
        if not (mine.type == yours.type or pa.types.is_null(mine.type) or pa.types.is_null(yours.type)):
            return None
        fields.append(yours if pa.types.is_null(mine.type) else mine)
    return pa.schema(fields)


def _column(values: Sequence[Any]) -> Any:
    kinds = set(map(type, values)) - {type(None)}
    if not kinds:
        return pa.nulls(len(values))
    kind = next(iter(kinds))
    if len(kinds) == 1 and kind in _TYPES:
        try:
            return pa.array(values, _TYPES[kind])
        except OverflowError:
            return _texts(values)
    if len(kinds) == 1 and issubclass(kind, dt.datetime):
        zoned = {value.tzinfo is not None for value in values if value is not None}
        if len(zoned) == 1:
            return pa.array(values, pa.timestamp("us", "UTC" if zoned.pop() else None))
    return _texts(values)


def _texts(values: Sequence[Any]) -> Any:
    return pa.array([None if value is None else _text(value) for value in values], pa.string())


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        return _clock(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(value).decode()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict | tuple):
        return _ENCODER.encode(value).decode()
    if hasattr(value, "read"):
        return _text(value.read())
    return str(value)


def _clock(value: dt.timedelta) -> str:
    """Return a time of day, or a duration of hours, as `[-]HH:MM:SS[.ffffff]`."""
    sign, whole = ("-", -value) if value < dt.timedelta() else ("", value)
    minutes, seconds = divmod(whole.days * 86400 + whole.seconds, 60)
    rest = f".{whole.microseconds:06d}" if whole.microseconds else ""
    return f"{sign}{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}{rest}"
