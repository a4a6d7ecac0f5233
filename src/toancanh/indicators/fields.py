"""The strip of fields: each pack's state, its one worst thing, and which of its datasets are silent."""

import asyncio
import time as clock
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from toancanh.catalog import Catalog, LoadedPack
from toancanh.domain import FactsCommitted, InvalidInput, NotAllowed, NotAuthenticated, Query, Text, TimeRange, Viewer
from toancanh.domain.declarations import Dataset, Indicator, State
from toancanh.indicators.answering import Answering
from toancanh.indicators.freshness import Watch
from toancanh.indicators.steps import MONTHS, SECONDS

_RANK: dict[State, int] = {"good": 0, "unknown": 1, "watch": 2, "bad": 3}
_KEPT, _LEAST = 60.0, 5.0
_LOOKED = 5000
_ENTITIES = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Worst:
    """One value of a headline indicator: what, how much, how bad, where and when."""

    indicator: str
    title: Text
    value: float
    unit: str
    decimals: int
    state: State
    band: Text | None
    figure: Literal["number", "band"]
    where: dict[str, str] | None
    at: datetime | None
    query: Query


@dataclass(frozen=True, slots=True)
class FieldState:
    """How one field is: the state of its worst headline value; `stale` are datasets that should speak and are silent.

    `figures` holds the worst value of each headline indicator that has one, in their order.
    """

    pack: str
    state: State
    worst: Worst | None
    figures: tuple[Worst, ...]
    datasets: tuple[str, ...]
    stale: tuple[str, ...]


@dataclass(slots=True)
class _Kept:
    field: FieldState
    until: float
    soonest: float


class Fields:
    """Works out the strip, at most every few seconds for viewers of the same grants."""

    def __init__(self, catalog: Catalog, answering: Answering, watch: Watch) -> None:
        self._catalog, self._answering, self._watch = catalog, answering, watch
        self._known: dict[tuple[object, str, datetime | None], _Kept] = {}

    def committed(self, event: FactsCommitted) -> None:
        """Note that the fields which read a dataset have to be looked at again. The past stays as it was."""
        for (_, pack, as_of), kept in self._known.items():
            if as_of is None and (
                event.dataset in kept.field.datasets
                or any(
                    self._catalog.indicators[name].dataset == event.dataset
                    for name in self._catalog.packs[pack].head.headline
                )
            ):
                kept.until = min(kept.until, kept.soonest)

    def forget(self) -> None:
        """Forget everything kept."""
        self._known.clear()

    async def of(self, viewer: Viewer, now: Callable[[], datetime], as_of: datetime | None = None) -> list[FieldState]:
        """Return the fields in the order of the strip, as `viewer` may see them; at `as_of`, without who was silent."""
        packs = sorted(self._catalog.packs.values(), key=lambda pack: (pack.head.order, pack.name))
        return list(await asyncio.gather(*(self._field(pack, viewer, now(), as_of) for pack in packs)))

    async def _field(self, pack: LoadedPack, viewer: Viewer, now: datetime, as_of: datetime | None) -> FieldState:
        key = (viewer.grants, pack.name, as_of)
        kept = self._known.get(key)
        if kept is not None and clock.monotonic() < kept.until:
            return kept.field
        start = clock.monotonic()
        datasets = tuple(name for name in self._catalog.datasets if name.startswith(f"{pack.name}."))
        stale = [] if as_of else [name for name in datasets if (await self._watch.of(name)).state == "bad"]
        found = [
            max(await self._values(name, viewer, now, as_of), key=self._badness, default=None)
            for name in pack.head.headline
        ]
        figures = tuple(value for value in found if value is not None)
        worst = max(figures, key=self._badness, default=None)
        state: State = worst.state if worst else "unknown"
        if stale and _RANK[state] < _RANK["watch"] and worst is not None:
            state = "watch"
        field = FieldState(pack.name, state, worst, figures, datasets, tuple(stale))
        cost = clock.monotonic() - start
        if len(self._known) > 2048:
            self._known.clear()
        done = clock.monotonic()
        self._known[key] = _Kept(field, done + max(_KEPT, cost * 20), done + max(_LEAST, cost * 20))
        return field

    async def _values(self, name: str, viewer: Viewer, now: datetime, as_of: datetime | None) -> Iterable[Worst]:
        """Return the newest values of a headline indicator, one for each value of its first dimension.

        Before its first formula was in force there were none.
        """
        full, indicator = self._catalog.indicator(name)
        query = question(full, indicator, self._catalog.datasets[indicator.dataset]).model_copy(update={"as_of": as_of})
        try:
            answer = await self._answering.answer(query, viewer)
        except (NotAllowed, NotAuthenticated):
            return ()
        except InvalidInput:
            if as_of is None:
                raise
            return ()
        newest: dict[Any, dict[str, Any]] = {}
        for row in answer.records():
            if row[full] is not None:
                newest[tuple(row[key] for key in query.by)] = row
        return [_worst(full, indicator, query, row, as_of or now) for row in newest.values()]

    def _badness(self, value: Worst) -> tuple[int, float]:
        """Return how bad a value is; one that no bands judge comes below all others."""
        indicator = self._catalog.indicators[value.indicator]
        rank = _RANK[value.state] if indicator.bands else -1
        return rank, -value.value if indicator.direction == "up" else value.value


def question(name: str, indicator: Indicator, dataset: Dataset) -> Query:
    """Return the question for the newest values of an indicator.

    Small groups never speak for a field: an indicator whose ranking is a funnel is asked as a whole. Entities are looked
    at over 30 days; measurements, and entities that mean something by the month at the finest, over three of their steps,
    and long enough for what arrives late.
    """
    by = [indicator.dimensions[0]] if indicator.dimensions and indicator.ranking == "plain" else []
    if indicator.of != "records" and indicator.per not in MONTHS:
        return Query(indicators=[name], by=[], time=TimeRange(last=_ENTITIES))
    step = timedelta(seconds=SECONDS.get(indicator.per) or MONTHS[indicator.per] * 31 * 86400)
    late = 2 * (dataset.expect.every + dataset.expect.within) if dataset.expect else timedelta(0)
    span = max(3 * step, late + step)
    return Query(indicators=[name], by=by, time=TimeRange(last=span), grain=indicator.per, limit=_LOOKED)


def _worst(name: str, indicator: Indicator, query: Query, row: dict[str, Any], now: datetime) -> Worst:
    value = float(row[name])
    state = indicator.state_of(value)
    band = next((band for band in indicator.bands if _holds(band.from_, band.below, value)), None)
    where = {key: str(row[key]) for key in query.by if row[key] is not None}
    return Worst(
        indicator=name,
        title=indicator.title,
        value=value,
        unit=indicator.unit,
        decimals=indicator.decimals,
        state=state,  # type: ignore[arg-type]  # one of the four states
        band=band.title if band else None,
        figure=indicator.figure,
        where=where or None,
        at=datetime.fromisoformat(row["time"]) if "time" in row else now,
        query=query.model_copy(update={"by": [], "where": where, "limit": Query.model_fields["limit"].default}),
    )


def _holds(low: float | None, high: float | None, value: float) -> bool:
    return (low is None or value >= low) and (high is None or value < high)
