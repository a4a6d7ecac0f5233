"""Declaring a source while the platform runs, and reading packs again."""

from pathlib import Path

from running import AIR, API, City

SOURCE = {
    "title": {"vi": "Trạm thử", "en": "Trial station"},
    "dataset": "air_quality",
    "connector": "push",
    "map": {
        "station": {"field": "ma_tram"},
        "time": {"field": "thoi_diem"},
        "co": {"field": "CO", "unit": "mg/m³"},
    },
}


def declared_files(city: City) -> dict[Path, bytes]:
    """Return the city's own declarations, byte by byte."""
    return {file: file.read_bytes() for file in (city.home / "packs").rglob("*") if file.is_file()}


def test_a_source_is_declared_and_used(city: City) -> None:
    address = f"{API}/sources/environment.trial"
    with city.client("demo-operator") as client:
        assert client.put(address, json={"declaration": SOURCE}).status_code == 403
    with city.client() as client:
        before, files = client.get(f"{API}/catalog").json()["version"], declared_files(city)
        wrong = SOURCE | {"map": {"statoin": {"field": "ma_tram"}}}
        refused = client.put(address, json={"declaration": wrong})
        assert refused.status_code == 422
        assert refused.json()["code"] == "invalid_pack"
        assert refused.json()["issues"][0]["problem"]["vi"]
        assert client.get(f"{API}/catalog").json()["version"] == before
        assert declared_files(city) == files
        assert client.put(f"{API}/sources/nothing.trial", json={"declaration": SOURCE}).status_code == 404
        assert client.put(f"{API}/sources/environment.Tr-al", json={"declaration": SOURCE}).status_code == 422

        declared = client.put(address, json={"declaration": SOURCE})
        assert declared.status_code == 200, declared.text
        assert declared.json()["own"]
        now = client.get(f"{API}/catalog").json()["version"]
        assert now != before
        body = b"ma_tram,thoi_diem,CO\nTRIAL,2026-02-01T00:00:00Z,1.5\n"
        sent = client.post(
            f"{API}/datasets/{AIR}/records",
            params={"source": "environment.trial"},
            content=body,
            headers={"content-type": "text/csv"},
        )
        assert sent.json()["accepted"] == 1, sent.text
        assert sent.json()["source"] == "environment.trial"
        rows = client.get(f"{API}/datasets/{AIR}/records", params={"station": "TRIAL", "columns": "station,co"}).json()
        names = [column["name"] for column in rows["columns"]]
        assert rows["rows"][0][names.index("co")] == 1500
        known = {
            source["id"]: source for source in client.get(f"{API}/sources", params={"dataset": AIR}).json()["items"]
        }
        assert known["environment.trial"]["records"] == 1
        assert client.post(f"{API}/catalog/reload").json()["version"] == now
        assert client.delete(address).status_code == 204
        assert declared_files(city) == files
        assert client.delete(address).status_code == 404
        assert client.get(address).status_code == 404


def test_the_platform_reports_on_itself(city: City) -> None:
    from datetime import UTC, datetime

    from toancanh.server.reports import Reports

    city.run(Reports(city.platform.services).once(datetime.now(UTC)))
    with city.client() as client:
        for dataset in ("platform.health", "platform.quality", "platform.ledger"):
            found = client.get(f"{API}/datasets/{dataset}").json()
            assert found["records"] > 0, dataset
        scores = client.get(f"{API}/datasets/platform.quality/records", params={"columns": "dataset,complete"}).json()
        names = [column["name"] for column in scores["columns"]]
        told = {row[names.index("dataset")]: row[names.index("complete")] for row in scores["rows"]}
        assert told["platform.health"] is None or told["platform.health"] > 0, (
            "nothing was late before its first record"
        )
        waiting = client.get(f"{API}/quarantine", params={"dataset": "platform.ledger"}).json()
        assert waiting["items"] == []
