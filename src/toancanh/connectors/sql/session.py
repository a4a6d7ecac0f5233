"""A connection that only reads, in a thread of its own: a server that hangs holds up nobody else."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from toancanh.connectors.sql.known import what_exists
from toancanh.connectors.sql.manifest import Server, Settings
from toancanh.connectors.sql.systems import SYSTEMS, meaning, url_of, where_of
from toancanh.domain import InvalidInput, SourceFailed, Text
from toancanh.sdk import Job, malformed, refused, unreachable

T = TypeVar("T")
_GRACE = 5.0
"""Seconds by which a server may end a statement later than it was asked to."""


class Session:
    """Runs work with the connection, one after the other. Whatever fails there comes as SourceFailed."""

    def __init__(self, server: Server, job: Job) -> None:
        self.where = where_of(server)
        self._server = server
        self._system = SYSTEMS[server.system]
        self._engine = _engine(server, job)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"sql {job.source}")
        self._driver: Any = None
        self._connection: sa.Connection | None = None
        self._running: Future[Any] | None = None
        self._open: list[Callable[[], None]] = []
        sa.event.listen(self._engine, "connect", self._met, insert=True)

    async def run(self, work: Callable[[sa.Connection], T]) -> T:
        """Return what `work` makes of the connection, within the patience of the settings. Raises SourceFailed."""
        self._running = self._thread.submit(self._work, work)
        try:
            async with asyncio.timeout(self._server.timeout + _GRACE):
                found: T = await asyncio.wrap_future(self._running)
                return found
        except TimeoutError as error:
            raise unreachable(self.where, f"> {self._server.timeout:g} s") from error

    def at_end(self, close: Callable[[], None]) -> None:
        """Have something closed, in the thread, before the connection is."""
        self._open.append(close)

    def leave(self) -> None:
        """End the connection without waiting for the other side."""
        if self._running is not None and not self._running.done() and self._driver is not None:
            with suppress(Exception):
                self._system.abort(self._driver)
        self._thread.submit(self._close)
        self._thread.shutdown(wait=False)

    def _met(self, driver: Any, _: Any) -> None:
        self._driver = driver

    def _work(self, work: Callable[[sa.Connection], T]) -> T:
        try:
            if self._connection is None:
                self._connection = self._engine.connect()
                self._system.prepare(self._connection, self._server)
            return work(self._connection)
        except sa.exc.DBAPIError as error:
            raise self._failed(error.orig or error) from error
        except sa.exc.SQLAlchemyError as error:
            raise malformed(self.where, _first_line(error)) from error

    def _failed(self, error: BaseException) -> SourceFailed:
        kind, why = meaning(self._system, error), _first_line(error)
        if kind == "refused":
            return refused(self.where, why)
        if kind == "unreachable":
            return unreachable(self.where, why)
        if kind == "unknown" and isinstance(self._server, Settings) and self._connection is not None:
            with suppress(sa.exc.SQLAlchemyError):
                self._connection.rollback()
                why = f"{why}; {what_exists(self._connection, self._server)}"
        return malformed(self.where, why)

    def _close(self) -> None:
        for close in self._open:
            with suppress(Exception):
                close()
        with suppress(Exception):
            if self._connection is not None:
                self._connection.close()
            self._engine.dispose()


@asynccontextmanager
async def opened(server: Server, job: Job) -> AsyncGenerator[Session]:
    """Open a session for one reading. Raises InvalidInput where settings cannot be used, or a driver is missing."""
    session = Session(server, job)
    try:
        yield session
    finally:
        session.leave()


def _engine(server: Server, job: Job) -> sa.Engine:
    system = SYSTEMS[server.system]
    try:
        connecting = system.connecting(server, job)
        return sa.create_engine(
            url_of(server, job), poolclass=NullPool, connect_args=connecting, max_identifier_length=128
        )
    except ModuleNotFoundError as error:
        raise InvalidInput(
            Text(vi=f"Máy chủ này chưa có {system.module}.", en=f"{system.module} is not installed on this server."),
            Text(
                vi=f"Cài bằng lệnh: pip install 'toancanh[{system.extra}]'.",
                en=f"Install it: pip install 'toancanh[{system.extra}]'.",
            ),
            kind="settings",
            setting="system",
        ) from error
    except OSError as error:
        raise InvalidInput(
            Text(
                vi=f"Không dùng được thiết lập “authority”: {error}.",
                en=f"The setting 'authority' cannot be used: {error}.",
            ),
            kind="settings",
            setting="authority",
        ) from error


def _first_line(error: BaseException) -> str:
    """Return the reason in one line, as the driver says it."""
    said = error.args[-1] if error.args else error
    text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    return (text.strip() or type(error).__name__).splitlines()[0][:300].rstrip(". ")
