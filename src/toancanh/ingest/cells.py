"""Where in a workbook a row stands: said by the row itself, so that an error names the cell."""

from dataclasses import replace

import msgspec

from toancanh.domain import Text
from toancanh.ingest.blocks import Refused
from toancanh.ingest.problems import Problem
from toancanh.ingest.subject import Subject
from toancanh.sdk import AT, GROUP, SHEET, cell

_SIGN = f'"{AT}"'
_OURS = (SHEET, AT, GROUP)


def in_sheet(raw: bytes) -> bool:
    """Return whether a row says where in a workbook it stands."""
    return _SIGN.encode() in raw


def addressed(item: Refused, subject: Subject) -> Refused:
    """Return a refused row whose problems name the cell, or the row, of the workbook that it came from."""
    if _SIGN not in item.raw:
        return item
    try:
        row = msgspec.json.decode(item.raw)
    except msgspec.DecodeError:
        return item
    if not isinstance(row, dict) or not isinstance(row.get(AT), str):
        return item
    names = [name for name in row if name not in _OURS]
    return replace(item, problems=tuple(_named(problem, subject, names, row) for problem in item.problems))


def _named(problem: Problem, subject: Subject, names: list[str], row: dict[str, object]) -> Problem:
    mapped = subject.mapped(problem.column) if problem.column else None
    raw = (mapped.field if mapped else None) or problem.column
    alone = mapped is None or mapped.expression is None
    found = cell(str(row[AT]), names.index(raw)) if alone and raw in names else None
    sheet, begin = row.get(SHEET), row[AT]
    where = (f"ô {found}", f"cell {found}") if found else (f"dòng có ô {begin}", f"row of cell {begin}")
    text = Text(
        vi=f"{problem.text.vi.rstrip('.')} ({where[0]}, trang “{sheet}”).",
        en=f"{problem.text.en.rstrip('.')} ({where[1]}, sheet '{sheet}').",
    )
    return replace(problem, text=text)
