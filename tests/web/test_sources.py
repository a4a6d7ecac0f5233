"""The source desk: what is filled in is not lost, and a template maps what is pasted at once."""

import re
from typing import Any

from browsing import Opener, Window
from playwright.sync_api import Locator, expect


def desk(window: Opener, path: str, **more: Any) -> Window:
    shown = window(**more)
    shown.sign_in("demo-admin")
    shown.open(path)
    return shown


def box(shown: Window, label: str) -> Locator:
    """Return the field of a label; a list of choices bears the same name."""
    name = re.compile(rf"^{re.escape(label)}( ?\*)?$")
    return shown.page.get_by_label(name).and_(shown.page.locator("input, textarea"))


def choose(shown: Window, label: str, option: str) -> None:
    box(shown, label).click()
    shown.page.get_by_role("option", name=option, exact=True).click()


def test_who_leaves_without_saving_is_asked(window: Opener) -> None:
    shown = desk(window, "/sources/new?from=environment.provincial_stations")
    page = shown.page
    box(shown, "Tên (tiếng Việt)").fill("Bản nháp")
    page.get_by_role("link", name="Dữ liệu", exact=True).first.click()
    page.get_by_role("button", name="Ở lại").click()
    expect(box(shown, "Tên (tiếng Việt)")).to_have_value("Bản nháp")
    page.get_by_role("link", name="Dữ liệu", exact=True).first.click()
    page.get_by_role("button", name="Bỏ và rời đi").click()
    page.wait_for_url("**/datasets")


def test_a_template_maps_what_is_pasted(window: Opener) -> None:
    shown = desk(window, "/sources/new?from=environment.provincial_stations")
    page = shown.page
    page.get_by_role("button", name="Dán mẫu dữ liệu").click()
    choose(shown, "Định dạng của mẫu", "CSV")
    box(shown, "Dán mẫu dữ liệu").fill(
        "StationCode,Time,PM2.5\nT1,2024-02-01 10:00:00,12.5\nT1,2024-02-01 11:00:00,xyz\n"
    )
    page.get_by_role("button", name="Dùng mẫu này").click()
    preview = page.get_by_role("group", name="Xem trước")
    expect(preview).to_contain_text("12,5")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thêm nguồn")
    expect(page.get_by_text("1 trong 2 bản ghi sẽ vào vùng cách ly.")).to_be_visible()
