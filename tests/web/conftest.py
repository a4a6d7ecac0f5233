"""A demo city in a process of its own, and Debian's Chromium in front of it."""

import os
import re
from collections.abc import Iterator
from typing import Any

import pytest
from browsing import AXE, CHROMIUM, QUIET, SLOW, DemoCity, Opener, Window, city_running, stands
from playwright.sync_api import Browser, sync_playwright


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoCity]:
    """The demo city; TOANCANH_DEMO_URL names one that runs already."""
    running = os.environ.get("TOANCANH_DEMO_URL")
    if running:
        yield DemoCity(running)
        return
    folder = tmp_path_factory.mktemp("web")
    with city_running(folder, "demo", stands) as url:
        yield DemoCity(url)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=CHROMIUM, chromium_sandbox=os.geteuid() != 0, args=QUIET, timeout=SLOW
        )
        yield opened
        opened.close()


@pytest.fixture
def window(browser: Browser, demo: DemoCity) -> Iterator[Opener]:
    """Open windows: `window(width=…, height=…, scheme="dark")`. Errors in a page fail the test unless expected."""
    opened: list[tuple[Window, re.Pattern[str] | None]] = []

    def make(
        width: int = 1366, height: int = 768, scheme: Any = "light", expected: str | None = None, axe: bool = False
    ) -> Window:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            reduced_motion="reduce",
            locale="vi-VN",
            timezone_id="America/New_York",
            service_workers="block",
            bypass_csp=axe,
        )
        context.set_default_timeout(SLOW)
        if axe:
            context.add_init_script(path=AXE)
        page = context.new_page()
        made = Window(page, demo.url)
        page.on("pageerror", lambda error: made.wrong.append(str(error)))
        page.on("console", lambda said: made.wrong.append(said.text) if said.type == "error" else None)
        page.on("request", lambda request: made.asked.append(request.url))
        opened.append((made, re.compile(expected) if expected else None))
        return made

    yield make
    for made, allowed in opened:
        made.context.close()
        assert [said for said in made.wrong if not (allowed and allowed.search(said))] == []
