"""The facts store that the other rooms see: asyncio outside, worker threads inside, one writer."""

import asyncio
import itertools
import os
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import pyarrow as pa

from toancanh.domain import Overloaded, Text, ToanCanhError, UnsupportedFormat
from toancanh.store.facts.arrow import one_block, read_table, refuse_text
from toancanh.store.facts.driver import Driver, Options, Question, Raw
from toancanh.store.facts.faults import not_open
from toancanh.store.facts.health import measure
from toancanh.store.facts.journal import SMALL, Journal
from toancanh.store.facts.protocol import INTERACTIVE, LONG, FactsHealth, Limits, Payload, Setting
from toancanh.store.facts.schema import DictionarySpec, TableSpec
from toancanh.store.facts.session import limit_settings
from toancanh.store.facts.values import Value, encode

T = TypeVar("T")
STREAMED = ("JSONEachRow", "JSONCompactEachRow", "CSV", "CSVWithNames", "TSV", "ArrowStream")
_STREAMS = 16
_WINDOW = 0.25
"""Seconds that small inserts wait for company, at most."""
_AGAIN = 0.05
"""Seconds until a statement is killed again that did not end: the engine may not have known it yet."""
_AT_HAND: Mapping[str, Setting] = {"output_format_arrow_compression_method": "none"}
"""Tables that are read here are not compressed on the way."""


