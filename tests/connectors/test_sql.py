"""Databases by SQL: what is new comes once, whatever happens meanwhile; nothing is ever written there."""

import asyncio
import datetime as dt
import os
import signal
import sqlite3
import sys
import tracemalloc
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing, closing
from pathlib import Path
from typing import Any, ClassVar

import psycopg
import pyarrow as pa
import pymssql
import pytest
from mariadb_peer import PASSWORD, MariaDb, run_mariadb
from sqlalchemy.dialects import mssql, oracle

from servers import Postgres
from toancanh.connectors.sql import read as reading
from toancanh.connectors.sql.manifest import CONNECTOR, Settings
from toancanh.connectors.sql.read import bound
from toancanh.connectors.sql.statements import Origin
from toancanh.connectors.sql.systems import SYSTEMS, meaning, url_of
from toancanh.domain import SYSTEM, InvalidInput, SourceFailed
from toancanh.sdk import Choice, Delivery, Job, Span
from toancanh.testing import ConnectorSuite, gather

UTC = dt.UTC
THING = {
    "kind": "entity",
    "key": ["code"],
    "time": "time",
    "columns": {
        "code": {"title": {"vi": "Mã", "en": "Code"}, "type": "code", "required": True},
        "time": {"title": {"vi": "Lúc", "en": "Time"}, "type": "time", "required": True},
        "value": {"title": {"vi": "Trị", "en": "Value"}, "type": "number", "range": [0, 1000000]},
        "name": {"title": {"vi": "Tên", "en": "Name"}, "type": "text"},
    },
}


class TestSql(ConnectorSuite):
    connector = CONNECTOR
    settings: ClassVar[dict[str, Any]] = {
        "system": "postgresql",
        "host": "db.example.gov.vn",
        "database": "motcua",
        "user": "toancanh",
        "password": "rất-bí-mật",
        "table": "motcua.ho_so",
        "watermark": "ngay_cap_nhat",
        "key": ["ma_ho_so"],
    }


