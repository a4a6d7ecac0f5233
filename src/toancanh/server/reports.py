"""What the platform records about itself each minute, by the same way as everyone's records: ledger, quality, health."""

import asyncio
import logging
import resource
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from toancanh.api import Services
from toancanh.domain import SYSTEM, LedgerLine, ToanCanhError

EVERY = 60.0
LEDGER, QUALITY, HEALTH = "platform.ledger", "platform.quality", "platform.health"
_LOG = logging.getLogger("toancanh.reports")
_COUNTS = ("sent", "received", "stored", "quarantined", "duplicated", "delivered")
_PAGE = Path("/proc/self/statm")


class Reports:
    """Sends the platform's own records. `services` gives the parts in force."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._told: dict[tuple[str, str, str], tuple[int, ...]] = {}

    async def run(self) -> None:
        """Report now and with each minute until cancelled."""
        while True:
            try:
                await self.once(datetime.now(UTC))
            except ToanCanhError as error:
                _LOG.warning("the platform's own records were not stored: %s", error)
            await asyncio.sleep(EVERY - datetime.now(UTC).timestamp() % EVERY)

    async def once(self, now: datetime) -> None:
        """Report the state of this moment."""
        for dataset, gather in ((LEDGER, self._ledger), (QUALITY, self._quality), (HEALTH, self._health)):
            if dataset in self._services.catalog.datasets:
                rows = await gather(now)
                if rows:
                    body = b"\n".join(msgspec.json.encode(row) for row in rows)
                    await self._services.ingest.receive(
                        dataset, body, content_type="application/x-ndjson", viewer=SYSTEM
                    )

    async def _ledger(self, now: datetime) -> list[dict[str, Any]]:
        today = self._services.today()
        lines = await self._services.ingest.ledger(first=today - timedelta(days=1), last=today)
        rows = []
        for line in lines:
            key, counts = (str(line.day), line.dataset, line.source), tuple(getattr(line, name) for name in _COUNTS)
            if self._told.get(key) != counts:
                self._told[key] = counts
                rows.append(_line(line, now))
        return rows

    async def _quality(self, now: datetime) -> list[dict[str, Any]]:
        rows = []
        for dataset in self._services.catalog.datasets:
            quality = await self._services.indicators.quality(dataset)
            fresh = await self._services.indicators.freshness(dataset)
            rows.append(
                {
                    "dataset": dataset,
                    "time": now.isoformat(),
                    "complete": quality.complete,
                    "correct": quality.correct,
                    "clean": quality.clean,
                    "live": quality.live if fresh.records else None,
                    "age": None if fresh.newest is None else max((now - fresh.newest).total_seconds(), 0),
                    "records": fresh.records,
                }
            )
        return rows

    async def _health(self, now: datetime) -> list[dict[str, Any]]:
        health = await self._services.health()
        rows = [
            {
                "component": component,
                "time": now.isoformat(),
                "status": part["status"],
                "problems": len(part.get("problems", ())),
            }
            for component, part in health.parts.items()
            if "status" in part
        ]
        free = shutil.disk_usage(self._services.settings.home).free
        whole = {
            "component": "platform",
            "time": now.isoformat(),
            "status": health.status,
            "problems": len(health.problems),
        }
        return [*rows, whole | {"memory": memory() / 1e6, "free_disk": free / 1e9}]


def memory() -> int:
    """Return the resident memory of this process, in bytes."""
    return int(_PAGE.read_text().split()[1]) * resource.getpagesize()


def _line(line: LedgerLine, now: datetime) -> dict[str, Any]:
    counts = {name: getattr(line, name) for name in _COUNTS}
    return {"day": str(line.day), "dataset": line.dataset, "source": line.source, "at": now.isoformat()} | counts
