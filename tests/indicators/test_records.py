"""Lists of records: the same rows in every format, page by page or whole, and never more than the viewer may see."""

import csv
import io
import json
from datetime import datetime
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from town_records import CITY, Permit, Reading, at, permits, readings

from conftest import Town
from toancanh.domain import (
    PUBLIC,
    SYSTEM,
    Bounds,
    Grant,
    InvalidInput,
    NotAllowed,
    UnknownName,
    UnsupportedFormat,
    Viewer,
)
from toancanh.indicators import Page, RecordsRequest

READINGS, PERMITS = readings(), permits()
OFFICER = Viewer("officer", "Officer", "user", (Grant("officer"),))
OPENER = Viewer("opener", "Opener", "user", (Grant("officer", purpose="Giải quyết hồ sơ"),))


def page(town: Town, dataset: str = "town.air", viewer: Viewer = SYSTEM, **request: Any) -> Page:
    return town.run(town.indicators.page(dataset, viewer, RecordsRequest(**request)))


def whole(town: Town, dataset: str = "town.air", viewer: Viewer = SYSTEM, **request: Any) -> bytes:
    async def read() -> bytes:
        export = await town.indicators.export(dataset, viewer, RecordsRequest(**request))
        return b"".join([piece async for piece in export.pieces])

    return town.run(read())


def times(items: list[Reading]) -> list[str]:
    return [each.time.isoformat(timespec="milliseconds").replace("+00:00", "Z") for each in items]


@pytest.mark.parametrize(
    "order", [(), ("time",), ("pm25",), ("-pm25", "station"), ("kind", "-pm10"), ("-working",), ("-_received",)]
)
def test_pages_together_are_the_whole(town: Town, order: tuple[str, ...]) -> None:
    seen: list[dict[str, Any]] = []
    request: dict[str, Any] = {"where": {"station": ["a", "e"]}, "order": order, "limit": 700}
    cursor = None
    while True:
        found = page(town, **request, cursor=cursor)
        seen += found.records()
        cursor = found.next
        if cursor is None:
            break
        assert found.count == 700
    expected = [each for each in READINGS if each.station in "ae"]
    assert len(seen) == len(expected)
    assert len({each["_id"] for each in seen}) == len(expected)
    name = (order or ("-time",))[0].removeprefix("-")
    values = [each[name] for each in seen if each[name] is not None]
    assert values == sorted(values, reverse=(order or ("-",))[0].startswith("-"))
    missing = [index for index, each in enumerate(seen) if each[name] is None]
    assert missing == list(range(len(values), len(seen)))


def test_a_cursor_of_another_list_is_refused(town: Town) -> None:
    cursor = page(town, limit=1).next
    for request in ({"order": ("pm25",), "cursor": cursor}, {"cursor": "nonsense"}, {"cursor": "W10"}):
        with pytest.raises(InvalidInput, match="cursor"):
            page(town, limit=1, **request)


