"""`python -m bench.wall --minutes 20`: one day of a wall's life, its clock running faster: does it grow, does it miss a switch?

The page's Date and its timers of a second and more run so much faster that a day takes `--minutes`; what the server says of its clock is
turned the same way. Everything else is as it is: the boards are drawn, figures come in, heartbeats go out, boards come and go.
"""

import argparse
import contextlib
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import CDPSession, Page, sync_playwright

from bench.report import say
from bench.server import free_port

CHROMIUM = os.environ.get("TOANCANH_CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--enable-precise-memory-info"]
DAY = 86_400
DWELL = 600
WARM = 0.2
"""Share of the day before the first measurement: by then every board was shown, and what is kept of it is kept."""
_FASTER = """
(() => {
  const rate = RATE, RealDate = Date, began = RealDate.now(), clock = performance.now()
  const faster = () => began + (performance.now() - clock) * rate
  class Faster extends RealDate {
    constructor(...given) { if (given.length) super(...given); else super(faster()) }
    static now() { return Math.floor(faster()) }
  }
  window.Date = Faster
  for (const name of ['setTimeout', 'setInterval']) {
    const real = window[name].bind(window)
    window[name] = (work, wait = 0, ...more) => real(work, wait >= 1000 ? wait / rate : wait, ...more)
  }
  const fetched = window.fetch.bind(window)
  window.fetch = async (...asked) => {
    const answer = await fetched(...asked)
    if (!String(asked[0]).includes('/displays/') || answer.status !== 200) return answer
    const said = await answer.json()
    return new Response(JSON.stringify({ ...said, now: new Date().toISOString() }), { status: 200 })
  }
  window.switches = []
  new MutationObserver(() => {
    const item = document.querySelector('[data-item]')?.dataset.item
    const last = window.switches.at(-1)
    if (item !== undefined && (!last || last.item !== item)) window.switches.push({ item, at: Date.now() })
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-item'] })
})()
"""


@dataclass(frozen=True)
class Sample:
    """The page after garbage was collected."""

    heap: float
    nodes: int
    listeners: int


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

    def hang(self, name: str) -> tuple[str, list[int]]:
        """Make a wall of all fields' boards and a display of it; return the path of its link, and the dwell times."""
        boards = [field["board"] for field in self.call("GET", "/fields")["items"] if field["board"]]
        items = [{"board": board, "dwell": DWELL} for board in boards]
        title = {"vi": "Đo", "en": "Measured"}
        self.call("POST", "/walls", {"id": name, "title": title, "items": items, "alarm": {"fields": []}})
        self.call("POST", "/displays", {"name": name, "title": "Đo", "wall": name})
        return str(self.call("POST", f"/displays/{name}/link", {})["path"]), [DWELL] * len(items)

    def quiet(self) -> str:
        """Make a board of one text, shared with all; return its name."""
        text = {"vi": "Đo bộ nhớ", "en": "Measuring memory"}
        widget = {"id": "text", "kind": "text", "at": {"x": 0, "y": 0, "w": 12, "h": 4}, "text": text}
        return str(self.call("POST", "/boards", {"title": text, "widgets": [widget], "shared": True})["id"])

    def steer(self, name: str, **command: str) -> None:
        self.call("POST", f"/walls/{name}/control", command)

    def take_down(self, name: str, quiet: str) -> None:
        self.call("DELETE", f"/displays/{name}")
        self.call("DELETE", f"/walls/{name}")
        self.call("DELETE", f"/boards/{quiet}")


@contextlib.contextmanager
def demo_city() -> Iterator[str]:
    """Yield the address of a demo city in a process of its own, once its whole year is there: answers then grow no more."""
    with tempfile.TemporaryDirectory(prefix="toancanh-wall-") as folder:
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


def measure(page: Page, tools: CDPSession, quiet: str) -> Sample:
    """Wait until all boards of the playlist are gone, let the page settle, collect garbage, and look."""
    page.wait_for_selector(f'[data-board="{quiet}"] article', timeout=120_000)
    page.wait_for_timeout(3000)
    for _ in range(2):
        tools.send("HeapProfiler.collectGarbage")
    heap = tools.send("Runtime.getHeapUsage")["usedSize"] / (1 << 20)
    counted = tools.send("Memory.getDOMCounters")
    return Sample(heap, counted["nodes"], counted["jsEventListeners"])


