"""The public contract, line by line: what programs outside the project are written against."""

import gzip
import io
import json
import uuid
from datetime import UTC, datetime, timedelta

import httpx
import mapbox_vector_tile
import openpyxl
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest
import zstandard

from running import AIR, API, City

BASE = datetime(2026, 3, 1, tzinfo=UTC)


def rows(count: int, station: str, *, start: datetime = BASE) -> list[dict[str, object]]:
    return [
        {
            "station": station,
            "station_name": f"Trạm {station}",
            "time": (start + timedelta(minutes=10 * number)).isoformat(),
            "lon": 106.70,
            "lat": 20.85,
            "pm25": 20.0 + number,
            "pm10": 40.0 + number,
            "device_status": "00",
        }
        for number in range(count)
    ]


def ndjson(records: list[dict[str, object]]) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def table(records: list[dict[str, object]]) -> pa.Table:
    return pa.Table.from_pylist(records)


def arrow(records: list[dict[str, object]]) -> bytes:
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table(records).schema) as writer:
        writer.write_table(table(records))
    return sink.getvalue()


def parquet(records: list[dict[str, object]]) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table(records), sink)
    return sink.getvalue()


def csv(records: list[dict[str, object]]) -> bytes:
    sink = io.BytesIO()
    pacsv.write_csv(table(records), sink)
    return sink.getvalue()


def post(client: httpx.Client, body: bytes, media: str, **headers: str) -> httpx.Response:
    return client.post(f"{API}/datasets/{AIR}/records", content=body, headers={"content-type": media, **headers})


def test_health_metrics_docs_and_openapi_are_at_the_root(city: City) -> None:
    with city.client(None) as client:
        health = client.get("/health")
        assert health.status_code == 200
        assert health.json()["status"] == "ok"
        assert {"facts", "state", "bus", "blobs"} <= health.json().keys()
        metrics = client.get("/metrics")
        assert metrics.headers["content-type"].startswith("text/plain")
        assert 'toancanh_http_request_seconds_count{method="GET",route="/health",status="200"}' in metrics.text
        assert client.get("/docs").headers["content-type"].startswith("text/html")
        assert client.get("/docs/reference.js").status_code == 200
        assert client.get("/openapi.json").json()["openapi"] == "3.1.0"


@pytest.mark.parametrize(
    ("name", "media", "make"),
    [
        ("ND", "application/x-ndjson", ndjson),
        ("JA", "application/json", lambda records: json.dumps(records).encode()),
        ("CS", "text/csv", csv),
        ("AR", "application/vnd.apache.arrow.stream", arrow),
        ("PQ", "application/vnd.apache.parquet", parquet),
    ],
)
def test_records_come_in_by_content_type(city: City, name: str, media: str, make: object) -> None:
    records = rows(5, f"IN-{name}")
    with city.client() as client:
        answer = post(client, make(records), media)  # type: ignore[operator]
        assert answer.status_code == 201, answer.text
        receipt = answer.json()
        assert (receipt["accepted"], receipt["quarantined"], receipt["duplicates"]) == (5, 0, 0)
        assert receipt["errors"] == []
        assert client.get(answer.headers["location"]).json() == receipt
        again = post(client, make(records), media).json()  # type: ignore[operator]
        assert (again["accepted"], again["duplicates"]) == (0, 5)
        found = client.get(f"{API}/datasets/{AIR}/records", params={"station": f"IN-{name}", "limit": 10}).json()
        assert len(found["rows"]) == 5
        columns = [column["name"] for column in found["columns"]]
        assert dict(zip(columns, found["rows"][0], strict=True))["pm25"] == 24.0


def test_a_single_object_and_packed_bodies_come_in(city: City) -> None:
    with city.client() as client:
        one = post(client, json.dumps(rows(1, "ONE")[0]).encode(), "application/json").json()
        assert one["accepted"] == 1
        body = ndjson(rows(3, "GZIP"))
        assert (
            post(client, gzip.compress(body), "application/x-ndjson", **{"content-encoding": "gzip"}).json()["accepted"]
            == 3
        )
        body = ndjson(rows(3, "ZSTD"))
        packed = zstandard.ZstdCompressor().compress(body)
        assert post(client, packed, "application/x-ndjson", **{"content-encoding": "zstd"}).json()["accepted"] == 3
        refused = post(client, body, "application/x-ndjson", **{"content-encoding": "br"})
        assert refused.status_code == 415


