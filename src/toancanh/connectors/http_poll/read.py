"""Going through the pages of a web service, from where the last reading ended."""

import asyncio
import re
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any
from urllib.parse import quote_plus
from zoneinfo import ZoneInfo

import msgspec

from toancanh.connectors.asking import Answer, Service, asking
from toancanh.connectors.http_poll.manifest import Settings
from toancanh.connectors.picking import NotRecords, Picked, column, pick, value_at
from toancanh.domain import SourceFailed
from toancanh.sdk import Delivery, Job, malformed

_MOST_PAGES = 10_000
_AHEAD = timedelta(days=1)
"""How far in the future the growing field may lie and still move the cursor: one wrong year must not end the reading."""
_HOLE = re.compile(r"\$\{(page|offset|size|cursor|since|from|to|now)\}")


@dataclass(slots=True)
class _Place:
    """Where a reading is: what the holes of the next request are filled with, and the address of the next page."""

    values: dict[str, str | int]
    address: str = ""


@dataclass(slots=True)
class _Seen:
    """The largest value so far of the growing field `name`, and the rank by which it is the largest."""

    name: str | None
    zone: ZoneInfo
    latest: datetime
    value: Any = None
    rank: tuple[int, Any] = (-1, 0)

    def look(self, picked: Picked) -> None:
        """Look at records that were picked."""
        if self.name is not None:
            for value in column(picked, self.name):
                self.take(value)

    def take(self, value: Any) -> None:
        """Take a value into account, unless it is of another kind than the first one, or a moment that cannot be yet."""
        rank = rank_of(value, self.zone)
        if rank[0] == _TIME and rank[1] > self.latest:
            return
        if self.value is None or (rank[0] == self.rank[0] and rank > self.rank):
            self.value, self.rank = value, rank


async def read(settings: Settings, job: Job) -> AsyncGenerator[Delivery]:
    """Yield each page; the cursor holds the largest value of the growing field, and marks of what did not change."""
    zone = ZoneInfo(job.zone)
    cursor: Mapping[str, Any] = {} if job.span else job.cursor or {}
    seen = _Seen(settings.since_field, zone, job.now() + _AHEAD)
    if cursor.get("since") is not None:
        seen.take(cursor["since"])
    until = job.span.end if job.span else job.now()
    place = _Place(_start(settings, job, cursor, until))
    holds = _cursor_of(settings, cursor, seen, until, final=False)
    async with asking(settings, job) as service:
        last = ""
        for number in range(_MOST_PAGES):
            asked = _print(place)
            mark = cursor.get("mark") if settings.pages == "none" and cursor.get("of") == asked else None
            answer = await _page(settings, service, place, mark)
            if answer is None or answer.unchanged:
                break
            picked, digest = await asyncio.to_thread(_looked, answer, settings, seen)
            past = settings.pages in ("page", "offset") and (picked.empty or digest == last)
            more = not past and _turn(settings, place, answer, picked, number)
            last = digest
            after = _cursor_of(settings, cursor, seen, until, final=not more)
            if settings.pages == "none" and "until" not in after:
                if cursor.get("seen") == digest:
                    return
                after |= {"mark": answer.mark, "of": asked} if answer.mark else {"seen": digest}
            name = None if job.span else digest
            for delivery in _deliveries(picked, name, after if after != holds else None):
                yield delivery
            holds = after
            if not more:
                return
        else:
            raise malformed(settings.url.partition("?")[0], f"> {_MOST_PAGES} pages")
        end = _cursor_of(settings, cursor, seen, until, final=True)
        if answer is None and end != holds:
            yield Delivery(b"[]", "application/json", end)


def _deliveries(picked: Picked, name: str | None, cursor: dict[str, Any] | None) -> list[Delivery]:
    """Return the deliveries of a page: the last one moves the cursor; a page without records, only that."""
    if picked.empty:
        return [Delivery(b"[]", "application/json", cursor)] if cursor else []
    last = len(picked.pieces) - 1
    return [
        Delivery(piece, picked.content_type, cursor if n == last else None, f"{name}/{n}" if name else None)
        for n, piece in enumerate(picked.pieces)
    ]


def _start(settings: Settings, job: Job, cursor: Mapping[str, Any], until: datetime) -> dict[str, str | int]:
    """Return what the holes are filled with at the first page."""
    zone, form = ZoneInfo(job.zone), settings.time_format
    back = timedelta(seconds=settings.overlap)
    values: dict[str, str | int] = {"size": settings.size, "page": settings.first_page, "offset": 0}
    values |= {"now": written(job.now(), form, zone), "to": written(until, form, zone)}
    if job.span is not None:
        values["from"] = values["since"] = written(job.span.start, form, zone)
        return values
    began = datetime.fromisoformat(cursor["until"]) - back if cursor.get("until") else None
    values["from"] = written(began or job.now() - timedelta(hours=settings.lookback), form, zone)
    since = cursor.get("since")
    if since is not None:
        values["since"] = _earlier(since, settings, zone)
    elif settings.since_first is not None:
        values["since"] = settings.since_first
    return values


def _earlier(since: str | int | float, settings: Settings, zone: ZoneInfo) -> str:
    """Return the largest value so far less the overlap; as it came where there is none and no form was asked for."""
    kind, value = rank_of(since, zone)
    if kind == _TIME and (settings.overlap or settings.time_format != "iso"):
        return written(value - timedelta(seconds=settings.overlap), settings.time_format, zone)
    if kind == _NUMBER and settings.overlap:
        return f"{value - settings.overlap:.15g}"
    return str(since)


