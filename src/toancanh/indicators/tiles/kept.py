"""Things kept in memory, within a room and a time."""

import time as clock
from collections import OrderedDict
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Thing(Generic[T]):
    generation: int
    end: float
    least: float
    size: int
    thing: T


class Kept(Generic[T]):
    """Things by key, each of one generation and with an end; those not used for longest go when room runs out."""

    def __init__(self, room: int) -> None:
        self._room, self._used = room, 0
        self._things: OrderedDict[object, _Thing[T]] = OrderedDict()

    def get(self, key: object, generation: int) -> T | None:
        """Return what is kept under `key`, if it has not ended and is of this generation (or need not be yet)."""
        found = self._things.get(key)
        now = clock.monotonic()
        if found is None or now > found.end or (found.generation != generation and now > found.least):
            return None
        self._things.move_to_end(key)
        return found.thing

    def last(self, key: object) -> T | None:
        """Return what is kept under `key` of whatever generation."""
        found = self._things.get(key)
        return found.thing if found else None

    def clear(self) -> None:
        """Keep nothing."""
        self._things.clear()
        self._used = 0

    def put(self, key: object, generation: int, thing: T, size: int, lifetime: float, least: float = 0.0) -> T:
        """Keep `thing` for at most `lifetime` seconds, and at least `least` whatever comes; return it."""
        before = self._things.pop(key, None)
        self._used += size + 200 - (before.size if before else 0)
        now = clock.monotonic()
        self._things[key] = _Thing(generation, now + lifetime, now + least, size + 200, thing)
        while self._used > self._room and len(self._things) > 1:
            self._used -= self._things.popitem(last=False)[1].size
        return thing
