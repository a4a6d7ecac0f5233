"""Entries of a feed or a sitemap as records, in the order in which they stand."""

import io
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from zoneinfo import ZoneInfo

from toancanh.connectors.asking import Answer
from toancanh.connectors.feed.pages import plain
from toancanh.connectors.picking import NotRecords, elements
from toancanh.domain import InvalidInput, Text
from toancanh.sdk import malformed

_ENDS = re.compile(rb"</(?:\w+:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)
_OFFSET = re.compile(r"\b(?:GMT|UTC)\s*([+-])(\d{1,2})(?::?(\d{2}))?\b")
_LOCAL = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y")


def feed_entries(answer: Answer, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Return the entries of RSS or Atom. Raises SourceFailed for what is neither, or is cut off."""
    if b"<!ENTITY" in answer.body:
        raise malformed(answer.where, "XML: <!ENTITY")
    headers = {"content-type": answer.headers.get("content-type", ""), "content-location": answer.url}
    parsed = _parser().parse(io.BytesIO(answer.body), response_headers=headers)
    if not parsed.version:
        raise malformed(answer.where, f"RSS, Atom: {answer.media or '?'}")
    if "SAX" in type(parsed.get("bozo_exception")).__name__ and not _ENDS.search(answer.body):
        raise malformed(answer.where, f"XML: {parsed.bozo_exception}")
    source = plain(parsed.feed.get("title", ""))
    return [_record(entry, source, zone) for entry in parsed.entries]


def sitemap_entries(answer: Answer, body: bytes, zone: ZoneInfo) -> list[dict[str, Any]]:
    """Return the pages of a sitemap, with what its news extension tells. Raises SourceFailed."""
    found = []
    for one in located(answer, body, "url"):
        news = _inner(one, "news")
        told = {
            "id": one["loc"],
            "link": one["loc"],
            "title": plain(_text(news.get("title"))),
            "published": moment(_text(news.get("publication_date")), zone),
            "updated": moment(_text(one.get("lastmod")), zone),
            "source": plain(_text(_inner(news, "publication").get("name"))),
        }
        found.append(_filled(told))
    return found


def located(answer: Answer, body: bytes, name: str) -> list[dict[str, Any]]:
    """Return the elements of a sitemap, or of an index of sitemaps, that say where something is. Raises SourceFailed."""
    try:
        return [one for one in elements(body, name) if isinstance(one.get("loc"), str)]
    except NotRecords as error:
        raise malformed(answer.where, error) from error


def moment(said: str, zone: ZoneInfo) -> str | None:
    """Return a time of a feed in ISO 8601 and UTC; None where it cannot be read. Without an offset it is of the zone."""
    text = _OFFSET.sub(lambda found: f"{found[1]}{int(found[2]):02d}{found[3] or '00'}", said.strip())
    reads: list[Callable[[str], datetime]] = [datetime.fromisoformat, parsedate_to_datetime, *map(_by, _LOCAL)]
    for read in reads:
        try:
            at = read(text)
            return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC).isoformat()
        except (ValueError, TypeError, OverflowError):
            continue
    return None


def _by(form: str) -> Callable[[str], datetime]:
    return lambda text: datetime.strptime(text, form)


def _record(entry: dict[str, Any], source: str, zone: ZoneInfo) -> dict[str, Any]:
    """Return an entry as a record; what it does not have is left out."""
    told = {name: dict.get(entry, name) for name in ("id", "link", "title", "summary", "author")}
    dates = {name: _text(dict.get(entry, name)) for name in ("published", "updated")}
    return _filled(
        {
            "id": _text(told["id"]) or _text(told["link"]),
            "link": _text(told["link"]),
            "title": plain(_text(told["title"])),
            "summary": plain(_text(told["summary"])),
            "text": plain("\n".join(_text(one.get("value")) for one in entry.get("content") or ())),
            "author": plain(_text(told["author"])),
            "categories": [plain(tag["term"]) for tag in entry.get("tags") or () if tag.get("term")],
            "source": plain(_text(_inner(entry, "source").get("title"))) or source,
            **{name: moment(said, zone) or said for name, said in dates.items()},
        }
    )


def _filled(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if value}


def _inner(one: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    inner = one.get(name)
    return inner if isinstance(inner, Mapping) else {}


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _parser() -> Any:
    try:
        import feedparser  # noqa: PLC0415 - an extra, which only sites with feeds need
    except ImportError as error:
        raise InvalidInput(
            Text(vi="Chưa cài thư viện đọc RSS và Atom.", en="The library that reads RSS and Atom is not installed."),
            Text(vi="Chạy: pip install toancanh[feed]", en="Run: pip install toancanh[feed]"),
        ) from error
    return feedparser
