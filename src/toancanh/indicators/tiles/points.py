"""Points that are kept at hand: all of a layer at one moment, in the order of map tiles, so that a tile is one slice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from toancanh.domain.declarations import Band
from toancanh.indicators.render.tiles import EXTENT, STATES, Square

CELL_BITS, FINE_BITS = 6, 7
"""Points are gathered into 64 × 64 cells of a tile; where a tile is only too full, into 128 × 128."""
MOST_FEATURES = 4096
"""A tile with more points than this gathers them at any zoom."""
_RANKS: dict[str, int] = {state: rank for rank, state in enumerate(STATES)}
_HALVES = (
    (1, 0x3333333333333333),
    (2, 0x0F0F0F0F0F0F0F0F),
    (4, 0x00FF00FF00FF00FF),
    (8, 0x0000FFFF0000FFFF),
    (16, 0x00000000FFFFFFFF),
)
EVEN, ODD = np.uint64(0x5555555555555555), np.uint64(0xAAAAAAAAAAAAAAAA)
"""The bits of x and those of y: either are all 0 where a record has no point."""
Cells = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Snapshot:
    """All points of a layer. `cell` interleaves the bits of x (even) and y (odd), web Mercator in 2^32 steps, and is
    sorted; `rank` (an index of `STATES`) and `row` (where the rest stands in `rows`) go with it. `rows` has `_value` (nan for
    none), `_label` where the layer has one, and the columns of the id.
    """

    cell: Cells
    rank: npt.NDArray[np.int8]
    row: npt.NDArray[np.int64]
    rows: pa.Table

    def joined(self, other: "Snapshot") -> "Snapshot":
        """Return the points of both."""
        at = np.searchsorted(self.cell, other.cell, side="right")
        return Snapshot(
            np.insert(self.cell, at, other.cell),
            np.insert(self.rank, at, other.rank),
            np.insert(self.row, at, other.row + self.rows.num_rows),
            pa.concat_tables([self.rows, other.rows]).combine_chunks(),
        )

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        return int(self.cell.nbytes + self.rank.nbytes + self.row.nbytes + self.rows.nbytes)

    def shown(self, square: Square, *, gather: bool) -> pa.Table:
        """Return what one tile shows, as `shown_columns` says; `gather` puts points of one cell together."""
        first, end = self._slice(square)
        if not gather and end - first <= MOST_FEATURES:
            chosen = np.arange(first, end)
            return self._table(chosen, np.ones(len(chosen), dtype=np.uint64), self.rank[chosen], square, 0)
        size = max(0, square.shift - (CELL_BITS if gather else FINE_BITS))
        code = self.cell[first:end] >> np.uint64(2 * size)
        starts = np.flatnonzero(np.r_[True, code[1:] != code[:-1]]) if end > first else np.zeros(0, dtype=np.int64)
        counts = np.diff(np.r_[starts, end - first]).astype(np.uint64)
        worst = np.maximum.reduceat(self.rank[first:end], starts) if len(starts) else np.zeros(0, dtype=np.int8)
        return self._table(starts + first, counts, worst, square, size)

    def _slice(self, square: Square) -> tuple[int, int]:
        """Return the first and the end of the points inside a tile."""
        low, high = square.cells
        first = int(np.searchsorted(self.cell, np.uint64(low), side="left"))
        return first, int(np.searchsorted(self.cell, np.uint64(high), side="right"))

    def _table(
        self, chosen: npt.NDArray[np.int64], counts: Cells, ranks: npt.NDArray[np.int8], square: Square, size: int
    ) -> pa.Table:
        """A point alone shows itself; a cell (2^size steps wide) of several shows its middle, how many, and the worst."""
        many = counts > 1
        own = self.cell[chosen]
        bits = np.uint64(2 * size)
        at = np.where(many, (own >> bits << bits) + np.uint64((1 << 2 * size) * 3 // 4), own)
        rows = self.rows.take(self.row[chosen])
        value = rows.column("_value").to_numpy()
        columns: dict[str, Any] = {
            "_px": _within(even_bits(at), square.x, square.shift),
            "_py": _within(even_bits(at >> np.uint64(1)), square.y, square.shift),
            "_value": pa.array(value, mask=many | np.isnan(value)),
            "_state": pa.array(STATES).take(ranks),
            "_count": counts,
        }
        if "_label" in rows.column_names:
            columns["_label"] = pc.if_else(pa.array(many), None, rows.column("_label"))
        return pa.table(columns | {name: rows.column(name) for name in rows.column_names if name not in columns})


def snapshot(
    table: pa.Table, values: Mapping[tuple[str, ...], float] | None, series: int, bands: Sequence[Band]
) -> Snapshot:
    """Return the snapshot of `points_sql`'s answer; `values` by series stand in place of the rows' own, where given."""
    cell = table.column("_at").to_numpy()
    if not ((cell & EVEN).all() and (cell & ODD).all()):
        placed = (cell & EVEN != 0) & (cell & ODD != 0)
        table, cell = table.filter(pa.array(placed)), cell[placed]
    rows = table.drop_columns(["_at", *(f"_s{position}" for position in range(series))]).combine_chunks()
    if values is not None:
        names = [table.column(f"_s{position}").to_pylist() for position in range(series)]
        found = [values.get(tuple(map(str, each)), np.nan) for each in zip(*names, strict=True)]
        rows = rows.set_column(rows.column_names.index("_value"), "_value", pa.array(found, pa.float64()))
    order = sorting(cell)
    rank = ranks(rows.column("_value").to_numpy(), bands)
    return Snapshot(cell[order], rank[order], order, rows)


def sorting(cells: Cells) -> npt.NDArray[np.int64]:
    """Return the order that sorts `cells`.

    Each is sorted together with its place, as one number, which takes a fraction of the time of argsort; what differs
    only in bits that the place pushed out is put right after that.
    """
    if not len(cells):
        return np.zeros(0, dtype=np.int64)
    bits, low = len(cells).bit_length(), cells.min()
    lost = max(0, int(cells.max() - low).bit_length() + bits - 64)
    packed = (cells - low) >> np.uint64(lost) << np.uint64(bits)
    packed |= np.arange(len(cells), dtype=np.uint64)
    packed.sort()
    packed &= np.uint64((1 << bits) - 1)
    order: npt.NDArray[np.int64] = packed.view(np.int64)
    return order[np.argsort(cells[order], kind="stable")] if lost else order


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


def _within(steps: Cells, tile: int, shift: int) -> npt.NDArray[np.float64]:
    """Return coordinates in 2^32 steps of the world as coordinates inside a tile."""
    inside: npt.NDArray[np.float64] = ((steps.astype(np.int64) - (tile << shift)) * EXTENT >> shift).astype(np.float64)
    return inside


def even_bits(cells: Cells) -> Cells:
    """Return the numbers made of every other bit, from the lowest: what `interleave` got as its first."""
    found = cells & EVEN
    for shift, mask in _HALVES:
        found = (found | found >> np.uint64(shift)) & np.uint64(mask)
    return found
