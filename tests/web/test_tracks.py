"""Tracks of moving things: going through their period by hand and by itself, on the map and on a board."""

import re

from browsing import Opener
from playwright.sync_api import expect


def test_somebody_follows_ships_through_the_day(window: Opener) -> None:
    shown = window(axe=True)
    shown.sign_in("demo-leader")
    page = shown.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    shown.open("/map?at=[106.93,20.7,10]")
    panel = page.get_by_role("region", name="Lớp bản đồ")
    panel.get_by_role("checkbox", name="Đường đi của tàu").check()
    time = page.get_by_role("region", name="Dòng thời gian")
    expect(time.get_by_text(re.compile(r"Đường đi của tàu: \d+ vật"))).to_be_visible()
    slider = time.get_by_role("slider", name="Thời điểm trên bản đồ")
    slider.focus()
    page.keyboard.press("Home")
    expect(page).to_have_url(re.compile("moment="))
    begin = int(slider.input_value())
    page.keyboard.press("ArrowRight")
    assert int(slider.input_value()) == begin + 60_000
    before = sum("/tracks?" in url for url in asked)
    page.keyboard.press("Space")
    time.get_by_role("button", name="Dừng").wait_for()
    page.wait_for_timeout(3000)
    page.keyboard.press("Space")
    expect(time.get_by_role("button", name="Phát")).to_be_visible()
    assert int(slider.input_value()) > begin + 120_000
    assert sum("/tracks?" in url for url in asked) == before, "playing asks for nothing"
    stood = page.url
    assert not shown.violations()
    time.get_by_role("button", name="Về hiện tại").click()
    expect(page).not_to_have_url(re.compile("moment="))
    page.goto(stood)
    there = time.get_by_role("slider", name="Thời điểm trên bản đồ")
    expect(there).to_be_visible()
    assert int(there.input_value()) > begin + 60_000
    assert not shown.wrong


def test_the_moment_of_a_map_ends_the_period_of_its_board(window: Opener) -> None:
    shown = window()
    shown.sign_in("demo-leader")
    page = shown.page
    shown.open("/boards/ships/overview")
    slider = page.get_by_role("slider", name="Thời điểm trên bản đồ")
    slider.focus()
    page.keyboard.press("PageDown")
    expect(page).to_have_url(re.compile("moment="))
    until = page.get_by_role("status").filter(has_text="Số liệu tính đến")
    expect(until).to_be_visible()
    with page.expect_request(lambda request: request.url.endswith("/query")) as asked:
        page.keyboard.press("Home")
    sent = asked.value.post_data_json
    assert set(sent["time"]) == {"from", "to"}
    until.get_by_role("button", name="Về hiện tại").click()
    expect(until).to_have_count(0)
    assert not shown.wrong
