"""What became of what: following areas from the boundaries of one date to those of another."""

import csv
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import cast

from toancanh.domain import Area, Change, Level, Lineage, Text
from toancanh.geography.register import BEGINNING, COUNTRY, LEVELS, Register


@dataclass(frozen=True, slots=True)
class Restated:
    """Where the figures of an area are counted on the boundaries of another date.

    `sure` is False where a split unit's figures all go to one heir because its shares are not known.
    """

    area: str
    sure: bool


class Succession:
    """The lineage, and restating by it.

    Territory changes only on a few days; between two of them lies an epoch, numbered from 0. Figures of a former area
    go to the area that took it whole; of a split one by the largest known share, else to its main heir. Figures of a
    merged area cannot be taken apart again: on the old boundaries they are counted in the smallest area that holds
    all of it: a district, a province, and for a merged province the country.
    """

    def __init__(self, register: Register, steps: Iterable[tuple[Lineage, bool]]) -> None:
        self._register = register
        self._successors: dict[str, list[tuple[Lineage, bool]]] = defaultdict(list)
        self._predecessors: dict[str, list[Lineage]] = defaultdict(list)
        self._of: dict[str, list[Lineage]] = defaultdict(list)
        days: set[date] = set()
        for step, main in steps:
            for code in {step.old, step.new}:
                self._of[code].append(step)
            if step.old != step.new:
                self._successors[step.old].append((step, main))
                self._predecessors[step.new].append(step)
                days.add(step.day)
        self.epochs: tuple[date, ...] = (BEGINNING, *sorted(days))
        self._known: dict[tuple[str, int], Restated] = {}
        self._lived: dict[str, range] = {}

    def lineage(self, code: str) -> list[Lineage]:
        """Return every step that `code` took part in, oldest first."""
        return sorted(self._of.get(code, ()), key=lambda step: (step.day, step.old, step.new))

    def epoch(self, day: date) -> int:
        """Return the number of the epoch that includes `day`."""
        return max(0, bisect_right(self.epochs, day) - 1)

    def last_day(self, epoch: int) -> date:
        """Return the last day of an epoch."""
        return self.epochs[epoch + 1] - timedelta(days=1) if epoch + 1 < len(self.epochs) else date.max

    def epochs_of(self, code: str) -> range:
        """Return the epochs in which the area lived."""
        found = self._lived.get(code)
        if found is None:
            spans = self._register.spans[code]
            found = range(self.epoch(spans[0].since), self.epoch(spans[-1].until or date.max) + 1)
            self._lived[code] = found
        return found

    def restate(self, code: str, epoch: int) -> Restated:
        """Return where the figures of `code` are counted in that epoch. Raises KeyError for an unknown code."""
        found = self._known.get((code, epoch))
        if found is None:
            lived = self.epochs_of(code)
            if epoch in lived:
                found = Restated(code, True)
            elif epoch >= lived.stop:
                found = self._forward(code, epoch)
            else:
                found = self._backward(code, epoch)
            self._known[code, epoch] = found
        return found

    def _then(self, code: str, epoch: int, sure: bool) -> Restated:
        found = self.restate(code, epoch)
        return Restated(found.area, found.sure and sure)

    def _forward(self, code: str, epoch: int) -> Restated:
        steps = self._successors.get(code)
        if not steps:
            return self._then(self._register.get(code).parent or COUNTRY, epoch, True)
        best, _ = max(steps, key=lambda pair: (pair[0].whole, pair[0].share or 0.0, pair[1]))
        return self._then(best.new, epoch, best.whole)

    def _backward(self, code: str, epoch: int) -> Restated:
        steps = self._predecessors.get(code)
        if not steps:
            return self._then(self._register.spans[code][0].parent or COUNTRY, epoch, True)
        day = self.last_day(self.epochs_of(code).start - 1)
        chains = [[area.code for area in self._register.chain(step.old, day)] for step in steps]
        common = next(above for above in chains[0] if all(above in chain for chain in chains))
        return self._then(common, epoch, True)

    def assumed(self, code: str, epoch: int) -> bool:
        """Return whether restating `code` to that epoch rests on an assumption, or loses its level."""
        target = self.restate(code, epoch)
        if not target.sure:
            return True
        return _rank(self._register.get(target.area).level) < _rank(self._register.get(code).level)

    def shares(self, code: str, day: date) -> list[tuple[str, float | None]]:
        """Return the areas of `day` among which `code` lies, each with the part of `code` in it; None where unknown."""
        epoch = self.epoch(day)
        lived = self.epochs_of(code)
        if epoch in lived:
            return [(code, 1.0)]
        if epoch >= lived.stop:
            steps = [(step.new, 1.0 if step.whole else step.share) for step, _ in self._successors.get(code, ())]
        else:
            olds = self._predecessors.get(code, ())
            steps = [(step.old, 1.0 if len(olds) == 1 else None) for step in olds]
        found: dict[str, float | None] = {}
        for other, share in steps:
            for area, part in self.shares(other, day):
                found[area] = None if share is None or part is None else share * part + (found.get(area) or 0.0)
        return sorted(found.items())

    def levels(self, code: str, epoch: int | None = None) -> dict[Level, str]:
        """Return by level what `code` is or lies in: in `epoch` where it lived then, else at its end."""
        day = self.last_day(epoch) if epoch is not None and epoch in self.epochs_of(code) else None
        return {area.level: area.code for area in self._register.chain(code, day)}

    @cached_property
    def _inside(self) -> dict[str, list[str]]:
        """By area, every area of any time whose figures are counted in it or below it."""
        found: dict[str, list[str]] = defaultdict(list)
        for code in self._register.spans:
            holders: dict[str, None] = {}
            for epoch in range(len(self.epochs)):
                for area in self._register.chain(self.restate(code, epoch).area, self.last_day(epoch)):
                    holders[area.code] = None
            for span in self._register.spans[code]:
                for area in self._register.chain(code, span.until or date.max):
                    holders[area.code] = None
            for holder in holders:
                found[holder].append(code)
        return dict(found)

    def below(self, code: str) -> list[str]:
        """Return `code` and the codes of every area of any time that lies in it, wholly or for the main part."""
        return [code, *(other for other in self._inside.get(code, ()) if other != code)]

    def notes(self, codes: Iterable[str], day: date) -> list[Text]:
        """Return what a reader must know when figures recorded for `codes` are shown on the boundaries of `day`."""
        epoch = self.epoch(day)
        split: list[Area] = []
        coarse: list[Area] = []
        for code in dict.fromkeys(codes):
            area = self._register.find(code)
            if area is None:
                continue
            if not self.restate(code, epoch).sure:
                split.append(area)
            elif self.assumed(code, epoch):
                coarse.append(area)
        return [note for note in (_split_note(split, day), _coarse_note(coarse, day)) if note is not None]


