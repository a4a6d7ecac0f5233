"""Storing blocks: whole or not at all, once a token, columns by name."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from toancanh.domain import InvalidInput, ToanCanhError
from toancanh.store import ColumnSpec, Facts, TableSpec

SIMPLE = TableSpec(
    "simple",
    (
        ColumnSpec("name", "String"),
        ColumnSpec("time", "DateTime64(3, 'UTC')"),
        ColumnSpec("value", "Nullable(Float64)"),
        ColumnSpec("tags", "Array(LowCardinality(String))"),
        ColumnSpec("kind", "LowCardinality(String)", "DEFAULT", "'plain'"),
    ),
    ("name", "time"),
    "toYYYYMM(time)",
)


def simple(*names: str, month: int = 1) -> pa.Table:
    moment = datetime(2026, month, 1, tzinfo=UTC)
    return pa.table({"name": list(names), "time": pa.array([moment] * len(names), pa.timestamp("ms", tz="UTC"))})


def names(facts: Facts, run: Any, table: str = "simple") -> list[str]:
    payload = run(facts.query(f"SELECT name FROM {table} ORDER BY name"))
    return [row[0] for row in json.loads(bytes(payload))["data"]]


@pytest.fixture
def stored(facts: Facts, run: Any) -> Facts:
    run(facts.apply([SIMPLE]))
    return facts


def test_columns_go_by_name_and_missing_ones_take_their_defaults(stored: Facts, run: Any) -> None:
    run(stored.insert("simple", simple("a").select(["time", "name"]), token="1"))
    found = json.loads(bytes(run(stored.query("SELECT * FROM simple"))))["data"]
    assert found == [["a", "2026-01-01T00:00:00.000Z", None, [], "plain"]]


def test_the_same_token_stores_once(stored: Facts, run: Any) -> None:
    for token in ("one", "one", "two'; --", "two'; --"):
        run(stored.insert("simple", simple("a"), token=token))
    assert names(stored, run) == ["a", "a"]


def test_the_same_rows_under_another_token_are_stored(stored: Facts, run: Any) -> None:
    run(stored.insert("simple", simple("a"), token="1"))
    run(stored.insert("simple", simple("a"), token="2"))
    assert names(stored, run) == ["a", "a"]


def test_small_blocks_without_a_token_are_seen_at_once_and_stored_each_time(stored: Facts, run: Any) -> None:
    for count in range(1, 8):
        run(stored.insert("simple", simple("a")))
        assert names(stored, run) == ["a"] * count

    async def many() -> None:
        await asyncio.gather(*(stored.insert("simple", simple("b", month=month)) for month in range(1, 13)))
        await asyncio.sleep(0.6)

    run(many())
    assert names(stored, run) == ["a"] * 7 + ["b"] * 12


def test_a_small_block_that_does_not_fit_is_refused_though_others_were_gathered(stored: Facts, run: Any) -> None:
    for _ in range(3):
        run(stored.insert("simple", simple("a")))
    with pytest.raises(InvalidInput):
        run(stored.insert("simple", pa.table({"name": pa.array([None], pa.string())})))
    assert names(stored, run) == ["a"] * 3


@pytest.mark.parametrize(
    "batch",
    [
        pa.table({"name": pa.array(["a", None])}),
        pa.table({"name": ["a"], "unknown": [1]}),
        pa.table({"name": ["a"], "value": ["not a number"]}),
    ],
)
def test_a_block_that_does_not_fit_is_refused_whole(stored: Facts, run: Any, batch: pa.Table) -> None:
    with pytest.raises(InvalidInput):
        run(stored.insert("simple", batch, token="1"))
    assert names(stored, run) == []
    run(stored.insert("simple", simple("b"), token="1"))
    assert names(stored, run) == ["b"]


def test_rows_that_the_table_itself_refuses_are_not_acknowledged(facts: Facts, run: Any) -> None:
    """chDB's streaming insert says "stored" here; nothing of ours may use it."""
    checked = "CREATE TABLE checked (a Int64, CONSTRAINT small CHECK a < 10) ENGINE = MergeTree ORDER BY a"
    run(facts.command(checked))
    with pytest.raises(InvalidInput):
        run(facts.insert("checked", pa.table({"a": [1, 2, 30]}), token="1"))
    run(facts.insert("checked", pa.table({"a": [1, 2, 3]}), token="1"))
    assert json.loads(bytes(run(facts.query("SELECT count(), max(a) FROM checked"))))["data"] == [[3, 3]]


def test_a_table_that_is_not_there(facts: Facts, run: Any) -> None:
    with pytest.raises(ToanCanhError):
        run(facts.insert("nowhere", simple("a"), token="1"))


def test_nothing_is_nothing(stored: Facts, run: Any) -> None:
    run(stored.insert("simple", simple().slice(0, 0), token="1"))
    assert names(stored, run) == []


def test_pieces_of_a_table_are_one_block(stored: Facts, run: Any) -> None:
    batch = pa.concat_tables([simple("a", "b"), simple("c")])
    assert batch["name"].num_chunks == 2
    run(stored.insert("simple", batch, token="1"))
    parts = run(stored.table("SELECT rows FROM system.parts WHERE active AND database = currentDatabase()"))
    assert parts["rows"].to_pylist() == [3]


def test_a_block_over_many_months(stored: Facts, run: Any) -> None:
    run(stored.insert("simple", pa.concat_tables([simple(f"m{m}", month=m) for m in range(1, 13)] * 12), token="1"))
    assert len(names(stored, run)) == 144


def test_a_large_block_is_one_part(stored: Facts, run: Any) -> None:
    rows = 1_200_000
    moment = pa.array(np.full(rows, 1_767_225_600_000)).cast(pa.timestamp("ms", tz="UTC"))
    batch = pa.table({"name": np.char.mod("n%d", np.arange(rows) % 1000), "time": moment, "value": np.arange(rows) / 2})
    run(stored.insert("simple", batch, token="1"))
    parts = run(stored.table("SELECT rows FROM system.parts WHERE active AND database = currentDatabase()"))
    assert parts["rows"].to_pylist() == [rows]


def test_many_callers_at_once(stored: Facts, run: Any) -> None:
    async def store() -> None:
        await asyncio.gather(*(stored.insert("simple", simple(f"n{i:03d}"), token=str(i)) for i in range(30)))

    run(store())
    assert names(stored, run) == [f"n{i:03d}" for i in range(30)]


def test_a_caller_that_goes_away_does_not_stop_its_insert(stored: Facts, run: Any) -> None:
    async def leave() -> None:
        tasks = [asyncio.create_task(stored.insert("simple", simple(f"n{i}"), token=str(i))) for i in range(5)]
        await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await stored.insert("simple", simple("z"), token="z")

    run(leave())
    assert names(stored, run) == ["n0", "n1", "n2", "n3", "n4", "z"]
