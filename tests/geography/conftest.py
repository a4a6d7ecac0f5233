"""One Geography for all tests, and one engine that knows it."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from toancanh.geography import Geography
from toancanh.store import Facts, scratch


@dataclass
class Engine:
    """A scratch store in which `geography.start` has run."""

    runner: asyncio.Runner
    facts: Facts

    def value(self, sql: str) -> Any:
        """Return the one value that `SELECT sql` gives."""
        return self.rows(f"SELECT {sql} AS value")[0]["value"]

    def rows(self, sql: str, **params: Any) -> list[dict[str, Any]]:
        return self.runner.run(self.facts.table(sql, params)).to_pylist()


@pytest.fixture(scope="session")
def geography() -> Geography:
    return Geography()


@pytest.fixture(scope="session")
def engine(geography: Geography) -> Iterator[Engine]:
    with asyncio.Runner() as runner:
        facts = scratch()
        runner.run(facts.open())
        runner.run(geography.start(facts))
        runner.run(geography.warm())
        yield Engine(runner, facts)
        runner.run(geography.close())
        runner.run(facts.close())