def _rank(level: Level) -> int:
    return LEVELS.index(level)


def _names(areas: list[Area]) -> tuple[str, str]:
    names = ", ".join(area.full_name for area in areas[:5])
    rest = len(areas) - 5
    return (f"{names} và {rest} đơn vị khác", f"{names} and {rest} more") if rest > 0 else (names, names)


def _split_note(areas: list[Area], day: date) -> Text | None:
    if not areas:
        return None
    vi, en = _names(areas)
    return Text(
        vi=f"Theo địa giới ngày {day:%d/%m/%Y}: số liệu của {vi} được tính trọn cho đơn vị kế thừa chính, vì đơn vị này "
        "đã được chia cho nhiều nơi mà không có tỷ lệ.",
        en=f"On the boundaries of {day}: figures of {en} are counted wholly for the main heir, since it was split "
        "without known shares.",
    )


def _coarse_note(areas: list[Area], day: date) -> Text | None:
    if not areas:
        return None
    vi, en = _names(areas)
    return Text(
        vi=f"Theo địa giới ngày {day:%d/%m/%Y}: số liệu của {vi} chỉ tính được đến cấp trên (huyện, tỉnh) nếu có, vì "
        "không tách được về từng đơn vị của thời điểm đó.",
        en=f"On the boundaries of {day}: figures of {en} are counted only for the district or province above, if any, "
        "since they cannot be taken apart into the units of that date.",
    )


def read_steps(path: Path) -> list[tuple[Lineage, bool]]:
    """Return the steps of lineage.csv, each with whether it leads to the main heir."""
    days: dict[str, date] = {}
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        next(lines)
        return [
            (
                Lineage(
                    old,
                    new,
                    days.get(day) or days.setdefault(day, date.fromisoformat(day)),
                    cast(Change, change),
                    whole == "1",
                    float(share) if share else None,
                ),
                main == "1",
            )
            for old, new, day, change, whole, share, main in lines
        ]
