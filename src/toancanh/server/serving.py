"""Serving a city over HTTP until somebody says stop."""

import asyncio
import contextlib
import gc
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import uvicorn
import uvloop

from toancanh.domain import Text, Unavailable
from toancanh.server.door import Door
from toancanh.server.platform import LOCAL, Platform, opened, roles_of
from toancanh.settings import Settings

LOCAL_KEY = Path("data/local.key")
"""Where a running server leaves a key for those who may read the city's folder."""
GRACE = 10
"""Seconds that requests on their way may take once the server stops."""
KEEP_ALIVE = 75
_LOG = logging.getLogger("toancanh.server")
_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


class Server(uvicorn.Server):
    """uvicorn, that ends by our signals' rule, and lets event streams go before it waits for requests to end."""

    def __init__(self, config: uvicorn.Config, platform: Platform) -> None:
        super().__init__(config)
        self._platform = platform
        self._stopped = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop in order at the first SIGINT or SIGTERM, at once at the second; nothing is raised again afterwards."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stop)
        try:
            yield
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more requests, let streams go, and wait for what is on its way."""
        self._platform.services.live.close()
        await super().shutdown(sockets)

    async def wait(self) -> None:
        """Work without listening, until a signal."""
        with self.capture_signals():
            await self._stopped.wait()

    def _stop(self) -> None:
        self.force_exit = self.should_exit
        self.should_exit = True
        self._stopped.set()


def serve(settings: Settings) -> None:
    """Serve the city until SIGINT or SIGTERM.

    Only a process that plays `serve` takes the port. Raises NotFound where there is no city, InvalidPack, StoreLocked,
    Unavailable when the port is taken.
    """
    logging.basicConfig(
        level=_LEVELS[settings.log], stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    for quiet in ("uvicorn.error", "httpx", "httpcore", "alembic"):
        logging.getLogger(quiet).setLevel(max(_LEVELS[settings.log], logging.WARNING))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    started = perf_counter()
    serves = "serve" in roles_of(settings)
    with _bound(settings) if serves else contextlib.nullcontext() as listener:
        gc.disable()  # what a start makes, stays: looking through it for garbage is lost time, now and later
        async with opened(settings) as platform:
            gc.freeze()
            gc.enable()
            server = Server(configuration(platform), platform)
            with _local_key(settings, platform.services.new_key(LOCAL)):
                platform.begin()
                asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, platform.reload)
                _LOG.info(
                    "%s: %s (%.1f s; Ctrl+C để dừng / to stop)",
                    platform.services.catalog.city.title.vi,
                    f"http://{settings.host}:{settings.port}" if serves else settings.role,
                    perf_counter() - started,
                )
                await (server.serve(sockets=[listener]) if listener else server.wait())


def configuration(platform: Platform) -> uvicorn.Config:
    """Return how uvicorn serves a platform."""
    return uvicorn.Config(
        platform.app,
        http=Door,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=GRACE,
    )


@contextlib.contextmanager
def _bound(settings: Settings) -> Iterator[socket.socket]:
    """Yield a socket of our address, so that a port that is taken is told before anything is opened."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((settings.host, settings.port))
        except OSError as error:
            raise Unavailable(
                Text(
                    vi=f"Không mở được cổng {settings.host}:{settings.port} ({error.strerror}).",
                    en=f"{settings.host}:{settings.port} cannot be opened ({error.strerror}).",
                ),
                Text(
                    vi="Dừng chương trình đang dùng cổng này, hoặc đặt TOANCANH_PORT.",
                    en="Stop the program that uses it, or set TOANCANH_PORT.",
                ),
            ) from error
        listener.setblocking(False)
        yield listener


@contextlib.contextmanager
def _local_key(settings: Settings, key: str) -> Iterator[None]:
    """Leave the key of this run in the city's folder, for its owner only."""
    path = settings.home / LOCAL_KEY
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