class Book:
    """An SQLite database in the city's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.given = {"system": "sqlite", "database": "books/town.db"}
        (folder / "books").mkdir()

    def do(self, sql: str, *rows: Sequence[Any]) -> None:
        with closing(sqlite3.connect(self.folder / "books" / "town.db")) as file:
            if rows:
                file.executemany(sql, rows)
            else:
                file.executescript(sql)
            file.commit()

    def read(self, cursor: Any = None, **more: Any) -> list[Delivery]:
        return gather(CONNECTOR, {**self.given, **more}, cursor=cursor, folder=self.folder)

    def failure(self, **more: Any) -> tuple[str, str]:
        with pytest.raises((SourceFailed, InvalidInput)) as caught:
            self.read(**more)
        return caught.value.details["kind"], caught.value.message.en


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(tmp_path)


@pytest.fixture(scope="module")
def mariadb() -> Iterator[MariaDb]:
    with run_mariadb() as server:
        yield server


def rows_of(deliveries: Sequence[Delivery]) -> list[dict[str, Any]]:
    return [row for one in deliveries for row in pa.ipc.open_stream(one.body).read_all().to_pylist()]


def codes(deliveries: Sequence[Delivery], name: str = "code") -> list[Any]:
    return [row[name] for row in rows_of(deliveries)]


THINGS = "CREATE TABLE thing (code INTEGER PRIMARY KEY, time TEXT, value REAL, name TEXT)"


def test_what_is_new_comes_once_and_equal_watermarks_are_not_lost(book: Book) -> None:
    book.do(THINGS)
    insert = "INSERT INTO thing VALUES (?, ?, ?, ?)"
    book.do(insert, *((n, f"2026-01-01 00:00:{n // 10:02d}", n, "a") for n in range(25)))
    marks: dict[str, Any] = {"table": "thing", "watermark": "time", "batch": 7}
    first = book.read(**marks)
    assert codes(first) == list(range(25))
    assert [one.rows for one in first] == [7, 7, 7, 4]
    for stopped in range(4):
        rest = book.read(first[stopped].cursor, **marks)
        assert codes(first[: stopped + 1]) + codes(rest) == list(range(25))
    assert book.read(first[-1].cursor, **marks) == []
    book.do(insert, (-1, "2026-01-01 00:00:02", 1, "late, with the same time"), (30, "2026-01-01 00:00:03", 1, "b"))
    second = book.read(first[-1].cursor, **marks)
    assert codes(second) == [-1, 30]
    book.do("UPDATE thing SET name = 'changed', time = '2026-01-01 00:00:04' WHERE code = 3")
    third = book.read(second[-1].cursor, **marks)
    assert [(row["code"], row["name"]) for row in rows_of(third)] == [(3, "changed")]
    assert book.read(third[-1].cursor, **marks) == []


def test_rows_that_come_late_are_found_within_the_overlap(book: Book) -> None:
    book.do(THINGS)
    insert = "INSERT INTO thing VALUES (?, ?, ?, ?)"
    book.do(insert, (1, "2026-01-01 00:00:00", 1, ""), (2, "2026-01-01 00:05:00", 1, ""))
    marks: dict[str, Any] = {"table": "thing", "watermark": "time", "overlap": 120}
    first = book.read(**marks)
    book.do(insert, (3, "2026-01-01 00:03:30", 1, ""), (4, "2026-01-01 00:02:00", 1, "too late"))
    assert codes(book.read(first[-1].cursor, **marks)) == [3]
    numbers: dict[str, Any] = {"table": "thing", "watermark": "code", "overlap": 2}
    first = book.read(**numbers)
    book.do("DELETE FROM thing WHERE code = 3")
    book.do(insert, (3, "2026-01-01 00:03:30", 2, "another"))
    assert codes(book.read(first[-1].cursor, **numbers)) == [3]


def test_a_crowd_with_one_watermark_goes_on_by_key(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toancanh.connectors.sql.place.MOST", 20)
    book.do(THINGS)
    insert = "INSERT INTO thing VALUES (?, ?, ?, ?)"
    book.do(insert, *((n, "2026-01-01", n, None) for n in range(100)))
    marks: dict[str, Any] = {"table": "thing", "watermark": "time", "key": ["code"], "batch": 30}
    first = book.read(**marks)
    assert first[1].cursor == {"by": ["time", "code"], "after": ["2026-01-01", 59]}
    assert codes(book.read(first[1].cursor, **marks)) == list(range(60, 100))
    assert book.read(first[-1].cursor, **marks) == []
    without = {**marks, "key": []}
    assert len(codes(book.read(book.read(**without)[-1].cursor, **without))) >= 80
    book.do(insert, (100, "2026-01-01", 1, None), (101, "2026-01-02", 1, None))
    assert codes(book.read(first[-1].cursor, **marks)) == [100, 101]


def test_rows_without_watermark_and_from_the_future_do_not_hide_others(book: Book) -> None:
    book.do(THINGS)
    insert = "INSERT INTO thing VALUES (?, ?, ?, ?)"
    book.do(insert, (1, None, 1, ""), (2, 5, 1, ""), (3, 6, 1, ""))
    first = book.read(table="thing", watermark="time")
    assert codes(first) == [1, 2, 3]
    assert first[0].cursor is None
    book.do("DELETE FROM thing")
    book.do(insert, (1, "2026-01-01 00:00:00", 1, ""), (2, "9999-12-31 00:00:00", 1, "some day"))
    first = book.read(table="thing", watermark="time")
    assert codes(first) == [1, 2]
    book.do(insert, (3, "2098-01-01 00:00:00", 1, "later than now"))
    second = book.read(first[-1].cursor, table="thing", watermark="time")
    assert codes(second) == [3]
    assert book.read(second[-1].cursor, table="thing", watermark="time") == []


def test_a_growing_key_is_enough_and_without_it_everything_is_read(book: Book) -> None:
    book.do(THINGS)
    insert = "INSERT INTO thing VALUES (?, ?, ?, ?)"
    book.do(insert, *((n, None, n, None) for n in range(5)))
    first = book.read(table="thing", key=["code"], columns=["name"])
    assert rows_of(first)[0] == {"name": None, "code": 0}
    book.do(insert, (9, None, 1, None))
    assert codes(book.read(first[-1].cursor, table="thing", key=["code"])) == [9]
    whole = book.read(table="thing")
    assert codes(whole) == [0, 1, 2, 3, 4, 9]
    assert whole[-1].cursor is None
    assert codes(book.read(first[-1].cursor, table="thing", watermark="value")) == [0, 1, 9, 2, 3, 4]


def test_a_range_of_time_comes_again(book: Book) -> None:
    book.do("CREATE TABLE thing (code INTEGER, iso TEXT, plain TEXT, epoch INTEGER, ms INTEGER)")
    start = dt.datetime(2026, 1, 1, tzinfo=UTC)
    moments = [start + dt.timedelta(hours=n) for n in range(24)]
    zone = dt.timezone(dt.timedelta(hours=7))
    book.do(
        "INSERT INTO thing VALUES (?, ?, ?, ?, ?)",
        *(
            (
                n,
                f"{at:%Y-%m-%dT%H:%M:%S}.000Z",
                f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}",
                int(at.timestamp()),
                int(at.timestamp() * 1000),
            )
            for n, at in enumerate(moments)
        ),
    )
    span = Span(moments[3], moments[6])
    for watermark in ("iso", "plain", "epoch", "ms"):
        given = {**book.given, "table": "thing", "watermark": watermark}
        found = gather(CONNECTOR, given, span=span, folder=book.folder, cursor={"by": [watermark], "after": [1]})
        assert codes(found) == [3, 4, 5], watermark
        assert {one.cursor for one in found} == {None}
    with pytest.raises(InvalidInput, match="no time"):
        gather(CONNECTOR, {**book.given, "table": "thing", "watermark": "code"}, span=span, folder=book.folder)
    with pytest.raises(InvalidInput, match="no watermark"):
        gather(CONNECTOR, {**book.given, "table": "thing"}, span=span, folder=book.folder)


def test_a_query_is_one_select_that_writes_nothing(book: Book) -> None:
    book.do(THINGS + "; INSERT INTO thing VALUES (1, '12:30:00', 1, 'a:b')")
    select = "WITH a AS (SELECT code, name, ':x' AS colon, '50%' AS p FROM thing) SELECT * FROM a -- the end"
    assert rows_of(book.read(select=select)) == [{"code": 1, "name": "a:b", "colon": ":x", "p": "50%"}]
    for wrong in (
        "DELETE FROM thing",
        "SELECT 1; DELETE FROM thing",
        "PRAGMA user_version = 1",
        "SELECT * INTO other FROM thing",
        "SELECT 1 /*!, SLEEP(1) */",
        "SELECT FROM WHERE",
    ):
        kind, words = book.failure(select=wrong)
        assert (kind, "not one SELECT" in words) == ("settings", True), words
    with pytest.raises(ValueError, match="either table or select"):
        Settings.model_validate({**book.given, "table": "a", "select": "SELECT 1"})


def test_a_file_is_only_read_and_never_one_of_the_platform(book: Book) -> None:
    assert book.failure(table="thing")[0] == "unreachable"
    assert not (book.folder / "books" / "town.db").exists()
    (book.folder / "books" / "town.db").write_text("no database" * 100)
    assert book.failure(table="thing")[0] == "malformed"
    assert book.failure(database="data/state.db", table="thing")[0] == "settings"
    assert book.failure(database="books/../data/state.db", table="thing")[0] == "settings"


def test_what_is_not_there_is_told_with_what_is(book: Book) -> None:
    book.do(THINGS + '; CREATE VIEW "Hồ sơ" AS SELECT code AS "Mã" FROM thing; INSERT INTO thing (code) VALUES (7)')
    kind, words = book.failure(table="things")
    assert (kind, "thing" in words) == ("malformed", True)
    kind, words = book.failure(table="thing", watermark="Updated")
    assert (kind, "thing: code, time, value, name" in words) == ("malformed", True)
    assert rows_of(book.read(table="Hồ sơ", watermark="Mã")) == [{"Mã": 7}]
    job = Job("town.source", book.folder)
    suggest = CONNECTOR.suggester()
    assert asyncio.run(suggest(book.given, job, "table")) == [Choice("Hồ sơ"), Choice("thing")]
    named = asyncio.run(suggest({**book.given, "table": "thing"}, job, "key"))
    assert named[:2] == [Choice("code", "integer"), Choice("time", "text")]
    named = asyncio.run(suggest({**book.given, "select": "SELECT 1 AS a, code FROM thing"}, job, "columns"))
    assert [one.value for one in named] == ["a", "code"]
    assert asyncio.run(suggest(book.given, job, "watermark")) == []
    with pytest.raises(InvalidInput, match="database"):
        asyncio.run(suggest({"system": "sqlite"}, job, "table"))


def test_columns_of_mixed_kinds_become_text(book: Book) -> None:
    book.do("CREATE TABLE thing (code, value)")
    big = 2**62
    book.do("INSERT INTO thing VALUES (?, ?)", (1, None), (2, 1.5), (3, "ba"), (4, b"\x00"), (5, big), (6, None))
    assert codes(book.read(table="thing", batch=10), "value") == [None, "1.5", "ba", "AA==", str(big), None]
    apart = book.read(table="thing", batch=2)
    assert [row["value"] for row in rows_of(apart)] == [None, 1.5, "ba", "AA==", big, None]


# PostgreSQL


def on(postgres: Postgres, **more: Any) -> dict[str, Any]:
    server = {"system": "postgresql", "host": "127.0.0.1", "port": postgres.port, "user": "postgres", "timeout": 20}
    return {**server, "database": more.pop("database", None) or postgres.new_database().rpartition("/")[2], **more}


def run_in(postgres: Postgres, given: dict[str, Any], sql: str) -> None:
    where = f"host=127.0.0.1 port={postgres.port} user=postgres dbname={given['database']}"
    with psycopg.connect(where, autocommit=True) as server:
        server.execute(sql.encode())


def test_values_of_postgresql_are_kept(postgres: Postgres) -> None:
    given = on(postgres, table="t")
    run_in(
        postgres,
        given,
        """CREATE TABLE t AS SELECT 12345678901234567890.1234567890::numeric AS exact, 1::bigint AS whole, true AS yes,
        '2026-01-01 00:00:00+07'::timestamptz AS moment, '2026-01-01 00:00:00.123456'::timestamp AS local,
        '2026-01-31'::date AS day, 'infinity'::date AS never, '\\x00ff'::bytea AS raw, '{"b": 1.50}'::jsonb AS j,
        ARRAY[1.5, NULL]::numeric[] AS many, '08:30'::time AS clock, NULL::text AS nothing,
        '6ba7b810-9dad-11d1-80b4-00c04fd430c8'::uuid AS id, 'NaN'::float8 AS nan""",
    )
    [row] = rows_of(gather(CONNECTOR, given))
    assert str(row.pop("nan")) == "nan"
    assert row == {
        "exact": "12345678901234567890.1234567890",
        "whole": 1,
        "yes": True,
        "moment": dt.datetime(2025, 12, 31, 17, tzinfo=UTC),
        "local": dt.datetime(2026, 1, 1, 0, 0, 0, 123456),
        "day": dt.date(2026, 1, 31),
        "never": "infinity",
        "raw": "AP8=",
        "j": '{"b": 1.50}',
        "many": "[1.5,null]",
        "clock": "08:30:00",
        "nothing": None,
        "id": "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
    }


def test_a_table_of_postgresql_is_followed(town: Callable[..., Any], postgres: Postgres) -> None:
    given = on(postgres, table="public.thing", watermark="time", key=["code"], batch=100)
    run_in(
        postgres,
        given,
        "CREATE TABLE thing (code int PRIMARY KEY, time timestamp, value numeric(12, 2), name text);"
        "INSERT INTO thing SELECT g, '2026-01-01'::timestamp + (g / 50) * interval '1 min', g, 'Lê Chân' "
        "FROM generate_series(1, 1000) g",
    )
    place = town({"connector": "sql", "settings": given, "every": "1s"}, THING)
    place.read()
    place.until(lambda: place.count() == 1000)
    assert str(place.stored("min(time) AS t")[0]["t"])[:19] == "2025-12-31 17:00:00"
    run_in(postgres, given, "INSERT INTO thing VALUES (0, '2026-01-01 00:20:00', 0.1, 'cùng lúc')")
    place.until(lambda: place.count() == 1001)
    run_in(postgres, given, "UPDATE thing SET value = 7, time = '2026-01-02' WHERE code = 5")
    place.until(lambda: place.count() == 1002)
    place.restart()
    run_in(postgres, given, "INSERT INTO thing VALUES (2000, '2026-01-02', -1, 'âm')")
    place.until(lambda: place.account()["quarantined"] == 1)
    assert place.account() == {"sent": 1003, "received": 1003, "stored": 1002, "quarantined": 1, "duplicated": 0}
    span = Span(dt.datetime(2026, 1, 1, 17, tzinfo=UTC), dt.datetime(2026, 1, 3, tzinfo=UTC))
    place.run(place.intake.again("town.source", span, "someone"))
    place.until(lambda: place.account()["sent"] == 1005)
    assert place.count() == 1002


def test_a_session_that_is_ended_half_way_goes_on(postgres: Postgres) -> None:
    given = on(postgres, table="thing", watermark="time", key=["code"], batch=500)
    run_in(
        postgres,
        given,
        "CREATE TABLE thing (code int, time timestamptz, value text);"
        "INSERT INTO thing SELECT g, '2026-01-01'::timestamptz + (g / 700) * interval '1 s', repeat('x', 400) "
        "FROM generate_series(1, 20000) g",
    )
    ended = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{given['database']}'"
    found, cursor = walk(given, lambda: postgres.execute(ended))
    assert "SourceFailed" in found.pop()
    assert found
    rest = gather(CONNECTOR, given, cursor=cursor)
    assert sorted(found + codes(rest)) == list(range(1, 20001))


def test_a_server_that_hangs_holds_up_nobody(postgres: Postgres) -> None:
    given = on(postgres, table="thing", watermark="code", batch=500, timeout=1)
    run_in(
        postgres,
        given,
        "CREATE TABLE thing AS SELECT g AS code, repeat('x', 400) AS value FROM generate_series(1, 20000) g",
    )
    where = f"host=127.0.0.1 port={postgres.port} user=postgres dbname=postgres"
    stopped: list[int] = []

    def stop() -> None:
        with psycopg.connect(where, autocommit=True) as server:
            asked = f"SELECT pid FROM pg_stat_activity WHERE datname = '{given['database']}'"
            [[pid]] = server.execute(asked.encode()).fetchall()
        os.kill(pid, signal.SIGSTOP)
        stopped.append(pid)

    try:
        found, _ = walk(given, stop)
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)
    assert "unreachable" in found.pop()
    os.kill(postgres.pid, signal.SIGSTOP)
    try:
        with pytest.raises(SourceFailed, match="cannot be reached"):
            gather(CONNECTOR, given)
    finally:
        os.kill(postgres.pid, signal.SIGCONT)
    slow = {**given, "table": None, "select": "SELECT 1 AS code FROM pg_sleep(60)"}
    with pytest.raises(SourceFailed, match="statement timeout"):
        gather(CONNECTOR, slow)


def walk(given: dict[str, Any], between: Callable[[], None]) -> tuple[list[Any], Any]:
    """Codes until it failed, with the failure at the end, and the last cursor; `between` happens after one delivery."""

    async def whole() -> tuple[list[Any], Any]:
        found: list[Any] = []
        cursor: Any = None
        coming: AsyncGenerator[Delivery, None] = CONNECTOR.reader()(
            Settings.model_validate(given), Job("town.source", Path.cwd())
        )
        async with aclosing(coming):
            try:
                async for delivery in coming:
                    found += codes([delivery])
                    if cursor is None:
                        await asyncio.to_thread(between)
                    cursor = delivery.cursor
            except SourceFailed as error:
                found.append(f"SourceFailed {error.details['kind']}")
        return found, cursor

    return asyncio.run(whole())


def test_nothing_is_written_to_postgresql(postgres: Postgres) -> None:
    given = on(postgres)
    run_in(
        postgres,
        given,
        "CREATE TABLE log (n int); CREATE SEQUENCE s;"
        "CREATE FUNCTION writes() RETURNS int LANGUAGE sql AS 'INSERT INTO log VALUES (1) RETURNING n'",
    )
    for select in ("SELECT writes() AS a", "SELECT nextval('s') AS a"):
        with pytest.raises(SourceFailed, match="read-only transaction") as caught:
            gather(CONNECTOR, {**given, "select": select})
        assert caught.value.details["kind"] == "malformed"
    for select in ("WITH a AS (DELETE FROM log RETURNING n) SELECT * FROM a", "SELECT * FROM log FOR UPDATE"):
        with pytest.raises(InvalidInput, match="one SELECT"):
            gather(CONNECTOR, {**given, "select": select})


def test_who_may_not_look_is_told_so(postgres: Postgres) -> None:
    given = on(postgres, table="thing")
    run_in(postgres, given, "CREATE TABLE thing (code int); CREATE ROLE nobody_at_all LOGIN")
    try:
        for more, kind in (
            ({"user": "nobody_at_all"}, "refused"),
            ({"user": "not_there"}, "refused"),
            ({"database": "not_there"}, "malformed"),
            ({"table": "things"}, "malformed"),
            ({"port": 1}, "unreachable"),
            ({"tls": "require"}, "unreachable"),
        ):
            with pytest.raises(SourceFailed) as caught:
                gather(CONNECTOR, {**given, **more})
            assert caught.value.details["kind"] == kind, more
        assert "→ thing" in failure_of(given | {"table": "things"})
    finally:
        run_in(postgres, given, "DROP ROLE nobody_at_all")


def test_a_time_from_the_future_hides_nothing(postgres: Postgres) -> None:
    given = on(postgres, table="thing", watermark="time")
    run_in(
        postgres,
        given,
        "CREATE TABLE thing (code int, time timestamptz); INSERT INTO thing VALUES (1, '2026-01-01'), (2, '9999-01-01'), "
        "(3, 'infinity')",
    )
    first = gather(CONNECTOR, given)
    assert codes(first) == [1, 2, 3]
    run_in(postgres, given, "INSERT INTO thing VALUES (4, '2098-01-01')")
    assert 4 in codes(gather(CONNECTOR, given, cursor=first[-1].cursor))
    assert "a × 2" in failure_of({**given, "table": None, "watermark": None, "select": "SELECT 1 AS a, 2 AS a"})


def test_a_driver_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pymysql", None)
    with pytest.raises(InvalidInput, match=r"pip install 'toancanh\[mysql\]'"):
        gather(CONNECTOR, {"system": "mysql", "host": "h", "database": "d", "table": "t"})


def failure_of(given: dict[str, Any]) -> str:
    with pytest.raises(SourceFailed) as caught:
        gather(CONNECTOR, given)
    return caught.value.message.en


def test_tables_and_columns_of_postgresql_are_listed_with_their_comments(postgres: Postgres) -> None:
    given = on(postgres)
    run_in(
        postgres,
        given,
        "CREATE SCHEMA motcua; CREATE TABLE motcua.ho_so (ten text, cap_nhat timestamptz, ma int PRIMARY KEY);"
        "CREATE VIEW xem AS SELECT 1 AS a; COMMENT ON TABLE motcua.ho_so IS 'Hồ sơ một cửa';"
        "COMMENT ON COLUMN motcua.ho_so.cap_nhat IS 'Lúc cập nhật'",
    )
    job, suggest = Job("town.source", Path.cwd()), CONNECTOR.suggester()
    assert asyncio.run(suggest(given, job, "table")) == [Choice("xem"), Choice("motcua.ho_so", "Hồ sơ một cửa")]
    named = asyncio.run(suggest({**given, "table": "motcua.ho_so"}, job, "key"))
    assert [one.value for one in named] == ["ma", "ten", "cap_nhat"]
    assert named[2].note == "timestamp · Lúc cập nhật"


def test_a_large_table_is_read_in_little_memory(postgres: Postgres) -> None:
    select = "SELECT g AS code, repeat('x', 500) || g AS name FROM generate_series(1, 200000) g"
    settings = Settings.model_validate(on(postgres, select=select, watermark="code", timeout=60))

    async def whole() -> int:
        rows = 0
        async with aclosing(CONNECTOR.reader()(settings, Job("town.source", Path.cwd()))) as coming:
            async for delivery in coming:
                assert len(delivery.body) < 2 * reading.LARGEST
                rows += delivery.rows or 0
        return rows

    tracemalloc.start()
    try:
        assert asyncio.run(whole()) == 200_000
        assert tracemalloc.get_traced_memory()[1] < 48 << 20
    finally:
        tracemalloc.stop()


# MariaDB


def at(mariadb: MariaDb, **more: Any) -> dict[str, Any]:
    server = {"system": "mysql", "host": "127.0.0.1", "port": mariadb.port, "user": "reader", "password": PASSWORD}
    return {**server, "database": "town", "timeout": 20, **more}


def test_values_of_mariadb_are_kept(mariadb: MariaDb) -> None:
    mariadb.execute(
        "CREATE TABLE town.kept (exact DECIMAL(30, 10), moment TIMESTAMP(3) NULL, local DATETIME(6), day DATE, "
        "zero DATE, clock TIME, raw VARBINARY(4), j JSON, flag BIT(1), big BIGINT UNSIGNED, name VARCHAR(50)) "
    )
    mariadb.execute(
        "INSERT INTO town.kept VALUES (12345678901234567890.123456789, FROM_UNIXTIME(1767200400.5), "
        "'2026-01-01 00:00:00.123456', '2026-01-31', '0000-00-00', '08:30:00', X'00ff', '{\"b\": 1.50}', b'1', "
        "18446744073709551615, 'Hồng Bàng 🏙')"
    )
    [row] = rows_of(gather(CONNECTOR, at(mariadb, table="kept")))
    assert row == {
        "exact": "12345678901234567890.1234567890",
        "moment": dt.datetime(2025, 12, 31, 17, 0, 0, 500000, tzinfo=UTC),
        "local": dt.datetime(2026, 1, 1, 0, 0, 0, 123456),
        "day": dt.date(2026, 1, 31),
        "zero": "0000-00-00",
        "clock": "08:30:00",
        "raw": "AP8=",
        "j": '{"b": 1.50}',
        "flag": "AQ==",
        "big": "18446744073709551615",
        "name": "Hồng Bàng 🏙",
    }


def test_a_table_of_mariadb_is_followed_across_a_crash(town: Callable[..., Any], mariadb: MariaDb) -> None:
    mariadb.execute("CREATE TABLE town.thing (code INT PRIMARY KEY, time TIMESTAMP(3), value DECIMAL(9, 2), name TEXT)")
    insert = "INSERT INTO town.thing VALUES (%s, FROM_UNIXTIME(1767200400 + %s), %s, 'Ngô Quyền')"
    mariadb.execute(insert, [(n, n // 100, n) for n in range(3000)])
    given = at(mariadb, table="thing", watermark="time", key=["code"], batch=500)
    place = town({"connector": "sql", "settings": {**given, "password": None}, "every": "1s"}, THING)
    place.run(place.intake.vault.keep("town.source", {"password": PASSWORD}, SYSTEM))
    place.read()
    place.until(lambda: place.count() > 0)
    mariadb.kill()
    place.until(lambda: place.standing().problem)
    assert place.standing().problem["kind"] == "unreachable"
    mariadb.start()
    place.until(lambda: place.count() == 3000)
    mariadb.execute(insert, [(3000, 29, 1), (3001, 30, 2)])
    place.until(lambda: place.count() == 3002)
    assert place.account() == {"sent": 3002, "received": 3002, "stored": 3002, "quarantined": 0, "duplicated": 0}
    mariadb.execute("UPDATE town.thing SET time = FROM_UNIXTIME(1767300000), value = 5 WHERE code < 10")
    place.until(lambda: place.count() == 3012)


def test_mariadb_says_what_is_wrong(mariadb: MariaDb) -> None:
    mariadb.execute("CREATE TABLE town.said (code INT PRIMARY KEY COMMENT 'Mã') COMMENT 'Bảng thử'")
    for more, kind, words in (
        ({"password": "other"}, "refused", "Access denied"),
        ({"password": None}, "refused", "Access denied"),
        ({"table": "mysql.user"}, "refused", "denied"),
        ({"table": "sad"}, "malformed", "→ said"),
        ({"watermark": "no"}, "malformed", "said: code"),
        ({"select": "SELECT SLEEP(60) AS code", "table": None, "timeout": 1}, "unreachable", ""),
        ({"database": "no"}, "refused", "denied"),
        ({"port": 1}, "unreachable", "refused"),
    ):
        with pytest.raises(SourceFailed) as caught:
            gather(CONNECTOR, at(mariadb, **{"table": "said", **more}))
        assert caught.value.details["kind"] == kind, more
        assert words in caught.value.message.en
        assert "other" not in caught.value.message.en
    job, suggest = Job("town.source", Path.cwd()), CONNECTOR.suggester()
    assert Choice("said", "Bảng thử") in asyncio.run(suggest(at(mariadb), job, "table"))
    named = asyncio.run(suggest(at(mariadb, table="said"), job, "columns"))
    assert named == [Choice("code", "integer · Mã")]


def test_nothing_is_written_to_mariadb(mariadb: MariaDb) -> None:
    mariadb.execute("CREATE TABLE town.log (n INT)")
    mariadb.execute("CREATE FUNCTION town.writes() RETURNS INT BEGIN INSERT INTO town.log VALUES (1); RETURN 1; END")
    mariadb.execute("GRANT EXECUTE, INSERT ON town.* TO reader@'127.0.0.1'")
    with pytest.raises(SourceFailed, match="READ ONLY"):
        gather(CONNECTOR, at(mariadb, select="SELECT writes() AS a"))
    for select in ("SELECT 1 INTO OUTFILE '/tmp/x'", "SELECT 1 /*M! INTO OUTFILE '/tmp/x' */", "SELECT 1 FOR UPDATE"):
        with pytest.raises(InvalidInput, match="one SELECT"):
            gather(CONNECTOR, at(mariadb, select=select))


# SQL Server and Oracle: what is built for them


def built(dialect: Any, **given: Any) -> str:
    settings = Settings.model_validate({"host": "db", "database": "d", **given})
    origin = Origin(settings)
    statement = origin.ordered().where(origin.column("at") >= bound(dt.datetime(2026, 1, 1), settings))
    return " ".join(str(statement.compile(dialect=dialect)).split())


def test_statements_of_sql_server_are_built() -> None:
    one = built(mssql.dialect(), system="mssql", table="dbo.HoSo", watermark="at", key=["Ma"])
    assert one == (
        "SELECT * FROM dbo.[HoSo] WHERE dbo.[HoSo].at >= CAST(:param_1 AS DATETIME2) ORDER BY dbo.[HoSo].at, dbo.[HoSo].[Ma]"
    )
    select = "WITH a AS (SELECT 1 AS at) SELECT TOP 5 at FROM a"
    one = built(mssql.dialect(), system="mssql", select=select, watermark="at")
    assert one.startswith("WITH a AS (SELECT 1 AS at ) SELECT * FROM (SELECT TOP 5 at FROM a ) AS q WHERE q.at >=")
    sample = Origin(
        Settings.model_validate({"system": "mssql", "host": "h", "database": "d", "table": "t", "watermark": "at"})
    )
    assert "TOP" in str(sample.sample("at").compile(dialect=mssql.dialect()))


def test_statements_of_oracle_are_built() -> None:
    one = built(oracle.dialect(), system="oracle", table="motcua.ho_so", watermark="at")
    assert one == ("SELECT * FROM motcua.ho_so WHERE motcua.ho_so.at >= :param_1 ORDER BY motcua.ho_so.at")
    one = built(oracle.dialect(), system="oracle", select="SELECT at FROM ho_so", watermark="at")
    assert one.startswith("SELECT * FROM (SELECT at FROM ho_so ) q WHERE q.at >=")


def test_addresses_and_errors_of_sql_server_and_oracle_are_known() -> None:
    job = Job("town.source", Path.cwd())
    given = {"host": "db", "database": "motcua", "user": "u", "password": "p@ss/word", "table": "t"}
    sqlserver = Settings.model_validate({**given, "system": "mssql"})
    assert str(url_of(sqlserver, job)) == "mssql+pymssql://u:***@db:1433/motcua"
    service = Settings.model_validate({**given, "system": "oracle"})
    assert str(url_of(service, job)) == "oracle+oracledb://u:***@db:1521?service_name=motcua"
    assert meaning(SYSTEMS["mssql"], pymssql.OperationalError(18456, b"Login failed")) == "refused"
    assert meaning(SYSTEMS["mssql"], pymssql.ProgrammingError(208, b"Invalid object name")) == "unknown"
    assert meaning(SYSTEMS["mssql"], pymssql.OperationalError(20009, b"Unable to connect")) == "unreachable"
    for server in (sqlserver, service):
        with pytest.raises(SourceFailed, match="cannot be reached"):
            gather(CONNECTOR, {**given, "system": server.system, "host": "127.0.0.1", "port": 1, "timeout": 2})
