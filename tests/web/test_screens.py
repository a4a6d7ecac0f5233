"""Every screen: readable by all, in every size, from our own house only."""

import gzip
import re
from typing import Any

import pytest
from browsing import ROOT, Opener

STATIC = ROOT / "src" / "toancanh" / "server" / "static"
SCREENS = {
    "sign-in": "/sign-in",
    "home": "/",
    "map": "/map",
    "board of events": "/boards/environment/overview",
    "board of entities": "/boards/dossiers/overview",
    "board editor": "/boards/environment/overview?edit=true",
    "datasets": "/datasets",
    "dataset": "/datasets/environment/air_quality",
    "records": "/datasets/environment/air_quality?tab=records",
    "ledger": "/datasets/environment/air_quality?tab=ledger",
    "quarantine": "/datasets/environment/air_quality?tab=quarantine",
}


@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing(window: Opener, screen: str) -> None:
    shown = window(axe=True)
    shown.sign_in("demo-admin")
    for scheme in ("light", "dark"):
        shown.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        shown.open(SCREENS[screen])
        shown.settled()
        assert shown.violations() == [], scheme


@pytest.mark.parametrize("kind", ["pie", "timeline", "status"])
@pytest.mark.parametrize("theme", ["day", "night", "wall"])
def test_axe_finds_nothing_in_the_design_system(window: Opener, theme: str, kind: str) -> None:
    shown = window(axe=True)
    shown.open(f"/design?theme={theme}&kind={kind}")
    shown.page.get_by_role("heading", name="Sẵn sàng").wait_for()
    shown.page.get_by_text("Số cũ 2 giờ").wait_for()
    assert shown.violations() == []


@pytest.mark.parametrize(("width", "height"), [(390, 844), (768, 1024), (1366, 768), (1920, 1080)])
def test_nothing_hangs_over_the_edge(window: Opener, width: int, height: int) -> None:
    shown = window(width=width, height=height)
    for path in ("/", "/map", "/boards/environment/overview", "/datasets/environment/air_quality"):
        shown.open(path)
        over = shown.page.evaluate(
            "() => Math.max(document.documentElement.scrollWidth, document.getElementById('main').scrollWidth)"
        )
        assert over <= width
        badge = shown.page.get_by_text("Số liệu mô phỏng", exact=True).first
        assert badge.is_visible()


def test_nothing_is_asked_of_others(window: Opener) -> None:
    shown = window()
    for path in ("/", "/boards/environment/overview"):
        shown.open(path)
        shown.page.locator(".maplibregl-canvas").first.wait_for()
        shown.settled()
    assert [asked for asked in shown.asked if not asked.startswith((shown.url, "data:", "blob:"))] == []


def test_the_map_draws_our_own_tiles(window: Opener) -> None:
    shown = window()
    answers: list[int] = []
    shown.page.on(
        "response", lambda answer: answers.append(answer.status) if "/tiles/areas.province/" in answer.url else None
    )
    shown.open("/")
    shown.page.wait_for_event("response", lambda answer: "/tiles/environment." in answer.url)
    canvas: Any = shown.page.locator(".maplibregl-canvas").bounding_box()
    assert canvas["height"] > 400
    assert answers
    assert set(answers) <= {200, 204, 304}


def test_the_first_load_is_small() -> None:
    page = (STATIC / "index.html").read_text()
    names = re.findall(r'(?:src|href)="/(assets/[^"]+\.js)"', page)
    assert names
    size = sum(len(gzip.compress((STATIC / name).read_bytes())) for name in names)
    assert size < 350_000, f"{size} bytes"
