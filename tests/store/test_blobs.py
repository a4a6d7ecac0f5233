"""Blobs: whole or not there, named by their content, and refused clearly."""

import asyncio
import errno
import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from toancanh.domain import CorruptData, InvalidInput, NotFound, TooLarge, Unavailable
from toancanh.settings import Settings
from toancanh.store import Blobs, open_blobs

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def blobs(tmp_path: Path) -> Blobs:
    opened = open_blobs(Settings(home=tmp_path, free_disk=1 << 20))
    await opened.open()
    return opened


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


def files(home: Path) -> list[str]:
    return sorted(path.name for path in home.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    "content", [b"", "Phản ánh hiện trường".encode(), os.urandom(3_000_001)], ids=["0", "28", "3M"]
)
async def test_what_was_put_is_read_whole_and_in_pieces(blobs: Blobs, content: bytes) -> None:
    blob = await blobs.put(content)
    assert (blob.id, blob.size) == (hashlib.sha256(content).hexdigest(), len(content))
    streamed = await blobs.put(pieces(*(content[n : n + 70_000] for n in range(0, len(content), 70_000))))
    assert streamed == blob
    assert await blobs.read(blob.id) == content
    assert b"".join([piece async for piece in blobs.stream(blob.id)]) == content
    assert await blobs.size(blob.id) == len(content)


async def test_the_same_bytes_are_kept_once_even_at_the_same_time(blobs: Blobs, tmp_path: Path) -> None:
    found = await asyncio.gather(*(blobs.put(b"the same") for _ in range(20)))
    assert files(tmp_path) == [found[0].id]


async def test_what_is_not_there_is_not_found(blobs: Blobs) -> None:
    for missing in ("0" * 64, "../../etc/passwd", "", "A" * 64):
        with pytest.raises(NotFound):
            await blobs.read(missing)
        assert await blobs.size(missing) is None
    blob = await blobs.put(b"soon gone")
    assert await blobs.delete(blob.id)
    assert not await blobs.delete(blob.id)
    with pytest.raises(NotFound):
        await blobs.read(blob.id)


async def test_a_sender_that_breaks_off_or_sends_too_much_leaves_nothing(blobs: Blobs, tmp_path: Path) -> None:
    async def breaks() -> AsyncIterator[bytes]:
        yield b"x" * 2_000_000
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await blobs.put(breaks())
    with pytest.raises(TooLarge, match="1000000"):
        await blobs.put(pieces(b"x" * 900_000, b"x" * 100_001), limit=1_000_000)
    assert (await blobs.put(b"x" * 1_000_000, limit=1_000_000)).size == 1_000_000
    assert len(files(tmp_path)) == 1


async def test_damage_is_noticed_and_mended_by_putting_again(blobs: Blobs, tmp_path: Path) -> None:
    blob = await blobs.put(b"important")
    (tmp_path / "data" / "blobs" / blob.id[:2] / blob.id).write_bytes(b"imp0rtant")
    with pytest.raises(CorruptData):
        await blobs.read(blob.id)
    await blobs.put(b"important")
    assert await blobs.read(blob.id) == b"important"


async def test_opening_removes_what_was_abandoned_and_nothing_else(blobs: Blobs, tmp_path: Path) -> None:
    kept = await blobs.put(b"kept")
    partial = tmp_path / "data" / "blobs" / "partial"
    (partial / "old").write_bytes(b"half")
    (partial / "new").write_bytes(b"half")
    os.utime(partial / "old", (0, 0))
    await blobs.open()
    assert files(tmp_path) == sorted([kept.id, "new"])


async def test_a_full_disk_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nearly_full = Blobs(tmp_path / "full", fsync=False, free_disk=1 << 60)
    await nearly_full.open()
    with pytest.raises(Unavailable, match="Free some disk space"):
        await nearly_full.put(b"x")
    assert (await nearly_full.health()).status == "degraded"

    blobs = Blobs(tmp_path / "other", fsync=True, free_disk=0)
    await blobs.open()

    def no_space(number: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(Unavailable, match="Free some disk space"):
        await blobs.put(b"x")
    monkeypatch.undo()
    assert files(tmp_path) == []
    assert (await blobs.put(b"x")).size == 1
    assert (await blobs.health()).status == "ok"


async def test_a_folder_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where a folder belongs")
    blobs = open_blobs(Settings(home=tmp_path))
    with pytest.raises(Unavailable, match="permissions"):
        await blobs.open()
    assert (await blobs.health()).status == "down"


def test_an_unknown_store_is_refused_by_name() -> None:
    with pytest.raises(InvalidInput, match="TOANCANH_BLOBS"):
        open_blobs(Settings(blobs="s3://bucket"))
