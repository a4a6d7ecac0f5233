"""Tiles of any layer: made when asked for, kept until records of their dataset are committed."""

import asyncio
import hashlib
import time as clock
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa

from toancanh.catalog import Catalog
from toancanh.domain import (
    FactsCommitted,
    InvalidInput,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    Period,
    Query,
    Text,
    TimeRange,
    UnknownName,
    Viewer,
    fold,
)
from toancanh.domain.declarations import Band, Dataset, Layer
from toancanh.geography import Geography
from toancanh.indicators.answering import Answering
from toancanh.indicators.answers import used
from toancanh.indicators.plan import Rows, TimeColumn
from toancanh.indicators.render.rows import within
from toancanh.indicators.render.text import quote
from toancanh.indicators.render.tiles import (
    Points,
    Square,
    all_records_sql,
    count_sql,
    encoded_sql,
    every_sql,
    gathered_sql,
    points_sql,
    shown_columns,
)
from toancanh.indicators.sight import Sight, identity
from toancanh.indicators.tiles import things
from toancanh.indicators.tiles.areas import AreaTiles, Level
from toancanh.indicators.tiles.kept import Kept
from toancanh.indicators.tiles.mvt import Property
from toancanh.indicators.tiles.points import (
    CELL_BITS,
    FINE_BITS,
    MOST_FEATURES,
    Snapshot,
    snapshot,
)
from toancanh.indicators.viewing import Viewing
from toancanh.store import Facts, Limits, Value, table_spec

