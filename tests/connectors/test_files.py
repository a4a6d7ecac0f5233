"""Folders of files: what is new and whole is read once, what is broken is put aside with the reason, others go on."""

import gzip
import io
import json
import os
import sqlite3
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio.raw
import pytest
import shapely

from toancanh.connectors.files import forms, seen
from toancanh.connectors.files.manifest import CONNECTOR
from toancanh.domain import InvalidInput, SourceFailed
from toancanh.sdk import Delivery
from toancanh.testing import ConnectorSuite, gather

THING = {
    "kind": "event",
    "key": ["code"],
    "time": "time",
    "columns": {
        "code": {"title": {"vi": "Mã", "en": "Code"}, "type": "code", "required": True},
        "time": {"title": {"vi": "Lúc", "en": "Time"}, "type": "time", "required": True},
        "value": {"title": {"vi": "Trị", "en": "Value"}, "type": "number"},
    },
}
QUICK = {"quiet": 0.1}
HEAD = "code,time,value\n"


class TestFiles(ConnectorSuite):
    connector = CONNECTOR
    settings: ClassVar = {"folder": "nhan", "password": "mật khẩu", "key": "khóa", "passphrase": "cụm từ"}


def put(folder: Path, name: str, content: bytes | str) -> Path:
    """Put a file into a folder as a careful sender does: under another name first."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode() if isinstance(content, str) else content
    (path.parent / f".{path.name}").write_bytes(data)
    return (path.parent / f".{path.name}").rename(path)


def rows_of(deliveries: list[Delivery]) -> list[dict[str, Any]]:
    return [json.loads(line) for one in deliveries for line in one.body.splitlines()]


def read(folder: Path, **settings: Any) -> list[dict[str, Any]]:
    """The records of a folder whose files become NDJSON."""
    return rows_of(gather(CONNECTOR, {"folder": str(folder), **QUICK, **settings}))


def workbook(rows: list[list[Any]], title: str = "Tháng 1") -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def source(**settings: Any) -> dict[str, Any]:
    return {"connector": "files", "every": "1s", "settings": {"folder": "nhan", **QUICK, **settings}}


@pytest.fixture
def place(town: Callable[..., Any]) -> Callable[..., Any]:
    def make(map_: dict[str, Any] | None = None, **settings: Any) -> Any:
        made = town(source(**settings) | ({"map": map_} if map_ else {}), THING)
        (made.settings.home / "nhan").mkdir()
        return made

    return make


def test_files_come_in_once_and_are_put_away(place: Callable[..., Any]) -> None:
    town = place(after="move")
    folder = town.settings.home / "nhan"
    put(folder, "a.csv", HEAD + "a,2026-01-01 08:00,1\nb,2026-01-01 08:00,2\n")
    put(folder, "b.ndjson", '{"code": "c", "time": "2026-01-01T00:00:00Z", "value": 3}\n')
    (folder / "c.csv.part").write_text(HEAD)
    (folder / "~$d.xlsx").write_text("")
    town.read()
    town.until(lambda: town.count() == 3)
    town.until(lambda: {path.name for path in (folder / "da_nhan").glob("*")} == {"a.csv", "b.ndjson"})
    put(folder, "a.csv", HEAD + "d,2026-01-01 08:00,1\n")
    town.until(lambda: town.count() == 4)
    town.until(lambda: len(list((folder / "da_nhan").glob("a*.csv"))) == 2)
    put(folder, "again.ndjson", '{"code": "c", "time": "2026-01-01T00:00:00Z", "value": 3}\n')
    town.until((folder / "da_nhan" / "again.ndjson").exists)
    assert sorted(path.name for path in folder.iterdir()) == ["c.csv.part", "da_nhan", "~$d.xlsx"]
    assert town.account() == {"sent": 4, "received": 4, "stored": 4, "quarantined": 0, "duplicated": 0}


def test_a_broken_file_is_put_aside_with_the_reason_and_others_go_on(place: Callable[..., Any]) -> None:
    town = place(broken="move", after="move")
    folder = town.settings.home / "nhan"
    put(folder, "1.xlsx", b"PK\x03\x04 this is no workbook")
    put(folder, "2.csv", "other,names\n1,2\n")
    put(folder, "3.docx", "a letter")
    put(folder, "4.parquet", b"PAR1 cut")
    put(folder, "5.csv", HEAD + "a,2026-01-01 08:00,1\n")
    town.read()
    town.until(lambda: town.count() == 1)
    town.until(lambda: len(list((folder / "loi").glob("*"))) == 8)
    town.until((folder / "da_nhan" / "5.csv").exists)
    why = (folder / "loi" / "2.csv.txt").read_text(encoding="utf-8")
    assert "Thiếu cột bắt buộc: code, time" in why
    assert "Required columns are missing" in why
    assert "Không rõ định dạng" in (folder / "loi" / "3.docx.txt").read_text(encoding="utf-8")
    assert town.standing().problem is None
    assert town.account()["stored"] == 1


def test_what_stays_is_read_once_over_restarts(place: Callable[..., Any]) -> None:
    town = place()
    folder = town.settings.home / "nhan"
    put(folder, "a.csv", HEAD + "a,2026-01-01 08:00,1\n")
    put(folder, "bad.csv", "other\n1\n")
    town.read()
    town.until(lambda: town.count() == 1)
    town.until(lambda: len((town.standing().cursor or {}).get("files", {})) == 2)
    cursor = town.standing().cursor
    town.restart()
    put(folder, "b.csv", HEAD + "b,2026-01-01 08:00,1\n")
    town.until(lambda: town.count() == 2)
    town.until(lambda: len(town.standing().cursor["files"]) == 3)
    assert {key: town.standing().cursor["files"][key] for key in cursor["files"]} == cursor["files"]
    assert sorted(path.name for path in folder.iterdir()) == ["a.csv", "b.csv", "bad.csv"]
    put(folder, "a.csv", HEAD + "a,2026-01-01 08:00,1\nc,2026-01-01 08:00,1\n")
    town.until(lambda: town.count() == 3)
    assert town.account() == {"sent": 4, "received": 4, "stored": 3, "quarantined": 0, "duplicated": 1}


def test_a_workbook_names_the_cell_that_is_wrong(place: Callable[..., Any]) -> None:
    town = place(
        {"code": {"field": "Mã"}, "time": {"field": "Ngày"}, "value": {"field": "Số liệu"}},
        sheet="Thang 1",
        after="move",
    )
    folder = town.settings.home / "nhan"
    table = [["BÁO CÁO"], [], ["STT", "Mã", "Ngày", "Số liệu"], [1, "A", "05/01/2026", "1.234,5"]]
    table += [[2, "B", "06/01/2026", "chưa có"], ["Tổng cộng", None, None, 12], [3, "C", "07/01/2026", 5]]
    put(folder, "bao-cao.xlsx", workbook(table))
    town.read()
    town.until(lambda: town.count() == 2)
    town.until((folder / "da_nhan" / "bao-cao.xlsx").exists)
    assert [row["value"] for row in town.stored("value", "code")] == [1234.5, 5.0]
    assert town.account() == {"sent": 3, "received": 3, "stored": 2, "quarantined": 1, "duplicated": 0}
    waiting = town.waiting()[0]
    assert waiting.errors[0].problem.vi == "Không phải là một số (ô D5, trang “Tháng 1”)."
    assert json.loads(waiting.raw)["Số liệu"] == "chưa có"


def test_a_large_file_goes_on_where_it_was(place: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toancanh.connectors.cutting.PIECE", 2_000)
    town = place(after="move")
    folder = town.settings.home / "nhan"
    lines = [f"k{number},2026-01-01 08:00,{number}\n" for number in range(3_000)]
    put(folder, "large.csv", HEAD + "".join(lines))
    town.read()
    town.until(lambda: town.count() > 200)
    town.rest()
    there = town.count()
    assert town.standing().cursor["under_way"][1] > 1
    town.restart()
    town.until((folder / "da_nhan" / "large.csv").exists)
    assert there < town.count() == 3_000
    assert town.account()["duplicated"] == 0


def test_a_file_that_grows_is_left_alone(tmp_path: Path) -> None:
    path = put(tmp_path, "a.ndjson", '{"n": 1}\n')
    real, looks = time.time(), []

    def grow(*_: object) -> None:
        looks.append(1)
        path.write_text('{"n": 1}\n' * (1 + len(looks)))
        os.utime(path, (real + len(looks), real + len(looks)))

    import asyncio

    sleep = asyncio.sleep

    async def slowly(seconds: float) -> None:
        grow()
        await sleep(0)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("toancanh.connectors.files.read.asyncio.sleep", slowly)
        assert read(tmp_path) == []
    assert read(tmp_path) == [{"n": 1}, {"n": 1}]


def test_a_trial_changes_nothing(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", HEAD)
    put(tmp_path, "b.pdf", "x")
    settings = {"folder": str(tmp_path), "after": "move", "broken": "move", **QUICK}
    assert len(gather(CONNECTOR, settings, trial=True)) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "b.pdf"]


def test_forms(tmp_path: Path) -> None:
    put(tmp_path, "a.json", '{"meta": 1, "data": {"items": [{"n": 1},\n {"n": 2}]}}')
    assert read(tmp_path, records="data/items") == [{"n": 1}, {"n": 2}]
    put(tmp_path, "a.json", "\ufeff" + '[{"n": 1}]')
    assert read(tmp_path) == [{"n": 1}]
    put(tmp_path, "a.json", '{"n": 1}')
    assert read(tmp_path) == [{"n": 1}]
    (tmp_path / "a.json").unlink()
    put(tmp_path, "a.xml", '<r xmlns:m="u"><m:s id="1"><v u="mm">2</v><v>3</v><g><h>x</h></g></m:s><s/></r>')
    assert read(tmp_path) == [{"@id": "1", "v/@u": "mm", "v": ["2", "3"], "g/h": "x"}, {}]
    assert read(tmp_path, records="g") == [{"h": "x"}]
    (tmp_path / "a.xml").unlink()
    out = io.BytesIO()
    pq.write_table(pa.table({"n": [1, 2]}), out)
    put(tmp_path, "a.parquet", out.getvalue())
    (delivery,) = gather(CONNECTOR, {"folder": str(tmp_path), **QUICK})
    assert pa.ipc.open_stream(delivery.body).read_all().to_pydict() == {"n": [1, 2]}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1258"])
def test_old_encodings(place: Callable[..., Any], encoding: str) -> None:
    town = place(after="move")
    folder = town.settings.home / "nhan"
    put(folder, "a.csv", "Code;Time;Value\nĐ1;01/01/2026 08:00;1,5\n".encode(encoding))
    put(folder, "b.csv.gz", gzip.compress(b"code\ttime\tvalue\nb\t01/01/2026 08:00\t2\n"))
    town.read()
    town.until(lambda: town.count() == 2)
    assert [(row["code"], row["value"]) for row in town.stored("code, value", "value")] == [("Đ1", 1.5), ("b", 2.0)]


def test_an_archive_is_read_file_by_file(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("x/stops.txt", "stop_id,name\n1,A\n")
        packed.writestr("x/trips.txt", "trip_id\n1\n")
        packed.writestr("readme.pdf", "no")
        packed.writestr("m.xlsx", workbook([["Mã", "Tên"], ["a", "b"]]))
    put(tmp_path, "gtfs.zip", out.getvalue())
    only = gather(CONNECTOR, {"folder": str(tmp_path), "inside": ["stops.txt"], **QUICK})
    assert [(one.body, one.content_type) for one in only] == [(b"stop_id,name\n1,A\n", "text/csv")]
    assert read(tmp_path, inside=["*.xlsx"])[0]["Tên"] == "b"


def test_archives_that_grow_or_hold_nothing_are_broken(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.csv", b"0" * (3 << 20))
    put(tmp_path, "bomb.zip", out.getvalue())
    settings = {"folder": str(tmp_path), **QUICK}
    (one,) = gather(CONNECTOR, settings | {"max_megabytes": 1})
    assert one.body == b""
    assert "quá lớn" in next(iter(one.cursor["files"].values()))[2]
    (one,) = gather(CONNECTOR, settings | {"inside": ["x"]})
    assert "a.csv" in next(iter(one.cursor["files"].values()))[3]


def test_station_files(tmp_path: Path) -> None:
    text = "PM10\t45.2\tug/Nm3\t20260131080500\t00\nSO2\t-\tmg/Nm3\t20260131080500\t02\nhỏng\n"
    put(tmp_path, "HP_NMND_KHI01_20260131080502.txt", text)
    about = {"province": "HP", "site": "NMND", "station": "KHI01", "file_time": "2026-01-31T08:05:02"}
    time_ = "2026-01-31T08:05:00"
    assert read(tmp_path) == [
        about | {"row": 1, "parameter": "PM10", "value": "45.2", "unit": "ug/Nm3", "time": time_, "status": "00"},
        about | {"row": 2, "parameter": "SO2", "value": "-", "unit": "mg/Nm3", "time": time_, "status": "02"},
        about | {"row": 3, "line": "hỏng"},
    ]


def test_geodata(tmp_path: Path) -> None:
    point = {
        "type": "Feature",
        "id": 7,
        "properties": {"ten": "A"},
        "geometry": {"type": "Point", "coordinates": [106.7, 20.8]},
    }
    ring = [[0, 0], [2, 0], [2, 2], [0, 0]]
    area = {"type": "Feature", "properties": None, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    nowhere = {"type": "Feature", "properties": {"ten": "B"}, "geometry": None}
    put(tmp_path, "a.geojson", json.dumps({"type": "FeatureCollection", "features": [point, area, nowhere]}))
    one, two, three = read(tmp_path)
    assert one == {"ten": "A", "id": 7, "lon": 106.7, "lat": 20.8}
    assert two["geometry"] == area["geometry"]
    assert shapely.Polygon(ring).covers(shapely.Point(two["lon"], two["lat"]))
    assert three == {"ten": "B"}
    (tmp_path / "a.geojson").unlink()
    shapes = shapely.to_wkb([shapely.Point(106.7, 20.8), shapely.Point(106.8, 20.9)])
    for name, crs in (("b.gpkg", "EPSG:4326"), ("c.shp", "EPSG:3405")):
        pyogrio.raw.write(
            tmp_path / name, shapes, [pa.array(["A", "B"]).to_numpy(False)], ["ten"], geometry_type="Point", crs=crs
        )
    found = read(tmp_path, pattern=["*.gpkg"])
    assert found[0] == {"ten": "A", "lon": 106.7, "lat": 20.8}
    found = read(tmp_path, pattern=["*.shp"])
    assert found[1] == {"ten": "B", "x": 106.8, "y": 20.9, "crs": "EPSG:3405"}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for path in tmp_path.glob("c.*"):
            packed.write(path, f"lop/{path.name}")
    put(tmp_path, "lop.zip", out.getvalue())
    assert read(tmp_path, pattern=["*.zip"]) == found


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xml", b"<r><s>1</s><s>"),
        ("a.xml", b'<!DOCTYPE r [<!ENTITY a "aa">]><r><s>&a;</s></r>'),
        ("a.xml", b"<a>" * 500),
        ("a.json", b'{"n": '),
        ("a.json", b"17"),
        ("a.gpkg", b"SQLite format 3\0 not really"),
        ("a.geojson", b'{"features": {}}'),
        ("a.zip", b"PK\x05\x06 cut"),
        ("a.csv.gz", b"\x1f\x8b\x08 cut short"),
        ("a.csv.zst", b"no such thing"),
        ("a.feather", b"ARROW1 cut"),
        ("a.ods", b"PK\x03\x04 cut"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 cut"),
        ("a.csv", b"x" * (3 << 20)),
    ],
)
def test_garbage_is_a_broken_file_and_nothing_more(tmp_path: Path, name: str, content: bytes) -> None:
    put(tmp_path, name, content)
    *_, last = gather(CONNECTOR, {"folder": str(tmp_path), "max_megabytes": 2, **QUICK})
    assert len(next(iter(last.cursor["files"].values()))) == 4


def test_folders_below_and_patterns(tmp_path: Path) -> None:
    for name in ("a.ndjson", "x/b.ndjson", "x/c.json", "da_nhan/d.ndjson", ".hidden"):
        put(tmp_path, name, json.dumps({"f": name}))
    assert read(tmp_path, recursive=True, pattern=["*.ndjson"]) == [{"f": "a.ndjson"}, {"f": "x/b.ndjson"}]
    assert read(tmp_path, recursive=True, pattern=["x/*"]) == [{"f": "x/b.ndjson"}, {"f": "x/c.json"}]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceFailed, match="cannot be reached"):
        read(tmp_path / "nowhere")
    with pytest.raises(InvalidInput, match="http:// is not read"):
        gather(CONNECTOR, {"folder": "http://there/"})


def test_the_cursor_stays_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seen, "MOST", 10)
    for number in range(30):
        path = put(tmp_path, f"{number:02}.ndjson", f'{{"n": {number}}}')
        os.utime(path, (1_700_000_000 + number // 4, 1_700_000_000 + number // 4))
    settings = {"folder": str(tmp_path), **QUICK}
    found = gather(CONNECTOR, settings)
    assert len(rows_of(found)) == 30
    cursor = found[-1].cursor
    assert len(cursor["files"]) == 10
    assert gather(CONNECTOR, settings, cursor=cursor) == []
    put(tmp_path, "new.ndjson", '{"n": 30}')
    assert rows_of(gather(CONNECTOR, settings, cursor=cursor)) == [{"n": 30}]


def test_what_was_left_over_is_put_away_afterwards(tmp_path: Path) -> None:
    put(tmp_path, "a.ndjson", '{"n": 1}')
    put(tmp_path, "b.pdf", "x")
    settings = {"folder": str(tmp_path), "after": "move", "broken": "move", **QUICK}
    cursor = gather(CONNECTOR, settings)[-1].cursor
    assert gather(CONNECTOR, settings, cursor=cursor) == []
    assert (tmp_path / "da_nhan" / "a.ndjson").exists()
    assert "b.pdf" in (tmp_path / "loi" / "b.pdf.txt").read_text(encoding="utf-8")


def test_a_missing_library_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "toancanh.connectors.files.layers", None)
    with sqlite3.connect(tmp_path / "a.gpkg") as base:
        base.execute("CREATE TABLE x (y)")
    base.close()
    settings = CONNECTOR.settings.model_validate({"folder": "."})
    with pytest.raises(InvalidInput, match=r"pip install toancanh\[geo\]"):
        list(forms.parts(tmp_path / "a.gpkg", "a.gpkg", settings))
