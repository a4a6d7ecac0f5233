"""Ctrl+K from anywhere to anything, in a real browser in front of the demo city."""

import re

from browsing import Opener
from playwright.sync_api import expect


def test_a_place_typed_anywhere_opens_the_map_there(window: Opener) -> None:
    shown = window()
    shown.sign_in("demo-leader")
    page = shown.page
    shown.open("/datasets")
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Tìm lĩnh vực, chỉ tiêu, nơi chốn, dữ liệu")
    field.fill("cat hai")
    thing = page.get_by_role("option").filter(has_text="Trên bản đồ").first
    expect(thing).to_be_visible()
    thing.click()
    page.wait_for_url(re.compile(r"/map\?.*at="))
    first = page.url
    page.keyboard.press("Control+k")
    expect(page.get_by_role("option").first).to_contain_text("Trên bản đồ")
    field.fill("do son")
    page.get_by_role("option").filter(has_text="Khu vực").first.click()
    page.wait_for_url(re.compile(r"/map\?.*area="))
    assert page.url != first


def test_a_layer_is_found_without_diacritics(window: Opener) -> None:
    shown = window()
    shown.sign_in("demo-leader")
    page = shown.page
    shown.open("/boards/environment/overview")
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Tìm lĩnh vực, chỉ tiêu, nơi chốn, dữ liệu")
    field.fill("tram nuoc mat")
    page.get_by_role("option").filter(has_text="Lớp bản đồ").first.click()
    page.wait_for_url(re.compile(r"/map\?layers="))
