"""What differs between the five systems: drivers, how to be sure that nothing is written, what their errors mean."""

import os
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa

from toancanh.connectors.sql.manifest import Server
from toancanh.domain import InvalidInput, Text
from toancanh.sdk import Job

Kind = Literal["refused", "unknown", "malformed", "unreachable"]
"""What an error means; `unknown` is a table or column that is not there."""


@dataclass(frozen=True, slots=True)
class System:
    """One system. `codes` says what the driver's own error codes mean; an entry may be the beginning of one.

    `prepare` makes a connection read only before its first statement, `abort` breaks off what it waits for.
    """

    driver: str
    module: str
    port: int
    dialect: str
    codes: Mapping[str, Kind]
    code: Callable[[BaseException], str]
    connecting: Callable[[Server, Job], dict[str, Any]]
    prepare: Callable[[sa.Connection, Server], None]
    abort: Callable[[Any], None] = lambda _: None
    extra: str | None = None
    words: Mapping[str, Kind] = field(default_factory=dict)


def url_of(server: Server, job: Job) -> sa.URL:
    """Return the address of a database as SQLAlchemy takes it. Raises InvalidInput."""
    system = SYSTEMS[server.system]
    if server.system == "sqlite":
        path = sqlite_file(server, job)
        return sa.URL.create(system.driver, database=f"{path.as_uri()}", query={"mode": "ro", "uri": "true"})
    service = {"service_name": server.database} if server.system == "oracle" else {}
    return sa.URL.create(
        system.driver,
        server.user,
        server.password.get_secret_value() if server.password else None,
        server.host,
        server.port or system.port,
        None if service else server.database,
        service,
    )


def where_of(server: Server) -> str:
    """Return the name of a database as people may see it."""
    if server.system == "sqlite":
        return f"sqlite {server.database}"
    return f"{server.system} {server.host}:{server.port or SYSTEMS[server.system].port}/{server.database}"


def meaning(system: System, error: BaseException) -> Kind:
    """Return what an error of a driver means."""
    code, text = system.code(error), str(error).lower()
    for words, kind in system.words.items():
        if words in text:
            return kind
    found = [kind for start, kind in system.codes.items() if code and code.startswith(start)]
    return found[0] if found else "unreachable"


def sqlite_file(server: Server, job: Job) -> Path:
    """Return the file of an SQLite database. The platform's own stores are no source. Raises InvalidInput."""
    path = (job.folder / server.database).resolve()
    if path.is_relative_to((job.folder / "data").resolve()):
        raise InvalidInput(
            Text(
                vi="Thư mục data là kho riêng của nền tảng, không phải nguồn.",
                en="The folder data is the platform's own store, and no source.",
            ),
            Text(vi="Đặt tệp SQLite ở thư mục khác.", en="Put the SQLite file into another folder."),
            kind="settings",
            setting="database",
        )
    return path


def _authority(server: Server, job: Job) -> str | None:
    return str(job.folder / server.authority) if server.authority else None


def _seconds(server: Server) -> int:
    return max(1, round(server.timeout))


def _postgres_connecting(server: Server, job: Job) -> dict[str, Any]:
    mode = {"prefer": "prefer", "require": "require", "verify": "verify-full"}[server.tls]
    root = _authority(server, job) or ("system" if server.tls == "verify" else None)
    trust = {"sslrootcert": root} if root else {}
    named = {"application_name": "toancanh", "prepare_threshold": None, "connect_timeout": max(2, _seconds(server))}
    return {"sslmode": mode, **trust, **named}


def _postgres_prepare(connection: sa.Connection, server: Server) -> None:
    from toancanh.connectors.sql.postgres import keep_as_they_are  # noqa: PLC0415 - psycopg only where it is used

    driver = connection.connection.driver_connection
    assert driver is not None
    connection.rollback()
    driver.read_only = True
    keep_as_they_are(driver)
    connection.exec_driver_sql("SET LOCAL TimeZone = 'UTC'")
    connection.exec_driver_sql(f"SET LOCAL statement_timeout = {round(server.timeout * 1000)}")


def _postgres_abort(driver: Any) -> None:
    """End the connection below libpq: a server that hangs takes no request to cancel."""
    with socket.socket(fileno=os.dup(driver.pgconn.socket)) as wire:
        wire.shutdown(socket.SHUT_RDWR)


def _mysql_connecting(server: Server, job: Job) -> dict[str, Any]:
    waits = {name: _seconds(server) for name in ("connect_timeout", "read_timeout", "write_timeout")}
    found: dict[str, Any] = {**waits, "charset": "utf8mb4", "program_name": "toancanh"}
    if server.password is not None:
        found["password"] = server.password.get_secret_value().encode()
    if server.tls == "prefer":
        return found
    context = ssl.create_default_context(cafile=_authority(server, job))
    if server.tls == "require":
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return {**found, "ssl": context}


def _mysql_prepare(connection: sa.Connection, _server: Server) -> None:
    connection.rollback()
    connection.exec_driver_sql("SET SESSION TRANSACTION READ ONLY")
    connection.exec_driver_sql("SET SESSION time_zone = '+00:00', SESSION net_write_timeout = 600")
    maria = getattr(connection.dialect, "is_mariadb", False)
    limit = "max_statement_time = 3600" if maria else "max_execution_time = 3600000"
    connection.exec_driver_sql(f"SET SESSION {limit}")
    connection.commit()


