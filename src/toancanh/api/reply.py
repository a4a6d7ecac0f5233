"""What a handler gives back, and how it goes out: whole, by reference, or piece by piece."""

import gzip
import hashlib
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
from pydantic import BaseModel
from starlette.types import Send

Buffer = bytes | memoryview
JSON = "application/json"
COMPRESS_FROM = 1400
"""Smaller answers fit one packet; compressing them gains nothing."""
SAFE: list[tuple[bytes, bytes]] = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
]


@dataclass(slots=True)
class Reply:
    """An answer. `body` is one buffer, several that follow each other, or a stream; buffers are never copied."""

    body: Buffer | Sequence[Buffer] | AsyncIterator[bytes] = b""
    status: int = 200
    media: str | None = JSON
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)

    async def send(self, send: Send) -> None:
        """Send it."""
        headers = SAFE + self.headers
        if self.media is not None:
            headers.append((b"content-type", self.media.encode()))
        if isinstance(self.body, AsyncIterator):
            await self._send_stream(send, headers, self.body)
            return
        parts = (self.body,) if isinstance(self.body, bytes | memoryview) else self.body
        if self.status not in (204, 304):
            headers.append((b"content-length", str(sum(len(part) for part in parts)).encode()))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        for part in parts[:-1]:
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": parts[-1] if parts else b"", "more_body": False})

    async def _send_stream(self, send: Send, headers: list[tuple[bytes, bytes]], body: AsyncIterator[bytes]) -> None:
        started = False
        async with aclosing(body) as pieces:  # type: ignore[type-var]  # every stream here is a generator
            async for piece in pieces:
                if not started:
                    await send({"type": "http.response.start", "status": self.status, "headers": headers})
                    started = True
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        if not started:
            await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def encode(content: BaseModel | Any) -> bytes:
    """Return `content` as JSON: a model by its aliases, anything else by its natural form."""
    if isinstance(content, BaseModel):
        return content.model_dump_json(by_alias=True).encode()
    return msgspec.json.encode(content, enc_hook=_plain)


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def json_reply(content: BaseModel | Any, status: int = 200, headers: Iterable[tuple[bytes, bytes]] = ()) -> Reply:
    """Return an answer that nobody may keep."""
    return Reply(encode(content), status, headers=[(b"cache-control", b"no-store"), *headers])


def cached_reply(content: BaseModel | bytes | Any, asked: Mapping[bytes, bytes], media: str = JSON) -> Reply:
    """Return an answer with an ETag, compressed where the asker can; 304 when the asker has it already."""
    body = content if isinstance(content, bytes) else encode(content)
    tag = b'"' + hashlib.blake2b(body, digest_size=12).hexdigest().encode() + b'"'
    headers = [(b"etag", tag), (b"cache-control", b"private, no-cache"), (b"vary", b"Accept-Encoding, Cookie")]
    if matches(asked.get(b"if-none-match"), tag):
        return Reply(status=304, media=None, headers=headers)
    if len(body) >= COMPRESS_FROM and b"gzip" in asked.get(b"accept-encoding", b""):
        body = gzip.compress(body, 5, mtime=0)
        headers.append((b"content-encoding", b"gzip"))
    return Reply(body, media=media, headers=headers)


def lasting(view: memoryview, owner: object) -> memoryview:
    """Return `view` so that whoever holds it holds `owner` too: a socket keeps what it could not write yet."""
    if not view.nbytes:
        return view
    address = np.frombuffer(view, np.uint8).ctypes.data
    return memoryview(pa.foreign_buffer(address, view.nbytes, base=(view, owner)))


def matches(asked: bytes | None, tag: bytes) -> bool:
    """Return whether `If-None-Match` names `tag` (RFC 9110, 13.1.2; the weak comparison)."""
    if not asked:
        return False
    return asked.strip() == b"*" or tag in {part.strip().removeprefix(b"W/") for part in asked.split(b",")}


def no_content() -> Reply:
    """Return the answer that says: done, nothing to add."""
    return Reply(status=204, media=None, headers=[(b"cache-control", b"no-store")])
