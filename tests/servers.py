"""Servers that tests start for themselves, on loopback, out of Debian's packages."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest


@dataclass(frozen=True)
class Postgres:
    """A running PostgreSQL. `pid` is that of its first process, which a test may stop and continue."""

    port: int
    pid: int

    def url(self, database: str = "postgres") -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"

    def execute(self, sql: str) -> None:
        with psycopg.connect(
            f"host=127.0.0.1 port={self.port} user=postgres dbname=postgres", autocommit=True
        ) as server:
            server.execute(sql.encode())

    def new_database(self) -> str:
        """Return the address of a database that is new and empty."""
        name = f"t{secrets.token_hex(6)}"
        self.execute(f"CREATE DATABASE {name}")
        return self.url(name)


@contextmanager
def run_postgres(*, durable: bool = False) -> Iterator[Postgres]:
    """Start a PostgreSQL with an empty cluster; it ends with the block, and with this process whatever happens.

    Only a `durable` one waits for the disk, with the memory that a server of its own would get.
    """
    folder = Path(tempfile.mkdtemp(prefix="toancanh-pg-"))
    process = None
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        data = folder / "data"
        initdb = [_program("initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
        _checked([*initdb, "--locale=C.UTF-8"])
        port = _free_port()
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": "",
            "fsync": "on" if durable else "off",
            "full_page_writes": "on" if durable else "off",
            "shared_buffers": "1GB" if durable else "32MB",
            "deadlock_timeout": "100ms",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                _as_postgres([_program("postgres"), "-D", str(data), *options]),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                cwd=folder,
            )
        _wait(port, process, folder / "log")
        yield Postgres(port, process.pid)
    finally:
        if process is not None:
            process.send_signal(signal.SIGQUIT)
            process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with run_postgres() as server:
        yield server


def _program(name: str) -> str:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    where = str(found[-1]) if found else shutil.which(name)
    if where is None:
        pytest.fail("PostgreSQL is not installed; run: apt-get install postgresql")
    return where


def _as_postgres(command: list[str]) -> list[str]:
    who = ["--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
    return ["setpriv", *who, "--pdeathsig=QUIT", *command]


def _checked(command: list[str]) -> None:
    done = subprocess.run(_as_postgres(command), cwd="/", capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        pytest.fail(f"{command[0]} failed: {done.stderr}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(200):
        try:
            psycopg.connect(f"host=127.0.0.1 port={port} user=postgres dbname=postgres connect_timeout=5").close()
        except psycopg.OperationalError:
            try:
                process.wait(0.05)
            except subprocess.TimeoutExpired:
                continue
            pytest.fail(f"PostgreSQL ended at once: {log.read_text(errors='replace')}")
        else:
            return
    pytest.fail(f"PostgreSQL did not answer: {log.read_text(errors='replace')}")
