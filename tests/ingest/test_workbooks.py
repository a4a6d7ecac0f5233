"""Workbooks at the front door: found under titles, read by the names of the fields, refused cell by cell."""

import io
from typing import Any

import openpyxl
import pytest

from conftest import CSV, Lab, codes
from toancanh.domain import SYSTEM, InvalidInput, UnknownName

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(rows: list[list[Any]], *more: list[list[Any]]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for number, sheet in enumerate((rows, *more)):
        page = book.active if number == 0 else book.create_sheet(f"Trang {number + 1}")
        for row in sheet:
            page.append(row)
    book.save(out)
    return out.getvalue()


REPORT = [
    ["BÁO CÁO QUAN TRẮC"],
    [],
    ["STT", "Station", "TIME", "value"],
    [1, "A", "05/01/2026 08:00", "12,5"],
    [2, "B", "05/01/2026 08:00", "hỏng"],
    ["Cộng", None, None, 12],
    [3, "C", "05/01/2026 08:00", 7],
]


def without_number(rows: list[list[Any]]) -> list[list[Any]]:
    return [row[1:] if len(row) == 4 and row[0] != "Cộng" else row for row in rows]


@pytest.mark.parametrize("type_", [XLSX, "application/vnd.ms-excel", CSV])
def test_a_report_is_taken_whatever_it_is_called(lab: Lab, type_: str) -> None:
    receipt = lab.send("reading", workbook(without_number(REPORT)), type_)
    assert (receipt.accepted, receipt.quarantined) == (2, 1)
    assert codes(receipt) == [(0, None, "left_out"), (2, "value", "number")]
    assert "dòng 6 “Cộng”" in receipt.errors[0].problem.vi
    assert receipt.errors[1].problem.vi == "Không phải là một số (ô C5, trang “Sheet”)."
    assert [row["value"] for row in lab.stored("reading", "value", "station")] == [12.5, 7.0]
    assert lab.account() == {"sent": 3, "received": 3, "stored": 2, "quarantined": 1, "duplicated": 0}
    assert lab.send("reading", workbook(without_number(REPORT)), type_).duplicates == 3


def test_what_waited_is_mended_and_released(lab: Lab) -> None:
    lab.send("reading", workbook(without_number(REPORT)), XLSX)
    (row,) = lab.waiting()
    assert '"_at":"A5"' in row.raw
    assert lab.run(lab.ingest.release([row.id], SYSTEM)) == 0
    assert len(lab.waiting()) == 1


def test_unknown_and_missing_columns_are_told(lab: Lab) -> None:
    with pytest.raises(UnknownName, match="STT"):
        lab.send("reading", workbook(REPORT), XLSX)
    with pytest.raises(InvalidInput, match="time"):
        lab.send("reading", workbook([["station", "value"], ["A", 1]]), XLSX)
    with pytest.raises(InvalidInput, match="cannot be read"):
        lab.send("reading", b"PK\x03\x04 damaged", XLSX)
    assert lab.count("reading") == 0


def test_sheets_are_chosen_by_header_or_by_name(lab: Lab) -> None:
    head = ["station", "time", "value"]
    one, two = [head, ["A", "05/01/2026", 1]], [head, ["B", "05/01/2026", 1]]
    body = workbook([["Ghi chú", "Hướng dẫn"]], one, two)
    assert lab.send("reading", body, XLSX).accepted == 1
    assert lab.send("reading", body, f"{XLSX}; sheet=Trang%203").accepted == 1
    told = lab.send("reading", body, f"{XLSX}; sheet=*")
    assert (told.accepted, told.duplicates) == (0, 2)
    assert [row["station"] for row in lab.stored("reading", "station", "1")] == ["A", "B"]


def test_many_rows_in_order(lab: Lab) -> None:
    rows = [["station", "time", "value"], *([f"S{n}", "2026-01-05T08:00:00Z", n % 100] for n in range(12_000))]
    rows[9_000][2] = "x"
    receipt = lab.send("reading", workbook(rows), XLSX)
    assert (receipt.accepted, receipt.quarantined) == (11_999, 1)
    assert codes(receipt) == [(9_000, "value", "number")]
    assert "ô C9001" in receipt.errors[0].problem.vi
