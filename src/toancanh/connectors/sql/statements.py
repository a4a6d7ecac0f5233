"""The SELECT that is sent: built, never glued, around a table or around a query that was checked to be one."""

from typing import Any

import sqlalchemy as sa
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from toancanh.connectors.sql.known import split
from toancanh.connectors.sql.manifest import Settings
from toancanh.connectors.sql.systems import SYSTEMS
from toancanh.domain import InvalidInput, Text

_WRITES = (exp.Into, exp.Lock, exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.DDL, exp.Command)
_HIDDEN = ("/*!", "/*M!")
"""Comments that MySQL and MariaDB execute."""


class Origin:
    """What is read: a table, a view or a query, with its columns as SQLAlchemy's."""

    def __init__(self, settings: Settings) -> None:
        self._ctes: list[sa.CTE] = []
        self.order = tuple(name for name in (settings.watermark, *settings.key) if name is not None)
        self._wanted = tuple(dict.fromkeys((*settings.columns, *self.order))) if settings.columns else ()
        names: list[sa.ColumnClause[Any]] = [sa.column(name) for name in dict.fromkeys((*self._wanted, *self.order))]
        if settings.table is not None:
            schema, name = split(settings.table)
            self._source: sa.FromClause = sa.table(name, *names, schema=schema)
        else:
            self._source = self._query(settings, names)

    def column(self, name: str) -> sa.ColumnElement[Any]:
        """Return one of the columns that were named in the settings."""
        return self._source.c[name]

    def select(self) -> sa.Select[Any]:
        """Return the SELECT of everything."""
        chosen: list[Any] = [self.column(name) for name in self._wanted] or [sa.text("*")]
        return sa.select(*chosen).select_from(self._source).add_cte(*self._ctes)

    def ordered(self) -> sa.Select[Any]:
        """Return it in the order of watermark and key."""
        return self.select().order_by(*(self.column(name) for name in self.order))

    def sample(self, name: str) -> sa.Select[Any]:
        """Return the SELECT of any one value of a column."""
        column = self.column(name)
        return sa.select(column).where(column.is_not(None)).limit(1).add_cte(*self._ctes)

    def _query(self, settings: Settings, names: list[sa.ColumnClause[Any]]) -> sa.FromClause:
        dialect = SYSTEMS[settings.system].dialect
        found = checked(settings.select or "", dialect)
        text = (settings.select or "").strip().rstrip(";")
        if dialect == "tsql" and found.ctes:
            self._ctes = [_written(cte.this.sql(dialect)).columns().cte(cte.alias) for cte in found.ctes]
            found.set("with_", None)
            text = found.sql(dialect)
        return _written(text).columns(*names).subquery("q")


def checked(select: str, dialect: str) -> exp.Query:
    """Return a query as it was understood. Raises InvalidInput where it is not one SELECT, or would write or lock."""
    if any(sign in select for sign in _HIDDEN):
        raise _not_a_query("/*! */")
    try:
        found = [one for one in sqlglot.parse(select, read=dialect) if one is not None]
    except SqlglotError as error:
        told = getattr(error, "errors", None)
        raise _not_a_query(told[0]["description"] if told else str(error)) from error
    if len(found) != 1:
        raise _not_a_query(f"{len(found)} ≠ 1")
    query = found[0]
    if not isinstance(query, exp.Select | exp.SetOperation):
        raise _not_a_query(query.key.upper())
    for node in query.walk():
        if isinstance(node, _WRITES):
            raise _not_a_query(node.key.upper())
    return query


def _written(sql: str) -> sa.TextClause:
    """Return SQL of people as it is: colons name no parameters, and a comment at its end ends there."""
    return sa.text(sql.replace("\\", "\\\\").replace(":", "\\:") + "\n")


def _not_a_query(why: str) -> InvalidInput:
    return InvalidInput(
        Text(vi=f"Câu lệnh không phải một SELECT duy nhất: {why}.", en=f"That is not one SELECT: {why}."),
        Text(
            vi="Viết đúng một câu SELECT hoặc WITH … SELECT, không INTO, không FOR UPDATE; hoặc tạo khung nhìn rồi chọn nó.",
            en="Write one SELECT or WITH … SELECT, without INTO or FOR UPDATE; or make a view and choose that.",
        ),
        kind="settings",
        setting="select",
    )
