"""Between the engine's Arrow bytes and pyarrow, without copies."""

import sys
from collections.abc import Mapping
from importlib.abc import MetaPathFinder

import numpy as np
import pyarrow as pa

from toancanh.domain import InvalidInput, Text, TooLarge
from toancanh.store.facts.driver import Raw


class _NoPandas(MetaPathFinder):
    """Finds no pandas. pyarrow would import it at the first list it is given, for half a second and 40 MB, only to see
    whether that is one of pandas' own; told once that there is none, it asks again only where somebody wants a frame.
    """

    def find_spec(self, name: str, _path: object, _target: object = None) -> None:
        """Refuse pandas, and leave all else to the others."""
        if name == "pandas":
            raise ImportError


sys.meta_path.insert(0, _NoPandas())
pa.array([])
del sys.meta_path[0]


def read_table(raw: Raw) -> pa.Table:
    """Return the Arrow file in `raw` as a table that keeps the engine's memory alive and does not copy it."""
    if raw.view.nbytes == 0:
        return pa.table({})
    address = np.frombuffer(raw.view, np.uint8).__array_interface__["data"][0]
    buffer = pa.foreign_buffer(address, raw.view.nbytes, base=(raw.owner, raw.view))
    return pa.ipc.open_file(buffer).read_all()


def one_block(batch: pa.Table) -> pa.RecordBatch | None:
    """Return the rows of `batch` as one record batch, None when there are none. Raises TooLarge past 2 GiB of text."""
    if batch.num_rows == 0:
        return None
    blocks = batch.combine_chunks().to_batches()
    if len(blocks) > 1:
        raise TooLarge(
            Text(
                vi=f"Một khối {batch.num_rows} dòng quá lớn để lưu nguyên vẹn.",
                en=f"A block of {batch.num_rows} rows is too large to be stored as one.",
            ),
            Text(vi="Chia nhỏ dữ liệu trước khi gửi.", en="Cut the data into smaller parts."),
        )
    return blocks[0]


def refuse_text(block: pa.RecordBatch, types: Mapping[str, str]) -> None:
    """Raise InvalidInput where `block` has texts for a column of another type: the engine would store null for them."""
    for field in block.schema:
        type_ = types.get(field.name, "String")
        given = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        if "String" not in type_ and (pa.types.is_string(given) or pa.types.is_large_string(given)):
            raise InvalidInput(
                Text(
                    vi=f"Cột {field.name} chứa văn bản nhưng phải là {type_}.",
                    en=f"The column {field.name} holds texts and should be {type_}.",
                ),
                Text(vi="Chuyển kiểu trước khi lưu.", en="Convert the values before storing them."),
            )


def stream_bytes(block: pa.RecordBatch) -> memoryview:
    """Return `block` as an Arrow IPC stream."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, block.schema) as writer:
        writer.write_batch(block)
    return memoryview(sink.getvalue())
