"""Messages as lines of NDJSON: the payload as it came, with the parts of its topic beside it."""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from toancanh.connectors.mqtt.packets import Publish
from toancanh.connectors.mqtt.topics import Template, parts_of
from toancanh.sdk import lines

Payload = Literal["json", "csv", "value"]
FIELDS = ("topic", "received_at", "retained")
"""Fields that every record has, besides the parts of its topic."""
_REMEMBERED = 10_000
"""Topics whose fields are kept ready."""
_ENCODE = msgspec.json.Encoder().encode
_RAW = msgspec.json.Decoder(msgspec.Raw)
_MANY = msgspec.json.Decoder(list[msgspec.Raw])
_NAMED = msgspec.json.Decoder(dict[str, msgspec.Raw])


class Records:
    """Turns messages into lines. What cannot be read is passed on as it came, and waits in quarantine afterwards."""

    def __init__(self, templates: Sequence[Template], payload: Payload, columns: Sequence[str]) -> None:
        self._templates = templates
        self._columns = tuple(columns)
        self._ready: dict[str, tuple[bytes, tuple[bytes, ...]]] = {}
        read: dict[str, Callable[[bytes], Iterator[bytes]]] = {"json": _json, "csv": self._csv, "value": _value}
        self._read = read[payload]

    def of(self, message: Publish, at: datetime, more: Mapping[str, str] | None = None) -> list[bytes]:
        """Return the lines of a message that came at a moment, one each record; `more` are further fields."""
        head, names = self._head(message.topic)
        own = {"received_at": at.astimezone(UTC), "retained": message.retain, **(more or {})}
        head += _ENCODE(own)[1:-1] + b","
        if more:
            names = (*names, *(_ENCODE(name) for name in more))
        try:
            return [_line(head, names, body) for body in self._read(message.payload)]
        except (ValueError, msgspec.DecodeError, RecursionError, csv.Error):
            return [lines([message.payload])]

    def _head(self, topic: str) -> tuple[bytes, tuple[bytes, ...]]:
        """Return the beginning of a record of a topic, and the names that are in it, each in quotation marks."""
        found = self._ready.get(topic)
        if found is None:
            if len(self._ready) >= _REMEMBERED:
                self._ready.clear()
            parts = {"topic": topic, **parts_of(topic, self._templates)}
            names = tuple(_ENCODE(name) for name in (*parts, *FIELDS[1:]))
            found = self._ready[topic] = (_ENCODE(parts)[:-1] + b",", names)
        return found

    def _csv(self, payload: bytes) -> Iterator[bytes]:
        text = payload.decode("utf-8-sig")
        for row in csv.reader(text.splitlines(), strict=True):
            if len(row) != len(self._columns):
                raise ValueError("another number of columns")
            yield _ENCODE(dict(zip(self._columns, row, strict=True)))


def _json(payload: bytes) -> Iterator[bytes]:
    """Yield the JSON objects of a payload: one, an array of them, one a line; a bare value becomes the field `value`."""
    body = payload.strip()
    if body[:1] == b"[":
        yield from (_object(bytes(one)) for one in _MANY.decode(body))
    elif b"\n" in body and not _whole(body):
        yield from (_object(line.strip()) for line in body.split(b"\n") if line.strip())
    else:
        yield _object(body)


def _whole(body: bytes) -> bool:
    try:
        _RAW.decode(body)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


def _object(body: bytes) -> bytes:
    if not body:
        return b"{}"
    body.decode()
    _RAW.decode(body)
    return body if body[:1] == b"{" else b'{"value":' + body + b"}"


def _value(payload: bytes) -> Iterator[bytes]:
    text = payload.decode().strip()
    yield _ENCODE({"value": text}) if text else b"{}"


def _line(head: bytes, names: Sequence[bytes], body: bytes) -> bytes:
    """Join the fields of a topic with those of an object; one that both have is kept as `payload.NAME`."""
    if any(name in body for name in names):
        taken = {msgspec.json.decode(name) for name in names}
        said: dict[str, Any] = _NAMED.decode(body)
        body = _ENCODE({f"payload.{name}" if name in taken else name: value for name, value in said.items()})
    rest = body[1:].lstrip()
    line = head[:-1] + rest if rest[:1] == b"}" else head + rest
    return line.replace(b"\n", b" ").replace(b"\r", b" ")
