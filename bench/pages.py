"""`python -m bench.pages`: how soon the home page can be used, first and again; what it loads; whether it moves under the hand.

Measured by the browser's own API. *Shown* is when the last field's card has its figure. A press is made then, and *answered* when the page
hears it, though the map is starting. *Interactive* is what Lighthouse called Time to Interactive, without its wait for a quiet network, which
a live page never has: the end of the last long task (50 ms) before five seconds without one. Where no graphics processor is, software links
the map's programs, and most of that time is theirs. *Cold* is a browser that was just started and has cached nothing; *warm* opens the page
again.
"""

import argparse
import contextlib
import gzip
import re
import sys
from dataclasses import dataclass
from statistics import median

from playwright.sync_api import Page, sync_playwright

from bench.demo import chromium, demo_city
from bench.report import Figure, Report

ROUNDS = 5
QUIET = 5000
"""Milliseconds without a long task after which a page counts as interactive."""
_WATCH = """
window.seen = { shown: 0, answered: 0, long: [], shift: 0 }
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) window.seen.long.push([one.startTime, one.startTime + one.duration])
}).observe({ type: 'longtask', buffered: true })
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) window.seen.shift += one.value
}).observe({ type: 'layout-shift', buffered: true })
new PerformanceObserver((list) => { window.seen.answered = list.getEntries()[0].processingStart })
  .observe({ type: 'first-input', buffered: true })
new MutationObserver((_, watching) => {
  const cards = document.querySelectorAll('main aside li')
  if (cards.length < FIELDS || document.querySelector('main aside .mantine-Skeleton-root')) return
  watching.disconnect()
  requestAnimationFrame(() => { window.seen.shown = performance.now() })
}).observe(document, { subtree: true, childList: true })
"""

_SCRIPTS = (
    """() => performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => name.endsWith('.js'))"""
)
_LATER = re.compile(r"/(map|chart)-canvas|maplibre")


@dataclass(frozen=True)
class Visit:
    """One opening of a page, in milliseconds since it was asked for."""

    shown: float
    answered: float
    interactive: float
    shift: float


def visit(page: Page, url: str) -> Visit:
    """Open a page and watch it until it is quiet."""
    page.goto(url, wait_until="commit")
    page.wait_for_function("() => window.seen?.shown")
    page.mouse.click(4, 300)
    page.wait_for_function(
        "quiet => performance.now() - Math.max(window.seen.shown, ...window.seen.long.map((one) => one[1])) > quiet",
        arg=QUIET,
        timeout=120_000,
    )
    seen = page.evaluate("() => window.seen")
    return Visit(seen["shown"], seen["answered"], interactive(seen["shown"], seen["long"]), seen["shift"])


def interactive(shown: float, tasks: list[tuple[float, float]]) -> float:
    """Return the end of the last long task before `QUIET` without one; at least `shown`."""
    end = shown
    for begin, done in sorted(tasks):
        if begin > end + QUIET:
            break
        end = max(end, done)
    return end


def run(report: Report, url: str, rounds: int) -> None:
    """Open home `rounds` times in a fresh browser, each twice."""
    cold, warm, scripts = list[Visit](), list[Visit](), dict[str, int]()
    with sync_playwright() as playwright:
        fields = len(playwright.request.new_context().get(f"{url}/api/v1/fields").json()["items"])
        for _ in range(rounds):
            browser = chromium(playwright)
            context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="vi-VN")
            context.add_init_script(_WATCH.replace("FIELDS", str(fields)))
            page = context.new_page()
            cold.append(visit(page, url))
            for address in page.evaluate(_SCRIPTS):
                scripts.setdefault(address, len(gzip.compress(page.request.get(address).body())))
            page.goto("about:blank")
            warm.append(visit(page, url))
            browser.close()
    report.section("Home, 1366 x 768, in Chromium")
    for name, visits, goal in (("cold", cold, "< 2,500 ms"), ("warm", warm, "< 1,000 ms")):
        wanted = (("fields shown", "shown"), ("a press then answered", "answered"))
        for what, of in (*wanted, ("interactive", "interactive")):
            found = [getattr(one, of) for one in visits]
            report.add(
                Figure(
                    f"{name}: {what}",
                    median(found),
                    "ms",
                    goal if what == "interactive" else "",
                    spread=(min(found), max(found)),
                )
            )
    report.add(Figure("layout shift, at most", max(one.shift for one in cold + warm), "", "< 0.05"))
    later = {address: size for address, size in scripts.items() if _LATER.search(address)}
    first = sum(scripts.values()) - sum(later.values())
    report.add(Figure("scripts without map and charts, gzip", first / 1024, "kB", "< 350 kB"))
    report.add(Figure("the map's and charts', which come by themselves, gzip", sum(later.values()) / 1024, "kB"))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--url", help="a demo city that runs already; one of its own by default")
    arguments = parser.parse_args()
    with contextlib.ExitStack() as ending:
        run(Report(), arguments.url or ending.enter_context(demo_city()), arguments.rounds)
    sys.exit()


if __name__ == "__main__":
    main()
