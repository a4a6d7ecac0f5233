"""The board editor as an analyst walks through it: make, share, come back to a version, take along."""

import re
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex

import pytest
from browsing import DemoCity, Opener, Window
from playwright.sync_api import expect

PASSWORD = "mat-khau-rat-dai-1"


@pytest.fixture
def people(demo: DemoCity) -> Iterator[dict[str, str]]:
    """Somebody of the department of health, of a ward, and of a station outside the city's administration."""
    units = {"health": "HP.SYT", "ward": "HP.X10507", "station": "HP.KTTV"}
    made: dict[str, str] = {}
    with demo.client() as admin:
        for name, unit in units.items():
            made[name] = f"{name}-{token_hex(4)}"
            account = {"username": made[name], "name": name.title(), "password": PASSWORD, "unit": unit}
            admin.post("/users", json={**account, "grants": [{"role": "leader"}]}).raise_for_status()
        yield made
        known = {user["username"]: user["id"] for user in admin.get("/users", params={"limit": 1000}).json()["items"]}
        for username in made.values():
            admin.patch(f"/users/{known[username]}", json={"active": False}).raise_for_status()


def enter(window: Window, username: str) -> None:
    answer = window.page.request.post(
        f"{window.url}/api/v1/session", data={"username": username, "password": PASSWORD}, timeout=60_000
    )
    assert answer.ok, answer.text()


def add(window: Window, words: str, thing: str, kind: str | None = None) -> None:
    """Add a widget by the dialog, typed without diacritics."""
    page = window.page
    page.get_by_role("button", name="Thêm ô", exact=True).click()
    choices = page.get_by_role("dialog", name="Thêm ô")
    choices.get_by_role("textbox").fill(words)
    choices.get_by_role("button", name=re.compile(thing)).first.click()
    if kind:
        choices.get_by_role("button", name=kind, exact=True).click()
    expect(choices).to_have_count(0)


def test_an_analyst_shares_a_new_board_with_a_unit_and_brings_a_version_back(
    window: Opener, demo: DemoCity, people: dict[str, str], tmp_path: Path
) -> None:
    shown = window()
    page = shown.page
    shown.sign_in("demo-operator")
    shown.open("/")
    page.keyboard.press("Control+k")
    page.get_by_role("dialog").get_by_role("combobox").fill("tao bang")
    page.get_by_role("option", name=re.compile("Tạo bảng mới")).click()
    expect(page).to_have_url(re.compile("/boards/saved/new$"))
    title = f"Bảng họp {token_hex(3)}"
    page.get_by_label("Tên bảng (tiếng Việt)").fill(title)
    page.get_by_role("button", name="Thêm ô đầu tiên").click()
    page.keyboard.press("Escape")
    add(shown, "pm2.5 trung binh", "Nồng độ PM2.5 trung bình", "Đường")
    page.get_by_role("button", name="Thông tin bảng").click()
    page.get_by_label("Ghi chú cho lần lưu này").fill("Cho buổi họp sáng thứ Hai")
    page.get_by_role("button", name="Chia sẻ với…").click()
    sharing = page.get_by_role("dialog", name="Chia sẻ bảng")
    sharing.get_by_placeholder("Tìm vai trò, đơn vị").fill("so y te")
    page.get_by_role("option", name="Sở Y tế").click()
    expect(sharing.get_by_role("combobox", name="Quyền của Sở Y tế")).to_have_value("view")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page).to_have_url(re.compile(r"/boards/saved/b[0-9a-f]+$"))
    expect(page.get_by_text("Chia sẻ với Sở Y tế")).to_be_visible()
    path = "/" + page.url.split("/", 3)[3]

    member = window()
    enter(member, people["health"])
    member.open(path)
    expect(member.page.get_by_role("heading", name=title, level=1)).to_be_visible()
    expect(member.page.get_by_role("button", name="Tạo bản của tôi")).to_be_visible()
    expect(member.page.get_by_role("button", name="Các bản đã lưu")).to_have_count(0)
    outsider = window(expected="404")
    for name in ("ward", "station"):
        enter(outsider, people[name])
        outsider.page.goto(f"{shown.url}{path}", wait_until="domcontentloaded")
        expect(outsider.page.get_by_role("alert")).to_contain_text("not_found")

    page.get_by_role("button", name="Chỉnh sửa").click()
    add(shown, "muc nuoc trung", "Mực nước trung bình", "Con số")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_role("button", name="Chỉnh sửa")).to_be_visible()
    expect(page.get_by_role("article", name="Mực nước trung bình")).to_be_visible()
    page.get_by_role("button", name="Các bản đã lưu").click()
    expect(page).to_have_url(re.compile("versions=true"))
    versions = page.get_by_role("dialog", name="Các bản đã lưu")
    expect(versions).to_contain_text("Thêm ô “Mực nước trung bình”")
    expect(versions).to_contain_text("Cho buổi họp sáng thứ Hai")
    versions.get_by_role("button", name="Xem bản 1").click()
    expect(page).to_have_url(re.compile(r"version=1$"))
    expect(page.get_by_text("Đang xem bản 1; bản hiện tại là bản 2.")).to_be_visible()
    expect(page.get_by_role("article", name="Nồng độ PM2.5 trung bình")).to_be_visible()
    expect(page.get_by_role("article", name="Mực nước trung bình")).to_have_count(0)
    page.reload()
    page.get_by_role("button", name="Khôi phục bản này").click()
    expect(page.get_by_text("Đang xem bản 1")).to_have_count(0)
    expect(page.get_by_role("article", name="Nồng độ PM2.5 trung bình")).to_be_visible()
    expect(page.get_by_role("article", name="Mực nước trung bình")).to_have_count(0)
    page.get_by_role("button", name="Các bản đã lưu").click()
    expect(versions).to_contain_text("Bản 3")
    expect(versions).to_contain_text("Khôi phục bản 1")
    page.keyboard.press("Escape")

    page.get_by_role("button", name="Chỉnh sửa").click()
    page.get_by_role("button", name="Thao tác khác").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="Tải bảng đã lưu (YAML)").click()
    file = tmp_path / "hop.yaml"
    download.value.save_as(file)
    assert title in file.read_text()
    shown.open("/boards/saved/new")
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
    expect(page.get_by_role("button", name="Nồng độ PM2.5 trung bình (Đường)")).to_be_visible()
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page).to_have_url(re.compile(r"/boards/saved/b[0-9a-f]+$"))
    expect(page.get_by_text("Chưa chia sẻ với ai")).to_be_visible()
    with demo.client("demo-operator") as client:
        for name in (path.rsplit("/", 1)[1], page.url.rsplit("/", 1)[1]):
            assert client.delete(f"/boards/saved.{name}").status_code == 204


