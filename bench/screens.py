"""Boards in a real browser while records arrive: how soon they show, and what open screens cost the server."""

import asyncio
import itertools
import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from bench.client import request
from bench.loading import accept
from bench.report import Figure, Report, percentile
from bench.server import PASSWORD, Server

BOARD, FEW = "/boards/bench/full", "/boards/bench/few"
RATE, BODY = 5_000, 250
"""Records a second that arrive, and how many come in one body."""
LISTENERS = 200
_CHROMIUM = os.environ.get("TOANCANH_CHROMIUM", "/usr/bin/chromium")
_TICKS = os.sysconf("SC_CLK_TCK")
_WATCH = """() => {
    window.drawn = 0
    new MutationObserver((changes) => {
        for (const { target } of changes) if (target.ariaBusy === 'false') requestAnimationFrame(() => { window.drawn = Date.now() })
    }).observe(document.body, { subtree: true, attributeFilter: ['aria-busy'] })
}"""
"""Notes in `drawn` when the last widget was drawn anew."""


def screens(report: Report, server: Server, total: int, rounds: int) -> None:
    """Measure a board of 24 widgets, a number under load, and the listeners of the event stream."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=_CHROMIUM, chromium_sandbox=os.geteuid() != 0, args=["--disable-gpu", "--no-first-run"]
        )
        page = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="vi-VN").new_page()
        origin = f"http://127.0.0.1:{server.port}"
        page.request.post(f"{origin}/api/v1/session", data={"username": "bench", "password": PASSWORD})
        _refreshes(report, server, page, origin, total, rounds * 10)
        _arrivals(report, server, page, origin, rounds * 20)
        browser.close()
    _listeners(report, server)


def _refreshes(report: Report, server: Server, page: Page, origin: str, total: int, rounds: int) -> None:
    report.section(f"A board of 24 widgets over {total:,} records, in Chromium")
    begin = time.perf_counter()
    page.goto(origin + BOARD)
    _settle(page)
    report.add(Figure("opened and drawn, first time", (time.perf_counter() - begin) * 1000, "ms"))
    page.evaluate(_WATCH)
    found = []
    for number in range(rounds):
        page.wait_for_timeout(1500)
        accept(server, _records(1, number), "application/json", 1)
        stored = time.time() * 1000
        page.wait_for_function("since => window.drawn > since && Date.now() - window.drawn > 400", arg=stored)
        found.append(page.evaluate("() => window.drawn") - stored)
    report.add(_latency("a commit, until the last of 24 widgets is drawn", found, "p95 < 1,000 ms"))


def _arrivals(report: Report, server: Server, page: Page, origin: str, rounds: int) -> None:
    report.section(f"From receipt to screen, while {RATE:,} records a second arrive")
    with _arriving(server):
        for path, name in ((FEW, "a number on a board of 6 widgets"), (BOARD, "a number on the board of 24 widgets")):
            page.goto(origin + path)
            _settle(page)
            found = []
            for number in range(rounds):
                page.wait_for_timeout(150)
                value = 1_000 + number
                marked = {"thing": 7, "property": "p7", "time": _now(), "value": value}
                accept(server, json.dumps([marked]).encode(), "application/json", 1)
                stored = time.time() * 1000
                shown = f"1.{value % 1000:03d}"
                seen = page.wait_for_function(
                    "text => document.querySelector('main').innerText.includes(text) && Date.now()",
                    arg=shown,
                    polling="raf",
                )
                found.append(seen.json_value() - stored)
            report.add(_latency(name, found, "p95 < 500 ms"))


def _listeners(report: Report, server: Server) -> None:
    report.section(f"{LISTENERS} listeners of the event stream, while {RATE:,} records a second arrive")
    with _arriving(server):
        time.sleep(3)
        alone = _load(server, 10)
        stop = threading.Event()
        listening = threading.Thread(target=lambda: asyncio.run(_listen(server, stop)))
        listening.start()
        time.sleep(3)
        together = _load(server, 10)
        stop.set()
        listening.join()
    report.add(Figure("the server's processor without them", alone * 100, "% of a core"))
    report.add(Figure("what they add", (together - alone) * 100, "% of a core", "< 25 %"))


def _settle(page: Page) -> None:
    page.locator("main h1").first.wait_for(state="attached")
    page.wait_for_function(
        "() => document.querySelector('main article') && !document.querySelector('main article[aria-busy=\"true\"]')"
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _latency(name: str, found: list[float], goal: str) -> Figure:
    return Figure(name, percentile(found, 0.5), "ms", goal, spread=(min(found), percentile(found, 0.95)))


def _records(count: int, start: int) -> bytes:
    now = _now()
    return json.dumps(
        [
            {
                "thing": (start + number) % 500,
                "property": f"p{(start + number) % 7}",
                "time": now,
                "value": number % 100,
            }
            for number in range(count)
        ]
    ).encode()


@contextmanager
def _arriving(server: Server) -> Iterator[None]:
    """Send `RATE` records a second while the block runs."""
    stop = threading.Event()

    def send() -> None:
        begin = time.perf_counter()
        for turn in itertools.count():
            if stop.wait(max(0.0, begin + turn * BODY / RATE - time.perf_counter())):
                return
            accept(server, _records(BODY, turn * BODY), "application/json", BODY)

    sending = threading.Thread(target=send)
    sending.start()
    try:
        yield
    finally:
        stop.set()
        sending.join()


async def _listen(server: Server, stop: threading.Event) -> None:
    ask = request("GET", "/api/v1/stream", headers={"Accept": "text/event-stream", **server.headers})

    async def one() -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(ask)
        heard = 0
        while not stop.is_set():
            heard += len(await reader.read(65536))
        writer.close()
        return heard

    heard = await asyncio.gather(*(one() for _ in range(LISTENERS)))
    if min(heard) < 1000:
        raise OSError("a listener heard nothing")


def _load(server: Server, span: float) -> float:
    """Return how many cores the server kept busy over `span` seconds."""
    assert server.process
    stat = Path(f"/proc/{server.process.pid}/stat")

    def spent() -> float:
        fields = stat.read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    before, begin = spent(), time.perf_counter()
    time.sleep(span)
    return (spent() - before) / (time.perf_counter() - begin)
