"""Good and bad rows in every format: what is stored, what is refused, and why."""

import io
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from conftest import ARROW, CSV, JSON, NDJSON, PARQUET, Lab, codes, ndjson
from toancanh.domain import SYSTEM, InvalidInput, UnknownName, UnsupportedFormat

ROWS: list[dict[str, Any]] = [
    {"station": "A", "time": "2026-01-01T08:00:00+07:00", "value": 10.5},
    {"station": "A", "time": "2026-01-01T08:10:00+07:00", "value": None},
    {"station": "A", "time": "2026-01-01T08:20:00+07:00", "value": -1.0},
    {"station": None, "time": "2026-01-01T08:30:00+07:00", "value": 3.0},
]
WRONG = [(3, "value", "range"), (4, "station", "required")]


def as_csv(rows: list[dict[str, Any]], delimiter: str = ",") -> bytes:
    lines = [delimiter.join(rows[0])]
    lines += [delimiter.join("" if value is None else str(value) for value in row.values()) for row in rows]
    return "\n".join(lines).encode()


def table(rows: list[dict[str, Any]]) -> pa.Table:
    return pa.table(
        {
            "station": [row["station"] for row in rows],
            "time": pa.array([datetime.fromisoformat(row["time"]) for row in rows], pa.timestamp("us", "UTC")),
            "value": pa.array([row["value"] for row in rows], pa.float64()),
        }
    )


def as_arrow(rows: list[dict[str, Any]]) -> bytes:
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table(rows).schema) as writer:
        writer.write_table(table(rows))
    return sink.getvalue()


def as_parquet(rows: list[dict[str, Any]]) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table(rows), sink)
    return sink.getvalue()


FORMATS = {
    NDJSON: ndjson,
    JSON: lambda rows: b"[" + b",\n ".join(ndjson([row]) for row in rows) + b"]",
    CSV: as_csv,
    "text/csv; header=present": lambda rows: as_csv(rows, ";"),
    "text/tab-separated-values": lambda rows: as_csv(rows, "\t"),
    ARROW: as_arrow,
    PARQUET: as_parquet,
}


@pytest.mark.parametrize("type_", FORMATS)
def test_every_format_gives_the_same_records_and_the_same_refusals(lab: Lab, type_: str) -> None:
    receipt = lab.send("reading", FORMATS[type_](ROWS), type_)
    assert (receipt.accepted, receipt.quarantined, receipt.duplicates) == (2, 2, 0)
    assert codes(receipt) == WRONG
    assert lab.stored("reading", "station, time, value, _source, _unit, _sent_id", "time") == [
        {"station": "A", "time": datetime(2026, 1, 1, 1, 0, tzinfo=UTC), "value": 10.5,
         "_source": "api:system", "_unit": "", "_sent_id": ""},
        {"station": "A", "time": datetime(2026, 1, 1, 1, 10, tzinfo=UTC), "value": None,
         "_source": "api:system", "_unit": "", "_sent_id": ""},
    ]  # fmt: skip
    rows = {row.row: row for row in lab.waiting()}
    assert [(row.errors[0].column, row.errors[0].code) for _, row in sorted(rows.items())] == [
        ("value", "range"), ("station", "required"),
    ]  # fmt: skip
    assert "-1" in rows[3].raw
    assert all(error.problem.vi != error.problem.en for error in receipt.errors)
    assert lab.account() == {"sent": 4, "received": 4, "stored": 2, "quarantined": 2, "duplicated": 0}


@pytest.mark.parametrize("type_", FORMATS)
def test_what_was_stored_is_known_again_in_every_other_format(lab: Lab, type_: str) -> None:
    lab.send("reading", ROWS)
    receipt = lab.send("reading", FORMATS[type_](ROWS[:2]), type_)
    assert (receipt.accepted, receipt.duplicates) == (0, 2)