class ThreadedFacts:
    """`protocol.Facts` over any driver.

    Questions run on a few reader threads, inserts one after the other on one writer thread, long changes (DDL,
    backups) on threads of their own, so that none of them waits for another kind. With a folder for a `journal`, small
    inserts are gathered there.
    """

    def __init__(self, driver: Driver, options: Options, journal: Path | None = None) -> None:
        self.kind = driver.kind
        self._driver = driver
        self._floor = options.free_disk
        self._store = uuid4().hex[:12]
        self._serial = itertools.count(1)
        readers = options.readers or 2 * (os.cpu_count() or 1)
        self._readers = ThreadPoolExecutor(readers, "facts-read")
        self._writer = ThreadPoolExecutor(1, "facts-write")
        self._appender = ThreadPoolExecutor(1, "facts-journal")
        self._flusher = ThreadPoolExecutor(1, "facts-flush")
        self._changes = ThreadPoolExecutor(2, "facts-change")
        self._control = ThreadPoolExecutor(1, "facts-control")
        self._streams = ThreadPoolExecutor(_STREAMS, "facts-stream")
        self._live: dict[str, _Live] = {}
        self._asked: set[Future[Any]] = set()
        self._open = False
        self._types: dict[str, dict[str, str]] = {}
        self._applying = threading.Lock()
        self._taken: set[tuple[str, pa.Schema]] = set()
        self._journal = (
            Journal(journal, driver.insert, fsync=options.fsync, floor=options.free_disk) if journal else None
        )
        self._window: asyncio.TimerHandle | None = None
        self._flush: Future[None] | None = None
        self._idle = _Idle(self._purge, options.idle)

    async def open(self) -> None:
        """Start the engine. Raises StoreLocked when another process owns the folder."""
        await self._in(self._changes, self._driver.open)
        self._open = True
        if self._journal is not None:
            await self._in(self._flusher, self._journal.open)
        self._idle.start()

    async def query(
        self,
        sql: str,
        params: Mapping[str, Value] | None = None,
        *,
        format: str = "JSONCompact",
        limits: Limits = INTERACTIVE,
        settings: Mapping[str, Setting] | None = None,
    ) -> Payload:
        """See `protocol.Facts.query`."""
        start = time.perf_counter()
        await self._settled()
        question = self._question(sql, params, format, limits, settings)
        raw = await self._killable(question.tag, self._driver.select, question)
        return Payload(raw.view, raw.owner, rows=raw.rows, seconds=time.perf_counter() - start)

    async def table(
        self,
        sql: str,
        params: Mapping[str, Value] | None = None,
        *,
        limits: Limits = INTERACTIVE,
        settings: Mapping[str, Setting] | None = None,
    ) -> pa.Table:
        """See `protocol.Facts.table`."""
        await self._settled()
        question = self._question(sql, params, "Arrow", limits, {**_AT_HAND, **(settings or {})})
        return await self._killable(question.tag, _tabled(self._driver.select), question)

    async def transform(
        self,
        sql: str,
        body: bytes | memoryview | Path,
        *,
        format: str,
        structure: str,
        params: Mapping[str, Value] | None = None,
        limits: Limits = LONG,
        settings: Mapping[str, Setting] | None = None,
    ) -> pa.Table:
        """See `protocol.Facts.transform`."""
        question = self._question(sql, params, "Arrow", limits, {**_AT_HAND, **(settings or {})})
        return await self._killable(question.tag, _tabled(self._driver.transform), question, body, format, structure)

    async def stream(
        self,
        sql: str,
        params: Mapping[str, Value] | None = None,
        *,
        format: str,
        limits: Limits = LONG,
        settings: Mapping[str, Setting] | None = None,
    ) -> AsyncIterator[bytes]:
        """See `protocol.Facts.stream`. A slow reader holds one of 16 streams, and no reader thread."""
        if format not in STREAMED:
            raise _not_streamed(format)
        await self._settled()
        question = self._question(sql, params, format, limits, settings)
        if not self._open:
            raise not_open()
        if len(self._live) >= _STREAMS:
            raise _too_many_streams()
        live = self._live[question.tag] = _Live(self._driver.chunks(question))
        try:
            while True:
                live.running = _submit(self._streams, next, live.pieces, None)
                piece = await asyncio.wrap_future(live.running)
                if piece is None:
                    break
                if piece:
                    yield piece
        finally:
            if self._live.pop(question.tag, None) is not None:
                await asyncio.shield(self._in(self._streams, self._finish, question.tag, live))

    async def insert(self, table: str, batch: pa.Table, *, token: str | None = None) -> None:
        """See `protocol.Facts.insert`. A caller that is cancelled does not stop an insert that has begun."""
        block = one_block(batch)
        if block is None:
            return
        refuse_text(block, self._types.get(table, {}))
        self._idle.touch()
        if token is not None or not await self._journaled(table, block):
            await asyncio.shield(self._in(self._writer, self._driver.insert, table, block, token or uuid4().hex))
            self._taken.add((table, block.schema))
        if self._journal is not None and self._journal.pending and self._window is None:
            self._window = asyncio.get_running_loop().call_later(_WINDOW, self._end_window)

    async def settled(self) -> None:
        """See `protocol.Facts.settled`."""
        if self._journal is not None and self._journal.pending:
            await asyncio.shield(self._in(self._flusher, self._journal.settle))

    async def command(self, sql: str, params: Mapping[str, Value] | None = None) -> None:
        """See `protocol.Facts.command`."""
        await self._settled()
        await self._in(self._changes, self._driver.command, sql, encode(params))

    async def replace(self, spec: TableSpec, rows: pa.Table) -> None:
        """See `protocol.Facts.replace`."""
        await self._in(self._changes, self._run, self._driver.renew(spec))
        await self.insert(spec.name, rows, token=uuid4().hex)

    async def define(self, spec: DictionarySpec) -> None:
        """See `protocol.Facts.define`."""
        await self._in(self._changes, self._run, self._driver.define(spec))

    async def apply(self, specs: Sequence[TableSpec]) -> list[str]:
        """See `protocol.Facts.apply`."""
        await self._settled()
        return await self._in(self._changes, self._apply, tuple(specs))

    def explain_ast(self, sql: str) -> str:
        """See `protocol.Facts.explain_ast`."""
        return self._driver.explain_ast(sql)

    async def health(self) -> FactsHealth:
        """See `protocol.Facts.health`."""
        try:
            found = await self._in(self._control, measure, self._driver, self._floor)
        except ToanCanhError as error:
            return FactsHealth("down", "", 0, problems=[error.message])
        told = self._journal.problems if self._journal else []
        return replace(found, status="degraded", problems=[*found.problems, *told]) if told else found

    async def backup(self, path: Path) -> None:
        """See `protocol.Facts.backup`."""
        await self._settled()
        await self._in(self._changes, self._driver.backup, path)

    async def restore(self, path: Path) -> None:
        """See `protocol.Facts.restore`."""
        await self._in(self._changes, self._driver.restore, path)

    async def close(self) -> None:
        """See `protocol.Facts.close`."""
        if self._open:
            self._open = False
            self._readers.shutdown(wait=False, cancel_futures=True)
            await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._idle.stop()
        while self._asked:
            with suppress(ToanCanhError):
                self._driver.kill(f"{self._store}-")
            wait(tuple(self._asked), timeout=_AGAIN)
        self._appender.shutdown(wait=True)
        if self._journal is not None:
            self._flusher.submit(self._journal.flush)
        for pool in (self._flusher, self._writer):
            pool.shutdown(wait=True)
        while self._live:
            self._finish(*self._live.popitem())
        for pool in (self._readers, self._streams, self._changes, self._control):
            pool.shutdown(wait=True, cancel_futures=True)
        self._driver.close()

    def _question(
        self,
        sql: str,
        params: Mapping[str, Value] | None,
        format: str,
        limits: Limits,
        settings: Mapping[str, Setting] | None,
    ) -> Question:
        tag = f"{self._store}-{next(self._serial)}."
        return Question(sql, encode(params), format, {**limit_settings(limits), **(settings or {})}, tag)

    async def _journaled(self, table: str, block: pa.RecordBatch) -> bool:
        """Put a small block into the journal, one that the engine is sure to take: it has taken such columns before."""
        if self._journal is None or block.num_rows > SMALL or (table, block.schema) not in self._taken:
            return False
        if not all(self._may_be_null(table, name) for name in block.schema.names if block.column(name).null_count):
            return False
        return await asyncio.shield(self._in(self._appender, self._journal.append, table, block))

    def _may_be_null(self, table: str, column: str) -> bool:
        return "Nullable(" in self._types.get(table, {}).get(column, "")

    def _end_window(self) -> None:
        self._window = None
        if self._journal is not None:
            with suppress(RuntimeError):
                self._flusher.submit(self._journal.flush)

    async def _settled(self) -> None:
        """Wait until what was inserted before is in the engine's tables. All who ask before a flush begins share it."""
        if self._journal is None or not self._journal.fresh:
            return
        if self._flush is None or self._flush.running() or self._flush.done():
            self._flush = _submit(self._flusher, self._journal.flush)
        await asyncio.shield(asyncio.wrap_future(self._flush))

    async def _in(self, pool: ThreadPoolExecutor, work: Callable[..., T], *arguments: object) -> T:
        return await asyncio.wrap_future(_submit(pool, work, *arguments))

    async def _killable(self, tag: str, work: Callable[..., T], *arguments: object) -> T:
        running = _submit(self._readers, work, *arguments)
        self._asked.add(running)
        running.add_done_callback(self._asked.discard)
        self._idle.touch()
        try:
            return await asyncio.wrap_future(running)
        except asyncio.CancelledError:
            if not running.done():
                with suppress(RuntimeError):
                    self._control.submit(self._kill, tag, running)
            raise

    def _kill(self, tag: str, running: Future[T]) -> None:
        """Stop a statement, also one that the engine has not registered yet."""
        while not running.done():
            with suppress(ToanCanhError):
                self._driver.kill(tag)
            wait([running], timeout=_AGAIN)

    def _finish(self, tag: str, live: "_Live") -> None:
        """End a stream: stop what it is fetching, then give its place in the engine back."""
        if live.running is not None:
            self._kill(tag, live.running)
        close = getattr(live.pieces, "close", None)
        if close is not None:
            close()

    def _purge(self) -> None:
        with suppress(ToanCanhError, RuntimeError):
            self._control.submit(self._driver.purge).result()

    def _run(self, statements: Sequence[str]) -> None:
        for sql in statements:
            self._driver.command(sql, {})

    def _apply(self, specs: tuple[TableSpec, ...]) -> list[str]:
        with self._applying:
            stored = self._driver.stored()
            ran = []
            for spec in specs:
                have = stored.get(spec.name)
                for sql in self._driver.create(spec) if have is None else self._driver.change(spec, have):
                    self._driver.command(sql, {})
                    ran.append(sql)
                self._types[spec.name] = {column.name: column.type for column in spec.columns}
            return ran


