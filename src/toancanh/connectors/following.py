"""Following a file that grows and is rotated: whole lines, and where to go on, known by inode and by how it begins."""

import asyncio
import hashlib
import os
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from toancanh.sdk import unreachable

PAUSE = 0.2
"""Seconds between two looks at a file that does not grow."""
CHUNK = 1 << 20
"""Bytes read at once; a longer line is cut there."""
_HEAD = 256
"""Bytes at the beginning of a file by which it is known, beside its inode, which the system gives away again."""


@dataclass(slots=True)
class Chunk:
    """Whole lines, `place` behind them, and a `name` that says which bytes they were."""

    lines: list[bytes] = field(default_factory=list)
    place: dict[str, Any] = field(default_factory=dict)
    name: str | None = None


async def followed(path: Path, place: Mapping[str, Any] | None, idle: float | None) -> AsyncGenerator[Chunk]:
    """Yield what is in a file behind `place` and what comes to it, for ever; an empty chunk after `idle` seconds.

    What was moved away under a name that begins like this one's is read to its end first. Half a line waits for its
    other half until the file is moved away. Raises SourceFailed where there is neither a file nor its folder.
    """
    file = await asyncio.to_thread(_begin, path, place)
    silent = 0.0
    try:
        while True:
            if file is None:
                file = await asyncio.to_thread(_open, path, 0)
            chunk = await asyncio.to_thread(file.read) if file is not None else None
            if chunk is not None:
                silent = 0.0
                yield chunk
                continue
            follower = await asyncio.to_thread(_next, path, file) if file is not None else None
            if file is not None and follower is not None:
                last = await asyncio.to_thread(file.read, last=True)
                while last is not None:
                    yield last
                    last = await asyncio.to_thread(file.read, last=True)
                file.close()
                file = follower
                continue
            await asyncio.sleep(PAUSE)
            silent += PAUSE
            if idle is not None and silent >= idle:
                silent = 0.0
                yield Chunk(place=file.place() if file is not None else dict(place or {}))
    finally:
        if file is not None:
            file.close()


class _File:
    """An open file, read from `offset` on."""

    def __init__(self, handle: BinaryIO, offset: int) -> None:
        self.handle = handle
        self.offset = offset
        self.inode = os.fstat(handle.fileno()).st_ino

    def close(self) -> None:
        self.handle.close()

    def read(self, *, last: bool = False) -> Chunk | None:
        """Return the next whole lines, None where there are none; `last` takes half a line too."""
        self.handle.seek(self.offset)
        data = self.handle.read(CHUNK)
        end = data.rfind(b"\n") + 1 or (len(data) if last or len(data) == CHUNK else 0)
        if not end:
            return None
        start, self.offset = self.offset, self.offset + end
        lines = [line for line in (line.rstrip(b"\r") for line in data[:end].split(b"\n")) if line]
        place = self.place()
        return Chunk(lines, place, f"{place['inode']}:{self._head(_HEAD)}:{start}-{self.offset}")

    def place(self) -> dict[str, Any]:
        """Return where to go on."""
        known = min(self.offset, _HEAD)
        return {"inode": self.inode, "offset": self.offset, "known": known, "head": self._head(known)}

    def is_at(self, place: Mapping[str, Any]) -> bool:
        """Whether this is the file of a place: the same inode, beginning alike, and not shorter."""
        return (
            self.inode == place.get("inode")
            and os.fstat(self.handle.fileno()).st_size >= int(place.get("offset", 0))
            and self._head(int(place.get("known", 0))) == place.get("head")
        )

    def _head(self, known: int) -> str:
        self.handle.seek(0)
        return hashlib.blake2b(self.handle.read(known), digest_size=8).hexdigest()


def _open(path: Path, offset: int) -> _File | None:
    try:
        return _File(path.open("rb"), offset)
    except FileNotFoundError:
        if not path.parent.is_dir():
            raise unreachable(str(path.parent), "no such folder") from None
        return None
    except OSError as error:
        raise unreachable(str(path), error) from error


def _begin(path: Path, place: Mapping[str, Any] | None) -> _File | None:
    """Open the file that `place` is in, wherever it was moved to, else the oldest that came after it."""
    file = _open(path, 0)
    if not place or (file is not None and file.is_at(place)):
        if file is not None and place:
            file.offset = int(place["offset"])
        return file
    for moved in _moved(path):
        one = _open(moved, 0)
        if one is not None and one.is_at(place):
            one.offset = int(place["offset"])
            if file is not None:
                file.close()
            return one
        if one is not None:
            one.close()
    return file


def _next(path: Path, file: _File) -> _File | None:
    """Return the file that came after this one, None while it is the newest."""
    now = _open(path, 0)
    if now is None:
        return None
    if now.inode == file.inode and os.fstat(now.handle.fileno()).st_size >= file.offset:
        now.close()
        return None
    changed = os.fstat(file.handle.fileno()).st_mtime_ns
    for moved in _moved(path):
        one = _open(moved, 0)
        if one is None:
            continue
        about = os.fstat(one.handle.fileno())
        if one.inode not in (file.inode, now.inode) and about.st_mtime_ns > changed:
            now.close()
            return one
        one.close()
    return now


def _moved(path: Path) -> list[Path]:
    """Return the files that this one was moved away to, the oldest first; compressed ones cannot be read on."""
    found = [one for one in path.parent.glob(f"{path.name}[.-]*") if one.suffix not in (".gz", ".xz", ".bz2", ".zst")]
    return sorted((one for one in found if one.is_file()), key=lambda one: one.stat().st_mtime_ns)
