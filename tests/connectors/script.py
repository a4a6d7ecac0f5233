"""A connector whose other side is a script of the test: what it gives, when it fails, what was acknowledged."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Annotated, Any

from toancanh.domain import Receipt, Text
from toancanh.sdk import Connector, ConnectorSettings, Delivery, Job, Knock, Secret, json_lines, setting

PAGE = 10


class Settings(ConnectorSettings):
    """What the script needs."""

    address: Annotated[str, setting(Text(vi="Địa chỉ", en="Address"), Text(vi="Ở đâu.", en="Where."))]
    password: Annotated[
        Secret | None, setting(Text(vi="Mật khẩu", en="Password"), Text(vi="Bí mật.", en="Secret."))
    ] = None


class Script:
    """The other side: numbers 0, 1, 2… of which `there` exist; `before` runs before each page and may fail."""

    def __init__(self) -> None:
        self.there = 0
        self.asked: list[Job] = []
        self.passwords: list[str | None] = []
        self.settled: list[int] = []
        self.before: Callable[[Job, int], Any] = lambda job, first: None

    async def page(self, job: Job, first: int) -> None:
        """Be asked for a page."""
        waited = self.before(job, first)
        if asyncio.iscoroutine(waited):
            await waited


SCRIPT = Script()


async def read(settings: Settings, job: Job) -> AsyncGenerator[Delivery, None]:
    """Give the pages that are there after the cursor, or all of them for a range."""
    SCRIPT.asked.append(job)
    SCRIPT.passwords.append(settings.password.get_secret_value() if settings.password else None)
    first = 0 if job.span else (job.cursor or {"next": 0})["next"]
    while first < SCRIPT.there:
        await SCRIPT.page(job, first)
        last = min(first + PAGE, SCRIPT.there)

        async def settled(receipt: Receipt, last: int = last) -> None:
            SCRIPT.settled.append(last)

        rows = [{"code": str(n), "time": "2026-01-01T00:00:00Z", "value": n} for n in range(first, last)]
        yield Delivery(json_lines(rows), cursor={"next": last}, settled=settled)
        first = last


def answer(settings: Settings, knock: Knock) -> Delivery:
    """Take a request as it is."""
    return Delivery(knock.body)


CONNECTOR = Connector(
    "script",
    Text(vi="Kịch bản", en="Script"),
    Text(vi="Để thử.", en="For tests."),
    Settings,
    read=f"{__name__}:read",
    answer=f"{__name__}:answer",
    spans=True,
)