BOUNDARIES: dict[str, Level] = {"areas.province": "province", "areas.commune": "commune"}
_CACHE, _SNAPSHOTS = 64 << 20, 256 << 20
_LONGEST, _SHORTEST = 300.0, 5.0
_LARGE, _SHARE = 16 << 20, 4.0
"""A snapshot of more bytes than this is kept four times as long as it took to make, whatever is committed."""
_WHOLE = Limits(rows=0)


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile: its bytes (none where there is nothing to draw) and a tag that changes with them."""

    data: bytes
    etag: str


@dataclass(frozen=True)
class Drawn:
    """A layer as one viewer sees it: what the SQL needs, and the parameters that it names; `at` an earlier moment, or now."""

    points: Points
    params: dict[str, Value]
    sight: Sight
    at: datetime | None = None


@dataclass(frozen=True)
class _Shot:
    """Points at hand (None: too many) and their generation; for a layer of records also the period that they were read
    over, how many records that are, and when the last of them was received.
    """

    generation: int
    points: Snapshot | None
    period: Period | None = None
    records: int = 0
    until: datetime = datetime.min


class Tiles:
    """Makes and keeps tiles. Layers of up to `most_points` records are kept at hand, larger ones are read for each tile."""

    most_points = 1_500_000

    def __init__(
        self,
        facts: Facts,
        catalog: Catalog,
        geography: Geography,
        viewing: Viewing,
        answering: Answering,
        now: Callable[[], datetime],
    ) -> None:
        self._facts, self._catalog, self._viewing, self._answering, self._now = facts, catalog, viewing, answering, now
        self._areas = AreaTiles(geography)
        self._generation: dict[str, int] = {}
        self._tiles = Kept[Tile](_CACHE)
        self._snapshots = Kept[Any](_SNAPSHOTS)
        self._locks: dict[object, asyncio.Lock] = {}

    def committed(self, event: FactsCommitted) -> None:
        """Let go of the tiles of a dataset."""
        self._generation[event.dataset] = self._generation.get(event.dataset, 0) + 1

    def forget(self) -> None:
        """Let go of all tiles."""
        self._tiles.clear()
        self._snapshots.clear()

    async def tile(self, layer_id: str, z: int, x: int, y: int, viewer: Viewer, at: datetime | None = None) -> Tile:
        """Return one tile of a layer, now or as things stood `at` a moment.

        Raises NotFound for an unknown layer, InvalidInput, NotAllowed.
        """
        _check(z, x, y)
        if layer_id in BOUNDARIES:
            key: object = (layer_id, z, x, y)
            kept = self._tiles.get(key, 0)
            if kept is None:
                data = await self._areas.tile(layer_id.partition(".")[2], BOUNDARIES[layer_id], z, x, y, None)
                kept = self._tiles.put(key, 0, _tile(data), len(data), _LONGEST * 100)
            return kept
        try:
            name, declared = self._catalog.layer(layer_id)
        except UnknownName as error:
            raise NotFound(error.message, error.remedy, **error.details) from error
        datasets = self._datasets(declared)
        for dataset in datasets:
            self._viewing.of(viewer, dataset)
        if z < declared.min_zoom or declared.kind == "tracks":
            return _tile(b"")
        at = at if at is not None and at < self._now() else None
        key, generation = (name, z, x, y, viewer.grants, at), self._shown(name, datasets, viewer, at)
        kept = self._tiles.get(key, generation)
        if kept is None:
            data, generation = await self._make(name, declared, Square(z, x, y), viewer, generation, at)
            kept = self._tiles.put(key, generation, _tile(data), len(data), _lifetime(declared.window))
        return kept

    async def find(self, text: str, viewer: Viewer, limit: int) -> list[things.Thing]:
        """Return the named things on the layers that the viewer may see: newest points and current entities, not events."""
        words = fold(text).split()
        found: list[things.Thing] = []
        for name, declared in self._catalog.layers.items():
            if declared.kind != "points" or declared.label is None or declared.show == "records" or not words:
                continue
            datasets = self._datasets(declared)
            try:
                drawn = self._drawn(name, declared, viewer)
                for dataset in datasets:
                    self._viewing.of(viewer, dataset)
            except (NotAllowed, NotAuthenticated, NotFound):
                continue
            if declared.label not in drawn.sight.whole:
                continue
            shot, _ = await self._snapshot(name, declared, viewer, self._shown(name, datasets, viewer), drawn)
            if shot is not None:
                found += await asyncio.to_thread(things.find, name, declared.title.vi, shot, words, limit)
        return found[:limit]

    def _shown(self, name: str, datasets: Sequence[str], viewer: Viewer, at: datetime | None = None) -> int:
        """Return the generation that tiles have to show: the newest, or that of points that need not be read again yet."""
        newest = sum(self._generation.get(dataset, 0) for dataset in datasets)
        shot: _Shot | None = self._snapshots.get(("points", name, viewer.grants, at), newest)
        return shot.generation if shot else newest

    def _datasets(self, declared: Layer) -> list[str]:
        found = [declared.dataset] if declared.dataset else []
        if declared.indicator:
            found.append(self._catalog.indicators[declared.indicator].dataset)
        return list(dict.fromkeys(found))

    async def _make(
        self, name: str, declared: Layer, square: Square, viewer: Viewer, generation: int, at: datetime | None
    ) -> tuple[bytes, int]:
        """Return a tile and the generation that it shows."""
        inside = name.partition(".")[2]
        if declared.kind == "areas":
            values = await self._area_values(name, declared, viewer, generation, at)
            return await self._areas.tile(inside, declared.level, square.z, square.x, square.y, values), generation
        drawn = self._drawn(name, declared, viewer, at)
        shot, generation = await self._snapshot(name, declared, viewer, generation, drawn)
        if shot is None:
            return await self._from_engine(declared, square, drawn), generation
        rows = await asyncio.to_thread(shot.shown, square, gather=square.z < declared.cluster_below)
        return await self._encoded(drawn.points, rows) if rows.num_rows else b"", generation

    async def _encoded(self, points: Points, rows: pa.Table) -> bytes:
        """Return the tile of rows that `shown_columns` describes."""
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, rows.schema) as writer:
            writer.write_table(rows)
        found = await self._facts.transform(
            encoded_sql(points), memoryview(sink.getvalue()), format="ArrowStream", structure=shown_columns(points),
            settings={"output_format_arrow_string_as_string": 0},
        )  # fmt: skip
        tile: bytes = found.column("tile")[0].as_py()
        return tile

    async def _from_engine(self, declared: Layer, square: Square, drawn: Drawn) -> bytes:
        """Return a tile of a layer with too many points to keep at hand."""
        params = drawn.params
        if square.z < declared.cluster_below:
            sql = gathered_sql(drawn.points, square, CELL_BITS)
        else:
            counting = count_sql(drawn.points, square)
            there = (await self._facts.table(counting, used(counting, params))).to_pylist()[0]["points"]
            if there <= MOST_FEATURES:
                sql = every_sql(drawn.points, square)
            else:
                sql = gathered_sql(drawn.points, square, FINE_BITS)
        return bytes(await self._facts.query(sql, used(sql, params), format="RawBLOB"))

    async def _snapshot(
        self, name: str, declared: Layer, viewer: Viewer, generation: int, drawn: Drawn
    ) -> tuple[Snapshot | None, int]:
        """Return the points of a layer, None where they are too many to keep at hand, and their generation."""
        key = ("points", name, viewer.grants, drawn.at)
        async with self._locks.setdefault(key, asyncio.Lock()):
            kept: _Shot | None = self._snapshots.get(key, generation)
            if kept is None:
                start = clock.monotonic()
                kept = await self._take(declared, viewer, drawn, generation, self._snapshots.last(key))
                size = kept.points.size if kept.points else 0
                least = (clock.monotonic() - start) * _SHARE if size > _LARGE else 0.0
                self._snapshots.put(key, generation, kept, size, _lifetime(declared.window), least)
            return kept.points, kept.generation

    async def _take(
        self, declared: Layer, viewer: Viewer, drawn: Drawn, generation: int, before: "_Shot | None"
    ) -> "_Shot":
        if declared.show == "records":
            return await self._records(declared, drawn, generation, before)
        series = _series(drawn.sight.dataset)
        table = await self._points(drawn.points, drawn, series)
        values = None
        if declared.value is None and declared.indicator is not None and series:
            values = await self._series_values(declared, series, viewer, drawn.at)
        shot = await asyncio.to_thread(snapshot, table, values, len(series), self._bands(declared))
        return _Shot(generation, shot)

    async def _records(self, declared: Layer, drawn: Drawn, generation: int, before: "_Shot | None") -> "_Shot":
        """Return all records: those of `before` and what was received since, where these make up all that there are."""
        bands, points, period = self._bands(declared), drawn.points, drawn.points.period
        if before and before.period and period and _fresh(before.period, period, declared.window):
            period = Period(before.period.start, period.end)
            points = replace(points, period=period)
        else:
            before = None
        count, until = await self._mark(points, drawn)
        if count > self.most_points:
            return _Shot(generation, None)
        if before and before.points:
            table = await self._points(points, drawn, (), (before.until, until))
            if before.records + table.num_rows == count:
                shot = await asyncio.to_thread(_joined, before.points, table, bands)
                return _Shot(generation, shot, period, count, until)
        table = await self._points(drawn.points, drawn, ())
        shot = await asyncio.to_thread(snapshot, table, None, 0, bands)
        return _Shot(generation, shot, drawn.points.period, table.num_rows, until)

    async def _mark(self, points: Points, drawn: Drawn) -> tuple[int, datetime]:
        """Return how many records there are, and when the last was received."""
        sql = all_records_sql(points)
        found = (await self._facts.table(sql, used(sql, drawn.params))).to_pylist()[0]
        return found["records"], found["until"]

    async def _points(
        self, points: Points, drawn: Drawn, series: tuple[str, ...], received: tuple[datetime, datetime] | None = None
    ) -> pa.Table:
        sql = points_sql(points, series, received)
        return await self._facts.table(sql, used(sql, drawn.params), limits=_WHOLE)

    async def _series_values(
        self, declared: Layer, series: tuple[str, ...], viewer: Viewer, at: datetime | None
    ) -> dict[tuple[str, ...], float]:
        """Return the newest value of the layer's indicator for each series, over the layer's window."""
        indicator = self._catalog.indicators[declared.indicator or ""]
        by = [name for name in series if name in indicator.dimensions]
        if len(by) < len(series):
            return {}
        query = Query(
            indicators=[declared.indicator or ""],
            by=by,
            time=_looked_at(declared, at),
            grain=indicator.per if indicator.of == "records" else None,
            limit=100_000,
        )
        answer = await self._answering.answer(query, viewer)
        found: dict[tuple[str, ...], float] = {}
        start = 1 if query.grain is not None else 0
        for row in answer.values():
            if row[start + len(by)] is not None:
                found[tuple(map(str, row[start : start + len(by)]))] = float(row[start + len(by)])
        return found

    async def _area_values(
        self, name: str, declared: Layer, viewer: Viewer, generation: int, at: datetime | None
    ) -> dict[str, dict[str, Property]]:
        key = ("areas", name, viewer.grants, at)
        async with self._locks.setdefault(key, asyncio.Lock()):
            kept: dict[str, dict[str, Property]] | None = self._snapshots.get(key, generation)
            if kept is not None:
                return kept
            full, indicator = self._catalog.indicator(declared.indicator or "")
            query = Query(
                indicators=[full], by=[f"area:{declared.level}"], time=_looked_at(declared, at), limit=100_000
            )
            answer = await self._answering.answer(query, viewer)
            made: dict[str, dict[str, Property]] = {}
            for code, value, *_ in answer.values():
                if code is not None:
                    made[code] = {"value": value, "state": indicator.state_of(value)}
            found: dict[str, dict[str, Property]] = self._snapshots.put(
                key, generation, made, 200 * len(made), _lifetime(declared.window)
            )
            return found

    def _drawn(self, name: str, declared: Layer, viewer: Viewer, at: datetime | None = None) -> Drawn:
        pack, _, inside = name.partition(".")
        full = declared.dataset or ""
        sight = self._viewing.of(viewer, full)
        dataset = sight.dataset
        place = dataset.place
        if place is None or place.lon is None or place.lat is None or not {place.lon, place.lat} <= sight.whole:
            raise NotFound(
                Text(vi=f"Lớp {inside} không có tọa độ để vẽ.", en=f"The layer {inside} has no coordinates to draw."),
                Text(vi="Khai báo place.lon và place.lat.", en="Declare place.lon and place.lat."),
            )
        version = TimeColumn(dataset.time, day=dataset.columns[dataset.time].type == "date")
        now = at or self._now()
        newest = declared.show != "records"
        period = None if declared.show == "current" else Period(now - declared.window, now)
        rows = Rows(
            table=sight.table,
            of="current" if newest else "records",
            placed=version,
            version=version,
            key=_series(dataset) if newest else dataset.key,
            early=within(version, period, self._catalog.city.time_zone) if newest and period else (),
            late=(sight.condition,) if sight.condition else (),
            end=now,
        )
        value = self._catalog.expression(declared.value, full, pack=pack) if declared.value else "NULL"
        when = (self._catalog.expression(declared.when, full, pack=pack),) if declared.when else ()
        key_sql, identified = _identity(full, dataset)
        label = sight.columns.get(declared.label, "") if declared.label else ""
        points = Points(
            layer=inside,
            rows=rows,
            zone=self._catalog.city.time_zone,
            period=None if newest else period,
            when=when,
            value=value,
            label=label,
            identity=key_sql,
            identified=tuple((column, _type(full, dataset, column)) for column in identified),
            bands=tuple((band.state, band.from_, band.below) for band in self._bands(declared)),
        )
        return Drawn(points, {**sight.params, "now": now}, sight, at)

    def _bands(self, declared: Layer) -> tuple[Band, ...]:
        return self._catalog.indicators[declared.indicator].bands if declared.indicator else ()


def _tile(data: bytes) -> Tile:
    return Tile(data, f'"{hashlib.blake2b(data, digest_size=12).hexdigest()}"')


def _looked_at(declared: Layer, at: datetime | None) -> TimeRange:
    """Return the period that an indicator's values on the map are of."""
    return TimeRange(last=declared.window) if at is None else TimeRange(from_=at - declared.window, to=at)


