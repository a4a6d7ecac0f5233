"""What several test files of the catalog share."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from catalog_engine import Engine

from toancanh.store import scratch


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    facts = scratch()
    with asyncio.Runner() as runner:
        runner.run(facts.open())
        yield Engine(runner, facts)
        runner.run(facts.close())


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    """Write a file below the test's folder and return its path."""

    def put(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return put
