"""`python -m bench.wall --minutes 20`: one day of a wall's life, its clock running faster: does it grow, does it miss a switch?

The page's Date and its timers of a second and more run so much faster that a day takes `--minutes`; what the server says of its clock is
turned the same way. Everything else is as it is: the boards are drawn, figures come in, heartbeats go out, boards come and go.
"""

import argparse
import contextlib
import json
import statistics
import sys
import time
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from playwright.sync_api import CDPSession, Page, sync_playwright

from bench.demo import City, chromium, demo_city
from bench.report import say

DAY = 86_400
DWELL = 600
MEGABYTE = 1 << 20
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
    """The page after garbage was collected; `heap` and `code` in MB.

    `code` is what the browser compiled of the page's own program, a part of `heap`: it grows as the browser makes functions faster that are
    called often, up to the size of the program, whatever the page does.
    """

    heap: float
    code: float
    nodes: int
    listeners: int


def hang(city: City, name: str) -> tuple[str, list[int]]:
    """Make a wall of all fields' boards and a display of it; return the path of its link, and the dwell times."""
    boards = [field["board"] for field in city.call("GET", "/fields")["items"] if field["board"]]
    items = [{"board": board, "dwell": DWELL} for board in boards]
    title = {"vi": "Đo", "en": "Measured"}
    city.call("POST", "/walls", {"id": name, "title": title, "items": items, "alarm": {"fields": []}})
    city.call("POST", "/displays", {"name": name, "title": "Đo", "wall": name})
    return str(city.call("POST", f"/displays/{name}/link", {})["path"]), [DWELL] * len(items)


def empty_board(city: City) -> str:
    """Make a board of one text, shared with all; return its name."""
    text = {"vi": "Đo bộ nhớ", "en": "Measuring memory"}
    widget = {"id": "text", "kind": "text", "at": {"x": 0, "y": 0, "w": 12, "h": 4}, "text": text}
    return str(city.call("POST", "/boards", {"title": text, "widgets": [widget], "shared": True})["id"])


def steer(city: City, name: str, **command: str) -> None:
    city.call("POST", f"/walls/{name}/control", command)


def take_down(city: City, name: str, quiet: str) -> None:
    city.call("DELETE", f"/displays/{name}")
    city.call("DELETE", f"/walls/{name}")
    city.call("DELETE", f"/boards/{quiet}")


def measure(page: Page, tools: CDPSession, quiet: str) -> Sample:
    """Wait until all boards of the playlist are gone, let the page settle, collect garbage, and look."""
    page.wait_for_selector(f'[data-board="{quiet}"] article', timeout=120_000)
    page.wait_for_timeout(3000)
    for _ in range(2):
        tools.send("HeapProfiler.collectGarbage")
    heap = tools.send("Runtime.getHeapUsage")["usedSize"] / MEGABYTE
    counted = tools.send("Memory.getDOMCounters")
    return Sample(heap, compiled(tools) / MEGABYTE, counted["nodes"], counted["jsEventListeners"])


def compiled(tools: CDPSession) -> int:
    """Return how many bytes of the heap are compiled code, from a snapshot of it."""
    parts: list[str] = []

    def take(said: dict[str, str]) -> None:
        parts.append(said["chunk"])

    tools.on("HeapProfiler.addHeapSnapshotChunk", take)
    tools.send("HeapProfiler.takeHeapSnapshot")
    tools.remove_listener("HeapProfiler.addHeapSnapshotChunk", take)
    taken = json.loads("".join(parts))
    meta, nodes = taken["snapshot"]["meta"], taken["nodes"]
    fields = meta["node_fields"]
    code = meta["node_types"][fields.index("type")].index("code")
    kinds, sizes = nodes[fields.index("type") :: len(fields)], nodes[fields.index("self_size") :: len(fields)]
    return sum(size for kind, size in zip(kinds, sizes, strict=True) if kind == code)


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
    path, dwells = hang(city, name)
    quiet = empty_board(city)
    rate = DAY / (minutes * 60)
    try:
        with sync_playwright() as playwright:
            browser = chromium(playwright)
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
                steer(city, name, do="show", board=quiet)
                samples.append(measure(page, tools, quiet))
                say(f"{(time.monotonic() - begin) / 60:5.1f} min: {samples[-1]}")
                if time.monotonic() - begin >= minutes * 60:
                    break
                steer(city, name, do="resume")
                page.wait_for_selector("[data-why=playing]", timeout=120_000)
                page.evaluate("() => { window.switches.length = 0 }")
                page.wait_for_timeout(max(1000, minutes * 60_000 / 15))
                new = missed(page.evaluate("() => window.switches"), dwells, rate)
                due, skipped, late = due + new[0], skipped + new[1], late + new[2]
            took = time.monotonic() - begin
            seen = city.call("GET", f"/displays/{name}")
            browser.close()
    finally:
        take_down(city, name, quiet)
    quarter = max(1, len(samples) // 4)
    first, last = samples[:quarter], samples[-quarter:]
    whole = [statistics.median(sample.heap for sample in some) for some in (first, last)]
    kept = [statistics.median(sample.heap - sample.code for sample in some) for some in (first, last)]
    growth = kept[1] / kept[0] - 1
    say(f"simulated: {took * rate / 3600:.1f} h in {took / 60:.1f} min (clock x {rate:.0f})")
    say(f"heap without compiled code at the start {kept[0]:.1f} MB, at the end {kept[1]:.1f} MB: {growth:+.1%}")
    say(f"heap with it {whole[0]:.1f} MB, {whole[1]:.1f} MB: {whole[1] / whole[0] - 1:+.1%}")
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
