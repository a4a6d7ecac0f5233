"""Small inserts: on disk at once in a file of our own, in the engine's tables together with others a moment later.

One commit of the engine costs as much for one row as for thousands. What comes in small blocks is therefore appended to
a journal and synced, which is all that durability takes, and stored as one block per table when the window ends or when
somebody reads. A file of the journal is removed once its rows are stored; files that a process left behind are stored
by the next one, under the same tokens, so that the engine recognises what it has already.
"""

import os
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pyarrow as pa

from toancanh.domain import Text, ToanCanhError, Unavailable
from toancanh.store.facts.arrow import one_block, stream_bytes

SMALL, SMALL_BYTES = 2_000, 4 << 20
"""Rows and bytes of a block that is still worth the journal."""
FULL, FULL_BYTES = 20_000, 64 << 20
"""Rows and bytes that one file may hold before further blocks go to the engine directly."""
_HEAD = struct.Struct("<III")
"""Length of the table's name, length of the Arrow stream, CRC-32 of both."""
_KEPT, _DAMAGED = ".journal", ".damaged"
_SPARE = 64 << 20
_AGAIN = Text(
    vi="Hãy xem /health, chẳng hạn còn chỗ trên ổ đĩa không, rồi gửi lại.",
    en="See /health, such as whether the disk has room, then send again.",
)

Insert = Callable[[str, pa.RecordBatch, str], None]


@dataclass(eq=False)
class _File:
    """One window: what is on disk under `path`, and the same blocks in memory."""

    path: Path
    descriptor: int = -1
    size: int = 0
    rows: int = 0
    blocks: list[tuple[str, pa.RecordBatch]] = field(default_factory=list)
    sound: bool = True

    def add(self, table: str, block: pa.RecordBatch) -> None:
        self.blocks.append((table, block))
        self.rows += block.num_rows


