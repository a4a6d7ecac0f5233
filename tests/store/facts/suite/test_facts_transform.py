"""Working on rows that are not stored: bytes in, Arrow out."""

from pathlib import Path
from typing import Any

import pytest

from toancanh.domain import InvalidInput
from toancanh.store import Facts


def test_rows_are_worked_on_without_being_stored(facts: Facts, run: Any) -> None:
    table = run(
        facts.transform(
            "SELECT a, b * {factor:Float64} AS b FROM {input} WHERE a != {skip:String} ORDER BY a",
            b"x,1\ny,2.5\nz,\n",
            format="CSV",
            structure="a String, b Nullable(Float64)",
            params={"factor": 2.0, "skip": "x"},
        )
    )
    assert table.to_pylist() == [{"a": "y", "b": 5.0}, {"a": "z", "b": None}]


def test_the_rows_may_be_used_twice(facts: Facts, run: Any) -> None:
    sql = "SELECT count() AS n, (SELECT max(a) FROM {input}) AS largest FROM {input}"
    table = run(facts.transform(sql, b'{"a":3}\n{"a":5}\n', format="JSONEachRow", structure="a Int64"))
    assert table.to_pylist() == [{"n": 2, "largest": 5}]


def test_bodies_are_never_mistaken_for_one_another(facts: Facts, run: Any) -> None:
    """The engine remembers how many rows a file of some name had; ours all have the same few names."""
    for count in (3, 2, 0, 100_000, 1):
        table = run(
            facts.transform("SELECT count() AS n FROM {input}", b"1\n" * count, format="CSV", structure="a Int64")
        )
        assert table["n"].to_pylist() == [count]


@pytest.mark.parametrize("body", [memoryview(b"1\n2\n"), b"1\n2\n"])
def test_any_kind_of_bytes(facts: Facts, run: Any, body: bytes) -> None:
    table = run(facts.transform("SELECT sum(a) AS s FROM {input}", body, format="CSV", structure="a Int64"))
    assert table["s"].to_pylist() == [3]


def test_a_file_of_any_name(facts: Facts, run: Any, tmp_path: Path) -> None:
    path = tmp_path / "số {liệu} * '?.csv"
    path.write_bytes(b"1\n2\n")
    table = run(facts.transform("SELECT sum(a) AS s FROM {input}", path, format="CSV", structure="a Int64"))
    assert table["s"].to_pylist() == [3]


@pytest.mark.parametrize(
    ("body", "format"),
    [
        (b"x\n", "CSV"),
        (b"{", "JSONEachRow"),
        (b'{"b": 1}', "JSONEachRow"),
        (b"PAR1", "Parquet"),
        (b"??", "ArrowStream"),
    ],
)
def test_a_body_that_cannot_be_read_is_the_senders_fault(facts: Facts, run: Any, body: bytes, format: str) -> None:
    with pytest.raises(InvalidInput):
        run(facts.transform("SELECT sum(a) FROM {input}", body, format=format, structure="a Int64"))


def test_settings_reach_the_parser(facts: Facts, run: Any) -> None:
    table = run(
        facts.transform(
            "SELECT a, b FROM {input}",
            b"1;2\n",
            format="CSV",
            structure="a Int64, b Int64",
            settings={"format_csv_delimiter": ";"},
        )
    )
    assert table.to_pylist() == [{"a": 1, "b": 2}]


def test_nothing_but_reading(facts: Facts, run: Any) -> None:
    with pytest.raises(InvalidInput):
        run(facts.transform("CREATE TABLE t AS SELECT * FROM {input}", b"1\n", format="CSV", structure="a Int64"))


def test_an_error_that_quotes_bytes_which_are_no_text(facts: Facts, run: Any) -> None:
    for _ in range(3):
        with pytest.raises(InvalidInput):
            run(
                facts.transform(
                    "SELECT n FROM {input}", b'{"n": 1}\n{"n": \xe2x}', format="JSONEachRow", structure="n Int64"
                )
            )
        found = run(facts.transform("SELECT n FROM {input}", b'{"n": 7}', format="JSONEachRow", structure="n Int64"))
        assert found.to_pylist() == [{"n": 7}]
