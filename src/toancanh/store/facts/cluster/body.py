"""The body of a streamed HTTP answer, and the error that a server may write into it half-way."""

from collections.abc import Iterator
from typing import Any

from toancanh.store.facts.faults import fault

_PIECE = 1 << 20


def pieces(response: Any) -> Iterator[bytes]:
    """Yield the body; raise the error that the server tells after it has begun to answer.

    A server that fails half-way writes `__exception__`, its tag (which the headers announce) and the error, and ends.
    Older servers just break the connection, which the caller notices.
    """
    tag = response.headers.get("X-ClickHouse-Exception-Tag")
    marker = f"__exception__\r\n{tag}".encode() if tag else b""
    held = b""
    while piece := response.read1(_PIECE):
        if not marker:
            yield piece
            continue
        held += piece
        found = held.find(marker)
        if found >= 0:
            told = held[found + len(marker) :] + response.read()
            raise fault(RuntimeError(told.decode(errors="replace").strip()))
        keep = len(marker) - 1
        if len(held) > keep:
            yield held[:-keep]
            held = held[-keep:]
    if held:
        yield held
