"""Listening: losses are counted, senders wait, only known ones come in, and files are followed wherever they go."""

import asyncio
import contextlib
import os
import ssl
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from peers_that_send import connected, free_port, send_datagrams, send_stream
from web_peer import papers

from toancanh.connectors.following import followed
from toancanh.connectors.listened import ListeningSettings, SecureListeningSettings
from toancanh.connectors.listening import BYTES, LONGEST, Batch, Lines, gathered
from toancanh.domain import SourceFailed
from toancanh.sdk import Job


def listening(folder: Path, settings: ListeningSettings, take: Callable[[Any], Any], idle: float = 0.1) -> Any:
    """What `take` makes of the batches that come."""

    async def whole() -> Any:
        async with asyncio.timeout(60), aclosing(gathered(settings, Job("town.source", folder), idle=idle)) as coming:
            return await take(coming)

    return asyncio.run(whole())


@contextmanager
def beside(work: Callable[[], object]) -> Iterator[None]:
    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        thread.join()


async def until(coming: AsyncIterator[Batch], count: int) -> list[bytes]:
    found: list[bytes] = []
    while len(found) < count:
        found += (await anext(coming)).frames
    return found


def test_a_flood_is_counted(tmp_path: Path) -> None:
    port = free_port()

    async def take(coming: AsyncIterator[Batch]) -> tuple[int, int, int]:
        assert (await anext(coming)).frames == []
        sent = send_datagrams(port, [b"x" * 1000] * 6000)
        came = lost = 0
        while came + lost < sent:
            batch = await anext(coming)
            came, lost = came + len(batch.frames), lost + batch.lost
            if not batch.frames:
                sent += send_datagrams(port, [b"one more"])
        return sent, came, lost

    sent, came, lost = listening(tmp_path, ListeningSettings(way="udp", port=port, buffer_megabytes=1), take)
    assert came + lost == sent
    assert came > 100
    assert lost > 100


def test_a_sender_over_tcp_waits_while_nobody_takes(tmp_path: Path) -> None:
    port, line = free_port(), b"y" * 999

    async def take(coming: AsyncIterator[Batch]) -> list[int]:
        sizes: list[int] = []
        while sum(sizes) < 20_000 * 999:
            sizes.append(sum(map(len, (await anext(coming)).frames)))
        return sizes

    with beside(lambda: send_stream(port, (line + b"\n") * 20_000)):
        sizes = listening(tmp_path, ListeningSettings(way="tcp", port=port), take)
    assert sum(sizes) == 20_000 * 999
    assert max(sizes) < BYTES + (1 << 20)


def test_over_tls_only_those_come_in_whom_the_authority_knows(tmp_path: Path) -> None:
    made, port = papers(), free_port()
    settings = SecureListeningSettings.model_validate(
        {"way": "tls", "port": port, "certificate": made.server, "key": made.server_key, "authority": made.authority}
    )
    (tmp_path / "client.pem").write_text(made.client + made.client_key)

    def send() -> None:
        stranger = ssl.create_default_context(cadata=made.authority)
        known = ssl.create_default_context(cadata=made.authority)
        known.load_cert_chain(tmp_path / "client.pem")
        send_stream(port, b"without TLS\n")
        with (
            contextlib.suppress(OSError),
            connected(port) as one,
            stranger.wrap_socket(one, server_hostname="127.0.0.1") as secure,
        ):
            secure.sendall(b"from a stranger\n")
            while secure.recv(100):
                pass
        with connected(port) as one, known.wrap_socket(one, server_hostname="127.0.0.1") as secure:
            secure.sendall(b"from somebody known\n")

    async def take(coming: AsyncIterator[Batch]) -> list[bytes]:
        return await until(coming, 1)

    with beside(send):
        assert listening(tmp_path, settings, take) == [b"from somebody known"]


def test_the_other_side_goes_away(tmp_path: Path) -> None:
    port = free_port()
    settings = ListeningSettings(way="connect", host="127.0.0.1", port=port)

    async def take(coming: AsyncIterator[Batch]) -> list[bytes]:
        found: list[bytes] = []

        async def drain() -> None:
            async for batch in coming:
                found.extend(batch.frames)

        with pytest.raises(SourceFailed) as failed:
            await drain()
        assert failed.value.details["kind"] == "unreachable"
        return found

    assert listening(tmp_path, settings, take) == []

    async def both() -> list[bytes]:
        def speak(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"one\r\n\r\ntwo\nhalf")
            writer.close()

        server = await asyncio.start_server(speak, "127.0.0.1", port)
        async with asyncio.timeout(60), server, aclosing(gathered(settings, Job("town.source", tmp_path))) as coming:
            return list(await take(coming))

    assert asyncio.run(both()) == [b"one", b"two", b"half"]


