"""The bus: everybody who keeps up hears everything, in order; who does not is told so and delays nobody."""

import asyncio
import threading
from datetime import UTC, datetime

import pytest

from toancanh.domain import CatalogChanged, Event, FactsCommitted, InvalidInput, Overloaded
from toancanh.settings import Settings
from toancanh.store import Bus, open_bus

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def committed(records: int) -> FactsCommitted:
    return FactsCommitted("test.air", records, None, None, (), datetime(2026, 1, 1, tzinfo=UTC))


async def test_each_subscriber_gets_its_topics_in_order() -> None:
    bus = Bus()
    with (
        bus.subscribe("facts.committed") as facts,
        bus.subscribe("catalog.changed") as catalog,
        bus.subscribe() as every,
    ):
        published: list[Event] = [committed(1), CatalogChanged("v2"), committed(2)]
        for event in published:
            bus.publish(event)
        await bus.close()
        assert [event async for event in facts] == [published[0], published[2]]
        assert [event async for event in catalog] == [published[1]]
        assert [event async for event in every] == published


async def test_events_from_many_threads_all_arrive() -> None:
    bus = Bus()
    threads = [
        threading.Thread(target=lambda t=t: [bus.publish(committed(t * 1000 + n)) for n in range(500)])
        for t in range(4)
    ]
    with bus.subscribe("facts.committed", size=2000) as events:
        for thread in threads:
            thread.start()
        found = [await anext(events) for _ in range(2000)]
    for thread in threads:
        thread.join()
    numbers = [event.records for event in found if isinstance(event, FactsCommitted)]
    assert sorted(numbers) == [t * 1000 + n for t in range(4) for n in range(500)]
    for t in range(4):
        own = [number for number in numbers if number // 1000 == t]
        assert own == sorted(own)


async def test_a_slow_subscriber_is_told_and_the_others_lose_nothing() -> None:
    bus = Bus()
    with bus.subscribe(size=10) as slow, bus.subscribe(size=1000) as quick:
        for n in range(100):
            bus.publish(committed(n))
        assert len(await quick.batch()) == 100
        assert len(await slow.batch()) == 10
        with pytest.raises(Overloaded, match="did not keep up"):
            await anext(slow)
        assert (bus.health().subscribers, bus.health().dropped, bus.health().published) == (1, 1, 100)
        bus.publish(committed(100))
        assert await quick.batch() == [committed(100)]


async def test_a_waiting_subscriber_wakes_for_an_event_and_for_the_end() -> None:
    bus = Bus()
    events = bus.subscribe()
    waiting = asyncio.create_task(events.batch())
    await asyncio.sleep(0)
    bus.publish(committed(1))
    assert await waiting == [committed(1)]
    waiting = asyncio.create_task(events.batch())
    await asyncio.sleep(0)
    await bus.close()
    assert await waiting == []
    assert await events.batch() == []


async def test_after_the_end_nothing_is_taken_in() -> None:
    bus = Bus()
    with bus.subscribe() as left:
        pass
    bus.publish(committed(1))
    assert await left.batch() == []
    await bus.close()
    await bus.close()
    bus.publish(committed(2))
    assert [event async for event in bus.subscribe()] == []
    assert bus.health().status == "down"


def test_a_subscriber_whose_loop_is_gone_is_forgotten() -> None:
    bus = Bus()

    async def subscribe() -> None:
        bus.subscribe()

    asyncio.run(subscribe())
    bus.publish(committed(1))
    assert bus.health().subscribers == 0


def test_an_unknown_bus_is_refused_by_name() -> None:
    assert isinstance(open_bus(Settings()), Bus)
    with pytest.raises(InvalidInput, match="TOANCANH_BUS"):
        open_bus(Settings(bus="nats://localhost"))
