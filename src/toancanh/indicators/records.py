"""Lists of records: pages for screens, whole exports for files."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from toancanh.catalog import Catalog
from toancanh.domain import Condition, InvalidInput, Period, Text, UnsupportedFormat, Viewer
from toancanh.indicators.answers import SETTINGS, bad_cursor, last_row, rows_of, used
from toancanh.indicators.filters import conditions, value_of
from toancanh.indicators.formats import MEDIA, Export, Form, export
from toancanh.indicators.plan import Rows, TimeColumn
from toancanh.indicators.planner import Lineage, codes_below
from toancanh.indicators.render.conditions import Params, Plain
from toancanh.indicators.render.records import Field, Listing, Sorted, listing_sql
from toancanh.indicators.render.text import instant, quote
from toancanh.indicators.sight import SYSTEM, Areas, Sight, identity
from toancanh.indicators.viewing import Viewing
from toancanh.store import Facts, Payload

MOST_ROWS = 100_000
"""Most records of one JSON page; a longer list goes on at `next`."""
_EVER = (datetime(1900, 1, 1, tzinfo=UTC), datetime(2299, 1, 1, tzinfo=UTC))
_TITLES = {
    "_id": Text(vi="Mã bản ghi", en="Record id"),
    "_source": Text(vi="Nguồn", en="Source"),
    "_received": Text(vi="Nhận lúc", en="Received"),
    "_unit": Text(vi="Đơn vị", en="Unit"),
    "_area": Text(vi="Khu vực", en="Area"),
    "_flags": Text(vi="Cờ kiểm tra", en="Flags"),
}


@dataclass(frozen=True)
class RecordsRequest:
    """Which records, in which order and format.

    `where` as in a query; `start` (included) and `end` bound the dataset's time; `current` keeps the newest version of
    each entity (as of `as_of`, or now); without `limit` a page has 100 records and an export has all.
    """

    where: Mapping[str, Condition] = field(default_factory=dict)
    start: datetime | None = None
    end: datetime | None = None
    order: tuple[str, ...] = ()
    limit: int | None = None
    cursor: str | None = None
    as_of: datetime | None = None
    columns: tuple[str, ...] = ()
    current: bool = False
    format: Form = "json"
    bom: bool = False


@dataclass(frozen=True, slots=True)
class RecordColumn:
    """A column of a list of records."""

    name: str
    title: Text
    type: str
    unit: str | None = None


@dataclass(frozen=True)
class Page:
    """One page of records. `rows` is a JSON array of arrays, as the engine wrote it; `payload` keeps it alive."""

    columns: tuple[RecordColumn, ...]
    rows: memoryview
    next: str | None
    count: int
    payload: Payload

    def records(self) -> list[dict[str, Any]]:
        """Return the rows by column name, for small pages."""
        names = [column.name for column in self.columns]
        return [dict(zip(names, row, strict=True)) for row in json.loads(bytes(self.rows))]


class Records:
    """Reads lists of records as one viewer may see them."""

    def __init__(self, facts: Facts, catalog: Catalog, geography: Lineage, viewing: Viewing) -> None:
        self._facts, self._catalog, self._geography, self._viewing = facts, catalog, geography, viewing

    async def page(self, dataset: str, viewer: Viewer, request: RecordsRequest, now: datetime) -> Page:
        """Return one page. Raises UnknownName, InvalidInput, NotAllowed."""
        limit = min(request.limit or 100, MOST_ROWS)
        params = Params()
        sight, listing = await self._listing(dataset, viewer, request, now, params, limit + 1)
        sql = listing_sql(listing, "plain", params)
        payload = await self._facts.query(sql, used(sql, {**params.values, **sight.params}), settings=SETTINGS)
        rows, count, more = rows_of(payload, limit)
        names = [each.name for each in listing.fields]
        following = None
        if more:
            values = dict(zip(names, last_row(rows), strict=True))
            following = _encode([values[each.field.name] for each in listing.order], request)
        return Page(tuple(_described(sight, name) for name in names), rows, following, count, payload)

    async def export(self, dataset: str, viewer: Viewer, request: RecordsRequest, now: datetime) -> Export:
        """Return a whole list in a file's format, piece by piece. Raises UnknownName, InvalidInput, NotAllowed."""
        if request.format not in MEDIA or request.format == "json":
            raise UnsupportedFormat(
                Text(vi=f"Không có định dạng “{request.format}”.", en=f"There is no format '{request.format}'."),
                Text(vi=f"Các định dạng: {', '.join(MEDIA)}.", en=f"The formats are: {', '.join(MEDIA)}."),
            )
        params = Params()
        sight, listing = await self._listing(dataset, viewer, request, now, params, request.limit)
        if request.format == "geojson" and listing.point is None:
            raise UnsupportedFormat(
                Text(vi=f"Tập dữ liệu {dataset} không có tọa độ.", en=f"The dataset {dataset} has no coordinates."),
                Text(vi="Chọn csv, ndjson hoặc xlsx.", en="Choose csv, ndjson or xlsx."),
            )
        shape: Literal["plain", "sheet", "feature"] = "plain"
        if request.format in ("csv", "xlsx"):
            shape = "sheet"
        elif request.format == "geojson":
            shape = "feature"
        sql = listing_sql(listing, shape, params)
        columns = [(each.name, each.type) for each in listing.fields]
        return export(
            self._facts,
            sql,
            used(sql, {**params.values, **sight.params}),
            request.format,
            name=dataset,
            columns=columns,
            zone=listing.zone,
            bom=request.bom,
        )

    async def _listing(
        self, dataset: str, viewer: Viewer, request: RecordsRequest, now: datetime, params: Params, limit: int | None
    ) -> tuple[Sight, Listing]:
        sight = self._viewing.of(viewer, dataset)
        order = self._order(sight, request)
        fields = _fields(sight, request, order)
        await self._viewing.show(
            viewer, sight, frozenset(each.name for each in fields), {"format": request.format, "limit": request.limit}
        )
        place = sight.dataset.place
        shown = {each.name for each in fields}
        point = (place.lon, place.lat) if place and place.lon in shown and place.lat in shown else None
        after = _decode(request, order) if request.cursor else ()
        listing = Listing(
            rows=self._rows(sight, request, now, params),
            zone=self._catalog.city.time_zone,
            period=_period(request),
            fields=tuple(fields),
            order=order,
            after=after,
            limit=limit,
            point=point,
        )
        return sight, listing

    def _rows(self, sight: Sight, request: RecordsRequest, now: datetime, params: Params) -> Rows:
        dataset = sight.dataset
        areas = Areas("_area", lambda code: codes_below(self._geography, code, None))
        early, late = conditions(request.where, sight, areas, params)
        known = [f"_received <= {instant(request.as_of)}"] if request.as_of else []
        version = TimeColumn(dataset.time, day=dataset.columns[dataset.time].type == "date")
        return Rows(
            table=sight.table,
            of="current" if request.current and dataset.kind == "entity" else "records",
            placed=version,
            version=version,
            key=dataset.key,
            early=(*known, *early),
            late=(*([sight.condition] if sight.condition else []), *late),
            end=min(request.as_of, now) if request.as_of else now,
        )

    def _order(self, sight: Sight, request: RecordsRequest) -> tuple[Sorted, ...]:
        """Return the order asked for, and after it columns that tell any two records apart."""
        if request.format != "json" and request.limit is None and not request.order:
            return ()
        found: dict[str, Sorted] = {}
        dataset = sight.dataset
        for entry in request.order or (f"-{dataset.time}",):
            name = entry.removeprefix("-")
            sight.column(name)
            found.setdefault(name, Sorted(_field(sight, name), entry.startswith("-")))
        apart = (*dataset.key, dataset.time, *(("_received",) if dataset.kind == "entity" else ()))
        for name in apart if dataset.key else (dataset.time, "_id"):
            if name in sight.columns or name in SYSTEM:
                found.setdefault(name, Sorted(_field(sight, name), down=False))
        return tuple(found.values())


