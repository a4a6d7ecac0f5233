"""Opening workbooks (XLSX, XLSM, XLSB, XLS, ODS), choosing the sheet, and giving its table."""

import difflib
import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from toancanh.domain import InvalidInput, Text, fold
from toancanh.sdk.tables.area import Area, areas
from toancanh.sdk.tables.heading import TOP, Heading, Top, matched
from toancanh.sdk.tables.rows import Body
from toancanh.sdk.tables.wish import EVERY, Table, Wish, no_table

_OLE, _ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"


def is_workbook(start: bytes) -> bool:
    """Return whether a file that begins with `start` may be a workbook."""
    return start.startswith((_OLE, _ZIP))


def tables(file: BinaryIO, wish: Wish) -> Iterator[Table]:
    """Yield the tables that are wished for, each whole before the next; raise InvalidInput, TooLarge."""
    file.seek(0)
    known = areas(file)
    try:
        with CalamineWorkbook.from_filelike(file) as book:
            found = False
            for name in _chosen(book, wish):
                table = _table(book, name, wish, known.get(name, Area()))
                if table is not None:
                    found = True
                    yield table
                    if wish.sheet != EVERY:
                        return
            if not found:
                raise _without(book, wish)
    except PasswordError as error:
        raise _unreadable("tệp đặt mật khẩu", "it is protected by a password") from error
    except CalamineError as error:
        raise _unreadable(str(error), str(error)) from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise _unreadable("tệp hỏng", "it is damaged") from error
        raise


def _chosen(book: CalamineWorkbook, wish: Wish) -> Sequence[str]:
    """Return the names of the sheets in which to look, the likeliest first."""
    sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    names = [sheet.name for sheet in sheets]
    seen = [sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible] or names
    if wish.sheet in (None, "", EVERY):
        return _by_header(book, seen, wish) if wish.columns and wish.sheet != EVERY else seen
    assert wish.sheet is not None
    named = _named(names, wish.sheet)
    if named is not None:
        return [named]
    return _by_header(book, seen, wish) if wish.columns else []


def _named(names: Sequence[str], wanted: str) -> str | None:
    """Return the sheet of that name, else of that number, else the only one whose name is like it."""
    folded = {fold(name): name for name in names}
    if wanted in names or fold(wanted) in folded:
        return wanted if wanted in names else folded[fold(wanted)]
    if wanted.isdecimal():
        return names[int(wanted) - 1] if 0 < int(wanted) <= len(names) else None
    like = {fold(name): name for name in names if _numbers(name) == _numbers(wanted)}
    parts = [name for name in like if fold(wanted) in name or (name in fold(wanted) and len(name) > 3)]
    near = parts or difflib.get_close_matches(fold(wanted), list(like), n=2, cutoff=0.75)
    return like[near[0]] if len(near) == 1 else None


def _numbers(name: str) -> list[int]:
    """Return the numbers in a name: month 1 is not month 10, however alike they look."""
    return [int(digits) for digits in re.findall(r"\d+", name)]


def _by_header(book: CalamineWorkbook, names: Sequence[str], wish: Wish) -> Sequence[str]:
    """Return the sheets by how many of the wanted columns their header has; where none has any, none."""
    if len(names) == 1:
        return names
    scores = {}
    for name in names:
        heading = _heading(book.get_sheet_by_name(name), wish)[0]
        scores[name] = len(matched(heading.names, wish.columns)) if heading else 0
    return sorted((name for name in names if scores[name]), key=lambda name: -scores[name])


def _heading(sheet: CalamineSheet, wish: Wish) -> tuple[Heading | None, int]:
    """Return (the header of a sheet, its first column)."""
    if sheet.start is None or sheet.end is None:
        return None, 0
    rows = list(itertools.islice(sheet.iter_rows(), max(TOP, (wish.header_row or 0) + 10)))
    left = sheet.end[1] + 1 - max(map(len, rows), default=0)
    merges = [
        ((top, first - left), (bottom, last - left))
        for (top, first), (bottom, last) in sheet.merged_cell_ranges or []
        if first >= left
    ]
    top = Top(rows, merges)
    if wish.header_row is not None:
        return (top.at(wish.header_row - 1) if wish.header_row <= len(rows) else None), left
    return top.find(wish.columns), left


def _table(book: CalamineWorkbook, name: str, wish: Wish, area: Area) -> Table | None:
    sheet = book.get_sheet_by_name(name)
    heading, left = _heading(sheet, wish)
    if heading is None:
        return None
    body = Body(name, heading, left, sheet.merged_cell_ranges or [], area.errors, wish.keep_totals)
    body.look(_rows(sheet))
    names = body.names()
    named = matched(names, wish.columns)
    shown = tuple(named.get(at, own) for at, own in enumerate(names))
    return Table(
        name,
        shown,
        frozenset(own for own, title in zip(shown, heading.names, strict=True) if title),
        body.records,
        body.left_out,
        lambda chosen: body.batches(_rows(sheet), chosen),
    )


def _rows(sheet: CalamineSheet) -> Iterator[Sequence[Any]]:
    return iter(sheet.iter_rows())


def _without(book: CalamineWorkbook, wish: Wish) -> InvalidInput:
    there = ", ".join(f"“{name}”" for name in book.sheet_names[:20])
    if wish.sheet not in (None, "", EVERY):
        return no_table(
            f"Không thấy trang “{wish.sheet}”; các trang: {there}.",
            f"There is no sheet '{wish.sheet}'; there are: {there}.",
        )
    if wish.columns:
        listed = ", ".join(wish.columns[:20])
        return no_table(
            f"Không trang nào ({there}) có dòng tiêu đề với các cột {listed}.",
            f"No sheet ({there}) has a header with the columns {listed}.",
        )
    return no_table(f"Không thấy bảng nào trong các trang {there}.", f"There is no table in the sheets {there}.")


def _unreadable(vi: str, en: str) -> InvalidInput:
    return InvalidInput(
        Text(vi=f"Không đọc được bảng tính: {vi}.", en=f"The workbook cannot be read: {en}."),
        Text(
            vi="Mở tệp bằng Excel hoặc LibreOffice, bỏ mật khẩu và lưu lại dạng .xlsx.",
            en="Open it with Excel or LibreOffice, remove the password and save it as .xlsx.",
        ),
    )
