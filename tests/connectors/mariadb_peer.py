"""A MariaDB that tests start, kill and start again."""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pymysql

PASSWORD = "bí-mật"


class MariaDb:
    """A server with its data in a folder; `start` and `kill` may follow each other. Users: root, and `reader`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self.process = self._started(log)
        self._wait()

    def _started(self, log: Any) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [
                "setpriv",
                "--pdeathsig=KILL",
                str(shutil.which("mariadbd") or "/usr/sbin/mariadbd"),
                "--no-defaults",
                f"--datadir={self.folder / 'data'}",
                f"--socket={self.folder / 'socket'}",
                f"--pid-file={self.folder / 'pid'}",
                f"--port={self.port}",
                "--bind-address=127.0.0.1",
                f"--user={self.folder.owner()}",
                "--skip-name-resolve",
                "--innodb-buffer-pool-size=32M",
                "--innodb-flush-log-at-trx-commit=0",
                "--innodb-fast-shutdown=2",
                "--sql-mode=",
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
        )

    def _wait(self) -> None:
        assert self.process is not None
        for _ in range(600):
            try:
                with socket.socket(socket.AF_UNIX) as probe:
                    probe.connect(str(self.folder / "socket"))
                self.execute("SELECT 1")
            except (OSError, pymysql.Error):
                assert self.process.poll() is None, (self.folder / "log").read_text()
                time.sleep(0.05)
            else:
                return
        raise AssertionError((self.folder / "log").read_text())

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait(20)

    def execute(self, sql: str, rows: Sequence[Sequence[Any]] | None = None) -> None:
        with (
            closing(
                pymysql.connect(
                    unix_socket=str(self.folder / "socket"), user="root", charset="utf8mb4", autocommit=True
                )
            ) as server,
            server.cursor() as cursor,
        ):
            if rows is None:
                cursor.execute(sql)
            else:
                cursor.executemany(sql, rows)


@contextmanager
def run_mariadb() -> Iterator[MariaDb]:
    """Start a server with an empty database `town`, and a user `reader` who may only SELECT there."""
    folder = Path(tempfile.mkdtemp(prefix="toancanh-my-"))
    server = MariaDb(folder)
    try:
        made = subprocess.run(
            [
                "mariadb-install-db",
                "--no-defaults",
                f"--datadir={folder / 'data'}",
                f"--user={folder.owner()}",
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        assert made.returncode == 0, made.stdout + made.stderr
        server.start()
        server.execute("CREATE DATABASE town CHARACTER SET utf8mb4")
        server.execute(f"CREATE USER reader@'127.0.0.1' IDENTIFIED BY '{PASSWORD}'")
        server.execute("GRANT SELECT ON town.* TO reader@'127.0.0.1'")
        yield server
    finally:
        if server.process is not None:
            server.kill()
        shutil.rmtree(folder, ignore_errors=True)
