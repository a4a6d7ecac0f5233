"""Workbooks as departments really make them."""

import datetime
import io
import json
from collections.abc import Callable, Sequence
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from toancanh.domain import InvalidInput, TooLarge
from toancanh.sdk import Wish, cell, tables
from toancanh.sdk.tables.cells import Column

OURS = ("_sheet", "_at")


def saved(book: openpyxl.Workbook) -> io.BytesIO:
    out = io.BytesIO()
    book.save(out)
    return out


def sheet_of(rows: Sequence[Sequence[Any]], merges: Sequence[str] = (), title: str = "Tháng 1") -> io.BytesIO:
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(list(row))
    for merge in merges:
        book.active.merge_cells(merge)
    return saved(book)


def records(file: io.BytesIO, wish: Wish | None = None, *, bare: bool = True) -> list[dict[str, Any]]:
    """The records of the tables, without the fields that say where they come from."""
    found = []
    for table in tables(file, wish or Wish()):
        for data, count in table.batches(table.names):
            lines = [json.loads(line) for line in data.splitlines()]
            assert len(lines) == count
            found += lines
    return [{name: value for name, value in row.items() if not (bare and name in OURS)} for row in found]


def report() -> io.BytesIO:
    """A report with every habit: titles, groups, numbered columns, headings, totals in between, notes."""
    rows: list[list[Any]] = [
        ["UBND THÀNH PHỐ", None, None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
        [],
        ["BÁO CÁO GIẢI QUYẾT HỒ SƠ"],
        ["(Kỳ báo cáo: tháng 01/2026)"],
        ["STT", "Đơn vị", "Hồ sơ", None, None, "Ngày báo cáo", "Ghi chú"],
        [None, None, "Tiếp nhận", "Giải quyết", "Tỷ lệ"],
        ["(1)", "(2)", "(3)", "(4)", "(5)=(4)/(3)", "(6)", "(7)"],
        ["I. Các phường"],
        [1, "Phường Cộng Hòa", 1200, 1100.5, "91,7%", datetime.date(2026, 1, 5), "x"],
        [2, "Phường Tổng Hợp", "chưa có", 10, 0.5, "06/01/2026", None],
        [None, "Cộng", 1200, 1110.5],
        [None, None, None, None, None],
        ["II. Các xã"],
        [3, "Xã A", 7, 7, 1, datetime.datetime(2026, 1, 7, 8, 30), None],
        ["Tổng cộng (I + II)", None, 1207, 1117.5],
        [],
        ["Ghi chú: số liệu ước tính."],
        [None, None, None, None, "Hải Phòng, ngày 31 tháng 01 năm 2026"],
        [None, None, None, None, "GIÁM ĐỐC"],
    ]
    merges = ["A1:D1", "E1:G1", "A3:G3", "A4:G4", "A5:A6", "B5:B6", "C5:E5", "F5:F6", "G5:G6", "A8:G8", "A13:G13"]
    return sheet_of(rows, [*merges, "A15:B15"])


def test_a_report_with_every_habit() -> None:
    (table,) = tables(report(), Wish())
    assert table.names == (
        "STT", "Đơn vị", "Hồ sơ / Tiếp nhận", "Hồ sơ / Giải quyết", "Hồ sơ / Tỷ lệ", "Ngày báo cáo", "Ghi chú",
    )  # fmt: skip
    assert table.rows == 3
    one, two, three = records(report(), bare=False)
    assert list(one.values()) == [
        "Tháng 1", "A9", "I. Các phường", 1, "Phường Cộng Hòa", 1200, 1100.5, 0.917, "2026-01-05", "x",
    ]  # fmt: skip
    assert (two["_at"], two["Hồ sơ / Tiếp nhận"], two["Ngày báo cáo"]) == ("A10", "chưa có", "06/01/2026")
    assert (three["_group"], three["Ngày báo cáo"]) == ("II. Các xã", "2026-01-07T08:30:00")


def test_what_is_left_out_is_counted_and_said() -> None:
    (table,) = tables(report(), Wish())
    assert [number for number, _ in table.left_out.totals] == [11, 15]
    assert [number for number, _ in table.left_out.headings] == [8, 13]
    assert [number for number, _ in table.left_out.notes] == [17, 18, 19]
    totals, _, notes = table.left_out.said(table.sheet)
    assert totals.vi == (
        "Trang “Tháng 1”: 2 dòng cộng không nhận làm bản ghi: dòng 11 “Cộng”, dòng 15 “Tổng cộng (I + II)”."
    )
    assert "3 lines of notes" in notes.en
    assert len(records(report(), Wish(keep_totals=True))) == 5


@pytest.mark.parametrize(
    ("word", "total"),
    [
        ("Tổng cộng", True), ("TỔNG SỐ:", True), ("Cộng", True), ("Cộng nhóm I", True), ("Tổng toàn tỉnh", True),
        ("Lũy kế", True), ("Total", True), ("Tổng cộng (1+2)", True), ("Xã Cộng Hòa", False), ("Cộng Hiền", False),
        ("Tổng công ty Cảng", False), ("Tổng số hồ sơ tiếp nhận", False), ("Tổng cục Thuế", False), ("Summer", False),
    ],
)  # fmt: skip
def test_totals_are_told_from_names(word: str, total: bool) -> None:
    file = sheet_of([["Mã", "Tên", "Số"], ["a", "b", 1], [None, word, 1], ["c", "d", 2]])
    assert len(records(file)) == (2 if total else 3)


def test_a_header_without_merged_cells_over_two_rows() -> None:
    rows = [["Stt", "Trạm", "Bụi", None], [None, None, "PM10", "PM2.5"], [1, "A", 2.5, 3]]
    assert records(sheet_of(rows)) == [{"Stt": 1, "Trạm": "A", "Bụi / PM10": 2.5, "PM2.5": 3}]


def test_a_plain_sheet_and_data_that_look_like_numbering() -> None:
    assert records(sheet_of([["a", "b", "c"], [1, 2, 3], [2, 3, 4]])) == [
        {"a": 1, "b": 2, "c": 3},
        {"a": 2, "b": 3, "c": 4},
    ]
    assert records(sheet_of([["Mã"], ["x"], ["y"]])) == [{"Mã": "x"}, {"Mã": "y"}]


def test_years_are_names_of_columns() -> None:
    assert records(sheet_of([["Chỉ tiêu", 2024, 2025], ["GRDP", 1.5, 2]])) == [
        {"Chỉ tiêu": "GRDP", "2024": 1.5, "2025": 2}
    ]


def test_columns_find_the_header_under_anything() -> None:
    rows = [
        ["Tên cơ quan", "Địa chỉ", "Điện thoại", "Thư"],
        ["x", "y", "z", "t"],
        ["MÃ  HỒ SƠ", "ngày nhận"],
        ["H1", "5/1/2026"],
    ]
    assert records(sheet_of(rows), Wish(columns=("Mã hồ sơ", "Ngày nhận"))) == [
        {"Mã hồ sơ": "H1", "Ngày nhận": "5/1/2026", "cột C": None, "cột D": None}
    ]
    assert records(sheet_of(rows), Wish(header_row=3))[0]["ngày nhận"] == "5/1/2026"
    with pytest.raises(InvalidInput, match="No sheet"):
        records(sheet_of(rows), Wish(columns=("Nothing",)))


def test_a_table_that_begins_further_right_and_columns_without_or_with_the_same_title() -> None:
    book = openpyxl.Workbook()
    for column, name in ((3, "Mã"), (4, "Số"), (6, "Số")):
        book.active.cell(3, column, name)
        book.active.cell(4, column, 7)
    book.active["E4"] = "thêm"
    found = records(saved(book), bare=False)
    assert found == [{"_sheet": "Sheet", "_at": "C4", "Mã": 7, "Số": 7, "cột E": "thêm", "Số (2)": 7}]


@pytest.mark.parametrize(
    ("cells", "read"),
    [
        (["1.234,5", "2.000", 3], [1234.5, 2000, 3]),
        (["1,234.5", "2,000", "12.25"], [1234.5, 2000, 12.25]),
        (["1.234,5", "1,234.5", "2.000"], [1234.5, 1234.5, "2.000 (?)"]),
        (["1 234", "1\u00a0234,5", "1\u202f234"], [1234, 1234.5, 1234]),
        (["12,5%", "50 %", 0.25], [0.125, 0.5, 0.25]),
        (["(1.234,5)", "-1,5", "−2,25"], [-1234.5, -1.5, -2.25]),
        (["0123", "0456", "12"], ["0123", "0456", "12"]),
        (["1.234.567", "chưa có", "-", 5, 6, 7], [1234567, "chưa có", "-", 5, 6, 7]),
        (["Điều 1.234,5", "1.234,5", "xem phụ lục"], ["Điều 1.234,5", "1.234,5", "xem phụ lục"]),
        (["05-01-2026", "6.1.2026", "07/01/2026 08:00"], ["05/01/2026", "6/1/2026", "07/01/2026 08:00"]),
        (["1,234", "2,345"], ["1,234", "2,345"]),
        ([True, 31.0, datetime.time(8, 5), datetime.timedelta(hours=30)], [True, 31, "08:05:00", "30:00:00"]),
    ],
)
def test_two_ways_of_writing_numbers(cells: list[Any], read: list[Any]) -> None:
    rows = records(sheet_of([["Mã", "Số"], *([f"x{n}", one] for n, one in enumerate(cells))]))
    assert [row["Số"] for row in rows] == read


def test_percent_in_the_title() -> None:
    rows = records(sheet_of([["Mã", "Tỷ lệ (%)"], ["a", "12,5%"], ["b", 40]]))
    assert [row["Tỷ lệ (%)"] for row in rows] == [12.5, 40]


def test_one_column_settles_another() -> None:
    rows = records(sheet_of([["Mã", "A", "B"], ["a", "1,5", "2.000"], ["b", "2,25", "3.000"]]))
    assert [row["B"] for row in rows] == [2000, 3000]
    assert Column().decimal == ""


def test_merged_cells_repeat_what_they_say() -> None:
    rows = [["Quận", "Phường", "Số"], ["A", "1", 1], [None, "2", 2], [None, "3", 3], ["B", "4", 4]]
    assert [row["Quận"] for row in records(sheet_of(rows, ["A2:A4"]))] == ["A", "A", "A", "B"]


def test_errors_of_formulas_are_seen() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("S")
        sheet.write_row(0, 0, ["Mã", "Số"])
        sheet.write_row(1, 0, ["a", 1])
        sheet.write(2, 0, "b")
        sheet.write_formula(2, 1, "=1/0", None, "#DIV/0!")
        sheet.set_row(1, None, None, {"hidden": True})
    assert records(out) == [{"Mã": "a", "Số": 1}, {"Mã": "b", "Số": "#DIV/0!"}]


def months() -> io.BytesIO:
    book = openpyxl.Workbook()
    book.active.title = "Hướng dẫn"
    book.active.append(["Cách điền", "Ai điền"])
    for name in ("Tháng 01-2026", "Tháng 02-2026"):
        sheet = book.create_sheet(name)
        sheet.append(["Mã", "Số"])
        sheet.append([name[-7:], 1])
    book.create_sheet("Ẩn").sheet_state = "hidden"
    book["Ẩn"].append(["Mã", "Số"])
    book["Ẩn"].append(["ẩn", 1])
    return saved(book)


@pytest.mark.parametrize(
    ("wish", "codes"),
    [
        (Wish(sheet="Tháng 02-2026"), ["02-2026"]),
        (Wish(sheet="thang 02-2026"), ["02-2026"]),
        (Wish(sheet="Tháng 2-2026 "), ["02-2026"]),
        (Wish(sheet="2"), ["01-2026"]),
        (Wish(sheet="Tháng 2-2026 (sửa)"), ["02-2026"]),
        (Wish(sheet="ẩn"), ["ẩn"]),
        (Wish(sheet="*", columns=("Mã",)), ["01-2026", "02-2026"]),
        (Wish(columns=("Mã", "Số")), ["01-2026"]),
        (Wish(sheet="Biểu 5", columns=("Mã", "Số")), ["01-2026"]),
    ],
)
def test_choosing_the_sheet(wish: Wish, codes: list[str]) -> None:
    assert [row["Mã"] for row in records(months(), wish)] == codes


@pytest.mark.parametrize("sheet", ["Biểu 5", "9", "0", "Tháng 3-2026"])
def test_a_sheet_that_is_not_there(sheet: str) -> None:
    with pytest.raises(InvalidInput, match="Hướng dẫn"):
        records(months(), Wish(sheet=sheet))


@pytest.mark.parametrize(
    "damage", [lambda data: data[: len(data) // 2], lambda data: b"PK\x03\x04" + data[200:], lambda _: b""]
)
def test_damaged_workbooks(damage: Callable[[bytes], bytes]) -> None:
    with pytest.raises(InvalidInput, match="cannot be read"):
        records(io.BytesIO(damage(report().getvalue())))


def test_empty_workbooks_hold_no_table() -> None:
    with pytest.raises(InvalidInput, match="no table"):
        records(sheet_of([]))


def test_a_stray_cell_far_away_is_refused_before_it_takes_all_memory() -> None:
    book = openpyxl.Workbook()
    book.active.append(["Mã", "Số"])
    book.active["XFD1048576"] = "x"
    with pytest.raises(TooLarge, match="XFD1048576"):
        records(saved(book))


def test_sparse_rows_are_records() -> None:
    names = [f"c{n}" for n in range(12)]
    rows = [[f"r{n}", n] for n in range(20)]
    assert len(records(sheet_of([names, *rows]))) == 20


def test_addresses_of_cells() -> None:
    assert [cell("A1", 0), cell("B17", 2), cell("Y2", 2), cell("AZ3", 1)] == ["A1", "D17", "AA2", "BA3"]
