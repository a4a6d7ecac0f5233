"""Listening to Suricata: nested events become flat records; what is no event waits as it came."""

import asyncio
from collections.abc import AsyncGenerator, Collection, Mapping
from typing import Any

import msgspec

from toancanh.connectors.eve.manifest import Settings
from toancanh.connectors.listening import Batch, Lines, gathered
from toancanh.sdk import Delivery, Job, json_lines, lines

_DECODER = msgspec.json.Decoder(dict[str, Any])
_DEEPEST = 16


async def read(settings: Settings, job: Job) -> AsyncGenerator[Delivery]:
    """Yield events as they come; the cursor is the place in the file."""
    async for batch in gathered(settings, job, Lines, _datagram):
        for delivery in await asyncio.to_thread(deliveries, batch, frozenset(settings.event_types)):
            yield delivery


def deliveries(batch: Batch, event_types: Collection[str] = ()) -> list[Delivery]:
    """Return the events of a batch of the types wanted, and before them the lines that are none."""
    records: list[dict[str, Any]] = []
    wrong: list[bytes] = []
    for line in batch.frames:
        try:
            event = _DECODER.decode(_without_header(line))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            wrong.append(line)
            continue
        if not event_types or event.get("event_type") in event_types:
            records.append(flat(event))
    found: list[Delivery] = []
    if wrong:
        found.append(Delivery(lines(wrong), name=f"{batch.name}/wrong" if batch.name else None))
    if records or batch.lost:
        rows = len(records) + batch.lost if batch.lost else None
        found.append(Delivery(json_lines(records), cursor=batch.cursor, name=batch.name, rows=rows))
    elif batch.cursor is not None:
        found.append(Delivery(b"[]", "application/json", batch.cursor))
    return found


def flat(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return an event without nesting: `alert.signature`. Lists stay as they are, and so does what lies too deep."""
    found: dict[str, Any] = {}
    _spread("", event, found, _DEEPEST)
    return found


def _spread(prefix: str, values: Mapping[str, Any], found: dict[str, Any], deep: int) -> None:
    for name, value in values.items():
        if isinstance(value, dict) and value and deep:
            _spread(f"{prefix}{name}.", value, found, deep - 1)
        else:
            found[prefix + name] = value


def _without_header(line: bytes) -> bytes:
    """Return the JSON behind the header of syslog, where there is one."""
    if line.startswith((b"<", b"1", b"2", b"3", b"4", b"5", b"6", b"7", b"8", b"9")):
        return line[max(line.find(b"{"), 0) :]
    return line


def _datagram(datagram: bytes) -> list[bytes]:
    cut = Lines()
    return cut.feed(datagram) + cut.rest()
