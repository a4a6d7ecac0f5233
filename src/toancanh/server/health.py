"""How the whole platform is: every store's own account, put together, and the worst of them on top."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any

from toancanh.api import Health
from toancanh.domain import Text
from toancanh.ingest import Ingest
from toancanh.store import Stores

KEPT = 2.0
"""Seconds for which one account answers everyone who asks."""
_GRADES = ("ok", "degraded", "down")
_VITAL = ("facts", "state")


class Doctor:
    """Asks every part how it is. `progress` tells of long work in the background."""

    def __init__(self, stores: Stores, ingest: Ingest, progress: Callable[[], dict[str, Any]]) -> None:
        self._stores = stores
        self._ingest = ingest
        self._progress = progress
        self._lock = asyncio.Lock()
        self._known: tuple[float, Health] | None = None

    async def __call__(self) -> Health:
        """Return how the platform is."""
        async with self._lock:
            if self._known is None or time.monotonic() - self._known[0] > KEPT:
                self._known = (time.monotonic(), await self._ask())
            return self._known[1]

    async def _ask(self) -> Health:
        stores = self._stores
        facts, state, blobs = await asyncio.gather(stores.facts.health(), stores.state.health(), stores.blobs.health())
        told = {
            "facts": _plain(facts) | {"kind": stores.facts.kind},
            "state": _plain(state),
            "bus": _plain(stores.bus.health()),
            "blobs": _plain(blobs),
            "ingest": _plain(self._ingest.health()),
        }
        problems = [problem for part in told.values() for problem in part.get("problems", ())]
        grades = [_GRADES.index(part["status"]) for part in told.values() if "status" in part]
        if any(told[name]["status"] == "down" for name in _VITAL):
            grade = 2
        else:
            grade = min(max([*grades, 1 if problems else 0]), 1)
        return Health(_GRADES[grade], told, tuple(dict.fromkeys(problems)), self._progress())


def _plain(account: Any) -> dict[str, Any]:
    """Return an account's fields; mappings and lists of texts stay as they are."""
    if isinstance(account, dict):
        return dict(account)
    if not is_dataclass(account):
        raise TypeError(f"{type(account).__name__} is not an account")
    return {field.name: _value(getattr(account, field.name)) for field in fields(account)}


def _value(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if hasattr(value, "items") and not isinstance(value, dict | Text) else value