def test_a_unix_socket_left_behind_is_cleared_and_one_in_use_is_not(tmp_path: Path) -> None:
    settings = ListeningSettings(way="unix", path="in.sock")

    async def twice(coming: AsyncIterator[Batch]) -> str:
        await anext(coming)
        async with aclosing(gathered(settings, Job("town.source", tmp_path), idle=0.1)) as other:
            with pytest.raises(SourceFailed, match="cannot be opened") as failed:
                await anext(other)
        _, writer = await asyncio.open_unix_connection(tmp_path / "in.sock")
        writer.write(b"hello\n")
        assert await until(coming, 1) == [b"hello"]
        os.link(tmp_path / "in.sock", tmp_path / "left.sock")
        writer.close()
        await writer.wait_closed()
        return str(failed.value.details["kind"])

    assert listening(tmp_path, settings, twice) == "unreachable"
    assert not (tmp_path / "in.sock").exists()
    (tmp_path / "left.sock").rename(tmp_path / "in.sock")
    assert listening(tmp_path, settings, twice) == "unreachable"
    (tmp_path / "in.sock").write_text("a file of somebody's")
    with pytest.raises(SourceFailed, match="cannot be opened"):
        listening(tmp_path, settings, anext)
    assert (tmp_path / "in.sock").read_text() == "a file of somebody's"


def test_lines_are_cut_where_they_end_or_grow_too_long() -> None:
    cut = Lines()
    assert cut.feed(b"a\r\n\n b\nhal") == [b"a", b" b"]
    assert cut.feed(b"f\n") == [b"half"]
    assert [len(line) for line in cut.feed(b"z" * (LONGEST + 1))] == [LONGEST + 1]
    assert cut.feed(b"rest") == []
    assert (cut.rest(), cut.rest()) == ([b"rest"], [])


def following(path: Path, place: Any, count: int, between: Callable[[int], object]) -> tuple[list[bytes], Any]:
    """The next `count` lines and the place behind them; `between` is called with how many there are so far."""

    async def whole() -> tuple[list[bytes], Any]:
        found: list[bytes] = []
        last = place
        async with asyncio.timeout(60), aclosing(followed(path, place, 0.4)) as coming:
            async for chunk in coming:
                found += chunk.lines
                last = chunk.place
                if len(found) >= count:
                    break
                if chunk.lines:
                    between(len(found))
        return found, last

    return asyncio.run(whole())


def test_a_file_that_is_truncated_in_place_is_read_from_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"first line\nsecond line\n")
    found, place = following(path, None, 3, lambda _: path.write_bytes(b"third\n"))
    assert found == [b"first line", b"second line", b"third"]
    path.write_bytes(b"another file, longer than the first one was\n")
    assert following(path, place, 1, print)[0] == [b"another file, longer than the first one was"]


def test_a_file_is_followed_through_several_rotations_while_nobody_reads(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"0\n1\n")
    found, place = following(path, None, 2, print)
    for number in range(2, 8, 2):
        with path.open("ab") as file:
            file.write(b"%d\n" % number)
        path.rename(tmp_path / f"log.{number}")
        path.write_bytes(b"%d\n" % (number + 1))
        os.utime(tmp_path / f"log.{number}", ns=(number * 10**9, number * 10**9))
    again, place = following(path, place, 6, print)
    assert found + again == [b"%d" % number for number in range(8)]
    with path.open("ab") as file:
        file.write(b"8\nhal")
    found, place = following(path, place, 1, print)
    assert found == [b"8"]
    path.rename(tmp_path / "log.8")
    path.write_bytes(b"9\n")
    assert following(path, place, 2, print)[0] == [b"hal", b"9"]


def test_a_file_that_is_not_there_yet_is_waited_for(tmp_path: Path) -> None:
    async def whole() -> list[bytes]:
        async with asyncio.timeout(60), aclosing(followed(tmp_path / "log", None, 0.2)) as coming:
            assert (await anext(coming)).lines == []
            (tmp_path / "log").write_bytes(b"now\n")
            return (await anext(coming)).lines

    assert asyncio.run(whole()) == [b"now"]
    with pytest.raises(SourceFailed):
        following(tmp_path / "nowhere" / "log", None, 1, print)
