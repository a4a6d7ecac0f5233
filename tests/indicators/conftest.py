"""A made-up town: its pack, its records in real stores, and one way to ask about them."""

import asyncio
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pytest
from town_records import CITY, air_rows, at, log_rows, people_rows, permit_rows, permits, readings

from toancanh.catalog import Catalog, load_catalog
from toancanh.domain import SYSTEM, Query, Viewer
from toancanh.geography import Geography
from toancanh.indicators import Indicators
from toancanh.indicators.answers import Answer
from toancanh.indicators.planner import Planner
from toancanh.indicators.render.answer import answer_sql
from toancanh.settings import Settings
from toancanh.store import Stores, open_stores, table_spec

T = TypeVar("T")
NOW = at("2026-03-18T10:10:00")
"""The moment at which tests ask, unless they say otherwise."""


@dataclass
class Town:
    """Everything that a test asks with. `now` is the moment of the question."""

    runner: asyncio.Runner
    stores: Stores
    catalog: Catalog
    geography: Geography
    settings: Settings
    now: datetime = NOW
    indicators: Indicators = field(init=False)

    def __post_init__(self) -> None:
        self.renew()

    def renew(self) -> None:
        """Forget all that was kept."""
        self.now = NOW
        self.indicators = Indicators(self.catalog, self.stores, self.geography, self.settings, now=lambda: self.now)

    def run(self, work: Awaitable[T]) -> T:
        async def whole() -> T:
            return await work

        return self.runner.run(whole())

    def ask(self, *, viewer: Viewer = SYSTEM, **query: Any) -> Answer:
        return self.run(self.indicators.answer(Query.model_validate(query), viewer))

    def rows(self, *, viewer: Viewer = SYSTEM, **query: Any) -> list[list[Any]]:
        return self.ask(viewer=viewer, **query).values()

    def sql(self, *, viewer: Viewer = SYSTEM, **query: Any) -> str:
        planner: Planner = self.indicators._answering._planner
        return answer_sql(planner.plan(Query.model_validate(query), viewer, self.now))

    def direct(self, sql: str) -> list[tuple[Any, ...]]:
        table = self.run(self.stores.facts.table(sql))
        return [tuple(row.values()) for row in table.to_pylist()]

    def fill(self, table: str, rows: dict[str, list[Any]], token: str = "1") -> None:
        columns = {name: _array(values) for name, values in rows.items()}
        columns.setdefault("_flags", pa.array([[]] * len(next(iter(rows.values()))), pa.list_(pa.string())))
        self.run(self.stores.facts.insert(table, pa.table(columns), token=f"{table}-{token}"))


@pytest.fixture(scope="session")
def whole_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    settings = Settings(home=tmp_path_factory.mktemp("town"), facts="chdb::memory:", fsync=False)
    with asyncio.Runner() as runner:
        catalog, geography, stores = load_catalog(Path(__file__).parent / "city"), Geography(), open_stores(settings)
        runner.run(stores.open())
        try:
            runner.run(geography.start(stores.facts))
            specs = [table_spec(name, dataset) for name, dataset in catalog.datasets.items()]
            runner.run(stores.facts.apply(specs))
            town = Town(runner, stores, catalog, geography, settings)
            town.fill("town__air", air_rows(readings()))
            town.fill("town__permit", permit_rows(permits()))
            town.fill("town__people", people_rows())
            town.fill("town__log", log_rows())
            yield town
        finally:
            runner.run(geography.close())
            runner.run(stores.close())


@pytest.fixture
def town(whole_town: Town) -> Town:
    whole_town.renew()
    return whole_town


def _array(values: list[Any]) -> pa.Array:
    first = next((value for value in values if value is not None), None)
    if first is None:
        return pa.array(values, pa.string())
    if isinstance(first, datetime):
        return pa.array(values, pa.timestamp("ms", "UTC"))
    return pa.array(values)


__all__ = ["CITY", "NOW", "Town"]
