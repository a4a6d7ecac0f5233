"""A small server of background squares for maps, in place of somebody else's: one colour, and silent on demand."""

import struct
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

COLOUR = (196, 154, 108)


@dataclass
class Squares:
    """What was asked of the server, and whether it refuses."""

    url: str = ""
    refusing: bool = False
    asked: list[str] = field(default_factory=list)

    def rested(self, seconds: float = 2.0) -> int:
        """Wait until nothing was asked for some seconds; return how much was asked."""
        seen = -1
        while seen != len(self.asked):
            seen = len(self.asked)
            time.sleep(seconds)
        return seen


@contextmanager
def squares() -> Iterator[Squares]:
    """Serve squares on loopback until the end of the block."""
    told = Squares()
    picture = _png(256)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.asked.append(self.path)
            self.send_response(503 if told.refusing else 200)
            self.send_header("access-control-allow-origin", "*")
            self.send_header("cache-control", "no-store")
            self.send_header("content-type", "image/png")
            self.end_headers()
            if not told.refusing:
                self.wfile.write(picture)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, name="squares")
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join(60)


def _png(side: int) -> bytes:
    """Return a picture of one colour with a darker edge, so that squares can be told apart."""
    edge, row = bytes([90, 70, 50]), bytes(COLOUR) * (side - 1)
    rows = b"\0" + edge * side + b"".join(b"\0" + edge + row for _ in range(side - 1))
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        for name, content in parts
    )
