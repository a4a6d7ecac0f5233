"""What stands behind answers: read once for all who ask, and whole at every moment."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from conftest import NOW, Town
from toancanh.domain import FactsCommitted
from toancanh.indicators.traces import Traces

AIR = "town.air"


class SlowFacts:
    """The town's facts, each question held back until it is let go; `during` happens while each is on its way."""

    def __init__(self, town: Town) -> None:
        self._facts, self.asked, self.gate = town.stores.facts, 0, asyncio.Event()
        self.during: Callable[[], None] = lambda: None

    async def table(self, sql: str) -> Any:
        self.asked += 1
        self.during()
        await self.gate.wait()
        return await self._facts.table(sql)


@pytest.fixture
def committed() -> FactsCommitted:
    return FactsCommitted(AIR, 1, NOW - timedelta(hours=1), NOW, (), NOW)


def test_who_asks_while_records_arrive_shares_a_read(town: Town, committed: FactsCommitted) -> None:
    async def ask() -> int:
        facts = SlowFacts(town)
        traces = Traces(facts, lambda: town.indicators.catalog, lambda: NOW)  # type: ignore[arg-type]
        facts.gate.set()
        await traces.of(AIR)
        facts.gate.clear()
        facts.during = lambda: traces.committed(committed)
        traces.committed(committed)
        first = asyncio.create_task(traces.of(AIR))
        await asyncio.sleep(0)
        others = [asyncio.create_task(traces.of(AIR)) for _ in range(8)]
        await asyncio.sleep(0)
        facts.gate.set()
        await asyncio.gather(first, *others)
        return facts.asked

    assert town.run(ask()) == 3, "the first of all, the one under way, and one for the eight"


def test_what_was_handed_out_stays_whole_while_days_are_read_anew(town: Town, committed: FactsCommitted) -> None:
    async def ask() -> None:
        facts = SlowFacts(town)
        traces = Traces(facts, lambda: town.indicators.catalog, lambda: NOW)  # type: ignore[arg-type]
        facts.gate.set()
        trace = await traces.of(AIR)
        before = trace.all()
        facts.gate.clear()
        traces.committed(committed)
        again = asyncio.create_task(traces.of(AIR))
        await asyncio.sleep(0.01)
        assert facts.asked == 2
        assert trace.all() == before
        facts.gate.set()
        assert (await again).all() == before

    town.run(ask())
