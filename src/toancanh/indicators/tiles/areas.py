"""Areas on tiles: boundaries cut, projected and encoded once per tile, coloured again whenever values change."""

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import shapely

from toancanh.geography import Geography
from toancanh.indicators.tiles.mvt import EXTENT, POLYGON, Feature, Hole, Property, layer, polygon

Level = Literal["province", "commune"]
BUFFER = 64
_KEPT = 4096
_COARSE = ((6, 2), (8, 1))
"""Up to this zoom, this degree of simplified boundaries."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One area on one tile: its code and name, and its encoded geometry."""

    code: str
    name: str
    geometry: bytes


@dataclass(frozen=True)
class _Set:
    """The areas of one level and degree of detail, in web Mercator from 0 to 1."""

    codes: list[str]
    shapes: Any
    tree: Any


class AreaTiles:
    """Cuts tiles out of today's boundaries."""

    def __init__(self, geography: Geography) -> None:
        self._geography = geography
        self._lock = threading.Lock()
        self._sets: dict[tuple[Level, int], _Set] = {}
        self._cut: OrderedDict[tuple[Level, int, int, int], list[Shape]] = OrderedDict()

    async def tile(
        self, name: str, level: Level, z: int, x: int, y: int, values: Mapping[str, Mapping[str, Property]] | None
    ) -> bytes:
        """Return the tile; with `values` (properties by code) areas without one are drawn too, as unknown."""
        shapes = self._cut.get((level, z, x, y))
        if shapes is None:
            shapes = await asyncio.to_thread(self._shapes, level, z, x, y)
        return layer(name, [Feature(POLYGON, each.geometry, _properties(each, values)) for each in shapes])

    def _shapes(self, level: Level, z: int, x: int, y: int) -> list[Shape]:
        found = self._whole(level, next((degree for most, degree in _COARSE if z <= most), 0))
        scale, pad = 1 / (1 << z), BUFFER / EXTENT / (1 << z)
        box = (x * scale - pad, y * scale - pad, (x + 1) * scale + pad, (y + 1) * scale + pad)
        hits = np.sort(found.tree.query(shapely.box(*box)))
        shapes = []
        for index in hits.tolist():
            clipped = shapely.clip_by_rect(found.shapes[index], *box)
            geometry = polygon(_rings(clipped, x, y, z))
            if geometry:
                code = found.codes[index]
                shapes.append(Shape(code, self._geography.get(code).full_name, geometry))
        with self._lock:
            self._cut[level, z, x, y] = shapes
            while len(self._cut) > _KEPT:
                self._cut.popitem(last=False)
        return shapes

    def _whole(self, level: Level, degree: int) -> _Set:
        with self._lock:
            found = self._sets.get((level, degree))
            if found is None:
                found = self._sets[level, degree] = self._load(level, degree)
            return found

    def _load(self, level: Level, degree: int) -> _Set:
        known = self._geography.shapes
        shapes: dict[str, Any] = known.communes() if degree == 0 else known.coarser()[degree]
        if level == "province":
            provinces: dict[str, list[Any]] = {}
            for code, shape in shapes.items():
                provinces.setdefault(self._geography.province_of(code).code, []).append(shape)
            shapes = {code: shapely.coverage_union_all(parts) for code, parts in provinces.items()}
        codes = sorted(shapes)
        projected = shapely.transform(np.array([shapes[code] for code in codes], dtype=object), mercator)
        return _Set(codes, projected, shapely.STRtree(projected))


def mercator(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return degrees (longitude, latitude) as web Mercator from 0 to 1, y downwards."""
    lat = np.radians(np.clip(points[:, 1], -85.0511, 85.0511))
    y = 0.5 - np.log(np.tan(np.pi / 4 + lat / 2)) / (2 * np.pi)
    return np.column_stack([(points[:, 0] + 180) / 360, y])


def _rings(shape: Any, x: int, y: int, z: int) -> list[Any]:
    found: list[Any] = []
    for part in shapely.get_parts(shape) if shape.geom_type in ("MultiPolygon", "GeometryCollection") else [shape]:
        if part.geom_type != "Polygon" or part.is_empty:
            continue
        found.append(_grid(part.exterior, x, y, z))
        found += [Hole(_grid(ring, x, y, z)) for ring in part.interiors]
    return found


def _grid(ring: Any, x: int, y: int, z: int) -> npt.NDArray[np.int64]:
    points: npt.NDArray[np.float64] = shapely.get_coordinates(ring) * (1 << z)
    placed: npt.NDArray[np.int64] = np.rint((points - np.array([x, y])) * EXTENT).astype(np.int64)
    return placed


def _properties(shape: Shape, values: Mapping[str, Mapping[str, Property]] | None) -> dict[str, Property]:
    named: dict[str, Property] = {"code": shape.code, "name": shape.name}
    if values is None:
        return named
    return named | dict(values.get(shape.code, {"state": "unknown"}))
