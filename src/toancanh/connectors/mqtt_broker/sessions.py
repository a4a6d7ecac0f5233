"""What the broker knows of a device, also while it is away: subscriptions, and messages on their way to it."""

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Protocol

import msgspec

from toancanh.connectors.mqtt.packets import Ack, Kind, Packet, Publish, Will, encode

_KEPT = 64 << 20
"""Bytes of messages that are retained, or wait for devices, all together."""


class Wire(Protocol):
    """A connection of a device."""

    clogged: bool

    def send(self, *packets: Packet) -> None:
        """Send packets to the device."""
        ...


class Memory:
    """Counts the bytes of kept messages, so that they stay bounded."""

    def __init__(self) -> None:
        self._held = 0

    def take(self, message: Publish) -> bool:
        """Return whether there is room for one more message, and count it."""
        size = len(message.payload) + len(message.topic) + 200
        if self._held + size > _KEPT:
            return False
        self._held += size
        return True

    def give(self, message: Publish) -> None:
        """Say that a message is kept no more."""
        self._held -= len(message.payload) + len(message.topic) + 200


@dataclass(frozen=True, slots=True)
class Kept:
    """A message that is kept until a moment of the loop's clock (MQTT 5, 3.3.2.3.3)."""

    message: Publish
    until: float

    @classmethod
    def of(cls, message: Publish) -> "Kept":
        """Keep a message for as long as it says itself."""
        seconds = message.properties.get("message_expiry")
        return cls(message, float("inf") if seconds is None else _clock() + seconds)

    def fresh(self) -> Publish | None:
        """Return the message with what is left of its time; None where that is over."""
        if self.until == float("inf"):
            return self.message
        left = self.until - _clock()
        if left <= 0:
            return None
        known = {**self.message.properties, "message_expiry": int(left)}
        return msgspec.structs.replace(self.message, properties=known)


class Session:
    """A device by its client identifier. `received` holds messages of QoS 2 that it has not released: stored or not yet."""

    def __init__(self, client: str, user: str, window: int, queued: int, memory: Memory) -> None:
        self.client = client
        self.user = user
        self.wire: Wire | None = None
        self.subscriptions: set[str] = set()
        self.received: dict[int, bool] = {}
        self.expiry = 0.0
        self.will: Will | None = None
        self.timers: list[asyncio.TimerHandle] = []
        self.window = window
        self.largest: int | None = None
        self._queued = queued
        self._memory = memory
        self._flying: dict[int, Publish | None] = {}
        self._queue: deque[Kept] = deque()
        self._last = 0

    def tell(self, message: Publish) -> bool:
        """Send a message now or later; return False where it could neither be sent nor kept."""
        wire = self.wire
        if self.largest is not None and len(encode(message, 5)) > self.largest:
            return False
        if not message.qos:
            if wire is None or wire.clogged:
                return wire is None
            wire.send(message)
            return True
        if wire is not None and not wire.clogged and not self._queue and len(self._flying) < self.window:
            self._fly(wire, message)
            return True
        if len(self._queue) >= self._queued or not self._memory.take(message):
            return False
        self._queue.append(Kept.of(message))
        return True

    def resume(self) -> None:
        """Say again what the device has not confirmed, in the order in which it was said (4.4)."""
        assert self.wire is not None
        for number, message in self._flying.items():
            again = Ack(Kind.PUBREL, number) if message is None else msgspec.structs.replace(message, dup=True)
            self.wire.send(again)
        self.fill()

    def fill(self) -> None:
        """Send what waits, as far as the device can take it."""
        wire = self.wire
        while wire is not None and self._queue and not wire.clogged and len(self._flying) < self.window:
            kept = self._queue.popleft()
            self._memory.give(kept.message)
            message = kept.fresh()
            if message is not None:
                self._fly(wire, message)

    def confirmed(self, packet: Ack) -> None:
        """Take PUBACK, PUBREC or PUBCOMP of the device."""
        assert self.wire is not None
        if packet.kind == Kind.PUBREC and packet.reason < 0x80:
            if packet.id in self._flying:
                self._flying[packet.id] = None
            self.wire.send(Ack(Kind.PUBREL, packet.id))
            return
        self._flying.pop(packet.id, None)
        self.fill()

    def forget(self) -> None:
        """Give up what waits."""
        for timer in self.timers:
            timer.cancel()
        for kept in self._queue:
            self._memory.give(kept.message)
        self._queue.clear()
        self._flying.clear()

    def _fly(self, wire: Wire, message: Publish) -> None:
        self._last = self._last % 0xFFFF + 1
        while self._last in self._flying:
            self._last = self._last % 0xFFFF + 1
        numbered = msgspec.structs.replace(message, id=self._last)
        self._flying[self._last] = numbered
        wire.send(numbered)


def _clock() -> float:
    return asyncio.get_running_loop().time()
