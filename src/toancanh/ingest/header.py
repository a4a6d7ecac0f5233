"""The first line of a sheet: its delimiter, its decimal sign, and which raw field each column is."""

import csv
import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from toancanh.domain import InvalidInput, Text, UnknownName, normalise
from toancanh.ingest.blocks import Sheet
from toancanh.ingest.convert import Decimal
from toancanh.ingest.fields import raw_names
from toancanh.ingest.problems import computed_column, unknown_column
from toancanh.ingest.subject import ID, Subject, needed

_DELIMITERS = ",;\t|"
_COMMA = re.compile(r"^[+-]?(?:\d+,(?:\d{1,2}|\d{4,})|\d{1,3}(?:\.\d{3})+,\d+)$")
_POINT = re.compile(r"^[+-]?(?:\d+\.(?:\d{1,2}|\d{4,})|\d{1,3}(?:,\d{3})+\.\d+)$")
_SAMPLE = 64 << 10


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a body may hold: the raw fields, those it must hold, and whether others are let pass."""

    subject: Subject
    names: tuple[str, ...]
    must: tuple[str, ...]

    @property
    def open(self) -> bool:
        """Whether fields that the map does not name are ignored."""
        return self.subject.source is not None


def wanted(subject: Subject) -> Wanted:
    """Return what a body for `subject` may and must hold."""
    must = []
    for name in subject.dataset.sent:
        mapped = subject.mapped(name)
        if name in needed(subject.dataset) and (mapped is None or mapped.expression is None):
            must.append((mapped.field if mapped else None) or name)
    return Wanted(subject, raw_names(subject), tuple(must))


def match_header(names: Sequence[str], wanted: Wanted) -> list[str | None]:
    """Return the raw field behind each column name: the very name, else the one that differs in case and blanks only.

    Raises InvalidInput for columns that are unknown, computed, twice there, or missing.
    """
    folded = {_fold(name): name for name in reversed(wanted.names)}
    found: list[str | None] = []
    for name in names:
        raw = name if name in wanted.names else folded.get(_fold(name))
        if raw is None and not wanted.open and name.strip():
            raise _strange(name, wanted)
        if raw is not None and raw in found:
            raise InvalidInput(
                Text(vi=f"Cột “{name}” lặp lại.", en=f"The column '{name}' comes twice."),
                Text(vi="Hãy bỏ bớt một cột.", en="Remove one of them."),
                column=name,
            )
        found.append(raw)
    missing = [name for name in wanted.must if name not in found]
    if missing:
        raise _missing(missing, names)
    return found


def read_header(start: bytes, wanted: Wanted) -> tuple[Sheet, int]:
    """Return the sheet that begins with `start` (UTF-8) and where its rows begin. Raises InvalidInput."""
    text = start.decode(errors="replace")
    skipped, delimiter = 0, ""
    first, end = _line(text, 0)
    if first.lower().startswith("sep=") and len(first.strip()) == 5:
        delimiter, skipped = first.strip()[4], end
    while True:
        line, end = _line(text, skipped)
        if line.strip() or end >= len(text):
            break
        skipped = end
    if not line.strip():
        raise _no_header()
    delimiter = delimiter or _delimiter(line, wanted)
    names = tuple(normalise(unicodedata.normalize("NFC", name)) for name in _fields(line, delimiter))
    fields = match_header(names, wanted)
    if not any(fields):
        raise _no_header()
    rows = text[end:]
    decimal = _decimal(rows[:_SAMPLE], delimiter)
    return Sheet(names, tuple(fields), delimiter, decimal), len(text[:end].encode())


def _line(text: str, start: int) -> tuple[str, int]:
    """Return (the record that begins at `start`, where the next one begins); line ends between quotes belong to it."""
    at = start
    while True:
        stop = text.find("\n", at)
        if stop < 0:
            return text[start:], len(text)
        if text.count('"', start, stop) % 2 == 0 or stop - start > 65_536:
            return text[start:stop].rstrip("\r"), stop + 1
        at = stop + 1


def _delimiter(line: str, wanted: Wanted) -> str:
    """Return the delimiter that makes most known names out of the line, else the one that parts it most."""
    known = {_fold(name) for name in wanted.names}

    def score(delimiter: str) -> tuple[int, int]:
        fields = _fields(line, delimiter)
        return sum(_fold(name) in known for name in fields), len(fields)

    return max(_DELIMITERS, key=score)


def _fields(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(line, newline=""), delimiter=delimiter), [])
    except csv.Error:
        return line.split(delimiter)


def _decimal(rows: str, delimiter: str) -> Decimal:
    """Return the decimal sign that the first rows show."""
    lines = rows.split("\n")[:200]
    seen = {"comma": False, "point": False}
    for line in lines[:-1] if len(lines) > 1 else lines:
        for field in _fields(line.rstrip("\r"), delimiter):
            item = field.strip()
            seen["comma"] = seen["comma"] or bool(_COMMA.match(item))
            seen["point"] = seen["point"] or bool(_POINT.match(item))
    if seen["comma"] == seen["point"]:
        return ""
    return "," if seen["comma"] else "."


def _fold(name: str) -> str:
    return normalise(name).casefold()


def _strange(name: str, wanted: Wanted) -> InvalidInput:
    column = wanted.subject.dataset.columns.get(name)
    if column is not None and column.derive is not None:
        problem = computed_column(name)
    else:
        problem = unknown_column(name, [known for known in wanted.names if known != ID])
    known = ", ".join(known for known in wanted.names if known != ID)
    return UnknownName(
        problem.text,
        Text(vi=f"Các cột nhận được: {known}.", en=f"The columns that are taken: {known}."),
        column=name,
    )


def _missing(missing: Sequence[str], names: Sequence[str]) -> InvalidInput:
    listed, there = ", ".join(missing), ", ".join(name[:40] for name in names[:20])
    return InvalidInput(
        Text(vi=f"Thiếu cột bắt buộc: {listed}.", en=f"Required columns are missing: {listed}."),
        Text(
            vi=f"Các cột đã gửi: {there}. Dòng đầu phải là tên cột.",
            en=f"The columns sent: {there}. The first line must hold the names.",
        ),
        column=missing[0],
    )


def _no_header() -> InvalidInput:
    return InvalidInput(
        Text(vi="Không thấy dòng tên cột.", en="There is no line with the names of the columns."),
        Text(vi="Dòng đầu của CSV phải là tên cột.", en="The first line of a CSV must hold the names of its columns."),
    )
