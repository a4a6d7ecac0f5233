"""From TOANCANH_STATE to an open SQLAlchemy engine, and the differences between the two databases."""

import logging
import time
from pathlib import Path
from sqlite3 import SQLITE_BUSY
from sqlite3 import Connection as SQLiteConnection
from sqlite3 import Error as SQLiteError
from sqlite3 import OperationalError as SQLiteRefusal
from typing import Any

import msgspec
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from toancanh.domain import InvalidInput, Text
from toancanh.settings import Settings

_log = logging.getLogger(__name__)

READERS = 4
"""How many reads run at once."""
BUSY_SECONDS = 5.0
"""How long a write waits for another process before it gives up."""
_MIGRATION_LOCK = 7_260_001


def state_url(settings: Settings) -> URL:
    """Return the database's address; raise InvalidInput for a scheme that is not offered."""
    given = settings.state
    if given == "sqlite:":
        return URL.create("sqlite", database=str(settings.home / "data" / "state.db"))
    try:
        url = make_url(given)
    except ArgumentError as error:
        raise _unknown() from error
    if url.drivername == "sqlite" and url.database:
        return url
    if url.drivername in ("postgresql", "postgresql+psycopg") and url.database:
        return url.set(drivername="postgresql+psycopg")
    raise _unknown()


def open_engine(url: URL, *, fsync: bool) -> Engine:
    """Return an engine whose connections are set up for durable writes and snapshot reads; nothing is opened yet."""
    common: dict[str, Any] = {
        "json_serializer": lambda value: msgspec.json.encode(value).decode(),
        "json_deserializer": msgspec.json.decode,
        "pool_size": READERS + 1,
        "max_overflow": 0,
        "pool_timeout": 30,
    }
    if url.get_backend_name() == "sqlite":
        path = Path(str(url.database))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False}, **common)
        _prepare_sqlite(engine, fsync=fsync)
        return engine
    options = {
        "lock_timeout": f"{int(BUSY_SECONDS * 1000)}",
        "idle_in_transaction_session_timeout": "60000",
        "synchronous_commit": "on" if fsync else "off",
        "timezone": "UTC",
    }
    arguments = {
        "connect_timeout": 5,
        "application_name": "toancanh",
        "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
    }
    return create_engine(url, connect_args=arguments, pool_pre_ping=True, **common)


def reading(engine: Engine) -> Engine:
    """Return `engine` for reads: one snapshot a transaction, and no writing."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return engine.execution_options(toancanh_read=True)


def lock_for_migration(connection: Connection) -> None:
    """Let one process at a time change the tables; the lock goes with the transaction."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})")


def shrink(engine: Engine) -> None:
    """Before closing, let SQLite renew its statistics and empty its write-ahead log into the file, if it can."""
    if engine.dialect.name != "sqlite":
        return
    try:
        connection = engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute("PRAGMA query_only=OFF")
            cursor.execute("PRAGMA optimize")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()
    except (SQLiteError, SQLAlchemyError):
        _log.warning("the state store could not be tidied up before closing", exc_info=True)


def _prepare_sqlite(engine: Engine, *, fsync: bool) -> None:
    @event.listens_for(engine, "connect")
    def _open(connection: SQLiteConnection, _record: object) -> None:
        connection.isolation_level = None
        _log_ahead(connection)
        connection.execute(f"PRAGMA synchronous={'FULL' if fsync else 'OFF'}")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA temp_store=MEMORY")
        connection.execute("PRAGMA cache_size=-16384")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reads = connection.get_execution_options().get("toancanh_read", False)
        connection.exec_driver_sql(f"PRAGMA query_only={'ON' if reads else 'OFF'}")
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _log_ahead(connection: SQLiteConnection) -> None:
    """Turn the write-ahead log on; where others are doing so too, SQLite would refuse at once instead of waiting."""
    until = time.monotonic() + BUSY_SECONDS
    done = False
    while not done:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            done = True
        except SQLiteRefusal as error:
            if error.sqlite_errorcode != SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)


def _unknown() -> InvalidInput:
    return InvalidInput(
        Text(
            vi="TOANCANH_STATE không phải là địa chỉ của một kho trạng thái được hỗ trợ.",
            en="TOANCANH_STATE is not the address of a state store that is offered.",
        ),
        Text(
            vi="Dùng sqlite: hoặc postgresql+psycopg://người_dùng:mật_khẩu@máy_chủ/cơ_sở_dữ_liệu.",
            en="Use sqlite: or postgresql+psycopg://user:password@host/database.",
        ),
    )