async def _page(settings: Settings, service: Service, place: _Place, mark: dict[str, str] | None) -> Answer | None:
    """Ask for a page; None where a numbered page is past the end."""
    params = {
        name: filled for name, text in settings.params.items() if (filled := _filled(text, place.values)) is not None
    }
    if place.address and settings.pages in ("link", "header"):
        params = {}
    try:
        if settings.method == "GET":
            return await service.get(place.address, params=params, unless=mark)
        body = _filled_all(settings.body or {}, place.values)
        if settings.body_as == "json":
            return await service.post(place.address, json=body, params=params)
        pairs = "&".join(f"{quote_plus(str(name))}={quote_plus(str(value))}" for name, value in body.items())
        sent = {"Content-Type": "application/x-www-form-urlencoded"}
        return await service.post(place.address, body=pairs.encode(), params=params, headers=sent)
    except SourceFailed as error:
        first = place.values["page"] == settings.first_page
        if settings.pages == "page" and not first and error.details.get("status") == 404:
            return None
        raise


def _looked(answer: Answer, settings: Settings, seen: _Seen) -> tuple[Picked, str]:
    """Return the records of a page and their digest, once the growing field was looked at."""
    picked = _picked(answer, settings)
    seen.look(picked)
    return picked, blake2b(b"\0".join(picked.pieces), digest_size=16).hexdigest()


def _picked(answer: Answer, settings: Settings) -> Picked:
    if answer.status == 204 or not answer.body.strip():
        return Picked((), "application/json", 0)
    try:
        return pick(answer.body, str(answer.headers.get("content-type", "")), settings.records, settings.format)
    except NotRecords as error:
        raise malformed(answer.where, error) from error


def _turn(settings: Settings, place: _Place, answer: Answer, picked: Picked, number: int) -> bool:
    """Go on to the next page; return whether there may be one."""
    match settings.pages:
        case "page":
            place.values["page"] = settings.first_page + number + 1
        case "offset":
            came = picked.count if picked.count is not None else _lines(picked)
            place.values["offset"] = int(place.values["offset"]) + came
        case "cursor":
            token = value_at(answer.body, settings.next_path or "next")
            if token in (None, "", False):
                return False
            if str(token) == place.values.get("cursor"):
                raise malformed(answer.where, f"{settings.next_path or 'next'} = {token}")
            place.values["cursor"] = str(token)
        case "link" | "header":
            by_header = settings.pages == "header"
            there = answer.link("next") if by_header else value_at(answer.body, settings.next_path or "next")
            if not isinstance(there, str) or not there:
                return False
            if there == place.address:
                raise malformed(answer.where, "next")
            place.address = there
        case _:
            return False
    return True


def _lines(picked: Picked) -> int:
    """Return how many records a text has: its lines, without the head of a table."""
    lines = sum(1 for piece in picked.pieces for line in piece.splitlines() if line.strip())
    return max(lines - 1, 0) if "csv" in picked.content_type else lines


def _cursor_of(
    settings: Settings, before: Mapping[str, Any], seen: _Seen, until: datetime, *, final: bool
) -> dict[str, Any]:
    """Return the cursor after a page: the value so far where it may move already, and the end of the range at the end."""
    moves = final or settings.ordered
    cursor = (
        {"since": seen.value} if moves and seen.value is not None else {k: before[k] for k in ("since",) if k in before}
    )
    asks_from = any("${from}" in str(one) for one in (settings.params, settings.body))
    if final and asks_from:
        cursor["until"] = until.isoformat()
    elif before.get("until"):
        cursor["until"] = before["until"]
    return cursor


def _print(place: _Place) -> str:
    """Return what tells requests apart that may have different answers."""
    told = {name: value for name, value in place.values.items() if name not in ("now", "to", "from")}
    return blake2b(msgspec.json.encode([place.address, sorted(told.items())]), digest_size=8).hexdigest()


_TEXT, _TIME, _NUMBER = 0, 1, 2


def rank_of(value: str | int | float, zone: ZoneInfo) -> tuple[int, Any]:
    """Return by what values of a field are compared: (kind, number, moment or text)."""
    if isinstance(value, int | float):
        return _NUMBER, value
    if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value):
        return _NUMBER, float(value) if "." in value else int(value)
    for pattern in ("", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y"):
        try:
            at = datetime.strptime(value, pattern) if pattern else datetime.fromisoformat(value)
        except ValueError:
            continue
        return _TIME, (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    return _TEXT, value


def written(at: datetime, form: str, zone: ZoneInfo) -> str:
    """Return a moment as the other side wants it."""
    match form:
        case "iso":
            return at.astimezone(zone).isoformat(timespec="milliseconds" if at.microsecond else "seconds")
        case "unix":
            return str(int(at.timestamp()))
        case "unix_ms":
            return str(int(at.timestamp() * 1000))
    return at.astimezone(zone).strftime(form)


def _filled(text: str, values: Mapping[str, str | int]) -> str | None:
    """Return a text with its holes filled; None where one has no value yet."""
    if any(name not in values for name in _HOLE.findall(text)):
        return None
    return _HOLE.sub(lambda hole: str(values[hole[1]]), text)


def _filled_all(given: Any, values: Mapping[str, str | int]) -> Any:
    """Return JSON with the holes of its texts filled; a text that is one hole becomes its value, and a key without value goes."""
    if isinstance(given, Mapping):
        pairs = {name: _filled_all(value, values) for name, value in given.items()}
        return {name: value for name, value in pairs.items() if value is not None or given[name] is None}
    if isinstance(given, list):
        return [_filled_all(one, values) for one in given]
    if not isinstance(given, str):
        return given
    whole = _HOLE.fullmatch(given)
    return values.get(whole[1]) if whole else _filled(given, values)