def _fields(sight: Sight, request: RecordsRequest, order: tuple[Sorted, ...]) -> list[Field]:
    if not request.columns:
        return [_field(sight, name) for name in ("_id", *sight.columns, *(name for name in _TITLES if name != "_id"))]
    for name in request.columns:
        if name not in sight.columns and name not in _TITLES:
            sight.column(name)
    wanted = [*request.columns, *(each.field.name for each in order if request.format == "json")]
    if request.format == "geojson":
        place = sight.dataset.place
        wanted += ["_id", *(name for name in (place.lon, place.lat) if name in sight.columns)] if place else ["_id"]  # type: ignore[list-item]  # names by then
    return [_field(sight, name) for name in dict.fromkeys(wanted)]


def _field(sight: Sight, name: str) -> Field:
    if name == "_id":
        return Field(name, identity(sight.id, sight.dataset), "text", nullable=False)
    if name in _TITLES:
        return Field(name, name, SYSTEM.get(name, "json"), nullable=False)
    column, dataset = sight.dataset.columns[name], sight.dataset
    always = column.required or name in (*dataset.key, *dataset.series, dataset.time)
    return Field(name, sight.columns[name], column.type, nullable=not always or sight.columns[name] != quote(name))


def _described(sight: Sight, name: str) -> RecordColumn:
    if name in _TITLES:
        return RecordColumn(name, _TITLES[name], "time" if name == "_received" else "text")
    column = sight.dataset.columns[name]
    return RecordColumn(name, column.title, column.type, column.unit)


def _period(request: RecordsRequest) -> Period | None:
    if request.start is None and request.end is None:
        return None
    start, end = request.start or _EVER[0], request.end or _EVER[1]
    for each in (start, end, request.as_of or end):
        if each.tzinfo is None:
            raise InvalidInput(
                Text(vi=f"Thời điểm {each} thiếu múi giờ.", en=f"The time {each} has no zone."),
                Text(vi="Viết như 2026-01-01T00:00:00+07:00.", en="Write it as 2026-01-01T00:00:00+07:00."),
            )
    return Period(start, max(start, end))


def _encode(values: list[Any], request: RecordsRequest) -> str:
    data = [list(request.order), values]
    return base64.urlsafe_b64encode(json.dumps(data, ensure_ascii=False).encode()).decode().rstrip("=")


def _decode(request: RecordsRequest, order: tuple[Sorted, ...]) -> tuple[Plain, ...]:
    try:
        padded = (request.cursor or "") + "=" * (-len(request.cursor or "") % 4)
        asked, values = json.loads(base64.urlsafe_b64decode(padded))
        if asked != list(request.order) or len(values) != len(order):
            raise ValueError(asked)
    except (ValueError, TypeError) as error:
        raise bad_cursor() from error
    return tuple(value_of(each.field.name, each.field.type, value) for each, value in zip(order, values, strict=True))
