"""Others that send: sockets of the test, and free ports."""

import contextlib
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path


def free_port(kind: int = socket.SOCK_STREAM) -> int:
    """A port that nobody has now."""
    with contextlib.closing(socket.socket(socket.AF_INET, kind)) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def send_datagrams(port: int, datagrams: Iterable[bytes]) -> int:
    """Send each; return how many."""
    count = 0
    with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as one:
        for datagram in datagrams:
            one.sendto(datagram, ("127.0.0.1", port))
            count += 1
    return count


def send_stream(port: int, data: bytes) -> None:
    """Connect as soon as somebody listens, send all, close."""
    with connected(port) as one:
        one.sendall(data)


def send_to_path(path: Path, data: bytes) -> None:
    """Connect to a Unix socket as soon as it is there, send all, close."""
    wait(path.exists)
    with contextlib.closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as one:
        one.connect(str(path))
        one.sendall(data)


@contextlib.contextmanager
def connected(port: int, seconds: float = 60) -> Iterator[socket.socket]:
    """A connection to a port that may be opened later."""
    end = time.monotonic() + seconds
    while True:
        try:
            one = socket.create_connection(("127.0.0.1", port), 5)
            break
        except OSError:
            assert time.monotonic() < end, "nobody listens"
            time.sleep(0.05)
    with contextlib.closing(one):
        yield one


def bound(port: int) -> bool:
    """Whether somebody listens at the UDP port."""
    return any(f":{port:04X} " in Path(f"/proc/net/{name}").read_text() for name in ("udp", "udp6"))


def wait(holds: Callable[[], object], seconds: float = 60) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "never"
        time.sleep(0.02)
