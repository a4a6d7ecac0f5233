"""Tables come from datasets, and follow them when they change, without losing a record."""

import json
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pytest
from facts_samples import AIR, AIR_COLUMNS, DOSSIER, START, air, dataset

from toancanh.domain import InvalidPack
from toancanh.domain.declarations import Dataset
from toancanh.store import ColumnSpec, DictionarySpec, Facts, TableSpec, content_sql, identity_sql, table_spec

NAME = "environment__air"


def rows(facts: Facts, run: Any, sql: str) -> list[Any]:
    found: list[Any] = json.loads(bytes(run(facts.query(sql))))["data"]
    return found


def applied(facts: Facts, run: Any, declared: Dataset, name: str = "environment.air") -> list[str]:
    ran: list[str] = run(facts.apply([table_spec(name, declared)]))
    return ran


def settle(facts: Facts, run: Any) -> None:
    """Wait until changes in the background are done."""
    while rows(
        facts, run, "SELECT count() FROM system.mutations WHERE NOT is_done AND database = currentDatabase()"
    ) != [[0]]:
        pass


def types(facts: Facts, run: Any, table: str = NAME) -> dict[str, str]:
    sql = f"SELECT name, type FROM system.columns WHERE table = '{table}' AND database = currentDatabase() ORDER BY position"
    return dict(rows(facts, run, sql))


def test_a_dataset_becomes_a_table(facts: Facts, run: Any) -> None:
    assert len(applied(facts, run, AIR)) >= 1
    assert types(facts, run) == {
        "station": "LowCardinality(String)",
        "time": "DateTime64(3, 'UTC')",
        "pm25": "Nullable(Float64)",
        "pm10": "Nullable(Float64)",
        "valid": "Nullable(Bool)",
        "alarms": "Nullable(Int64)",
        "note": "Nullable(String)",
        "lon": "Nullable(Float64)",
        "lat": "Nullable(Float64)",
        "_sent_id": "String",
        "_source": "LowCardinality(String)",
        "_received": "DateTime64(3, 'UTC')",
        "_unit": "LowCardinality(String)",
        "_area": "LowCardinality(String)",
        "_flags": "Array(LowCardinality(String))",
        "_id": "String",
        "_x": "UInt32",
        "_y": "UInt32",
        "_cell": "UInt64",
    }


def test_applying_again_changes_nothing(facts: Facts, run: Any) -> None:
    both = [table_spec("environment.air", AIR), table_spec("office.dossier", DOSSIER)]
    assert run(facts.apply(both))
    assert run(facts.apply(both)) == []


def test_every_declared_type_is_stored_and_read_back(facts: Facts, run: Any) -> None:
    all_types = ["text", "code", "integer", "number", "boolean", "time", "date", "json"]
    declared = dataset({"time": "time", **{f"c_{name}": name for name in all_types}, "needed": "text!"}, key=["time"])
    applied(facts, run, declared, "all.types")
    run(facts.insert("all__types", pa.table({"time": [START], "needed": ["x"]}), token="1"))
    assert rows(facts, run, "SELECT * EXCEPT (time, needed) FROM all__types")[0][: len(all_types)] == [None] * len(
        all_types
    )
    assert rows(facts, run, "SELECT time, needed FROM all__types") == [["2026-03-01T00:00:00.000Z", "x"]]


def test_a_place_gets_its_cell_of_the_map(facts: Facts, run: Any) -> None:
    applied(facts, run, AIR)
    batch = air(3)
    batch = batch.set_column(batch.schema.get_field_index("lon"), "lon", pa.array([0.0, None, 180.0]))
    batch = batch.set_column(batch.schema.get_field_index("lat"), "lat", pa.array([0.0, None, -90.0]))
    run(facts.insert(NAME, batch, token="1"))
    found = rows(facts, run, f"SELECT _x, _y, _cell = mortonEncode(_x, _y) FROM {NAME} ORDER BY station")
    half, top = 2**31, 2**32 - 1
    assert found[0] == [half, half, 1]
    assert found[1] == [0, 0, 1]
    assert found[2] == [top, top, 1]


def test_a_new_column_is_empty_for_earlier_records(facts: Facts, run: Any) -> None:
    applied(facts, run, AIR)
    run(facts.insert(NAME, air(10), token="1"))
    before = rows(facts, run, f"SELECT _id, {identity_sql(AIR)}, {content_sql(AIR)} FROM {NAME} ORDER BY _id")
    wider = dataset(
        {"no2": "number", **AIR_COLUMNS, "method": "code!"},
        key=AIR.key,
        series=AIR.series,
        place=AIR.place,
        rollups=AIR.rollups,
    )
    ran = applied(facts, run, wider)
    assert any("no2" in sql for sql in ran)
    settle(facts, run)
    assert rows(facts, run, f"SELECT count(), count(no2), count(method) FROM {NAME}") == [[10, 0, 0]]
    after = rows(facts, run, f"SELECT _id, {identity_sql(wider)}, {content_sql(wider)} FROM {NAME} ORDER BY _id")
    assert after == before
    more = air(20).slice(10).append_column("no2", pa.array([1.5] * 10)).append_column("method", pa.array(["x"] * 10))
    run(facts.insert(NAME, more, token="2"))
    assert rows(facts, run, f"SELECT count(), count(no2), sum(no2) FROM {NAME}") == [[20, 10, 15]]
    assert applied(facts, run, wider) == []


