"""A demo city in a process of its own, as the measurements in a browser see it."""

import contextlib
import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Playwright

from bench.server import free_port

_CHROMIUM = os.environ.get("TOANCANH_CHROMIUM", "/usr/bin/chromium")
_FLAGS = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--enable-precise-memory-info"]


class City:
    """A demo city, spoken to as its administrator."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._token = ""

    def call(self, method: str, path: str, body: Any = None) -> Any:
        place = urlsplit(self.url)
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=120)
        headers = {"Content-Type": "application/json"} | (
            {"Authorization": f"Bearer {self._token}"} if self._token else {}
        )
        connection.request(method, f"/api/v1{path}", None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        said = answer.read()
        connection.close()
        if answer.status >= 400:
            raise OSError(f"{method} {path}: {answer.status} {said[:300]!r}")
        return json.loads(said) if said else None

    def sign_in(self) -> None:
        self._token = self.call("POST", "/session", {"username": "demo-admin", "password": "demo"})["token"]


@contextlib.contextmanager
def demo_city() -> Iterator[str]:
    """Yield the address of a demo city in a process of its own, once its whole year is there: answers then grow no more."""
    with tempfile.TemporaryDirectory(prefix="toancanh-demo-") as folder:
        port = free_port()
        settings = {"TOANCANH_HOME": f"{folder}/city", "TOANCANH_PORT": str(port), "TOANCANH_FSYNC": "false"}
        with Path(f"{folder}/log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "toancanh", "demo"], env={**os.environ, **settings}, stdout=log, stderr=log
            )
            city = City(f"http://127.0.0.1:{port}")
            try:
                while True:
                    with contextlib.suppress(OSError, http.client.HTTPException):
                        if city.call("GET", "/city")["progress"].get("demo", 0) >= 1:
                            break
                    time.sleep(1)
                yield city.url
            finally:
                process.terminate()
                process.wait(60)


def chromium(playwright: Playwright) -> Browser:
    """Return Debian's Chromium, which draws maps by software here."""
    return playwright.chromium.launch(executable_path=_CHROMIUM, args=_FLAGS, chromium_sandbox=os.geteuid() != 0)
