"""A folder on a server that speaks SFTP (SSH); its host key is checked before anything is sent."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path, PurePosixPath

import asyncssh

from toancanh.connectors.files.manifest import Settings
from toancanh.connectors.files.places import BROKEN, DONE, Found, Place, Where, free_name, given, wanted
from toancanh.domain import InvalidInput, Text
from toancanh.sdk import Job, refused, unreachable

PATIENCE = 30.0
"""Seconds in which the server must let the platform in."""


class _Client(asyncssh.SSHClient):
    """Compares the server's key with the one that is known."""

    def __init__(self, known: str | None) -> None:
        self._known = (known or "").strip()
        self.shown = ""

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:  # noqa: ARG002
        """Return whether the server is the one it should be."""
        self.shown = key.get_fingerprint()
        if self._known.startswith("SHA256:"):
            return self._known.rstrip("=") == self.shown.rstrip("=")
        parts = self._known.split()
        own = key.export_public_key("openssh").decode().split()[:2]
        return any(parts[at : at + 2] == own for at in range(len(parts)))


@asynccontextmanager
async def opened(settings: Settings, job: Job, where: Where) -> AsyncGenerator[Place]:
    """Open the folder. Raises SourceFailed, InvalidInput for a key that is none."""
    client = _Client(settings.host_key)
    keys = await asyncio.to_thread(_keys, settings, job.folder)
    password = settings.password.get_secret_value() if settings.password else None
    try:
        connection, _ = await asyncio.wait_for(
            asyncssh.create_connection(
                lambda: client,
                where.host,
                where.port or 22,
                username=settings.user or "anonymous",
                password=password,
                client_keys=keys,
                known_hosts=([], [], []),
                agent_path=None,
                config=None,
                keepalive_interval=15,
            ),
            PATIENCE,
        )
    except asyncssh.HostKeyNotVerifiable as error:
        raise refused(where.shown, f"host key {client.shown}, host_key {settings.host_key or '—'}") from error
    except asyncssh.PermissionDenied as error:
        raise refused(where.shown, error.reason) from error
    except (OSError, asyncssh.Error, TimeoutError) as error:
        raise unreachable(where.shown, f"{type(error).__name__}: {error}") from error
    async with connection:
        with _told(where.shown):
            sftp = await connection.start_sftp_client()
        async with sftp:
            yield Remote(sftp, settings, where)


def _keys(settings: Settings, folder: Path) -> list[asyncssh.SSHKey]:
    if settings.key is None:
        return []
    secret = settings.passphrase.get_secret_value() if settings.passphrase else None
    try:
        return [asyncssh.import_private_key(given(settings.key, folder), secret)]
    except (OSError, ValueError, asyncssh.KeyImportError) as error:
        raise InvalidInput(
            Text(vi=f"Không dùng được khóa riêng SSH: {error}.", en=f"The private SSH key cannot be used: {error}."),
            Text(vi="Dán cả khóa, kèm mật khẩu nếu có.", en="Paste the whole key, with its passphrase if it has one."),
            kind="settings",
            setting="key",
        ) from error


class Remote:
    """A folder at the other end of a connection."""

    def __init__(self, sftp: asyncssh.SFTPClient, settings: Settings, where: Where) -> None:
        self._sftp = sftp
        self._settings = settings
        self._where = where
        self._root = PurePosixPath(where.path)

    async def files(self) -> list[Found]:
        """See `Place.files`."""
        with _told(self._where.shown):
            return sorted(await self._below(""), key=lambda file: file.name)

    async def fetch(self, name: str, folder: Path) -> Path:
        """See `Place.fetch`."""
        path = folder / PurePosixPath(name).name
        with _told(f"{self._where.shown}/{name}"):
            await self._sftp.get(str(self._root / name), str(path))
        return path

    async def put_away(self, name: str, below: str) -> str:
        """See `Place.put_away`."""
        with _told(f"{self._where.shown}/{below}"):
            await self._sftp.makedirs(str(self._root / below), exist_ok=True)
            last = free_name(name, await self._sftp.exists(str(self._root / below / PurePosixPath(name).name)))
            await self._sftp.rename(str(self._root / name), str(self._root / below / last))
        return f"{below}/{last}"

    async def write(self, name: str, text: str) -> None:
        """See `Place.write`."""
        with _told(f"{self._where.shown}/{name}"):
            async with self._sftp.open(str(self._root / name), "wb") as file:
                await file.write(text.encode())

    async def _below(self, folder: str) -> list[Found]:
        found: list[Found] = []
        async for entry in self._sftp.scandir(str(self._root / folder)):
            last = str(entry.filename)
            name = f"{folder}/{last}" if folder else last
            told = entry.attrs
            if last in (".", ".."):
                continue
            if told.type == asyncssh.FILEXFER_TYPE_DIRECTORY:
                if self._settings.recursive and name not in (DONE, BROKEN):
                    found += await self._below(name)
            elif wanted(name, self._settings):
                found.append(Found(name, told.size or 0, float(told.mtime or 0)))
        return found


@contextmanager
def _told(where: str) -> Iterator[None]:
    try:
        yield
    except (asyncssh.SFTPPermissionDenied, asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath) as error:
        raise refused(where, error.reason) from error
    except (OSError, asyncssh.Error) as error:
        raise unreachable(where, f"{type(error).__name__}: {error}") from error
