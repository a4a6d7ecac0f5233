"""One lane per dataset: what waits is read together, stored together and booked together.

Three tasks follow each other: while one group is stored, the next is being read and the one before is being booked.
Small deliveries are read only when the store is free: what comes meanwhile then makes one group instead of many.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from toancanh.domain import Text, Unavailable
from toancanh.ingest.blocks import JsonBlock, Part
from toancanh.ingest.books import answer
from toancanh.ingest.commit import Committer, Outcome
from toancanh.ingest.reader import Reader
from toancanh.ingest.runner import Reading

MOST_ROWS = 262_144
"""Rows of one commit, about."""
MOST_BYTES = 64 << 20
_MOST_PARTS = 1024
_READ_BYTES = 16 << 20
_WORTH = 512 << 10
"""Bytes that are worth reading while the store is busy. Fewer wait until it is free, and are then read all at once."""
_PROMPT = 20_000
"""So many rows are worth a commit of their own."""
_READ_AHEAD = 8
"""Groups that may be read before the first of them is stored: a store that takes long gets larger commits."""

Book = Callable[[Sequence[Outcome]], Awaitable[None]]


class Lane:
    """The way of one dataset's deliveries from their blocks to their receipts."""

    def __init__(self, reader: Reader, committer: Committer, book: Book) -> None:
        self._reader = reader
        self._committer = committer
        self._book = book
        self._waiting: deque[Part] = deque()
        self._weight = 0
        self._busy = False
        self._some = asyncio.Event()
        self._turn = asyncio.Event()
        self._read: asyncio.Queue[list[Reading] | None] = asyncio.Queue(_READ_AHEAD)
        self._stored: asyncio.Queue[Outcome | None] = asyncio.Queue(4)
        self._closing = False
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def waiting(self) -> int:
        """How many parts wait to be read."""
        return len(self._waiting)

    def start(self) -> None:
        """Begin to work."""
        self._tasks = [asyncio.create_task(work()) for work in (self._reading, self._committing, self._booking)]

    def put(self, part: Part) -> None:
        """Queue a part; its `done` tells the end. Raises Unavailable once the lane is closing."""
        if self._closing:
            raise closed()
        self._waiting.append(part)
        self._weight += part.weight
        self._some.set()
        if self._weight >= _WORTH:
            self._turn.set()

    async def close(self) -> None:
        """Finish what waits, then stop."""
        self._closing = True
        self._some.set()
        self._turn.set()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task
        self._committer.close()

    async def _reading(self) -> None:
        while True:
            await self._some.wait()
            while self._busy and self._weight < _WORTH and not self._closing:
                self._turn.clear()
                await self._turn.wait()
            groups = self._take()
            if not groups:
                if self._closing:
                    await self._read.put(None)
                    return
                self._some.clear()
                continue
            readings: list[Reading] = []
            for group in groups:
                readings += await self._group(group)
                if _rows(readings) >= _PROMPT:
                    await self._read.put(readings)
                    readings = []
            if readings:
                await self._read.put(readings)

    async def _committing(self) -> None:
        while (readings := await self._read.get()) is not None:
            while not self._read.empty() and _rows(readings) < MOST_ROWS and _bytes(readings) < MOST_BYTES:
                more = self._read.get_nowait()
                if more is None:
                    await self._read.put(None)
                    break
                readings += more
            self._busy = True
            outcome = await self._committer.commit(readings)
            self._busy = False
            self._turn.set()
            await self._stored.put(outcome)
        await self._stored.put(None)

    async def _booking(self) -> None:
        ended = False
        while not ended:
            outcomes = [await self._stored.get()]
            while not self._stored.empty():
                outcomes.append(self._stored.get_nowait())
            ended = None in outcomes
            found = [outcome for outcome in outcomes if outcome is not None]
            if found:
                try:
                    await self._book(found)
                except Exception as error:
                    answer([part for outcome in found for part in outcome.parts], error)

    def _take(self) -> list[list[Part]]:
        """Return what waits, in groups that are read together; parts of one delivery stay in order."""
        groups: dict[object, list[Part]] = {}
        size = count = 0
        while self._waiting and size < _READ_BYTES and count < _MOST_PARTS:
            part = self._waiting.popleft()
            self._weight -= part.weight
            size += part.weight
            count += 1
            groups.setdefault(_group(part), []).append(part)
        return list(groups.values())

    async def _group(self, parts: list[Part]) -> list[Reading]:
        """Return what became of a group; where it fails as a whole, each part is tried by itself."""
        try:
            return [await self._reader.read(parts[0].delivery.subject, parts)]
        except Exception as error:
            if len(parts) == 1 or isinstance(error, Unavailable):
                answer(parts, error)
                return []
        readings = []
        for part in parts:
            readings += await self._group([part])
        return readings


def _group(part: Part) -> object:
    delivery, block = part.delivery, part.block
    alone = isinstance(block, JsonBlock) and not block.single and not delivery.subject.dataset.key
    large = part.weight > _READ_BYTES // 4
    return (
        delivery.subject.source_id,
        delivery.forced,
        delivery.releasing,
        delivery.decimal,
        delivery.scope,
        id(part) if alone or large else block.group,
    )


def _rows(readings: Sequence[Reading]) -> int:
    return sum(len(unit.part) for reading in readings for unit in reading.units)


def _bytes(readings: Sequence[Reading]) -> int:
    return sum(part.weight for reading in readings for part in reading.parts)


def closed() -> Unavailable:
    """Return the error for a delivery that comes while the platform stops."""
    return Unavailable(
        Text(vi="Nền tảng đang dừng, không nhận thêm dữ liệu.", en="The platform is stopping and takes no more data."),
        Text(vi="Hãy gửi lại sau khi khởi động xong.", en="Send it again once it has started."),
    )
