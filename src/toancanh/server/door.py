"""The HTTP protocol at the socket: uvicorn's, with a limit on request heads and a direct wire for event streams."""

import asyncio
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from toancanh.api import WIRE, HeadersTooLarge, MalformedRequest, problem
from toancanh.domain import Text, ToanCanhError

MAX_HEAD = 64 << 10
"""Largest request head, in bytes."""
LINGER = 1.0
HEAD_SECONDS = 20.0
"""A connection that has not sent a whole request head by then is closed."""


class Door(HttpToolsProtocol):
    """One connection. A request head past `MAX_HEAD` gets 431; a broken one 400; both as problem details."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._head = self._fields = 0
        self._in_head = True
        self._patience: asyncio.TimerHandle | None = None
        self._deaf = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for a request."""
        super().connection_made(transport)  # type: ignore[arg-type]  # asyncio gives streams a Transport
        self._patience = self.loop.call_later(HEAD_SECONDS, self._tired)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._rest()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes from the socket; after a refusal they are let fall, so that the other side can read why."""
        if self._deaf:
            return
        super().data_received(data)
        if self._in_head:
            self._head += len(data)
            if self._head > MAX_HEAD and not self.transport.is_closing():
                self._refuse(_too_large())

    def on_message_begin(self) -> None:
        """Begin a request."""
        super().on_message_begin()
        self._in_head = True
        self._head = self._fields = 0
        self.scope["extensions"] = {WIRE: Wire(self.transport)}  # type: ignore[dict-item]  # our own extension

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; raise ValueError, which the parser turns into a refusal, when there are too many."""
        self._fields += len(name) + len(value) + 4
        if self._fields > MAX_HEAD:
            raise ValueError("too many headers")
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Start to answer."""
        self._in_head = False
        self._rest()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what is not HTTP."""
        if self._fields > MAX_HEAD:
            self._refuse(_too_large())
            return
        self._refuse(
            MalformedRequest(
                Text(vi="Đây không phải yêu cầu HTTP hợp lệ.", en="This is not a valid HTTP request."),
                Text(vi="Hãy gửi HTTP/1.1 (RFC 9112).", en="Send HTTP/1.1 (RFC 9112)."),
                reason=msg,
            )
        )

    def _refuse(self, error: ToanCanhError) -> None:
        if self._deaf:
            return
        status, headers, body = problem(error)
        lines = [STATUS_LINE[status], *(name + b": " + value + b"\r\n" for name, value in headers)]
        self.transport.write(b"".join([*lines, b"connection: close\r\n\r\n", body]))
        self.transport.write_eof()
        self._deaf = True
        self._rest()
        self._patience = self.loop.call_later(LINGER, self.transport.close)

    def _rest(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _tired(self) -> None:
        if self._in_head and not self.transport.is_closing():
            self.transport.close()


def _too_large() -> HeadersTooLarge:
    return HeadersTooLarge(
        Text(
            vi=f"Phần đầu của yêu cầu vượt quá {MAX_HEAD} byte.",
            en=f"The head of the request is larger than {MAX_HEAD} bytes.",
        ),
        Text(vi="Hãy bớt cookie và header.", en="Send fewer cookies and headers."),
    )


class Wire:
    """Writes chunks of an answer straight to the socket, without waking a task for each listener."""

    __slots__ = ("_transport",)

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport

    def write(self, data: bytes) -> None:
        """Write one chunk (RFC 9112, 7.1)."""
        if data and not self._transport.is_closing():
            self._transport.write(b"%x\r\n%b\r\n" % (len(data), data))

    def behind(self) -> int:
        """Return how many bytes the other side has not taken yet."""
        return self._transport.get_write_buffer_size()

    def closed(self) -> bool:
        """Return whether the other side is gone."""
        return self._transport.is_closing()

    def finish(self) -> None:
        """End the answer and the connection."""
        if not self._transport.is_closing():
            self._transport.write(b"0\r\n\r\n")
            self._transport.close()

    def abort(self) -> None:
        """Drop the connection."""
        self._transport.abort()
