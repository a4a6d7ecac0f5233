"""The entry desk in a real browser: a month's figures typed and pasted, checked and approved by others, corrected with a reason."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import openpyxl
import pytest
from browsing import DemoCity, Opener, Window
from playwright.sync_api import Locator, Page, expect

PASSWORD = "thuyền ra cửa Nam Triệu"
FORM, UNIT = "economy.monthly", "HP.STC"
PEOPLE = {
    "officer": ("Trần Thị Bình", {"role": "officer", "units": [UNIT]}),
    "head": ("Lê Văn Cường", {"role": "leader", "units": [UNIT]}),
    "steward": ("Phạm Minh Đức", {"role": "steward"}),
    "deputy": ("Vũ Thị Hoa", {"role": "display"}),
}
IIP, RETAIL, REVENUE = "Chỉ số sản xuất công nghiệp", "Tổng mức bán lẻ", "Thu ngân sách nhà nước"
LOOKS = ((1366, 768, "light"), (1920, 1080, "dark"), (390, 844, "dark"))


@dataclass
class Office:
    """Accounts that fill in, check and approve. Each test takes a month of its own, long past, that nobody entered yet."""

    demo: DemoCity
    mark: str
    months: Iterator[str]

    def client(self, who: str) -> httpx.Client:
        given = {"username": f"{who}-{self.mark}", "password": PASSWORD}
        answer = httpx.post(f"{self.demo.url}/api/v1/session", json=given, timeout=60).raise_for_status()
        headers = {"authorization": f"Bearer {answer.json()['token']}"}
        return httpx.Client(base_url=f"{self.demo.url}/api/v1", headers=headers, timeout=60)

    def sit(self, shown: Window, who: str, path: str) -> Page:
        """Sign somebody in and open a screen."""
        given = {"username": f"{who}-{self.mark}", "password": PASSWORD}
        assert shown.page.request.post(f"{self.demo.url}/api/v1/session", data=given).ok
        shown.open(path)
        return shown.page

    def save(self, month: str, rows: list[dict[str, object]]) -> None:
        with self.client("officer") as client:
            at = f"/submissions/{FORM}/{UNIT}/{month}"
            body = {"rows": rows, "status": "estimate", "version": client.get(at).json()["version"]}
            client.put(at, json=body).raise_for_status()

    def step(self, who: str, month: str, step: str, reason: str | None = None) -> None:
        with self.client(who) as client:
            at = f"/submissions/{FORM}/{UNIT}/{month}"
            body = {"step": step, "version": client.get(at).json()["version"], "reason": reason}
            client.post(f"{at}/steps", json=body).raise_for_status()


def screen(month: str) -> str:
    return f"/entry/economy/monthly/{UNIT}/{month}"


@pytest.fixture(scope="module")
def office(demo: DemoCity) -> Iterator[Office]:
    mark = str(time.time_ns())
    with demo.client() as client:
        known = {one["period"] for one in client.get("/submissions", params={"limit": 1000}).json()["items"]}
        past = (f"{year}-{month:02}-01" for year in range(2019, 1970, -1) for month in range(1, 13, 3))
        months = (month for month in past if month not in known)
        made = []
        for who, (name, grant) in PEOPLE.items():
            new = {"username": f"{who}-{mark}", "name": name, "password": PASSWORD, "unit": UNIT, "grants": [grant]}
            made.append(client.post("/users", json=new).raise_for_status().json()["id"])
        yield Office(demo, mark, months)
        for user in made:
            client.delete(f"/users/{user}")


def cell(page: Page, row: str, column: str = "Giá trị") -> Locator:
    return page.get_by_role("textbox", name=re.compile(f"^{row}.*: {column}$"))


def paste(field: Locator, text: str) -> None:
    field.evaluate(
        """(field, text) => {
            const data = new DataTransfer()
            data.setData('text/plain', text)
            field.focus()
            field.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
        }""",
        text,
    )


def take(page: Page, step: str, reason: str | None = None) -> None:
    """Take a step and confirm it."""
    page.get_by_role("button", name=step, exact=True).click()
    dialog = page.get_by_role("dialog", name=step)
    if reason is not None:
        dialog.get_by_role("textbox").fill(reason)
    dialog.get_by_role("button", name=step, exact=True).click()
    expect(dialog).to_be_hidden()


def test_a_month_is_typed_checked_approved_and_corrected(office: Office, window: Opener) -> None:
    month = next(office.months)
    page = office.sit(window(), "officer", screen(month))
    cell(page, IIP).click()
    page.keyboard.type("112,4")
    page.keyboard.press("Enter")
    expect(cell(page, RETAIL)).to_be_focused()
    page.keyboard.type("24500")
    page.keyboard.press("ArrowUp")
    expect(cell(page, IIP)).to_be_focused()
    expect(cell(page, RETAIL)).to_have_value("24.500")
    page.keyboard.press("ArrowRight")
    expect(cell(page, IIP, "Ghi chú")).to_be_focused()
    page.keyboard.press("Control+End")
    expect(cell(page, "Doanh nghiệp thành lập mới", "Ghi chú")).to_be_focused()
    cell(page, REVENUE).click()
    page.keyboard.type("1.234")
    expect(page.get_by_text("Đọc là 1234, không phải 1,234")).to_be_visible()
    page.keyboard.press("Tab")
    expect(cell(page, REVENUE, "Ghi chú")).to_be_focused()
    expect(cell(page, REVENUE)).to_have_value("1.234")
    expect(page.get_by_text("Đã lưu lúc")).to_be_visible()
    take(page, "Gửi duyệt")
    expect(page.get_by_role("button", name="Rút lại")).to_be_visible()
    expect(cell(page, IIP)).to_be_hidden()

    head = office.sit(window(), "head", f"/entry?mine=true&unit={UNIT}")
    head.get_by_role("link", name=re.compile(f"Tháng {int(month[5:7])}.{month[:4]}$")).click()
    take(head, "Xác nhận kiểm tra")
    expect(head.get_by_role("heading", name="Quá trình xử lý")).to_be_visible()

    steward = office.sit(window(), "steward", screen(month))
    take(steward, "Duyệt")
    expect(steward.get_by_role("link", name=re.compile("^Bản ghi Tháng"))).to_be_visible()
    steward.get_by_role("link", name=re.compile("^Bản ghi Tháng")).click()
    expect(steward.get_by_text("24.500")).to_be_visible()

    page.reload()
    page.get_by_role("button", name="Đính chính", exact=True).click()
    dialog = page.get_by_role("dialog", name="Đính chính")
    expect(dialog.get_by_role("button", name="Đính chính", exact=True)).to_be_disabled()
    dialog.get_by_role("textbox").fill("Cục Thống kê công bố số chính thức")
    dialog.get_by_role("button", name="Đính chính", exact=True).click()
    page.get_by_text("Chính thức", exact=True).click()
    cell(page, RETAIL).fill("24800")
    expect(page.get_by_text("Đã lưu lúc")).to_be_visible()
    take(page, "Gửi duyệt")
    office.step("head", month, "check")
    office.step("steward", month, "approve")
    with office.client("steward") as client:
        found = client.get(f"/submissions/{FORM}/{UNIT}/{month}").json()
    assert (found["state"], found["revision"], found["status"]) == ("approved", 2, "official")
    assert {row["item"]: row.get("value") for row in found["rows"]}["retail"] == 24_800
    expect(page.get_by_text("Cục Thống kê công bố số chính thức")).to_be_visible()


def test_a_block_is_pasted_as_it_was_written(office: Office, window: Opener) -> None:
    page = office.sit(window(), "officer", screen(next(office.months)))
    paste(cell(page, IIP), "112,4\tƯớc theo 9 tháng\r\n24.500,5\t\r\n1.234\t\r\n")
    expect(page.get_by_text("Đã dán 6 ô. Số được đọc theo kiểu Việt Nam: 1.234,5.")).to_be_visible()
    expect(cell(page, RETAIL)).to_have_value("24.500,5")
    expect(cell(page, REVENUE)).to_have_value("1.234")
    expect(cell(page, IIP, "Ghi chú")).to_have_value("Ước theo 9 tháng")
    paste(cell(page, IIP), "112.4\n24,500.5")
    expect(page.get_by_text("Số được đọc theo kiểu Anh: 1,234.5.")).to_be_visible()
    expect(cell(page, RETAIL)).to_have_value("24.500,5")
    paste(cell(page, IIP), "1.234\n2.345")
    expect(page.get_by_text("Khối này đọc được cả hai kiểu")).to_be_visible()
    expect(cell(page, RETAIL)).to_have_value("2.345")
    page.get_by_role("button", name="Đọc theo kiểu Anh").click()
    expect(cell(page, RETAIL)).to_have_value("2,345")
    page.get_by_role("button", name="Hoàn tác dán").click()
    expect(cell(page, RETAIL)).to_have_value("24.500,5")
    paste(cell(page, "Doanh nghiệp thành lập mới"), "480\n490\n")
    expect(page.get_by_text("1 ô nằm ngoài bảng nên không dán.")).to_be_visible()


def test_what_is_wrong_is_not_submitted_and_what_is_odd_is_explained(office: Office, window: Opener) -> None:
    before = next(office.months)
    month = f"{before[:5]}{int(before[5:7]) + 1:02}-01"
    office.save(before, [{"item": "retail", "value": 20_000}, {"item": "fdi", "value": 100}])
    for who, step in (("officer", "submit"), ("head", "check"), ("steward", "approve")):
        office.step(who, before, step)
    page = office.sit(window(), "officer", screen(month))
    row = page.get_by_role("table", name="Bảng số liệu").get_by_role("row", name=re.compile(RETAIL))
    expect(row.get_by_text("20.000")).to_be_visible()
    cell(page, IIP).fill("một trăm")
    expect(cell(page, IIP)).to_have_attribute("aria-invalid", "true")
    cell(page, RETAIL).fill("2000")
    expect(row.get_by_text("−90,0 %", exact=True)).to_be_visible()
    expect(row.get_by_text("Giảm 90 % so với kỳ trước (20.000).")).to_be_visible()
    expect(page.get_by_text("1 ô sai")).to_be_visible()
    expect(page.get_by_text("Đã lưu lúc")).to_be_visible()
    page.get_by_role("button", name="Gửi duyệt", exact=True).click()
    dialog = page.get_by_role("dialog", name="Gửi duyệt")
    expect(dialog.get_by_text("Còn 1 ô sai nên chưa gửi được.")).to_be_visible()
    dialog.get_by_role("button", name="Bỏ qua").click()
    page.get_by_role("button", name="Đến ô cần xem").click()
    expect(cell(page, IIP)).to_be_focused()
    page.keyboard.type("101,5")
    expect(page.get_by_text("1 ô sai")).to_be_hidden()
    page.get_by_role("button", name="Gửi duyệt", exact=True).click()
    expect(dialog.get_by_role("button", name="Gửi duyệt", exact=True)).to_be_disabled()
    expect(dialog.get_by_text("Kỳ trước có số liệu (100).")).to_be_visible()
    dialog.get_by_label("Giải trình").fill("Chợ trung tâm đóng cửa sửa chữa")
    dialog.get_by_role("button", name="Gửi duyệt", exact=True).click()
    expect(page.get_by_text("Chợ trung tâm đóng cửa sửa chữa")).to_be_visible()
    head = office.sit(window(), "head", screen(month))
    take(head, "Trả lại", "Kiểm tra lại số của chợ")
    officer = office.sit(window(), "officer", "/entry?group=returned")
    expect(officer.get_by_role("link", name=re.compile(f"Tháng {int(month[5:7])}.{month[:4]}$"))).to_be_visible()


def test_nothing_is_lost_when_somebody_else_was_faster(office: Office, window: Opener) -> None:
    month = next(office.months)
    shown = window(expected="409")
    page = office.sit(shown, "officer", screen(month))
    cell(page, RETAIL).fill("21000")
    expect(page.get_by_text("Đã lưu lúc")).to_be_visible()
    with office.client("steward") as client:
        at = f"/submissions/{FORM}/{UNIT}/{month}"
        rows = [{"item": "retail", "value": 21_000}, {"item": "fdi", "value": 55}]
        client.put(at, json={"rows": rows, "status": "estimate", "version": 1}).raise_for_status()
    cell(page, RETAIL).fill("22000")
    notice = page.get_by_role("region", name="Biểu này đã được người khác sửa")
    expect(notice.get_by_text("Phạm Minh Đức đã sửa biểu này lúc")).to_be_visible()
    expect(notice.get_by_role("row", name=re.compile(RETAIL))).to_contain_text("22.000")
    page.once("dialog", lambda asked: asked.accept())
    page.reload()
    expect(notice).to_be_visible()
    notice.get_by_role("button", name="Tải bản mới, điền lại số của tôi").click()
    expect(cell(page, RETAIL)).to_have_value("22.000")
    expect(cell(page, "Vốn FDI")).to_have_value("55")
    expect(page.get_by_text("Đã lưu lúc")).to_be_visible()


def test_unsaved_figures_survive_a_reload_and_leaving_asks(office: Office, window: Opener) -> None:
    shown = window(expected="Failed to load|ERR_FAILED|ERR_INTERNET")
    page = office.sit(shown, "officer", screen(next(office.months)))
    page.route(
        "**/api/v1/submissions/**", lambda route: route.abort() if route.request.method != "GET" else route.continue_()
    )
    cell(page, RETAIL).fill("23456")
    expect(page.get_by_text("Không liên lạc được với máy chủ.")).to_be_visible()
    page.get_by_role("link", name="Nhập số liệu").last.click()
    asked = page.get_by_role("dialog", name="Còn số liệu chưa lưu")
    asked.get_by_role("button", name="Ở lại").click()
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.get_by_text("Đã khôi phục phần chưa lưu")).to_be_visible()
    expect(cell(page, RETAIL)).to_have_value("23.456")
    page.unroute_all()
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Đã lưu lúc")).to_be_visible()


def test_a_right_is_handed_over_and_taken_back(office: Office, window: Opener) -> None:
    month = next(office.months)
    office.save(month, [{"item": "retail", "value": 20_000}])
    office.step("officer", month, "submit")
    head = office.sit(window(), "head", "/entry?tab=delegations")
    head.get_by_role("button", name="Ủy quyền", exact=True).click()
    form = head.get_by_role("dialog", name="Ủy quyền")
    form.get_by_role("combobox", name="Người được ủy quyền").fill("Vũ Thị Hoa")
    head.get_by_role("option", name=re.compile("Vũ Thị Hoa")).last.click()
    form.get_by_role("textbox", name="Ghi chú").fill("Đi công tác")
    form.get_by_role("button", name="Ủy quyền", exact=True).click()
    expect(head.get_by_role("row", name=re.compile("Vũ Thị Hoa.*Đang hiệu lực"))).to_be_visible()
    deputy = office.sit(window(), "deputy", screen(month))
    take(deputy, "Xác nhận kiểm tra")
    expect(deputy.get_by_text("(thay Lê Văn Cường)")).to_be_visible()
    head.get_by_role("button", name="Thu hồi ủy quyền của Vũ Thị Hoa").click()
    head.get_by_role("dialog").get_by_role("button", name="Thu hồi ủy quyền").click()
    expect(head.get_by_role("row", name=re.compile("Vũ Thị Hoa.*Đã thu hồi"))).to_be_visible()


def test_the_desk_is_found_and_says_what_waits(office: Office, window: Opener) -> None:
    page = office.sit(window(), "officer", "/")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Tìm").fill("chi tieu kinh te xa hoi")
    page.get_by_role("option", name=re.compile("Chỉ tiêu kinh tế.*Biểu nhập")).click()
    expect(page).to_have_url(re.compile(r"/entry\?form=economy.monthly"))
    late = page.get_by_role("region", name="Quá hạn")
    expect(late.get_by_text(re.compile(r"trễ \d+ ngày làm việc")).first).to_be_visible()
    expect(
        page.get_by_role("navigation").get_by_role("link", name=re.compile(r"Nhập số liệu.*\d+ biểu chờ bạn"))
    ).to_be_visible()
    page.get_by_role("tab", name="Ai trễ").click()
    expect(page.get_by_role("row", name=re.compile(r"Sở Tài chính.*biểu, lâu nhất"))).to_be_visible()


def test_axe_finds_nothing_and_nothing_hangs_over(office: Office, window: Opener) -> None:
    month = next(office.months)
    office.save(month, [{"item": "iip", "value": "một trăm"}, {"item": "retail", "value": 20_000}])
    shown = window(axe=True)
    page = office.sit(shown, "officer", "/entry")
    for width, height, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
        for path in ("/entry", "/entry?tab=units", "/entry?tab=delegations", screen(month)):
            shown.open(path)
            shown.settled()
            if path == screen(month):
                expect(page.get_by_text("1 ô sai")).to_be_visible()
            assert shown.violations() == [], (path, width)
            over = page.evaluate("() => document.getElementById('main').scrollWidth")
            assert over <= width, (path, width)
        page.get_by_role("button", name="Gửi duyệt", exact=True).click()
        expect(page.get_by_role("dialog", name="Gửi duyệt")).to_be_visible()
        page.wait_for_timeout(300)
        assert shown.violations() == [], (path, width)
    cell(page, RETAIL).fill("20500")
    expect(cell(page, RETAIL)).to_have_value("20500")


def test_a_month_goes_out_as_excel_and_comes_back(office: Office, window: Opener, tmp_path: Path) -> None:
    month = next(office.months)
    page = office.sit(window(expected=r"status of 422"), "officer", screen(month))
    cell(page, RETAIL).fill("20000")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Tải biểu Excel").click()
    form = tmp_path / "bieu.xlsx"
    taken.value.save_as(form)
    book = openpyxl.load_workbook(form)
    sheet = book["Biểu"]
    sheet["C6"], sheet["C8"] = "112,4", "chưa rõ"
    sheet.append([None, "Số hộ nghèo", 12])
    book.save(form)
    page.get_by_label("Nạp từ Excel").and_(page.locator("input")).set_input_files(form)
    notice = page.get_by_text(re.compile("Đã đọc số liệu từ bieu.xlsx"))
    expect(notice).to_be_visible()
    expect(page.get_by_text(re.compile("1 dòng không thuộc biểu nên không nhận: .*Số hộ nghèo"))).to_be_visible()
    expect(cell(page, IIP)).to_have_value("112,4")
    expect(cell(page, RETAIL)).to_have_value("20.000")
    expect(cell(page, REVENUE)).to_have_value("chưa rõ")
    expect(page.get_by_text("1 ô sai")).to_be_visible()
    page.get_by_role("button", name="Bỏ số liệu vừa đọc").click()
    expect(cell(page, IIP)).to_have_value("")
    (tmp_path / "khac.xlsx").write_bytes(b"khong phai Excel")
    page.get_by_label("Nạp từ Excel").and_(page.locator("input")).set_input_files(tmp_path / "khac.xlsx")
    expect(page.get_by_text("Không đọc được bảng tính", exact=False)).to_be_visible()
