"""Points on tiles that are kept at hand: the newest point of each series, or current entities, coloured by a value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from toancanh.domain.declarations import Band
from toancanh.indicators.tiles.mvt import EXTENT, POINT, Feature, Property, layer, point

BUFFER = 64
CELL_BITS = 6
"""Points are gathered into 64 × 64 cells of a tile."""
MOST_FEATURES = 4096
"""A tile with more points than this gathers them at any zoom."""
_RANKS: dict[str, int] = {"unknown": 0, "good": 1, "watch": 2, "bad": 3}
STATES = ("unknown", "good", "watch", "bad")


@dataclass(frozen=True)
class Snapshot:
    """All points of a layer at one moment. `x` and `y` are web Mercator in 2^32 steps, `rank` indexes `STATES`."""

    x: npt.NDArray[np.int64]
    y: npt.NDArray[np.int64]
    value: npt.NDArray[np.float64]
    rank: npt.NDArray[np.int8]
    label: "pa.Array[Any]"
    key: "pa.Array[Any]"

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        arrays = self.x.nbytes + self.y.nbytes + self.value.nbytes + self.rank.nbytes
        return int(arrays + self.label.nbytes + self.key.nbytes)

    def tile(self, name: str, z: int, x: int, y: int, *, gather: bool) -> bytes:
        """Return one tile; `gather` puts points of one cell together."""
        shift = 32 - z
        size = 1 << shift
        left, top = x << shift, y << shift
        inside = (self.x >= left) & (self.x < left + size) & (self.y >= top) & (self.y < top + size)
        count = int(np.count_nonzero(inside))
        if gather or count > MOST_FEATURES:
            bits = CELL_BITS if gather else CELL_BITS + 1
            return layer(name, self._cells(np.flatnonzero(inside), left, top, shift, bits))
        pad = size * BUFFER // EXTENT
        near = (
            (self.x >= left - pad) & (self.x < left + size + pad) & (self.y >= top - pad) & (self.y < top + size + pad)
        )
        return layer(name, [self._one(index, left, top, shift) for index in np.flatnonzero(near).tolist()])

    def _one(self, index: int, left: int, top: int, shift: int) -> Feature:
        place = point(_grid(int(self.x[index]) - left, shift), _grid(int(self.y[index]) - top, shift))
        return Feature(POINT, place, self._properties(index))

    def _properties(self, index: int) -> dict[str, Property]:
        value = float(self.value[index])
        return {
            "id": self.key[index].as_py(),
            "value": None if np.isnan(value) else value,
            "state": STATES[self.rank[index]],
            "label": self.label[index].as_py(),
        }

    def _cells(self, chosen: npt.NDArray[np.int64], left: int, top: int, shift: int, bits: int) -> list[Feature]:
        """Return one feature a cell: the point itself where it is alone, else how many and the worst state."""
        if not len(chosen):
            return []
        cell_shift = max(0, shift - bits)
        cell = (((self.y[chosen] - top) >> cell_shift) << bits) + ((self.x[chosen] - left) >> cell_shift)
        order = np.argsort(cell, kind="stable")
        cell, chosen = cell[order], chosen[order]
        starts = np.flatnonzero(np.r_[True, cell[1:] != cell[:-1]])
        counts = np.diff(np.r_[starts, len(cell)])
        ranks = np.maximum.reduceat(self.rank[chosen], starts)
        half = (1 << cell_shift) >> 1
        found = []
        for start, count, rank in zip(starts.tolist(), counts.tolist(), ranks.tolist(), strict=True):
            if count == 1:
                found.append(self._one(int(chosen[start]), left, top, shift))
                continue
            across, down = int(cell[start]) & ((1 << bits) - 1), int(cell[start]) >> bits
            place = point(_grid((across << cell_shift) + half, shift), _grid((down << cell_shift) + half, shift))
            found.append(Feature(POINT, place, {"state": STATES[rank], "count": count}))
        return found


def snapshot(
    table: pa.Table, values: Mapping[tuple[str, ...], float] | None, series: int, bands: Sequence[Band]
) -> Snapshot:
    """Return the snapshot of `newest_sql`'s answer; `values` by series stand in place of the rows' own, where given."""
    value = _floats(table.column("_value"))
    if values is not None:
        names = [table.column(f"_s{position}").to_pylist() for position in range(series)]
        value = np.array(
            [values.get(tuple(map(str, each)), np.nan) for each in zip(*names, strict=True)], dtype=np.float64
        )
    return Snapshot(
        x=table.column("_px").to_numpy().astype(np.int64),
        y=table.column("_py").to_numpy().astype(np.int64),
        value=value,
        rank=ranks(value, bands),
        label=table.column("_label").combine_chunks(),
        key=table.column("_key").combine_chunks(),
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


def _floats(column: Any) -> npt.NDArray[np.float64]:
    return np.asarray(column.to_numpy(), dtype=np.float64)


def _grid(offset: int, shift: int) -> int:
    return offset * EXTENT >> shift