def _mssql_connecting(server: Server, _job: Job) -> dict[str, Any]:
    if server.tls == "verify":
        raise InvalidInput(
            Text(
                vi="Với SQL Server chỉ dùng được prefer hoặc require.",
                en="With SQL Server, only prefer and require can be used.",
            ),
            kind="settings",
            setting="tls",
        )
    encryption = {"require": {"encryption": "require"}}.get(server.tls, {})
    waits = {"login_timeout": _seconds(server), "timeout": _seconds(server)}
    return {**waits, **encryption, "appname": "toancanh", "read_only": True}


def _mssql_prepare(connection: sa.Connection, server: Server) -> None:
    connection.rollback()
    connection.exec_driver_sql(f"SET LOCK_TIMEOUT {round(server.timeout * 1000)}")


def _oracle_connecting(server: Server, job: Job) -> dict[str, Any]:
    protocol = {} if server.tls == "prefer" else {"protocol": "tcps", "ssl_server_dn_match": server.tls == "verify"}
    if server.tls == "verify" and server.authority:
        protocol["ssl_context"] = ssl.create_default_context(cafile=_authority(server, job))
    return {**protocol, "tcp_connect_timeout": server.timeout}


def _oracle_prepare(connection: sa.Connection, server: Server) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.call_timeout = round(server.timeout * 1000)
    connection.rollback()
    connection.exec_driver_sql("SET TRANSACTION READ ONLY")


def _sqlite_connecting(server: Server, _job: Job) -> dict[str, Any]:
    return {"timeout": server.timeout, "check_same_thread": False}


def _sqlite_prepare(connection: sa.Connection, _server: Server) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.text_factory = lambda data: data.decode("utf-8", "replace")
    connection.exec_driver_sql("PRAGMA query_only = ON")


def _sqlstate(error: BaseException) -> str:
    return getattr(error, "sqlstate", None) or ""


def _number(error: BaseException) -> str:
    return str(error.args[0]) if error.args else ""


def _oracle_code(error: BaseException) -> str:
    return str(getattr(error.args[0], "full_code", "")) if error.args else ""


def _sqlite_code(error: BaseException) -> str:
    return getattr(error, "sqlite_errorname", "") or type(error).__name__


def _all(kind: Kind, codes: str) -> dict[str, Kind]:
    return dict.fromkeys(codes.split(), kind)


SYSTEMS: Mapping[str, System] = {
    "postgresql": System(
        "postgresql+psycopg",
        "psycopg",
        5432,
        "postgres",
        {
            **_all("refused", "28 42501"),
            **_all("unknown", "42P01 42703 3F000"),
            **_all("malformed", "42 22 25006 0A 3D"),
        },
        _sqlstate,
        _postgres_connecting,
        _postgres_prepare,
        _postgres_abort,
        words={
            "authentication failed": "refused",
            "no pg_hba.conf entry": "refused",
            "permission denied": "refused",
            "fe_sendauth: no password": "refused",
            'fatal:  role "': "refused",
            'fatal:  database "': "malformed",
        },
    ),
    "mysql": System(
        "mysql+pymysql",
        "pymysql",
        3306,
        "mysql",
        {
            **_all("refused", "1044 1045 1130 1142 1143 1227 1370 1698 1820 1862"),
            **_all("unknown", "1146 1054 1051"),
            **_all("malformed", "1049 1060 1064 1052 1055 1056 1111 1140 1222 1247 1248 1305 1366 1690 1792 1241"),
        },
        _number,
        _mysql_connecting,
        _mysql_prepare,
        extra="mysql",
    ),
    "mssql": System(
        "mssql+pymssql",
        "pymssql",
        1433,
        "tsql",
        {
            **_all("refused", "18456 18452 229 230 916 4060"),
            **_all("unknown", "207 208"),
            **_all("malformed", "102 105 156 195 209 241 242 245 402 1033 2812 4104 8120 8155 8156 8114 8115"),
        },
        _number,
        _mssql_connecting,
        _mssql_prepare,
        extra="mssql",
    ),
    "oracle": System(
        "oracle+oracledb",
        "oracledb",
        1521,
        "oracle",
        {
            **_all("refused", "ORA-01017 ORA-01031 ORA-01045 ORA-28000 ORA-28001 ORA-41900"),
            **_all("unknown", "ORA-00942 ORA-00904"),
            **_all("malformed", "ORA-009 ORA-017 ORA-018 ORA-00001 ORA-01456 DPY-6003"),
        },
        _oracle_code,
        _oracle_connecting,
        _oracle_prepare,
        lambda driver: driver.cancel(),
        extra="oracle",
    ),
    "sqlite": System(
        "sqlite+pysqlite",
        "sqlite3",
        0,
        "sqlite",
        {
            **_all("refused", "SQLITE_PERM SQLITE_AUTH"),
            **_all("malformed", "SQLITE_ERROR SQLITE_NOTADB SQLITE_READONLY"),
        },
        _sqlite_code,
        _sqlite_connecting,
        _sqlite_prepare,
        lambda driver: driver.interrupt(),
        words={"no such table": "unknown", "no such column": "unknown"},
    ),
}
