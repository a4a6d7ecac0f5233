"""A whole city whose facts are kept by ClickHouse servers, as far as they can be had on loopback."""

from pathlib import Path

from clickhouse import loopback
from running import AIR, API, running_city
from toancanh.store.facts.opening import scratch_folder

BODY = b"station,time,pm25,lon,lat\nA,2026-02-01T00:00:00Z,10,106.68,20.86\nA,2026-02-01T01:00:00Z,-1,106.68,20.86\n"


def test_records_come_in_and_answers_go_out(tmp_path: Path) -> None:
    with (
        loopback(scratch_folder()) as server,
        running_city(tmp_path / "city", f"clickhouse://127.0.0.1:{server.port}/city") as city,
        city.client() as client,
    ):
        assert client.get("/health").json()["facts"]["kind"] == "clickhouse"
        for found in ((1, 0, 1), (0, 2, 0)):
            sent = client.post(
                f"{API}/datasets/{AIR}/records", content=BODY, headers={"content-type": "text/csv"}
            ).json()
            assert (sent["accepted"], sent["duplicates"], sent["quarantined"]) == found, sent
        question = {
            "indicators": ["environment.pm25"],
            "by": ["area:commune"],
            "time": {"from": "2026-02-01T00:00:00Z", "to": "2026-02-01T00:10:00Z"},
        }
        answer = client.post(f"{API}/query", json=question)
        assert answer.status_code == 200, answer.text
        assert answer.json()["rows"] == [["11311", 10, 1]]
        rows = client.get(f"{API}/datasets/{AIR}/records", params={"format": "csv"})
        assert rows.text.count("\n") == 2
