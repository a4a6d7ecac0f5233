"""Asking a one-stop system for the dossiers that changed."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from toancanh.connectors.asking import Answer, Service, asking
from toancanh.connectors.one_stop.dossiers import decoded, pieces, stated
from toancanh.connectors.one_stop.manifest import Settings
from toancanh.connectors.picking import NotRecords, rows
from toancanh.sdk import Cursor, Delivery, Job, malformed, refused

_MOST_PAGES = 10_000
_GOOD = (0, "0", "00", None)


async def read(settings: Settings, job: Job) -> AsyncGenerator[Delivery]:
    """Yield the dossiers that changed since the cursor (`until`), or in a range; nothing for a source that only waits."""
    if not settings.url:
        return
    zone, now = ZoneInfo(job.zone), job.now()
    until = job.span.end if job.span else now
    start = job.span.start if job.span else _start(settings, job, now)
    asked = {settings.from_name: stated(start.astimezone(zone)), settings.to_name: stated(until.astimezone(zone))}
    bare = settings.model_copy(update={"user": None, "password": None}) if settings.session_url else settings
    async with asking(bare, job) as service:
        desk = _Desk(settings, service)
        last: list[bytes] = []
        for page in range(1, _MOST_PAGES + 1):
            wanted = asked | ({settings.page_name: str(page)} if settings.page_name else {})
            found = await desk.ask(wanted)
            end = not settings.page_name or not found or found == last
            cursor: Cursor = {"until": until.isoformat()} if end else None
            new = [] if found == last else found
            for delivery in await asyncio.to_thread(_deliveries, new, now, settings, cursor):
                yield delivery
            if end:
                return
            last = found
        raise malformed(settings.url, f"> {_MOST_PAGES} pages")


def _start(settings: Settings, job: Job, now: datetime) -> datetime:
    if job.cursor is None:
        return now - timedelta(days=settings.lookback)
    return datetime.fromisoformat(job.cursor["until"]) - timedelta(seconds=settings.overlap)


def _deliveries(found: list[bytes], now: datetime, settings: Settings, cursor: Cursor) -> list[Delivery]:
    bodies = list(pieces(decoded(found), now, settings.unit_code))
    made = [Delivery(body) for body in bodies]
    if cursor is None:
        return made
    last = made.pop() if made else Delivery(b"[]", "application/json")
    return [*made, Delivery(last.body, last.content_type, cursor)]


class _Desk:
    """The other side: it may want a session, which ends some time."""

    def __init__(self, settings: Settings, service: Service) -> None:
        self._settings = settings
        self._service = service
        self._session: str | None = None

    async def ask(self, wanted: dict[str, str]) -> list[bytes]:
        """Return dossiers as they stand in the answer. Raises SourceFailed."""
        one = self._settings
        fresh = self._session is None
        answer = await self._once(wanted)
        if _code(answer) not in _GOOD and one.session_url and not fresh:
            self._session = None
            answer = await self._once(wanted)
        if _code(answer) not in _GOOD:
            raise malformed(answer.where, f"error_code {_code(answer)}: {_message(answer)}")
        try:
            return rows(answer.body, one.records)
        except NotRecords as error:
            raise malformed(answer.where, error) from error

    async def _once(self, wanted: dict[str, str]) -> Answer:
        one = self._settings
        body: dict[str, Any] = {"service": one.asks or one.service, **wanted}
        if one.unit_code:
            body["madonvi"] = one.unit_code
        if one.session_url:
            body["session"] = await self._signed_in(one.session_url)
        return await self._service.post(json=body)

    async def _signed_in(self, address: str) -> str:
        if self._session is None:
            one = self._settings
            secret = one.password.get_secret_value() if one.password else ""
            answer = await self._service.post(address, json={"username": one.user or "", "password": secret})
            given = answer.json()
            if not isinstance(given, dict) or given.get("error_code") not in _GOOD or not given.get("session"):
                raise refused(answer.where, _message(answer) or "session")
            self._session = str(given["session"])
        return self._session


def _code(answer: Answer) -> Any:
    told = answer.json()
    return told.get("error_code") if isinstance(told, dict) else None


def _message(answer: Answer) -> str:
    told = answer.json()
    return str(told.get("message") or "")[:200] if isinstance(told, dict) else ""
