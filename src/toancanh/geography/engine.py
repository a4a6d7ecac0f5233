"""The areas in the facts engine: tables, and the dictionaries behind `fragments`. Filled when their version is not there."""

import asyncio
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import shapely

from toancanh.geography.fragments import CODES, NAMES, POLYGONS, RESTATE
from toancanh.geography.names import NameBook
from toancanh.geography.register import LEVELS, Register
from toancanh.geography.shapes import Shapes
from toancanh.geography.succession import Succession
from toancanh.store import ColumnSpec, DictionarySpec, Facts, TableSpec

FORMAT = 3
"""Counts up when these tables change, so that they are written anew."""
_WORD = "LowCardinality(String)"
_POLYGON = "Array(Array(Array(Tuple(Float64, Float64))))"


class _Table(NamedTuple):
    spec: TableSpec
    fill: Callable[[], pa.Table]


class EngineAreas:
    """Writes and reloads what the engine knows of areas."""

    def __init__(self, folder: Path, register: Register, succession: Succession, shapes: Shapes) -> None:
        self._folder = folder
        self._register = register
        self._succession = succession
        self._shapes = shapes
        self._epochs = range(len(succession.epochs))

    async def refresh(self, facts: Facts) -> bool:
        """Write what is missing, or everything when the data are of another version; return whether tables were written."""
        version = await asyncio.to_thread(self.version)
        found = await facts.table(
            "SELECT name FROM system.tables WHERE database = currentDatabase() AND startsWith(name, '_area')"
        )
        names = set(found["name"].to_pylist())
        tables, dictionaries = self.tables(), self.dictionaries()
        if {*(table.spec.name for table in tables), *(each.name for each in dictionaries), _VERSION.name} <= names:
            versions = await facts.table("SELECT version FROM _area_version")
            if versions["version"].to_pylist() == [version]:
                return False
        await facts.replace(_VERSION, pa.table({"version": pa.array([], pa.string())}))
        filled = await asyncio.gather(*(asyncio.to_thread(table.fill) for table in tables))
        for table, rows in zip(tables, filled, strict=True):
            await facts.replace(table.spec, rows)
        for dictionary in dictionaries:
            await facts.define(dictionary)
        await facts.replace(_VERSION, pa.table({"version": [version]}))
        return True

    def version(self) -> str:
        """Return a name of the data files and of the format of the tables."""
        digest = hashlib.sha256(str(FORMAT).encode())
        for name in ("areas.csv", "lineage.csv", "boundaries.parquet", "boundaries_coarse.parquet"):
            digest.update((self._folder / name).read_bytes())
        return digest.hexdigest()[:16]

    def tables(self) -> list[_Table]:
        """Return the tables, those that take longest to fill first."""
        codes = {f"e{epoch}": _WORD for epoch in self._epochs}
        return [
            _Table(_spec("_area_shapes", "code", {"code": "String", "shape": _POLYGON}), self._shape_rows),
            _Table(_spec("_area_name_keys", "key", {"key": "String", **codes}), self._name_keys),
            _Table(
                _spec("_area_restate_rows", "code", {"code": "String", **self._restate_columns()}), self._restate_rows
            ),
            _Table(_spec("_area_code_keys", "key", {"key": "String", **codes}), self._code_keys),
            _Table(_spec("_area_lineage", "day, old, new", _LINEAGE), self._lineage),
            _Table(_spec("_areas", "code, since", _AREAS), self._areas),
        ]

    def dictionaries(self) -> list[DictionarySpec]:
        """Return the dictionaries over these tables."""
        codes = {f"e{epoch}": "String DEFAULT ''" for epoch in self._epochs}
        restate = {
            name: "UInt8 DEFAULT 0" if kind == "UInt8" else "String DEFAULT ''"
            for name, kind in self._restate_columns().items()
        }
        hashed = "COMPLEX_KEY_HASHED"
        return [
            DictionarySpec(CODES, {"key": "String", **codes}, "_area_code_keys", hashed),
            DictionarySpec(RESTATE, {"code": "String", **restate}, "_area_restate_rows", hashed),
            DictionarySpec(
                POLYGONS, {"shape": _POLYGON, "code": "String DEFAULT ''"}, "_area_shapes", "POLYGON_INDEX_EACH"
            ),
            DictionarySpec(NAMES, {"key": "String", **codes}, "_area_name_keys", hashed),
        ]

    def _areas(self) -> pa.Table:
        rows = sorted(self._register, key=lambda area: (area.code, area.since))
        return pa.table(
            {
                "code": [area.code for area in rows],
                "official": [area.code.removeprefix("x") for area in rows],
                "level": [area.level for area in rows],
                "name": [area.name for area in rows],
                "full_name": [area.full_name for area in rows],
                "name_en": [area.name_en for area in rows],
                "parent": [area.parent or "" for area in rows],
                "since": pa.array([area.since for area in rows], pa.date32()),
                "until": pa.array([area.until for area in rows], pa.date32()),
                "lon": pa.array([area.centre[0] if area.centre else None for area in rows], pa.float64()),
                "lat": pa.array([area.centre[1] if area.centre else None for area in rows], pa.float64()),
                "area_km2": pa.array([area.area_km2 for area in rows], pa.float64()),
            }
        )

    def _lineage(self) -> pa.Table:
        steps = {step for code in self._register.spans for step in self._succession.lineage(code)}
        rows = sorted(steps, key=lambda step: (step.day, step.old, step.new))
        return pa.table(
            {
                "old": [step.old for step in rows],
                "new": [step.new for step in rows],
                "day": pa.array([step.day for step in rows], pa.date32()),
                "change": [step.change for step in rows],
                "whole": pa.array([int(step.whole) for step in rows], pa.uint8()),
                "share": pa.array([step.share for step in rows], pa.float64()),
            }
        )

    def _shape_rows(self) -> pa.Table:
        communes = self._shapes.communes()
        return pa.table({"code": list(communes), "shape": polygons(list(communes.values()))})

    def _name_keys(self) -> pa.Table:
        return self._keyed(dict(NameBook(self._register, self._succession).rows()))

    def _code_keys(self) -> pa.Table:
        """Every code that a record may carry, also with its leading zeros lost, with what it means in each epoch."""
        meanings: dict[str, list[str]] = {}
        for code in self._register.spans:
            meanings.setdefault(code.removeprefix("x"), []).append(code)
        keys = {official: self._choose(codes) for official, codes in meanings.items()}
        keys |= {code: (code,) * len(self._epochs) for code in self._register.spans if code.startswith("x")}
        for official in sorted(meanings):
            short = official.lstrip("0")
            if (len(official), len(short)) in ((2, 1), (5, 4)):
                keys.setdefault(short, keys[official])
        return self._keyed(keys)

    def _choose(self, codes: list[str]) -> tuple[str, ...]:
        newest = min(codes, key=lambda code: code.startswith("x"))
        return tuple(
            next((code for code in codes if epoch in self._succession.epochs_of(code)), newest)
            for epoch in self._epochs
        )

    def _keyed(self, rows: dict[str, tuple[str, ...]]) -> pa.Table:
        return pa.table(
            {"key": list(rows), **{f"e{epoch}": [codes[epoch] for codes in rows.values()] for epoch in self._epochs}}
        )

    def _restate_columns(self) -> dict[str, str]:
        above = {str(level): _WORD for level in LEVELS}
        for epoch in self._epochs:
            above |= {f"e{epoch}": _WORD, f"assumed{epoch}": "UInt8"}
            above |= {f"{level}{epoch}": _WORD for level in LEVELS}
        return above

    def _restate_rows(self) -> pa.Table:
        codes = list(self._register.spans)
        columns: dict[str, Any] = {"code": codes}
        for epoch in (None, *self._epochs):
            above = [self._succession.levels(code, epoch) for code in codes]
            for level in LEVELS:
                columns[f"{level}{'' if epoch is None else epoch}"] = [found.get(level, "") for found in above]
        for epoch in self._epochs:
            columns[f"e{epoch}"] = [self._succession.restate(code, epoch).area for code in codes]
            assumed = [int(self._succession.assumed(code, epoch)) for code in codes]
            columns[f"assumed{epoch}"] = pa.array(assumed, pa.uint8())
        return pa.table(columns)