def test_a_bad_row_names_row_column_and_problem_and_the_others_are_stored(city: City) -> None:
    records = rows(3, "BAD")
    records[1]["pm25"] = "nhiều"
    with city.client() as client:
        receipt = post(client, ndjson(records), "application/x-ndjson").json()
        assert (receipt["accepted"], receipt["quarantined"]) == (2, 1)
        (error,) = receipt["errors"]
        assert (error["row"], error["column"]) == (2, "pm25")
        assert error["problem"]["vi"]
        waiting = client.get(f"{API}/quarantine", params={"dataset": AIR, "status": "waiting", "limit": 1000}).json()
        held = next(row for row in waiting["items"] if row["receipt"] == receipt["receipt"])
        assert held["raw"]["pm25"] == "nhiều"
        assert held["errors"][0]["column"] == "pm25"
        discarded = client.post(f"{API}/quarantine/discard", json={"ids": [held["id"]], "reason": "Trạm hiệu chuẩn"})
        assert discarded.json() == {"decided": 1}
        assert client.post(f"{API}/quarantine/discard", json={"ids": ["x"], "reason": "none"}).status_code == 422


def test_an_idempotency_key_counts_once(city: City) -> None:
    key = {"idempotency-key": uuid.uuid4().hex}
    with city.client() as client:
        first = post(client, ndjson(rows(4, "KEY")), "application/x-ndjson", **key)
        again = post(client, ndjson(rows(4, "KEY")), "application/x-ndjson", **key)
        assert first.status_code == again.status_code == 201
        assert first.json() == again.json()
        clash = post(client, ndjson(rows(5, "KEY")), "application/x-ndjson", **key)
        assert clash.status_code == 409
        assert clash.json()["code"] == "conflict"
        assert post(client, b"{}", "application/x-ndjson", **{"idempotency-key": ""}).status_code == 422


def test_sending_needs_a_grant_and_an_api_key_is_one(city: City) -> None:
    body = ndjson(rows(1, "WHO"))
    with city.client(None) as client:
        assert post(client, body, "application/x-ndjson").status_code == 401
    with city.client("demo-leader") as client:
        assert post(client, body, "application/x-ndjson").status_code == 403
    with city.client() as client:
        grants = [{"role": "sender", "datasets": [AIR]}]
        made = client.post(f"{API}/keys", json={"name": "stations", "grants": grants})
        assert made.status_code == 201
        key = made.json()
    with city.client(None, headers={"authorization": f"Bearer {key['key']}"}) as client:
        assert post(client, body, "application/x-ndjson").status_code == 201
        other = client.post(
            f"{API}/datasets/environment.rainfall/records",
            content=b"{}",
            headers={"content-type": "application/x-ndjson"},
        )
        assert other.status_code == 403
    with city.client() as client:
        assert client.delete(f"{API}/keys/{key['id']}").status_code == 204
    with city.client(None, headers={"authorization": f"Bearer {key['key']}"}) as client:
        assert post(client, body, "application/x-ndjson").status_code == 401


def test_datasets_carry_freshness_and_quality(city: City) -> None:
    with city.client() as client:
        post(client, ndjson(rows(1, "FRESH", start=datetime.now(UTC))), "application/x-ndjson")
        listed = client.get(f"{API}/datasets").json()["items"]
        air = next(dataset for dataset in listed if dataset["id"] == AIR)
        assert air["records"] >= 1
        assert air["freshness"]["newest"] is not None
        assert set(air["quality"]) == {"complete", "correct", "clean", "live"}
        one = client.get(f"{API}/datasets/{AIR}").json()
        assert {column["name"] for column in one["columns"]} >= {"station", "time", "pm25"}
        assert one["key"] == ["station", "time"]
        assert one["declaration"]["title"]["vi"]
        missing = client.get(f"{API}/datasets/environment.air_qualty")
        assert missing.status_code == 404
        assert missing.json()["nearest"] == AIR


