"""What callers are told when the database is in trouble."""

import asyncio
import signal
import sqlite3
import sys
import threading
from pathlib import Path
from subprocess import PIPE, Popen

import psycopg
import pytest
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from things import add, names, things

from servers import Postgres
from toancanh.domain import CorruptData, InvalidInput, Unavailable
from toancanh.settings import Settings
from toancanh.store import State, open_state

pytestmark = pytest.mark.anyio

sqlite_only = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
postgresql_only = pytest.mark.parametrize("settings", ["postgresql"], indirect=True)

_WRITE_FOR_EVER = """
import asyncio, sys
from toancanh.settings import read_settings
from toancanh.store import open_state
sys.path.insert(0, sys.argv[1])
from things import add

async def main():
    state = open_state(read_settings({"TOANCANH_HOME": sys.argv[2], "TOANCANH_STATE": sys.argv[3]}))
    await state.open()
    async def caller(c):
        for n in range(10**6):
            name = await state.write(add(f"{c}-{n}"))
            print(name, flush=True)
    await asyncio.gather(*(caller(c) for c in range(8)))

asyncio.run(main())
"""


async def test_after_a_kill_everything_acknowledged_is_there_once(state: State, settings: Settings) -> None:
    command = [sys.executable, "-c", _WRITE_FOR_EVER, str(Path(__file__).parent), str(settings.home), settings.state]

    def run_and_kill() -> set[str]:
        with Popen(command, stdout=PIPE, text=True) as process:
            assert process.stdout is not None
            lines = [process.stdout.readline() for _ in range(120)]
            process.send_signal(signal.SIGKILL)
            lines += process.stdout.readlines()
        return {line.strip() for line in lines if line.endswith("\n")}

    acknowledged = await asyncio.to_thread(run_and_kill)
    found = await state.read(names)
    assert len(acknowledged) >= 120
    assert acknowledged <= set(found)
    assert len(found) <= len(acknowledged) + 8
    assert await state.write(add("goes on")) == "goes on"


@sqlite_only
async def test_a_full_disk_is_said_and_passes(state: State) -> None:
    def limit(pages: int | None, connection: Connection) -> None:
        used = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages or used}")

    await state.write(lambda connection: limit(None, connection))
    rows = [{"name": f"{n:040}", "number": n} for n in range(5000)]
    with pytest.raises(Unavailable, match=r"disk of the state store is full.*Free some disk space"):
        await state.write(lambda connection: connection.execute(things.insert(), rows))
    assert await state.read(names) == []
    await state.write(lambda connection: limit(1 << 30, connection))
    assert await state.write(add("room again")) == "room again"


