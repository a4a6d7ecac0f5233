"""Sources: their fields become columns by name, by expression, with units, codes and zones."""

from datetime import UTC, datetime

import pytest

from conftest import CSV, JSON, Lab, codes
from toancanh.domain import InvalidInput, UnknownName

SHEET = """Mã trạm;Time;PM2.5;Ghi chú
01;01/01/2026 10:00;0,5;tốt
02;01/01/2026 10:00;NA;
03;01/01/2026 10:00;0,25;
01;01/01/2026 11:00;1,5;quá lớn
"""
STORED = [
    {"station": "03", "time": datetime(2026, 1, 1, 3, tzinfo=UTC), "value": 250.0},
    {"station": "A", "time": datetime(2026, 1, 1, 3, tzinfo=UTC), "value": 500.0},
    {"station": "B", "time": datetime(2026, 1, 1, 3, tzinfo=UTC), "value": None},
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1258"])
def test_a_sheet_from_excel_in_vietnamese(lab: Lab, encoding: str) -> None:
    if encoding == "cp1258":
        body = (
            SHEET.replace("ạ", "a\u0323")
            .replace("ố", "ô\u0301")
            .replace("ã", "a\u0303")
            .replace("ớ", "ơ\u0301")
            .encode("cp1258")
        )
    else:
        body = SHEET.encode(encoding)
    receipt = lab.send("reading", body, CSV, source="station_files")
    assert codes(receipt) == [(4, "value", "range")]
    assert lab.stored("reading", "station, time, value") == STORED
    assert lab.stored("reading", "DISTINCT _source, _unit") == [{"_source": "lab.station_files", "_unit": "T1"}]
    assert '"PM2.5": "1,5"' in lab.waiting()[0].raw


def test_expressions_read_fields_of_their_declared_types(lab: Lab) -> None:
    good = {"site": "a", "year": 2026, "month": "1", "day": 1, "hour": 5, "reading": "3,5", "junk": {"x": 1}}
    receipt = lab.send(
        "reading", [good, {**good, "hour": 6, "reading": "x"}, {**good, "year": None}], source="lab.parts"
    )
    assert codes(receipt) == [(2, "value", "number"), (3, "time", "required")]
    assert lab.stored("reading", "station, time, value") == [
        {"station": "SA", "time": datetime(2026, 1, 1, 5, tzinfo=UTC), "value": 7.0}
    ]


def test_the_source_says_the_format_where_nobody_else_does(lab: Lab) -> None:
    lab.send("reading", "Mã trạm,Time\n01,2026-01-01\n", "application/octet-stream", source="station_files")
    lab.send("reading", '{"Mã trạm": "02", "Time": "2026-01-01"}', JSON, source="station_files")
    assert [row["station"] for row in lab.stored("reading", "station")] == ["A", "B"]


def test_a_source_sends_to_its_own_dataset(lab: Lab) -> None:
    with pytest.raises(InvalidInput, match=r"lab\.reading"):
        lab.send("visit", [{"at": "2026-01-01"}], source="station_files")
    with pytest.raises(UnknownName):
        lab.send("reading", [{}], source="station_file")
    with pytest.raises(UnknownName):
        lab.send("readings", [{}])
