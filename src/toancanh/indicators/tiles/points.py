"""Points that are kept at hand: all of a layer at one moment, in the order of map tiles, so that a tile is one slice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from toancanh.domain.declarations import Band
from toancanh.indicators.render.tiles import interleave
from toancanh.indicators.tiles.mvt import EXTENT, POINT, Feature, Property, layer, point

CELL_BITS, FINE_BITS = 6, 7
"""Points are gathered into 64 × 64 cells of a tile; where a tile is only too full, into 128 × 128."""
MOST_FEATURES = 4096
"""A tile with more points than this gathers them at any zoom."""
STATES = ("unknown", "good", "watch", "bad")
COLUMNS = "px Float64, py Float64, id Nullable(String), value Nullable(Float64), state String, label Nullable(String), count UInt64"
"""What `Snapshot.rows` gives, as the engine's encoder reads it."""
_RANKS: dict[str, int] = {state: rank for rank, state in enumerate(STATES)}


@dataclass(frozen=True)
class Snapshot:
    """All points of a layer. `cell` interleaves the bits of `x` (even) and `y` (odd), web Mercator in 2^32 steps, and
    everything is sorted by it; `rank` indexes `STATES`.
    """

    cell: npt.NDArray[np.uint64]
    x: npt.NDArray[np.int64]
    y: npt.NDArray[np.int64]
    value: npt.NDArray[np.float64]
    rank: npt.NDArray[np.int8]
    label: "pa.Array[Any]"
    key: "pa.Array[Any]"

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        arrays = (self.cell, self.x, self.y, self.value, self.rank, self.label, self.key)
        return int(sum(each.nbytes for each in arrays))

    def rows(self, z: int, x: int, y: int, *, gather: bool) -> pa.Table:
        """Return what one tile shows, with places inside it; `gather` puts points of one cell together."""
        shift = 32 - z
        first, last = self._slice(x, y, shift)
        if not gather and last - first <= MOST_FEATURES:
            chosen = np.arange(first, last)
            return self._table(chosen, np.ones(len(chosen), dtype=np.uint64), self.rank[chosen], x, y, shift, 0)
        bits = CELL_BITS if gather else FINE_BITS
        cell_shift = max(0, shift - bits)
        code = self.cell[first:last] >> np.uint64(2 * cell_shift)
        starts = np.flatnonzero(np.r_[True, code[1:] != code[:-1]]) if last > first else np.zeros(0, dtype=np.int64)
        counts = np.diff(np.r_[starts, last - first]).astype(np.uint64)
        ranks = np.maximum.reduceat(self.rank[first:last], starts) if len(starts) else np.zeros(0, dtype=np.int8)
        return self._table(starts + first, counts, ranks, x, y, shift, cell_shift)

    def _slice(self, x: int, y: int, shift: int) -> tuple[int, int]:
        """Return the first and the end of the points inside a tile."""
        low = interleave(x << shift, y << shift)
        high = low + (1 << (2 * shift)) - 1
        first = int(np.searchsorted(self.cell, np.uint64(low), side="left"))
        return first, int(np.searchsorted(self.cell, np.uint64(high), side="right"))

    def _table(
        self,
        chosen: npt.NDArray[np.int64],
        counts: npt.NDArray[np.uint64],
        ranks: npt.NDArray[np.int8],
        x: int,
        y: int,
        shift: int,
        cell_shift: int,
    ) -> pa.Table:
        """A point alone shows itself; a cell of several shows its middle, how many, and the worst state."""
        many = counts > 1
        half = (1 << cell_shift) >> 1
        places = []
        for own, tile in ((self.x[chosen], x), (self.y[chosen], y)):
            middle = ((own >> cell_shift) << cell_shift) + half
            places.append((np.where(many, middle, own) - (tile << shift)) * EXTENT >> shift)
        alone: Any = pa.array(np.where(many, -1, chosen), mask=many)
        value = self.value[chosen]
        columns: dict[str, Any] = {
            "px": places[0].astype(np.float64),
            "py": places[1].astype(np.float64),
            "id": self.key.take(alone),
            "value": pa.array(value, mask=many | np.isnan(value)),
            "state": pa.array(np.array(STATES)[ranks].tolist(), pa.string()),
            "label": _plain(self.label.take(alone)),
            "count": counts,
        }
        return pa.table(columns)


def features(rows: pa.Table, name: str) -> bytes:
    """Return a tile of a few rows, encoded here."""
    found = []
    for row in rows.to_pylist():
        properties: dict[str, Property] = {key: row[key] for key in ("id", "value", "state", "label")}
        properties["count"] = row["count"] if row["count"] > 1 else None
        found.append(Feature(POINT, point(int(row["px"]), int(row["py"])), properties))
    return layer(name, found)


def snapshot(
    table: pa.Table, values: Mapping[tuple[str, ...], float] | None, series: int, bands: Sequence[Band]
) -> Snapshot:
    """Return the snapshot of `points_sql`'s answer; `values` by series stand in place of the rows' own, where given."""
    value = _numbers(table, "_value").astype(np.float64)
    if values is not None:
        names = [table.column(f"_s{position}").to_pylist() for position in range(series)]
        value = np.array(
            [values.get(tuple(map(str, each)), np.nan) for each in zip(*names, strict=True)], dtype=np.float64
        )
    cell = _numbers(table, "_at").astype(np.uint64)
    order = np.argsort(cell, kind="stable")
    places: Any = pa.array(order)
    return Snapshot(
        cell=cell[order],
        x=_numbers(table, "_px").astype(np.int64)[order],
        y=_numbers(table, "_py").astype(np.int64)[order],
        value=value[order],
        rank=ranks(value, bands)[order],
        label=_one(table.column("_label").dictionary_encode()).take(places),
        key=_one(table.column("_key")).take(places),
    )


def ranks(values: npt.NDArray[np.float64], bands: Sequence[Band]) -> npt.NDArray[np.int8]:
    """Return the state of each value by the first band that holds it, as an index of `STATES`."""
    found = np.zeros(len(values), dtype=np.int8)
    for band in reversed(bands):
        inside = ~np.isnan(values)
        if band.from_ is not None:
            inside &= values >= band.from_
        if band.below is not None:
            inside &= values < band.below
        found[inside] = _RANKS[band.state]
    return found


def _numbers(table: pa.Table, name: str) -> Any:
    return table.column(name).to_numpy()


def _one(column: Any) -> Any:
    """Return a chunked column as one array."""
    whole = column.combine_chunks()
    if not isinstance(whole, pa.ChunkedArray):
        return whole
    return whole.chunk(0) if whole.num_chunks == 1 else pa.array([], whole.type)


def _plain(array: Any) -> Any:
    return array.cast(pa.string()) if pa.types.is_dictionary(array.type) else array
