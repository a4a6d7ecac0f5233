"""An answer: the engine's own bytes, with what they mean and where they come from."""

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from toancanh.domain import AnswerColumn, InvalidInput, Provenance, Query, Text
from toancanh.store import Payload, Value, literal

SETTINGS: Mapping[str, int] = {"output_format_json_quote_denormals": 0}
"""Not-a-number and infinity become null."""
_START = b'"data":\n\t['
_END = b'\n\t],\n\n\t"rows"'
_CLOSE = b"\n\t]"
_ROW = b"\n\t\t["
_PLACEHOLDER = re.compile(r"\{(\w+):[^}]+\}")


@dataclass(frozen=True)
class Answer:
    """The answer to one question. `rows` is a JSON array of arrays, as the engine wrote it; `payload` keeps it alive."""

    columns: tuple[AnswerColumn, ...]
    rows: memoryview
    provenance: Provenance
    next: str | None
    count: int
    seconds: float
    payload: Payload

    def values(self) -> list[list[Any]]:
        """Return the rows as Python values, for small answers."""
        found: list[list[Any]] = json.loads(bytes(self.rows))
        return found

    def records(self) -> list[dict[str, Any]]:
        """Return the rows by column name, for small answers."""
        names = [column.name for column in self.columns]
        return [dict(zip(names, row, strict=True)) for row in self.values()]


def rows_of(payload: Payload, limit: int) -> tuple[memoryview, int, bool]:
    """Return (the rows of a JSONCompact answer, how many, whether there are more than `limit`).

    The rows are the engine's bytes without a copy, unless one row too many came: that one is cut off.
    """
    view = payload.view
    start, tail = 0, b""
    head = 4096
    while not start:
        start = bytes(view[:head]).find(_START) + len(_START) - 1
        if head >= view.nbytes:
            break
        head *= 4
    tail_from = max(0, view.nbytes - 1024)
    tail = bytes(view[tail_from:])
    end = tail_from + tail.rfind(_END)
    if start <= 0 or end < start:
        raise ValueError("the engine's answer has an unexpected shape")
    if payload.rows <= limit:
        return view[start - 1 : end + len(_CLOSE)], payload.rows, False
    return memoryview(bytes(view[start - 1 : _last_row(view, end)]) + _CLOSE), limit, True


def last_row(rows: memoryview) -> list[Any]:
    """Return the last of some rows, as Python values."""
    text = bytes(rows[_last_row(rows, rows.nbytes) :]).lstrip(b",\n\t[ ").rstrip(b"\n\t ")
    found: list[Any] = json.loads(b"[" + text.removesuffix(b"]"))
    return found


def _last_row(view: memoryview, end: int) -> int:
    """Return where the last row before `end` begins, with the comma before it."""
    size = 4096
    while True:
        first = max(0, end - size)
        at = bytes(view[first:end]).rfind(_ROW)
        if at >= 0:
            return first + at - (1 if first + at and view[first + at - 1] == ord(",") else 0)
        if first == 0:
            raise ValueError("the engine's answer has an unexpected shape")
        size *= 8


def readable(sql: str, params: Mapping[str, Value]) -> str:
    """Return SQL with its parameters written out, for people to read."""
    return _PLACEHOLDER.sub(lambda found: literal(params[found[1]]) if found[1] in params else found[0], sql)


def used(sql: str, params: Mapping[str, Value]) -> dict[str, Value]:
    """Return the parameters that `sql` names."""
    return {name: params[name] for name in {found[1] for found in _PLACEHOLDER.finditer(sql)} if name in params}


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the next page begins: how many rows lie before it, and the moment at which the first page was asked."""

    offset: int
    moment: datetime

    def encode(self, query: Query) -> str:
        """Return it as a text that only the same question may bring back."""
        data = [self.offset, self.moment.isoformat(), _fingerprint(query)]
        return base64.urlsafe_b64encode(json.dumps(data).encode()).decode().rstrip("=")


def cursor_of(query: Query) -> Cursor | None:
    """Return the cursor of a question. Raises InvalidInput for one of another question, or of none."""
    if query.cursor is None:
        return None
    try:
        padded = query.cursor + "=" * (-len(query.cursor) % 4)
        offset, moment, fingerprint = json.loads(base64.urlsafe_b64decode(padded))
        if fingerprint != _fingerprint(query) or not 0 <= int(offset) < 2**40:
            raise ValueError(fingerprint)
        cursor = Cursor(int(offset), datetime.fromisoformat(moment))
        if cursor.moment.tzinfo is None:
            raise ValueError(moment)
    except (ValueError, TypeError) as error:
        raise bad_cursor() from error
    return cursor


def bad_cursor() -> InvalidInput:
    """Return the error for a cursor that belongs to another question."""
    return InvalidInput(
        Text(vi="`cursor` không thuộc câu hỏi này.", en="The `cursor` does not belong to this question."),
        Text(
            vi="Gửi lại đúng câu hỏi cũ với `next` của trang trước, hoặc bỏ `cursor`.",
            en="Send the same question with the `next` of the page before, or leave `cursor` out.",
        ),
    )


def _fingerprint(query: Query) -> str:
    text = query.model_dump_json(by_alias=True, exclude={"cursor", "limit"})
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
