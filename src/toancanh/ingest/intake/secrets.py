"""Secrets of sources: sealed at rest, opened only for the connector that needs them, never shown again."""

import base64
import contextlib
import os
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import Connection, delete, insert, select

from toancanh.domain import InvalidInput, Text, Unavailable, Viewer
from toancanh.settings import Settings
from toancanh.store import State, tables

_TABLE = tables.source_secrets


class Vault:
    """Keeps the secrets of sources. The key is in TOANCANH_SECRET_KEY, or in a file that only the server's user reads."""

    def __init__(self, settings: Settings, state: State) -> None:
        self._state = state
        self._given = settings.secret_key
        self._path = settings.home / "data" / "secret.key"
        self._opened: Fernet | None = None

    async def names(self, source: str) -> frozenset[str]:
        """Return which secrets of a source are set."""
        found = await self._state.read(lambda connection: _rows(connection, source))
        return frozenset(found)

    async def opened(self, source: str) -> dict[str, str]:
        """Return the secrets of a source; raise Unavailable where they were sealed with another key."""
        found = await self._state.read(lambda connection: _rows(connection, source))
        if not found:
            return {}
        key = self._key()
        try:
            return {name: key.decrypt(sealed.encode()).decode() for name, sealed in found.items()}
        except InvalidToken as error:
            raise Unavailable(
                Text(
                    vi=f"Không mở được mật khẩu của nguồn {source}: khóa niêm phong đã đổi.",
                    en=f"The secrets of the source {source} cannot be opened: the sealing key is another one.",
                ),
                Text(
                    vi="Đặt lại TOANCANH_SECRET_KEY như cũ, hoặc nhập lại mật khẩu của nguồn.",
                    en="Set TOANCANH_SECRET_KEY as it was, or enter the secrets of the source again.",
                ),
            ) from error

    async def keep(self, source: str, secrets: Mapping[str, str | None], viewer: Viewer) -> None:
        """Seal these secrets of a source; None forgets one, and those that are not named stay."""
        if not secrets:
            return
        key, now = self._key(), datetime.now(UTC)
        sealed = {name: key.encrypt(value.encode()).decode() for name, value in secrets.items() if value is not None}

        def work(connection: Connection) -> None:
            connection.execute(delete(_TABLE).where(_TABLE.c.source == source, _TABLE.c.name.in_(list(secrets))))
            rows = [
                {"source": source, "name": name, "sealed": token, "changed": now, "changed_by": viewer.id}
                for name, token in sealed.items()
            ]
            if rows:
                connection.execute(insert(_TABLE), rows)

        await self._state.write(work)

    def _key(self) -> Fernet:
        if self._opened is None:
            self._opened = _fernet(self._given.encode() if self._given is not None else _file_key(self._path))
        return self._opened


def _rows(connection: Connection, source: str) -> dict[str, str]:
    found = connection.execute(select(_TABLE.c.name, _TABLE.c.sealed).where(_TABLE.c.source == source))
    return {row.name: row.sealed for row in found}


def _file_key(path: Path) -> bytes:
    """Return the key in a file that only its owner may read; make it, whole at once, where there is none."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent) as file:  # readable by its owner only
            file.write(base64.urlsafe_b64encode(os.urandom(32)))
            file.flush()
            os.fsync(file.fileno())
            with contextlib.suppress(FileExistsError):
                os.link(file.name, path)
    return path.read_bytes().strip()


def _fernet(key: bytes) -> Fernet:
    try:
        return Fernet(key)
    except ValueError as error:
        raise InvalidInput(
            Text(vi="Khóa niêm phong không hợp lệ.", en="The sealing key is not valid."),
            Text(
                vi="TOANCANH_SECRET_KEY là 32 byte ngẫu nhiên ở dạng Base64 an toàn cho URL.",
                en="TOANCANH_SECRET_KEY is 32 random bytes in URL-safe Base64.",
            ),
        ) from error
