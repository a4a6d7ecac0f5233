"""Listening: datagrams, streams and serial lines are gathered into batches, in bounded memory and with what was lost."""

import asyncio
import contextlib
import errno
import os
import socket
import stat
import sys
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from toancanh.connectors.following import followed
from toancanh.connectors.listened import ListeningSettings, SecureListeningSettings
from toancanh.connectors.serial_port import open_serial
from toancanh.connectors.trust import server_trust
from toancanh.domain import SourceFailed, Text
from toancanh.sdk import Cursor, Job, unreachable

GATHER = 0.2
"""Seconds in which what comes together becomes one batch."""
FRAMES, BYTES = 20_000, 4 << 20
"""How much a batch holds at most; beyond it senders over TCP wait, and the system's buffer fills for the others."""
LONGEST = 256 << 10
"""Bytes of the longest frame in a stream; what is longer is cut."""
_AT_ONCE = 256
_SO_RXQ_OVFL = 40
"""Linux: tells with each datagram how many the socket lost so far."""


class Framing(Protocol):
    """Cuts a stream into frames."""

    def feed(self, data: bytes) -> list[bytes]:
        """Take bytes; return the frames that are whole now."""
        ...

    def rest(self) -> list[bytes]:
        """Return what is left at the end of the stream."""
        ...


class Lines:
    """Lines, ended by LF or CRLF. Empty ones are none."""

    def __init__(self) -> None:
        self._half = b""

    def feed(self, data: bytes) -> list[bytes]:
        """Take bytes; return the lines that are whole now."""
        *whole, self._half = (self._half + data).split(b"\n")
        if len(self._half) > LONGEST:
            whole.append(self._half)
            self._half = b""
        return [line for line in (line.rstrip(b"\r") for line in whole) if line]

    def rest(self) -> list[bytes]:
        """Return a line that was not ended."""
        half, self._half = self._half, b""
        return [half] if half.strip() else []


@dataclass(slots=True)
class Batch:
    """Frames that came together; `at` is when each came (Unix seconds), `senders` from whom, `lost` how many never came in.

    `cursor` is where a followed file goes on, `name` what its content is called.
    """

    frames: list[bytes] = field(default_factory=list)
    at: list[float] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    lost: int = 0
    cursor: Cursor = None
    name: str | None = None


class Heap:
    """What came and was not taken yet."""

    def __init__(self) -> None:
        self.some = asyncio.Event()
        self.full = asyncio.Event()
        self.ended: SourceFailed | None = None
        self._batch = Batch()
        self._size = 0
        self._dropped = 0
        self._waiting: list[Callable[[], object]] = []

    def add(self, frames: list[bytes], sender: str) -> None:
        """Take frames of one sender that came now."""
        if not frames:
            return
        batch = self._batch
        batch.frames += frames
        batch.at += [time.time()] * len(frames)
        batch.senders += [sender] * len(frames)
        self._size += sum(map(len, frames))
        if self._size >= BYTES or len(batch.frames) >= FRAMES:
            self.full.set()
        self.some.set()

    def dropped(self, total: int) -> None:
        """Hear how many datagrams the system lost since the socket was opened, modulo 2³²."""
        self._batch.lost += (total - self._dropped) % (1 << 32)
        self._dropped = total

    def end(self, why: SourceFailed) -> None:
        """Hear that nothing more will come."""
        self.ended = self.ended or why
        self.some.set()
        self.full.set()

    def when_room(self, go_on: Callable[[], object]) -> None:
        """Call `go_on` once the batch was taken."""
        self._waiting.append(go_on)

    def take(self) -> Batch:
        """Return what there is, and let senders go on."""
        found, self._batch, self._size = self._batch, Batch(), 0
        if self.ended is None:
            self.some.clear()
            self.full.clear()
        waiting, self._waiting = self._waiting, []
        for go_on in waiting:
            go_on()
        return found


