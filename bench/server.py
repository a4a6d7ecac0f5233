"""The platform as people run it: its own process, spoken to over loopback HTTP only."""

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

PASSWORD = "a long password for the benchmark"
CITY = Path(__file__).parent / "city"


def free_port() -> int:
    """Return a loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """`toancanh run` on a copy of the benchmark city at `home`."""

    def __init__(self, home: Path, program: tuple[str, ...] = ("toancanh", "run")) -> None:
        self.home = home
        self._program = program
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.token = ""
        if not home.exists():
            shutil.copytree(CITY, home)
            self._add_admin()

    def _add_admin(self) -> None:
        subprocess.run(
            [sys.executable, "-m", "toancanh", "user", "add", "bench", "--role", "admin", "--password", PASSWORD],
            env=self._environment(),
            check=True,
            capture_output=True,
        )

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "TOANCANH_HOME": str(self.home),
            "TOANCANH_PORT": str(self.port),
            "TOANCANH_LOG": "warning",
        }

    def start(self, *, sign_in: bool = True) -> float:
        """Start the platform; return the seconds until /health answers ok."""
        begin = time.perf_counter()
        self.process = subprocess.Popen([sys.executable, "-m", *self._program], env=self._environment())
        while True:
            try:
                if self.get("/health")["status"] == "ok":
                    break
            except (OSError, http.client.HTTPException, KeyError):
                time.sleep(0.02)
        took = time.perf_counter() - begin
        if sign_in:
            credentials = {"username": "bench", "password": PASSWORD}
            self.token = self.post("/api/v1/session", json.dumps(credentials).encode(), "application/json")["token"]
        return took

    def stop(self) -> None:
        """Stop the platform if it runs."""
        if self.process:
            self.process.terminate()
            self.process.wait(60)

    @property
    def memory(self) -> float:
        """Resident memory in MB."""
        return self._status("VmRSS")

    @property
    def peak(self) -> float:
        """The most resident memory since `forget_peak`, in MB."""
        return self._status("VmHWM")

    def forget_peak(self) -> None:
        """Let `peak` begin again at what is resident now."""
        assert self.process
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    def _status(self, name: str) -> float:
        assert self.process
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(name):
                return int(line.split()[1]) / 1024
        return 0.0

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def get(self, path: str) -> Any:
        return json.loads(self.raw("GET", path))

    def post(self, path: str, body: bytes, kind: str) -> Any:
        return json.loads(self.raw("POST", path, body, {"Content-Type": kind}))

    def raw(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> bytes:
        """Send one request on a connection of its own; raise OSError when it is refused."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        try:
            connection.request(method, path, body, {**self.headers, **(headers or {})})
            response = connection.getresponse()
            answer = response.read()
            if response.status >= 400:
                raise OSError(f"{method} {path}: {response.status} {answer[:500]!r}")
            return answer
        finally:
            connection.close()
