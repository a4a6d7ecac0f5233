"""The event stream: commits arrive, the line may break, slow listeners are let go."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx

from running import AIR, API, City
from toancanh.api import Live, Metrics
from toancanh.api.live import MAX_BEHIND, REMEMBERED, Audience
from toancanh.domain import CatalogChanged, FactsCommitted

FACTS = frozenset({FactsCommitted.topic})


@dataclass
class Event:
    id: int | None
    event: str
    data: dict[str, object]


@contextmanager
def listening(
    city: City, last: int | None = None, who: str | None = None, topics: str = "facts.committed"
) -> Iterator[Iterator[Event]]:
    headers = {} if last is None else {"last-event-id": str(last)}
    with (
        city.client(who, headers=headers) as client,
        client.stream("GET", f"{API}/stream", params={"topics": topics}) as answer,
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield events(answer)


def events(answer: httpx.Response) -> Iterator[Event]:
    found = Event(None, "", {})
    for line in answer.iter_lines():
        name, _, value = line.partition(": ")
        if name == "id":
            found.id = int(value)
        elif name == "event":
            found.event = value
        elif name == "data":
            found.data = json.loads(value)
        elif line == "" and (found.event or found.id is not None):
            yield found
            found = Event(None, "", {})


def send(city: City, station: str, dataset: str = AIR) -> None:
    record = {"station": station, "time": datetime.now(UTC).isoformat(), "lon": 106.7, "lat": 20.85}
    with city.client() as client:
        answer = client.post(f"{API}/datasets/{dataset}/records", json=record)
        assert answer.json()["accepted"] == 1, answer.text


def next_of(found: Iterator[Event], dataset: str) -> Event:
    return next(event for event in found if event.data.get("dataset") == dataset)


def test_a_commit_arrives_and_a_broken_line_resumes(city: City) -> None:
    with listening(city) as found:
        begin = next(found)
        assert begin.id is not None
        assert begin.event == ""
        send(city, "S1")
        first = next_of(found, AIR)
        assert first.event == "facts.committed"
        assert first.data["records"] == 1
        assert first.data["areas"]
    send(city, "S2")
    send(city, "S3")
    with listening(city, last=first.id) as found:
        missed = 0
        while missed < 2:
            event = next_of(found, AIR)
            assert event.id is not None
            assert first.id is not None
            assert event.id > first.id
            missed += int(str(event.data["records"]))
    with listening(city, last=1) as found:
        assert next(found).event == "reset"
    with listening(city, last=1 << 60) as found:
        assert next(found).event == "reset"


def test_nobody_hears_of_what_they_may_not_see(city: City) -> None:
    hidden = FactsCommitted("hidden.dataset", 1, None, None, (), datetime.now(UTC))
    with listening(city) as found:
        next(found)
        city.platform.services.stores.bus.publish(hidden)
        send(city, "S4")
        assert next(found).data["dataset"] == AIR


def test_topics_are_checked(city: City) -> None:
    with city.client(None) as client:
        refused = client.get(f"{API}/stream", params={"topics": "facts.comitted"})
        assert refused.status_code == 422
        assert "facts.committed" in refused.json()["topics"]


class Wire:
    """A listener that reads only when told; `changed` is set whenever something happened to it."""

    def __init__(self) -> None:
        self.unread = b""
        self.gone = ""
        self.changed = asyncio.Event()

    async def until(self, wanted: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not wanted():
                self.changed.clear()
                await self.changed.wait()

    def write(self, data: bytes) -> None:
        self.unread += data
        self.changed.set()

    def behind(self) -> int:
        return len(self.unread)

    def closed(self) -> bool:
        return bool(self.gone)

    def finish(self) -> None:
        self.gone = "finished"
        self.changed.set()

    def abort(self) -> None:
        self.gone = "aborted"
        self.changed.set()


def commit(dataset: str, records: int = 1, areas: tuple[str, ...] = ()) -> FactsCommitted:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    return FactsCommitted(dataset, records, moment, moment, areas, moment)


def test_commits_of_one_moment_are_merged() -> None:
    async def scene() -> bytes:
        live, wire = Live(Metrics()), Wire()
        live.join(wire, Audience(FACTS, frozenset({"a.a", "b.b"})), None)
        wire.unread = b""
        for number in range(100):
            live.publish(commit("a.a", 2, (f"{number % 3}",)))
        live.publish(commit("b.b"))
        live.publish(commit("c.c"))
        await wire.until(lambda: bool(wire.unread))
        live.close()
        return wire.unread

    text = asyncio.run(scene()).decode()
    assert text.count("event: facts.committed") == 2
    assert '"records":200' in text
    assert '"areas":["0","1","2"]' in text
    assert "c.c" not in text


def test_a_slow_listener_is_let_go_and_the_others_go_on() -> None:
    async def scene() -> tuple[str, str, int]:
        live, slow, quick = Live(Metrics()), Wire(), Wire()
        audience = Audience(FACTS, frozenset({"a.a"}))
        live.join(slow, audience, None)
        live.join(quick, audience, None)
        slow.unread = b"x" * (MAX_BEHIND + 1)
        live.publish(commit("a.a"))
        await quick.until(lambda: bool(quick.unread.count(b"event")))
        live.publish(commit("a.a"))
        await quick.until(lambda: quick.unread.count(b"event") >= 2)
        before = slow.gone
        live.close()
        return before, quick.gone, len(slow.unread)

    assert asyncio.run(scene()) == ("aborted", "finished", MAX_BEHIND + 1)


def test_a_change_of_packs_ends_every_stream() -> None:
    async def scene() -> tuple[bytes, str]:
        live, wire = Live(Metrics()), Wire()
        live.join(wire, Audience(frozenset({CatalogChanged.topic}), frozenset()), None)
        live.publish(CatalogChanged("2"))
        await wire.until(lambda: bool(wire.gone))
        return wire.unread, wire.gone

    unread, gone = asyncio.run(scene())
    assert b"event: catalog.changed" in unread
    assert gone == "finished"


def test_the_ring_forgets_the_oldest() -> None:
    async def scene() -> bytes:
        live = Live(Metrics())
        seen, wire = frozenset(f"a.a{number}" for number in range(REMEMBERED + 10)), Wire()
        live.join(wire, Audience(FACTS, seen), None)
        begin = int(wire.unread.split(b"id: ")[1].split(b"\n")[0])
        for name in seen:
            live.publish(commit(name))
        await wire.until(lambda: wire.unread.count(b"event:") >= len(seen))
        late, later = Wire(), Wire()
        live.join(late, Audience(FACTS, seen), begin + 1)
        live.join(later, Audience(FACTS, seen), begin + 20)
        live.close()
        assert later.unread.count(b"event: facts.committed") == REMEMBERED - 10
        return late.unread

    assert b"event: reset" in asyncio.run(scene())


def test_many_listeners_hear_soon(city: City) -> None:
    with listening(city) as first, listening(city) as second:
        next(first)
        next(second)
        start = time.perf_counter()
        send(city, "S5")
        assert next_of(first, AIR).data["records"] == 1
        assert next_of(second, AIR).data["records"] == 1
        assert time.perf_counter() - start < 5
