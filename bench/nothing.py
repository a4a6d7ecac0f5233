"""The same platform whose front door reads every delivery and keeps none: the most that the route itself can do."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import uvloop

from toancanh.domain import Receipt
from toancanh.server import Server, configuration, opened
from toancanh.settings import Settings, read_settings


class Nothing:
    """Stands where Ingest stands."""

    async def receive(self, dataset_id: str, body: bytes | AsyncIterator[bytes], **_: Any) -> Receipt:
        if not isinstance(body, bytes):
            body = b"".join([piece async for piece in body])
        return Receipt("nothing", dataset_id, "nothing", datetime.now(UTC), 1, 0, 0)


async def serve(settings: Settings) -> None:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((settings.host, settings.port))
        listener.setblocking(False)
        async with opened(settings) as platform:
            platform.services.ingest = Nothing()  # type: ignore[assignment]
            await Server(configuration(platform), platform).serve(sockets=[listener])


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(read_settings(os.environ)))
