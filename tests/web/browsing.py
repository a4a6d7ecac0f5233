"""What the browser tests share: the demo city as they see it, and windows on it."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from playwright.sync_api import BrowserContext, Page, expect

ROOT = Path(__file__).parents[2]
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = os.environ.get("TOANCANH_CHROMIUM", "/usr/bin/chromium")
QUIET = [
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 240.0
"""Seconds until the demo city must stand: cores may be shared with other tests."""
SLOW = 60_000
"""Milliseconds that a page may take: software draws its maps."""
expect.set_options(timeout=30_000)


@dataclass
class DemoCity:
    """A running demo city."""

    url: str

    def client(self, who: str = "demo-admin") -> httpx.Client:
        """Return a client signed in as one of the demo accounts."""
        answer = httpx.post(f"{self.url}/api/v1/session", json={"username": who, "password": "demo"}, timeout=60)
        token = answer.raise_for_status().json()["token"]
        return httpx.Client(base_url=f"{self.url}/api/v1", headers={"authorization": f"Bearer {token}"}, timeout=60)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def city_running(folder: Path, word: str, ready: Callable[[str], bool], **settings: str) -> Iterator[str]:
    """Run `toancanh word` for the city in `folder`/city until the end of the block; give its address once it is `ready`."""
    port = free_port()
    settings |= {"TOANCANH_HOME": str(folder / "city"), "TOANCANH_PORT": str(port), "TOANCANH_FSYNC": "false"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TOANCANH_")}
    url = f"http://127.0.0.1:{port}"
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "toancanh", word], env={**kept, **settings}, stdout=log, stderr=log
        )
        until = time.monotonic() + PATIENCE
        try:
            while not ready(url):
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(0.5)
                said = (folder / "log").read_text(errors="replace")[-2000:]
                assert process.returncode is None, said
                assert time.monotonic() < until, said
            yield url
        finally:
            process.terminate()
            process.wait(60)


def answers(url: str) -> bool:
    """Return whether a city is there."""
    try:
        return httpx.get(f"{url}/api/v1/city", timeout=30).is_success
    except httpx.HTTPError:
        return False


def stands(url: str) -> bool:
    """Return whether the newest days of every field are there."""
    try:
        items = httpx.get(f"{url}/api/v1/fields", timeout=30).json()["items"]
    except (httpx.HTTPError, ValueError, KeyError):
        return False
    return len(items) >= 2 and all(one["worst"] is not None for one in items if one["id"] != "platform")


@dataclass
class Window:
    """A browser's window on the city. It notes what went wrong in the page and every address that was asked."""

    page: Page
    url: str
    wrong: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @property
    def context(self) -> BrowserContext:
        return self.page.context

    def sign_in(self, who: str) -> None:
        answer = self.page.request.post(
            f"{self.url}/api/v1/session", data={"username": who, "password": "demo"}, timeout=SLOW
        )
        assert answer.ok, answer.text()

    def open(self, path: str) -> None:
        self.page.goto(f"{self.url}{path}", wait_until="domcontentloaded")
        self.page.locator("main h1").first.wait_for(state="attached")

    def settled(self) -> None:
        """Wait until nothing on the screen is still loading."""
        self.page.wait_for_function(
            "() => !document.querySelector('main .mantine-Skeleton-root') "
            "&& !document.querySelector('main article[aria-busy=\"true\"]')"
        )

    def violations(self) -> list[str]:
        """Return what axe-core finds, in words."""
        found = self.page.evaluate(
            """async () => {
                const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
                const { violations } = await axe.run(document, { runOnly: tags })
                return violations.map(({ id, nodes }) =>
                    `${id}: ${nodes.slice(0, 3).map((node) => node.target + ' ' + node.html.slice(0, 160)).join(' | ')}`)
            }"""
        )
        return [str(one) for one in found]


Opener = Callable[..., Window]
