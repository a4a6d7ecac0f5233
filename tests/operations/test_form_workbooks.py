"""A form as an Excel workbook: what the template holds, and what departments make of it before it comes back."""

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from toancanh.catalog import load_catalog
from toancanh.domain import InvalidInput
from toancanh.operations.checking import Earlier
from toancanh.operations.forms import Form, deadline, form_of
from toancanh.operations.keeping import Key
from toancanh.operations.periods import period_name, read_period
from toancanh.operations.rows import laid_out
from toancanh.operations.sight import Submission
from toancanh.operations.template import write_template
from toancanh.operations.upload import read_workbook

CATALOG = load_catalog(Path("src/toancanh/cities/haiphong"))
FORM: Form = form_of(CATALOG, "economy.monthly")


def submission(rows: list[dict[str, Any]], before: dict[tuple[str, ...], dict[str, Any]]) -> Submission:
    first = read_period("month", "2026-10-01")
    due = deadline(CATALOG, FORM, first)
    return Submission(
        FORM, Key(FORM.id, "HP.STC", first), period_name("month", first), "draft", "estimate", 1, 1, laid_out(FORM, rows), (),
        Earlier(before, {}), due.opens, due.due, False, (), (), True, None,
    )  # fmt: skip


def template(rows: list[dict[str, Any]]) -> openpyxl.Workbook:
    found = submission(rows, {("iip",): {"value": 110.5}})
    return openpyxl.load_workbook(io.BytesIO(write_template(found, "Sở Tài chính", "vi")))


def read(book: openpyxl.Workbook) -> tuple[dict[str, dict[str, Any]], list[str]]:
    target = io.BytesIO()
    book.save(target)
    rows, told = read_workbook(FORM, target)
    return {row["item"]: {name: value for name, value in row.items() if name != "item"} for row in rows}, [
        one.vi for one in told
    ]


def made(*rows: tuple[Any, ...], merged: tuple[str, ...] = (), name: str = "Sheet") -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = name
    for row in rows:
        sheet.append(row)
    for one in merged:
        sheet.merge_cells(one)
    return book


def test_the_template_opens_what_may_be_typed_and_locks_the_rest() -> None:
    book = template([{"item": "retail", "value": 24_500}])
    sheet = book["Biểu"]
    assert sheet.protection.sheet
    assert [cell.value for cell in sheet[5]] == ["Mã dòng", "Chỉ tiêu", "Giá trị", "Ghi chú", "Kỳ trước: Giá trị"]
    assert [cell.value for cell in sheet[7]][:3] == ["retail", FORM.codes["retail"].vi, 24_500]
    assert sheet["E6"].value == 110.5
    assert (sheet["C6"].protection.locked, sheet["B6"].protection.locked, sheet["E6"].protection.locked) == (
        False,
        True,
        True,
    )
    assert sheet.column_dimensions["A"].hidden
    assert sheet.row_dimensions[4].hidden
    (rule,) = sheet.data_validations.dataValidation
    assert (rule.type, float(rule.formula1), str(rule.sqref)) == ("decimal", 0, "C6:C14")
    assert [[cell.value for cell in row] for row in book["_khoa"]] == [
        ["dataset", "economy.monthly"],
        ["unit", "HP.STC"],
        ["period", "2026-10-01"],
    ]
    assert book["_khoa"].sheet_state == "veryHidden"


def test_a_template_that_was_filled_in_comes_back_whole() -> None:
    book = template([])
    sheet = book["Biểu"]
    sheet["C6"] = 112.4
    sheet["C7"] = "24.500,5"
    sheet["D7"] = "Ước tính"
    found, told = read(book)
    assert found["iip"] == {"value": 112.4}
    assert found["retail"] == {"value": 24_500.5, "note": "Ước tính"}
    assert found["fdi"] == {}
    assert told == []


def test_columns_and_rows_may_change_places_and_names() -> None:
    book = made(
        ("BÁO CÁO KINH TẾ - XÃ HỘI THÁNG 10/2026",),
        ("Đơn vị: Sở Tài chính",),
        (),
        ("STT", "Số liệu", None, "CHỈ TIÊU", "Người lập"),
        (None, "giá trị", "Ghi chú", None, None),
        (1, "1,234.5", None, "1. Kim ngạch xuất khẩu", "A"),
        (2, "2,345.6", "sơ bộ", "Kim ngạch nhập khẩu (triệu USD)", "A"),
        (3, 320, None, "  - vốn FDI đăng ký mới và tăng thêm", "A"),
        (4, 12, None, "Số hộ nghèo", "A"),
        merged=("A1:E1", "B4:C4", "A4:A5", "D4:D5", "E4:E5"),
        name="Thang 10",
    )
    found, told = read(book)
    assert found == {"exports": {"value": 1234.5}, "imports": {"value": 2345.6, "note": "sơ bộ"}, "fdi": {"value": 320}}
    assert told == [
        "Các cột không thuộc biểu: “Người lập”.",
        "1 dòng không thuộc biểu nên không nhận: A9 “Số hộ nghèo”.",
    ]


def test_text_where_a_figure_belongs_stays_for_people_to_see() -> None:
    book = made(("Chỉ tiêu", "Giá trị"), ("iip", "chưa có"), ("retail", 24_000), ("retail", 25_000))
    found, told = read(book)
    assert found == {"iip": {"value": "chưa có"}, "retail": {"value": 25_000}}
    assert told == ["Ô A4: “retail” có hai dòng; lấy dòng sau."]


@pytest.mark.parametrize("body", [b"khong phai Excel", b"PK\x03\x04broken", b""])
def test_what_is_no_workbook_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_workbook(FORM, io.BytesIO(body))
    assert refused.value.message.vi.startswith("Không đọc được bảng tính")
    assert refused.value.remedy


def test_a_workbook_without_the_form_is_refused() -> None:
    target = io.BytesIO()
    made(("Họ tên", "Tuổi"), ("An", 30)).save(target)
    with pytest.raises(InvalidInput):
        read_workbook(FORM, target)
