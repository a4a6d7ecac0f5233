"""A table to try the state store on."""

from collections.abc import Callable

from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, select

things = Table(
    "things", MetaData(), Column("name", String(40), primary_key=True), Column("number", Integer, nullable=False)
)


def add(name: str, number: int = 0) -> Callable[[Connection], str]:
    """Return work that adds one thing, and returns its name."""

    def work(connection: Connection) -> str:
        connection.execute(things.insert(), {"name": name, "number": number})
        return name

    return work


def names(connection: Connection) -> list[str]:
    """Return the names of all things, in order."""
    return list(connection.scalars(select(things.c.name).order_by(things.c.name)))
