"""Senders that were turned away, told in the audit log without letting them fill it."""

from time import monotonic

QUIET = 60.0
"""Seconds between two rows of the audit log about one source."""


class Refusals:
    """Counts senders that were refused, by source."""

    def __init__(self) -> None:
        self._waiting: dict[str, int] = {}
        self._told: dict[str, float] = {}

    def count(self, source: str) -> int:
        """Count one; return how many are to be told now: none while a row about this source is fresh."""
        waiting = self._waiting.get(source, 0) + 1
        now = monotonic()
        if now - self._told.get(source, -QUIET) < QUIET:
            self._waiting[source] = waiting
            return 0
        self._waiting[source], self._told[source] = 0, now
        return waiting
