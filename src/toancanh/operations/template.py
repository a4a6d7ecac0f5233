"""A form as an Excel workbook: what may be typed is open, everything else is locked, and hidden keys say what is what."""

import io
from collections.abc import Mapping
from typing import Any, Literal

from toancanh.domain import Text
from toancanh.domain.declarations import Column
from toancanh.operations.sight import Submission

Language = Literal["vi", "en"]
SHEET = Text(vi="Biểu", en="Form")
KEY = Text(vi="Mã dòng", en="Row code")
BEFORE = Text(vi="Kỳ trước", en="Period before")
FREE_ROWS = 200
"""Empty rows of a form where people add rows."""
_TOP = 4
"""Rows above the headings: title, unit and period, hint, hidden keys."""
_HINT = Text(
    vi="Chỉ nhập vào ô trắng. Có thể đổi thứ tự cột và dòng; không xóa hàng mã ẩn.",
    en="Type into white cells only. Columns and rows may change places; keep the hidden row of keys.",
)
_LONGEST_LIST = 255
"""Longest text of a validation list, by the format of Excel."""


def write_template(found: Submission, unit: str, language: Language) -> bytes:
    """Return the workbook of a submission, with the figures that are there; `unit` is the name of the unit."""
    import xlsxwriter  # noqa: PLC0415 - few ask for a workbook, and everyone would wait for it at the start

    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "constant_memory": False})
    sheet = book.add_worksheet(_in(SHEET, language))
    bold = book.add_format({"bold": True, "font_size": 13})
    head = book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True, "valign": "vcenter"})
    fixed = book.add_format({"bg_color": "#F2F2F2", "border": 1, "text_wrap": True})
    past = book.add_format({"bg_color": "#F2F2F2", "border": 1, "num_format": "#,##0.###"})
    columns = _columns(found, language)
    sheet.protect("", {"sort": True, "format_columns": True, "format_rows": True})
    sheet.write(0, 0, _in(found.form.dataset.title, language), bold)
    sheet.write(1, 0, f"{unit} · {_in(found.name, language)}")
    sheet.write(2, 0, _in(_HINT, language))
    for at, (key, title, _) in enumerate(columns):
        sheet.write(3, at, key)
        sheet.write(_TOP, at, title, head)
    sheet.set_row(3, None, None, {"hidden": True})
    rows = len(found.rows) if found.form.codes else max(len(found.rows), FREE_ROWS)
    before = found.earlier_rows("before")
    for number in range(rows):
        values = found.rows[number] if number < len(found.rows) else {}
        was = before[number] if number < len(before) else None
        for at, (key, _, column) in enumerate(columns):
            line = _TOP + 1 + number
            if column is not None:
                value = values.get(key)
                style = book.add_format(_style(column))
                sheet.write(line, at, value if value is not None else "", style)
            elif key.startswith("="):
                sheet.write(line, at, (was or {}).get(key[1:], ""), past)
            else:
                sheet.write(line, at, _named(found, key, values, language), fixed)
    for at, (_, title, column) in enumerate(columns):
        sheet.set_column(at, at, 46 if at == 1 and found.form.codes else 18)
        if column is not None:
            _validate(sheet, at, rows, title, column, language)
    if found.form.codes:
        sheet.set_column(0, 0, None, None, {"hidden": True})
    sheet.freeze_panes(_TOP + 1, 2 if found.form.codes else 1)
    keys = book.add_worksheet("_khoa")
    for line, (name, value) in enumerate(_keys(found).items()):
        keys.write_row(line, 0, (name, value))
    keys.very_hidden()
    book.close()
    return target.getvalue()


def _columns(found: Submission, language: Language) -> list[tuple[str, str, Column | None]]:
    """Return (key, title, what is typed there or None) of each column; keys of earlier figures begin with "="."""
    form = found.form
    rows = form.entry.rows
    named: list[tuple[str, str, Column | None]] = []
    if rows:
        named = [(rows, _in(KEY, language), None), ("#", _in(form.dataset.columns[rows].title, language), None)]
    filled = [(name, _heading(column, language), column) for name, column in form.columns.items()]
    numbers = [name for name, column in form.columns.items() if column.type in ("number", "integer")]
    earlier = [
        (f"={name}", f"{_in(BEFORE, language)}: {_in(form.columns[name].title, language)}", None)
        for name in numbers
        if form.codes
    ]
    return [*named, *filled, *earlier]


def _named(found: Submission, key: str, values: Mapping[str, Any], language: Language) -> str:
    rows = found.form.entry.rows
    code = str(values.get(rows or "", ""))
    if key != "#":
        return code
    title = found.form.codes.get(code)
    return _in(title, language) if title else code


def _heading(column: Column, language: Language) -> str:
    unit = f" ({column.unit})" if column.unit else ""
    return f"{_in(column.title, language)}{unit}"


def _style(column: Column) -> dict[str, Any]:
    shape = {"number": "#,##0.###", "integer": "#,##0", "date": "dd/mm/yyyy", "time": "dd/mm/yyyy hh:mm"}
    return {"border": 1, "locked": False, "num_format": shape.get(column.type, "@")}


def _validate(sheet: Any, at: int, rows: int, title: str, column: Column, language: Language) -> None:
    """Say in Excel's own words what a column takes; what slips through is told when the file comes back."""
    rule: dict[str, Any] | None = None
    if column.type in ("number", "integer"):
        low, high = column.range or (None, None)
        low, high = -1e15 if low is None else low, 1e15 if high is None else high
        kind = "integer" if column.type == "integer" else "decimal"
        rule = {"validate": kind, "criteria": "between", "minimum": low, "maximum": high}
    elif column.codes and len(",".join(column.codes)) <= _LONGEST_LIST:
        rule = {"validate": "list", "source": list(column.codes)}
    elif column.type == "boolean":
        rule = {"validate": "list", "source": ["có", "không"] if language == "vi" else ["yes", "no"]}
    if rule is None:
        return
    told = "Giá trị này không hợp lệ." if language == "vi" else "This value is not valid."
    sheet.data_validation(
        _TOP + 1, at, _TOP + rows, at,
        rule | {"ignore_blank": True, "error_type": "warning", "error_title": title[:32], "error_message": told},
    )  # fmt: skip


def _keys(found: Submission) -> dict[str, str]:
    return {"dataset": found.form.id, "unit": found.key.unit, "period": found.key.period.isoformat()}


def _in(text: Text, language: Language) -> str:
    return text.vi if language == "vi" else text.en
