"""A small city with one pack for tests, its stores, and one way to send records to it."""

import asyncio
import json
import shutil
from collections.abc import Awaitable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest

from toancanh.access import Access
from toancanh.catalog import Catalog, load_catalog
from toancanh.domain import SYSTEM, Grant, Receipt, Viewer
from toancanh.ingest import Ingest
from toancanh.settings import Settings
from toancanh.store import Stores, open_stores, table_name, tables

T = TypeVar("T")
NDJSON, JSON, CSV = "application/x-ndjson", "application/json", "text/csv"
ARROW, PARQUET = "application/vnd.apache.arrow.stream", "application/vnd.apache.parquet"
COUNTS = ("sent", "received", "stored", "quarantined", "duplicated")


def ndjson(rows: Iterable[Mapping[str, Any] | str]) -> bytes:
    """Rows as lines; a text is a line as it is."""
    return "\n".join(row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows).encode()


class Nowhere:
    """Places for datasets that have none."""

    def below(self, code: str) -> Sequence[str]:
        return (code,)

    def point_sql(self, lon: str, lat: str) -> str:
        return "''"

    def code_sql(self, code: str, day: str | None = None) -> str:
        return "''"

    def name_sql(self, name: str, within: str | None = None, day: str | None = None) -> str:
        return "''"


@dataclass
class Lab:
    """An Ingest over real stores, empty at the start of each test."""

    runner: asyncio.Runner
    settings: Settings
    stores: Stores
    catalog: Catalog
    geography: Any
    ingest: Ingest

    def run(self, work: Awaitable[T]) -> T:
        async def whole() -> T:
            return await work

        return self.runner.run(whole())

    def send(self, dataset: str, body: Any, type_: str = NDJSON, *, viewer: Viewer = SYSTEM, **options: Any) -> Receipt:
        """Send a body, or rows as NDJSON."""
        if isinstance(body, list):
            body = ndjson(body)
        elif isinstance(body, str):
            body = body.encode()
        return self.run(self.ingest.receive(f"lab.{dataset}", body, content_type=type_, viewer=viewer, **options))

    def stored(self, dataset: str, columns: str = "*", order: str = "1") -> list[dict[str, Any]]:
        """The records in the facts."""
        name = table_name(f"lab.{dataset}")
        found = self.run(self.stores.facts.table(f"SELECT {columns} FROM {name} ORDER BY {order}"))
        return found.to_pylist()

    def count(self, dataset: str) -> int:
        return int(self.stored(dataset, "count() AS n")[0]["n"])

    def waiting(self, **options: Any) -> list[Any]:
        """The rows in quarantine that nobody decided about."""
        return list(self.run(self.ingest.quarantine(SYSTEM, status="waiting", **options)).rows)

    def account(self) -> dict[str, int]:
        """The sums of the ledger; every line must add up."""
        lines = self.run(self.ingest.ledger())
        assert all(line.balanced for line in lines), lines
        return {name: sum(getattr(line, name) for line in lines) for name in COUNTS}

    def restart(self) -> None:
        """Begin again with what is in the stores, as after a crash: nothing is finished, nothing is remembered."""
        self.ingest = Ingest(self.catalog, self.stores, self.geography, self.settings)
        self.run(self.ingest.start())


def codes(receipt: Receipt) -> list[tuple[int, str | None, str]]:
    """What is wrong with which row."""
    return [(error.row, error.column, error.code) for error in receipt.errors]


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    home = tmp_path_factory.mktemp("city") / "lab"
    shutil.copytree(Path(__file__).parent / "city", home)
    settings = Settings(home=home, facts="chdb::memory:", fsync=False, free_disk=1 << 20)
    with asyncio.Runner() as runner:
        stores = open_stores(settings)
        runner.run(stores.open())
        access = Access(stores.state, settings)
        runner.run(access.start())
        catalog = load_catalog(home, explain=stores.facts.explain_ast)
        ingest = Ingest(catalog, stores, Nowhere(), settings)
        runner.run(ingest.start())
        yield Lab(runner, settings, stores, catalog, Nowhere(), ingest)
        runner.run(access.close())
        runner.run(stores.close())


@pytest.fixture
def lab(ground: Lab) -> Iterator[Lab]:
    names = [*map(table_name, ground.catalog.datasets), "_quarantine"]
    ground.run(_empty(ground.stores, names))
    ground.restart()
    yield ground
    ground.run(ground.ingest.close())


def someone(*grants: Grant, kind: str = "key") -> Viewer:
    """A viewer with these grants."""
    return Viewer("someone", "Someone", kind, grants)


async def _empty(stores: Stores, names: list[str]) -> None:
    for name in names:
        await stores.facts.command(f"TRUNCATE TABLE `{name}`")

    def clear(connection: Any) -> None:
        for table in (tables.receipts, tables.ledger, tables.ledger_checkpoints, tables.quarantine_decisions):
            connection.execute(table.delete())

    await stores.state.write(clear)
