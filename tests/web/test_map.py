"""The map as a tool: colouring areas, in a real browser in front of the demo city."""

import re

from browsing import Opener
from playwright.sync_api import expect


def test_an_analyst_colours_communes_by_an_indicator(window: Opener) -> None:
    shown = window()
    shown.sign_in("demo-leader")
    page = shown.page
    shown.open("/map")
    page.get_by_role("button", name="Tô màu theo chỉ tiêu").click()
    panel = page.get_by_role("region", name="Tô màu theo chỉ tiêu")
    panel.get_by_role("combobox", name="Chọn chỉ tiêu").fill("ho so dang ton")
    page.get_by_role("option", name="Hồ sơ đang tồn", exact=True).click()
    expect(page).to_have_url(re.compile("colour=dossiers.backlog"))
    legend = panel.get_by_role("list", name="Chú giải màu")
    expect(legend).to_contain_text("khu vực")
    panel.get_by_text(re.compile("Danh sách .* khu vực")).click()
    panel.get_by_role("listitem").get_by_role("button").first.click()
    expect(page).to_have_url(re.compile("area="))
    expect(page.get_by_role("link", name="Bảng của khu vực")).to_have_attribute(
        "href", re.compile("/boards/dossiers/.*area=")
    )
    page.get_by_role("button", name="Hộ chiếu số liệu").click()
    expect(page.get_by_role("dialog")).to_contain_text("Hồ sơ đang tồn")
    asked = [address for address in shown.asked if address.endswith("/api/v1/query")]
    assert len(asked) < 10, asked
    assert not shown.wrong


def test_only_areas_that_a_dataset_knows_are_offered(window: Opener) -> None:
    shown = window()
    shown.sign_in("demo-leader")
    page = shown.page
    shown.open("/map?colour=dossiers.backlog")
    panel = page.get_by_role("region", name="Tô màu theo chỉ tiêu")
    panel.get_by_role("combobox", name="Chọn chỉ tiêu").fill("bo nho")
    expect(page.get_by_text("Không có chỉ tiêu này")).to_be_visible()


def test_a_place_is_found_by_keyboard_and_a_former_one_leads_to_todays(window: Opener) -> None:
    shown = window()
    shown.sign_in("demo-leader")
    page = shown.page
    shown.open("/map")
    field = page.get_by_role("combobox", name="Tìm xã, phường, tỉnh, trạm…")
    field.fill("quan le chan")
    places = page.get_by_role("listbox", name="Nơi tìm thấy").get_by_role("option")
    expect(places.first).to_contain_text("nay gồm Quận Lê Chân cũ (đến 30/06/2025)")
    expect(places.first).to_have_attribute("aria-selected", "true")
    field.press("ArrowDown")
    expect(places.nth(1)).to_have_attribute("aria-selected", "true")
    field.press("ArrowUp")
    field.press("Enter")
    expect(field).to_have_value("Phường Lê Chân")
    expect(page).to_have_url(re.compile("area=%2211383%22"))
    field.fill("tram an duong")
    page.get_by_role("option", name=re.compile("An Dương.*Trạm")).first.click()
    expect(page.get_by_role("region", name=re.compile("An Dương"))).to_contain_text("Xem bản ghi")
    field.fill("khong co noi nao nhu vay")
    expect(page.get_by_text("0 nơi tìm thấy")).to_be_visible()
    field.press("Escape")
    expect(page.get_by_role("listbox", name="Nơi tìm thấy").get_by_role("option")).to_have_count(0)
    assert not shown.wrong
