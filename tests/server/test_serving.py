"""A real process: it starts, is found by other words, owns its store, stops in order, and is backed up and restored."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx

PROGRAM = [sys.executable, "-m", "toancanh"]
RECORDS = "environment.rainfall"


def environment(home: Path, port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TOANCANH_")}
    return kept | {"TOANCANH_HOME": str(home), "TOANCANH_PORT": str(port), "TOANCANH_FREE_DISK": str(1 << 20)}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def word(home: Path, port: int, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *arguments],
        env=environment(home, port),
        input=typed,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


@contextmanager
def serving(home: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    with (home.parent / "log").open("ab") as log:
        process = subprocess.Popen([*PROGRAM, "run"], env=environment(home, port), stderr=log)
    try:
        for _ in range(1200):
            try:
                if httpx.get(f"http://127.0.0.1:{port}/health", timeout=10).json()["status"] == "ok":
                    break
            except httpx.TransportError:
                pass
            try:
                process.wait(0.1)
            except subprocess.TimeoutExpired:
                continue
            raise AssertionError(f"it ended with {process.returncode}: {(home.parent / 'log').read_text()}")
        yield process
    finally:
        process.kill()
        process.wait()


def test_a_city_from_its_first_day_to_its_restoration(tmp_path: Path) -> None:
    home, port = tmp_path / "city", free_port()
    made = word(home, port, "init", str(home), "--area", "31")
    assert made.returncode == 0, made.stderr
    assert made.stdout.strip() == str(home)
    assert word(home, port, "init", str(home), "--area", "31").returncode == 2

    with serving(home, port) as process:
        key = home / "data" / "local.key"
        assert key.stat().st_mode & 0o777 == 0o600
        second = word(home, free_port(), "run")
        assert second.returncode == 4, second.stderr
        assert str(process.pid) in second.stderr
        added = word(
            home, port, "user", "add", "quan.tri", "--role", "admin", typed="thuyền ra cửa biển\nthuyền ra cửa biển\n"
        )
        assert added.returncode == 0, added.stderr
        rows = tmp_path / "rain.ndjson"
        rows.write_text(
            "".join(
                json.dumps({"station": "T", "time": f"2026-03-01T{hour:02}:00:00Z", "rain": hour / 10}) + "\n"
                for hour in range(24)
            )
        )
        loaded = word(home, port, "load", str(rows), "--into", RECORDS)
        assert loaded.stdout.split() == ["sent", "24", "accepted", "24", "quarantined", "0", "duplicates", "0"]
        saved = word(home, port, "backup", str(tmp_path / "city.tar"))
        assert saved.returncode == 0, saved.stderr
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert not key.exists()

    other = tmp_path / "other" / "city"
    restored = word(other, port, "restore", str(tmp_path / "city.tar"))
    assert restored.returncode == 0, restored.stderr
    assert (other / "city.yaml").read_text() == (home / "city.yaml").read_text()
    with closing(sqlite3.connect(other / "data" / "state.db")) as state:
        assert state.execute("SELECT username FROM users").fetchall() == [("quan.tri",)]
    with rows.open("a") as file:
        file.write(json.dumps({"station": "T", "time": "2026-03-02T00:00:00Z", "rain": 0}) + "\n")
    again = word(other, port, "load", str(rows), "--into", RECORDS)
    assert again.stdout.split() == ["sent", "25", "accepted", "1", "quarantined", "0", "duplicates", "24"], again.stderr
    assert word(other, port, "restore", str(tmp_path / "city.tar")).returncode == 2


def test_only_a_process_that_serves_takes_the_port(tmp_path: Path) -> None:
    home = tmp_path / "city"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = int(taken.getsockname()[1])
        assert word(home, port, "init", str(home), "--area", "31").returncode == 0
        refused = word(home, port, "run")
        assert refused.returncode == 4, refused.stderr
        assert str(port) in refused.stderr
        process = subprocess.Popen([*PROGRAM, "run"], env=environment(home, port) | {"TOANCANH_ROLE": "work"})
        try:
            key = home / "data" / "local.key"
            for _ in range(600):
                if key.exists() or process.poll() is not None:
                    break
                time.sleep(0.1)
            assert process.poll() is None
            assert key.exists()
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0
        finally:
            process.kill()
            process.wait()