class Journal:
    """The journal in `folder`; `insert` stores a block under a token. `append` and `flush` each run on one thread.

    `fsync` says whether `append` waits for the disk; below `floor` free bytes it takes nothing.
    """

    def __init__(self, folder: Path, insert: Insert, *, fsync: bool, floor: int) -> None:
        self._folder = folder
        self._insert = insert
        self._fsync = fsync
        self._floor = floor + _SPARE
        self._lock = threading.Lock()
        self._current: _File | None = None
        self._ended: list[_File] = []
        self._failed: Text | None = None

    @property
    def fresh(self) -> bool:
        """Whether rows wait that a reader should see; those that the engine has refused are not waited for."""
        return self._current is not None or bool(self._ended and self._failed is None)

    @property
    def pending(self) -> bool:
        """Whether anything is on disk here and not yet in the engine."""
        return self._current is not None or bool(self._ended)

    @property
    def waiting(self) -> int:
        """How many rows those are. Waits for an append that is under way."""
        with self._lock:
            files = [*self._ended, *([self._current] if self._current else [])]
        return sum(file.rows for file in files)

    @property
    def problems(self) -> list[Text]:
        """What is wrong: rows that the engine does not take, files that cannot be read."""
        found = []
        if self._failed is not None:
            found.append(_stuck(self.waiting, self._failed))
        return found + [_damaged(path) for path in sorted(self._folder.glob(f"*{_DAMAGED}"))]

    def open(self) -> None:
        """Take up what an earlier process left, and store it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for path in sorted(self._folder.glob(f"*{_KEPT}")):
            self._ended.append(_read(path))
        self.flush()

    def append(self, table: str, block: pa.RecordBatch) -> bool:
        """Put a block on disk; False when it should go to the engine directly."""
        if block.num_rows > SMALL or block.nbytes > SMALL_BYTES or self._failed is not None:
            return False
        name, data = table.encode(), stream_bytes(block)
        head = _HEAD.pack(len(name), len(data), zlib.crc32(data, zlib.crc32(name)))
        with self._lock:
            if self._current is not None and (self._current.rows >= FULL or self._current.size >= FULL_BYTES):
                return False
            try:
                if self._current is None:
                    if _free(self._folder) < self._floor:
                        return False
                    self._current = self._new()
                _write(self._current, b"".join((head, name, data)), fsync=self._fsync)
            except OSError:
                return False
            self._current.add(table, block)
        return True

    def flush(self) -> None:
        """Store what waits. What the engine refuses stays here, is tried again next time, and shows in `problems`."""
        with self._lock:
            file, self._current = self._current, None
            if file is not None:
                self._ended.append(file)
                os.close(file.descriptor)
        while self._ended:
            file = self._ended[0]
            try:
                self._store(file)
                if file.sound:
                    file.path.unlink()
                else:
                    file.path.rename(file.path.with_suffix(_DAMAGED))
            except (ToanCanhError, OSError) as error:
                self._failed = error.message if isinstance(error, ToanCanhError) else Text(vi=str(error), en=str(error))
                return
            with self._lock:
                del self._ended[0]
        self._failed = None

    def settle(self) -> None:
        """Store what waits; raise Unavailable where the engine refuses it."""
        self.flush()
        if self._failed is not None:
            raise Unavailable(_stuck(self.waiting, self._failed), _AGAIN)

    def _store(self, file: _File) -> None:
        groups: dict[tuple[str, pa.Schema], list[pa.RecordBatch]] = {}
        for table, block in file.blocks:
            groups.setdefault((table, block.schema), []).append(block)
        for number, ((table, _), blocks) in enumerate(groups.items()):
            joined = one_block(pa.Table.from_batches(blocks))
            if joined is not None:
                self._insert(table, joined, f"{file.path.stem}-{number}")

    def _new(self) -> _File:
        path = self._folder / f"{time.time_ns()}-{uuid4().hex}{_KEPT}"
        file = _File(path, os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
        if self._fsync:
            folder = os.open(self._folder, os.O_RDONLY | os.O_CLOEXEC)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        return file


def _write(file: _File, data: bytes, *, fsync: bool) -> None:
    """Append `data`, or leave the file as it was."""
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(file.descriptor, view) :]
        if fsync:
            os.fdatasync(file.descriptor)
    except OSError:
        os.ftruncate(file.descriptor, file.size)
        os.lseek(file.descriptor, file.size, os.SEEK_SET)
        raise
    file.size += len(data)


def _read(path: Path) -> _File:
    """Return a file as it was left. A last block that was cut off was never acknowledged; a damaged one ends the file."""
    file = _File(path)
    for name, data, crc in _entries(path.read_bytes()):
        if zlib.crc32(data, zlib.crc32(name)) != crc:
            file.sound = False
            break
        for block in pa.ipc.open_stream(data):
            file.add(name.decode(), block)
    return file


def _entries(data: bytes) -> Iterator[tuple[bytes, bytes, int]]:
    at = 0
    while at + _HEAD.size <= len(data):
        named, sized, crc = _HEAD.unpack_from(data, at)
        start, at = at + _HEAD.size, at + _HEAD.size + named + sized
        if at > len(data) or not named:
            return
        yield data[start : start + named], data[start + named : at], crc


def _free(folder: Path) -> int:
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize


def _stuck(rows: int, why: Text) -> Text:
    return Text(
        vi=f"{rows} bản ghi đã nhận nằm an toàn trên đĩa nhưng chưa vào được kho: {why.vi}",
        en=f"{rows} accepted records are safe on disk and could not be stored yet: {why.en}",
    )


def _damaged(path: Path) -> Text:
    return Text(
        vi=f"Tệp nhật ký {path.name} bị hỏng: bản ghi trong tệp chưa vào kho. Giữ tệp lại và xin gửi lại dữ liệu của lúc đó.",
        en=f"The journal file {path.name} is damaged: its records are not stored. Keep it, and have that time sent again.",
    )
