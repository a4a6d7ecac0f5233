"""One reading of one source: what its connector yields is stored in order, and only then the cursor moves."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime
from typing import Any

from toancanh.domain import InvalidInput, Overloaded, Receipt, ToanCanhError, Unavailable
from toancanh.ingest.intake.desk import Desk, Run
from toancanh.sdk import Connector, Delivery, Job, malformed, unreachable

AHEAD = 4
"""Deliveries that may wait while one is being stored. Beyond them the other side waits."""
PATIENCE = 120.0
"""Seconds in which a source that is asked must come with its next delivery, or end."""
_TOLD_EVERY = 30.0
Receive = Callable[[Delivery], Awaitable[Receipt]]


class Feed:
    """Feeds one run of a source to the front door. `receive` stores a delivery and gives its receipt."""

    def __init__(self, connector: Connector, settings: Any, job: Job, run: Run, receive: Receive, desk: Desk) -> None:
        self._connector = connector
        self._settings = settings
        self._job = job
        self._run = run
        self._receive = receive
        self._desk = desk
        self._leaving = asyncio.Event()
        self._told = 0.0 if connector.listens else asyncio.get_running_loop().time()

    async def go(self) -> None:
        """Read until there is nothing more; raise SourceFailed, or what the front door raises.

        Cancelled, it first finishes what is being stored, so that no record is stored without its cursor.
        """
        queue: asyncio.Queue[Delivery | BaseException | None] = asyncio.Queue(AHEAD)
        fetching = asyncio.create_task(self._fetch(queue))
        try:
            while (came := await queue.get()) is not None:
                if isinstance(came, BaseException):
                    raise came
                await self._whole(self._take(came))
        finally:
            fetching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await fetching

    async def _fetch(self, queue: asyncio.Queue[Delivery | BaseException | None]) -> None:
        try:
            async with contextlib.aclosing(self._connector.reader()(self._settings, self._job)) as coming:
                while True:
                    limit = None if self._connector.listens else PATIENCE
                    try:
                        async with asyncio.timeout(limit):
                            delivery = await anext(coming, None)
                    except TimeoutError as error:
                        raise unreachable(self._job.source, f"{PATIENCE:.0f} s") from error
                    await queue.put(delivery)
                    if delivery is None:
                        return
        except asyncio.CancelledError:
            raise
        except ToanCanhError as error:
            await queue.put(error)
        except Exception as error:
            await queue.put(unreachable(self._job.source, f"{type(error).__name__}: {error}"))

    async def _take(self, delivery: Delivery) -> None:
        try:
            receipt = await self._stored(delivery)
        except InvalidInput as error:
            if delivery.refused is None:
                raise malformed(self._job.source, error.message.en) from error
            await self._take(delivery.refused(error))
            return
        self._run.add(receipt, len(delivery.body))
        await self._move(delivery)
        if delivery.settled is not None:
            await delivery.settled(receipt)
        if asyncio.get_running_loop().time() - self._told > _TOLD_EVERY:
            self._told = asyncio.get_running_loop().time()
            await self._desk.note(self._run, {"asked": datetime.now(UTC), "failures": 0, "problem": None})

    async def _move(self, delivery: Delivery) -> None:
        if (
            delivery.cursor is not None
            and self._job.span is None
            and not await self._desk.move(self._job.source, delivery.cursor)
        ):
            raise LeaseLost

    async def _stored(self, delivery: Delivery) -> Receipt:
        """Store a delivery, however long the platform itself has no room for it; when leaving, only if it has."""
        pause = 0.2
        while True:
            try:
                return await self._receive(delivery)
            except (Overloaded, Unavailable) as error:
                if self._leaving.is_set():
                    raise
                pause = max(pause, float(error.details.get("retry_after", 0)))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._leaving.wait(), pause)
            pause = min(2 * pause, 30.0)

    async def _whole(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something to its end, even where the run is cancelled meanwhile."""
        task = asyncio.create_task(work)
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            self._leaving.set()
            await asyncio.wait([task])
            raise


class LeaseLost(Exception):
    """Another process holds the source meanwhile."""
