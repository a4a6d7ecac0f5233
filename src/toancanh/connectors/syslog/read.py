"""Listening to syslog: frames become records; what is no syslog message waits as it came."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from toancanh.connectors.listening import Batch, gathered
from toancanh.connectors.syslog.framing import Frames
from toancanh.connectors.syslog.manifest import Settings
from toancanh.connectors.syslog.parse import NotSyslog, parse
from toancanh.sdk import Delivery, Job, json_lines, lines


async def read(settings: Settings, job: Job) -> AsyncGenerator[Delivery]:
    """Yield messages as they come; the cursor is the place in a file."""
    zone = ZoneInfo(job.zone)
    async for batch in gathered(settings, job, Frames, _datagram):
        for delivery in await asyncio.to_thread(deliveries, batch, zone, settings.least_severity):
            yield delivery


def deliveries(batch: Batch, zone: ZoneInfo, least_severity: int = 7) -> list[Delivery]:
    """Return the records of a batch, and before them the frames that are none."""
    records: list[dict[str, Any]] = []
    wrong: list[bytes] = []
    for frame, at, sender in zip(batch.frames, batch.at, batch.senders, strict=True):
        now = datetime.fromtimestamp(at, UTC)
        try:
            record = parse(frame.decode(), now, zone)
        except (NotSyslog, UnicodeDecodeError):
            wrong.append(frame)
            continue
        if record["severity"] <= least_severity:
            came = now.isoformat(timespec="microseconds").replace("+00:00", "Z")
            record["timestamp"] = record.get("timestamp") or came
            records.append(record | {"received": came, "sender": sender or None})
    found: list[Delivery] = []
    if wrong:
        found.append(Delivery(lines(wrong), name=f"{batch.name}/wrong" if batch.name else None))
    if records or batch.lost:
        rows = len(records) + batch.lost if batch.lost else None
        found.append(Delivery(json_lines(records), cursor=batch.cursor, name=batch.name, rows=rows))
    elif batch.cursor is not None:
        found.append(Delivery(b"[]", "application/json", batch.cursor))
    return found


def _datagram(datagram: bytes) -> list[bytes]:
    """Return a datagram as the one message that it is."""
    return [datagram] if datagram.strip() else []
