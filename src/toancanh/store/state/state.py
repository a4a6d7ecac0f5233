"""The state store: what people set up and decide."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal, TypeVar

from sqlalchemy import URL, Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from toancanh.domain import Text, ToanCanhError
from toancanh.settings import Settings
from toancanh.store.state.engine import READERS, open_engine, reading, shrink, state_url
from toancanh.store.state.failures import closed, translate
from toancanh.store.state.migrate import migrate
from toancanh.store.state.writer import Listener, Writer

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class StateHealth:
    """How the store is. `revision` is the step that its tables have reached, `waiting` the writes not yet on disk."""

    status: Literal["ok", "down"]
    kind: str
    revision: str
    waiting: int
    problems: tuple[Text, ...] = ()


class State:
    """The state store. Work is a function of a SQLAlchemy connection; it runs in a thread of the store.

    Such a function only runs statements: it neither commits nor rolls back, and may be run again from its beginning
    when the database asks for that, so it changes nothing but the database.
    """

    def __init__(self, url: URL, *, fsync: bool) -> None:
        self.kind = url.get_backend_name()
        self._url = url
        self._fsync = fsync
        self._listeners: list[Listener] = []
        self._opened: _Opened | None = None

    async def open(self) -> None:
        """Connect, and bring the tables up to date. Raises Unavailable, CorruptData."""
        if self._opened is None:
            self._opened = await asyncio.to_thread(self._open)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Return what `work` returned, all of it read from one snapshot. Raises Unavailable and what `work` raises."""
        opened = self._now()
        return await asyncio.get_running_loop().run_in_executor(opened.readers, opened.read, work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Return what `work` returned, once it is on disk; when it raises, nothing of it is kept.

        Raises Conflict for a broken constraint, Overloaded, Unavailable, and what `work` raises. After Unavailable
        from a lost connection the work may have been kept: callers that try again must make it repeatable.
        """
        value: T = await self._now().writer.submit(work)
        return value

    def on_commit(self, listener: Listener) -> None:
        """Call `listener` after each commit with the finishers that ran before it (see `defer`), in the writing thread."""
        self._listeners.append(listener)

    async def health(self) -> StateHealth:
        """Return how the store is; never raises."""
        opened = self._opened
        revision, waiting = (opened.revision, opened.writer.waiting) if opened else ("", 0)
        try:
            await self.read(lambda connection: connection.execute(text("SELECT 1")).scalar_one())
        except ToanCanhError as error:
            return StateHealth("down", self.kind, revision, waiting, (error.message,))
        except SQLAlchemyError as error:
            return StateHealth(
                "down", self.kind, revision, waiting, (Text(vi=f"Kho trạng thái: {error}", en=str(error)),)
            )
        return StateHealth("ok", self.kind, revision, waiting)

    async def close(self) -> None:
        """Commit what waits, then let the database go. May be called twice."""
        opened, self._opened = self._opened, None
        if opened is not None:
            await asyncio.to_thread(opened.close)

    def _now(self) -> "_Opened":
        if self._opened is None:
            raise closed()
        return self._opened

    def _open(self) -> "_Opened":
        engine = None
        try:
            engine = open_engine(self._url, fsync=self._fsync)
            return _Opened(engine, migrate(engine), self._listeners)
        except Exception as error:
            if engine is not None:
                engine.dispose()
            told = translate(error)
            if told is error:
                raise
            raise told from error


class _Opened:
    def __init__(self, engine: Engine, revision: str, listeners: list[Listener]) -> None:
        self.revision = revision
        self.readers = ThreadPoolExecutor(READERS, thread_name_prefix="state-reader")
        self.writer = Writer(engine, listeners)
        self._engine = engine
        self._reading = reading(engine)

    def read(self, work: Callable[[Connection], T]) -> T:
        try:
            with self._reading.begin() as connection:
                return work(connection)
        except Exception as error:
            told = translate(error)
            if told is error:
                raise
            raise told from error

    def close(self) -> None:
        self.writer.close()
        self.readers.shutdown(wait=True)
        shrink(self._engine)
        self._engine.dispose()


def open_state(settings: Settings) -> State:
    """Return the state store that TOANCANH_STATE names, not yet opened: `await state.open()` starts it.

    Raises InvalidInput for an address that is not offered.
    """
    return State(state_url(settings), fsync=settings.fsync)
