"""Named things on the map: the labels of points that are kept at hand, found by words."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from toancanh.domain import fold
from toancanh.indicators.tiles.points import Snapshot, even_bits

_STEPS = 1 << 32


@dataclass(frozen=True, slots=True)
class Thing:
    """A named point of a layer: degrees, WGS 84."""

    layer: str
    name: str
    lon: float
    lat: float


def find(layer: str, title: str, points: Snapshot, words: Sequence[str], limit: int) -> list[Thing]:
    """Return the points whose name, or their layer's, holds every word (folded); a name that begins so comes first."""
    if "_label" not in points.rows.column_names or not words:
        return []
    places: dict[str, int] = {}
    for position, name in enumerate(points.rows.column("_label").take(points.row).to_pylist()):
        if name:
            places.setdefault(name, position)
    found = []
    kind = " " + fold(title)
    for name, position in places.items():
        folded = " " + fold(name)
        if all(word in folded + kind for word in words):
            own = sum(f" {word}" in folded for word in words)
            found.append((-own, not folded.startswith(" " + words[0]), name, position))
    return [Thing(layer, name, *_degrees(int(points.cell[position]))) for *_, name, position in sorted(found)[:limit]]


def _degrees(cell: int) -> tuple[float, float]:
    """Return longitude and latitude of a cell, to a millionth of a degree."""
    both = np.array([cell, cell >> 1], dtype=np.uint64)
    x, y = (int(each) / _STEPS for each in even_bits(both))
    return round(x * 360 - 180, 6), round(math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y)))), 6)
