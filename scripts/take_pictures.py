"""Take the pictures of the README and the docs from a running demo city: `python scripts/take_pictures.py http://127.0.0.1:8080`.

With `--every FOLDER` it takes every screen in every size by day and by night instead, to be looked at.
"""

import argparse
import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
CHROMIUM = os.environ.get("TOANCANH_CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
WALL = "wall-of-pictures"


@dataclass(frozen=True)
class Picture:
    """One screen: its address, its size, its colours, and what is pressed before it is taken."""

    path: str
    width: int = 1366
    height: int = 768
    scheme: Literal["light", "dark"] = "light"
    press: tuple[str, ...] = ()


BOARD = "/boards/environment/overview"
DOCS = {
    "home": Picture("/"),
    "home-phone": Picture("/", 390, 844),
    "board": Picture(BOARD, 1366, 1000),
    "board-night": Picture(BOARD, 1920, 1080, "dark"),
    "passport": Picture(BOARD, press=("Hộ chiếu số liệu: PM2.5 trung bình 24 giờ",)),
    "editor": Picture(
        "/boards/environment/overview?edit=true", 1366, 900, press=("Nồng độ PM2.5 trung bình (Xếp hạng)",)
    ),
    "map": Picture("/map?colour=dossiers.on_time_rate"),
    "wall": Picture(f"/wall/{WALL}", 1920, 1080, "dark"),
}
SCREENS = {
    "sign-in": "/sign-in",
    "home": "/",
    "map": "/map",
    "map-colour": "/map?colour=dossiers.on_time_rate",
    "board-events": BOARD,
    "board-entities": "/boards/dossiers/overview",
    "board-platform": "/boards/platform/overview",
    "board-full": f"{BOARD}?full=pm25&split=true",
    "editor": f"{BOARD}?edit=true",
    "datasets": "/datasets",
    "dataset": "/datasets/environment/air_quality",
    "records": "/datasets/environment/air_quality?tab=records",
    "ledger": "/datasets/environment/air_quality?tab=ledger",
    "quarantine": "/datasets/environment/air_quality?tab=quarantine",
    "walls": "/walls",
    "remote": f"/walls/{WALL}/remote",
    "wall": f"/wall/{WALL}",
}
SIZES = ((1366, 768), (1920, 1080), (390, 844))
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("city", help="address of a running demo city")
    parser.add_argument("--every", type=Path, metavar="FOLDER", help="take every screen into this folder")
    parser.add_argument("--only", nargs="*", help="names of pictures")
    arguments = parser.parse_args()
    wanted, folder = DOCS, PICTURES
    if arguments.every:
        folder = arguments.every
        folder.mkdir(parents=True, exist_ok=True)
        wanted = {
            f"{name}-{width}-{scheme}": Picture(path, width, height, scheme)
            for (name, path), (width, height), scheme in itertools.product(SCREENS.items(), SIZES, SCHEMES)
        }
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS, chromium_sandbox=os.geteuid() != 0)
        with wall(browser, arguments.city):
            for name, picture in wanted.items():
                if not arguments.only or any(one in name for one in arguments.only):
                    take(browser, arguments.city, picture, folder / f"{name}.png")
        browser.close()


@contextmanager
def wall(browser: Browser, city: str) -> Iterator[None]:
    """Hang a wall of the fields' boards as long as pictures are taken."""
    page = opened(browser, city, Picture("/"), "demo-admin")
    fields = page.request.get(f"{city}/api/v1/fields").json()["items"]
    items = [{"board": one["board"], "dwell": 600} for one in fields if one["board"]]
    title = {"vi": "Phòng điều hành", "en": "Control room"}
    body = {"id": WALL, "title": title, "items": items, "alarm": {"fields": []}}
    page.request.post(f"{city}/api/v1/walls", data=body)
    page.request.post(f"{city}/api/v1/displays", data={"name": WALL, "title": "Màn hình chính", "wall": WALL})
    try:
        yield
    finally:
        page.request.delete(f"{city}/api/v1/displays/{WALL}")
        page.request.delete(f"{city}/api/v1/walls/{WALL}")
        page.context.close()


def opened(browser: Browser, city: str, picture: Picture, who: str) -> Page:
    """Return a page on the city, signed in."""
    context = browser.new_context(
        viewport={"width": picture.width, "height": picture.height},
        color_scheme=picture.scheme,
        locale="vi-VN",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.request.post(f"{city}/api/v1/session", data={"username": who, "password": "demo"})
    return page


def take(browser: Browser, city: str, picture: Picture, file: Path) -> None:
    """Open a screen, wait until nothing loads any more, and take its picture."""
    page = opened(browser, city, picture, "demo-admin")
    page.goto(city + picture.path, wait_until="domcontentloaded")
    page.locator("main h1, main [data-board] article").first.wait_for(state="attached", timeout=60_000)
    page.wait_for_timeout(500)
    page.wait_for_function(
        "() => !document.querySelector('main .mantine-Skeleton-root, main article[aria-busy=\"true\"]')", timeout=60_000
    )
    for name in picture.press:
        page.get_by_role("button", name=name).first.click()
    page.wait_for_timeout(4000)
    page.screenshot(path=file)
    page.context.close()


if __name__ == "__main__":
    main()
