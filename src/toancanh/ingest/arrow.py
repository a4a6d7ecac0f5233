"""Arrow columns as arrays, and constants as columns."""

from typing import Any

import numpy as np
import pyarrow as pa


def whole(table: pa.Table, name: str) -> Any:
    """Return a column as one array."""
    return table.column(name).combine_chunks()


def numbers(table: pa.Table, name: str, type_: Any) -> Any:
    """Return a column without nulls as a numpy array."""
    return whole(table, name).to_numpy(zero_copy_only=False).astype(type_, copy=False)


def constant(text: str, rows: int) -> Any:
    """Return a column of `rows` times the same text."""
    return pa.repeat(pa.scalar(text, pa.string()), rows)


def indices(values: Any) -> Any:
    """Return row numbers as `take` wants them."""
    return pa.array(np.asarray(values, np.int64), pa.int64())
