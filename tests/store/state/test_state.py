"""What the state store promises to every caller, on both databases."""

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import SQLAlchemyError
from things import add, names, things

from toancanh.domain import Conflict, InvalidInput, Overloaded, Unavailable
from toancanh.settings import Settings
from toancanh.store import State, defer, open_state, tables
from toancanh.store.state import Finisher

pytestmark = pytest.mark.anyio


async def test_what_was_written_is_read_and_outlives_the_process(state: State, settings: Settings) -> None:
    assert await state.write(add("trạm Ngô Quyền", 7)) == "trạm Ngô Quyền"
    assert await state.read(names) == ["trạm Ngô Quyền"]
    await state.close()
    again = open_state(settings)
    await again.open()
    assert await again.read(names) == ["trạm Ngô Quyền"]
    await again.close()


async def test_moments_come_back_aware_and_documents_as_they_were(state: State) -> None:
    hanoi = datetime(2026, 2, 17, 6, 30, 1, 234567, tzinfo=timezone(timedelta(hours=7)))
    value = {"tên": "Phường Hải An", "số": [1, 2.5, None, True], "lồng": {"a": {}}}

    def put(connection: Connection) -> None:
        connection.execute(tables.kv.insert(), {"key": "k", "value": value, "changed": hanoi})

    await state.write(put)
    row = await state.read(lambda connection: connection.execute(select(tables.kv)).one())
    assert row.value == value
    assert row.changed == hanoi
    assert row.changed.tzinfo is UTC
    with pytest.raises(SQLAlchemyError, match="no time zone"):
        await state.write(
            lambda connection: connection.execute(
                tables.kv.insert(), {"key": "naive", "value": 1, "changed": hanoi.replace(tzinfo=None)}
            )
        )


async def test_an_error_is_that_of_its_caller_alone(state: State) -> None:
    def fails(connection: Connection) -> None:
        add("half done")(connection)
        raise InvalidInputForTest

    await state.write(add("taken"))
    works = [add(f"good {n:02}") if n % 4 else (fails if n % 8 else add("taken")) for n in range(40)]
    outcomes = await asyncio.gather(*(state.write(work) for work in works), return_exceptions=True)
    for n, outcome in enumerate(outcomes):
        wanted = str if n % 4 else (InvalidInputForTest if n % 8 else Conflict)
        assert isinstance(outcome, wanted), (n, outcome)
    assert await state.read(names) == [*(f"good {n:02}" for n in range(40) if n % 4), "taken"]


class InvalidInputForTest(Exception):
    pass


async def test_a_caller_that_hides_a_database_error_is_told_the_truth(state: State) -> None:
    def hides(connection: Connection) -> str:
        with contextlib.suppress(SQLAlchemyError):
            connection.execute(text("SELECT * FROM nowhere"))
        return "hidden"

    outcomes = await asyncio.gather(
        state.write(add("before")), state.write(hides), state.write(add("after")), return_exceptions=True
    )
    assert outcomes[0] == "before"
    assert outcomes[2] == "after"
    assert outcomes[1] == "hidden" or isinstance(outcomes[1], Exception)
    assert await state.read(names) == ["after", "before"]


async def test_a_caller_that_ends_the_transaction_takes_nobody_along(state: State) -> None:
    def ends(connection: Connection) -> None:
        connection.exec_driver_sql("ROLLBACK")

    outcomes = await asyncio.gather(
        *(state.write(add(f"early {n}")) for n in range(3)),
        state.write(ends),
        *(state.write(add(f"late {n}")) for n in range(3)),
        return_exceptions=True,
    )
    assert isinstance(outcomes[3], Exception)
    assert [outcome for n, outcome in enumerate(outcomes) if n != 3] == await state.read(names)


async def test_reads_cannot_write(state: State) -> None:
    with pytest.raises((SQLAlchemyError, Unavailable)):
        await state.read(add("smuggled"))
    await state.write(add("honest"))
    assert await state.read(names) == ["honest"]


async def test_a_read_sees_one_moment_though_others_write(state: State) -> None:
    loop = asyncio.get_running_loop()

    def twice(connection: Connection) -> tuple[int, int]:
        first = len(names(connection))
        asyncio.run_coroutine_threadsafe(state.write(add("meanwhile")), loop).result(20)
        return first, len(names(connection))

    assert await state.read(twice) == (0, 0)
    assert await state.read(names) == ["meanwhile"]