@sqlite_only
async def test_another_process_that_holds_the_file_is_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("toancanh.store.state.engine.BUSY_SECONDS", 0.05)
    state = open_state(settings)
    await state.open()
    await state.write(things.create)
    other = sqlite3.connect(settings.home / "data" / "state.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    outcomes = await asyncio.gather(*(state.write(add(f"{n}")) for n in range(20)), return_exceptions=True)
    assert all(isinstance(outcome, Unavailable) and "holding" in str(outcome) for outcome in outcomes)
    assert await state.read(names) == []
    other.execute("ROLLBACK")
    other.close()
    assert await state.write(add("free")) == "free"
    await state.close()


@postgresql_only
@pytest.mark.parametrize("name", ["a" * 41, "NUL \0"])
async def test_a_value_that_does_not_fit_is_the_senders_to_mend(state: State, name: str) -> None:
    with pytest.raises(InvalidInput, match="Shorten it"):
        await state.write(add(name))
    assert await state.write(add("fits")) == "fits"


async def test_half_a_character_is_the_senders_to_mend(state: State) -> None:
    with pytest.raises(InvalidInput, match="control characters"):
        await state.write(add("\udc80"))
    assert await state.read(names) == []


@sqlite_only
async def test_only_the_owner_may_read_the_file(state: State, settings: Settings) -> None:
    await state.write(add("secret"))
    modes = {path.name: path.stat().st_mode & 0o777 for path in (settings.home / "data").iterdir()}
    assert set(modes.values()) == {0o600}, modes


@sqlite_only
async def test_a_damaged_file_is_said_to_be_damaged(settings: Settings) -> None:
    path = settings.home / "data" / "state.db"
    path.parent.mkdir()
    path.write_bytes(b"this is no database at all, " * 100)
    with pytest.raises(CorruptData, match="restore a backup"):
        await open_state(settings).open()


@sqlite_only
async def test_a_folder_that_cannot_be_made_is_said(settings: Settings) -> None:
    (settings.home / "data").write_text("a file where a folder belongs")
    with pytest.raises(Unavailable, match="permissions"):
        await open_state(settings).open()


@postgresql_only
async def test_a_row_that_another_process_holds_stops_its_caller_alone(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("toancanh.store.state.engine.BUSY_SECONDS", 0.1)
    state = open_state(settings)
    await state.open()
    await state.write(things.create)
    await state.write(add("held"))
    with psycopg.connect(_plain(settings)) as other:
        other.execute("SELECT * FROM things FOR UPDATE")
        change = text("UPDATE things SET number = 1 WHERE name = 'held'")
        outcomes = await asyncio.gather(
            state.write(add("one")),
            state.write(lambda connection: connection.execute(change)),
            state.write(add("two")),
            return_exceptions=True,
        )
    assert isinstance(outcomes[1], Unavailable)
    assert (outcomes[0], outcomes[2]) == ("one", "two")
    assert await state.read(names) == ["held", "one", "two"]
    await state.close()


@postgresql_only
async def test_two_processes_that_block_each_other_both_succeed(state: State, settings: Settings) -> None:
    other = open_state(settings)
    await other.open()
    await state.write(add("a"))
    await state.write(add("b"))
    met = threading.Barrier(2)

    def both(first: str, second: str) -> object:
        tries = iter([True])

        def work(connection: Connection) -> None:
            add_one = text("UPDATE things SET number = number + 1 WHERE name = :name")
            connection.execute(add_one, {"name": first})
            if next(tries, False):
                met.wait(20)
            connection.execute(add_one, {"name": second})

        return work

    await asyncio.gather(state.write(both("a", "b")), other.write(both("b", "a")))  # type: ignore[arg-type]
    numbers = await state.read(lambda connection: set(connection.execute(text("SELECT number FROM things")).scalars()))
    assert numbers == {2}
    await other.close()


@postgresql_only
async def test_a_lost_connection_is_made_again(state: State, settings: Settings, postgres: Postgres) -> None:
    await state.write(add("before"))
    database = make_url(settings.state).database
    postgres.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'")
    assert await state.write(add("after")) == "after"
    assert await state.read(names) == ["after", "before"]


@postgresql_only
async def test_a_server_that_goes_away_during_the_work_is_said(
    state: State, settings: Settings, postgres: Postgres
) -> None:
    database = make_url(settings.state).database

    def cut(connection: Connection) -> None:
        add("cut off")(connection)
        postgres.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'")

    outcomes = await asyncio.gather(state.write(add("good")), state.write(cut), return_exceptions=True)
    assert isinstance(outcomes[1], Unavailable)
    assert outcomes[0] == "good"
    assert await state.read(names) == ["good"]


async def test_a_server_that_is_not_there_is_said(tmp_path: Path) -> None:
    missing = Settings(home=tmp_path, state="postgresql+psycopg://postgres@127.0.0.1:1/none")
    with pytest.raises(Unavailable, match="TOANCANH_STATE"):
        await open_state(missing).open()


def _plain(settings: Settings) -> str:
    return make_url(settings.state).set(drivername="postgresql").render_as_string(hide_password=False)
