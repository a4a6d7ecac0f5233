"""A wall: made by people, linked to a machine, played, interrupted, steered from a phone, cut off, and back by itself."""

import contextlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from browsing import PATIENCE, DemoCity, Opener, Window, free_port
from playwright.sync_api import Route, expect

BOARDS = {"environment.overview": "Môi trường", "dossiers.overview": "Hồ sơ một cửa"}
LOST = r"Failed to (load resource|fetch dynamically)|ERR_INTERNET_DISCONNECTED|ERR_CONNECTION|ERR_EMPTY|Worker failed"


SOON = 10_000
"""Milliseconds in which a word of the presenter reaches every display, on a machine that draws maps in software."""


def hang(client: httpx.Client, name: str, dwell: int, boards: Sequence[str] = tuple(BOARDS), **more: Any) -> str:
    """Make a wall with a display; return the path of the display's link."""
    items = [{"board": board, "dwell": dwell} for board in boards]
    wall = {"id": name, "title": {"vi": f"Tường {name}", "en": name}, "items": items, **more}
    client.post("/walls", json=wall).raise_for_status()
    client.post("/displays", json={"name": name, "title": f"Màn {name}", "wall": name}).raise_for_status()
    return str(client.post(f"/displays/{name}/link", json={}).raise_for_status().json()["path"])


@pytest.fixture
def named(demo: DemoCity) -> Iterator[tuple[httpx.Client, str]]:
    name = f"w{time.time_ns()}"
    with demo.client() as client:
        yield client, name
        client.delete(f"/displays/{name}")
        client.delete(f"/walls/{name}")


def open_wall(shown: Window, path: str) -> None:
    shown.page.goto(f"{shown.url}{path}", wait_until="domcontentloaded")
    shown.page.locator("[data-board] article").first.wait_for()


def board_of(shown: Window) -> str | None:
    return shown.page.locator("[data-board]").get_attribute("data-board")


def test_a_wall_is_made_and_linked_by_people(named: tuple[httpx.Client, str], window: Opener) -> None:
    client, name = named
    office = window()
    page = office.page
    office.sign_in("demo-admin")
    office.open("/walls")
    page.get_by_role("button", name="Thêm tường").click()
    form = page.get_by_role("dialog", name="Thêm tường")
    form.get_by_label("Tên tiếng Việt").fill("Tường thử")
    form.get_by_label("Tên trong địa chỉ").fill(name)
    for board in BOARDS:
        form.get_by_label("Thêm bảng").click()
        page.get_by_role("option", name=re.compile(re.escape(f"({board})"))).click()
    form.get_by_role("button", name="Đưa “Hồ sơ một cửa” lên trước").click()
    form.get_by_label("Chiếu (giây)").first.fill("90")
    form.get_by_role("button", name="Tạo", exact=True).click()
    expect(form).to_be_hidden()
    made = client.get(f"/walls/{name}").json()
    assert [(item["board"], item["dwell"]) for item in made["items"]] == [
        ("dossiers.overview", 90),
        ("environment.overview", 60),
    ]
    page.get_by_role("button", name="Thêm màn hình").click()
    form = page.get_by_role("dialog", name="Thêm màn hình")
    form.get_by_label("Tên màn hình").fill("Màn thử")
    form.get_by_label("Tên trong địa chỉ").fill(name)
    form.get_by_role("combobox", name="Đang chiếu tường").click()
    page.get_by_role("option", name="Tường thử").first.click()
    form.get_by_role("button", name="Tạo", exact=True).click()
    form = page.get_by_role("dialog", name="Màn hình", exact=True)
    form.get_by_role("button", name="Tạo liên kết").click()
    link = form.get_by_label("Liên kết này chỉ hiện một lần").input_value()
    assert f"/wall/{name}#token=tck_" in link

    screen = window(width=1920, height=1080)
    open_wall(screen, link.removeprefix(screen.url))
    assert "token" not in screen.page.url
    page.get_by_role("button", name="Đóng").click()
    row = page.get_by_role("row", name=re.compile(name))
    expect(row.get_by_text("Đang sống")).to_be_visible()
    expect(row.get_by_text("1920 × 1080")).to_be_visible()


