"""Taking records out of an answer or a request: JSON below a path, NDJSON, CSV, XML elements, a form."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import parse_qsl
from xml.etree.ElementTree import Element, ParseError

import msgspec
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from toancanh.sdk import json_lines

Form = Literal["auto", "json", "ndjson", "csv", "xml", "form"]
PIECE = 4 << 20
"""Bytes of one delivery, about."""
_DEEPEST = 100
_MEDIA: dict[str, Form] = {
    "application/x-ndjson": "ndjson", "application/ndjson": "ndjson", "application/jsonl": "ndjson",
    "application/x-jsonlines": "ndjson", "text/csv": "csv", "application/csv": "csv",
    "text/tab-separated-values": "csv", "application/xml": "xml", "text/xml": "xml",
    "application/x-www-form-urlencoded": "form", "application/json": "json", "text/json": "json",
}  # fmt: skip


class NotRecords(ValueError):
    """What came holds no records where they should be."""


@dataclass(frozen=True, slots=True)
class Picked:
    """Records as the front door takes them: `pieces` together hold them all; `count` is known but for CSV and NDJSON."""

    pieces: tuple[bytes, ...]
    content_type: str
    count: int | None = None

    @property
    def empty(self) -> bool:
        """Whether there is no record."""
        return not any(piece.strip() for piece in self.pieces) if self.count is None else self.count == 0

    def whole(self) -> bytes:
        """Return all records in one piece."""
        if self.content_type == "application/json":
            return b"[%s]" % b",".join(piece[1:-1] for piece in self.pieces)
        return b"\n".join(self.pieces)


def pick(body: bytes, content_type: str, records: str = "", form: Form = "auto") -> Picked:
    """Return the records of a body; `records` is where they are in JSON (`data.items`, `/data/items`) or XML (`list/item`).

    JSON is passed on as it came, without an object per record. Raises NotRecords.
    """
    match form_of(body, content_type) if form == "auto" else form:
        case "ndjson":
            return Picked(tuple(_line_pieces(body)), "application/x-ndjson")
        case "csv":
            return Picked((body,) if body.strip() else (), content_type if "csv" in content_type else "text/csv")
        case "xml":
            found = elements(body, records)
            return Picked(
                tuple(_split([json_lines([one]) for one in found], b"\n")), "application/x-ndjson", len(found)
            )
        case "form":
            row = dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
            if records and records in row:
                return pick(row[records].encode(), "application/json")
            return Picked((json_lines([row]),) if row else (), "application/x-ndjson", int(bool(row)))
        case _:
            found_rows = rows(body, records)
            pieces = tuple(b"[%s]" % piece for piece in _split(found_rows, b","))
            return Picked(pieces, "application/json", len(found_rows))


def form_of(body: bytes, content_type: str) -> Form:
    """Return the form that a body has by its content type, else by its first character. Raises NotRecords for a web page."""
    media = content_type.partition(";")[0].strip().lower()
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:100].lower()
    if media in ("text/html", "application/xhtml+xml") or start.startswith((b"<!doctype html", b"<html")):
        raise NotRecords("a web page (text/html)")
    if media in _MEDIA:
        return _MEDIA[media]
    if media.endswith("+xml") or start.startswith(b"<"):
        return "xml"
    return "json"


def rows(body: bytes, path: str = "") -> list[bytes]:
    """Return the JSON records below a path as they stand: those of an array, or one object; none for null. Raises NotRecords."""
    raw = below(body, path)
    start = raw.lstrip()[:1]
    if start == b"[":
        return [bytes(one) for one in _read(raw, list[msgspec.Raw])]
    if raw.strip() == b"null":
        return []
    if start != b"{":
        raise NotRecords(f"'{path}' holds no records" if path else "neither an object nor a list")
    return [raw]


def below(body: bytes, path: str) -> bytes:
    """Return the JSON value at a path, as it stands. Raises NotRecords naming the step that is not there."""
    raw = body
    parts = _steps(path)
    _read(raw, msgspec.Raw)
    for at, part in enumerate(parts):
        start = raw.lstrip()[:1]
        inner: Any = None
        if start == b"{":
            inner = _read(raw, dict[str, msgspec.Raw]).get(part)
        elif start == b"[" and part.isdigit():
            inner = (_read(raw, list[msgspec.Raw])[int(part) :] or [None])[0]
        if inner is None:
            raise NotRecords(f"'{'.'.join(parts[: at + 1])}' is missing")
        raw = bytes(inner)
    return raw


def value_at(body: bytes, path: str) -> Any:
    """Return the JSON value at a path as Python has it; None where it is not there."""
    try:
        return msgspec.json.decode(below(body, path))
    except NotRecords:
        return None


def column(picked: Picked, field: str) -> Iterator[Any]:
    """Yield one field of every record, by a dotted path in JSON; records that have none, or cannot be read, are left out."""
    if "csv" in picked.content_type:
        for piece in picked.pieces:
            text = piece.decode("utf-8-sig", errors="replace")
            delimiter = max(",;\t|", key=text.partition("\n")[0].count)
            for row in csv.DictReader(io.StringIO(text), delimiter=delimiter):
                if row.get(field):
                    yield row[field]
        return
    decoder = msgspec.json.Decoder(_only(_steps(field)))
    depth = len(_steps(field))
    for piece in picked.pieces:
        lined = picked.content_type.endswith("ndjson")
        for record in piece.split(b"\n") if lined else _read(piece, list[msgspec.Raw]):
            try:
                found = decoder.decode(record)
            except (msgspec.DecodeError, UnicodeDecodeError):
                continue
            for _ in range(depth):
                found = None if found is None else found.inner
            if isinstance(found, str | int | float) and found != "":
                yield found


def elements(body: bytes, path: str = "") -> list[dict[str, Any]]:
    """Return XML elements at a path of local names (`list/item`, from the root or below it) as records.

    Attributes and child elements become fields, children with children objects, repeated ones lists; without a path the
    children of the root are the records. Entities and document types are not read. Raises NotRecords.
    """
    wanted = [part for part in path.replace(".", "/").split("/") if part]
    found: list[dict[str, Any]] = []
    at: list[str] = []
    try:
        for event, element in iterparse(io.BytesIO(body), events=("start", "end"), forbid_dtd=True):
            if event == "start":
                at.append(_local(element.tag))
                if len(at) > _DEEPEST:
                    raise NotRecords(f"XML: more than {_DEEPEST} levels")
                continue
            if _is_at(at, wanted):
                whole = _fields(element)
                found.append(whole if isinstance(whole, dict) else {"text": whole})
                element.clear()
            at.pop()
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise NotRecords(
            str(error) if isinstance(error, NotRecords) else f"XML: {error or type(error).__name__}"
        ) from error
    if wanted and not found and not _has(body, wanted[:-1]):
        raise NotRecords(f"'{path}' is missing")
    return found


def _is_at(at: Sequence[str], wanted: Sequence[str]) -> bool:
    if not wanted:
        return len(at) == 2
    return (len(at) == len(wanted) and at == wanted) or (len(at) == len(wanted) + 1 and at[1:] == wanted)


def _has(body: bytes, wanted: Sequence[str]) -> bool:
    """Whether the element is there that would hold the records: then there is just none."""
    at: list[str] = []
    for event, element in iterparse(io.BytesIO(body), events=("start", "end"), forbid_dtd=True):
        if event == "start":
            at.append(_local(element.tag))
            if not wanted or at == list(wanted) or at[1:] == list(wanted):
                return True
        else:
            at.pop()
            element.clear()
    return False


def _fields(element: Element) -> Any:
    fields: dict[str, Any] = {_local(name): value for name, value in element.attrib.items()}
    for child in element:
        name, value = _local(child.tag), _fields(child)
        if name in fields:
            fields[name] = [*fields[name], value] if isinstance(fields[name], list) else [fields[name], value]
        else:
            fields[name] = value
    text = (element.text or "").strip()
    if not fields:
        return text or None
    return fields | {"text": text} if text else fields


def _local(tag: Any) -> str:
    return str(tag).rpartition("}")[2]


def _steps(path: str) -> list[str]:
    if path.startswith("/"):
        return [part.replace("~1", "/").replace("~0", "~") for part in path[1:].split("/")]
    return path.split(".") if path else []


def _read(raw: Any, type: Any) -> Any:
    try:
        return msgspec.json.decode(raw, type=type)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotRecords(f"JSON: {error}") from error


def _only(steps: Sequence[str]) -> Any:
    """Return a type that reads one path of an object and skips everything else."""
    inner: Any = Any
    for step in reversed(steps):
        inner = msgspec.defstruct(
            "Only", [("inner", inner | None if inner is not Any else Any, None)], rename={"inner": step}
        )
    return inner


def _split(parts: Sequence[bytes], between: bytes) -> Iterator[bytes]:
    """Yield parts joined, in pieces of about PIECE bytes."""
    held: list[bytes] = []
    size = 0
    for part in parts:
        held.append(part)
        size += len(part)
        if size >= PIECE:
            yield between.join(held)
            held, size = [], 0
    if held:
        yield between.join(held)


def _line_pieces(body: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(body):
        end = body.find(b"\n", start + PIECE)
        end = len(body) if end < 0 else end + 1
        yield body[start:end]
        start = end
