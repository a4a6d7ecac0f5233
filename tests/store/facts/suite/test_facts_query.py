"""Asking a facts store: formats, limits, refusals, streams. The same for every kind of store."""

import asyncio
import io
import json
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.ipc
import pytest

from toancanh.domain import InvalidInput, Overloaded, QueryTooHeavy, TooLarge, UnsupportedFormat
from toancanh.store import Facts, Limits

SLOW = "SELECT count() FROM numbers(100000000000) WHERE NOT ignore(sipHash64(number))"


def rows(facts: Facts, run: Any, sql: str, **params: Any) -> list[Any]:
    found: list[Any] = json.loads(bytes(run(facts.query(sql, params or None))))["data"]
    return found


def test_an_answer_is_the_engines_own_bytes(facts: Facts, run: Any) -> None:
    payload = run(facts.query("SELECT number, toString(number) AS text FROM numbers(3)", format="JSONEachRow"))
    assert payload.view.tobytes() == b'{"number":0,"text":"0"}\n{"number":1,"text":"1"}\n{"number":2,"text":"2"}\n'
    assert len(payload) == payload.view.nbytes
    assert payload.rows == 3
    assert payload.seconds > 0


def test_an_answer_outlives_later_questions(facts: Facts, run: Any) -> None:
    kept = [run(facts.query(f"SELECT {i} + number FROM numbers(20000)", format="CSV")) for i in range(20)]
    for i, payload in enumerate(kept):
        lines = bytes(payload).splitlines()
        assert (lines[0], lines[-1], len(lines)) == (b"%d" % i, b"%d" % (i + 19999), 20000)


def test_times_leave_as_rfc_3339_in_utc_and_numbers_stay_numbers(facts: Facts, run: Any) -> None:
    sql = (
        "SELECT toDateTime64('2026-01-01 00:00:00.5', 3, 'Asia/Ho_Chi_Minh'), toDate32('1930-05-01'), "
        "18446744073709551615, nan, 1 / 0, true, NULL, 'a/b'"
    )
    assert rows(facts, run, sql) == [
        ["2025-12-31T17:00:00.500Z", "1930-05-01", 18446744073709551615, None, None, True, None, "a/b"]
    ]


def test_a_table_has_plain_arrow_types_even_without_rows(facts: Facts, run: Any) -> None:
    sql = (
        "SELECT toLowCardinality('x') AS code, toDateTime64('2026-01-01 00:00:00.123', 3, 'UTC') AS time, "
        "toDate32('1950-01-01') AS day, true AS yes, NULL::Nullable(Float64) AS number, [toLowCardinality('f')] AS flags "
        "FROM numbers({n:UInt8})"
    )
    table = run(facts.table(sql, {"n": 1}))
    assert table.schema.types == [
        pa.string(),
        pa.timestamp("ms", tz="UTC"),
        pa.date32(),
        pa.bool_(),
        pa.float64(),
        table.schema.field("flags").type,
    ]
    assert pa.types.is_string(table.schema.field("flags").type.value_type)
    assert table.drop_columns(["time"]).to_pylist() == [
        {"code": "x", "day": date(1950, 1, 1), "yes": True, "number": None, "flags": ["f"]}
    ]
    assert table["time"].cast(pa.int64()).to_pylist() == [1767225600123]
    empty = run(facts.table(sql, {"n": 0}))
    assert empty.num_rows == 0
    assert empty.schema == table.schema


def test_an_arrow_table_keeps_the_engines_memory(facts: Facts, run: Any) -> None:
    table = run(facts.table("SELECT number, toString(number) AS text FROM numbers(300000)"))
    for _ in range(5):
        run(facts.query("SELECT toString(number) FROM numbers(100000)", format="CSV"))
    assert table["number"].to_pylist() == list(range(300000))
    assert table["text"][299999].as_py() == "299999"


def test_what_a_failed_question_wrote_never_shows_in_the_next_answer(facts: Facts, run: Any) -> None:
    """chDB keeps the bytes that a failed statement had written and puts them in front of the next answer."""
    broken = "SELECT 'secret', throwIf(number = 70000) FROM numbers(100000)"

    async def ask() -> list[bytes]:
        seen = []
        for format in ("CSV", "Arrow", "JSONCompact") * 4:
            with pytest.raises(InvalidInput):
                await facts.query(broken, format=format)
            seen.append(bytes(await facts.query("SELECT 1", format="CSV")))
        return seen

    assert set(run(ask())) == {b"1\n"}


@pytest.mark.parametrize(
    ("sql", "limits", "error"),
    [
        (SLOW, Limits(seconds=0.2), QueryTooHeavy),
        ("SELECT groupArray(toString(number)) FROM numbers(50000000)", Limits(memory=30_000_000), QueryTooHeavy),
        ("SELECT number FROM numbers(2000)", Limits(rows=1000), TooLarge),
    ],
)
def test_a_question_stops_at_its_limits(facts: Facts, run: Any, sql: str, limits: Limits, error: type) -> None:
    with pytest.raises(error) as caught:
        run(facts.query(sql, limits=limits))
    assert caught.value.remedy is not None
    assert rows(facts, run, "SELECT 1") == [[1]]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1; SELECT 2",
        "SELECT 1; DROP TABLE kept",
        "INSERT INTO kept VALUES (2)",
        "CREATE TABLE other (a UInt8) ENGINE = Memory",
        "DROP TABLE kept",
        "ALTER TABLE kept DELETE WHERE 1",
        "SET max_threads = 1",
        "SYSTEM FLUSH LOGS",
        "SELECT 1 INTO OUTFILE '/tmp/toancanh-must-not-be'",
    ],
)
def test_only_one_reading_statement_is_let_through(facts: Facts, run: Any, sql: str) -> None:
    run(facts.command("CREATE TABLE kept (a UInt8) ENGINE = MergeTree ORDER BY a"))
    run(facts.command("INSERT INTO kept VALUES (1)"))
    with pytest.raises(InvalidInput):
        run(facts.query(sql))
    assert rows(facts, run, "SELECT * FROM kept") == [[1]]
    assert rows(facts, run, "SELECT name FROM system.tables WHERE database = currentDatabase()") == [["kept"]]


