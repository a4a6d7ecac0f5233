"""The outbox: an event comes with its change, after it, and at least once."""

import asyncio
import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select

from toancanh.domain import AlertChanged, CatalogChanged, FactsCommitted, IncidentChanged
from toancanh.settings import Settings
from toancanh.store import Bus, Outbox, Stores, open_state, open_stores, tables

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 6, 1, 7, 30, 0, 123456, tzinfo=UTC)
EVENTS = (
    CatalogChanged("v1"),
    FactsCommitted("test.air", 12, NOW, None, ("11413", "11914"), NOW),
    AlertChanged("alr_1", "open", "high", "test.rule"),
    IncidentChanged("inc_1", "đang xử lý"),
)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def waiting(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(tables.outbox)).scalar_one()


async def test_every_kind_of_event_comes_out_as_it_went_in(tmp_path: Path) -> None:
    state, bus = open_state(Settings(home=tmp_path)), Bus()
    outbox = Outbox(state, bus)
    await state.open()
    await outbox.open()
    with bus.subscribe() as events:
        await state.write(lambda connection: [outbox.add(connection, event) for event in EVENTS] and None)
        assert [await anext(events) for _ in EVENTS] == list(EVENTS)
    await outbox.close()
    await state.close()


async def test_an_event_whose_change_failed_never_comes(tmp_path: Path) -> None:
    state, bus = open_state(Settings(home=tmp_path)), Bus()
    outbox = Outbox(state, bus)
    await state.open()
    await outbox.open()

    def change(n: int, connection: Connection) -> None:
        outbox.add(connection, CatalogChanged(str(n)))
        if n % 2:
            raise ValueError(n)

    with bus.subscribe() as events:
        await asyncio.gather(
            *(state.write(lambda connection, n=n: change(n, connection)) for n in range(20)), return_exceptions=True
        )
        found = [await anext(events) for _ in range(10)]
    assert found == [CatalogChanged(str(n)) for n in range(0, 20, 2)]
    await outbox.close()
    await state.close()


async def test_what_was_not_published_comes_after_the_next_start(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    state = open_state(settings)
    await state.open()
    stopped = Outbox(state, Bus())
    await state.write(
        lambda connection: [stopped.add(connection, CatalogChanged(str(n))) for n in range(1200)] and None
    )
    assert await state.read(waiting) == 1200
    await state.close()

    state, bus = open_state(settings), Bus()
    outbox = Outbox(state, bus)
    await state.open()
    with bus.subscribe(size=2000) as events:
        await outbox.open()
        assert [await anext(events) for _ in range(1200)] == [CatalogChanged(str(n)) for n in range(1200)]
    await state.write(lambda connection: outbox.add(connection, CatalogChanged("last")))
    with bus.subscribe() as events:
        await state.write(lambda connection: outbox.add(connection, CatalogChanged("sign")))
        while await anext(events) != CatalogChanged("sign"):
            pass
    await outbox.close()
    await outbox.close()
    assert await state.read(waiting) <= 2, "the last two may be published and not yet forgotten"
    await state.close()


async def test_an_event_that_cannot_be_read_stops_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    state, bus = open_state(Settings(home=tmp_path)), Bus()
    outbox = Outbox(state, bus)
    await state.open()
    strange = [
        {"topic": "no.such.topic", "payload": "{}", "created": NOW},
        {"topic": "catalog.changed", "payload": "{", "created": NOW},
    ]
    await state.write(lambda connection: connection.execute(tables.outbox.insert(), strange) and None)
    with bus.subscribe() as events:
        await outbox.open()
        await state.write(lambda connection: outbox.add(connection, CatalogChanged("v2")))
        assert await anext(events) == CatalogChanged("v2")
    assert caplog.text.count("cannot be read and is dropped") == 2
    await outbox.close()
    await state.close()


async def test_the_relay_goes_on_after_trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toancanh.store.outbox.RETRY_SECONDS", 0.0)
    state, bus = open_state(Settings(home=tmp_path)), Bus()
    outbox = Outbox(state, bus)
    troubled = asyncio.Event()
    tell = logging.Handler()
    tell.emit = lambda record: troubled.set()  # type: ignore[method-assign]
    logger = logging.getLogger("toancanh.store.outbox")
    logger.addHandler(tell)
    with bus.subscribe() as events:
        await outbox.open()
        await troubled.wait()
        logger.removeHandler(tell)
        await state.open()
        await state.write(lambda connection: outbox.add(connection, CatalogChanged("late")))
        assert await anext(events) == CatalogChanged("late")
    await outbox.close()
    await state.close()


async def test_stores_are_opened_and_closed_together(tmp_path: Path) -> None:
    stores: Stores = open_stores(Settings(home=tmp_path, facts="chdb::memory:"))
    await stores.open()
    assert (await stores.state.health()).status == "ok"
    assert (await stores.blobs.health()).status in ("ok", "degraded")
    assert (await stores.facts.health()).status in ("ok", "degraded")
    await stores.close()
    await stores.close()
    assert (await stores.state.health()).status == "down"


async def test_stores_that_cannot_all_open_leave_none_open(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "blobs").write_text("a file where a folder belongs")
    stores = open_stores(Settings(home=tmp_path, facts="chdb::memory:"))
    with pytest.raises(Exception, match="blob store"):
        await stores.open()
    assert (await stores.state.health()).status == "down"
    assert (await stores.facts.health()).status == "down"
