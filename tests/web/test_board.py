"""What people do on a board: choose, go down, look back, take along."""

import base64
import csv
import io
import re
from datetime import UTC, datetime, timedelta
from io import BytesIO
from urllib.parse import parse_qs, quote, urlsplit
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from browsing import DemoCity, Opener
from playwright.sync_api import Download, Locator, Page, expect

BOARD = "/boards/environment/overview"
MIDDLE = """async (png) => {
    const image = new Image()
    image.src = `data:image/png;base64,${png}`
    await image.decode()
    const canvas = new OffscreenCanvas(image.width, image.height)
    const pen = canvas.getContext('2d')
    pen.drawImage(image, 0, 0)
    const { data } = pen.getImageData(0, image.height / 4, image.width, image.height / 2)
    return [image.width, image.height, new Set(new Uint32Array(data.buffer)).size]
}"""
"""Size of a picture, and how many colours its middle has."""
PM25 = "PM2.5 trung bình 24 giờ"


def widget(page: Page, name: str) -> Locator:
    return page.get_by_role("article", name=name).first


def act(page: Page, where: Locator, what: str) -> None:
    where.get_by_role("button", name=re.compile("^Thao tác: ")).click()
    page.get_by_role("menuitem", name=what).click()


def taken(page: Page, where: Locator, what: str) -> Download:
    with page.expect_download() as coming:
        act(page, where, what)
    return coming.value


