"""How far a reading came: the watermark it reached, and which rows with that watermark were passed on already."""

import hashlib
from collections import Counter, deque
from collections.abc import Sequence
from typing import Any

from toancanh.connectors.sql import marks
from toancanh.connectors.sql.manifest import Settings
from toancanh.sdk import Cursor, Job

MOST = 5000
"""Rows near the watermark that a cursor remembers."""
_INFINITE = ("infinity", "-infinity")
Row = Sequence[Any]


class Place:
    """The next reading begins at `start` and leaves out the rows it knows, or begins `after` a row in the order of keys.

    Rows that come later with the same watermark, or up to `overlap` before it, are found: what was passed on is known
    by its content, so that a row that changed meanwhile is passed on again.
    """

    def __init__(self, settings: Settings, job: Job) -> None:
        self._settings = settings
        self._job = job
        self._by = [settings.watermark, *settings.key]
        cursor = job.cursor if job.cursor and job.span is None and job.cursor.get("by") == self._by else {}
        self.start = marks.again(cursor["from"]) if "from" in cursor else None
        self.after = [marks.again(value) for value in cursor["after"]] if "after" in cursor else None
        self._known: Counter[str] = Counter(cursor.get("seen", ()))
        self._until = marks.again(cursor["to"]) if "to" in cursor else None
        self._order: list[int] = []
        self._last: Row | None = None
        self._bound: Any = None
        self._tail: deque[tuple[Any, str]] = deque()
        self._forgot: Any = None

    def find(self, names: Sequence[str]) -> None:
        """Find the columns of the order among those that came; raise ValueError where one is not there."""
        folded = [name.casefold() for name in names]
        self._order = [folded.index(name.casefold()) for name in self._by if name is not None]

    def fresh(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Return the rows that were not passed on by an earlier reading."""
        if not self._known:
            return rows
        found = []
        for row in rows:
            digest = _digest(row)
            if self._known[digest]:
                self._known[digest] -= 1
            else:
                found.append(row)
        newest = rows[-1][self._order[0]]
        if newest in _INFINITE or newest > self._until:
            self._known.clear()
        return found

    def passed(self, rows: Sequence[Row]) -> None:
        """Note that all rows up to these were passed on. Raises TypeError where the order is by what has none."""
        if self._settings.watermark is None:
            self._last = rows[-1] if self._order else None
            return
        first = self._order[0]
        finite = [row for row in rows if row[first] not in _INFINITE] if rows[-1][first] in _INFINITE else rows
        if not finite or finite[-1][first] in _INFINITE:
            return
        self._last = finite[-1]
        newest = self._last[first]
        marks.kept(newest)
        now = marks.not_after(newest, self._job.now(), self._job.zone)
        self._bound = marks.before(now, self._settings.overlap)
        while self._tail and self._tail[0][0] < self._bound:
            self._tail.popleft()
        near = []
        for row in reversed(finite):
            if row[first] in _INFINITE or row[first] < self._bound:
                break
            near.append((row[first], _digest(row)))
        self._tail.extend(reversed(near))
        if len(self._tail) > MOST:
            self._forgot = self._tail[-1][0]
            self._tail.clear()

    def cursor(self) -> Cursor:
        """Return where to go on after the rows that were passed; None where the next reading is a whole one."""
        if self._last is None or not self._order or self._job.span is not None:
            return None
        newest = self._last[self._order[0]]
        crowded = self._forgot is not None and self._bound is not None and self._forgot >= self._bound
        if self._settings.watermark is None or (crowded and self._settings.key and self._bound == newest):
            return {"by": self._by, "after": [marks.kept(self._last[position]) for position in self._order]}
        seen = [digest for _, digest in self._tail]
        return {"by": self._by, "from": marks.kept(self._bound), "to": marks.kept(newest), "seen": seen}


def _digest(row: Row) -> str:
    return hashlib.blake2b(repr(tuple(row)).encode(errors="replace"), digest_size=8).hexdigest()
