"""Boundaries: exact point → area, and shapes for maps. They are read when first asked for."""

import csv
import json
import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from toancanh.domain import InvalidInput, Text

Geometry = dict[str, Any]
"""A GeoJSON geometry, WGS 84."""


class Shapes:
    """The communes of today as one coverage without gaps or overlaps; all else is a union of them."""

    def __init__(self, folder: Path, members: Mapping[str, Sequence[str]]) -> None:
        """`members` gives the communes of each province of today; those of former areas stand in parts.csv."""
        self._folder = folder
        self._members = members
        self._lock = threading.Lock()
        self._unions: dict[str, Any] = {}

    @cached_property
    def _communes(self) -> dict[str, Any]:
        table = pq.read_table(self._folder / "boundaries.parquet")
        shapes = _from_wkb(table)
        codes: list[str] = table.column("code").to_numpy().tolist()
        return dict(zip(codes, shapes, strict=True))

    @cached_property
    def _tree(self) -> tuple[Any, list[str]]:
        shapes = np.array(list(self._communes.values()), dtype=object)
        return shapely.STRtree(shapes), list(self._communes)

    @cached_property
    def _parts(self) -> dict[str, Sequence[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        with (self._folder / "parts.csv").open(encoding="utf-8", newline="") as file:
            lines = csv.reader(file)
            next(lines)
            for area, commune in lines:
                found[area].append(commune)
        return {**found, **self._members}

    def load(self) -> None:
        """Read everything now, so that the first question does not wait. Safe from any thread."""
        with self._lock:
            _ = self._tree, self._parts

    def locate(self, lon: float, lat: float) -> str | None:
        """Return the commune that holds the point (degrees, WGS 84), None at sea or abroad. Raises InvalidInput."""
        if not (isfinite(lon) and isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
            raise InvalidInput(
                Text(vi=f"Toạ độ không hợp lệ: {lon}, {lat}.", en=f"Not a position: {lon}, {lat}."),
                Text(
                    vi="Kinh độ từ -180 đến 180, vĩ độ từ -90 đến 90.", en="Longitude -180 to 180, latitude -90 to 90."
                ),
            )
        self.load()
        tree, codes = self._tree
        hits = tree.query(shapely.Point(lon, lat), predicate="intersects")
        return codes[int(hits.min())] if len(hits) else None

    def locate_all(self, lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> list[str | None]:
        """Return the commune of each point, exactly; about 300,000 points a second."""
        self.load()
        tree, codes = self._tree
        points, hits = tree.query(shapely.points(lon, lat), predicate="intersects")
        found: list[str | None] = [None] * len(lon)
        for point, hit in sorted(zip(points.tolist(), hits.tolist(), strict=True), reverse=True):
            found[point] = codes[hit]
        return found

    def shape(self, code: str) -> Any:
        """Return the shapely geometry of an area, None where today's communes do not make it up exactly."""
        self.load()
        if code in self._communes:
            return self._communes[code]
        if code not in self._unions and code in self._parts:
            with self._lock:
                self._unions[code] = shapely.coverage_union_all([self._communes[part] for part in self._parts[code]])
        return self._unions.get(code)

    def boundary(self, code: str) -> Geometry | None:
        """Return the GeoJSON geometry of an area, None where it is not known."""
        shape = self.shape(code)
        return None if shape is None else geojson(shape)

    def coarser(self) -> dict[int, dict[str, Any]]:
        """Return by degree of detail (1 fits zooms up to 8, 2 up to 6) the communes' shapes, which still meet."""
        table = pq.read_table(self._folder / "boundaries_coarse.parquet")
        found: dict[int, dict[str, Any]] = defaultdict(dict)
        details, codes = (table.column(name).to_numpy().tolist() for name in ("detail", "code"))
        for detail, code, shape in zip(details, codes, _from_wkb(table), strict=True):
            found[detail][code] = shape
        return dict(found)

    def communes(self) -> dict[str, Any]:
        """Return the shapely geometries of all communes of today."""
        self.load()
        return self._communes


def _from_wkb(table: pa.Table) -> Any:
    return shapely.from_wkb(table.column("geometry").to_numpy())


def geojson(shape: Any) -> Geometry:
    """Return a shapely geometry as GeoJSON."""
    found: Geometry = json.loads(shapely.to_geojson(shape))
    return found
