"""A town for connectors: one pack with one dataset and one source, real stores, and the intake that reads it."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import pytest
from ruamel.yaml import YAML

from toancanh.catalog import load_catalog
from toancanh.connectors import find_connectors
from toancanh.domain import SYSTEM
from toancanh.geography import Geography
from toancanh.ingest import Ingest, Intake
from toancanh.sdk import Connector
from toancanh.settings import Settings
from toancanh.store import open_stores, table_name

T = TypeVar("T")
COUNTS = ("sent", "received", "stored", "quarantined", "duplicated")
CITY = """title: {vi: Thị trấn thử, en: Test town}
area: "31"
packs: [town]
"""
PACK = """title: {vi: Thử, en: Test}
description: {vi: Gói để thử kết nối., en: A pack to try connectors with.}
owner: {vi: Phòng thử, en: Laboratory}
icon: flask
"""


class Town:
    """A town whose loop runs in a thread of its own: `run` waits for a coroutine in it."""

    def __init__(self, home: Path, connectors: Mapping[str, Connector]) -> None:
        self.settings = Settings(home=home, facts="chdb::memory:", fsync=False, free_disk=1 << 20)
        self._connectors = connectors
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.run(self._open())
        self._reading: asyncio.Task[None] | None = None

    def run(self, work: Coroutine[Any, Any, T], timeout: float = 120) -> T:
        """What a coroutine returns."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout)

    def read(self) -> None:
        """Begin to read the sources."""

        async def begin() -> None:
            self._reading = asyncio.create_task(self.intake.run())

        self.run(begin())

    def rest(self) -> None:
        """Stop reading, in order."""

        async def end() -> None:
            if self._reading is not None:
                self._reading.cancel()
                await asyncio.gather(self._reading, return_exceptions=True)
            self._reading = None

        self.run(end())

    def restart(self) -> None:
        """Read on with new parts over the same stores, as another process would."""
        self.rest()
        self.run(self.ingest.close())
        self.run(self._begin())
        self.read()

    def stored(self, columns: str = "*", order: str = "1") -> list[dict[str, Any]]:
        """The records of the town's dataset."""
        sql = f"SELECT {columns} FROM {table_name('town.thing')} ORDER BY {order}"
        return self.run(self.stores.facts.table(sql)).to_pylist()

    def count(self) -> int:
        """How many records there are."""
        return int(self.stored("count() AS n")[0]["n"])

    def account(self) -> dict[str, int]:
        """The sums of the ledger; every line must add up."""
        lines = self.run(self.ingest.ledger())
        assert all(line.balanced for line in lines), lines
        return {name: sum(getattr(line, name) for line in lines) for name in COUNTS}

    def waiting(self) -> list[Any]:
        """The rows in quarantine."""
        return list(self.run(self.ingest.quarantine(SYSTEM, status="waiting")).rows)

    def standing(self) -> Any:
        """Where the source stands."""
        return self.run(self.intake.desk.standing("town.source"))

    def until(self, holds: Callable[[], object], seconds: float = 60) -> None:
        """Wait until something holds."""
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, f"never: {self.standing()}, {self.account()}"
            time.sleep(0.05)

    def close(self) -> None:
        """End everything."""
        self.rest()
        self.run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _open(self) -> None:
        self.stores = open_stores(self.settings)
        await self.stores.open()
        self.geography = Geography()
        self.catalog = load_catalog(self.settings.home, explain=self.stores.facts.explain_ast)
        await self._begin()
        await self.geography.start(self.stores.facts)

    async def _begin(self) -> None:
        self.ingest = Ingest(self.catalog, self.stores, self.geography, self.settings)
        await self.ingest.start()
        self.intake = Intake(self.catalog, self.stores, self.ingest, self.settings, self._connectors)

    async def _close(self) -> None:
        await self.ingest.close()
        await self.geography.close()
        await self.stores.close()


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Callable[..., Town]]:
    """Make towns: `town(source, dataset)` with the declarations of `sources/source.yaml` and `datasets/thing.yaml`."""
    made: list[Town] = []

    def make(
        source: Mapping[str, Any], dataset: Mapping[str, Any], connectors: Mapping[str, Connector] | None = None
    ) -> Town:
        home = tmp_path / f"town{len(made)}"
        pack = home / "packs" / "town"
        (pack / "sources").mkdir(parents=True)
        (pack / "datasets").mkdir()
        (home / "city.yaml").write_text(CITY)
        (pack / "pack.yaml").write_text(PACK)
        about = {"title": {"vi": "Nguồn thử", "en": "Test source"}, "dataset": "thing"}
        thing = {"title": {"vi": "Thứ thử", "en": "Test thing"}, "description": {"vi": "Để thử.", "en": "To try."}}
        yaml = YAML(typ="safe", pure=True)
        yaml.dump({**about, **source}, pack / "sources" / "source.yaml")
        yaml.dump({**thing, **dataset}, pack / "datasets" / "thing.yaml")
        made.append(Town(home, find_connectors() if connectors is None else connectors))
        return made[-1]

    yield make
    for one in made:
        one.close()