def test_records_are_filtered_ordered_and_paged(city: City) -> None:
    with city.client() as client:
        post(client, ndjson(rows(7, "PAGE")), "application/x-ndjson")
        params = {"station": "PAGE", "order": "time", "limit": 3, "columns": "time,pm25"}
        seen: list[float] = []
        cursor = None
        while True:
            page = client.get(f"{API}/datasets/{AIR}/records", params=params | ({"cursor": cursor} if cursor else {}))
            assert [column["name"] for column in page.json()["columns"]][:2] == ["time", "pm25"]
            seen += [row[1] for row in page.json()["rows"]]
            cursor = page.json()["next"]
            if cursor is None:
                break
        assert seen == [20.0 + number for number in range(7)]
        some = client.get(
            f"{API}/datasets/{AIR}/records", params={"station": "PAGE", "pm25.ge": 22, "pm25.lt": 24, "order": "-pm25"}
        ).json()
        names = [column["name"] for column in some["columns"]]
        assert [row[names.index("pm25")] for row in some["rows"]] == [23.0, 22.0]
        since = client.get(
            f"{API}/datasets/{AIR}/records",
            params={"station": "PAGE", "from": "2026-03-01T00:30:00Z", "to": "2026-03-01T00:50:00Z"},
        ).json()
        assert len(since["rows"]) == 2
        before = client.get(
            f"{API}/datasets/{AIR}/records", params={"station": "PAGE", "as_of": "2026-01-01T00:00:00Z"}
        )
        assert before.json()["rows"] == []
        assert client.get(f"{API}/datasets/{AIR}/records", params={"statoin": "x"}).status_code == 422
        assert client.get(f"{API}/datasets/{AIR}/records", params={"limit": 0}).status_code == 422
        assert client.get(f"{API}/datasets/{AIR}/records", params={"cursor": "!!"}).status_code == 422


def test_records_leave_in_every_format(city: City) -> None:
    path, params = f"{API}/datasets/{AIR}/records", {"station": "OUT", "columns": "station,time,lon,lat,pm25"}
    with city.client() as client:
        post(client, ndjson(rows(4, "OUT")), "application/x-ndjson")

        def get(form: str) -> httpx.Response:
            answer = client.get(path, params=params | {"format": form})
            assert answer.status_code == 200, answer.text
            return answer

        assert [json.loads(line)["station"] for line in get("ndjson").text.splitlines()] == ["OUT"] * 4
        text = get("csv")
        assert text.headers["content-disposition"].endswith('.csv"')
        assert len(text.text.splitlines()) == 5
        assert pa.ipc.open_stream(get("arrow").content).read_all().num_rows == 4
        assert pq.read_table(io.BytesIO(get("parquet").content)).num_rows == 4
        shapes = get("geojson").json()
        assert len(shapes["features"]) == 4
        assert shapes["features"][0]["geometry"]["type"] == "Point"
        sheet = openpyxl.load_workbook(io.BytesIO(get("xlsx").content)).active
        assert sheet is not None
        assert sheet.max_row == 5
        by_accept = client.get(path, params=params, headers={"accept": "text/csv;q=0.9, application/x-ndjson"})
        assert by_accept.headers["content-type"] == "application/x-ndjson"
        assert client.get(path, params=params | {"format": "pdf"}).status_code == 422
        assert (
            client.get(path, params=params, headers={"accept": "image/png"}).headers["content-type"]
            == "application/json"
        )


