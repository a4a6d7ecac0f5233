"""The facts stores that the one suite runs against."""

from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from toancanh.store import Facts, scratch

Run = Callable[[Coroutine[Any, Any, Any]], Any]
KINDS = ["embedded"]


@contextmanager
def opened(kind: str, run: Run) -> Iterator[Facts]:
    """A new, empty facts store of one kind."""
    store = scratch()
    run(store.open())
    try:
        yield store
    finally:
        run(store.close())


@pytest.fixture(params=KINDS)
def facts(request: pytest.FixtureRequest, run: Run) -> Iterator[Facts]:
    """A new, empty facts store of each kind, for one test."""
    with opened(request.param, run) as store:
        yield store


@pytest.fixture(scope="module", params=KINDS)
def module_facts(request: pytest.FixtureRequest, run: Run) -> Iterator[Facts]:
    """A new, empty facts store of each kind, for the tests of one file."""
    with opened(request.param, run) as store:
        yield store