@pytest.mark.parametrize("type_", FORMATS)
def test_many_blocks_of_many_rows(lab: Lab, type_: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of a few hundred bytes: cut anywhere, no row is lost, and rows keep their numbers."""
    monkeypatch.setattr("toancanh.ingest.textual.BLOCK", 700)
    for function in ("line_blocks", "sheet_blocks", "array_blocks"):
        monkeypatch.setattr(f"toancanh.ingest.textual.{function}.__defaults__", (700,))
    monkeypatch.setattr("toancanh.ingest.formats.BLOCK", 700)
    monkeypatch.setattr("toancanh.ingest.formats.SMALL", 10)
    monkeypatch.setattr("toancanh.ingest.columnar.ROWS", 7)
    rows = [
        {"station": f'S "{n}", [x]', "time": f"2026-01-01T{n // 60:02}:{n % 60:02}:00+07:00", "value": float(n)}
        for n in range(200)
    ]
    rows[150]["value"] = -5.0
    if "tab" in type_ or "csv" in type_:
        rows = [{**row, "station": f"S {n}"} for n, row in enumerate(rows)]
    receipt = lab.send("reading", FORMATS[type_](rows), type_)
    assert (receipt.accepted, receipt.quarantined) == (199, 1)
    assert codes(receipt) == [(151, "value", "range")]
    assert lab.stored("reading", "sum(value) AS s, uniq(station) AS n") == [{"s": 19900.0 - 150, "n": 199}]


def test_every_type_of_column(lab: Lab) -> None:
    receipt = lab.send(
        "sample",
        [
            {"code": "A1", "taken": "2026-01-01", "owner": "T1", "grade": "a", "amount": 10, "pieces": 4, "valid": True,
             "day": "31/01/2026", "note": "  Đường\u0309 ", "extra": {"x": [1, "é"]}},
            {"code": "A2", "taken": 1767225600, "amount": "1.234,5", "pieces": "12.0", "valid": "Có", "extra": "text"},
            {"code": "A3", "taken": 1767225600123, "amount": 1e2, "pieces": 9007199254740993, "valid": 0, "extra": 5},
        ],
    )  # fmt: skip
    assert codes(receipt) == [(2, "amount", "amount_below_most")]
    first, last = lab.stored("sample", "* EXCEPT (_received, _id)")
    assert first == {
        "code": "A1", "taken": datetime(2025, 12, 31, 17, tzinfo=UTC), "owner": "T1", "grade": "a", "amount": 10.0,
        "pieces": 4, "valid": True, "day": date(2026, 1, 31), "note": "Đường̉", "extra": '{"x": [1, "é"]}', "each": 2.5,
        "double": 5.0, "_sent_id": "", "_source": "api:system", "_unit": "T1", "_area": "", "_flags": [],
    }  # fmt: skip
    assert last["taken"] == datetime(2026, 1, 1, 0, 0, 0, 123000, UTC)
    assert (last["pieces"], last["valid"], last["extra"], last["_flags"]) == (
        9007199254740993,
        False,
        "5",
        ["few_pieces"],
    )


WRONG_VALUES = [
    ({"code": "a3"}, "code", "pattern"),
    ({"code": ""}, "code", "required"),
    ({"taken": "2026-02-30"}, "taken", "time"),
    ({"taken": "12/31/2025"}, "taken", "time"),
    ({"taken": "2026-01-01T25:00:00Z"}, "taken", "time"),
    ({"taken": "10:30"}, "taken", "time"),
    ({"taken": None}, "taken", "required"),
    ({"grade": "z"}, "grade", "codes"),
    ({"amount": "12a"}, "amount", "number"),
    ({"amount": "1,234"}, "amount", "ambiguous"),
    ({"amount": True}, "amount", "number"),
    ({"amount": [1]}, "amount", "number"),
    ({"amount": 501}, "amount", "amount_below_most"),
    ({"pieces": 1.5}, "pieces", "integer"),
    ({"pieces": 9223372036854775808}, "pieces", "integer"),
    ({"pieces": -1}, "pieces", "range"),
    ({"valid": "maybe"}, "valid", "boolean"),
    ({"day": "2026-02-30"}, "day", "date"),
    ({"day": "next week"}, "day", "date"),
    ({"each": 5}, "each", "computed_column"),
    ({"amuont": 5}, "amuont", "unknown_column"),
]


@pytest.mark.parametrize(("change", "column", "code"), WRONG_VALUES)
def test_a_wrong_value_names_row_column_and_problem(lab: Lab, change: dict[str, Any], column: str, code: str) -> None:
    good = {"code": "B1", "taken": "2026-01-01T00:00:00Z", "amount": 1}
    receipt = lab.send("sample", [good, {**good, "code": "B2", **change}, {**good, "code": "B3"}])
    assert codes(receipt) == [(2, column, code)]
    assert (receipt.accepted, receipt.quarantined) == (2, 1)
    assert lab.waiting()[0].receipt == receipt.receipt


def test_lines_that_are_no_rows_are_refused_one_by_one(lab: Lab) -> None:
    good = '{"station": "A", "time": "2026-01-01T08:%s0:00Z", "value": 1}'
    body = "\n".join(
        [
            good % "0",
            "{not json",
            "",
            "[1, 2]",
            '"text"',
            '{"station": "A", "station": "B", "time": "2026-01-01"}',
            '{"station": "A"} {"station": "B"}',
            '{"station": "\\ud800", "time": "2026-01-01T08:00:00Z"}',
            good % "1",
        ]
    ).encode()
    body += b'\n{"station": "\xff\xfe", "time": "2026-01-01T08:00:00Z"}'
    receipt = lab.send("reading", body)
    assert receipt.accepted == 2
    assert codes(receipt) == [
        (2, None, "syntax"), (3, None, "syntax"), (4, None, "syntax"), (5, "station", "repeated_column"),
        (6, None, "syntax"), (7, None, "syntax"), (9, None, "encoding"),
    ]  # fmt: skip
    assert {row.raw for row in lab.waiting()} >= {'"{not json"', "[1, 2]", '"text"'}


def test_rows_of_a_sheet_with_other_widths_and_broken_quotes(lab: Lab) -> None:
    body = (
        'station,time,value\nA,2026-01-01,1\nA,2026-01-02\nA,2026-01-03,1,9\n"A"x,2026-01-04,1\n"A\nB",2026-01-05,"1"\n'
    )
    receipt = lab.send("reading", body, CSV)
    assert codes(receipt) == [(2, None, "fields"), (3, None, "fields"), (4, None, "syntax")]
    assert [row["station"] for row in lab.stored("reading", "station")] == ["A", "A\nB"]


BODIES = [
    (JSON, b"", InvalidInput),
    (JSON, b'"text"', InvalidInput),
    (JSON, b'{"station": ', InvalidInput),
    (JSON, b"[" * 100_000, InvalidInput),
    (CSV, b"stat,time,value\n1,2,3\n", UnknownName),
    (CSV, b"time,value\n2026-01-01,3\n", InvalidInput),
    (CSV, b"station,time,time\nA,2026-01-01,3\n", InvalidInput),
    (CSV, b"\n\n", InvalidInput),
    (ARROW, b"nonsense", InvalidInput),
    (PARQUET, as_parquet(ROWS)[:-9], InvalidInput),
    (ARROW, as_arrow(ROWS)[:100], InvalidInput),
    ("text/html", b"<p>", UnsupportedFormat),
    ("", b"{}", UnsupportedFormat),
]


@pytest.mark.parametrize(("type_", "body", "error"), BODIES)
def test_a_body_of_which_nothing_can_be_read_is_refused_as_a_whole(
    lab: Lab, type_: str, body: bytes, error: type[InvalidInput]
) -> None:
    with pytest.raises(error) as found:
        lab.send("reading", body, type_)
    assert found.value.message.vi
    assert found.value.remedy is not None
    assert lab.account()["sent"] == 0
    assert lab.count("reading") == 0


def test_unknown_columns_of_a_sheet_are_refused_with_the_nearest_name(lab: Lab) -> None:
    with pytest.raises(UnknownName, match="Did you mean 'station'"):
        lab.send("reading", "Statoin,time,value\nA,2026-01-01,1\n", CSV)


def test_names_of_columns_may_differ_in_case(lab: Lab) -> None:
    lab.send("reading", " STATION ,Time,VALUE\nA,2026-01-01,1\n", CSV)
    lab.send("reading", [{"Station": "A", "TIME": "2026-01-02", "value": 1}])
    assert lab.count("reading") == 2


def test_an_empty_delivery_gets_a_receipt(lab: Lab) -> None:
    for body, type_ in ((b"", NDJSON), (b"[]", JSON), (b"station,time\n", CSV), (as_arrow(ROWS[:0]), ARROW)):
        receipt = lab.send("reading", body, type_)
        assert receipt.sent == 0
        assert lab.run(lab.ingest.receipt(receipt.receipt, SYSTEM)) == receipt


@pytest.mark.parametrize("type_", [NDJSON, CSV])
def test_times_in_all_their_forms(lab: Lab, type_: str) -> None:
    forms = {
        "2026-01-31T08:00:00+07:00": "2026-01-31T01:00:00+00:00",
        "2026-01-31T08:00:00Z": "2026-01-31T08:00:00+00:00",
        "2026-01-31 08:00": "2026-01-31T01:00:00+00:00",
        "2026-01-31 08:00:01.25": "2026-01-31T01:00:01.250000+00:00",
        "2026-01-31": "2026-01-30T17:00:00+00:00",
        "31/01/2026": "2026-01-30T17:00:00+00:00",
        "31/1/2026 8:05": "2026-01-31T01:05:00+00:00",
        "1769821200": "2026-01-31T01:00:00+00:00",
        "1769821200500": "2026-01-31T01:00:00.500000+00:00",
    }
    rows = [{"station": f"S{at}", "time": form, "value": 1} for at, form in enumerate(forms)]
    receipt = lab.send("reading", ndjson(rows) if type_ == NDJSON else as_csv(rows), type_)
    assert codes(receipt) == []
    assert [row["time"].isoformat() for row in lab.stored("reading", "time, station", "station")] == list(
        forms.values()
    )


def test_arrow_columns_of_other_types_fit_where_they_can(lab: Lab) -> None:
    body = io.BytesIO()
    found = pa.table(
        {
            "code": pa.array(["A1", "A2"]).dictionary_encode(),
            "taken": pa.array([datetime(2026, 1, 1, 8), datetime(2026, 1, 2, 8)], pa.timestamp("ns")),
            "grade": pa.array(["a", None], pa.large_string()),
            "amount": pa.array([1, 2], pa.int16()),
            "pieces": pa.array([3.0, float("nan")], pa.float32()),
            "valid": pa.array([1, 0], pa.uint8()),
            "day": pa.array([date(2026, 1, 1), None]),
            "note": pa.array([7, 8]),
        }
    )
    with pa.ipc.new_stream(body, found.schema) as writer:
        writer.write_table(found)
    assert codes(lab.send("sample", body.getvalue(), ARROW)) == []
    stored = lab.stored("sample", "taken, grade, amount, pieces, valid, day, note, each")
    assert stored == [
        {"taken": datetime(2026, 1, 1, 1, tzinfo=UTC), "grade": "a", "amount": 1.0, "pieces": 3, "valid": True,
         "day": date(2026, 1, 1), "note": "7", "each": 1 / 3},
        {"taken": datetime(2026, 1, 2, 1, tzinfo=UTC), "grade": None, "amount": 2.0, "pieces": None, "valid": False,
         "day": None, "note": "8", "each": None},
    ]  # fmt: skip
    for type_ in (pa.list_(pa.int8()), pa.time32("s")):
        wrong = pa.table({"code": ["A3"], "taken": pa.array([None], type_)})
        sink = io.BytesIO()
        with pa.ipc.new_stream(sink, wrong.schema) as writer:
            writer.write_table(wrong)
        with pytest.raises(InvalidInput, match="taken"):
            lab.send("sample", sink.getvalue(), ARROW)
