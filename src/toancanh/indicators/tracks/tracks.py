"""The tracks of a layer: where its things were in a period, in one answer that a screen plays by itself."""

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa

from toancanh.catalog import Catalog
from toancanh.domain import InvalidInput, NotFound, Period, Text, Viewer
from toancanh.domain.declarations import Layer
from toancanh.indicators.answers import used
from toancanh.indicators.plan import Rows, TimeColumn
from toancanh.indicators.render.text import instant
from toancanh.indicators.render.tracks import Way, tracks_sql
from toancanh.indicators.sight import Sight
from toancanh.indicators.tracks.simplify import needed
from toancanh.indicators.viewing import Viewing
from toancanh.store import Facts

MOST_TRACKS, MOST_POSITIONS = 2000, 120_000
_STEPS = 1440
"""Positions of one thing that are looked at, at most: a day has one a minute."""
_METRES = 25.0
"""How far a drawn thing may be from where it was: the error of a position by satellite is about 10."""


@dataclass(frozen=True)
class TracksRequest:
    """Which tracks. `box` is west, south, east and north; `as_of` takes only what was known then."""

    period: Period
    box: tuple[float, float, float, float] | None = None
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A way without a gap: seconds since the period began, and degrees, WGS 84, in order."""

    times: list[float]
    lons: list[float]
    lats: list[float]


@dataclass(frozen=True, slots=True)
class Track:
    """Where one thing was: what names it, what is written beside it, and its way in parts."""

    id: str
    series: dict[str, str]
    label: str | None
    parts: list[Part]


@dataclass(frozen=True)
class TrackSet:
    """Tracks of a period. Of each thing one position every `step` seconds was looked at; what is drawn between the
    positions given is at most `within_m` metres off. `whole` is false where there are more things than are given.
    """

    period: Period
    tracks: list[Track]
    step: int
    within_m: float
    whole: bool


class Tracks:
    """Reads tracks as one viewer may see them."""

    def __init__(self, facts: Facts, catalog: Catalog, viewing: Viewing, now: Callable[[], datetime]) -> None:
        self._facts, self._catalog, self._viewing, self._now = facts, catalog, viewing, now

    async def of(self, name: str, declared: Layer, viewer: Viewer, asked: TracksRequest) -> TrackSet:
        """Return the tracks of a layer. Raises NotFound where it has none, NotAllowed, InvalidInput."""
        full = declared.dataset or ""
        sight = self._viewing.of(viewer, full)
        way = self._way(name, declared, sight, asked)
        if declared.label:
            told = {"layer": name, "tracks": True}
            await self._viewing.show(viewer, sight, frozenset({declared.label}), told)
        sql = tracks_sql(way)
        table = await self._facts.table(sql, used(sql, {**sight.params, "now": self._now()}))
        gap = declared.gap.total_seconds() * 1000
        found, within = await asyncio.to_thread(_tracks, table, way.series, gap)
        whole = len(found) <= way.most
        return TrackSet(asked.period, found[: way.most], way.step, within, whole)

    def _way(self, name: str, declared: Layer, sight: Sight, asked: TracksRequest) -> Way:
        dataset = sight.dataset
        place, series = dataset.place, dataset.key if dataset.kind == "entity" else dataset.series
        if declared.kind != "tracks" or place is None or not {place.lon, place.lat, *series} <= sight.whole:
            raise NotFound(
                Text(vi=f"Lớp {name} không có đường đi để vẽ.", en=f"The layer {name} has no tracks to draw."),
                Text(vi="Chọn một lớp có kind: tracks.", en="Choose a layer of kind: tracks."),
            )
        seconds = (asked.period.end - asked.period.start).total_seconds()
        if seconds <= 0:
            raise InvalidInput(
                Text(vi="Khoảng thời gian trống.", en="The period is empty."),
                Text(vi="“to” phải sau “from”.", en="'to' has to be after 'from'."),
            )
        time = TimeColumn(dataset.time)
        known = (f"_received <= {instant(asked.as_of)}",) if asked.as_of else ()
        rows = Rows(
            table=sight.table, of="records", placed=time, version=time, key=dataset.key, early=known,
            late=(sight.condition,) if sight.condition else (), end=self._now(),
        )  # fmt: skip
        pack = name.partition(".")[0]
        return Way(
            rows=rows,
            zone=self._catalog.city.time_zone,
            period=asked.period,
            when=(self._catalog.expression(declared.when, sight.id, pack=pack),) if declared.when else (),
            series=series,
            lon=place.lon or "",
            lat=place.lat or "",
            label=sight.columns.get(declared.label, "") if declared.label else "",
            box=asked.box,
            step=max(1, math.ceil(seconds / _STEPS)),
            most=MOST_TRACKS,
        )


def _tracks(table: pa.Table, series: tuple[str, ...], gap: float) -> tuple[list[Track], float]:
    """Return the tracks of a table that `tracks_sql` gives, and how many metres they are off at most."""
    table = table.combine_chunks()
    if table.num_rows == 0:
        return [], _METRES
    column: Any = table.column("_at").chunk(0)
    ms, lon, lat = (
        np.asarray(each.to_numpy(zero_copy_only=False), dtype=np.float64) for each in column.flatten().flatten()
    )
    many = np.asarray(column.value_lengths())
    owners = np.repeat(np.arange(table.num_rows), many)
    begins = np.flatnonzero(np.append(True, (np.diff(owners) != 0) | (np.diff(ms) > gap)))
    chosen, within = needed(ms, lon, lat, begins, _METRES, MOST_POSITIONS)
    parts: dict[int, list[Part]] = {}
    for low, high in zip(begins.tolist(), [*begins[1:].tolist(), len(ms)], strict=True):
        some = chosen[np.searchsorted(chosen, low) : np.searchsorted(chosen, high)]
        parts.setdefault(int(owners[low]), []).append(
            Part((ms[some] / 1000).round(1).tolist(), lon[some].round(5).tolist(), lat[some].round(5).tolist())
        )
    keys = [table.column(f"_s{position}").to_pylist() for position in range(len(series))]
    labels = table.column("_label").to_pylist()
    found = []
    for row, named in enumerate(zip(*keys, strict=True)):
        found.append(Track("/".join(named), dict(zip(series, named, strict=True)), labels[row], parts[row]))
    return found, within