def test_displays_play_in_step_large_enough_to_be_read(named: tuple[httpx.Client, str], window: Opener) -> None:
    client, name = named
    link = hang(client, name, 12, alarm={"fields": []})
    first, second = window(width=1920, height=1080), window(width=1366, height=768, scheme="dark")
    open_wall(first, link)
    open_wall(second, link)
    seen = set()
    for _ in range(2):
        before = board_of(first)
        first.page.wait_for_function(
            "before => document.querySelector('[data-board]').dataset.board !== before", arg=before, timeout=30_000
        )
        expect(second.page.locator("[data-board]")).to_have_attribute("data-board", board_of(first) or "", timeout=SOON)
        seen.add(board_of(first))
    assert seen == set(BOARDS)
    first.page.locator("[data-board] article").first.wait_for()
    sizes = first.page.evaluate(
        """() => {
            const zoom = document.querySelector('main').currentCSSZoom
            return [...document.querySelectorAll('[data-board] *')]
                .filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
                .filter((one) => !one.closest('.tc-hidden') && !one.closest('[class*=maplibre]') && one.checkVisibility())
                .map((one) => [parseFloat(getComputedStyle(one).fontSize) * zoom, one.textContent])
        }"""
    )
    assert [one for one in sizes if one[0] < 27.9] == []
    figures = first.page.evaluate(
        "() => document.documentElement.scrollWidth <= innerWidth && document.documentElement.scrollHeight <= innerHeight"
    )
    assert figures


def test_a_presenter_steers_from_a_phone(named: tuple[httpx.Client, str], window: Opener) -> None:
    client, name = named
    screen, phone = window(width=1920, height=1080), window(width=390, height=844)
    open_wall(screen, hang(client, name, 600, alarm={"fields": []}))
    wall = screen.page.locator("[data-board]")
    phone.sign_in("demo-leader")
    phone.open(f"/walls/{name}/remote")
    remote = phone.page
    expect(wall).to_have_attribute("data-board", "environment.overview")
    remote.get_by_role("button", name="Sau").click()
    expect(wall).to_have_attribute("data-board", "dossiers.overview", timeout=SOON)
    remote.get_by_role("button", name="Giữ bảng").click()
    expect(wall).to_have_attribute("data-why", "held", timeout=SOON)
    remote.get_by_role("button", name="Nền tảng và dữ liệu").click()
    expect(wall).to_have_attribute("data-board", "platform.overview", timeout=SOON)
    remote.get_by_role("button", name="Chiếu tiếp").click()
    expect(wall).to_have_attribute("data-why", "playing", timeout=SOON)

    remote.get_by_label("Nội dung").fill("Bão số 4 vào bờ lúc 22 giờ")
    remote.get_by_role("button", name="Phát thông báo khẩn").click()
    banner = screen.page.get_by_role("alert").filter(has_text="Thông báo khẩn")
    expect(banner).to_contain_text("Bão số 4 vào bờ lúc 22 giờ", timeout=SOON)
    screen.page.reload()
    expect(banner).to_be_visible()
    remote.get_by_role("button", name="Tắt thông báo").click()
    expect(banner).to_be_hidden(timeout=SOON)
    assert remote.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_a_field_that_turns_bad_takes_the_wall_and_gives_it_back(
    named: tuple[httpx.Client, str], window: Opener
) -> None:
    client, name = named
    screen = window(width=1920, height=1080)
    state = {"environment": "good", "dossiers": "good"}

    def told(route: Route) -> None:
        answer = route.fetch()
        fields = answer.json()
        for field in fields["items"]:
            field["state"] = state.get(field["id"], "good")
        route.fulfill(response=answer, json=fields)

    screen.page.route("**/api/v1/fields?*", told)
    open_wall(screen, hang(client, name, 600, alarm={"states": ["bad"], "seconds": 8}))
    wall = screen.page.locator("[data-board]")
    expect(wall).to_have_attribute("data-board", "environment.overview")
    screen.page.wait_for_timeout(1000)
    state["dossiers"] = "bad"
    expect(wall).to_have_attribute("data-board", "dossiers.overview", timeout=75_000)
    banner = screen.page.get_by_role("alert").filter(has_text="Cảnh báo")
    expect(banner).to_contain_text("Nghiêm trọng")
    expect(banner.locator("svg").first).to_be_visible()
    expect(wall).to_have_attribute("data-board", "environment.overview", timeout=15_000)
    expect(banner).to_be_hidden()


def test_ten_minutes_without_a_network_leave_the_last_known_values_with_their_age(
    named: tuple[httpx.Client, str], window: Opener
) -> None:
    client, name = named
    screen = window(width=1920, height=1080, expected=LOST)
    page = screen.page
    page.clock.install()
    number = {"id": "aqi", "kind": "number", "at": {"x": 0, "y": 0, "w": 12, "h": 4}}
    number |= {"indicators": ["environment.aqi_hour"], "last": "24h", "grain": "hour"}
    board = {"title": {"vi": "Không khí", "en": "Air"}, "widgets": [number], "shared": True}
    made = str(client.post("/boards", json=board).raise_for_status().json()["id"])
    open_wall(screen, hang(client, name, 600, [made], alarm={"fields": []}))
    figure = page.locator("[data-board] article .tc-number").first
    figure.wait_for()
    screen.settled()
    before = figure.inner_text()
    screen.context.set_offline(True)
    lost = page.get_by_role("alert").filter(has_text="MẤT KẾT NỐI")
    expect(lost).to_be_visible()
    page.clock.fast_forward("10:00")
    expect(lost).to_contain_text("10 phút")
    expect(page.locator("[data-board] article").first).to_contain_text(re.compile("Số cũ (10|11) phút"))
    assert figure.inner_text() == before
    screen.context.set_offline(False)
    expect(lost).to_be_hidden(timeout=60_000)
    expect(page.locator("[data-board]")).to_have_attribute("data-why", "playing")
    expect(page.locator("[data-board] article").first).not_to_contain_text("Số cũ")