def test_an_analyst_filters_a_chart_and_places_a_page_and_a_camera(window: Opener, demo: DemoCity) -> None:
    shown = window()
    page = shown.page
    shown.sign_in("demo-operator")
    shown.open("/boards/saved/new")
    page.get_by_label("Tên bảng (tiếng Việt)").fill("Bảng lọc")
    page.get_by_role("button", name="Thêm ô đầu tiên").click()
    choices = page.get_by_role("dialog", name="Thêm ô")
    choices.get_by_role("combobox", name="Lĩnh vực").click()
    page.get_by_role("option", name="Môi trường").click()
    choices.get_by_role("textbox", name="Tìm chỉ tiêu").fill("pm2.5 trung binh")
    choices.get_by_role("button", name=re.compile("Nồng độ PM2.5 trung bình")).first.click()
    expect(choices).to_contain_text("Đơn vị đo: µg/m³")
    expect(choices).to_contain_text("số mới nhất")
    choices.get_by_role("button", name="Đường", exact=True).click()
    expect(choices).to_be_hidden()
    page.get_by_role("combobox", name="Bước thời gian").click()
    page.get_by_role("option", name="Ngày", exact=True).click()
    page.get_by_role("combobox", name="Thêm điều kiện lọc").fill("ma tram")
    page.get_by_role("option", name="Mã trạm").click()
    page.get_by_role("combobox", name="Mã trạm").fill("HP-KK01")
    with page.expect_request(lambda asked: "HP-KK01" in (asked.post_data or "")):
        page.keyboard.press("Enter")
    for kind in ("Camera", "Trang ngoài"):
        add(shown, kind, kind)
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Ô trang ngoài chưa có địa chỉ đúng.")
    expect(page.get_by_text("Trình duyệt chỉ nhúng máy chủ đã được phép")).to_be_visible()
    page.get_by_label("Địa chỉ trang").fill("https://thoitiet.example.vn/ban-do")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page).to_have_url(re.compile(r"/boards/saved/b[0-9a-f]+$"))
    expect(page.get_by_text("thoitiet.example.vn").first).to_be_visible()
    with demo.client("demo-operator") as client:
        name = "saved." + page.url.rsplit("/", 1)[1]
        chart = client.get(f"/boards/{name}").json()["widgets"][0]
        assert (chart["where"], chart["grain"]) == ({"station": ["HP-KK01"]}, "day")
        client.delete(f"/boards/{name}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_dialogs_of_the_editor(window: Opener, demo: DemoCity, scheme: str) -> None:
    shown = window(axe=True, scheme=scheme)
    page = shown.page
    shown.sign_in("demo-operator")
    shown.open("/boards/saved/new")
    expect(page.get_by_role("heading", name="Bảng chưa có ô nào")).to_be_visible()
    assert shown.violations() == []
    page.get_by_role("button", name="Thêm ô đầu tiên").click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("PM2.5")).first.click()
    assert shown.violations() == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Chia sẻ với…").click()
    page.get_by_placeholder("Tìm vai trò, đơn vị").fill("lanh dao")
    page.get_by_role("option", name="Lãnh đạo").click()
    page.get_by_role("combobox", name="Quyền của Lãnh đạo").wait_for()
    assert shown.violations() == []
    with demo.client("demo-operator") as client:
        board = client.get("/boards/environment.overview").json()
        body = {key: board[key] for key in ("title", "widgets")}
        name = client.post("/boards", json=body).json()["id"].partition(".")[2]
        client.put(f"/boards/saved.{name}", json=body | {"widgets": body["widgets"][1:], "note": "Bớt một ô"})
        shown.open("/boards/environment/overview")
        shown.open(f"/boards/saved/{name}?versions=true&version=1")
        page.get_by_role("dialog").get_by_role("heading", name="Bản 2").wait_for()
        shown.settled()
        assert shown.violations() == []
        client.delete(f"/boards/saved.{name}")