def polygons(shapes: list[Any]) -> "pa.Array[Any]":
    """Return shapely polygons as the engine's multipolygons: lists of polygons of rings of (lon, lat)."""
    parts, owner = shapely.get_parts(np.array(shapes, dtype=object), return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    pairs = pa.StructArray.from_arrays([pa.array(points[:, 0]), pa.array(points[:, 1])], ["1", "2"])
    nested: pa.Array[Any] = pairs
    for index, count in ((ring, len(rings)), (part, len(parts)), (owner, len(shapes))):
        offsets = np.searchsorted(index, np.arange(count + 1)).astype(np.int32)
        nested = pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), nested)
    return nested


def _spec(name: str, order: str, columns: dict[str, str]) -> TableSpec:
    return TableSpec(name, tuple(ColumnSpec(*column) for column in columns.items()), tuple(order.split(", ")))


_VERSION = _spec("_area_version", "version", {"version": "String"})
_AREAS = {
    "code": "String",
    "official": "String",
    "level": _WORD,
    "name": "String",
    "full_name": "String",
    "name_en": "String",
    "parent": "String",
    "since": "Date32",
    "until": "Nullable(Date32)",
    "lon": "Nullable(Float64)",
    "lat": "Nullable(Float64)",
    "area_km2": "Nullable(Float64)",
}
_LINEAGE = {
    "old": "String",
    "new": "String",
    "day": "Date32",
    "change": _WORD,
    "whole": "UInt8",
    "share": "Nullable(Float64)",
}
