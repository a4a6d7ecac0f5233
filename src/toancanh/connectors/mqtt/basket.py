"""Where messages wait until a delivery is made of them: as many as came while the one before is being stored."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
MOST = 5_000
"""Records of one delivery."""
LARGEST = 2 << 20
"""Bytes of one delivery, unless a single message is larger."""
_HELD = 16 << 20
"""Bytes that may wait, or be on their way to the store, before the other side has to wait."""
_QUIET = 0.01
"""Seconds without a message after which nothing more is waited for."""
_AHEAD = 2
"""Deliveries that may be on their way to the store at once."""


@dataclass(frozen=True, slots=True)
class Batch(Generic[T]):
    """What goes into one delivery: lines, how many records they are, and what to acknowledge once they are stored."""

    body: bytes
    rows: int
    owed: list[T]
    size: int


class Basket(Generic[T]):
    """Gathers messages. `linger` is for how many seconds a steady stream is gathered into one delivery."""

    def __init__(self, linger: float) -> None:
        self._linger = linger
        self._waiting: list[tuple[Sequence[bytes], int, T | None]] = []
        self._rows = 0
        self._held = 0
        self._away = 0
        self._ended = False
        self._some = asyncio.Event()
        self._room = asyncio.Event()
        self._returned = asyncio.Event()
        self._room.set()
        self._returned.set()

    @property
    def full(self) -> bool:
        """Whether whoever brings messages should wait."""
        return not self._room.is_set()

    async def room(self) -> None:
        """Wait until there is room."""
        await self._room.wait()

    def put(self, found: Sequence[bytes], owed: T | None) -> None:
        """Add the lines of a message; `owed` is what to acknowledge once they are stored."""
        size = sum(map(len, found)) + 64
        self._waiting.append((found, size, owed))
        self._rows += len(found)
        self._held += size
        self._some.set()
        if self._held >= _HELD:
            self._room.clear()

    def end(self, keep: Callable[[T | None], bool] = lambda _owed: True) -> None:
        """Let nothing more in; of what waits keep those messages for which `keep` says so."""
        self._ended = True
        self._waiting = [one for one in self._waiting if keep(one[2])]
        self._rows = sum(len(found) for found, _, _ in self._waiting)
        self._some.set()

    async def take(self) -> Batch[T] | None:
        """Wait for messages and return them, in the order in which they came; None once it has ended and is empty."""
        await self._some.wait()
        end = _clock() + self._linger
        while not self._ended and self._rows < MOST and self._held < LARGEST and _clock() < end:
            before = self._rows
            await asyncio.sleep(_QUIET)
            if self._rows == before and not self._away:
                break
        await self._returned.wait()
        if not self._waiting:
            return None
        return self._first()

    def back(self, batch: Batch[T]) -> None:
        """Say that a batch is stored."""
        self._away -= 1
        self._held -= batch.size
        self._returned.set()
        if self._held < _HELD // 2:
            self._room.set()

    def _first(self) -> Batch[T]:
        count = rows = size = 0
        for found, weight, _ in self._waiting:
            if count and (rows + len(found) > MOST or size + weight > LARGEST):
                break
            count, rows, size = count + 1, rows + len(found), size + weight
        taken, self._waiting = self._waiting[:count], self._waiting[count:]
        self._rows -= rows
        if not self._waiting and not self._ended:
            self._some.clear()
        self._away += 1
        if self._away >= _AHEAD:
            self._returned.clear()
        # A first byte that looks like a byte order mark would change how everything after it is read.
        body = b"\n" + b"\n".join(line for found, _, _ in taken for line in found)
        return Batch(body, rows, [owed for _, _, owed in taken if owed is not None], size)


def _clock() -> float:
    return asyncio.get_running_loop().time()