@pytest.mark.parametrize(
    ("where", "keep"),
    [
        ({"station": "a"}, lambda each: each.station == "a"),
        ({"station": ["a", "b"]}, lambda each: each.station in "ab"),
        ({"kind": None}, lambda each: each.kind is None),
        ({"kind": ["park", None]}, lambda each: each.kind != "road"),
        ({"pm10": Bounds(ge=50, lt=60.5)}, lambda each: 50 <= each.pm10 < 60.5),
        ({"pm25": Bounds(gt=80)}, lambda each: each.pm25 is not None and each.pm25 > 80),
        ({"pm25": Bounds(le=10)}, lambda each: each.pm25 is not None and each.pm25 <= 10),
        ({"station": Bounds(ne="a")}, lambda each: each.station != "a"),
        ({"pm25": Bounds(empty=True)}, lambda each: each.pm25 is None),
        ({"pm25": Bounds(empty=False)}, lambda each: each.pm25 is not None),
        ({"name": Bounds(contains="tram duong b")}, lambda each: each.station == "b"),
        ({"name": Bounds(contains="ĐƯỜNG")}, lambda each: True),
        ({"working": True}, lambda each: each.working is True),
        ({"working": [False, None]}, lambda each: each.working is not True),
        ({"time": Bounds(ge="2026-03-05T00:00:00+07:00")}, lambda each: each.time >= at("2026-03-05")),
        ({"area": "31"}, lambda each: each.area != ""),
        ({"area": "10507"}, lambda each: each.area in ("x10507", "x10510", "10507")),
        ({"area": ["10525", None]}, lambda each: each.area in ("10525", "")),
        ({"area": Bounds(ne="10525")}, lambda each: each.area != "10525"),
        ({"unit": "H31.02"}, lambda each: each.unit == "H31.02"),
        ({"source": "api:someone"}, lambda each: each.source == "api:someone"),
        ({"station": ["a", "b"], "working": True}, lambda each: each.station in "ab" and each.working is True),
    ],
)
def test_every_condition(town: Town, where: dict[str, Any], keep: Any) -> None:
    found = page(town, where=where, limit=20_000, columns=("station", "time"))
    expected = sorted(
        (each for each in READINGS if keep(each)), key=lambda each: (-each.time.timestamp(), each.station)
    )
    assert [each["time"] for each in found.records()] == times(expected)


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ({"pm10": "much"}, "does not fit"),
        ({"pm10": True}, "does not fit"),
        ({"time": "2026-03-05T00:00:00"}, "does not fit"),
        ({"working": "maybe"}, "does not fit"),
        ({"stationn": "a"}, "no column 'stationn'"),
        ({"area": Bounds(ge="31")}, "by code only"),
        ({"area": "nowhere"}, "nowhere"),
    ],
)
def test_wrong_conditions_say_what_is_wrong(town: Town, where: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        page(town, where=where)


def test_texts_reach_the_engine_unharmed(town: Town) -> None:
    for hostile in ("a' OR 1=1 --", "\\", "a\tb\nc", "{p1:String}", "'; DROP TABLE town__air; --", "\0"):
        assert page(town, where={"station": hostile}).count == 0
        assert page(town, where={"name": Bounds(contains=hostile)}).count == 0
        assert page(town, where={"station": [hostile, *"abcdefghij"]}, limit=1).count == 1


def test_as_of_and_bounds_of_time(town: Town) -> None:
    moment = at("2026-03-06T12:00:00")
    found = page(town, as_of=moment, start=at("2026-03-05"), end=at("2026-03-06"), limit=10_000)
    expected = [
        each for each in READINGS if each.received <= moment and at("2026-03-05") <= each.time < at("2026-03-06")
    ]
    assert found.count == len(expected)


def newest(versions: list[Permit], known: datetime) -> dict[str, Permit]:
    found: dict[str, Permit] = {}
    for each in sorted(versions, key=lambda each: each.updated_at):
        if each.received <= known and each.updated_at < known:
            found[each.code] = each
    return found


def test_entities_as_versions_or_as_they_stand(town: Town) -> None:
    assert page(town, "town.permit", limit=1000).count == len(PERMITS)
    moment = at("2026-03-08T12:00:00")
    found = page(town, "town.permit", limit=1000, current=True, as_of=moment, order=("code",))
    expected = newest(PERMITS, moment)
    assert [(each["code"], each["office"]) for each in found.records()] == [
        (code, expected[code].office) for code in sorted(expected)
    ]
    office = page(town, "town.permit", limit=1000, current=True, where={"office": "H31.01"})
    now = newest(PERMITS, town.now)
    assert {each["code"] for each in office.records()} == {
        code for code, each in now.items() if each.office == "H31.01"
    }


def test_personal_values_are_masked_until_a_purpose_opens_them(town: Town) -> None:
    public = page(town, "town.permit", PUBLIC)
    assert "applicant" not in [column.name for column in public.columns]
    hinted = page(town, "town.permit", OFFICER)
    assert {each["applicant"] for each in hinted.records()} == {"•••"}
    opened = page(town, "town.permit", OPENER)
    assert all(each["applicant"].startswith("Nguyễn") for each in opened.records())
    for wish in ({"where": {"applicant": "Nguyễn Văn 1"}}, {"order": ("applicant",)}):
        with pytest.raises(NotAllowed):
            page(town, "town.permit", OFFICER, **wish)
        with pytest.raises(UnknownName):
            page(town, "town.permit", PUBLIC, **wish)
    assert page(town, "town.permit", OPENER, where={"applicant": "Nguyễn Văn 1"}).count >= 1


def test_formats_hold_the_same_rows(town: Town) -> None:
    request: dict[str, Any] = {
        "where": {"station": "a"},
        "order": ("time",),
        "columns": ("station", "time", "pm25", "working"),
    }
    expected = [
        [each.station, each.time, each.pm25, each.working]
        for each in sorted((each for each in READINGS if each.station == "a"), key=lambda each: each.time)
    ]

    def moments(rows: list[list[Any]]) -> list[list[Any]]:
        return [[row[0], datetime.fromisoformat(row[1]), *row[2:]] for row in rows]

    lines = [json.loads(line) for line in whole(town, format="ndjson", **request).splitlines()]
    assert moments([list(line.values()) for line in lines]) == expected
    sheet = list(csv.reader(io.StringIO(whole(town, format="csv", **request).decode())))
    assert sheet[0] == ["station", "time", "pm25", "working"]
    assert [row[2] for row in sheet[1:]] == ["" if row[2] is None else f"{row[2]:g}" for row in expected]
    arrow = pa.ipc.open_stream(whole(town, format="arrow", **request)).read_all()
    assert arrow.column("pm25").to_pylist() == [row[2] for row in expected]
    parquet = pq.read_table(pa.BufferReader(whole(town, format="parquet", **request)))
    assert parquet.column("time").to_pylist() == [row[1] for row in expected]
    features = json.loads(whole(town, format="geojson", **request))["features"]
    assert [each["properties"]["pm25"] for each in features] == [row[2] for row in expected]
    assert {tuple(each["geometry"]["coordinates"]) for each in features} == {(106.6, 20.8)}
    book = openpyxl.load_workbook(io.BytesIO(whole(town, format="xlsx", **request)))
    cells = list(book.active.iter_rows(values_only=True))
    assert list(cells[0]) == ["station", "time", "pm25", "working"]
    assert [row[2] for row in cells[1:]] == [row[2] for row in expected]
    local = expected[0][1].astimezone(CITY).replace(tzinfo=None)
    assert abs((cells[1][1] - local).total_seconds()) < 0.01


@pytest.mark.parametrize("form", ["ndjson", "csv", "arrow", "parquet", "geojson", "xlsx"])
def test_a_file_without_rows_is_still_a_file(town: Town, form: str) -> None:
    data = whole(town, format=form, where={"station": "nobody"})
    readers = {
        "ndjson": data.splitlines,
        "csv": lambda: list(csv.reader(io.StringIO(data.decode())))[1:],
        "arrow": lambda: pa.ipc.open_stream(data).read_all().to_pylist(),
        "parquet": lambda: pq.read_table(pa.BufferReader(data)).to_pylist(),
        "geojson": lambda: json.loads(data)["features"],
        "xlsx": lambda: list(openpyxl.load_workbook(io.BytesIO(data)).active.iter_rows())[1:],
    }
    assert readers[form]() == []


def test_no_cell_becomes_a_formula(town: Town) -> None:
    names = ["=1+1", "+1", "-1", "@cmd", "\tx", "plain", "a=b"]
    rows = {
        "station": [f"z{index}" for index in range(len(names))], "time": [at("2030-01-01")] * len(names), "name": names,
        "pm10": [-1.5] * len(names), "_source": ["t"] * len(names), "_received": [at("2030-01-01")] * len(names),
    }  # fmt: skip
    town.fill("town__air", rows, token="formulas")
    request: dict[str, Any] = {"start": at("2029-01-01"), "order": ("station",), "columns": ("name", "pm10")}
    sheet = list(csv.reader(io.StringIO(whole(town, format="csv", bom=True, **request).decode("utf-8-sig"))))
    assert sheet[0][0] == "name"
    safe = ["'=1+1", "'+1", "'-1", "'@cmd", "'\tx", "plain", "a=b"]
    assert [row[0] for row in sheet[1:]] == safe
    assert {row[1] for row in sheet[1:]} == {"-1.5"}
    book = openpyxl.load_workbook(io.BytesIO(whole(town, format="xlsx", **request)))
    assert [row[0].value for row in book.active.iter_rows(min_row=2)] == safe
    lines = [json.loads(line) for line in whole(town, format="ndjson", **request).splitlines()]
    assert [line["name"] for line in lines] == names
    town.run(
        town.stores.facts.command("ALTER TABLE town__air DELETE WHERE time > '2029-01-01' SETTINGS mutations_sync = 1")
    )


def test_what_is_not_offered_is_said(town: Town) -> None:
    with pytest.raises(UnsupportedFormat, match="no coordinates"):
        whole(town, "town.permit", format="geojson")
    with pytest.raises(UnsupportedFormat):
        whole(town, format="json")
    with pytest.raises(UnknownName):
        page(town, columns=("secret",))


RING = ((106.62, 20.80), (106.74, 20.83), (106.70, 20.92), (106.66, 20.85), (106.61, 20.90))
"""A polygon with a corner that bends inwards."""


def crossings(lon: float, lat: float) -> int:
    """Count how often a line eastwards from a point crosses the sides of RING."""
    sides = zip(RING, (*RING[1:], RING[0]), strict=True)
    return sum(
        (south > lat) != (north > lat) and lon < west + (lat - south) / (north - south) * (east - west)
        for (west, south), (east, north) in sides
    )


def test_a_polygon_keeps_what_lies_inside_it(town: Town) -> None:
    stations = town.direct("SELECT DISTINCT station, lon, lat FROM town__air WHERE isNotNull(lon) AND isNotNull(lat)")
    inside = {name for name, lon, lat in stations if crossings(lon, lat) % 2}
    assert 0 < len(inside) < len(stations)
    where = {"place": Bounds(within=RING)}
    found = page(town, where=where, limit=100_000).records()
    assert {row["station"] for row in found} == inside
    assert len(found) == town.direct(f"SELECT count() FROM town__air WHERE station IN ({str(inside)[1:-1]})")[0][0]
    assert json.loads(whole(town, where=where, format="geojson"))["features"]


def test_a_polygon_filters_numbers_of_formulae_and_of_files(town: Town) -> None:
    query: dict[str, Any] = {"by": ["station"], "time": {"last": "14d"}}
    stations = {row["station"] for row in page(town, where={"place": Bounds(within=RING)}, limit=100_000).records()}
    for indicator in ("town.readings", "town.worst_hour"):
        every = town.rows(indicators=[indicator], **query)
        kept = town.rows(indicators=[indicator], where={"place": {"within": RING}}, **query)
        assert kept == [row for row in every if row[0] in stations] != []


@pytest.mark.parametrize(
    ("dataset", "where", "problem"),
    [
        ("town.permit", {"place": Bounds(within=RING)}, "no coordinates"),
        ("town.air", {"place": "a"}, "by a polygon only"),
        ("town.air", {"place": Bounds(within=RING, empty=False)}, "by a polygon only"),
        ("town.air", {"station": Bounds(within=RING)}, "cannot lie in a polygon"),
    ],
)
def test_a_polygon_stands_only_where_there_is_a_position(
    town: Town, dataset: str, where: dict[str, Any], problem: str
) -> None:
    with pytest.raises(InvalidInput, match=problem):
        page(town, dataset, where=where)


def test_a_polygon_is_read_from_an_address() -> None:
    assert Bounds.model_validate({"within": "106.6 20.8,106.7 20.8,106.7 20.9"}).within == (
        (106.6, 20.8), (106.7, 20.8), (106.7, 20.9),
    )  # fmt: skip
    for wrong in ("106.6 20.8,106.7 20.8", "20.8 106.6,20.8 106.7,20.9 106.7", "a b,c d,e f"):
        with pytest.raises(ValueError, match="within"):
            Bounds.model_validate({"within": wrong})
