"""Indicators: the one way to ask about facts."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime

from toancanh.catalog import Catalog
from toancanh.domain import Quality, Query, Viewer
from toancanh.indicators.answers import SETTINGS, Answer, Cursor, cursor_of, rows_of, used
from toancanh.indicators.passports import provenance
from toancanh.indicators.plan import Plan
from toancanh.indicators.planner import Lineage, Planner
from toancanh.indicators.render.answer import answer_sql
from toancanh.indicators.traces import Trace, Traces
from toancanh.indicators.viewing import Viewing
from toancanh.store import Facts


class Answering:
    """Questions in, answers out. `quality` gives the scores of a dataset that passports show."""

    def __init__(
        self,
        facts: Facts,
        catalog: Catalog,
        geography: Lineage,
        viewing: Viewing,
        traces: Traces,
        quality: Callable[[str], Awaitable[Quality]],
        now: Callable[[], datetime],
    ) -> None:
        self._facts, self._catalog, self._traces, self._quality, self._now = facts, catalog, traces, quality, now
        self._viewing = viewing
        self._planner = Planner(catalog, geography, viewing.of, traces.newest)

    async def answer(self, query: Query, viewer: Viewer) -> Answer:
        """Return the answer to `query` as `viewer` may see it.

        Raises UnknownName, InvalidInput, NotAllowed, QueryTooHeavy.
        """
        cursor = cursor_of(query)
        now = self._now()
        if cursor is None:
            plan = self._planner.plan(query, viewer, now)
        else:
            pinned = query if query.as_of else query.model_copy(update={"as_of": cursor.moment})
            plan = replace(self._planner.plan(pinned, viewer, cursor.moment), offset=cursor.offset)
        sql = answer_sql(plan)
        datasets = sorted({self._catalog.indicator(name)[1].dataset for name in query.indicators})
        named = frozenset((*query.by, *query.where))
        for name in datasets:
            await self._viewing.show(viewer, self._viewing.of(viewer, name), named, {"indicators": query.indicators})
        payload, traces, quality = await asyncio.gather(
            self._facts.query(sql, used(sql, plan.params), settings=settings_of(plan)),
            self._trace(datasets, query, plan),
            self._scores(datasets),
        )
        rows, count, more = rows_of(payload, plan.limit)
        following = Cursor(plan.offset + count, plan.moment).encode(query) if more else None
        passport = provenance(
            self._catalog,
            query,
            plan,
            sql,
            traces=traces,
            quality=quality,
            now=now if cursor is None else cursor.moment,
        )
        return Answer(plan.columns, rows, passport, following, count, payload.seconds, payload)

    async def _trace(self, datasets: Iterable[str], query: Query, plan: Plan) -> dict[str, Trace]:
        if query.as_of is not None:
            return {name: await self._traces.as_of(name, plan.period, query.as_of) for name in datasets}
        return {name: await self._traces.of(name) for name in datasets}

    async def _scores(self, datasets: Iterable[str]) -> dict[str, Quality]:
        return {name: await self._quality(name) for name in datasets}


def settings_of(plan: Plan) -> dict[str, int]:
    """Return the engine's settings for one plan.

    Steps before 1970 need its wider time functions; rows of a roll-up are few, and grouped faster out of order.
    """
    found = dict(SETTINGS)
    if plan.grain is not None and min(part.period.start for part in plan.parts) < datetime(1970, 1, 1, tzinfo=UTC):
        found["enable_extended_results_for_datetime_functions"] = 1
    if any(part.newest or any(piece.hourly for piece in part.pieces) for part in plan.parts):
        found["optimize_aggregation_in_order"] = 0
    return found
