"""Landing a body: all of it is here, in memory or in a temporary file, before the first row is looked at."""

import asyncio
import codecs
import gzip
import hashlib
import io
import math
import shutil
import tempfile
import time
import zlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import zstandard

from toancanh.domain import InvalidInput, Overloaded, Text, TooLarge, Unavailable, UnsupportedFormat
from toancanh.ingest.textual import is_utf8

IN_MEMORY = 8 << 20
"""Larger bodies go to a temporary file."""
_PIECE = 1 << 20
_ZSTD_INPUT = 2 << 10
"""Compressed bytes given to zstd at a time: at most 64 MiB can come of them."""
_ZSTD_WINDOW = 128 << 20
_SNIFFED = 4 << 20


class Gate:
    """Bytes of deliveries being worked on. Beyond the limit senders are told when to come back."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.held = 0
        self._rate = float(8 << 20)
        self._since = time.monotonic()
        self._given = 0

    def take(self, size: int) -> None:
        """Count `size` bytes more. Raises Overloaded."""
        if self.held + size > self.limit and self.held:
            raise self.full()
        self.held += size

    def give(self, size: int) -> None:
        """Count `size` bytes less: they are done."""
        self.held -= size
        self._given += size
        now = time.monotonic()
        if now - self._since >= 1:
            self._rate = max(0.5 * self._rate + 0.5 * self._given / (now - self._since), 64 << 10)
            self._since, self._given = now, 0

    def full(self) -> Overloaded:
        """Return the error for a sender that comes when there is no room."""
        return Overloaded(
            Text(vi="Đang tiếp nhận quá nhiều dữ liệu.", en="Too much is being taken in at the moment."),
            Text(
                vi="Hãy gửi lại sau thời gian ghi ở Retry-After; chưa có gì của lần gửi này được giữ.",
                en="Send it again after the time in Retry-After; nothing of this delivery was kept.",
            ),
            retry_after=min(max(math.ceil(self.held / self._rate), 1), 60),
        )


class Room:
    """Bytes of blocks between their body and the facts. Who finds no room waits; nobody is turned away."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held = 0
        self._turn = asyncio.Lock()
        self._free = asyncio.Event()

    async def take(self, size: int) -> None:
        """Wait until there is room for `size` bytes; those who came first go first."""
        async with self._turn:
            while self._held and self._held + size > self._limit:
                self._free.clear()
                await self._free.wait()
            self._held += size

    def give(self, size: int) -> None:
        """Give room back."""
        self._held -= size
        self._free.set()


@dataclass(slots=True)
class Landed:
    """A body that is here. Exactly one of `data` and `path` is set; `digest` is the hash of what was sent."""

    data: bytes | None
    path: Path | None
    size: int
    digest: str | None = None

    def open(self) -> BinaryIO:
        """Return the body as a file."""
        return io.BytesIO(self.data) if self.data is not None else self._file()

    def start(self, size: int) -> bytes:
        """Return the first bytes."""
        if self.data is not None:
            return self.data[:size]
        with self._file() as file:
            return file.read(size)

    def close(self) -> None:
        """Remove the temporary file."""
        if self.path is not None:
            self.path.unlink(missing_ok=True)

    def _file(self) -> BinaryIO:
        assert self.path is not None
        return self.path.open("rb")


