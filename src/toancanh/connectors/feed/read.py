"""Reading what is new in a feed or a sitemap since the last time."""

import asyncio
import re
import zlib
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec

from toancanh.connectors.asking import Answer, Service, asking
from toancanh.connectors.feed.entries import feed_entries, located, moment, sitemap_entries
from toancanh.connectors.feed.manifest import Settings
from toancanh.connectors.feed.pages import told_by
from toancanh.domain import SourceFailed
from toancanh.sdk import Delivery, Job, json_lines, malformed

_REMEMBERED = 5_000
"""Entries that a cursor remembers: the newest ones."""
_AT_ONCE = 500
_PAGES_AT_ONCE = 20
_MOST_SITEMAPS = 1_000
_SITEMAP = re.compile(rb"<(?:\w+:)?(urlset|sitemapindex)\b")


@dataclass(frozen=True, slots=True)
class _Entry:
    """A record with its print, and its time in ISO 8601 and UTC; empty where it has none."""

    record: dict[str, Any]
    digest: str
    at: str


async def read(settings: Settings, job: Job) -> AsyncGenerator[Delivery]:
    """Yield entries that are new or changed, oldest first; the cursor remembers the newest that were seen."""
    cursor: Mapping[str, Any] = job.cursor or {}
    zone = ZoneInfo(job.zone)
    async with asking(settings, job) as service:
        first = await service.get(unless=cursor.get("mark"))
        if first.unchanged:
            return
        kind, body = _kind_of(first, settings)
        if kind is None:
            records, mark = await asyncio.to_thread(feed_entries, first, zone), first.mark
        else:
            records = [one async for one in _pages_of(settings, service, first, kind, body, zone)]
            mark = first.mark if kind == "urlset" else {}
        entries = sorted({one.digest: one for one in map(_entry, records)}.values(), key=lambda one: one.at)
        seen, floor = set(cursor.get("seen", ())), str(cursor.get("floor", ""))
        here = {one.digest for one in entries}
        gone = [one for one in cursor.get("seen", ()) if one not in here]
        done = [one for one in entries if one.digest in seen]
        fresh = [one for one in entries if one.digest not in seen and not ("" < one.at < floor)]
        opens = settings.pages == "all" or (settings.pages == "sitemap" and kind is not None)
        for some in _batches(fresh, _PAGES_AT_ONCE if opens else _AT_ONCE):
            told = [await _opened(settings, service, one.record, zone) if opens else one.record for one in some]
            done += some
            last = some[-1] is fresh[-1]
            name = blake2b("".join(one.digest for one in some).encode(), digest_size=16).hexdigest()
            after = _remembered(gone, done, floor) | ({"mark": mark} if last and mark else {})
            yield Delivery(json_lines(told), cursor=after, name=name, rows=len(told))
        after = _remembered(gone, done, floor) | ({"mark": mark} if mark else {})
        if not fresh and after != cursor:
            yield Delivery(b"[]", "application/json", after)


def _kind_of(answer: Answer, settings: Settings) -> tuple[str | None, bytes]:
    """Return which kind of sitemap an answer is, None for a feed, and its body unpacked. Raises SourceFailed."""
    body = answer.body
    if body.startswith(b"\x1f\x8b"):
        most = settings.max_megabytes << 20
        unpacking = zlib.decompressobj(wbits=31)
        try:
            body = unpacking.decompress(body, most)
        except zlib.error as error:
            raise malformed(answer.where, f"gzip: {error}") from error
        if not unpacking.eof:
            raise malformed(answer.where, f"gzip: > {settings.max_megabytes} MB")
    found = _SITEMAP.search(body[:4096])
    return (found[1].decode() if found else None), body


async def _pages_of(
    settings: Settings, service: Service, first: Answer, kind: str, body: bytes, zone: ZoneInfo
) -> AsyncGenerator[dict[str, Any]]:
    """Yield the pages of a sitemap, or of all those that an index names. Raises SourceFailed."""
    held = [(first, kind, body)]
    asked: set[str] = {settings.url}
    while held:
        answer, kind, body = held.pop()
        if kind == "urlset":
            for record in await asyncio.to_thread(sitemap_entries, answer, body, zone):
                if settings.containing in record["link"]:
                    yield record
            continue
        for one in located(answer, body, "sitemap"):
            address = one["loc"]
            if address in asked or not _same_server(address, settings.url):
                continue
            asked.add(address)
            if len(asked) > _MOST_SITEMAPS:
                raise malformed(answer.where, f"> {_MOST_SITEMAPS} sitemaps")
            inner = await service.get(address)
            named, unpacked = _kind_of(inner, settings)
            if named is None:
                raise malformed(inner.where, "sitemap")
            held.append((inner, named, unpacked))


async def _opened(settings: Settings, service: Service, record: dict[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    """Return a record with what its page says; a page that is not there is told in `problem`. Raises SourceFailed."""
    address = record.get("link", "")
    if not _same_server(address, settings.url):
        return record
    try:
        answer = await service.get(address)
    except SourceFailed as error:
        if "status" not in error.details or error.details.get("kind") == "unreachable":
            raise
        return record | {"problem": f"HTTP {error.details['status']}"}
    if answer.media not in ("text/html", "application/xhtml+xml"):
        return record | {"problem": answer.media or "?"}
    said = await asyncio.to_thread(told_by, answer)
    for name in ("published", "updated"):
        if name in said:
            said[name] = moment(said[name], zone) or said[name]
    return said | record


def _entry(record: dict[str, Any]) -> _Entry:
    digest = blake2b(msgspec.json.encode(sorted(record.items())), digest_size=8).hexdigest()
    at = str(record.get("updated") or record.get("published") or "")
    return _Entry(record, digest, at if re.match(r"\d{4}-\d\d-\d\dT", at) else "")


def _remembered(gone: Sequence[str], done: Sequence[_Entry], floor: str) -> dict[str, Any]:
    """Return the cursor after entries: the newest of them, those that are gone while there is room, and the floor."""
    newest = sorted(done, key=lambda one: one.at)
    kept = newest[-_REMEMBERED:]
    before = max(floor, kept[0].at) if len(newest) > len(kept) else floor
    return {"seen": [*gone, *(one.digest for one in kept)][-_REMEMBERED:]} | ({"floor": before} if before else {})


def _batches(entries: Sequence[_Entry], size: int) -> Iterator[list[_Entry]]:
    for start in range(0, len(entries), size):
        yield list(entries[start : start + size])


def _same_server(address: str, other: str) -> bool:
    """Whether an address is at the server of the source: no list leads the platform into other networks."""
    try:
        one, two = urlsplit(address), urlsplit(other)
        return (one.scheme, one.netloc.lower()) == (two.scheme, two.netloc.lower())
    except ValueError:
        return False
