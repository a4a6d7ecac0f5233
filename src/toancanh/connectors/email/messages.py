"""Messages as records: headers in whatever encoding, the text of plain or HTML parts, and files."""

import datetime as dt
import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from html.parser import HTMLParser
from typing import Any

_OLD = "windows-1258"
_BREAKS = frozenset(("br", "p", "div", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "blockquote"))
_UNSEEN = frozenset(("script", "style", "head", "title"))


@dataclass(frozen=True, slots=True)
class File:
    """A file that a message carries. `charset` is what the message says of its text."""

    name: str
    body: bytes
    media: str
    charset: str | None


@dataclass(frozen=True, slots=True)
class Mail:
    """A message. `digest` is the same whenever the same message comes again."""

    digest: str
    record: dict[str, Any]
    files: tuple[File, ...]


def mail_of(raw: bytes, received: dt.datetime | None) -> Mail:
    """Return a message, whatever state it is in."""
    message = message_from_bytes(raw)
    files = tuple(_file(part) for part in _leaves(message) if _is_file(part))
    people = {name: getaddresses([raw_header(message, name)]) for name in ("from", "to", "cc")}
    sender = next(((name, address) for name, address in people["from"] if address), ("", ""))
    record = {
        "message_id": header(message, "message-id") or None,
        "date": _date(raw_header(message, "date")),
        "received": received.isoformat() if received else None,
        "from": sender[1] or None,
        "from_name": decoded(sender[0]) or None,
        "to": ", ".join(address for _, address in people["to"] if address) or None,
        "cc": ", ".join(address for _, address in people["cc"] if address) or None,
        "subject": header(message, "subject") or None,
        "text": _text(message) or None,
        "attachments": [{"name": file.name, "size": len(file.body), "type": file.media} for file in files],
        "size": len(raw),
    }
    return Mail(hashlib.blake2b(raw, digest_size=16).hexdigest(), record, files)


def headers_of(raw: bytes) -> tuple[str, str]:
    """Return (sender, subject) out of the headers of a message."""
    message = message_from_bytes(raw)
    return decoded(raw_header(message, "from")), header(message, "subject")


def folded(text: str) -> str:
    """Return text as it is compared: composed, in small letters, with single blanks."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def header(message: "Message[str, str]", name: str) -> str:
    """Return a header as people read it."""
    return decoded(raw_header(message, name))


def raw_header(message: "Message[str, str]", name: str) -> str:
    """Return the first header of a name in one line; bytes that it may not hold are read as UTF-8, else windows-1258."""
    for found, value in message.raw_items():
        if found.lower() == name:
            line = re.sub(r"\r?\n(?=[ \t])", "", str(value))
            return in_text(line.encode("utf-8", "surrogateescape"), None)
    return ""


def decoded(line: str) -> str:
    """Return a line with its encoded words (RFC 2047) as text."""
    try:
        parts = decode_header(line)
    except (HeaderParseError, ValueError):
        return _composed(line)
    found = [part if isinstance(part, str) else _word(part, charset) for part, charset in parts]
    return " ".join(_composed("".join(found)).split())


def in_text(raw: bytes, charset: str | None) -> str:
    """Return bytes as text: as they say, else UTF-8, else windows-1258."""
    for encoding in (charset, "utf-8", _OLD):
        try:
            if encoding:
                return _composed(raw.decode(encoding))
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    return _composed(raw.decode(_OLD, "replace"))


def _word(part: bytes, charset: str | None) -> str:
    """Return what lies between encoded words as it is, and an encoded word as its character set says."""
    return part.decode("raw-unicode-escape") if charset is None else in_text(part, charset)


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text).replace("\x00", "")


def _date(line: str) -> str | None:
    try:
        return parsedate_to_datetime(line).isoformat() if line else None
    except (ValueError, IndexError, TypeError, OverflowError):
        return None


def _leaves(message: "Message[str, str]") -> Iterator["Message[str, str]"]:
    """Yield the parts that hold something; a message within is one of them."""
    parts = message.get_payload()
    if isinstance(parts, list) and message.get_content_maintype() == "multipart":
        for part in parts:
            if isinstance(part, Message):
                yield from _leaves(part)
    else:
        yield message


def _is_file(part: "Message[str, str]") -> bool:
    named = part.get_filename() is not None or part.get_content_disposition() == "attachment"
    return named or part.get_content_maintype() not in ("text", "multipart")


def _file(part: "Message[str, str]") -> File:
    given = part.get_filename()
    media = part.get_content_type()
    inner = part.get_payload()
    if isinstance(inner, list):
        body = b"".join(one.as_bytes() for one in inner if isinstance(one, Message))
    else:
        found = part.get_payload(decode=True)
        body = found if isinstance(found, bytes) else b""
    name = decoded(in_text(given.encode("utf-8", "surrogateescape"), None)) if given else ""
    charset = part.get_content_charset() if part.get_content_maintype() == "text" else None
    return File(name or media.replace("/", "."), body, media, charset)


def _text(message: "Message[str, str]") -> str:
    """Return the text of the plain part, else that of the HTML part."""
    parts = [part for part in _leaves(message) if not _is_file(part)]
    for wanted in ("text/plain", "text/html"):
        for part in parts:
            if part.get_content_type() == wanted:
                raw = part.get_payload(decode=True)
                text = in_text(raw if isinstance(raw, bytes) else b"", part.get_content_charset())
                text = _shown(text) if wanted == "text/html" else text
                lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
                if any(lines):
                    return "\n".join(lines).strip()
    return ""


class _Page(HTMLParser):
    """Keeps what of a page people see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        """Begin a line, or what is not shown."""
        self._unseen += tag in _UNSEEN
        if tag in _BREAKS:
            self.pieces.append("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        """Begin a line."""
        if tag in _BREAKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """End what is not shown; a cell ends with a blank."""
        self._unseen -= tag in _UNSEEN and self._unseen > 0
        self.pieces.append("\n" if tag in _BREAKS else " " if tag in ("td", "th") else "")

    def handle_data(self, data: str) -> None:
        """Keep text."""
        if not self._unseen:
            self.pieces.append(re.sub(r"\s+", " ", data))


def _shown(page: str) -> str:
    reader = _Page()
    reader.feed(page)
    reader.close()
    lines = [" ".join(line.split()) for line in "".join(reader.pieces).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
