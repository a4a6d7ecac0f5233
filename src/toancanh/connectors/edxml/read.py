"""Reading envelopes from a document axis and from a folder."""

import asyncio
import base64
import contextlib
import os
import time
from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from toancanh.connectors.asking import Service, asking
from toancanh.connectors.edxml.envelope import NotAnEnvelope, read_envelope
from toancanh.connectors.edxml.manifest import Settings
from toancanh.connectors.knocking import digest_of
from toancanh.domain import InvalidInput, Receipt, SourceFailed, Text
from toancanh.sdk import Cursor, Delivery, Job, json_lines, malformed

BATCH = 10
"""Documents of one delivery: a slow axis gives them within the patience of the platform."""
_SHOWN = 64 << 10
"""Characters that are kept of an envelope that cannot be read."""
_YOUNG = 2.0
"""Seconds for which a file may still be written after it changed last."""


async def read(settings: Settings, job: Job) -> AsyncGenerator[Delivery]:
    """Yield what lies in the folder, then what the axis has; each document once."""
    if settings.folder and job.span is None:
        async for delivery in _from_folder(settings, settings.folder, job):
            yield delivery
    if settings.url:
        async for delivery in _from_axis(settings, job):
            yield delivery


def record_of(body: bytes, where: str) -> dict[str, Any]:
    """Return the record of an envelope; of one that cannot be read, why, where it is and how it begins.

    It lacks what a document must have, so it waits in quarantine.
    """
    try:
        return read_envelope(body)
    except NotAnEnvelope as error:
        return {
            "kind": "unreadable",
            "problem": str(error),
            "where": where,
            "envelope": body.decode(errors="replace")[:_SHOWN],
        }


async def _from_folder(settings: Settings, name: str, job: Job) -> AsyncGenerator[Delivery]:
    folder = job.folder / name
    limit = settings.max_megabytes << 20
    there = await asyncio.to_thread(_files, folder)
    for path in [one for one, size in there if size <= limit]:
        body = await asyncio.to_thread(_content, path)
        if body is None:
            continue

        async def settled(_receipt: Receipt, path: Path = path, body: bytes = body) -> None:
            await asyncio.to_thread(_move, path, folder / settings.moved_to, digest_of(body))

        yield Delivery(
            json_lines([await asyncio.to_thread(record_of, body, path.name)]),
            name=digest_of(body),
            rows=1,
            settled=None if job.trial else settled,
        )
    too_large = next((one.name for one, size in there if size > limit), None)
    if too_large is not None:
        raise malformed(too_large, f"> {limit >> 20} MB")


def _files(folder: Path) -> list[tuple[Path, int]]:
    """Return the envelopes in a folder with their sizes, oldest first, that nobody writes any more. Raises InvalidInput."""
    if not folder.is_dir():
        raise InvalidInput(
            Text(vi=f"Không có thư mục {folder.name}.", en=f"There is no folder {folder.name}."),
            Text(vi="Tạo thư mục ấy trong thư mục thành phố.", en="Make it in the city's folder."),
            kind="settings",
        )
    known: list[tuple[float, Path, int]] = []
    for one in folder.iterdir():
        with contextlib.suppress(FileNotFoundError):
            told = one.stat()
            if one.suffix.lower() in (".edxml", ".xml") and one.is_file() and told.st_mtime < time.time() - _YOUNG:
                known.append((told.st_mtime, one, told.st_size))
    return [(one, size) for _, one, size in sorted(known)]