def test_a_new_build_is_taken_up_while_boards_change(named: tuple[httpx.Client, str], window: Opener) -> None:
    client, name = named
    screen = window(width=1366, height=768)
    page = screen.page
    page.clock.install()
    open_wall(screen, hang(client, name, 600, alarm={"fields": []}))
    page.evaluate("() => { window.same = true }")
    own = page.locator("script[type=module]").get_attribute("src") or ""

    def newer(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace(own, "/assets/index-newer.js"))

    page.route(f"{screen.url}/", newer)
    with page.expect_response(f"{screen.url}/"):
        page.clock.fast_forward("01:10")
    assert page.evaluate("() => window.same")
    client.post(f"/walls/{name}/control", json={"do": "show", "board": "platform.overview"}).raise_for_status()
    page.wait_for_function("() => !window.same")
    expect(page.locator("[data-board]")).to_have_attribute("data-board", "platform.overview")


def test_a_link_that_was_taken_back_says_so(named: tuple[httpx.Client, str], window: Opener) -> None:
    client, name = named
    screen = window(width=1366, height=768, expected=r"Failed to load resource.*40[13]")
    open_wall(screen, hang(client, name, 600))
    client.delete(f"/displays/{name}/link").raise_for_status()
    expect(screen.page.get_by_role("heading", name="Màn hình chưa chiếu được")).to_be_visible()


def test_the_pages_of_walls_are_accessible(named: tuple[httpx.Client, str], window: Opener) -> None:
    client, name = named
    link = hang(client, name, 600)
    office = window(axe=True)
    office.sign_in("demo-admin")
    for path in ("/walls", f"/walls?wall={name}", f"/walls?display={name}", f"/walls/{name}/remote"):
        office.open(path)
        office.settled()
        office.page.wait_for_timeout(500)
        assert office.violations() == [], path
    screen = window(width=1920, height=1080, axe=True)
    open_wall(screen, link)
    screen.settled()
    assert screen.violations() == []


@contextlib.contextmanager
def city_at(home: Path, port: int) -> Iterator[str]:
    """Yield the address of a demo city in a process of its own."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("TOANCANH_")}
    settings = {"TOANCANH_HOME": str(home), "TOANCANH_PORT": str(port), "TOANCANH_FSYNC": "false"}
    with (home.parent / "log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "toancanh", "demo"], env={**kept, **settings}, stdout=log, stderr=log
        )
        url, until = f"http://127.0.0.1:{port}", time.monotonic() + PATIENCE
        try:
            while True:
                with contextlib.suppress(httpx.HTTPError):
                    if len(httpx.get(f"{url}/api/v1/fields", timeout=30).json().get("items", [])) >= 2:
                        break
                assert process.poll() is None
                assert time.monotonic() < until
                time.sleep(0.5)
            yield url
        finally:
            process.terminate()
            process.wait(60)


def test_a_wall_lives_through_a_restart_of_the_server(window: Opener, tmp_path: Path) -> None:
    port = free_port()
    with city_at(tmp_path / "city", port) as url:
        with DemoCity(url).client() as client:
            link = hang(client, "lasting", 600, alarm={"fields": []})
        screen = window(width=1920, height=1080, expected=LOST)
        screen.url = url
        open_wall(screen, link)
        page = screen.page
        page.evaluate("() => { window.same = true }")
        page.wait_for_function(
            "() => performance.getEntriesByType('resource').some(({ name }) => name.includes('map-canvas'))"
        )
    lost = page.get_by_role("alert").filter(has_text="MẤT KẾT NỐI")
    expect(lost).to_be_visible()
    expect(page.locator("[data-board] article").first).to_be_visible()
    with city_at(tmp_path / "city", port) as url:
        expect(lost).to_be_hidden(timeout=90_000)
        with DemoCity(url).client() as client:
            steered = client.post("/walls/lasting/control", json={"do": "show", "board": "platform.overview"})
            steered.raise_for_status()
            expect(page.locator("[data-board]")).to_have_attribute("data-board", "platform.overview")
            assert page.evaluate("() => window.same")
            assert client.get("/displays/lasting").json()["state"] == "good"
        page.goto("about:blank")