def test_a_question_is_answered_with_its_passport(city: City) -> None:
    question = {
        "indicators": ["environment.pm25"],
        "by": ["station"],
        "where": {"station": "ASK"},
        "time": {"from": "2026-03-01T00:00:00Z", "to": "2026-03-02T00:00:00Z"},
        "grain": "hour",
        "order": ["time"],
    }
    with city.client() as client:
        post(client, ndjson(rows(12, "ASK")), "application/x-ndjson")
        answer = client.post(f"{API}/query", json=question)
        assert answer.status_code == 200, answer.text
        found = answer.json()
        names = [column["name"] for column in found["columns"]]
        assert names == ["time", "station", "environment.pm25"] or set(names) >= {"station", "environment.pm25"}
        values = [row[names.index("environment.pm25")] for row in found["rows"]]
        assert values == pytest.approx([22.5, 28.5])
        (passport,) = found["provenance"]["indicators"]
        assert passport["dataset"] == AIR
        assert passport["formula"]["vi"]
        assert passport["inputs"][0]["dataset"] == AIR
        assert passport["owner"]["vi"]
        assert passport["at_least"] == 0.75
        period = {"from": "2026-03-01T00:00:00Z", "to": "2026-03-02T00:00:00Z"}
        coverage = client.get(f"{API}/datasets/{AIR}/coverage", params=period).json()
        assert coverage["records"] >= 12
        assert coverage["expected"] >= coverage["series_expected"] >= coverage["series"] >= 1
        backwards = client.get(f"{API}/datasets/{AIR}/coverage", params={"from": period["to"], "to": period["from"]})
        assert backwards.json()["code"] == "invalid_input"
        assert found["provenance"]["query"]["indicators"] == ["environment.pm25"]
        assert found["next"] is None

        assert client.post(f"{API}/query", json={"indicators": ["environment.pm52"]}).json()["code"] == "unknown_name"
        assert client.post(f"{API}/query", json={"indicators": []}).status_code == 422
        assert client.post(f"{API}/query", json={"indicators": ["environment.pm25"], "by_": []}).status_code == 422
        assert (
            client.post(f"{API}/query", content=b"{", headers={"content-type": "application/json"}).status_code == 400
        )
        listed = client.get(f"{API}/indicators", params={"pack": "environment"}).json()["items"]
        assert {item["id"] for item in listed if item["figure"] == "band"} == {"environment.water_alarm"}
        assert "environment.pm25" in {indicator["id"] for indicator in listed}
        assert client.get(f"{API}/indicators/environment.pm25").json()["formulae"]
        assert client.get(f"{API}/indicators/environment.pm").status_code == 404


def test_tiles_are_vector_tiles_with_etags(city: City) -> None:
    with city.client() as client:
        tile = client.get("/tiles/areas.province/5/25/14.mvt")
        assert tile.headers["content-type"] == "application/vnd.mapbox-vector-tile"
        assert "province" in mapbox_vector_tile.decode(tile.content)
        again = client.get("/tiles/areas.province/5/25/14.mvt", headers={"if-none-match": tile.headers["etag"]})
        assert again.status_code == 304
        assert client.get("/tiles/areas.province/5/0/0.mvt").status_code == 204
        assert client.get("/tiles/nothing.here/5/25/14.mvt").status_code == 404
        assert client.get("/tiles/areas.province/5/32/14.mvt").status_code == 404
        assert client.get("/tiles/areas.province/5/x/14.mvt").status_code == 404


def test_resources_have_their_usual_verbs(city: City) -> None:
    with city.client() as client:
        for name in ("layers", "boards", "sources", "areas", "units", "users", "keys", "grants", "audit", "quarantine"):
            answer = client.get(f"{API}/{name}", params={"limit": 2})
            assert answer.status_code == 200, name
            assert "items" in answer.json()
        ledger = client.get(f"{API}/ledger").json()
        assert ledger["balanced"] is True
        assert client.get(f"{API}/fields").status_code == 200
        town = client.get(f"{API}/city").json()
        assert town["area"] == "31"
        assert town["demo"] is True
    with city.client(None) as client:
        for name in ("users", "keys", "grants", "audit", "quarantine"):
            assert client.get(f"{API}/{name}").status_code == 401
        assert client.get(f"{API}/datasets").status_code == 200


def test_the_ledger_accounts_for_every_row(city: City) -> None:
    with city.client() as client:
        lines = client.get(f"{API}/ledger", params={"dataset": AIR}).json()["items"]
        stored = sum(line["stored"] for line in lines)
        counted = client.get(f"{API}/datasets/{AIR}").json()["records"]
        assert stored == counted
        assert all(line["sent"] == line["stored"] + line["quarantined"] + line["duplicated"] for line in lines)


