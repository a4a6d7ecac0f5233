"""One thread that writes, and commits many callers' work together.

Writers that compete for one SQLite file starve each other for seconds, and each pays for its own fsync. Here callers
hand their work to one thread: whatever waits is run in one transaction, each caller's part behind its own SAVEPOINT,
and nobody is answered before the COMMIT. One caller's error undoes that caller's part alone. The same holds for
PostgreSQL: a second thread was measured there, and only made the groups smaller.
"""

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine

from toancanh.domain import Overloaded, Text
from toancanh.store.state.failures import closed, retryable, translate, undone

_log = logging.getLogger(__name__)

Work = Callable[[Connection], Any]

GROUP = 256
"""Most callers in one transaction."""
GROUP_SECONDS = 0.05
"""After this long no further caller joins the transaction."""
WAITING = 10_000
"""Callers that may wait; further ones are told to come back."""
ATTEMPTS = 5
_DEFERRED = "toancanh.deferred"
_BEGIN = ("SAVEPOINT caller",)
_END = ("RELEASE SAVEPOINT caller",)
_BACK = ("ROLLBACK TO SAVEPOINT caller",)

_Say = Callable[[Sequence[str]], None]
Finisher = Callable[[Connection, list[Any]], None]
Deferred = list[tuple[Finisher, Any]]


Listener = Callable[[set[Finisher]], None]
"""Is told after a COMMIT what was finished with it."""


def defer(connection: Connection, finisher: Finisher, item: object) -> None:
    """Leave `item` for the end of the transaction, where `finisher` takes all its items of the group at once.

    An item goes the way of its caller's work: where that fails, the item is dropped. A finisher is the last to run
    before the COMMIT, so a lock that every writer needs is held for a moment only, and is always taken last.
    """
    connection.info.setdefault(_DEFERRED, []).append((finisher, item))


@dataclass(slots=True, eq=False)
class _Job:
    work: Work
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    attempts: int = 0
    value: Any = None
    error: Exception | None = None


@dataclass(slots=True)
class _Group:
    jobs: list[_Job] = field(default_factory=list)
    deferred: Deferred = field(default_factory=list)
    culprit: _Job | None = None
    """The job because of which the whole transaction ended."""


class Writer:
    """The writing thread of one engine."""

    def __init__(self, engine: Engine, listeners: list[Listener]) -> None:
        self._engine = engine
        self._listeners = listeners
        self._jobs: deque[_Job] = deque()
        self._ready = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="state-writer", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """How many callers wait."""
        return len(self._jobs)

    async def submit(self, work: Work) -> Any:
        """Return what `work` returned, once it is on disk. Raises what `work` raised, Overloaded, Unavailable."""
        loop = asyncio.get_running_loop()
        job = _Job(work, loop, loop.create_future())
        with self._ready:
            if self._closing:
                raise closed()
            if len(self._jobs) >= WAITING:
                raise _overloaded()
            self._jobs.append(job)
            self._ready.notify()
        return await job.future

    def close(self) -> None:
        """Commit what waits, then end the thread. Blocks; may be called twice."""
        with self._ready:
            self._closing = True
            self._ready.notify()
        self._thread.join()

    def _run(self) -> None:
        while True:
            with self._ready:
                while not self._jobs and not self._closing:
                    self._ready.wait()
                if not self._jobs:
                    return
            self._answer(self._commit())

    def _commit(self) -> list[_Job]:
        """Run waiting jobs in one transaction; return those to be answered."""
        group = _Group()
        try:
            with self._engine.connect() as connection, connection.begin():
                self._fill(connection, group)
                for finisher in dict.fromkeys(finisher for finisher, _ in group.deferred):
                    finisher(connection, [item for other, item in group.deferred if other == finisher])
        except Exception as error:
            if group.culprit is not None:
                return self._without(group.culprit, group.jobs)
            jobs = group.jobs or self._all_waiting()
            for job in jobs:
                job.error = job.error or error
            return jobs
        self._tell(group.deferred)
        return self._divide(group.jobs, lambda job: job.error is not None and retryable(job.error))

    def _fill(self, connection: Connection, group: _Group) -> None:
        until = time.monotonic() + GROUP_SECONDS
        say = _speaker(connection)
        job = self._take()
        if job is not None:
            say(_BEGIN)
        while job is not None:
            group.jobs.append(job)
            job.attempts += 1
            job.value, job.error = None, None
            connection.info[_DEFERRED] = []
            following = None
            try:
                job.value = job.work(connection)
                following = self._next(group, until)
                say(_END if following is None else _END + _BEGIN)
                group.deferred += connection.info[_DEFERRED]
            except Exception as error:
                job.error = error
                following = following or self._next(group, until)
                self._undo(connection, say, group, following)
            job = following

    def _undo(self, connection: Connection, say: _Say, group: _Group, following: _Job | None) -> None:
        """Take the last job's part back; its savepoint stays, and the next part begins there."""
        try:
            say(_BACK)
        except Exception:
            group.culprit = group.jobs[-1]
            group.jobs += [following] if following else []
            connection.invalidate()
            raise

    def _next(self, group: _Group, until: float) -> _Job | None:
        return self._take() if len(group.jobs) < GROUP and time.monotonic() < until else None

    def _take(self) -> _Job | None:
        with self._ready:
            while self._jobs:
                job = self._jobs.popleft()
                if not job.future.cancelled():
                    return job
            return None

    def _without(self, culprit: _Job, group: list[_Job]) -> list[_Job]:
        """Run the others again: what they did was undone through no fault of theirs."""
        for job in group:
            job.error = job.error or undone()
        return self._divide(group, lambda job: job is not culprit)

    def _divide(self, group: list[_Job], again: Callable[[_Job], bool]) -> list[_Job]:
        """Put back the jobs that are to run `again`; return the others."""
        repeated = [job for job in group if again(job) and job.attempts < ATTEMPTS]
        with self._ready:
            self._jobs.extendleft(reversed(repeated))
        return [job for job in group if job not in repeated]

    def _all_waiting(self) -> list[_Job]:
        with self._ready:
            jobs = list(self._jobs)
            self._jobs.clear()
            return jobs

    def _tell(self, deferred: Deferred) -> None:
        finished = {finisher for finisher, _ in deferred}
        for listener in self._listeners:
            try:
                listener(finished)
            except Exception:
                _log.exception("a listener failed after the commit")

    def _answer(self, jobs: list[_Job]) -> None:
        by_loop: dict[asyncio.AbstractEventLoop, list[_Job]] = {}
        for job in jobs:
            by_loop.setdefault(job.loop, []).append(job)
        for loop, finished in by_loop.items():
            if not loop.is_closed():
                loop.call_soon_threadsafe(_settle, finished)


def _speaker(connection: Connection) -> _Say:
    """Return what runs plain statements past SQLAlchemy, on PostgreSQL several in one way through the network."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "postgresql":
        return lambda statements: driver.execute("; ".join(statements))

    def one_by_one(statements: Sequence[str]) -> None:
        for statement in statements:
            driver.execute(statement)

    return one_by_one


def _settle(jobs: list[_Job]) -> None:
    for job in jobs:
        if job.future.done():
            continue
        if job.error is None:
            job.future.set_result(job.value)
        else:
            job.future.set_exception(translate(job.error))


def _overloaded() -> Overloaded:
    return Overloaded(
        Text(vi="Quá nhiều thay đổi đang chờ ghi.", en="Too many changes are waiting to be written."),
        Text(vi="Hãy gửi lại sau vài giây.", en="Send again in a few seconds."),
        retry_after=2,
    )
