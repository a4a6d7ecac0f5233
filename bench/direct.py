"""The engine by itself, in a process of its own: what it does without us is the limit that we are measured against."""

import multiprocessing
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

COMMIT = 10_000
READING = (
    "SET max_execution_time=60, use_query_condition_cache=0, output_format_json_quote_64bit_integers=0, session_timezone='UTC'"
)
WRITING = "SET date_time_input_format='best_effort', session_timezone='UTC', async_insert=0, max_partitions_per_insert_block=0"


class Direct:
    """An engine of its own at `path`. Every call waits for its answer."""

    def __init__(self, path: Path) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, other = context.Pipe()
        self._process = context.Process(target=_serve, args=(str(path), other), daemon=True)
        self._process.start()

    def call(self, word: str, *arguments: Any) -> Any:
        self._pipe.send((word, *arguments))
        answer = self._pipe.recv()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def close(self) -> None:
        self._pipe.send(("close",))
        self._process.join(30)


def _serve(path: str, pipe: Connection) -> None:
    import chdb

    connection = chdb.connect(path)
    words = {"run": _run, "commit": _commit, "ask": _ask, "transform": _transform}
    while True:
        word, *arguments = pipe.recv()
        if word == "close":
            connection.close()
            return
        try:
            pipe.send(words[word](connection, *arguments))
        except Exception as error:
            pipe.send(RuntimeError(str(error)))


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


def _transform(connection: Any, sql: str) -> float:
    start = time.perf_counter()
    connection.query(sql, "Null")
    return time.perf_counter() - start
