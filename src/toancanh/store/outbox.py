"""The outbox: an event that is stored together with the change it tells of, and published once that is on disk.

Published at least once: after a crash between publishing and forgetting, an event comes again.
"""

import asyncio
import logging
from contextlib import suppress
from datetime import UTC, datetime

import msgspec
from sqlalchemy import Connection, bindparam, select

from toancanh.domain import AlertChanged, CatalogChanged, Event, FactsCommitted, IncidentChanged, WallChanged
from toancanh.store.bus import Bus
from toancanh.store.state import Finisher, State, defer, tables

_log = logging.getLogger(__name__)

BATCH = 500
"""Events published between two looks at the table."""
RETRY_SECONDS = 2.0
_EVENTS: dict[str, type[Event]] = {
    event.topic: event for event in (CatalogChanged, FactsCommitted, AlertChanged, IncidentChanged, WallChanged)
}
_INSERT = tables.outbox.insert()
_WAITING = select(tables.outbox.c.seq, tables.outbox.c.topic, tables.outbox.c.payload).order_by(tables.outbox.c.seq)
_FORGET = tables.outbox.delete().where(tables.outbox.c.seq == bindparam("number"))


class Outbox:
    """Events on their way from the state store to the bus. With the local bus, one process publishes for itself."""

    def __init__(self, state: State, bus: Bus) -> None:
        self._state = state
        self._bus = bus
        self._relay: asyncio.Task[None] | None = None
        self._wake: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        state.on_commit(self._committed)

    async def open(self) -> None:
        """Start publishing, first what an earlier process left."""
        if self._relay is None:
            self._loop, self._wake = asyncio.get_running_loop(), asyncio.Event()
            self._wake.set()
            self._relay = asyncio.create_task(self._run(self._wake), name="outbox")

    def add(self, connection: Connection, event: Event) -> None:
        """Store `event` with the change that `connection` is making; it is published after the commit."""
        defer(connection, _insert, (event.topic, msgspec.json.encode(event).decode()))

    async def close(self) -> None:
        """Stop publishing; what is left waits for the next start. May be called twice."""
        relay, self._relay = self._relay, None
        if relay is not None:
            relay.cancel()
            with suppress(asyncio.CancelledError):
                await relay

    def _committed(self, finished: set[Finisher]) -> None:
        loop, wake = self._loop, self._wake
        if _insert in finished and loop is not None and wake is not None and not loop.is_closed():
            loop.call_soon_threadsafe(wake.set)

    async def _run(self, wake: asyncio.Event) -> None:
        while True:
            await wake.wait()
            wake.clear()
            try:
                while await self._publish():
                    pass
            except Exception:
                _log.exception("events wait in the outbox; trying again in %s s", RETRY_SECONDS)
                await asyncio.sleep(RETRY_SECONDS)
                wake.set()

    async def _publish(self) -> bool:
        """Publish what waits; return whether there may be more."""
        rows = await self._state.read(lambda connection: connection.execute(_WAITING.limit(BATCH)).all())
        if not rows:
            return False
        for row in rows:
            self._one(row.topic, row.payload)
        done = [{"number": row.seq} for row in rows]
        await self._state.write(lambda connection: connection.execute(_FORGET, done) and None)
        return len(rows) == BATCH

    def _one(self, topic: str, payload: str) -> None:
        try:
            self._bus.publish(msgspec.json.decode(payload, type=_EVENTS[topic]))
        except (KeyError, msgspec.DecodeError):
            _log.exception("an event in the outbox cannot be read and is dropped: %s %s", topic, payload)


def _insert(connection: Connection, events: list[tuple[str, str]]) -> None:
    now = datetime.now(UTC)
    connection.execute(_INSERT, [{"topic": topic, "payload": payload, "created": now} for topic, payload in events])
