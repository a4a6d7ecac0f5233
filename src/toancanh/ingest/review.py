"""Deciding about quarantined rows: released ones go the whole way again, discarded ones stay as they are."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert

from toancanh.access import record, require
from toancanh.domain import Receipt, Viewer
from toancanh.ingest import ledger, quarantine
from toancanh.ingest.blocks import JsonBlock
from toancanh.ingest.cells import in_sheet
from toancanh.ingest.quarantine import DISCARDED, RELEASED, WAITING, Quarantined
from toancanh.ingest.receipts import moment, new_id
from toancanh.ingest.shelf import QUARANTINE
from toancanh.ingest.textual import may_be_decomposed
from toancanh.store import Stores, tables

Resend = Callable[[Quarantined, JsonBlock, Viewer, bool], Awaitable[Receipt]]
"""Send one row again: (row, its block, who decides, whether in spite of its checks) → what became of it."""


class Review:
    """The decisions about quarantined rows."""

    def __init__(self, stores: Stores, zone: str, resend: Resend) -> None:
        self._stores = stores
        self._zone = ZoneInfo(zone)
        self._resend = resend

    async def release(self, ids: Sequence[int], viewer: Viewer, *, force: bool) -> int:
        """Return how many of the rows are stored now. The others stay: they cannot be stored as they are."""
        rows = await self._waiting(ids, viewer)
        receipts = await asyncio.gather(*(self._resend(row, _block(row), viewer, force) for row in rows))
        done = [
            (row, bool(receipt.accepted))
            for row, receipt in zip(rows, receipts, strict=True)
            if receipt.accepted or receipt.duplicates
        ]
        await self._decide([row for row, _ in done], RELEASED, "", viewer)
        changes: ledger.Changes = {}
        for row, stored in done:
            key = (row.received.astimezone(self._zone).date(), row.dataset, row.source)
            if stored:
                ledger.add(changes, key, sent=-1, received=-1, quarantined=-1)
            else:
                ledger.add(changes, key, quarantined=-1, duplicated=1)
        if changes:
            await self._stores.state.write(lambda connection: ledger.book(connection, changes))
        return len(done)

    async def discard(self, ids: Sequence[int], reason: str, viewer: Viewer) -> int:
        """Return how many of the rows were waiting and are given up now."""
        rows = await self._waiting(ids, viewer)
        await self._decide(rows, DISCARDED, reason, viewer)
        return len(rows)

    async def _waiting(self, ids: Sequence[int], viewer: Viewer) -> list[Quarantined]:
        rows = await quarantine.rows_by_id(self._stores.facts, ids)
        for dataset in {row.dataset for row in rows}:
            require(viewer, "curate", dataset)
        return [row for row in rows if row.status == WAITING]

    async def _decide(self, rows: Sequence[Quarantined], status: str, reason: str, viewer: Viewer) -> None:
        if not rows:
            return
        at = moment()
        versions = [quarantine.decided(row, status, viewer.id, reason, at) for row in rows]
        await self._stores.facts.insert(QUARANTINE, quarantine.table(versions))
        decisions = [
            {
                "id": new_id(),
                "row": str(row.id),
                "dataset": row.dataset,
                "decision": status,
                "reason": reason or None,
                "decided_by": viewer.id,
                "decided": at,
            }
            for row in rows
        ]
        counts: dict[str, int] = defaultdict(int)
        for row in rows:
            counts[row.dataset] += 1

        def write(connection: Connection) -> None:
            connection.execute(insert(tables.quarantine_decisions), decisions)
            for dataset, count in counts.items():
                record(connection, viewer, f"quarantine.{status}", dataset, {"rows": count, "reason": reason})

        await self._stores.state.write(write)


def _block(row: Quarantined) -> JsonBlock:
    data = row.raw.encode()
    return JsonBlock(data, lined=True, compose=may_be_decomposed(data), matched=in_sheet(data))
