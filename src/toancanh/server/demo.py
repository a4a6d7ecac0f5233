"""The demo's records: history first, the newest days before the older ones, then a live tail through the front door."""

import asyncio
import io
import logging
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPException

import pyarrow as pa
from sqlalchemy import Connection, delete, insert, select

from toancanh.catalog import Catalog, LoadedDemo
from toancanh.domain import ToanCanhError, Viewer
from toancanh.ingest import Ingest
from toancanh.store import LONG, Facts, State, Value, tables

ARROW = "application/vnd.apache.arrow.stream"
CHUNK = timedelta(days=15)
_LOG = logging.getLogger("toancanh.demo")
_KV = tables.kv


@dataclass(slots=True)
class _Covered:
    """The span of time whose records were sent: [oldest, newest), of what begins at `start`."""

    start: datetime
    oldest: datetime
    newest: datetime


class Demo:
    """Sends the demo records of every pack. `show` is told the share of the history that is there, 0 to 1."""

    def __init__(
        self,
        catalog: Catalog,
        facts: Facts,
        state: State,
        ingest: Ingest,
        viewer: Viewer,
        show: Callable[[float], None],
    ) -> None:
        self._catalog = catalog
        self._facts = facts
        self._state = state
        self._ingest = ingest
        self._viewer = viewer
        self._covered: dict[str, _Covered] = {}
        self._show = show

    async def run(self, url: str, key: str) -> None:
        """Bring the history up to now, then keep sending to the server at `url` until cancelled."""
        for name, demo in self._catalog.demos.items():
            self._covered[name] = await self._remembered(name, demo, datetime.now(UTC))
        await self._back_fill()
        await asyncio.gather(*(self._tail(url, key, name, demo) for name, demo in self._catalog.demos.items()))

    async def _back_fill(self) -> None:
        for name, demo in self._catalog.demos.items():
            now = datetime.now(UTC)
            await self._span(name, demo, self._covered[name].newest, now + demo.declaration.ahead)
        self._measure()
        while waiting := [name for name, covered in self._covered.items() if covered.start < covered.oldest]:
            for name in waiting:
                covered = self._covered[name]
                await self._span(
                    name, self._catalog.demos[name], max(covered.start, covered.oldest - CHUNK), covered.oldest
                )
                self._measure()
        self._show(1.0)

    async def _span(self, name: str, demo: LoadedDemo, start: datetime, end: datetime) -> None:
        """Send the records of [start, end), in chunks, through the same way as everyone's."""
        while start < end:
            stop = min(start + CHUNK, end)
            table = await self._records(demo, start, stop)
            if table.num_rows:
                await self._ingest.receive(
                    demo.declaration.dataset,
                    _stream(table),
                    content_type=ARROW,
                    viewer=self._viewer,
                    idempotency_key=f"demo/{name}/{demo.declaration.seed}/{start.isoformat()}/{stop.isoformat()}",
                )
            covered = self._covered[name]
            covered.oldest, covered.newest = min(covered.oldest, start), max(covered.newest, stop)
            await self._remember(name)
            start = stop

    async def _tail(self, url: str, key: str, name: str, demo: LoadedDemo) -> None:
        pause = demo.declaration.every.total_seconds()
        address = f"{url}/api/v1/datasets/{demo.declaration.dataset}/records"
        headers = {"authorization": f"Bearer {key}", "content-type": ARROW}
        while True:
            await asyncio.sleep(pause)
            covered, end = self._covered[name], datetime.now(UTC) + demo.declaration.ahead
            try:
                table = await self._records(demo, covered.newest, end)
                if table.num_rows:
                    await asyncio.to_thread(_post, address, _stream(table), headers)
            except (ToanCanhError, OSError, HTTPException) as error:
                _LOG.warning("demo %s was not sent, and will be sent again: %s", name, error)
                continue
            covered.newest = end
            await self._remember(name)

    async def _records(self, demo: LoadedDemo, start: datetime, end: datetime) -> pa.Table:
        params: dict[str, Value] = {"from": start, "to": end, "seed": demo.declaration.seed}
        return await self._facts.table(demo.sql, params, limits=LONG)

    def _measure(self) -> None:
        wanted = sum(((covered.newest - covered.start).total_seconds() for covered in self._covered.values()), 1e-9)
        there = sum((covered.newest - covered.oldest).total_seconds() for covered in self._covered.values())
        self._show(min(there / wanted, 1.0))

    async def _remembered(self, name: str, demo: LoadedDemo, now: datetime) -> _Covered:
        key = _key(name, demo)
        found = await self._state.read(
            lambda connection: connection.execute(select(_KV.c.value).where(_KV.c.key == key)).scalar_one_or_none()
        )
        if found is None:
            return _Covered(now - demo.declaration.back, now - timedelta(days=2), now - timedelta(days=2))
        return _Covered(*(datetime.fromisoformat(found[part]) for part in ("start", "oldest", "newest")))

    async def _remember(self, name: str) -> None:
        covered, key = self._covered[name], _key(name, self._catalog.demos[name])
        value = {part: getattr(covered, part).isoformat() for part in ("start", "oldest", "newest")}

        def keep(connection: Connection) -> None:
            connection.execute(delete(_KV).where(_KV.c.key == key))
            connection.execute(insert(_KV).values(key=key, value=value, changed=datetime.now(UTC)))

        await self._state.write(keep)


def _key(name: str, demo: LoadedDemo) -> str:
    return f"demo/{name}/{demo.declaration.seed}"


def _post(address: str, body: bytes, headers: dict[str, str]) -> None:
    """Send `body` past any proxy. Raises OSError, also for a refusal, and HTTPException."""
    request = urllib.request.Request(address, body, headers)  # noqa: S310 - the address is our own
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60):
        pass


def _stream(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()
