"""Raw payloads and attachments: files named by the SHA-256 of what is in them, in a folder of the home."""

import asyncio
import errno
import hashlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from toancanh.domain import CorruptData, InvalidInput, NotFound, Text, TooLarge, Unavailable
from toancanh.settings import Settings

PIECE = 1 << 20
"""Bytes read or written at a time."""
_ABANDONED = 86400.0
_ID = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Blob:
    """A stored blob: `id` is the SHA-256 of its bytes in hex, `size` their number."""

    id: str
    size: int


@dataclass(frozen=True, slots=True)
class BlobsHealth:
    """How the store is; `free_disk` in bytes."""

    status: Literal["ok", "degraded", "down"]
    kind: str
    free_disk: int
    problems: tuple[Text, ...] = ()


class Blobs:
    """A folder of blobs. A blob is there wholly or not at all, and on disk when `put` returns. Raises Unavailable."""

    kind = "file"

    def __init__(self, folder: Path, *, fsync: bool, free_disk: int) -> None:
        self._folder = folder
        self._partial = folder / "partial"
        self._fsync = fsync
        self._free_disk = free_disk

    async def open(self) -> None:
        """Make the folder, and remove what was left half written a day ago or more."""
        await asyncio.to_thread(self._open)

    async def put(self, content: bytes | memoryview | AsyncIterator[bytes], *, limit: int | None = None) -> Blob:
        """Store `content`, piece by piece; the same bytes again are kept once. Raises TooLarge beyond `limit` bytes."""
        draft = await asyncio.to_thread(self._draft)
        try:
            async for piece in _pieces(content):
                if limit is not None and draft.size + len(piece) > limit:
                    raise _too_large(limit)
                await asyncio.to_thread(draft.write, piece)
            return await asyncio.to_thread(self._keep, draft)
        finally:
            draft.discard()

    async def read(self, blob: str) -> bytes:
        """Return all bytes of a blob. Raises NotFound, CorruptData."""
        return b"".join([piece async for piece in self.stream(blob)])

    async def stream(self, blob: str) -> AsyncIterator[bytes]:
        """Yield the bytes of a blob piece by piece. Raises NotFound; CorruptData at the end if they are not the same."""
        hashed = hashlib.sha256()
        file = await asyncio.to_thread(self._read, blob)
        try:
            while piece := await asyncio.to_thread(file.read, PIECE):
                hashed.update(piece)
                yield piece
        finally:
            file.close()
        if hashed.hexdigest() != blob:
            raise CorruptData(
                Text(vi=f"Tệp {blob} đã bị hỏng.", en=f"The blob {blob} is damaged."),
                Text(vi="Khôi phục tệp này từ bản sao lưu.", en="Restore it from a backup."),
                blob=blob,
            )

    async def size(self, blob: str) -> int | None:
        """Return the size of a blob in bytes, None when it is not there."""
        try:
            return (await asyncio.to_thread(self._path(blob).stat)).st_size
        except (FileNotFoundError, NotFound):
            return None

    async def delete(self, blob: str) -> bool:
        """Remove a blob; return whether it was there."""
        path = self._path(blob)
        try:
            await asyncio.to_thread(path.unlink)
        except FileNotFoundError:
            return False
        return True

    async def health(self) -> BlobsHealth:
        """Return how the store is; never raises."""
        try:
            free = (await asyncio.to_thread(shutil.disk_usage, self._partial)).free
        except OSError as error:
            return BlobsHealth("down", self.kind, 0, (_failed(error).message,))
        if free < self._free_disk:
            return BlobsHealth("degraded", self.kind, free, (_full().message,))
        return BlobsHealth("ok", self.kind, free)

    async def close(self) -> None:
        """Nothing stays open."""

    def _open(self) -> None:
        try:
            self._partial.mkdir(parents=True, exist_ok=True)
            for left in self._partial.iterdir():
                if time.time() - left.stat().st_mtime > _ABANDONED:
                    left.unlink(missing_ok=True)
        except OSError as error:
            raise _failed(error) from error

    def _path(self, blob: str) -> Path:
        if not _ID.fullmatch(blob):
            raise _missing(blob)
        return self._folder / blob[:2] / blob

    def _draft(self) -> "_Draft":
        try:
            if shutil.disk_usage(self._partial).free < self._free_disk:
                raise _full()
            return _Draft(self._partial)
        except OSError as error:
            raise _failed(error) from error

    def _keep(self, draft: "_Draft") -> Blob:
        blob = Blob(draft.hashed.hexdigest(), draft.size)
        path = self._path(blob.id)
        try:
            draft.finish(fsync=self._fsync)
            fresh = not path.parent.exists()
            path.parent.mkdir(exist_ok=True)
            draft.path.replace(path)
            if self._fsync:
                _sync_folder(path.parent)
                if fresh:
                    _sync_folder(self._folder)
        except OSError as error:
            raise _failed(error) from error
        return blob

    def _read(self, blob: str) -> IO[bytes]:
        try:
            return self._path(blob).open("rb")
        except FileNotFoundError as error:
            raise _missing(blob) from error
        except OSError as error:
            raise _failed(error) from error


