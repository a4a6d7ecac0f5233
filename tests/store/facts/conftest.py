"""The facts stores that the one suite runs against."""

from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest

from toancanh.store import Facts, scratch


@pytest.fixture(params=["embedded"])
def facts(request: pytest.FixtureRequest, run: Callable[[Coroutine[Any, Any, Any]], Any]) -> Iterator[Facts]:
    """A new, empty facts store of each kind."""
    store = scratch()
    run(store.open())
    yield store
    run(store.close())
