"""Seeing whether the tables of an opened database are up to date, and bringing them there when they are not."""

from pathlib import Path

from sqlalchemy import Engine, inspect, text

_FOLDER = Path(__file__).parent / "migrations"


def migrate(engine: Engine) -> str:
    """Run the migrations that the database lacks, in one transaction; return the revision reached.

    Raises Unavailable when the database was made by a newer version of the platform.
    """
    newest = max(path.name.partition("_")[0] for path in (_FOLDER / "versions").glob("[0-9]*.py"))
    if _revision(engine) != newest:
        from toancanh.store.state.upgrade import upgrade  # noqa: PLC0415 - Alembic is heavy, and seldom needed

        upgrade(engine, _FOLDER)
    return newest


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
