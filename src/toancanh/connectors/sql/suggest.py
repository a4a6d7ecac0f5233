"""Listing tables, views and columns for the source desk."""

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from toancanh.connectors.sql import known
from toancanh.connectors.sql.manifest import Server, Settings
from toancanh.connectors.sql.session import opened
from toancanh.connectors.sql.statements import Origin
from toancanh.sdk import Choice, Job


async def suggest(given: Mapping[str, Any], job: Job, setting: str) -> list[Choice]:
    """List tables and views, or the columns of what is read, with types and comments. Raises SourceFailed, InvalidInput."""
    server = Server.among(given)
    look = _tables if setting == "table" else _columns(server, given, setting)
    if look is None:
        return []
    async with opened(server, job) as session:
        return await session.run(look)


def _tables(connection: sa.Connection) -> list[Choice]:
    return known.tables(connection)


def _columns(server: Server, given: Mapping[str, Any], setting: str) -> Callable[[sa.Connection], list[Choice]] | None:
    table, select = given.get("table"), given.get("select")
    if table:
        return lambda connection: _of_table(connection, str(table), setting)
    if select:
        names = Server.model_fields
        settings = Settings(**{name: getattr(server, name) for name in names}, select=str(select))
        empty = Origin(settings).select().where(sa.false())
        return lambda connection: [Choice(name) for name in connection.execute(empty).keys()]  # noqa: SIM118
    return None


def _of_table(connection: sa.Connection, table: str, setting: str) -> list[Choice]:
    """Return the columns of a table; for a key, those of its primary key come first."""
    found = known.columns(connection, table)
    if setting != "key":
        return found
    first = known.primary_key(connection, table)
    return sorted(
        found, key=lambda choice: (choice.value not in first, first.index(choice.value) if choice.value in first else 0)
    )