async def gathered(
    settings: ListeningSettings,
    job: Job,
    stream: Callable[[], Framing] = Lines,
    datagram: Callable[[bytes], list[bytes]] | None = None,
    *,
    idle: float | None = None,
) -> AsyncGenerator[Batch]:
    """Yield batches as they come, and an empty one after `idle` seconds of silence.

    `stream` cuts streams into frames, `datagram` a datagram; it is one frame by itself. Raises SourceFailed where the
    port cannot be opened, the other side is not there or goes away, after the last batch.
    """
    if settings.way == "file":
        async for chunk in followed(job.folder / str(settings.path), (job.cursor or {}).get("file"), idle):
            at = [time.time()] * len(chunk.lines)
            yield Batch(chunk.lines, at, [""] * len(at), cursor={"file": chunk.place}, name=chunk.name)
        return
    heap = Heap()
    async with _opened(settings, job, heap, stream, datagram or (lambda data: [data])):
        while True:
            try:
                async with asyncio.timeout(idle):
                    await heap.some.wait()
            except TimeoutError:
                yield Batch()
                continue
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(GATHER):
                    await heap.full.wait()
            batch = heap.take()
            if batch.frames:
                yield batch
            elif heap.ended is not None:
                raise heap.ended


@asynccontextmanager
async def _opened(
    settings: ListeningSettings,
    job: Job,
    heap: Heap,
    stream: Callable[[], Framing],
    datagram: Callable[[bytes], list[bytes]],
) -> AsyncIterator[None]:
    async with contextlib.AsyncExitStack() as ending:
        where = f"{settings.host or '*'}:{settings.port}" if settings.port else str(settings.path)
        try:
            await _open(settings, job, heap, stream, datagram, ending)
        except OSError as error:
            if settings.way == "connect":
                raise unreachable(where, error) from error
            raise _closed(where, error) from error
        yield


async def _open(
    settings: ListeningSettings,
    job: Job,
    heap: Heap,
    stream: Callable[[], Framing],
    datagram: Callable[[bytes], list[bytes]],
    ending: contextlib.AsyncExitStack,
) -> None:
    loop = asyncio.get_running_loop()
    way, host, port = settings.way, settings.host, settings.port or 0
    path = str(job.folder / (settings.path or ""))
    if way == "udp":
        _Datagrams(_datagram_socket(host, port, settings.buffer_megabytes), heap, datagram).start(ending)
    elif way == "serial":
        _Serial(open_serial(path, getattr(settings, "baud", 9600)), path, heap, stream()).start(ending)
    elif way == "connect":
        where = f"{host}:{port}"
        async with asyncio.timeout(30):
            transport, _ = await loop.create_connection(lambda: _Stream(heap, stream(), set(), where), host or "", port)
        ending.callback(transport.abort)
    else:
        there: set[asyncio.BaseTransport] = set()
        ending.callback(_part, there)
        made = lambda: _Stream(heap, stream(), there)  # noqa: E731 - a factory as asyncio wants it
        if way == "unix":
            _clear(path)
            server = await loop.create_unix_server(made, path)
            ending.callback(Path(path).unlink, missing_ok=True)
        else:
            server = await loop.create_server(made, host, port, ssl=_trust(settings, job))
        ending.callback(server.close)


class _Datagrams:
    """Reads a UDP socket while there is room; while there is none, the system's buffer fills, and its losses are counted."""

    def __init__(self, own: socket.socket, heap: Heap, cut: Callable[[bytes], list[bytes]]) -> None:
        self._own, self._heap, self._cut = own, heap, cut
        self._loop = asyncio.get_running_loop()

    def start(self, ending: contextlib.AsyncExitStack) -> None:
        ending.callback(self._own.close)
        ending.callback(self._loop.remove_reader, self._own)
        self._go_on()

    def _go_on(self) -> None:
        self._loop.add_reader(self._own, self._come)

    def _come(self) -> None:
        for _ in range(_AT_ONCE):
            if self._heap.full.is_set():
                self._loop.remove_reader(self._own)
                self._heap.when_room(self._go_on)
                return
            try:
                data, told, _, sender = self._own.recvmsg(65536, 64)
            except (BlockingIOError, InterruptedError):
                return
            except OSError as error:
                self._heap.end(unreachable("UDP", error))
                return
            for level, kind, value in told:
                if (level, kind) == (socket.SOL_SOCKET, _SO_RXQ_OVFL):
                    self._heap.dropped(int.from_bytes(value, sys.byteorder))
            self._heap.add(self._cut(data), sender[0])


