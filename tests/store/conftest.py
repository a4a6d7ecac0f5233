"""One event loop for the session; one engine a process, one database a test."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, TypeVar

import pytest

from toancanh.store import Facts, scratch

T = TypeVar("T")
Run = Callable[[Coroutine[Any, Any, T]], T]


@pytest.fixture(scope="session")
def run() -> Iterator[Run[Any]]:
    """Run a coroutine to its end in the session's loop."""
    with asyncio.Runner() as runner:
        yield runner.run


@pytest.fixture
def scratch_facts(run: Run[None]) -> Iterator[Facts]:
    """A new, empty, embedded facts store."""
    facts = scratch()
    run(facts.open())
    yield facts
    run(facts.close())