def _lifetime(window: timedelta) -> float:
    """Return for how many seconds a tile may be shown although its window moves on."""
    return min(_LONGEST, max(_SHORTEST, window.total_seconds() / 100))


def _joined(before: Snapshot, table: pa.Table, bands: tuple[Band, ...]) -> Snapshot:
    return before.joined(snapshot(table, None, 0, bands)) if table.num_rows else before


def _fresh(before: Period, now: Period, window: timedelta) -> bool:
    """Return whether so little of `before` has left the window that it may still be shown."""
    return now.start - before.start < timedelta(seconds=_lifetime(window))


def _series(dataset: Dataset) -> tuple[str, ...]:
    """Return the columns that name what a newest point is the newest of."""
    return dataset.key if dataset.kind == "entity" else (dataset.series or dataset.key)


def _identity(full: str, dataset: Dataset) -> tuple[str, tuple[str, ...]]:
    """Return (SQL of a point's id, the columns that it reads): an event's record id, an entity's key."""
    if dataset.kind == "entity":
        parts = ", ".join(f"toString({quote(name)})" for name in dataset.key)
        return f"concat({parts})" if len(dataset.key) == 1 else f"concatWithSeparator('/', {parts})", dataset.key
    if not dataset.key:
        return "_sent_id", ("_sent_id",)
    return identity(full, dataset), ("_sent_id", *dataset.key)


def _type(full: str, dataset: Dataset, column: str) -> str:
    """Return the engine's type of a stored column."""
    found = table_spec(full, dataset).column(column)
    return found.type if found else "String"


def _check(z: int, x: int, y: int) -> None:
    if not (0 <= z <= 24 and 0 <= x < 1 << z and 0 <= y < 1 << z):
        raise InvalidInput(
            Text(vi=f"Không có ô bản đồ {z}/{x}/{y}.", en=f"There is no tile {z}/{x}/{y}."),
            Text(vi="z từ 0 đến 24; x và y từ 0 đến 2^z − 1.", en="z is 0 to 24; x and y are 0 to 2^z − 1."),
        )