@dataclass(frozen=True, slots=True)
class Ground:
    """Where bodies land: the folder of temporary files, the largest body, and how much disk must stay free (bytes)."""

    folder: Path
    largest: int
    free_disk: int

    def clear(self) -> None:
        """Make the folder, and remove what an earlier process left there."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True, exist_ok=True)

    def check(self, size: int) -> None:
        """Raise TooLarge where a body grows past the limit."""
        if size > self.largest:
            raise TooLarge(
                Text(
                    vi=f"Nội dung lớn hơn {self.largest} byte.",
                    en=f"The body is larger than {self.largest} bytes.",
                ),
                Text(vi="Hãy chia thành nhiều lần gửi.", en="Send it in several parts."),
                limit=self.largest,
            )

    def room(self) -> None:
        """Raise Unavailable where the disk is too full for a temporary file."""
        if shutil.disk_usage(self.folder).free < self.free_disk:
            raise Unavailable(
                Text(
                    vi="Ổ đĩa sắp đầy nên không nhận tệp lớn.", en="The disk is nearly full, so no large body is taken."
                ),
                Text(vi="Hãy giải phóng dung lượng.", en="Free some space."),
            )


class _Pit:
    """Collects pieces: in memory at first, then in a file."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._pieces: list[bytes] = []
        self._file: BinaryIO | None = None
        self._path: Path | None = None
        self.size = 0
        self.held = 0

    def put(self, piece: bytes) -> None:
        self.size += len(piece)
        self._ground.check(self.size)
        self._pieces.append(piece)
        self.held += len(piece)
        if self._file is not None and self.held >= _PIECE:
            self._flush()
        elif self._file is None and self.size > IN_MEMORY:
            self._ground.room()
            with tempfile.NamedTemporaryFile("wb", dir=self._ground.folder, prefix="body-", delete=False) as file:
                self._path = Path(file.name)
            self._file = self._path.open("wb")
            self._flush()

    def _flush(self) -> None:
        assert self._file is not None
        self._file.writelines(self._pieces)
        self._pieces, self.held = [], 0

    def landed(self, digest: str | None) -> Landed:
        if self._file is None:
            return Landed(b"".join(self._pieces), None, self.size, digest)
        self._flush()
        self._file.close()
        return Landed(None, self._path, self.size, digest)

    def drop(self) -> None:
        if self._file is not None:
            self._file.close()
        if self._path is not None:
            self._path.unlink(missing_ok=True)


async def land(body: bytes | AsyncIterator[bytes], ground: Ground, gate: Gate, *, digest: bool) -> Landed:
    """Return the body once all of it is here. Raises TooLarge, Overloaded, Unavailable; then nothing of it is kept.

    The gate holds what lies in memory: give `len(data)` back when the body is done.
    """
    if isinstance(body, bytes):
        ground.check(len(body))
        gate.take(len(body))
        return Landed(body, None, len(body), _digest(body) if digest else None)
    pit, hashed, taken = _Pit(ground), hashlib.blake2b(digest_size=32), 0
    try:
        async for piece in body:
            if digest:
                hashed.update(piece)
            gate.take(len(piece))
            taken += len(piece)
            if pit.size + len(piece) > IN_MEMORY:
                await asyncio.to_thread(pit.put, piece)
            else:
                pit.put(piece)
            gate.give(taken - pit.held)
            taken = pit.held
        landed = await asyncio.to_thread(pit.landed, hashed.hexdigest() if digest else None)
    except BaseException:
        gate.give(taken)
        pit.drop()
        raise
    gate.give(taken - (len(landed.data) if landed.data is not None else 0))
    return landed


def _digest(body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=32).hexdigest()


def unpacked(landed: Landed, encoding: str, ground: Ground) -> Landed:
    """Return the body without its Content-Encoding. Raises InvalidInput, TooLarge, UnsupportedFormat."""
    unpack = {"gzip": _gunzip, "x-gzip": _gunzip, "zstd": _unzstd}.get(encoding)
    if unpack is None:
        raise UnsupportedFormat(
            Text(
                vi=f"Không nhận Content-Encoding “{encoding}”.", en=f"The Content-Encoding '{encoding}' is not taken."
            ),
            Text(vi="Dùng gzip, zstd hoặc không nén.", en="Use gzip, zstd or none."),
        )
    pit = _Pit(ground)
    try:
        with landed.open() as file:
            for piece in unpack(file):
                pit.put(piece)
        return pit.landed(landed.digest)
    except (OSError, EOFError, zlib.error, zstandard.ZstdError) as error:
        pit.drop()
        raise InvalidInput(
            Text(vi=f"Không giải nén được nội dung {encoding}.", en=f"The {encoding} body cannot be unpacked."),
            Text(vi="Nội dung bị hỏng hoặc bị cắt; hãy gửi lại.", en="It is damaged or cut short; send it again."),
        ) from error
    except BaseException:
        pit.drop()
        raise