class _Stream(asyncio.Protocol):
    """One connection. With `other`, its end is the end of the reading."""

    def __init__(
        self, heap: Heap, framing: Framing, there: set[asyncio.BaseTransport], other: str | None = None
    ) -> None:
        self._heap, self._framing, self._there, self._other = heap, framing, there, other
        self._sender = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._there.add(transport)
        peer = transport.get_extra_info("peername")
        self._sender = str(peer[0]) if isinstance(peer, tuple) else ""

    def data_received(self, data: bytes) -> None:
        self._heap.add(self._framing.feed(data), self._sender)
        if self._heap.full.is_set() and isinstance(self._transport, asyncio.Transport):
            self._transport.pause_reading()
            self._heap.when_room(self._go_on)

    def connection_lost(self, exc: Exception | None) -> None:
        self._there.discard(self._transport)
        self._heap.add(self._framing.rest(), self._sender)
        if self._other is not None:
            self._heap.end(unreachable(self._other, exc or "closed"))

    def _go_on(self) -> None:
        if isinstance(self._transport, asyncio.Transport) and not self._transport.is_closing():
            self._transport.resume_reading()


class _Serial:
    """Reads a serial port while there is room."""

    def __init__(self, port: Any, path: str, heap: Heap, framing: Framing) -> None:
        self._port, self._path, self._heap, self._framing = port, path, heap, framing
        self._loop = asyncio.get_running_loop()

    def start(self, ending: contextlib.AsyncExitStack) -> None:
        ending.callback(self._port.close)
        ending.callback(self._loop.remove_reader, self._port.fileno())
        self._go_on()

    def _go_on(self) -> None:
        self._loop.add_reader(self._port.fileno(), self._come)

    def _come(self) -> None:
        if self._heap.full.is_set():
            self._loop.remove_reader(self._port.fileno())
            self._heap.when_room(self._go_on)
            return
        try:
            data = os.read(self._port.fileno(), 65536)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            data, why = b"", str(error)
        else:
            why = "closed"
        if data:
            self._heap.add(self._framing.feed(data), "")
        else:
            self._loop.remove_reader(self._port.fileno())
            self._heap.add(self._framing.rest(), "")
            self._heap.end(unreachable(self._path, why))


def _datagram_socket(host: str | None, port: int, megabytes: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in (host or "") else socket.AF_INET
    own = socket.socket(family, socket.SOCK_DGRAM)
    try:
        own.setblocking(False)
        own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, megabytes << 20)
        if sys.platform == "linux":
            own.setsockopt(socket.SOL_SOCKET, _SO_RXQ_OVFL, 1)
        own.bind((host or "", port))
    except OSError:
        own.close()
        raise
    return own


def _trust(settings: ListeningSettings, job: Job) -> Any:
    if not isinstance(settings, SecureListeningSettings) or settings.way != "tls":
        return None
    assert settings.certificate is not None
    assert settings.key is not None
    return server_trust(job.folder, settings.certificate, settings.key, settings.authority)


def _part(there: set[asyncio.BaseTransport]) -> None:
    for one in list(there):
        if isinstance(one, asyncio.Transport):
            one.abort()


def _clear(path: str) -> None:
    """Remove a socket that nobody listens at. Raises OSError where somebody does, or something else is there."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe, contextlib.suppress(FileNotFoundError):
        if not stat.S_ISSOCK(Path(path).stat().st_mode):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
        try:
            probe.connect(path)
        except ConnectionRefusedError:
            Path(path).unlink()
        else:
            raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))


def _closed(where: str, why: OSError) -> SourceFailed:
    return SourceFailed(
        Text(vi=f"Không mở được {where}: {why}.", en=f"{where} cannot be opened: {why}."),
        Text(
            vi="Kiểm tra xem có chương trình hoặc nguồn khác đang dùng, và quyền mở; cổng dưới 1024 cần quyền riêng.",
            en="See whether another program or source uses it, and whether it may be opened; ports below 1024 need a right.",
        ),
        kind="unreachable",
    )