def test_lists_are_paged_by_cursor(city: City) -> None:
    with city.client() as client:
        codes: list[str] = []
        params: dict[str, object] = {"parent": "31", "limit": 50}
        while True:
            page = client.get(f"{API}/areas", params=params).json()
            codes += [area["code"] for area in page["items"]]
            if page["next"] is None:
                break
            params["cursor"] = page["next"]
        assert len(codes) == len(set(codes)) == 114
        assert client.get(f"{API}/areas", params={"cursor": "bm9uZQ"}).status_code == 422


def test_an_answer_leaves_as_a_file_for_people(city: City) -> None:
    with city.client() as client:
        sent = [*rows(3, "SHEET"), {**rows(1, "SHEET-F")[0], "station": "SHEET-F", "station_name": "=1+1"}]
        assert client.post(f"{API}/datasets/{AIR}/records", json=sent).json()["accepted"] == 4
        question = {
            "indicators": ["environment.pm25"],
            "by": ["station"],
            "where": {"station": ["SHEET", "SHEET-F"]},
            "time": {"from": "2026-03-01T00:00:00Z", "to": "2026-03-01T00:30:00Z"},
            "rule": "now",
        }
        answer = client.post(f"{API}/query", params={"format": "csv"}, json=question)
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert answer.headers["content-disposition"] == 'attachment; filename="environment-pm25.csv"'
        head, *lines = answer.text.splitlines()
        assert head.split(",")[:3] == ["Mã trạm", "Mã trạm (mã)", "Nồng độ PM2.5 trung bình (µg/m³)"]
        assert [line.split(",")[:2] for line in lines] == [["Trạm SHEET", "SHEET"], ["'=1+1", "SHEET-F"]]
        english = client.post(
            f"{API}/query", params={"language": "en", "bom": True}, json=question, headers={"accept": "text/csv"}
        )
        assert english.text.startswith("\ufeffStation,Station (code),Mean PM2.5 (µg/m³)")
        book = openpyxl.load_workbook(
            io.BytesIO(client.post(f"{API}/query", params={"format": "xlsx"}, json=question).content)
        )
        data, passport = book.worksheets
        assert [cell.value for cell in data[3]][:2] == ["=1+1", "SHEET-F"]
        assert data["A3"].data_type == "s"
        assert isinstance(data["C2"].value, int | float) or data["C2"].value is None
        about = {row[0].value: row[1].value for row in passport.iter_rows()}
        assert about["Chỉ tiêu"].endswith("(environment.pm25)")
        assert "SELECT" in about["SQL đã chạy"]


def test_what_came_in_since_a_moment_is_counted(city: City) -> None:
    with city.client() as client:
        stored = {item["id"]: item["records"] for item in client.get(f"{API}/datasets").json()["items"]}
        everything = client.get(f"{API}/datasets/arrivals", params={"since": "2000-01-01T00:00:00Z"}).json()["items"]
        counted = {item["dataset"]: item["records"] for item in everything}
        assert all(counted[name] >= records for name, records in stored.items() if records)
        assert client.get(f"{API}/datasets/arrivals", params={"since": "2199-01-01T00:00:00Z"}).json() == {"items": []}
        assert client.get(f"{API}/datasets/arrivals").status_code == 422


def test_each_headline_of_a_field_has_its_worst_value(city: City) -> None:
    with city.client() as client:
        fields = client.get(f"{API}/fields").json()["items"]
    for field in fields:
        assert (field["worst"] in field["figures"]) if field["worst"] else (field["figures"] == [])
        assert len({figure["indicator"] for figure in field["figures"]}) == len(field["figures"])


def test_the_strip_of_fields_can_be_seen_as_it_was(city: City) -> None:
    with city.client() as client:
        before = client.get(f"{API}/fields", params={"as_of": "2020-01-01T00:00:00Z"}).json()["items"]
        assert before
        assert all(field["state"] == "unknown" and field["stale"] == [] for field in before)
        for field in client.get(f"{API}/fields").json()["items"]:
            if field["worst"] is not None:
                asked = client.post(f"{API}/query", json=field["worst"]["query"]).json()
                assert field["worst"]["indicator"] in [column["name"] for column in asked["columns"]]
