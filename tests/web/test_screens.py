"""Every screen: readable by all, in every size, from our own house only."""

import gzip
import re
from typing import Any

import pytest
from browsing import ROOT, Opener
from playwright.sync_api import Page, expect

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


LOOKS: tuple[tuple[int, int, Any], ...] = (
    (1366, 768, "light"),
    (1920, 1080, "dark"),
    (390, 844, "dark"),
)
"""Width, height and colours of a desk, a large screen and a phone."""
BOARD = "/boards/environment/overview"
OPENED: dict[str, tuple[str, tuple[str, ...]]] = {
    "search": ("/", ("^Tìm",)),
    "passport": (BOARD, ("^Hộ chiếu số liệu: PM2.5 trung bình 24 giờ",)),
    "actions of a widget": (BOARD, ("^Thao tác: PM2.5 trung bình 24 giờ",)),
    "a widget that fills the screen": (f"{BOARD}?full=pm25", ()),
    "a widget by commune": (f"{BOARD}?full=pm25&split=true", ()),
    "own period": (BOARD, ("^Tự chọn",)),
    "another moment": (BOARD, ("^Số hiện tại",)),
    "boundaries": (BOARD, ("^Địa giới",)),
    "adding a widget": (f"{BOARD}?edit=true", ("^Thêm ô",)),
    "settings of a widget": (f"{BOARD}?edit=true", (r"^PM2.5 trung bình 24 giờ \(",)),
    "sharing": (f"{BOARD}?edit=true", ("^Thông tin bảng", "^Chia sẻ với…")),
    "colours of the map": ("/map?colour=dossiers.pending", ()),
    "drawing on the map": ("/map", ("^Vẽ, đo",)),
    "coordinates": ("/map", ("^Tọa độ",)),
}
"""What opens over a screen: an address, and what is pressed there one after the other."""


@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing(window: Opener, screen: str) -> None:
    shown = window(axe=True)
    shown.sign_in("demo-admin")
    for width, height, scheme in LOOKS:
        shown.page.set_viewport_size({"width": width, "height": height})
        shown.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        shown.open(SCREENS[screen])
        shown.settled()
        assert shown.violations() == [], (width, scheme)


def press(page: Page, name: str) -> None:
    """Press a button; on a phone, the pickers of a board are behind one of their own."""
    wanted = page.get_by_role("button", name=re.compile(name)).first
    pickers = page.get_by_role("button", name="Thời gian, so sánh, khu vực")
    expect(wanted.or_(pickers).first).to_be_visible()
    if not wanted.is_visible():
        pickers.click()
    wanted.click()


@pytest.mark.parametrize("opened", OPENED)
def test_axe_finds_nothing_in_what_opens(window: Opener, opened: str) -> None:
    shown = window(axe=True)
    shown.sign_in("demo-admin")
    path, presses = OPENED[opened]
    for width, height, scheme in LOOKS:
        shown.page.set_viewport_size({"width": width, "height": height})
        shown.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        shown.open(path)
        shown.settled()
        for name in presses:
            press(shown.page, name)
        shown.page.wait_for_timeout(300)
        assert shown.violations() == [], (width, scheme)


@pytest.mark.parametrize("kind", ["pie", "timeline", "status"])
@pytest.mark.parametrize("theme", ["day", "night", "wall"])
def test_axe_finds_nothing_in_the_design_system(window: Opener, theme: str, kind: str) -> None:
    shown = window(axe=True)
    shown.open(f"/design?theme={theme}&kind={kind}")
    shown.page.get_by_role("heading", name="Sẵn sàng").wait_for()
    shown.page.get_by_text("Số cũ 2 giờ").wait_for()
    assert shown.violations() == []


@pytest.mark.parametrize(
    ("width", "height"), [(360, 640), (390, 844), (768, 1024), (1366, 768), (1920, 1080), (7680, 2160)]
)
def test_nothing_hangs_over_the_edge(window: Opener, width: int, height: int) -> None:
    shown = window(width=width, height=height)
    shown.sign_in("demo-admin")
    for path in SCREENS.values():
        shown.open(path)
        over = shown.page.evaluate(
            "() => Math.max(document.documentElement.scrollWidth, document.getElementById('main').scrollWidth)"
        )
        assert over <= width, path
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
