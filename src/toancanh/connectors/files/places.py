"""Folders: what one lists, gives and takes, whether it is here or on another machine."""

import asyncio
import importlib
import os
import shutil
from collections.abc import AsyncGenerator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from toancanh.connectors.files.manifest import Settings
from toancanh.domain import InvalidInput, Text
from toancanh.sdk import Job, Secret, refused, unreachable

DONE, BROKEN = "da_nhan", "loi"
_UNFINISHED = (".part", ".tmp", ".temp", ".partial", ".filepart", ".crdownload", ".swp", ".lock")
COMPANIONS = (".dbf", ".shx", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".qpj", ".shp.xml")
"""Endings of the files beside a Shapefile."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file of a folder. `name` is its path from there; `changed` is in seconds since 1970."""

    name: str
    size: int
    changed: float


class Place(Protocol):
    """A folder. What fails is raised as SourceFailed."""

    async def files(self) -> list[Found]:
        """Return the files that may be read."""
        ...

    async def fetch(self, name: str, folder: Path) -> Path:
        """Return where a file can be read: itself, or a copy in `folder`."""
        ...

    async def put_away(self, name: str, below: str) -> str:
        """Move a file into the folder `below` and return its name there; another one of that name is kept."""
        ...

    async def write(self, name: str, text: str) -> None:
        """Write a small text file."""
        ...


@dataclass(frozen=True, slots=True)
class Where:
    """A folder on another machine."""

    host: str
    port: int | None
    path: str

    @property
    def shown(self) -> str:
        """How people are told of it."""
        return f"{self.host}:{self.path}"


def wanted(name: str, settings: Settings) -> bool:
    """Return whether a file is one to be read: it fits the pattern, and is neither unfinished nor put away."""
    path = PurePosixPath(name)
    last = path.name.lower()
    if path.parts[0] in (DONE, BROKEN) and len(path.parts) > 1:
        return False
    if last.startswith((".", "~")) or last.endswith((*_UNFINISHED, *COMPANIONS)):
        return False
    return any(fnmatchcase(path.name, one) or fnmatchcase(name, one) for one in settings.pattern)


def free_name(name: str, taken: bool) -> str:
    """Return a name for a file that is put away: its own, with the moment where that one is taken."""
    path = PurePosixPath(name)
    return path.name if not taken else f"{path.stem}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}{path.suffix}"


def given(value: Secret | str, folder: Path) -> str:
    """Return text that was given itself, or as a path from the city's folder."""
    said = value.get_secret_value() if isinstance(value, Secret) else value
    return said if "\n" in said or "-----BEGIN" in said else (folder / said).read_text(encoding="ascii")


def open_place(settings: Settings, job: Job) -> AbstractAsyncContextManager[Place]:
    """Open the folder of the settings. Raises InvalidInput where the settings do not hold, SourceFailed."""
    scheme, _, rest = settings.folder.partition("://")
    if not rest:
        return _here(job.folder / settings.folder, settings)
    if scheme not in ("sftp", "ftps"):
        raise InvalidInput(
            Text(vi=f"Không đọc được từ {scheme}://.", en=f"{scheme}:// is not read."),
            Text(vi="Dùng sftp://, ftps:// hoặc một thư mục.", en="Use sftp://, ftps:// or a folder."),
            setting="folder",
        )
    parts = urlsplit(settings.folder)
    where = Where(parts.hostname or "", parts.port, unquote(parts.path) or "/")
    found: Any = _module(scheme).opened(settings, job, where)
    opened: AbstractAsyncContextManager[Place] = found
    return opened


def _module(scheme: str) -> Any:
    try:
        return importlib.import_module(f"toancanh.connectors.files.{scheme}")
    except ModuleNotFoundError as error:
        raise missing(error.name or scheme, scheme) from error


def missing(library: str, extra: str) -> InvalidInput:
    """Return the error for a library that is not installed."""
    return InvalidInput(
        Text(vi=f"Chưa cài thư viện {library}.", en=f"The library {library} is not installed."),
        Text(vi=f"Chạy: pip install toancanh[{extra}]", en=f"Run: pip install toancanh[{extra}]"),
        kind="settings",
    )


class Here:
    """A folder of this machine."""

    def __init__(self, root: Path, settings: Settings) -> None:
        self._root = root
        self._settings = settings

    async def files(self) -> list[Found]:
        """See `Place.files`."""
        return await asyncio.to_thread(self._list)

    async def fetch(self, name: str, folder: Path) -> Path:  # noqa: ARG002 - others copy it there
        """See `Place.fetch`."""
        return self._root / name

    async def put_away(self, name: str, below: str) -> str:
        """See `Place.put_away`."""

        def move() -> str:
            folder = self._root / below
            folder.mkdir(exist_ok=True)
            last = free_name(name, (folder / PurePosixPath(name).name).exists())
            shutil.move(self._root / name, folder / last)
            for ending in COMPANIONS if name.lower().endswith(".shp") else ():
                beside = (self._root / name).with_suffix(ending)
                if beside.exists():
                    shutil.move(beside, (folder / last).with_suffix(ending))
            return f"{below}/{last}"

        with Told(str(self._root)):
            return await asyncio.to_thread(move)

    async def write(self, name: str, text: str) -> None:
        """See `Place.write`."""
        with Told(str(self._root)):
            await asyncio.to_thread((self._root / name).write_text, text, "utf-8")

    def _list(self) -> list[Found]:
        with Told(str(self._root)):
            return [found for found in self._walk(self._root) if wanted(found.name, self._settings)]

    def _walk(self, folder: Path) -> Iterator[Found]:
        with os.scandir(folder) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                name = Path(entry.path).relative_to(self._root).as_posix()
                if entry.is_dir():
                    if self._settings.recursive and name not in (DONE, BROKEN) and not entry.is_symlink():
                        yield from self._walk(Path(entry.path))
                elif entry.is_file():
                    told = entry.stat()
                    yield Found(name, told.st_size, told.st_mtime)


@asynccontextmanager
async def _here(root: Path, settings: Settings) -> AsyncGenerator[Place]:
    yield Here(root, settings)


class Told:
    """Tells of what the system refuses about a folder."""

    def __init__(self, where: str) -> None:
        self._where = where

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, PermissionError):
            raise refused(self._where, error.strerror) from error
        if isinstance(error, OSError):
            raise unreachable(self._where, error.strerror or error) from error