def asked(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def test_a_leader_goes_from_the_city_down_to_the_records_and_takes_the_figure_along(window: Opener) -> None:
    shown = window()
    page = shown.page
    shown.sign_in("demo-leader")
    shown.open("/")
    page.get_by_role("complementary").get_by_role("link", name=re.compile("Môi trường")).click()
    act(page, widget(page, PM25), "Chia theo xã, phường")
    full = page.get_by_role("dialog", name="Toàn màn hình")
    full.get_by_role("button", name="Phường Hải An").click()
    path = full.get_by_role("navigation", name="Đường dẫn khu vực")
    expect(path.get_by_text("Phường Hải An")).to_have_attribute("aria-current", "location")
    act(page, full, "Xem các bản ghi")
    expect(page.get_by_role("tab", name="Bản ghi")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("cell", name="Hải An", exact=True).first).to_be_visible()
    assert asked(page)["area"].strip('"') == "11413"
    page.get_by_role("link", name="Trở lại bảng Môi trường").click()
    full.get_by_role("button", name=re.compile("^Hộ chiếu số liệu: ")).click()
    passport = page.get_by_role("dialog", name="Hộ chiếu số liệu")
    expect(passport.get_by_role("heading", name="Cách tính", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(passport).to_be_hidden()
    expect(full).to_be_visible()
    page.keyboard.press("Escape")
    expect(full).to_be_hidden()
    assert "full" not in asked(page)

    earlier = (datetime.now(UTC) - timedelta(seconds=10)).replace(microsecond=0)
    shown.open(f"{BOARD}?as_of={quote(earlier.isoformat())}")
    expect(page.get_by_text(re.compile("^Đang xem số như đã biết lúc"))).to_be_visible()
    file = taken(page, widget(page, PM25), "Tải Excel (XLSX)")
    assert file.suggested_filename == f"{PM25}.xlsx"
    data, about = openpyxl.load_workbook(BytesIO(file.path().read_bytes())).worksheets
    assert data["A1"].value == f"{PM25} (µg/m³)"
    told = {row[0].value: row[1].value for row in about.iter_rows() if row[0].value}
    assert told["Như đã biết lúc"] == earlier.astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).strftime("%d/%m/%Y %H:%M:%S")


def test_the_keyboard_reaches_the_actions_and_escape_leaves_the_full_screen(window: Opener) -> None:
    shown = window()
    page = shown.page
    shown.open(BOARD)
    widget(page, PM25).get_by_role("button", name=re.compile("^Thao tác: ")).focus()
    page.keyboard.press("Enter")
    choice = page.get_by_role("menuitem", name="Toàn màn hình")
    expect(choice).to_be_focused()
    page.keyboard.press("Enter")
    full = page.get_by_role("dialog", name="Toàn màn hình")
    expect(full.get_by_text("Số liệu mô phỏng")).to_be_visible()
    expect(page).to_have_url(re.compile("full=pm25"))
    full.get_by_role("button", name=re.compile("^Thao tác: ")).click()
    other = page.get_by_role("menuitem", name="Chép liên kết tới ô này")
    expect(other).to_be_visible()
    page.keyboard.press("Escape")
    expect(other).to_be_hidden()
    expect(full).to_be_visible()
    page.keyboard.press("Escape")
    expect(full).to_be_hidden()


def test_a_choice_in_one_widget_filters_the_others_and_is_in_the_address(window: Opener) -> None:
    shown = window()
    page = shown.page
    shown.open(BOARD)
    ranking = widget(page, "Nồng độ PM2.5 trung bình")
    first = ranking.get_by_role("listitem").nth(2).locator("button[aria-pressed]")
    expect(first).not_to_have_text(re.compile("^HP-"))
    chosen = first.inner_text()
    first.click()
    expect(first).to_have_attribute("aria-pressed", "true")
    mark = page.get_by_role("button", name=f"Bỏ lọc Mã trạm: {chosen}")
    expect(mark).to_be_visible()
    expect(ranking.get_by_role("listitem")).not_to_have_count(1)
    grid = widget(page, "Chất lượng không khí tại từng trạm")
    expect(grid.get_by_role("listitem")).to_have_count(1)
    expect(widget(page, "Lượng mưa 24 giờ").get_by_text("Không theo bộ lọc: mã trạm")).to_be_visible()
    page.reload()
    expect(grid.get_by_role("listitem")).to_have_count(1)
    mark.press("Enter")
    expect(grid.get_by_role("listitem")).not_to_have_count(1)
    assert "picks" not in asked(page)


@pytest.mark.parametrize("name", [PM25, "Nồng độ PM2.5 trung bình", "Bản đồ", "Mực nước trung bình"])
def test_a_picture_shows_the_widget_with_its_words(window: Opener, name: str) -> None:
    shown = window()
    page = shown.page
    shown.open(BOARD)
    shown.settled()
    one = widget(page, name)
    one.scroll_into_view_if_needed()
    if name == "Bản đồ":
        while not any("/tiles/environment." in address for address in shown.asked):
            page.wait_for_timeout(200)
    box = one.bounding_box()
    assert box is not None
    file = taken(page, one, "Tải ảnh (PNG)")
    assert file.suggested_filename == f"{name}.png"
    width, height, colours = page.evaluate(MIDDLE, base64.b64encode(file.path().read_bytes()).decode())
    assert abs(width - 2 * (box["width"] + 40)) < 12
    assert height > 2 * box["height"]
    assert colours > 20


def test_a_csv_holds_what_the_widget_shows(window: Opener) -> None:
    shown = window()
    page = shown.page
    shown.open(f"{BOARD}?last=24h")
    ranking = widget(page, "Nồng độ PM2.5 trung bình")
    choices = ranking.get_by_role("listitem").locator("button[aria-pressed]")
    expect(choices.first).to_be_visible()
    expect(ranking.get_by_role("button", name=re.compile("^HP-"))).to_have_count(0)
    names = choices.all_inner_texts()
    file = taken(page, ranking, "Tải CSV")
    head, *lines = csv.reader(io.StringIO(file.path().read_text(encoding="utf-8-sig")))
    assert head[:3] == ["Mã trạm", "Mã trạm (mã)", "Nồng độ PM2.5 trung bình (µg/m³)"]
    assert [line[0] for line in lines] == names
    assert all(float(line[2]) > 0 for line in lines)


def test_boundaries_before_the_mergers_and_the_level_are_in_the_address(window: Opener) -> None:
    shown = window()
    page = shown.page
    shown.open(BOARD)
    page.get_by_role("button", name="Địa giới hiện nay").click()
    page.get_by_text("Một ngày", exact=True).click()
    expect(page).to_have_url(re.compile("boundaries=.*2025-06-30"))
    page.get_by_text("Tỉnh, thành phố", exact=True).click()
    expect(page).to_have_url(re.compile("level=province"))
    page.keyboard.press("Escape")
    expect(page.get_by_role("row", name=re.compile("Tỉnh Hải Dương"))).to_be_visible()
    expect(widget(page, "Bản đồ").get_by_text("Không theo bộ lọc: địa giới")).to_be_visible()


def test_of_a_long_table_only_what_is_near_is_drawn(window: Opener, demo: DemoCity) -> None:
    table = {"id": "long", "kind": "table", "indicators": ["environment.pm25"], "by": ["station"], "grain": "hour"}
    board = {
        "title": {"vi": "Bảng dài", "en": "Long board"},
        "last": "30d",
        "widgets": [{**table, "at": {"x": 0, "y": 0, "w": 12, "h": 6}}],
    }
    with demo.client("demo-operator") as client:
        name = client.post("/boards", json=board).raise_for_status().json()["id"].partition(".")[2]
        shown = window()
        page = shown.page
        shown.sign_in("demo-operator")
        shown.open(f"/boards/saved/{name}")
        rows = page.locator("main article tbody tr[data-index]")
        rows.first.wait_for()
        page.wait_for_function(
            "() => document.querySelector('main article table')?.getAttribute('aria-rowcount') > 300"
        )
        all_rows = int(page.locator("main article table").get_attribute("aria-rowcount") or 0) - 1
        assert rows.count() < 100
        first = rows.first.inner_text()
        box = page.locator("main article table").locator("..")
        box.evaluate("box => box.scrollTo(0, box.scrollHeight)")
        expect(page.locator(f"main article tbody tr[data-index='{all_rows - 1}']")).to_be_visible()
        assert rows.count() < 100
        expect(page.locator("main article tbody tr[data-index='0']")).to_have_count(0)
        box.evaluate("box => box.scrollTo(0, 0)")
        expect(rows.first).to_have_text(first, use_inner_text=True)
        assert client.delete(f"/boards/saved.{name}").status_code == 204
