"""A form that comes back as a workbook: columns in any order, renamed or merged headings, figures in both styles."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO

import msgspec

from toancanh.domain import InvalidInput, Text, fold
from toancanh.operations.forms import MOST_ROWS, Form
from toancanh.operations.template import BEFORE, KEY
from toancanh.sdk import AT, Wish, matched, tables

_NUMBERING = re.compile(r"^\s*(?:[-–+*]|\(?(?:\d{1,2}|[ivx]{1,4}|[a-z])[.)])\s*", re.IGNORECASE)
_OF_WHICH = re.compile(r"^(?:trong do|of it|of which)\s*:?\s*")
_UNIT = re.compile(r"\s*\([^()]*\)\s*$")
_SHOWN = 10


def read_workbook(form: Form, file: BinaryIO) -> tuple[list[dict[str, Any]], list[Text]]:
    """Return the rows of a form in a workbook, and what of it was left aside. Raises InvalidInput, TooLarge."""
    titles = _titles(form)
    table = next(tables(file, Wish(columns=tuple(titles), keep_totals=True)))
    named = {
        at: titles[title] for at, title in matched([_UNIT.sub("", name) for name in table.names], list(titles)).items()
    }
    named |= {at: titles[title] for at, title in matched(table.names, list(titles)).items()}
    if not set(named.values()) & set(form.columns):
        raise InvalidInput(
            Text(vi=f"Trang “{table.sheet}” không có cột nào của biểu.", en=f"Sheet '{table.sheet}' has no column of the form."),
            Text(
                vi=f"Các cột cần có: {', '.join(column.title.vi for column in form.columns.values())}.",
                en=f"The columns are: {', '.join(column.title.en for column in form.columns.values())}.",
            ),
        )  # fmt: skip
    told = [*table.left_out.said(table.sheet), *_strangers(table.names, named)]
    names = tuple(f"c{at}" for at in range(len(table.names)))
    keys = {f"c{at}": name for at, name in named.items()}
    if form.entry.rows is None:
        rows = [values for _, values in _records(table.batches(names), keys)]
        return _few(rows), told
    return _by_code(form, list(_records(table.batches(names), keys)), told)


def _by_code(
    form: Form, records: Sequence[tuple[str, dict[str, Any]]], told: list[Text]
) -> tuple[list[dict[str, Any]], list[Text]]:
    """Return the rows that the form knows, by their code or their title."""
    assert form.entry.rows is not None
    known = {fold(code): code for code in form.codes}
    for code, title in form.codes.items():
        for text in (title.vi, title.en):
            known |= {_plain(text): code, _plain(_UNIT.sub("", text)): code}
    found: dict[str, dict[str, Any]] = {}
    unknown: list[str] = []
    for at, values in records:
        said = [str(values.pop(name)) for name in (form.entry.rows, "#") if values.get(name) not in (None, "")]
        texts = [folded for text in said for folded in (fold(text), _plain(text), _plain(_UNIT.sub("", text)))]
        mine = next((known[text] for text in texts if text in known), None)
        if mine is None:
            if values and said:
                unknown.append(f"{at} “{said[-1][:60]}”")
        elif mine in found and values:
            told.append(
                Text(vi=f"Ô {at}: “{said[-1][:60]}” có hai dòng; lấy dòng sau.", en=f"Cell {at}: '{said[-1][:60]}' stands twice; the later row is taken.")
            )  # fmt: skip
            found[mine] = values
        else:
            found.setdefault(mine, values)
    if unknown:
        shown = ", ".join(unknown[:_SHOWN]) + (" …" if len(unknown) > _SHOWN else "")
        told.append(
            Text(
                vi=f"{len(unknown)} dòng không thuộc biểu nên không nhận: {shown}.",
                en=f"{len(unknown)} rows are not of the form and were not taken: {shown}.",
            )
        )
    return [{form.entry.rows: code, **found[code]} for code in form.codes if code in found], told


def _titles(form: Form) -> dict[str, str]:
    """Return the headings that a column may have → its name; "#" is the title of the rows."""
    columns = dict(form.columns)
    found = {name: name for name in columns}
    for name, column in columns.items():
        for text in (column.title.vi, column.title.en):
            found.setdefault(text, name)
            if column.unit:
                found.setdefault(f"{text} ({column.unit})", name)
    if form.entry.rows:
        title = form.dataset.columns[form.entry.rows].title
        found |= {KEY.vi: form.entry.rows, KEY.en: form.entry.rows, title.vi: "#", title.en: "#"}
    return found


def _strangers(names: Sequence[str], named: Mapping[int, str]) -> Iterator[Text]:
    """Yield which columns were not taken, besides those of earlier figures."""
    ours = (fold(BEFORE.vi), fold(BEFORE.en))
    left = [name for at, name in enumerate(names) if at not in named and name and not fold(name).startswith(ours)]
    left = [name for name in left if fold(name) not in ("stt", "tt", "no", "no.")]
    if left:
        shown = ", ".join(f"“{name[:60]}”" for name in left[:_SHOWN])
        yield Text(vi=f"Các cột không thuộc biểu: {shown}.", en=f"Columns that are not of the form: {shown}.")


def _records(batches: Iterator[tuple[bytes, int]], keys: Mapping[str, str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (the cell where it begins, values by column) of each record; raise InvalidInput beyond the form's size."""
    count = 0
    for lines, _ in batches:
        for line in lines.splitlines():
            record = msgspec.json.decode(line)
            values = {keys[name]: value for name, value in record.items() if name in keys and value is not None}
            count += 1
            if count > MOST_ROWS:
                raise InvalidInput(
                    Text(vi=f"Một biểu có nhiều nhất {MOST_ROWS} dòng.", en=f"A form has at most {MOST_ROWS} rows."),
                    Text(
                        vi="Số liệu lớn hơn: nạp bằng tệp qua một nguồn.",
                        en="Send larger ones as a file through a source.",
                    ),
                )
            yield str(record.get(AT, "")), values


def _few(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if row]


def _plain(text: str) -> str:
    """Return a row's title without numbering and "trong đó", folded."""
    return _OF_WHICH.sub("", fold(_NUMBERING.sub("", text))).strip(" :.")
