"""The bus: rooms tell each other what happened, inside this process.

Publishing never waits and may be done in any thread. Each subscriber has a bounded queue; one that does not keep up is
taken off the bus and told so, and delays nobody.
"""

import asyncio
import threading
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Self

from toancanh.domain import Event, InvalidInput, Overloaded, Text
from toancanh.settings import Settings

QUEUE = 1024
"""Events that may wait for one subscriber."""


@dataclass(frozen=True, slots=True)
class BusHealth:
    """How the bus is. `dropped` counts subscribers that were taken off because they did not keep up."""

    status: Literal["ok", "down"]
    kind: str
    subscribers: int
    published: int
    dropped: int


class Subscription(AsyncIterator[Event]):
    """The events of some topics from the moment of subscribing on, in the order of publishing.

    Iterating ends when the bus or the subscription is closed. Where more events came than the queue holds, those in
    the queue are still given, then Overloaded is raised: read what you need from the stores, and subscribe again.
    """

    def __init__(self, bus: "Bus", topics: frozenset[str], size: int) -> None:
        self.topics = topics
        self._bus = bus
        self._size = size
        self._loop = asyncio.get_running_loop()
        self._flag = asyncio.Event()
        self._lock = threading.Lock()
        self._events: deque[Event] = deque()
        self._woken = False
        self._end: Literal["", "closed", "slow"] = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    async def __anext__(self) -> Event:
        await self._something()
        with self._lock:
            if self._events:
                return self._events.popleft()
        raise StopAsyncIteration

    async def batch(self) -> list[Event]:
        """Return all events that wait, at least one; an empty list at the end. Raises Overloaded like iterating."""
        await self._something()
        with self._lock:
            found = list(self._events)
            self._events.clear()
        return found

    def close(self) -> None:
        """Take no more events; those that wait may still be read."""
        self._bus._leave(self)
        self._finish("closed")

    def _offer(self, event: Event) -> bool:
        """Queue `event`; return False when there is no room or nobody who could read it. May run in any thread."""
        with self._lock:
            if self._end:
                return True
            if len(self._events) < self._size:
                self._events.append(event)
                return self._wake()
        self._finish("slow")
        return False

    def _finish(self, why: Literal["closed", "slow"]) -> None:
        with self._lock:
            self._end = self._end or why
            self._wake()

    def _wake(self) -> bool:
        if self._woken:
            return True
        try:
            self._loop.call_soon_threadsafe(self._flag.set)
        except RuntimeError:
            return False
        self._woken = True
        return True

    async def _something(self) -> None:
        while True:
            with self._lock:
                if self._events or self._end == "closed":
                    return
                if self._end == "slow":
                    raise _too_slow(self._size)
                self._woken = False
                self._flag.clear()
            await self._flag.wait()


class Bus:
    """An in-process bus."""

    kind = "local"

    def __init__(self) -> None:
        self._subscriptions: tuple[Subscription, ...] = ()
        self._lock = threading.Lock()
        self._published = 0
        self._dropped = 0
        self._closed = False

    def publish(self, event: Event) -> None:
        """Give `event` to everybody who listens to its topic. Never waits, never raises; any thread may call it."""
        self._published += 1
        for subscription in self._subscriptions:
            if subscription.topics and event.topic not in subscription.topics:
                continue
            if not subscription._offer(event):
                self._leave(subscription)
                self._dropped += 1

    def subscribe(self, *topics: str, size: int = QUEUE) -> Subscription:
        """Return the events of `topics` (of all, where none is named). Use it in a `with` block, inside a running loop."""
        subscription = Subscription(self, frozenset(topics), size)
        with self._lock:
            if not self._closed:
                self._subscriptions = (*self._subscriptions, subscription)
                return subscription
        subscription.close()
        return subscription

    def health(self) -> BusHealth:
        """Return how the bus is."""
        status: Literal["ok", "down"] = "down" if self._closed else "ok"
        return BusHealth(status, self.kind, len(self._subscriptions), self._published, self._dropped)

    async def close(self) -> None:
        """End every subscription once its queue is read. May be called twice."""
        with self._lock:
            self._closed = True
            subscriptions, self._subscriptions = self._subscriptions, ()
        for subscription in subscriptions:
            subscription.close()

    def _leave(self, subscription: Subscription) -> None:
        with self._lock:
            self._subscriptions = tuple(one for one in self._subscriptions if one is not subscription)


def open_bus(settings: Settings) -> Bus:
    """Return the bus that TOANCANH_BUS names; raise InvalidInput for one that is not offered."""
    if settings.bus != "local:":
        raise InvalidInput(
            Text(vi=f"TOANCANH_BUS không hợp lệ: {settings.bus}.", en=f"TOANCANH_BUS is not valid: {settings.bus}."),
            Text(vi="Dùng local: (trong cùng một tiến trình).", en="Use local: (within one process)."),
        )
    return Bus()


def _too_slow(size: int) -> Overloaded:
    return Overloaded(
        Text(
            vi=f"Bên nhận không kịp đọc: đã quá {size} sự kiện chờ và có sự kiện bị bỏ qua.",
            en=f"The subscriber did not keep up: more than {size} events waited, and some were missed.",
        ),
        Text(vi="Đọc lại dữ liệu rồi đăng ký lại.", en="Read the data again, then subscribe again."),
        retry_after=1,
    )
