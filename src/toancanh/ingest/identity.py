"""Which records are stored already: sorted arrays of identity hashes, loaded from the facts a day at a time.

A resent record has the same identity and lies on the same day, so only the days that a delivery touches are needed.
Identities that say nothing about the time are kept under the day GLOBAL. Nothing here is written to disk: the facts
are the memory, and what a crash left behind is found again by looking there.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

GLOBAL = -(1 << 31)
"""The day of identities that hold for all time."""
Words = npt.NDArray[np.uint64]
Days = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Run:
    """Identities in ascending order, with the content hash and the day of each; no day lies outside `first`..`last`."""

    identity: Words
    content: Words
    days: Days
    first: int
    last: int

    def __len__(self) -> int:
        return len(self.identity)


class Shelf(Protocol):
    """Where the stored identities of one dataset are read from."""

    async def count(self) -> dict[int, int]:
        """Return how many records each day holds."""

    async def load(self, days: Sequence[int]) -> Run:
        """Return every identity of these days."""

    async def find(self, identity: Words, days: Sequence[int]) -> Run:
        """Return those of the given identities that are stored on these days."""


@dataclass(slots=True)
class Budget:
    """How many identities may be held in memory, over all datasets; each dataset may hold its share."""

    limit: int = 8_000_000
    indexes: "set[Index]" = field(default_factory=set)

    @property
    def held(self) -> int:
        """How many identities are held."""
        return sum(index.held for index in self.indexes)

    @property
    def share(self) -> int:
        """How many identities one dataset may hold."""
        return max(self.limit // max(len(self.indexes), 1), min(self.limit, 100_000))


@dataclass(frozen=True, slots=True)
class Split:
    """What each row is: to be stored, stored already, or another record under a stored identity."""

    fresh: Mask
    duplicate: Mask
    conflict: Mask


class Index:
    """The identities of one dataset. One commit at a time: `prepare`, `split`, then `add` or `forget`."""

    def __init__(self, shelf: Shelf, budget: Budget) -> None:
        self._shelf = shelf
        self._budget = budget
        budget.indexes.add(self)
        self._runs: list[Run] = []
        self.held = 0
        self._counts: dict[int, int] | None = None
        self._loaded: OrderedDict[int, int] = OrderedDict()
        self._found: Run | None = None
        self._coming: Run | None = None

    async def prepare(self, identity: Words, days: Days) -> None:
        """Make sure that what is stored on these days is known; looks rows up one by one where days are too full."""
        if self._counts is None:
            self._counts = await self._shelf.count()
        self._found = None
        touched = distinct(days)
        missing = []
        for day in touched:
            if day in self._loaded:
                self._loaded.move_to_end(day)
            elif self._counts.get(day, 0):
                missing.append(day)
            else:
                self._loaded[day] = 0
        if not missing:
            return
        wanted = sum(self._counts[day] for day in missing)
        kept = sum(self._loaded.get(day, 0) for day in touched)
        if wanted + kept > self._budget.share // 2:
            rows = np.isin(days, np.array(missing, np.int32))
            self._found = await self._shelf.find(identity[rows], missing)
            return
        self._make_room(wanted, set(touched))
        run = await self._shelf.load(missing)
        self._keep(run)
        found = dict(zip(*(part.tolist() for part in np.unique(run.days, return_counts=True)), strict=True))
        for day in missing:
            self._loaded[day] = self._counts[day] = found.get(day, 0)

    def split(self, identity: Words, content: Words, days: Days) -> Split:
        """Return what each row is. Of rows with one identity the first counts. `add` then remembers the fresh ones."""
        order = np.argsort(identity, kind="stable")
        ordered, contents = identity[order], content[order]
        first = np.ones(len(ordered), bool)
        np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
        if first.all():
            reference, again = self._stored(ordered, contents, days)
        else:
            leading, known = self._stored(ordered[first], contents[first], days)
            group = np.cumsum(first) - 1
            reference, again = leading[group], ~first | known[group]
        fresh, duplicate, conflict = (np.zeros(len(order), bool) for _ in range(3))
        fresh[order] = ~again
        if again.any():
            same = contents == reference
            duplicate[order], conflict[order] = again & same, again & ~same
            ordered, contents, order = ordered[~again], contents[~again], order[~again]
        self._coming = run_of(ordered, contents, days[order])
        return Split(fresh, duplicate, conflict)

    def add(self) -> None:
        """Remember the fresh rows of the last split: they are stored now."""
        run, self._coming = self._coming, None
        if run is None or not len(run):
            return
        counts = self._counts if self._counts is not None else {}
        strange = False
        for day, count in zip(*(part.tolist() for part in np.unique(run.days, return_counts=True)), strict=True):
            counts[day] = counts.get(day, 0) + count
            if day in self._loaded:
                self._loaded[day] += count
            else:
                strange = True
        if strange:
            rows = np.isin(run.days, np.array(list(self._loaded), np.int32))
            run = run_of(run.identity[rows], run.content[rows], run.days[rows])
        self._make_room(len(run), set(distinct(run.days)))
        self._keep(run)

    def forget(self) -> None:
        """Read the days of the last split again next time: it is not known how much of it was stored."""
        run, self._coming = self._coming, None
        if run is not None:
            self._drop(set(distinct(run.days)))
        self._counts = None

    def release(self) -> None:
        """Give the memory back."""
        self._drop(set(self._loaded))
        self._budget.indexes.discard(self)

    def _stored(self, identity: Words, content: Words, days: Days) -> tuple[Words, Mask]:
        """Return (content to compare with, whether it is stored) for identities in ascending order."""
        reference, known = content, np.zeros(len(identity), bool)
        if not len(identity):
            return reference, known
        first, last = int(days.min()), int(days.max())
        for run in [*self._runs, *([self._found] if self._found is not None else [])]:
            if not len(run) or run.first > last or run.last < first:
                continue
            at = np.searchsorted(run.identity, identity)
            at[at == len(run)] = 0
            hit = run.identity[at] == identity
            if hit.any():
                reference = reference.copy() if reference is content else reference
                reference[hit] = run.content[at[hit]]
                known |= hit
        return reference, known

    def _keep(self, run: Run) -> None:
        if not len(run):
            return
        self.held += len(run)
        self._runs.append(run)
        while len(self._runs) > 1 and len(self._runs[-2]) < min(4 * len(self._runs[-1]), _LARGEST):
            last = self._runs.pop()
            self._runs[-1] = _merged(self._runs[-1], last)

    def _make_room(self, wanted: int, keep: set[int]) -> None:
        share = self._budget.share
        over = self.held + wanted - share
        if over <= 0:
            return
        going: set[int] = set()
        for day, count in self._loaded.items():
            if over <= -share // 8:
                break
            if day not in keep:
                going.add(day)
                over -= count
        self._drop(going)

    def _drop(self, going: set[int]) -> None:
        for day in going:
            self._loaded.pop(day, None)
        if not going:
            return
        gone = np.array(sorted(going), np.int32)
        before = sum(map(len, self._runs))
        kept = []
        for run in self._runs:
            stays = ~np.isin(run.days, gone)
            if stays.all():
                kept.append(run)
            elif stays.any():
                kept.append(run_of(run.identity[stays], run.content[stays], run.days[stays]))
        self._runs = kept
        self.held += sum(map(len, kept)) - before


_LARGEST = 1_000_000
"""Runs of this size are not merged any more: runs of other days need not be looked at."""


def distinct(days: Days) -> list[int]:
    """Return the different days among many, in order."""
    if not len(days):
        return []
    first, last = int(days.min()), int(days.max())
    if first == last:
        return [first]
    if last - first > 100_000:
        return [int(day) for day in np.unique(days)]
    return [int(day) + first for day in np.flatnonzero(np.bincount(days - first))]


def run_of(identity: Words, content: Words, days: Days) -> Run:
    """Return a run of identities that are in ascending order."""
    return (
        Run(identity, content, days, int(days.min()), int(days.max()))
        if len(days)
        else Run(identity, content, days, 0, 0)
    )


def sorted_run(identity: Words, content: Words, days: Days) -> Run:
    """Return a run of identities in any order."""
    order = np.argsort(identity, kind="stable")
    return run_of(identity[order], content[order], days[order])


def _merged(large: Run, small: Run) -> Run:
    at = np.searchsorted(large.identity, small.identity) + np.arange(len(small))
    rest = np.ones(len(large) + len(small), bool)
    rest[at] = False
    identity, content = np.empty(len(rest), np.uint64), np.empty(len(rest), np.uint64)
    days = np.empty(len(rest), np.int32)
    for out, one, other in (
        (identity, large.identity, small.identity),
        (content, large.content, small.content),
        (days, large.days, small.days),
    ):
        out[at], out[rest] = other, one
    return Run(identity, content, days, min(large.first, small.first), max(large.last, small.last))
