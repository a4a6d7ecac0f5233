"""Finding the header of a table: under titles, over one row or several, with merged groups."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from toancanh.domain import fold, normalise
from toancanh.sdk.tables.cells import is_figure, words

TOP = 80
"""Rows in which a header is looked for."""
_DEEPEST = 5
_NUMBERING = re.compile(r"^[(\[]?(?:\d{1,3}|[A-Za-z])[)\]]?(?:\s*=.*)?$")
_YEAR = re.compile(r"^(?:19|20|21)\d\d$")
Merge = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Heading:
    """A header: its first row, the row behind its last one, and the name of each column, "" where there is none."""

    first: int
    end: int
    names: tuple[str, ...]


def matched(names: Sequence[str], wanted: Sequence[str]) -> dict[int, str]:
    """Return which of the `wanted` names each column has: the very name, else its last part where only one column ends so."""
    known = {fold(name): name for name in reversed(wanted)}
    found = {at: known[fold(name)] for at, name in enumerate(names) if fold(name) in known}
    taken = set(found.values())
    leaves = [fold(name.rsplit(" / ", 1)[-1]) for name in names]
    for at, leaf in enumerate(leaves):
        if at not in found and leaf in known and known[leaf] not in taken and leaves.count(leaf) == 1:
            found[at] = known[leaf]
    return found


class Top:
    """The first rows of a sheet; every cell of a merged range says what the range says."""

    def __init__(self, rows: Sequence[Sequence[Any]], merges: Sequence[Merge]) -> None:
        self.width = max(map(len, rows), default=0)
        self.cells = [[words(value) for value in row] + [""] * (self.width - len(row)) for row in rows]
        self.merges = [merge for merge in merges if merge[0][0] < len(rows)]
        self._blank = [[not cell for cell in row] for row in self.cells]
        for (top, left), (bottom, right) in self.merges:
            for row in range(top, min(bottom + 1, len(rows))):
                for column in range(left, min(right + 1, self.width)):
                    self.cells[row][column] = self.cells[top][left]

    def find(self, columns: Sequence[str]) -> Heading | None:
        """Return the header: the one with most of `columns`, or what looks like one; None where there is none."""
        if columns:
            found = [self.at(row) for row in range(len(self.cells)) if any(self.cells[row])]
            best = max(found, key=lambda one: (len(matched(one.names, columns)), -one.first), default=None)
            return best if best is not None and matched(best.names, columns) else None
        scores = [self._score(row) for row in range(len(self.cells))]
        most = max(scores, default=0)
        if not most:
            return None
        first = next(row for row, score in enumerate(scores) if score >= max(1, 0.7 * most))
        while first and self._completes(first - 1, first):
            first -= 1
        return self.at(first)

    def at(self, first: int) -> Heading:
        """Return the header that begins in a row."""
        end = first + 1
        while end < min(len(self.cells), first + _DEEPEST) and (self._reaches(first, end) or self._grouped(end)):
            end += 1
        names = []
        for column in range(self.width):
            parts = dict.fromkeys(normalise(self.cells[row][column]) for row in range(first, end))
            names.append(" / ".join(part for part in parts if part))
        if end < len(self.cells) and self._numbers(end):
            end += 1
        return Heading(first, end, tuple(names))

    def _score(self, row: int) -> int:
        """Return how many different names a row holds; 0 where it holds figures, or one title over everything."""
        there = [cell for cell in self.cells[row] if cell]
        if not all(map(_is_name, there)):
            return 0
        return len(set(there)) if len(set(there)) > 1 or self.width == 1 else 0

    def _reaches(self, first: int, end: int) -> bool:
        """Whether a merged range of the header goes on into the row `end`."""
        return any(first <= top < end <= bottom for (top, _), (bottom, _) in self.merges)

    def _grouped(self, end: int) -> bool:
        """Whether the row `end` names the parts of groups in the row above it."""
        if not all(map(_is_name, filter(None, self.cells[end]))):
            return False
        above = [merge for merge in self.merges if merge[0][0] <= end - 1 <= merge[1][0] and merge[1][1] > merge[0][1]]
        whole = max(2, sum(map(bool, self.cells[end - 1])))
        parts = [merge for merge in above if merge[1][1] - merge[0][1] + 1 < whole]
        if any(any(self.cells[end][left : right + 1]) for (_, left), (_, right) in parts):
            return True
        return not above and self._completes(end - 1, end)

    def _completes(self, upper: int, lower: int) -> bool:
        """Whether two rows without merged ranges make one header: each names columns that the other leaves blank."""
        pairs = list(zip(self.cells[upper], self.cells[lower], strict=True))
        if not all(_is_name(cell) for pair in pairs for cell in pair if cell):
            return False
        above = sum(bool(one) and not other for one, other in pairs)
        below = sum(bool(other) and not one for one, other in pairs)
        return bool(above and below) and sum(bool(one) for one, _ in pairs) > 1

    def _numbers(self, row: int) -> bool:
        """Whether a row only numbers the columns: (1) (2) (3), or A B 1 2."""
        there = [cell for cell in self.cells[row] if cell]
        named = sum(map(bool, self.cells[row - 1]))
        if len(there) < max(2, 0.7 * named) or not all(map(_NUMBERING.match, there)):
            return False
        figures = [int(found[0]) for cell in there if (found := re.search(r"\d+", cell))]
        if len(figures) < 2 or figures[0] > 1 or any(b - a != 1 for a, b in itertools.pairwise(figures)):
            return False
        below = self.cells[row + 1] if row + 1 < len(self.cells) else []
        return next(filter(None, below), "") != str(figures[0] + 1)


def _is_name(cell: str) -> bool:
    return bool(_YEAR.match(cell)) or not (is_figure(cell) or cell.replace(".", "", 1).isdecimal())
