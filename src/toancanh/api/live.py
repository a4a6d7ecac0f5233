"""The event stream: events are merged, encoded once for all who may see the same, and written to every listener.

A frame goes out at most every `PACE` seconds. A ring keeps the last frames' messages, so that a listener who lost the
line gets what it missed; one who was away too long is told to read everything again (`event: reset`).
"""

import asyncio
import contextlib
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from time import time_ns
from typing import Any, Protocol

import msgspec

from toancanh.api.metrics import Metrics
from toancanh.domain import AlertChanged, CatalogChanged, Event, FactsCommitted, IncidentChanged, WallChanged

_KINDS = (AlertChanged, CatalogChanged, FactsCommitted, IncidentChanged, WallChanged)
TOPICS: tuple[str, ...] = tuple(kind.topic for kind in _KINDS)
WIRE = "toancanh.wire"
"""ASGI extension: a `Wire` on the connection itself, which spares one task wake-up per listener and frame."""
PACE = 0.075
HEARTBEAT = 15.0
REMEMBERED = 4096
MAX_BEHIND = 1 << 20
"""A listener with more than this many bytes unread is let go."""
_BEAT = b": \n\n"
_AREAS = 100


class Wire(Protocol):
    """How bytes reach one listener. `behind` is what it has not read yet, in bytes."""

    def write(self, data: bytes) -> None:
        """Hand over bytes without waiting."""
        ...

    def behind(self) -> int:
        """Return how many bytes wait."""
        ...

    def closed(self) -> bool:
        """Return whether nobody reads any more."""
        ...

    def finish(self) -> None:
        """End the stream after what was written."""
        ...

    def abort(self) -> None:
        """Let the listener go at once."""
        ...


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the stream, encoded. `dataset` is what it tells about, where it tells about one."""

    id: int
    topic: str
    dataset: str | None
    data: bytes


@dataclass(frozen=True)
class Audience:
    """Listeners who get the same bytes: the topics they asked for and the datasets they may know of."""

    topics: frozenset[str]
    datasets: frozenset[str]

    def gets(self, message: Message) -> bool:
        """Return whether `message` is for this audience."""
        return message.topic in self.topics and (message.dataset is None or message.dataset in self.datasets)


class Live:
    """Collects events and writes them to listeners. All methods run on the event loop."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._waiting: dict[tuple[str, str], dict[str, Any]] = {}
        self._ring: deque[Message] = deque(maxlen=REMEMBERED)
        self._next = time_ns() // 1_000
        self._listeners: dict[Wire, Audience] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._beat: asyncio.TimerHandle | None = None

    def publish(self, event: Event) -> None:
        """Take an event; it goes out with the next frame, merged with others of its kind and dataset."""
        key, data = _describe(event)
        before = self._waiting.get(key)
        self._waiting[key] = data if before is None else _merge(before, data)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(PACE, self._flush)

    def join(self, wire: Wire, audience: Audience, last_id: int | None) -> None:
        """Start to write to `wire`, first what it missed since `last_id`."""
        wire.write(
            b"retry: 2000\nid: %d\n\n" % (self._next - 1) if last_id is None else self._missed(audience, last_id)
        )
        self._listeners[wire] = audience
        self._metrics.listeners.set(len(self._listeners))
        if self._beat is None:
            self._beat = asyncio.get_running_loop().call_later(HEARTBEAT, self._heartbeat)

    def leave(self, wire: Wire) -> None:
        """Stop writing to `wire`."""
        self._listeners.pop(wire, None)
        self._metrics.listeners.set(len(self._listeners))

    def close(self) -> None:
        """Let everyone go; browsers come back by themselves, as what they may see by then."""
        for timer in (self._timer, self._beat):
            if timer is not None:
                timer.cancel()
        self._timer = self._beat = None
        for wire in [*self._listeners]:
            self.leave(wire)
            wire.finish()

    def _missed(self, audience: Audience, last_id: int) -> bytes:
        oldest = self._ring[0].id if self._ring else self._next
        if not oldest - 1 <= last_id < self._next:
            return b"id: %d\nevent: reset\ndata: {}\n\n" % (self._next - 1)
        missed = b"".join(message.data for message in self._ring if message.id > last_id and audience.gets(message))
        return missed + b"id: %d\n\n" % (self._next - 1)

    def _flush(self) -> None:
        self._timer = None
        frame = []
        for (topic, _), data in self._waiting.items():
            body = msgspec.json.encode(data, enc_hook=str)
            text = b"id: %d\nevent: %s\ndata: %s\n\n" % (self._next, topic.encode(), body)
            frame.append(Message(self._next, topic, data.get("dataset"), text))
            self._next += 1
        self._waiting.clear()
        self._ring.extend(frame)
        encoded: dict[Audience, bytes] = {}
        for wire, audience in [*self._listeners.items()]:
            if audience not in encoded:
                encoded[audience] = b"".join(message.data for message in frame if audience.gets(message))
            self._write(wire, encoded[audience])
        self._metrics.frames.inc()
        if any(message.topic == CatalogChanged.topic for message in frame):
            self.close()

    def _heartbeat(self) -> None:
        self._beat = None
        for wire in [*self._listeners]:
            self._write(wire, _BEAT)
        if self._listeners:
            self._beat = asyncio.get_running_loop().call_later(HEARTBEAT, self._heartbeat)

    def _write(self, wire: Wire, data: bytes) -> None:
        if not data:
            return
        if wire.behind() > MAX_BEHIND:
            self._metrics.dropped.inc()
            self.leave(wire)
            with contextlib.suppress(OSError):
                wire.abort()
            return
        wire.write(data)


def _describe(event: Event) -> tuple[tuple[str, str], dict[str, Any]]:
    match event:
        case FactsCommitted():
            return (event.topic, event.dataset), {
                "dataset": event.dataset,
                "records": event.records,
                "first": _moment(event.first),
                "last": _moment(event.last),
                "areas": list(event.areas),
            }
        case CatalogChanged():
            return (event.topic, ""), {"version": event.version}
        case AlertChanged():
            data = {"alert": event.alert, "state": event.state, "severity": event.severity, "rule": event.rule}
            return (event.topic, event.alert), data
        case IncidentChanged():
            return (event.topic, event.incident), {"incident": event.incident, "state": event.state}
        case WallChanged():
            return (event.topic, f"{event.wall}/{event.display}"), {"wall": event.wall, "display": event.display}
    raise TypeError(f"{type(event).__name__} is not an event of the stream")


def _merge(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    if "records" not in after:
        return after
    firsts = [moment for moment in (before["first"], after["first"]) if moment is not None]
    lasts = [moment for moment in (before["last"], after["last"]) if moment is not None]
    return {
        "dataset": after["dataset"],
        "records": before["records"] + after["records"],
        "first": min(firsts, default=None),
        "last": max(lasts, default=None),
        "areas": list(dict.fromkeys([*before["areas"], *after["areas"]]))[:_AREAS],
    }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
