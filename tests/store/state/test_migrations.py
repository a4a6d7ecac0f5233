"""The migrations make the tables that the code declares."""

import asyncio

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from toancanh.domain import Unavailable
from toancanh.settings import Settings
from toancanh.store import State, open_state, tables

pytestmark = pytest.mark.anyio


async def test_the_migrations_make_the_declared_tables(settings: Settings) -> None:
    state = open_state(settings)
    await state.open()

    def differences(connection: Connection) -> tuple[list[object], str | None]:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, tables.metadata)), context.get_current_revision()

    assert await state.read(differences) == ([], (await state.health()).revision)
    await state.close()


async def test_several_openers_at_once_end_with_one_set_of_tables(settings: Settings) -> None:
    states = [open_state(settings) for _ in range(3)]
    await asyncio.gather(*(state.open() for state in states))
    found = await states[0].read(lambda connection: set(inspect(connection).get_table_names()))
    assert found == {*tables.metadata.tables, "alembic_version"}
    await asyncio.gather(*(state.close() for state in states))


async def test_a_store_of_a_newer_version_is_left_alone(state: State, settings: Settings) -> None:
    await state.write(lambda connection: connection.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    with pytest.raises(Unavailable, match="newer version"):
        await open_state(settings).open()
