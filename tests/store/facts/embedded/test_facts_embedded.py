"""What only the embedded store has: scratch stores side by side, memory given back, closing under load."""

import asyncio
import itertools
import json
import os
import time
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from toancanh.domain import InvalidInput, StoreLocked, ToanCanhError, Unavailable
from toancanh.settings import Settings
from toancanh.store import Facts, Limits, open_facts, scratch
from toancanh.store.facts import Options
from toancanh.store.facts.embedded.driver import EmbeddedDriver

SLOW = "SELECT count() FROM numbers(100000000000) WHERE NOT ignore(sipHash64(number))"


def resident() -> int:
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def test_scratch_stores_do_not_see_each_other(scratch_facts: Facts, run: Any) -> None:
    other = open_facts(Settings(facts="chdb::memory:"))
    run(other.open())
    for store, value in ((scratch_facts, 1), (other, 2)):
        run(store.command("CREATE TABLE t (a UInt8) ENGINE = MergeTree ORDER BY a"))
        run(store.command(f"INSERT INTO t VALUES ({value})"))
    assert bytes(run(scratch_facts.query("SELECT * FROM t", format="CSV"))) == b"1\n"
    run(other.close())
    assert bytes(run(scratch_facts.query("SELECT * FROM t", format="CSV"))) == b"1\n"
    assert run(scratch_facts.health()).rows == {"t": 1}


def test_another_folder_in_the_same_process_is_refused(scratch_facts: Facts, run: Any, tmp_path: Path) -> None:
    second = open_facts(Settings(home=tmp_path))
    with pytest.raises(StoreLocked) as caught:
        run(second.open())
    assert str(tmp_path) in caught.value.message.vi


@pytest.mark.parametrize("url", ["chdb", "sqlite:", "chdb:elsewhere", "http://x"])
def test_an_unknown_address_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput):
        open_facts(Settings(facts=url))


def test_a_folder_that_cannot_be_written_is_told(run: Any, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    with pytest.raises(Unavailable) as caught:
        run(open_facts(Settings(home=tmp_path)).open())
    assert caught.value.remedy is not None


def test_a_store_that_is_not_open_says_so(run: Any) -> None:
    store = scratch()
    for _ in range(2):
        for attempt in (store.query("SELECT 1"), store.command("SELECT 1"), store.apply([])):
            with pytest.raises(Unavailable):
                run(attempt)
        with pytest.raises(Unavailable):
            store.explain_ast("SELECT 1")
        assert run(store.health()).status == "down"
        run(store.close())


def test_closing_stops_what_runs(run: Any) -> None:
    async def close_under_load() -> list[Any]:
        store = scratch()
        await store.open()
        stream = store.stream("SELECT number FROM numbers(100000000000)", format="CSV")
        await anext(aiter(stream))
        tasks = [asyncio.create_task(store.query(SLOW, limits=Limits(seconds=0))) for _ in range(12)]
        running = "SELECT count() FROM system.processes WHERE query LIKE '%100000000000%'"
        other = scratch()
        await other.open()
        while json.loads(bytes(await other.query(running)))["data"][0][0] < 3:
            pass
        await other.close()
        async with asyncio.timeout(20):
            await store.close()
            found = await asyncio.gather(*tasks, return_exceptions=True)
            await stream.aclose()
        return found

    assert all(isinstance(error, ToanCanhError | asyncio.CancelledError) for error in run(close_under_load()))


def test_closing_stops_what_the_engine_does_not_know_yet(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    select = EmbeddedDriver.select

    def late(driver: EmbeddedDriver, question: Any) -> Any:
        time.sleep(0.3)
        return select(driver, question)

    async def close() -> list[Any]:
        store = scratch()
        await store.open()
        monkeypatch.setattr(EmbeddedDriver, "select", late)
        tasks = [asyncio.create_task(store.query(SLOW, limits=Limits(seconds=0))) for _ in range(20)]
        await asyncio.sleep(0.1)
        async with asyncio.timeout(20):
            await store.close()
            return await asyncio.gather(*tasks, return_exceptions=True)

    assert all(isinstance(error, ToanCanhError | asyncio.CancelledError) for error in run(close()))


def test_memory_is_given_back_once_the_store_is_quiet(run: Any) -> None:
    async def measure() -> tuple[int, int]:
        store = scratch(Options(fsync=False, memory=2 << 30, free_disk=1 << 20, idle=0.4))
        await store.open()
        await store.query("SELECT length(groupArray(toString(number))) FROM numbers(6000000)")
        high = low = resident()
        async with asyncio.timeout(20):
            while high - low < 100 << 20:
                await asyncio.sleep(0.05)
                low = min(low, resident())
        await store.close()
        return high, low

    high, low = run(measure())
    assert high - low >= 100 << 20


def test_failing_again_and_again_leaks_nothing(scratch_facts: Facts, run: Any) -> None:
    async def fail(times: int) -> None:
        for _ in range(times):
            with pytest.raises(InvalidInput):
                await scratch_facts.query("SELECT throwIf(number = 5) FROM numbers(10)")

    run(fail(20))
    threads, files = len(os.listdir("/proc/self/task")), len(os.listdir("/proc/self/fd"))
    run(fail(100))
    assert len(os.listdir("/proc/self/task")) < threads + 20
    assert len(os.listdir("/proc/self/fd")) < files + 20


def test_who_asks_while_records_arrive_waits_for_a_flush_or_two(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    stored = EmbeddedDriver.insert
    flushes: list[int] = []

    def slow(driver: EmbeddedDriver, table: str, block: pa.RecordBatch, token: str) -> None:
        time.sleep(0.1)
        stored(driver, table, block, token)
        flushes.append(block.num_rows)

    async def ask() -> tuple[list[bytes], int]:
        store = scratch()
        await store.open()
        await store.command("CREATE TABLE t (a Int64) ENGINE = MergeTree ORDER BY a")
        await store.insert("t", pa.table({"a": [0]}))
        monkeypatch.setattr(store._journal, "_insert", partial(slow, store._driver))

        async def arrive() -> None:
            for number in itertools.count(100):
                await store.insert("t", pa.table({"a": [number]}))
                await asyncio.sleep(0.01)

        async def see(number: int) -> bytes:
            return bytes(await store.query("SELECT a FROM t WHERE a = {n:Int64}", {"n": number}, format="CSV"))

        arriving = asyncio.create_task(arrive())
        await asyncio.gather(*(store.insert("t", pa.table({"a": [number]})) for number in range(1, 13)))
        before = len(flushes)
        seen = await asyncio.gather(*(see(number) for number in range(1, 13)))
        done = len(flushes) - before
        arriving.cancel()
        await store.close()
        return seen, done

    seen, done = run(ask())
    assert seen == [b"%d\n" % number for number in range(1, 13)]
    assert done < 6