def _gunzip(file: BinaryIO) -> Iterator[bytes]:
    with gzip.GzipFile(fileobj=file) as packed:
        while piece := packed.read(_PIECE):
            yield piece


def _unzstd(file: BinaryIO) -> Iterator[bytes]:
    codec = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
    frame = codec.decompressobj()
    fresh = True
    while piece := file.read(_ZSTD_INPUT):
        left = piece
        while left:
            if frame.eof:
                frame, fresh = codec.decompressobj(), True
            yield frame.decompress(left)
            fresh = False
            left = frame.unused_data if frame.eof else b""
    if not frame.eof and not fresh:
        raise EOFError("the frame is cut short")


_NO_CHARSETS = frozenset({"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"})
"""Codecs of Python that are no code page of any sender; to decode the first two takes the square of the length."""
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def in_utf8(landed: Landed, charset: str | None, ground: Ground, *, guess: bool) -> Landed:
    """Return a text body in UTF-8 without byte order mark.

    `charset` is what the sender declared. With `guess`, a text that is not UTF-8 is taken for windows-1258, the code
    page of Vietnamese Windows. Raises InvalidInput, UnsupportedFormat.
    """
    start = landed.start(_SNIFFED)
    mark, declared = next(((mark, name) for mark, name in _MARKS if start.startswith(mark)), (b"", charset))
    name = _codec(declared) if declared else ("utf-8" if not guess or _mostly_utf8(start) else "cp1258")
    if name in ("utf-8", "ascii"):
        return _without(landed, len(mark), ground) if mark else landed
    try:
        return _recoded(landed, len(mark), name, ground)
    except UnicodeError as error:
        if declared is None:
            return landed
        at = f" (byte {error.start})" if isinstance(error, UnicodeDecodeError) else ""
        raise InvalidInput(
            Text(
                vi=f"Nội dung không đúng bảng mã {declared[:40]}{at}.",
                en=f"The body is not {declared[:40]}{at}.",
            ),
            Text(vi="Hãy ghi đúng charset, hoặc gửi UTF-8.", en="Declare the right charset, or send UTF-8."),
        ) from error


def _mostly_utf8(start: bytes) -> bool:
    """Return whether a beginning is UTF-8; the last letter may be cut in two."""
    return any(is_utf8(start[: len(start) - cut]) for cut in range(min(4, len(start) + 1)))


def _codec(name: str) -> str:
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError) as error:
        raise _unknown_charset(name) from error
    if not found._is_text_encoding or found.name in _NO_CHARSETS:
        raise _unknown_charset(name)
    return found.name


def _unknown_charset(name: str) -> UnsupportedFormat:
    return UnsupportedFormat(
        Text(vi=f"Không biết bảng mã “{name[:40]}”.", en=f"The charset '{name[:40]}' is not known."),
        Text(vi="Hãy gửi UTF-8, UTF-16 hoặc windows-1258.", en="Send UTF-8, UTF-16 or windows-1258."),
    )


def _without(landed: Landed, skip: int, ground: Ground) -> Landed:
    if landed.data is not None:
        return Landed(landed.data[skip:], None, landed.size - skip, landed.digest)
    return _copied(landed, skip, None, ground)


def _recoded(landed: Landed, skip: int, name: str, ground: Ground) -> Landed:
    return _copied(landed, skip, name, ground)


def _copied(landed: Landed, skip: int, name: str | None, ground: Ground) -> Landed:
    pit = _Pit(ground)
    decoder = codecs.getincrementaldecoder(name)() if name else None
    try:
        with landed.open() as file:
            file.seek(skip)
            while piece := file.read(_PIECE):
                pit.put(decoder.decode(piece).encode() if decoder else piece)
            if decoder:
                pit.put(decoder.decode(b"", final=True).encode())
        return pit.landed(landed.digest)
    except BaseException:
        pit.drop()
        raise