def missed(seen: list[dict[str, Any]], dwells: list[int], rate: float) -> tuple[int, int, list[float]]:
    """Return how many switches were due and not seen in a stretch, and how far off each was, in real seconds."""
    if len(seen) < 2:
        return 0, 0, []
    round_ = sum(dwells) * 1000
    phase = statistics.median([(one["at"] - sum(dwells[: int(one["item"])]) * 1000) % round_ for one in seen])
    due, skipped, late = 0, 0, []
    for before, after in pairwise(seen):
        steps = (int(after["item"]) - int(before["item"])) % len(dwells) or len(dwells)
        due += steps
        skipped += steps - 1
        begin = sum(dwells[: int(after["item"])]) * 1000 + phase
        off = (after["at"] - begin + round_ / 2) % round_ - round_ / 2
        late.append(off / rate / 1000)
    return due, skipped, late


def run(url: str, minutes: float) -> bool:
    """Let a wall live for a day in so many minutes; return whether it neither grew nor missed a switch."""
    city, name = City(url), f"bench-{int(time.time())}"
    city.sign_in()
    path, dwells = city.hang(name)
    quiet = city.quiet()
    rate = DAY / (minutes * 60)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=CHROMIUM, args=FLAGS, chromium_sandbox=os.geteuid() != 0
            )
            page = browser.new_page(viewport={"width": 1920, "height": 1080})
            wrong: list[str] = []
            page.on("pageerror", lambda error: wrong.append(str(error)))
            page.add_init_script(_FASTER.replace("RATE", str(rate)))
            page.goto(url + path)
            tools = page.context.new_cdp_session(page)
            tools.send("HeapProfiler.enable")
            page.wait_for_selector("[data-item]", timeout=120_000)
            page.wait_for_timeout(WARM * minutes * 60_000)
            begin, samples, due, skipped, late = time.monotonic(), list[Sample](), 0, 0, list[float]()
            while True:
                city.steer(name, do="show", board=quiet)
                samples.append(measure(page, tools, quiet))
                say(f"{(time.monotonic() - begin) / 60:5.1f} min: {samples[-1]}")
                if time.monotonic() - begin >= minutes * 60:
                    break
                city.steer(name, do="resume")
                page.wait_for_selector("[data-why=playing]", timeout=120_000)
                page.evaluate("() => { window.switches.length = 0 }")
                page.wait_for_timeout(max(1000, minutes * 60_000 / 15))
                new = missed(page.evaluate("() => window.switches"), dwells, rate)
                due, skipped, late = due + new[0], skipped + new[1], late + new[2]
            took = time.monotonic() - begin
            seen = city.call("GET", f"/displays/{name}")
            browser.close()
    finally:
        city.take_down(name, quiet)
    quarter = max(1, len(samples) // 4)
    start = statistics.median(sample.heap for sample in samples[:quarter])
    end = statistics.median(sample.heap for sample in samples[-quarter:])
    growth = end / start - 1
    say(f"simulated: {took * rate / 3600:.1f} h in {took / 60:.1f} min (clock x {rate:.0f})")
    say(f"heap at the start {start:.1f} MB, at the end {end:.1f} MB: {growth:+.1%}")
    say(
        f"DOM nodes {samples[0].nodes} -> {samples[-1].nodes}, listeners {samples[0].listeners} -> {samples[-1].listeners}"
    )
    say(
        f"switches due {due}, seen {due - skipped}, missed {skipped}; off by at most {max(map(abs, late), default=0):.2f} s"
    )
    say(f"errors in the page: {len(wrong)} {wrong[:3]}; heartbeat: {seen['state']}")
    return growth < 0.05 and skipped == 0 and due > 0


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.wall", description=__doc__)
    parser.add_argument("--minutes", type=float, default=20, help="how long the day takes")
    parser.add_argument("--url", help="a demo city that runs already; one of its own by default")
    arguments = parser.parse_args()
    with contextlib.ExitStack() as ending:
        url = arguments.url or ending.enter_context(demo_city())
        sys.exit(0 if run(url, arguments.minutes) else 1)


if __name__ == "__main__":
    main()