class _Draft:
    """A file being written, under a name of its own."""

    def __init__(self, folder: Path) -> None:
        number, name = tempfile.mkstemp(dir=folder)
        self.path = Path(name)
        self.size = 0
        self.hashed = hashlib.sha256()
        self._file = os.fdopen(number, "wb", buffering=0)

    def write(self, piece: bytes | memoryview) -> None:
        rest = memoryview(piece)
        self.hashed.update(rest)
        self.size += len(rest)
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            raise _failed(error) from error

    def finish(self, *, fsync: bool) -> None:
        if fsync:
            os.fsync(self._file.fileno())
        self._file.close()

    def discard(self) -> None:
        self._file.close()
        self.path.unlink(missing_ok=True)


def open_blobs(settings: Settings) -> Blobs:
    """Return the blob store that TOANCANH_BLOBS names, not yet opened: `await blobs.open()` makes its folder.

    Raises InvalidInput for one that is not offered.
    """
    if settings.blobs != "file:":
        raise InvalidInput(
            Text(
                vi=f"TOANCANH_BLOBS không hợp lệ: {settings.blobs}.",
                en=f"TOANCANH_BLOBS is not valid: {settings.blobs}.",
            ),
            Text(
                vi="Dùng file: (một thư mục trong thư mục của thành phố).",
                en="Use file: (a folder of the city's folder).",
            ),
        )
    return Blobs(settings.home / "data" / "blobs", fsync=settings.fsync, free_disk=settings.free_disk)


async def _pieces(content: bytes | memoryview | AsyncIterator[bytes]) -> AsyncIterator[bytes | memoryview]:
    """Yield `content` in pieces of about PIECE bytes, whatever the sizes that it comes in."""
    if isinstance(content, bytes | memoryview):
        whole = memoryview(content).cast("B")
        for start in range(0, len(whole), PIECE):
            yield whole[start : start + PIECE]
        return
    gathered = bytearray()
    async for part in content:
        gathered += part
        if len(gathered) >= PIECE:
            yield bytes(gathered)
            gathered.clear()
    if gathered:
        yield bytes(gathered)


def _sync_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _missing(blob: str) -> NotFound:
    return NotFound(
        Text(vi=f"Không có tệp {blob}.", en=f"There is no blob {blob}."),
        Text(vi="Kiểm tra lại mã của tệp.", en="Check its identifier."),
    )


def _too_large(limit: int) -> TooLarge:
    return TooLarge(
        Text(vi=f"Tệp lớn hơn giới hạn {limit} byte.", en=f"The file is larger than the limit of {limit} bytes."),
        Text(vi="Hãy gửi tệp nhỏ hơn hoặc chia nhỏ tệp.", en="Send a smaller file, or send it in parts."),
        limit=limit,
    )


def _full() -> Unavailable:
    return Unavailable(
        Text(
            vi="Ổ đĩa của kho tệp sắp đầy; tệp không được lưu.",
            en="The disk of the blob store is nearly full; nothing was kept.",
        ),
        Text(vi="Hãy giải phóng ổ đĩa rồi gửi lại.", en="Free some disk space, then send again."),
    )


def _failed(error: OSError) -> Unavailable:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return _full()
    return Unavailable(
        Text(vi="Không đọc hoặc ghi được kho tệp.", en="The blob store cannot be read or written."),
        Text(
            vi="Kiểm tra quyền trên thư mục dữ liệu và tình trạng ổ đĩa.",
            en="Check the permissions of the data folder and the condition of the disk.",
        ),
    )
