"""Sessions that end while somebody works: asked again where one stands, and nothing is lost."""

import re

from browsing import DemoCity, Opener, Window
from playwright.sync_api import Locator, expect

OVER = "Phiên làm việc đã kết thúc"
REFUSED = "401"


def end_session(shown: Window) -> None:
    """End the session of a window on the server alone, as it ends where it was not used for long."""
    cookie = next(one for one in shown.context.cookies() if one.get("name") == "toancanh_session")
    ended = shown.page.request.delete(
        f"{shown.url}/api/v1/session", headers={"authorization": f"Bearer {cookie.get('value')}"}
    )
    assert ended.ok
    shown.context.add_cookies([cookie])  # type: ignore[list-item]


def asked(shown: Window) -> Locator:
    return shown.page.get_by_role("dialog", name=OVER)


def sign_in_again(shown: Window, who: str = "demo-operator") -> None:
    dialog = asked(shown)
    dialog.get_by_label("Tên đăng nhập").fill(who)
    dialog.get_by_role("textbox", name="Mật khẩu").fill("demo")
    dialog.get_by_role("button", name="Đăng nhập", exact=True).click()
    expect(dialog).to_have_count(0)


def test_an_unsaved_board_outlives_its_session(window: Opener, demo: DemoCity) -> None:
    shown = window(expected=REFUSED)
    page = shown.page
    shown.sign_in("demo-operator")
    shown.open("/boards/saved/new")
    page.get_by_label("Tên bảng (tiếng Việt)").fill("Bảng ca đêm")
    page.get_by_role("button", name="Thêm ô đầu tiên").click()
    choices = page.get_by_role("dialog", name="Thêm ô")
    choices.get_by_role("textbox").fill("pm2.5 trung binh")
    choices.get_by_role("button", name=re.compile("Nồng độ PM2.5 trung bình")).first.click()
    choices.get_by_role("button", name="Con số", exact=True).click()
    expect(choices).to_have_count(0)

    end_session(shown)
    page.keyboard.press("Control+s")
    expect(asked(shown)).to_contain_text("kể cả phần chưa lưu")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    expect(asked(shown)).to_be_visible()
    expect(page.get_by_role("combobox", name="Tìm lĩnh vực, chỉ tiêu, nơi chốn, dữ liệu")).to_have_count(0)
    dialog = asked(shown)
    dialog.get_by_label("Tên đăng nhập").fill("demo-operator")
    dialog.get_by_role("textbox", name="Mật khẩu").fill("sai")
    dialog.get_by_role("button", name="Đăng nhập", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("không đúng")
    sign_in_again(shown)

    expect(page.get_by_role("article", name="Nồng độ PM2.5 trung bình").first).to_be_visible()
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page).to_have_url(re.compile(r"/boards/saved/b[0-9a-f]+$"))
    expect(page.get_by_role("heading", name="Bảng ca đêm", level=1)).to_be_visible()
    with demo.client("demo-operator") as client:
        assert client.delete(f"/boards/saved.{page.url.rsplit('/', 1)[1]}").status_code == 204


def test_whoever_does_not_sign_in_again_goes_on_as_the_public(window: Opener) -> None:
    shown = window(expected=REFUSED)
    page = shown.page
    shown.sign_in("demo-leader")
    shown.open("/walls")
    end_session(shown)
    page.reload(wait_until="domcontentloaded")
    expect(asked(shown)).to_be_visible()
    asked(shown).get_by_role("button", name="Tiếp tục, không đăng nhập").click()
    expect(asked(shown)).to_have_count(0)
    expect(page.get_by_role("button", name="Đăng nhập")).to_be_visible()
    shown.open("/")
    shown.settled()
    expect(asked(shown)).to_have_count(0)


def test_other_tabs_follow_who_signs_in_and_out(window: Opener) -> None:
    shown = window(expected=REFUSED)
    page = shown.page
    shown.sign_in("demo-operator")
    shown.open("/datasets")
    other = Window(shown.context.new_page(), shown.url)
    other.open("/")
    other.page.get_by_role("button", name=re.compile("^Tài khoản")).click()
    other.page.get_by_role("menuitem", name="Đăng xuất").click()
    expect(other.page).to_have_url(re.compile("/sign-in"))
    expect(asked(shown)).to_be_visible()

    other.page.get_by_role("button", name=re.compile("demo-operator")).click()
    expect(asked(shown)).to_have_count(0)
    expect(page.get_by_role("button", name=re.compile("Trực ban điều hành"))).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
