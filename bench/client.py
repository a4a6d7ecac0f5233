"""A small HTTP client for many keep-alive connections, lean enough not to be what is measured."""

import asyncio
import time


async def hammer(port: int, requests: list[list[bytes]]) -> tuple[float, list[float]]:
    """Send each inner list over a connection of its own, one after the other; return (seconds, latencies in seconds).

    Every answer must be 2xx.
    """
    start = time.perf_counter()
    found = await asyncio.gather(*(_one(port, mine) for mine in requests))
    return time.perf_counter() - start, [latency for part in found for latency in part]


async def _one(port: int, requests: list[bytes]) -> list[float]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    found = []
    try:
        for request in requests:
            begin = time.perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 2"):
                raise OSError(head.decode("latin-1"))
            await reader.readexactly(_length(head))
            found.append(time.perf_counter() - begin)
    finally:
        writer.close()
    return found


def _length(head: bytes) -> int:
    """Return how many bytes of body follow; an answer that has none (204, 304) may leave the header out."""
    _, found, rest = head.lower().partition(b"\r\ncontent-length:")
    return int(rest.split(b"\r\n", 1)[0]) if found else 0


def request(method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> bytes:
    """Return the bytes of one HTTP/1.1 request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
