"""The facts stores that the one suite runs against."""

from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest

from clickhouse import Loopback, loopback
from toancanh.settings import Settings
from toancanh.store import Facts, open_facts, scratch
from toancanh.store.facts.opening import scratch_folder

Run = Callable[[Coroutine[Any, Any, Any]], Any]
KINDS = ["embedded", "cluster"]


@pytest.fixture(scope="session")
def server() -> Iterator[Loopback]:
    """A ClickHouse HTTP interface on loopback."""
    with loopback(scratch_folder()) as running:
        yield running


@contextmanager
def opened(request: pytest.FixtureRequest, run: Run) -> Iterator[Facts]:
    """A new, empty facts store of the kind asked for."""
    if request.param == "embedded":
        store: Facts = scratch()
    else:
        port = request.getfixturevalue("server").port
        name = f"served_{uuid4().hex[:12]}"
        store = open_facts(
            Settings(facts=f"clickhouse://default:@127.0.0.1:{port}/{name}", fsync=False, free_disk=64 << 20)
        )
    run(store.open())
    try:
        yield store
    finally:
        if request.param == "cluster":
            run(store.command(f"DROP DATABASE {name} SYNC"))
        run(store.close())


@pytest.fixture(params=KINDS)
def facts(request: pytest.FixtureRequest, run: Run) -> Iterator[Facts]:
    """A new, empty facts store of each kind, for one test."""
    with opened(request, run) as store:
        yield store


@pytest.fixture(scope="module", params=KINDS)
def module_facts(request: pytest.FixtureRequest, run: Run) -> Iterator[Facts]:
    """A new, empty facts store of each kind, for the tests of one file."""
    with opened(request, run) as store:
        yield store
