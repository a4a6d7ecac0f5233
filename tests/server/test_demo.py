"""The demo's records: history first, then a tail through the socket, and nothing twice."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

from running import API, City
from toancanh.server.demo import Demo
from toancanh.server.platform import DEMO

NAME = "environment.rainfall"


def stored(city: City) -> int:
    with city.client() as client:
        lines = client.get(f"{API}/ledger", params={"dataset": NAME, "source": "api:demo"}).json()["items"]
    return sum(line["stored"] for line in lines)


def play(city: City, seconds: float) -> list[float]:
    services = city.platform.services
    loaded = services.catalog.demos[NAME]
    short = loaded.declaration.model_copy(update={"back": timedelta(days=40), "every": timedelta(seconds=0.2)})
    demos = MappingProxyType({NAME: replace(loaded, declaration=short)})
    shown: list[float] = []
    demo = Demo(
        replace(services.catalog, demos=demos),
        services.stores.facts,
        services.stores.state,
        services.ingest,
        DEMO,
        shown.append,
    )

    async def some_time() -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await demo.run(city.url, services.new_key(DEMO))

    city.run(some_time())
    return shown


def test_history_then_tail_and_a_restart_goes_on(city: City) -> None:
    shown = play(city, 20)
    assert shown[-1] == 1.0
    assert shown == sorted(shown)
    count = stored(city)
    assert count > 40 * 144
    again = play(city, 5)
    assert again[-1] == 1.0
    assert stored(city) - count < 1000
