"""The engine by itself, in a process of its own: what it does without us is the limit that we are measured against."""

import asyncio
import multiprocessing
import time
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from bench.observations import PROPERTIES, START, THINGS
from toancanh.domain.declarations import Dataset
from toancanh.settings import Settings
from toancanh.store import open_facts, table_name, table_spec

COMMIT = 10_000
SERIES = THINGS * PROPERTIES
READING = "SET max_execution_time=60, use_query_condition_cache=0, output_format_json_quote_64bit_integers=0, session_timezone='UTC'"
WRITING = "SET date_time_input_format='best_effort', session_timezone='UTC', async_insert=0, max_partitions_per_insert_block=0"


class Direct:
    """An engine of its own in `home`, with the same tables, projections and settings. Every call waits for its answer."""

    def __init__(self, home: Path, datasets: Mapping[str, Dataset]) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, other = context.Pipe()
        self._process = context.Process(target=_serve, args=(home, dict(datasets), other), daemon=True)
        self._process.start()

    def call(self, word: str, *arguments: Any) -> Any:
        self._pipe.send((word, *arguments))
        answer = self._pipe.recv()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def fill(self, dataset_id: str, total: int) -> None:
        """Replace what is in the table by the same `total` records that the platform was given, made by the engine."""
        name = table_name(dataset_id)
        self.call("run", f"TRUNCATE TABLE {name}")
        for first in range(0, total, 1_000_000):
            count = min(1_000_000, total - first)
            self.call(
                "run",
                f"INSERT INTO {name} (thing, property, time, value, quality, _received) "
                f"SELECT intDiv(number * 7919 % {SERIES}, {PROPERTIES}), concat('p', toString(number * 7919 % {SERIES} % {PROPERTIES})), "
                f"fromUnixTimestamp64Milli({START} + number * 60, 'UTC'), "
                f"round(50 + 20 * sin(number / 1e5) + sipHash64(number) % 600 / 100 - 3, 2), number % 3, now64(3) "
                f"FROM numbers({first}, {count})",
            )

    def close(self) -> None:
        if self._process.is_alive():
            self._pipe.send(("close",))
            self._process.join(30)


def _serve(home: Path, datasets: dict[str, Dataset], pipe: Connection) -> None:
    asyncio.run(_prepare(home, datasets))
    import chdb

    connection = chdb.connect(str(home / "data" / "facts"))
    words = {"run": _run, "commit": _commit, "ask": _ask}
    while True:
        word, *arguments = pipe.recv()
        if word == "close":
            connection.close()
            return
        try:
            pipe.send(words[word](connection, *arguments))
        except Exception as error:
            pipe.send(RuntimeError(str(error)))


async def _prepare(home: Path, datasets: dict[str, Dataset]) -> None:
    facts = open_facts(Settings(home=home))
    await facts.open()
    await facts.apply([table_spec(name, dataset) for name, dataset in datasets.items()])
    await facts.close()


def _run(connection: Any, sql: str) -> None:
    connection.query(sql)


def _commit(connection: Any, table: str, columns: str, form: str, blocks: list[bytes]) -> float:
    """Append each block by itself, synced as the table's settings say; return the seconds it took."""
    connection.query(WRITING)
    start = time.perf_counter()
    for block in blocks:
        with connection.send_insert(f"INSERT INTO {table} ({columns})", form) as insert:
            insert.append(block)
            insert.finish()
    return time.perf_counter() - start


def _ask(connection: Any, sql: str, form: str, times: int) -> list[float]:
    """Ask the same question several times; return the seconds of each."""
    connection.query(READING)
    found = []
    for _ in range(times):
        start = time.perf_counter()
        connection.query(sql, form).bytes()
        found.append(time.perf_counter() - start)
    return found
