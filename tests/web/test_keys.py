"""Going about without a mouse, and the list of keys that says how."""

import re

from browsing import Opener
from playwright.sync_api import expect


def test_the_list_of_keys_says_what_can_be_pressed_where_one_stands(window: Opener) -> None:
    shown = window()
    page = shown.page
    shown.sign_in("demo-operator")
    shown.open("/datasets")
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Phím tắt")
    everywhere = keys.get_by_role("region", name="Ở mọi màn hình")
    expect(everywhere).to_contain_text("Đến Bản đồ")
    expect(keys.get_by_role("region", name="Soạn bảng", exact=True)).to_have_count(0)
    page.keyboard.press("g")
    page.keyboard.press("m")
    expect(page).to_have_url(re.compile("/datasets$"))
    page.keyboard.press("Escape")
    expect(keys).to_have_count(0)

    page.get_by_role("searchbox").or_(page.get_by_role("textbox")).first.fill("")
    page.keyboard.type("gm?")
    expect(keys).to_have_count(0)
    expect(page).to_have_url(re.compile(r"/datasets\?q="))
    for key, path, start in (
        ("w", "/walls", "/datasets"),
        ("d", "/datasets", "/walls"),
        ("m", "/map", "/datasets"),
        ("h", "/", "/datasets"),
    ):
        shown.open(start)
        page.keyboard.press("g")
        page.keyboard.press(key)
        expect(page).to_have_url(re.compile(rf"^{re.escape(shown.url)}{path}(\?.*)?$"))

    shown.open("/boards/environment/overview?edit=true")
    page.get_by_role("button", name=re.compile(r"\(Con số\)$")).first.wait_for()
    page.get_by_role("button", name="Phím tắt").click()
    editor = keys.get_by_role("region", name="Soạn bảng", exact=True)
    expect(editor).to_contain_text("Lưu bảng")
    expect(keys.get_by_role("region", name="Ô đang chọn khi soạn bảng")).to_contain_text("Đổi kích thước ô")


def test_single_characters_can_be_switched_off(window: Opener) -> None:
    shown = window()
    page = shown.page
    shown.open("/datasets")
    page.get_by_role("button", name="Phím tắt").click()
    keys = page.get_by_role("dialog", name="Phím tắt")
    expect(keys).to_contain_text("Đến Bản đồ")
    keys.get_by_label("Dùng phím một ký tự").click()
    expect(keys).not_to_contain_text("Đến Bản đồ")
    page.reload(wait_until="domcontentloaded")
    page.locator("main h1").first.click()
    page.keyboard.press("?")
    page.keyboard.press("g")
    page.keyboard.press("m")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog")).to_have_count(1)
    expect(page.get_by_role("combobox", name=re.compile("^Tìm lĩnh vực"))).to_be_visible()
    expect(page).to_have_url(re.compile("/datasets$"))