@pytest.mark.parametrize(
    "sql", ["SELEC 1", "SELECT unknown_column", "SELECT * FROM nowhere", "SELECT toInt64('x')", "SELECT nofunction(1)"]
)
def test_a_wrong_question_is_told_why(facts: Facts, run: Any, sql: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        run(facts.query(sql))
    assert caught.value.details["engine_code"] > 0
    assert "log_comment" not in caught.value.message.en


def test_the_syntax_tree_comes_without_running_anything(facts: Facts, run: Any) -> None:
    assert "Function sleep" in facts.explain_ast("SELECT sleep(3)")
    for sql in ("SELECT 1; CREATE TABLE made (a Int8) ENGINE = Memory", "SELEC 1", "SELECT (1", ""):
        with pytest.raises(InvalidInput):
            facts.explain_ast(sql)
    facts.explain_ast("CREATE TABLE made (a Int8) ENGINE = Memory")
    assert rows(facts, run, "SELECT count() FROM system.tables WHERE database = currentDatabase()") == [[0]]


def test_a_cancelled_question_is_killed(facts: Facts, run: Any) -> None:
    async def cancel() -> None:
        task = asyncio.create_task(facts.query(SLOW, limits=Limits(seconds=0)))
        running = (
            "SELECT count() FROM system.processes WHERE query LIKE '%100000000000%' AND query NOT LIKE '%processes%'"
        )
        while json.loads(bytes(await facts.query(running)))["data"] == [[0]]:
            pass
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with asyncio.timeout(10):
            while json.loads(bytes(await facts.query(running)))["data"] != [[0]]:
                pass

    run(cancel())


STREAMED = "SELECT number, concat('dòng ', toString(number)) AS text FROM numbers({n:UInt64})"


async def _streamed(facts: Facts, format: str, n: int) -> list[bytes]:
    return [piece async for piece in facts.stream(STREAMED, {"n": n}, format=format)]


@pytest.mark.parametrize("format", ["JSONEachRow", "JSONCompactEachRow", "CSV", "CSVWithNames", "TSV"])
@pytest.mark.parametrize("n", [0, 1, 200_000])
def test_streamed_pieces_make_the_same_document(facts: Facts, run: Any, format: str, n: int) -> None:
    pieces = run(_streamed(facts, format, n))
    assert b"".join(pieces) == bytes(run(facts.query(STREAMED, {"n": n}, format=format)))
    assert n < 2 or len(pieces) > 1


@pytest.mark.parametrize("n", [0, 200_000])
def test_a_streamed_arrow_answer_is_one_arrow_stream(facts: Facts, run: Any, n: int) -> None:
    body = b"".join(run(_streamed(facts, "ArrowStream", n)))
    with pa.ipc.open_stream(io.BytesIO(body)) as reader:
        table = reader.read_all()
        assert reader.schema.names == ["number", "text"]
    assert table["number"].to_pylist() == list(range(n))


def test_a_stream_that_fails_says_so(facts: Facts, run: Any) -> None:
    async def read() -> int:
        return sum(
            [
                len(piece)
                async for piece in facts.stream("SELECT throwIf(number = 900000) FROM numbers(1000000)", format="CSV")
            ]
        )

    with pytest.raises(InvalidInput):
        run(read())


def test_a_format_that_cannot_be_streamed_is_refused(facts: Facts, run: Any) -> None:
    with pytest.raises(UnsupportedFormat):
        run(_streamed(facts, "Parquet", 1))


def test_an_abandoned_stream_is_stopped_and_others_go_on(facts: Facts, run: Any) -> None:
    endless = "SELECT number FROM numbers(100000000000)"

    async def abandon() -> list[bytes]:
        async with asyncio.timeout(20):
            for _ in range(20):
                stream = facts.stream(endless, format="CSV")
                await anext(aiter(stream))
                await stream.aclose()
            return await _streamed(facts, "CSV", 10)

    assert b"".join(run(abandon())).count(b"\n") == 10


def test_too_many_streams_are_turned_away_and_questions_are_not(facts: Facts, run: Any) -> None:
    async def open_many() -> None:
        streams = [facts.stream("SELECT number FROM numbers(100000000000)", format="CSV") for _ in range(17)]
        try:
            for stream in streams[:16]:
                await anext(aiter(stream))
            with pytest.raises(Overloaded) as caught:
                await anext(aiter(streams[16]))
            assert caught.value.details["retry_after"] > 0
            assert bytes(await facts.query("SELECT 1", format="CSV")) == b"1\n"
        finally:
            for stream in streams:
                await stream.aclose()

    run(open_many())


def test_many_questions_at_once(facts: Facts, run: Any) -> None:
    async def ask() -> list[bytes]:
        answers = await asyncio.gather(*(facts.query(f"SELECT {i}", format="CSV") for i in range(100)))
        return [bytes(answer) for answer in answers]

    assert run(ask()) == [b"%d\n" % i for i in range(100)]