def test_a_column_that_is_no_longer_declared_stays(facts: Facts, run: Any) -> None:
    applied(facts, run, AIR)
    run(facts.insert(NAME, air(10), token="1"))
    left = {name: type_ for name, type_ in AIR_COLUMNS.items() if name not in ("note", "pm10")}
    applied(facts, run, dataset(left, key=AIR.key, series=AIR.series, rollups=AIR.rollups))
    assert rows(facts, run, f"SELECT count(pm10), count(note) FROM {NAME}") == [[10, 1]]
    run(facts.insert(NAME, air(20).slice(10).drop_columns(["note", "pm10"]), token="2"))
    assert rows(facts, run, f"SELECT count(), count(pm10) FROM {NAME}") == [[20, 10]]


def test_a_required_column_may_become_optional(facts: Facts, run: Any) -> None:
    strict = dataset({"time": "time", "value": "number!"}, key=["time"])
    loose = dataset({"time": "time", "value": "number"}, key=["time"])
    applied(facts, run, strict, "a.b")
    run(facts.insert("a__b", pa.table({"time": [START], "value": [1.5]}), token="1"))
    applied(facts, run, loose, "a.b")
    run(facts.insert("a__b", pa.table({"time": [START], "value": pa.array([None], pa.float64())}), token="2"))
    assert rows(facts, run, "SELECT count(), count(value), sum(value) FROM a__b") == [[2, 1, 1.5]]
    assert applied(facts, run, strict, "a.b") == []


@pytest.mark.parametrize(
    ("old", "new"), [("number", "integer"), ("text", "number"), ("time", "date"), ("code", "integer")]
)
def test_a_column_never_changes_its_type(facts: Facts, run: Any, old: str, new: str) -> None:
    applied(facts, run, dataset({"time": "time", "value": old}, key=["time"]), "a.b")
    with pytest.raises(InvalidPack) as caught:
        applied(facts, run, dataset({"time": "time", "value": new, "extra": "text"}, key=["time"]), "a.b")
    assert caught.value.details["column"] == "value"
    assert caught.value.remedy is not None
    assert "extra" not in types(facts, run, "a__b")


def test_a_text_may_be_declared_as_a_code(facts: Facts, run: Any) -> None:
    applied(facts, run, dataset({"time": "time", "value": "text"}, key=["time"]), "a.b")
    assert applied(facts, run, dataset({"time": "time", "value": "code"}, key=["time"]), "a.b") == []


def test_rollups_may_come_and_go(facts: Facts, run: Any) -> None:
    plain = dataset(AIR_COLUMNS, key=AIR.key, series=AIR.series, place=AIR.place)
    applied(facts, run, plain)
    run(facts.insert(NAME, air(1000), token="1"))
    hourly = f"SELECT toStartOfHour(time) AS hour, avg(pm25), count() FROM {NAME} GROUP BY hour ORDER BY hour"
    before = rows(facts, run, hourly)
    assert len([sql for sql in applied(facts, run, AIR) if "ADD PROJECTION" in sql]) == 3
    settle(facts, run)
    assert used(facts, run, hourly)
    assert rows(facts, run, hourly) == before
    applied(facts, run, plain)
    settle(facts, run)
    assert not used(facts, run, hourly)
    assert rows(facts, run, hourly) == before


def test_how_long_records_are_kept_may_change(facts: Facts, run: Any) -> None:
    short, long = (dataset({"time": "time", "value": "number"}, key=["time"], keep=keep) for keep in ("30d", "36500d"))
    applied(facts, run, dataset({"time": "time", "value": "number"}, key=["time"]), "a.b")
    run(facts.insert("a__b", pa.table({"time": [START - timedelta(days=3650)], "value": [1.0]}), token="1"))
    applied(facts, run, long, "a.b")
    run(facts.command("OPTIMIZE TABLE a__b FINAL"))
    assert rows(facts, run, "SELECT count() FROM a__b") == [[1]]
    assert any("MODIFY TTL" in sql for sql in applied(facts, run, short, "a.b"))
    run(facts.command("OPTIMIZE TABLE a__b FINAL"))
    assert rows(facts, run, "SELECT count() FROM a__b") == [[0]]
    assert any(
        "REMOVE TTL" in sql
        for sql in applied(facts, run, dataset({"time": "time", "value": "number"}, key=["time"]), "a.b")
    )


def test_a_small_table_is_replaced_and_looked_up_in(facts: Facts, run: Any) -> None:
    spec = TableSpec("units", (ColumnSpec("code", "String"), ColumnSpec("name", "String")), ("code",))
    names = DictionarySpec(
        "unit_names", {"code": "String", "name": "String DEFAULT '?'"}, "units", "COMPLEX_KEY_HASHED"
    )
    for name in ("Sở Y tế", "Sở Xây dựng"):
        run(facts.replace(spec, pa.table({"code": ["H31.1"], "name": [name]})))
        run(facts.define(names))
        assert rows(facts, run, "SELECT dictGet('unit_names', 'name', 'H31.1'), count() FROM units") == [[name, 1]]
    assert rows(facts, run, "SELECT dictGet('unit_names', 'name', 'X')") == [["?"]]


def used(facts: Facts, run: Any, sql: str) -> bool:
    """Whether a projection answers `sql`."""
    plan = bytes(run(facts.query(f"EXPLAIN projections = 1 {sql}", format="TSVRaw"))).decode()
    return "ReadFromMergeTree (last" in plan or "ReadFromMergeTree (hourly" in plan or "ReadFromMergeTree (tile" in plan