@dataclass(slots=True)
class _Live:
    """A stream that is open: where its pieces come from, and the fetch that is under way."""

    pieces: Iterator[bytes]
    running: Future[bytes | None] | None = None


class _Idle:
    """Gives memory back once the store has been quiet for a while; after one large question it would be kept for ever."""

    def __init__(self, purge: Callable[[], None], seconds: float) -> None:
        self._purge = purge
        self._seconds = seconds
        self._stopped = threading.Event()
        self._touched = 0.0
        self._thread = threading.Thread(target=self._run, name="facts-idle", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def touch(self) -> None:
        """Note that somebody asked something."""
        self._touched = time.monotonic()

    def stop(self) -> None:
        """Stop watching."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        purged = 0.0
        while not self._stopped.wait(self._seconds / 2):
            touched = self._touched
            if touched > purged and time.monotonic() - touched >= self._seconds / 2:
                self._purge()
                purged = touched


def _submit(pool: ThreadPoolExecutor, work: Callable[..., T], *arguments: object) -> Future[T]:
    try:
        return pool.submit(work, *arguments)
    except RuntimeError as error:
        raise not_open() from error


def _tabled(work: Callable[..., Raw]) -> Callable[..., pa.Table]:
    def read(*arguments: object) -> pa.Table:
        return read_table(work(*arguments))

    return read


def _not_streamed(format: str) -> UnsupportedFormat:
    return UnsupportedFormat(
        Text(vi=f"Không xuất từng phần được định dạng {format}.", en=f"The format {format} cannot be streamed."),
        Text(vi=f"Dùng một trong: {', '.join(STREAMED)}.", en=f"Use one of: {', '.join(STREAMED)}."),
    )


def _too_many_streams() -> Overloaded:
    return Overloaded(
        Text(vi="Đang có quá nhiều lượt xuất dữ liệu lớn.", en="Too many large exports are running."),
        Text(vi="Thử lại sau ít giây.", en="Try again in a few seconds."),
        retry_after=5,
    )
