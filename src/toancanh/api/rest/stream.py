"""The live stream: server-sent events (WHATWG HTML, 9.2)."""

import asyncio

from pydantic import Field
from starlette.types import Receive, Scope, Send

from toancanh.api.live import TOPICS, WIRE, Audience, Live, Wire
from toancanh.api.reply import SAFE, Reply
from toancanh.api.request import Call, Parameters
from toancanh.api.rest.common import Choices
from toancanh.api.routing import API, AnyRoute, Route
from toancanh.domain import InvalidInput, Text

LIFETIME = 3600.0
"""Seconds after which a stream ends, so that a session that has ended does not listen on."""


class StreamParameters(Parameters):
    """What to listen to."""

    topics: Choices = Field(
        list(TOPICS), description="Topics, separated by commas.", examples=["facts.committed,catalog.changed"]
    )


class _Queue:
    """A wire for servers that offer none: what is written waits until a task has sent it."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._waiting = bytearray()
        self._more = asyncio.Event()
        self._open = True

    def write(self, data: bytes) -> None:
        self._waiting += data
        self._more.set()

    def behind(self) -> int:
        return len(self._waiting)

    def closed(self) -> bool:
        return not self._open

    def finish(self) -> None:
        self._open = False
        self._more.set()

    def abort(self) -> None:
        self._waiting.clear()
        self.finish()

    async def pump(self) -> None:
        while self._open or self._waiting:
            await self._more.wait()
            self._more.clear()
            data = bytes(self._waiting)
            self._waiting.clear()
            if data:
                await self._send({"type": "http.response.body", "body": data, "more_body": True})
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})


class _Listening(Reply):
    """An answer that lasts until the listener goes away."""

    def __init__(self, live: Live, scope: Scope, receive: Receive, audience: Audience, last_id: int | None) -> None:
        super().__init__(media="text/event-stream; charset=utf-8")
        self._live = live
        self._receive = receive
        self._wire: Wire | None = scope.get("extensions", {}).get(WIRE)
        self._audience = audience
        self._last_id = last_id

    async def send(self, send: Send) -> None:
        headers = [
            *SAFE,
            (b"content-type", str(self.media).encode()),
            (b"cache-control", b"no-store"),
            (b"x-accel-buffering", b"no"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        if self._wire is not None:
            await self._listen(self._wire)
            return
        queue = _Queue(send)
        pump = asyncio.create_task(queue.pump())
        try:
            await self._listen(queue)
        finally:
            await asyncio.wait({pump}, timeout=1)
            pump.cancel()

    async def _listen(self, wire: Wire) -> None:
        self._live.join(wire, self._audience, self._last_id)
        try:
            async with asyncio.timeout(LIFETIME):
                while (await self._receive())["type"] != "http.disconnect":
                    pass
        except TimeoutError:
            pass
        finally:
            self._live.leave(wire)
            wire.finish()


async def stream(call: Call[StreamParameters, None]) -> Reply:
    """Listen to what happens."""
    unknown = [topic for topic in call.params.topics if topic not in TOPICS]
    if unknown or not call.params.topics:
        raise InvalidInput(
            Text(
                vi=f"Không có chủ đề “{', '.join(unknown)[:200]}”.",
                en=f"There is no topic '{', '.join(unknown)[:200]}'.",
            ),
            Text(vi=f"Hãy chọn trong: {', '.join(TOPICS)}.", en=f"Choose from: {', '.join(TOPICS)}."),
            topics=list(TOPICS),
        )
    services = call.services
    seen = frozenset(name for name in services.catalog.datasets if services.sees(call.viewer, name))
    return _Listening(
        services.live, call.scope, call.receive, Audience(frozenset(call.params.topics), seen), _last_id(call)
    )


def _last_id(call: Call[StreamParameters, None]) -> int | None:
    given = call.header("last-event-id")
    if not given:
        return None
    return int(given) if given.isascii() and given.isdigit() and len(given) < 20 else 0


ROUTES: tuple[AnyRoute, ...] = (
    Route(
        "GET", f"{API}/stream", stream, Text(vi="Luồng sự kiện", en="Event stream"), "stream",
        "Server-sent events. `facts.committed` says {dataset, records, first, last, areas}; several commits of a moment "
        "are merged. `Last-Event-ID` resumes; `event: reset` says that too much was missed: read again. A comment every "
        "15 seconds shows that the line is alive.",
        params=StreamParameters, media=("text/event-stream",),
    ),
)  # fmt: skip
