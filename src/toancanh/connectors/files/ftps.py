"""A folder on a server that speaks FTP over TLS (explicit, RFC 4217); nothing goes over the wire in clear."""

import asyncio
import ftplib
import ssl
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path, PurePosixPath
from socket import socket
from typing import TypeVar

from toancanh.connectors.files.manifest import Settings
from toancanh.connectors.files.places import BROKEN, DONE, Found, Place, Where, free_name, given, wanted
from toancanh.domain import InvalidInput, Text
from toancanh.sdk import Job, refused, unreachable

PATIENCE = 30.0
"""Seconds in which the server must answer."""
_FAILURES = (ftplib.Error, OSError, EOFError)
T = TypeVar("T")


class _Session(ftplib.FTP_TLS):
    """Goes on with the TLS session of the control connection for data, as many servers demand."""

    def ntransfercmd(self, cmd: str, rest: int | str | None = None) -> tuple[socket, int | None]:
        """Open a data connection."""
        connection, size = ftplib.FTP.ntransfercmd(self, cmd, rest)  # noqa: S321 - TLS follows
        assert isinstance(self.sock, ssl.SSLSocket)
        return self.context.wrap_socket(connection, server_hostname=self.host, session=self.sock.session), size


@asynccontextmanager
async def opened(settings: Settings, job: Job, where: Where) -> AsyncGenerator[Place]:
    """Open the folder. Raises SourceFailed, InvalidInput for an authority that is none."""
    session = await asyncio.to_thread(_connected, settings, job.folder, where)
    try:
        yield Remote(session, settings, where)
    finally:
        await asyncio.to_thread(_ended, session)


def _connected(settings: Settings, folder: Path, where: Where) -> _Session:
    session = _Session(context=_trust(settings, folder), timeout=PATIENCE, encoding="utf-8")
    try:
        with _told(where.shown):
            session.connect(where.host, where.port or 21)
            session.login(
                settings.user or "anonymous", settings.password.get_secret_value() if settings.password else ""
            )
            session.prot_p()
    except BaseException:
        session.close()
        raise
    return session


def _ended(session: _Session) -> None:
    with suppress(*_FAILURES):
        session.quit()
    session.close()


def _trust(settings: Settings, folder: Path) -> ssl.SSLContext:
    trust = ssl.create_default_context()
    trust.minimum_version = ssl.TLSVersion.TLSv1_2
    if settings.authority:
        try:
            trust.load_verify_locations(cadata=given(settings.authority, folder))
        except (OSError, ValueError) as error:
            raise InvalidInput(
                Text(vi=f"Không dùng được chứng thư gốc: {error}.", en=f"The authority cannot be used: {error}."),
                Text(vi="Dán PEM đầy đủ (-----BEGIN …).", en="Paste the whole PEM (-----BEGIN …)."),
                kind="settings",
                setting="authority",
            ) from error
    return trust


class Remote:
    """A folder at the other end of a connection, used by one thread at a time."""

    def __init__(self, session: _Session, settings: Settings, where: Where) -> None:
        self._session = session
        self._settings = settings
        self._where = where
        self._root = PurePosixPath(where.path)
        self._turn = asyncio.Lock()

    async def files(self) -> list[Found]:
        """See `Place.files`."""
        return sorted(await self._do(lambda: list(self._below(""))), key=lambda file: file.name)

    async def fetch(self, name: str, folder: Path) -> Path:
        """See `Place.fetch`."""
        path = folder / PurePosixPath(name).name

        def copy() -> None:
            with path.open("wb") as file:
                self._session.retrbinary(f"RETR {self._root / name}", file.write, 1 << 18)

        await self._do(copy)
        return path

    async def put_away(self, name: str, below: str) -> str:
        """See `Place.put_away`."""

        def move() -> str:
            folder = self._root / below
            with suppress(ftplib.error_perm):
                self._session.mkd(str(folder))
            taken = {entry for entry, _ in self._session.mlsd(str(folder), ["type"])}
            last = free_name(name, PurePosixPath(name).name in taken)
            self._session.rename(str(self._root / name), str(folder / last))
            return f"{below}/{last}"

        return await self._do(move)

    async def write(self, name: str, text: str) -> None:
        """See `Place.write`."""
        await self._do(lambda: self._session.storbinary(f"STOR {self._root / name}", BytesIO(text.encode())))

    def _below(self, folder: str) -> Iterator[Found]:
        for last, told in list(self._session.mlsd(str(self._root / folder), ["type", "size", "modify"])):
            name = f"{folder}/{last}" if folder else last
            if told.get("type") == "dir":
                if self._settings.recursive and name not in (DONE, BROKEN):
                    yield from self._below(name)
            elif told.get("type") == "file" and wanted(name, self._settings):
                yield Found(name, int(told.get("size", 0)), _moment(told.get("modify", "")))

    async def _do(self, work: Callable[[], T]) -> T:
        def told() -> T:
            with _told(self._where.shown):
                return work()

        async with self._turn:
            return await asyncio.to_thread(told)


def _moment(said: str) -> float:
    """Return a time of RFC 3659 in seconds since 1970; 0 where there is none."""
    try:
        return datetime.strptime(said[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return 0.0


@contextmanager
def _told(where: str) -> Iterator[None]:
    try:
        yield
    except (ftplib.error_perm, ssl.SSLCertVerificationError) as error:
        raise refused(where, error) from error
    except _FAILURES as error:
        raise unreachable(where, f"{type(error).__name__}: {error}") from error