def _content(path: Path) -> bytes | None:
    """Return what a file holds; None where it was taken away meanwhile."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _move(path: Path, folder: Path, digest: str) -> None:
    """Put a file into the folder of those that were stored; one of the same name there stays."""
    folder.mkdir(exist_ok=True)
    target = folder / path.name
    if target.exists():
        target = folder / f"{path.stem}.{digest[:8]}{path.suffix}"
    if path.exists():
        os.replace(path, target)


@dataclass(slots=True)
class _Place:
    """Where a reading of the axis is: from which day on, which documents of which day it has, and which it still owes a state."""

    day: date
    seen: dict[str, list[str]] = field(default_factory=dict)
    owed: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, cursor: Cursor, settings: Settings, today: date) -> "_Place":
        if not cursor or "day" not in cursor:
            return cls(today - timedelta(days=settings.lookback))
        return cls(date.fromisoformat(cursor["day"]), dict(cursor.get("seen", {})), list(cursor.get("owed", [])))

    def has(self, document: str) -> bool:
        return any(document in those for those in self.seen.values())

    def cursor(self) -> dict[str, Any]:
        return {
            "day": self.day.isoformat(),
            "seen": {day: list(those) for day, those in self.seen.items()},
            "owed": list(self.owed),
        }

    def forget(self, before: date) -> None:
        """Go on from a later day, without what lies before it."""
        if before > self.day:
            self.day = before
            self.seen = {day: those for day, those in self.seen.items() if day >= before.isoformat()}


async def _from_axis(settings: Settings, job: Job) -> AsyncGenerator[Delivery]:
    zone = ZoneInfo(job.zone)
    today = job.now().astimezone(zone).date()
    place = _Place.of(None if job.span else job.cursor, settings, today)
    start, end = (_day(job.span.start, zone), _day(job.span.end, zone)) if job.span else (place.day, today)
    failed: SourceFailed | None = None
    async with asking(settings, job) as service:
        axis = _Axis(settings, service)
        if place.owed and settings.acknowledge and not job.trial:
            await axis.acknowledge(place.owed)
            place.owed = []
            yield Delivery(b"[]", "application/json", place.cursor())
        there = await axis.listed(start, end)
        fresh = [(document, day) for document, day in there if not place.has(document)]
        for first in range(0, len(fresh), BATCH):
            records, documents = [], []
            for document, day in fresh[first : first + BATCH]:
                try:
                    records.append(await asyncio.to_thread(record_of, await axis.document(document), document))
                except SourceFailed as error:
                    if error.details.get("kind") != "malformed":
                        raise
                    failed = failed or error
                    continue
                documents.append(document)
                place.seen.setdefault(day or today.isoformat(), []).append(document)
            if failed is None and first + BATCH >= len(fresh):
                place.forget(today - timedelta(days=settings.overlap))
            yield _delivery(settings, job, place, records, documents)
    if failed is not None:
        raise failed


def _delivery(
    settings: Settings, job: Job, place: _Place, records: list[dict[str, Any]], documents: list[str]
) -> Delivery:
    """Return a delivery whose documents are acknowledged when they are stored; until that is done, the cursor owes it."""
    acknowledges = settings.acknowledge is not None and not job.trial and job.span is None

    async def settled(_receipt: Receipt) -> None:
        async with asking(settings, job) as service:
            await _Axis(settings, service).acknowledge(documents)

    cursor = {**place.cursor(), "owed": documents if acknowledges else []}
    body = json_lines(records) if records else b"[]"
    media = "application/x-ndjson" if records else "application/json"
    return Delivery(body, media, cursor, rows=len(records), settled=settled if acknowledges and documents else None)


class _Axis:
    """The services of an axis, as provincial gateways offer those of the VXP SDK."""

    def __init__(self, settings: Settings, service: Service) -> None:
        self._settings = settings
        self._service = service
        shown = {"X-SystemId": settings.system_id} if settings.system_id else {}
        secret = settings.secret_key
        self._headers = shown | ({"X-SecretKey": secret.get_secret_value()} if secret else {})

    async def listed(self, start: date, end: date) -> list[tuple[str, str | None]]:
        """Return (document, day of its arrival) of what arrived in these days, oldest first."""
        asked = {
            "messageType": self._settings.message_type,
            "fromDate": f"{start:%Y/%m/%d}",
            "toDate": f"{end:%Y/%m/%d}",
        }
        answer = await self._service.get(self._settings.list_path, params=asked, headers=self._headers)
        data = _good(answer.json(), answer.where)
        if not isinstance(data, list):
            raise malformed(answer.where, "'data' is no list")
        found = {}
        for one in data:
            document = _first(one, ("docId", "DocId", "id", "documentId"))
            if document is None:
                raise malformed(answer.where, "'docId' is missing")
            found[document] = _first(one, ("createdTime", "created_time", "updatedTime"))
        return [(document, _iso_day(at)) for document, at in sorted(found.items(), key=lambda pair: pair[1] or "")]

    async def document(self, document: str) -> bytes:
        """Return an envelope. Raises SourceFailed: malformed where this one cannot be had."""
        answer = await self._service.get(
            self._settings.document_path, params={"docId": document}, headers=self._headers
        )
        if answer.body.lstrip().startswith(b"<"):
            return answer.body
        data = _good(answer.json(), answer.where)
        said = _first(data, ("edxml", "edXML", "data", "content")) if isinstance(data, dict) else data
        if not isinstance(said, str) or not said:
            raise malformed(answer.where, "'data.edxml' is missing")
        if said.lstrip("\ufeff \t\r\n").startswith("<"):
            return said.encode()
        try:
            return base64.b64decode(said, validate=True)
        except ValueError as error:
            raise malformed(answer.where, f"Base64: {error}") from error

    async def acknowledge(self, documents: Iterable[str]) -> None:
        """Report the agreed state of these documents."""
        for document in documents:
            told = {"docId": document, "status": self._settings.acknowledge}
            answer = await self._service.post(self._settings.status_path, json=told, headers=self._headers)
            _good(answer.json(), answer.where)


def _good(told: Any, where: str) -> Any:
    """Return the data of an answer `{success, message, data}`. Raises SourceFailed with what the axis says."""
    if not isinstance(told, dict):
        return told
    if told.get("success") is False or str(told.get("status", "OK")).upper() in ("FAIL", "ERROR"):
        data = told.get("data")
        why = [told.get("message"), told.get("ErrorDesc")]
        why += [data.get("errorCode"), data.get("errorDesc")] if isinstance(data, dict) else []
        raise malformed(where, " ".join(str(one) for one in why if one) or "success = false")
    return told.get("data")


def _first(given: Any, names: Iterable[str]) -> str | None:
    if not isinstance(given, dict):
        return None
    return next((str(given[name]) for name in names if given.get(name) not in (None, "")), None)


def _iso_day(said: str | None) -> str | None:
    """Return the day of a moment that an axis says; None where it cannot be read."""
    try:
        return date.fromisoformat((said or "")[:10].replace("/", "-")).isoformat()
    except ValueError:
        return None


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()
