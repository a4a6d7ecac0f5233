"""What there is in a database: tables, views and their columns, for people who fill in settings."""

import difflib
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.engine.reflection import ObjectKind

from toancanh.connectors.sql.manifest import Settings
from toancanh.sdk import Choice

MOST = 2000
"""Tables that are listed at most."""
_SYSTEM = ("information_schema", "performance_schema", "mysql", "sys", "guest")
_SHOWN = 20


def split(table: str) -> tuple[str | None, str]:
    """Return (schema, name) of a table as it is written in settings."""
    schema, _, name = table.rpartition(".")
    return schema or None, name


def tables(connection: sa.Connection) -> list[Choice]:
    """Return tables and views with their comments; those of the account's own schema are named without it."""
    return list(_tables(sa.inspect(connection)))


def columns(connection: sa.Connection, table: str) -> list[Choice]:
    """Return the columns of a table with types and comments, in its order."""
    schema, name = split(table)
    found = sa.inspect(connection).get_columns(name, schema)
    return [Choice(column["name"], _note(_type(column["type"]), column.get("comment"))) for column in found]


def primary_key(connection: sa.Connection, table: str) -> list[str]:
    """Return the columns of a table's primary key; none for a view."""
    schema, name = split(table)
    return list(sa.inspect(connection).get_pk_constraint(name, schema)["constrained_columns"])


def what_exists(connection: sa.Connection, settings: Settings) -> str:
    """Return words on which tables are there, or which columns the table has."""
    if settings.table is None:
        return "→ " + ", ".join(choice.value for choice in tables(connection)[:_SHOWN])
    schema, name = split(settings.table)
    if sa.inspect(connection).has_table(name, schema):
        return f"{settings.table}: {', '.join(choice.value for choice in columns(connection, settings.table))}"
    there = [choice.value for choice in tables(connection)]
    near = difflib.get_close_matches(settings.table, there, _SHOWN, 0.4) or there[:_SHOWN]
    return f"→ {', '.join(near)}"


def _tables(inspector: sa.Inspector) -> Iterator[Choice]:
    usual = inspector.default_schema_name
    left = MOST
    for schema in sorted(_schemas(inspector), key=lambda name: (name != usual, name)):
        own = None if schema == usual else schema
        names = [*inspector.get_table_names(own), *inspector.get_view_names(own)]
        comments = _comments(inspector, own)
        for name in sorted(names)[:left]:
            yield Choice(f"{own}.{name}" if own else name, comments.get(name, ""))
        left -= min(left, len(names))


def _schemas(inspector: sa.Inspector) -> list[str]:
    usual = inspector.default_schema_name
    if inspector.dialect.name == "oracle":
        return [usual] if usual else []
    named = inspector.get_schema_names()
    return [
        name for name in named if name == usual or (name.lower() not in _SYSTEM and not name.startswith(("pg_", "db_")))
    ]


def _comments(inspector: sa.Inspector, schema: str | None) -> dict[str, str]:
    try:
        found = inspector.get_multi_table_comment(schema, kind=ObjectKind.ANY)
    except NotImplementedError:
        return {}
    return {name: comment["text"] or "" for (_, name), comment in found.items()}


def _type(type_: sa.types.TypeEngine[object]) -> str:
    try:
        return str(type_).lower()
    except sa.exc.CompileError:
        return type(type_).__name__.lower()


def _note(type_: str, comment: str | None) -> str:
    return f"{type_} · {comment}" if comment else type_
