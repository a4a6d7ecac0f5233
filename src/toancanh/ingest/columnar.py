"""Arrow streams and Parquet files, read as columns: checked, brought to few kinds, and cut into blocks."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from toancanh.domain import InvalidInput, Text, TooLarge
from toancanh.ingest.blocks import ColumnBlock
from toancanh.ingest.convert import Kind
from toancanh.ingest.header import Wanted, match_header
from toancanh.ingest.subject import Field
from toancanh.ingest.textual import may_be_decomposed

ROWS = 65_536
"""Rows that are read and committed as one."""
_LARGEST_GROUP = 4 << 30
_BROKEN = (pa.ArrowException, OSError, EOFError, MemoryError, ValueError, OverflowError, TypeError)
"""What reading a damaged body raises."""
_LARGEST_BLOCK = 512 << 20


def arrow_blocks(source: bytes | Path, wanted: Wanted, zone: str) -> Iterator[ColumnBlock]:
    """Yield the blocks of an Arrow IPC stream. Raises InvalidInput where it cannot be read."""
    with _open(source) as file:
        try:
            reader = pa.ipc.open_stream(file)
            names = match_header(reader.schema.names, wanted)
            batches = (pa.Table.from_batches([_sound(batch)]) for batch in reader)
            yield from _blocks(_gathered(batches), reader.schema, names, zone)
        except _BROKEN as error:
            raise unreadable("Arrow", error) from error


def parquet_blocks(source: bytes | Path, wanted: Wanted, zone: str) -> Iterator[ColumnBlock]:
    """Yield the blocks of a Parquet file. Raises InvalidInput where it cannot be read, TooLarge."""
    with _open(source) as file:
        try:
            parquet = pq.ParquetFile(file)
            _check_groups(parquet)
            schema = parquet.schema_arrow
            names = match_header(schema.names, wanted)
            used = [name for name, raw in zip(schema.names, names, strict=True) if raw is not None]
            texts = [name for name in used if _is_text(schema.field(name).type)]
            parquet = pq.ParquetFile(file, read_dictionary=texts)
            chosen = [raw for raw in names if raw is not None]
            batches = (
                pa.Table.from_batches([_sound(batch)]).select(used)
                for batch in parquet.iter_batches(batch_size=ROWS, columns=used)
            )
            yield from _blocks(batches, pa.schema([schema.field(name) for name in used]), chosen, zone)
        except _BROKEN as error:
            raise unreadable("Parquet", error) from error


def unreadable(format: str, error: Exception) -> InvalidInput:
    """Return the error for a body that is not what its type says."""
    reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
    return InvalidInput(
        Text(vi=f"Không đọc được dữ liệu {format}: {reason}", en=f"The {format} data cannot be read: {reason}"),
        Text(
            vi="Kiểm tra tệp có nguyên vẹn và đúng kiểu nội dung (Content-Type) không.",
            en="Check that the file is whole and that the Content-Type is right.",
        ),
    )


def _open(source: bytes | Path) -> Any:
    return pa.memory_map(str(source), "r") if isinstance(source, Path) else pa.BufferReader(source)


def _sound(batch: pa.RecordBatch) -> pa.RecordBatch:
    batch.validate(full=True)
    return batch


def _check_groups(parquet: Any) -> None:
    for group in range(parquet.metadata.num_row_groups):
        if parquet.metadata.row_group(group).total_byte_size > _LARGEST_GROUP:
            raise TooLarge(
                Text(vi="Một nhóm dòng Parquet lớn hơn 4 GiB.", en="A Parquet row group is larger than 4 GiB."),
                Text(vi="Hãy ghi các nhóm dòng nhỏ hơn.", en="Write smaller row groups."),
            )


def _gathered(tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """Join small batches and cut large ones."""
    held: list[pa.Table] = []
    rows = 0
    for table in tables:
        held.append(table)
        rows += table.num_rows
        if rows >= ROWS:
            joined = pa.concat_tables(held)
            yield from (joined.slice(start, ROWS) for start in range(0, rows, ROWS))
            held, rows = [], 0
    if rows:
        yield pa.concat_tables(held)


def _blocks(
    tables: Iterator[pa.Table], schema: pa.Schema, names: Sequence[str | None], zone: str
) -> Iterator[ColumnBlock]:
    kinds = [(position, raw, kind_of(schema.field(position))) for position, raw in enumerate(names) if raw is not None]
    fields = tuple(Field(raw, kind) for _, raw, kind in kinds)
    for table in tables:
        columns = [_normal(table.column(position), kind, zone) for position, _, kind in kinds]
        ready = pa.table(columns, names=[raw for _, raw, _ in kinds])
        if ready.nbytes > _LARGEST_BLOCK:
            raise TooLarge(
                Text(vi="Một khối dòng quá lớn khi giải nén.", en="A block of rows is too large once unpacked."),
                Text(vi="Hãy gửi ít dòng hơn mỗi lần.", en="Send fewer rows at a time."),
            )
        yield ColumnBlock(ready, fields, compose=any(map(_decomposed, ready.columns)))


def kind_of(field: Any) -> Kind:
    """Return which kind of raw value an Arrow column holds. Raises InvalidInput for types that no column takes."""
    type_ = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
    if _is_text(type_) or pa.types.is_null(type_):
        return "text"
    if pa.types.is_boolean(type_):
        return "bool"
    if pa.types.is_integer(type_) and not pa.types.is_uint64(type_):
        return "int"
    if pa.types.is_floating(type_) or pa.types.is_decimal(type_) or pa.types.is_uint64(type_):
        return "float"
    if pa.types.is_timestamp(type_) or pa.types.is_date64(type_):
        return "instant"
    if pa.types.is_date32(type_):
        return "date"
    raise InvalidInput(
        Text(
            vi=f"Cột “{field.name}” có kiểu {type_}, không nhận được.",
            en=f"The column '{field.name}' has the type {type_}, which is not taken.",
        ),
        Text(
            vi="Hãy gửi văn bản, số, đúng/sai, thời điểm hoặc ngày.",
            en="Send text, numbers, truth values, times or dates.",
        ),
        column=field.name,
    )


def _is_text(type_: Any) -> bool:
    return bool(pa.types.is_string(type_) or pa.types.is_large_string(type_) or pa.types.is_string_view(type_))


def _normal(column: Any, kind: Kind, zone: str) -> Any:
    """Return a column in the one Arrow type of its kind."""
    if pa.types.is_dictionary(column.type):
        column = _spread(column)
    match kind:
        case "text":
            return column.cast(pa.string())
        case "float":
            return _without_nan(column.cast(pa.float64()))
        case "int":
            return column.cast(pa.int64())
        case "instant":
            return _instant(column, zone)
        case _:
            return column


def _spread(column: Any) -> Any:
    """Return a dictionary column as plain values, unless that would take too much memory."""
    for chunk in column.chunks:
        if pa.types.is_null(chunk.dictionary.type) or not len(chunk.dictionary):
            continue
        longest = pc.max(pc.binary_length(chunk.dictionary)).as_py() if _is_text(chunk.dictionary.type) else 8
        if (longest or 0) * len(chunk) > _LARGEST_BLOCK:
            lengths = pc.take(pc.binary_length(chunk.dictionary), chunk.indices)
            if (pc.sum(lengths).as_py() or 0) > _LARGEST_BLOCK:
                raise TooLarge(
                    Text(vi="Một khối dòng quá lớn khi giải nén.", en="A block of rows is too large once unpacked."),
                    Text(vi="Hãy gửi ít dòng hơn mỗi lần.", en="Send fewer rows at a time."),
                )
    return column.cast(column.type.value_type)


def _decomposed(column: Any) -> bool:
    """Return whether a column may hold text that is not in NFC."""
    if not _is_text(column.type):
        return False
    return any(
        may_be_decomposed(chunk.buffers()[2].to_pybytes()) for chunk in column.chunks if chunk.buffers()[2] is not None
    )


def _without_nan(column: Any) -> Any:
    """Return numbers with NaN as no value: that is how data frames write it."""
    strange = pc.is_nan(column)
    if not pc.any(strange).as_py():
        return column
    return pc.if_else(strange, pa.scalar(None, pa.float64()), column)


def _instant(column: Any, zone: str) -> Any:
    if pa.types.is_date64(column.type):
        column = column.cast(pa.timestamp("ms"))
    column = pc.floor_temporal(column, unit="millisecond") if column.type.unit in ("us", "ns") else column
    column = column.cast(pa.timestamp("ms", column.type.tz))
    if column.type.tz is None:
        column = pc.assume_timezone(column, ZoneInfo(zone).key, ambiguous="earliest", nonexistent="latest")
    return column.cast(pa.timestamp("ms", "UTC"))