async def test_many_callers_share_a_commit(state: State) -> None:
    commits: list[set[Finisher]] = []
    state.on_commit(commits.append)
    await asyncio.gather(*(state.write(add(f"{n:03}")) for n in range(200)))
    assert len(await state.read(names)) == 200
    assert 1 <= len(commits) < 60


async def test_what_is_deferred_comes_once_a_group_and_goes_with_its_caller(state: State) -> None:
    groups: list[list[int]] = []
    told: list[set[Finisher]] = []

    def finish(connection: Connection, items: list[int]) -> None:
        groups.append(items)
        connection.execute(things.insert(), [{"name": f"deferred {item}", "number": item} for item in items])

    def work(n: int, connection: Connection) -> None:
        defer(connection, finish, n)
        if n % 3 == 0:
            raise InvalidInputForTest

    state.on_commit(told.append)
    await asyncio.gather(
        *(state.write(lambda connection, n=n: work(n, connection)) for n in range(12)), return_exceptions=True
    )
    wanted = [n for n in range(12) if n % 3]
    assert sorted(item for group in groups for item in group) == wanted
    assert await state.read(names) == sorted(f"deferred {n}" for n in wanted)
    assert {finish} in told


async def test_a_finisher_that_fails_undoes_the_group(state: State) -> None:
    def finish(connection: Connection, items: list[str]) -> None:
        raise InvalidInputForTest

    def work(connection: Connection) -> None:
        add("never kept")(connection)
        defer(connection, finish, "x")

    with pytest.raises(InvalidInputForTest):
        await state.write(work)
    assert await state.read(names) == []
    assert await state.write(add("kept")) == "kept"


async def test_a_caller_that_left_is_not_run(state: State) -> None:
    loop, reached = asyncio.get_running_loop(), asyncio.Event()
    released = asyncio.Event()

    def slow(connection: Connection) -> None:
        loop.call_soon_threadsafe(reached.set)
        asyncio.run_coroutine_threadsafe(released.wait(), loop).result(20)

    first = asyncio.create_task(state.write(slow))
    await reached.wait()
    second = asyncio.create_task(state.write(add("left")))
    third = asyncio.create_task(state.write(add("stayed")))
    await asyncio.sleep(0)
    second.cancel()
    released.set()
    await asyncio.gather(first, third)
    assert await state.read(names) == ["stayed"]


async def test_too_many_waiting_callers_are_told_to_come_back(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toancanh.store.state.writer.WAITING", 0)
    with pytest.raises(Overloaded) as caught:
        await state.write(add("refused"))
    assert caught.value.details["retry_after"] > 0
    monkeypatch.undo()
    assert await state.write(add("taken in")) == "taken in"


async def test_closing_commits_what_waits_and_refuses_the_rest(state: State, settings: Settings) -> None:
    waiting = [asyncio.create_task(state.write(add(f"{n:02}"))) for n in range(30)]
    await asyncio.sleep(0)
    await state.close()
    await state.close()
    assert await asyncio.gather(*waiting) == [f"{n:02}" for n in range(30)]
    for refused in (state.write(add("too late")), state.read(names)):
        with pytest.raises(Unavailable, match="closed"):
            await refused
    assert (await state.health()).status == "down"
    await state.open()
    assert len(await state.read(names)) == 30
    assert (await state.health()).status == "ok"


async def test_a_failing_listener_hurts_nobody(state: State, caplog: pytest.LogCaptureFixture) -> None:
    def listener(finished: set[Finisher]) -> None:
        raise InvalidInputForTest

    state.on_commit(listener)
    assert await state.write(add("kept")) == "kept"
    assert "listener failed" in caplog.text


@pytest.mark.parametrize("address", ["mysql://root@localhost/x", "sqlite://", "postgresql+psycopg://host", "nonsense"])
def test_an_unknown_address_is_refused_by_name(address: str) -> None:
    with pytest.raises(InvalidInput, match="TOANCANH_STATE"):
        open_state(Settings(state=address))
