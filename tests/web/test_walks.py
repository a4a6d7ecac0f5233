"""What people do: a leader, a steward, a reader of English, somebody whose network breaks."""

import json
import re
from datetime import UTC, datetime, timedelta
from secrets import randbelow
from urllib.parse import quote

from browsing import DemoCity, Opener
from playwright.sync_api import expect

AIR = "environment.air_quality"


def measurement(station: str, pm25: float) -> dict[str, object]:
    return {
        "station": station,
        "station_name": f"Trạm thử {station}",
        "time": datetime.now(UTC).isoformat(),
        "lon": 106.68,
        "lat": 20.86,
        "pm25": pm25,
        "pm10": pm25 + 30,
        "device_status": "00",
    }


def drawn(url: str) -> bool:
    """Return whether an address is of a tile of the map."""
    return "/tiles/areas." in url


def test_a_leader_walks_from_the_city_to_the_records(window: Opener) -> None:
    shown = window()
    page = shown.page
    shown.open("/sign-in")
    page.get_by_role("button", name="Lãnh đạo (demo-leader)").click()
    expect(page.get_by_role("heading", name=re.compile("^Toàn cảnh Thành phố Hải Phòng"))).to_be_attached()
    page.get_by_role("complementary").get_by_role("link", name=re.compile("Môi trường")).click()
    expect(page.get_by_role("heading", name="Môi trường", level=1)).to_be_visible()
    widget = page.get_by_role("article", name="PM2.5 trung bình 24 giờ")
    expect(widget.get_by_text("µg/m³").first).to_be_visible()
    expect(widget.get_by_text(re.compile("^Tính đến"))).to_be_visible()
    widget.get_by_role("button", name=re.compile("^Hộ chiếu số liệu: ")).click()
    passport = page.get_by_role("dialog", name="Hộ chiếu số liệu")
    for part in ("Cách tính", "Căn cứ pháp lý", "Dữ liệu", "Chất lượng dữ liệu", "Câu hỏi"):
        expect(passport.get_by_role("heading", name=part, exact=True)).to_be_visible()
    expect(passport.get_by_text("đây là số liệu mô phỏng")).to_be_visible()
    assert "passport" in page.url
    passport.get_by_role("link", name="Xem các bản ghi đứng sau số này").click()
    expect(page.get_by_role("heading", name="Chất lượng không khí", level=1)).to_be_visible()
    expect(page.get_by_role("tab", name="Bản ghi")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("cell", name=re.compile("^HP-KK")).first).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Môi trường", level=1)).to_be_visible()


def test_a_wrong_password_says_what_to_do(window: Opener) -> None:
    shown = window(expected="401")
    page = shown.page
    shown.open("/sign-in")
    page.get_by_label("Tên đăng nhập").fill("demo-leader")
    page.get_by_label("Mật khẩu", exact=True).fill("wrong")
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Tên đăng nhập")).to_be_focused()


def test_search_goes_anywhere_without_diacritics(window: Opener) -> None:
    shown = window()
    page = shown.page
    shown.open("/datasets")
    shown.settled()
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name=re.compile("^Tìm"))
    expect(box).to_be_focused()
    page.keyboard.type("moi truong")
    expect(page.get_by_role("option").first).to_contain_text("Môi trường")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Môi trường", level=1)).to_be_visible()
    page.keyboard.press("Control+k")
    expect(box).to_be_focused()
    page.keyboard.type("hai an")
    expect(page.get_by_role("option").first).to_contain_text("Hải An")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"area="))


def test_every_state_of_a_board_is_in_its_address(window: Opener) -> None:
    shown = window()
    page = shown.page
    before = datetime.now(UTC) - timedelta(hours=5)
    shown.open(f"/boards/environment/overview?last=30d&compare=none&as_of={quote(before.isoformat())}")
    expect(page.get_by_role("radio", name="30 ngày")).to_be_checked()
    expect(page.get_by_text(re.compile("^Đang xem số như đã biết lúc"))).to_be_visible()
    page.get_by_role("button", name="Về số hiện tại").click()
    expect(page).not_to_have_url(re.compile("as_of"))
    page.get_by_text("24 giờ", exact=True).click()
    expect(page).to_have_url(re.compile("last=24h"))
    page.go_back()
    expect(page.get_by_role("radio", name="30 ngày")).to_be_checked()


def test_a_record_reaches_the_screen_by_itself(window: Opener, demo: DemoCity) -> None:
    shown = window()
    page = shown.page
    shown.open(f"/datasets/environment/air_quality?tab=records&f={quote(json.dumps({'station': 'WEB-1'}))}")
    expect(page.get_by_text("Không có bản ghi nào khớp")).to_be_visible()
    expect(page.get_by_text("Trực tiếp", exact=True)).to_be_visible()
    with demo.client() as client:
        answer = client.post(f"/datasets/{AIR}/records", json=[measurement("WEB-1", 41.5)])
        assert answer.json()["accepted"] == 1, answer.text
    expect(page.get_by_role("cell", name="WEB-1", exact=True)).to_be_visible()
    expect(page.get_by_role("cell", name="41,5", exact=True)).to_be_visible()


def test_a_steward_decides_on_a_bad_record(window: Opener, demo: DemoCity) -> None:
    with demo.client() as client:
        answer = client.post(f"/datasets/{AIR}/records", json=[measurement("WEB-2", 40), measurement("WEB-3", 4000)])
        assert answer.json()["quarantined"] == 1, answer.text
    shown = window()
    page = shown.page
    shown.open("/datasets/environment/air_quality")
    expect(page.get_by_role("tab", name="Cách ly")).to_have_count(0)
    shown.sign_in("demo-admin")
    shown.open("/datasets/environment/air_quality?tab=quarantine")
    row = page.get_by_role("row").filter(has_text="WEB-3")
    expect(row).to_contain_text("Nằm ngoài khoảng")
    row.get_by_role("checkbox").check()
    page.get_by_role("button", name="Loại 1 bản ghi").click()
    dialog = page.get_by_role("dialog", name="Loại 1 bản ghi")
    dialog.get_by_label("Lý do loại").fill("Thiết bị thử")
    dialog.get_by_role("button", name="Loại 1 bản ghi").click()
    expect(dialog).to_have_count(0)
    expect(row).to_have_count(0)
    page.get_by_text("Đã loại", exact=True).click()
    expect(row).to_be_visible()


def test_a_failing_widget_tells_its_code_and_tries_again(window: Opener) -> None:
    shown = window(expected="422|404")
    page = shown.page
    refusal = {
        "type": "about:blank",
        "title": "Truy vấn quá nặng.",
        "title_en": "The query is too heavy.",
        "status": 422,
        "code": "query_too_heavy",
        "remedy": {"vi": "Chọn khoảng thời gian ngắn hơn.", "en": "Choose a shorter period."},
    }
    page.route("**/api/v1/query", lambda route: route.fulfill(status=422, json=refusal))
    shown.open("/boards/dossiers/overview")
    widget = page.get_by_role("article", name="Hồ sơ đang tồn")
    expect(widget.get_by_role("alert")).to_contain_text("Truy vấn quá nặng.")
    expect(widget.get_by_role("alert")).to_contain_text("query_too_heavy")
    page.unroute("**/api/v1/query")
    widget.get_by_role("button", name="Thử lại").click()
    expect(widget.get_by_text("hồ sơ", exact=True)).to_be_visible()
    expect(widget.get_by_role("alert")).to_have_count(0)
    shown.open("/")
    page.goto(f"{shown.url}/boards/environment/nowhere")
    expect(page.get_by_role("alert")).to_contain_text("not_found")


def test_a_board_opens_under_the_name_that_the_api_gives_it(window: Opener) -> None:
    shown = window(expected="404")
    page = shown.page
    shown.open("/boards/environment.overview?last=30d")
    expect(page.get_by_role("heading", name="Môi trường", level=1)).to_be_visible()
    expect(page).to_have_url(re.compile(r"/boards/environment/overview\?last=30d$"))
    expect(page.get_by_role("radio", name="30 ngày")).to_be_checked()
    page.goto(f"{shown.url}/boards/environment")
    expect(page.get_by_role("heading", name="Không có trang này")).to_be_visible()


def test_a_lost_network_is_told_with_its_age_and_heals_by_itself(window: Opener, demo: DemoCity) -> None:
    shown = window(expected="ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED")
    page = shown.page
    with demo.client() as client:
        newest = client.get(f"/datasets/{AIR}/records", params={"order": "-time", "limit": 1}).json()
    record = dict(zip([column["name"] for column in newest["columns"]], newest["rows"][0], strict=True))
    level = 40 + (1 + randbelow(9998)) / 10_000
    again = measurement(record["station"], level) | {"station_name": record["station_name"]}
    shows = f"{level:.4f}".rstrip("0").replace(".", ",")
    with page.expect_response(lambda answer: drawn(answer.url)):
        shown.open("/boards/environment/overview")
    shown.settled()
    widget = page.get_by_role("article", name="Lượng mưa 24 giờ lớn nhất")
    live = page.get_by_role("banner").get_by_role("status")
    expect(live).to_contain_text("Trực tiếp")
    figure = widget.locator(".tc-number").first
    known = figure.inner_text()
    assert re.match(r"\d", known), known

    shown.context.set_offline(True)
    told = page.get_by_role("alert")
    expect(told).to_contain_text(re.compile(r"^Mất kết nối trực tiếp từ \d\d:\d\d \(\d+ giây trước\)"))
    expect(told).to_contain_text("Các số đang hiện là số của lúc đó")
    expect(live).to_contain_text("Mất kết nối")
    expect(widget).to_contain_text(re.compile(r"Số cũ \d+ giây"))
    age = told.text_content() or ""
    expect(told).not_to_have_text(age)
    told.get_by_role("button", name="Thử lại").click()
    with demo.client() as client:
        answer = client.post(f"/datasets/{AIR}/records", json=[again])
        assert answer.json()["accepted"] == 1, answer.text
    expect(told).to_have_count(1)
    expect(figure).to_have_text(known)
    expect(page.get_by_role("cell", name=shows, exact=True)).to_have_count(0)

    with page.expect_response(lambda answer: drawn(answer.url)):
        shown.context.set_offline(False)
    expect(page.get_by_role("cell", name=shows, exact=True).first).to_be_visible()
    expect(told).to_have_count(0)
    expect(live).to_contain_text("Trực tiếp")
    expect(widget.get_by_text(re.compile("^Số cũ"))).to_have_count(0)


def test_english_is_whole_and_stays(window: Opener) -> None:
    shown = window()
    page = shown.page
    shown.open("/boards/environment/overview")
    page.get_by_role("button", name="Switch to English").click()
    expect(page.get_by_role("heading", name="Environment", level=1)).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "en"
    shown.open("/datasets/environment/air_quality")
    expect(page.get_by_role("heading", name="Air quality", level=1)).to_be_visible()
    words = page.locator("main").inner_text()
    assert not re.findall(r"\b(?:Chất|Nguồn|Cột|Bản ghi|Độ mới)\b", words)
    page.get_by_role("button", name="Chuyển sang tiếng Việt").click()
    expect(page.get_by_role("heading", name="Chất lượng không khí", level=1)).to_be_visible()


def test_a_keyboard_is_enough(window: Opener) -> None:
    shown = window()
    page = shown.page
    shown.open("/boards/dossiers/overview")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Đến nội dung chính")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    shown.settled()
    button = page.get_by_role("article", name="Hồ sơ đang tồn").get_by_role("button").first
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Hộ chiếu số liệu")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(button).to_be_focused()


def test_times_are_the_citys_whatever_the_browser_says(window: Opener, demo: DemoCity) -> None:
    with demo.client() as client:
        newest = client.get(f"/datasets/{AIR}").json()["freshness"]["newest"]
    local = datetime.fromisoformat(newest) + timedelta(hours=7)
    shown = window()
    shown.open("/datasets/environment/air_quality")
    expect(shown.page.get_by_text(local.strftime("%d/%m/%Y")).first).to_be_visible()


def test_an_analyst_makes_a_board_with_the_keyboard(window: Opener, demo: DemoCity) -> None:
    shown = window(expected="409")
    page = shown.page
    shown.open("/boards/environment/overview")
    expect(page.get_by_role("button", name="Tạo bản của tôi")).to_have_count(0)
    shown.sign_in("demo-operator")
    shown.open("/boards/environment/overview")
    page.get_by_role("button", name="Tạo bản của tôi").press("Enter")
    page.get_by_label("Tên bảng (tiếng Việt)").fill("Bảng thử")
    page.get_by_role("button", name="Thêm ô").press("Enter")
    page.keyboard.type("muc nuoc trung")
    choices = page.get_by_role("dialog", name="Thêm ô")
    choices.get_by_role("button", name="Mực nước trung bình").press("Enter")
    choices.get_by_role("button", name="Con số", exact=True).press("Enter")
    handle = page.get_by_role("button", name="Mực nước trung bình (Con số)")
    expect(handle).to_be_focused()
    cell = page.get_by_role("article").filter(has=handle)
    expect(cell.get_by_text("Tính đến")).to_be_visible()
    before = cell.bounding_box()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+ArrowRight")
    expect(handle).to_be_focused()
    after = cell.bounding_box()
    assert before is not None
    assert after is not None
    assert after["y"] != before["y"] or after["width"] > before["width"]
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+Shift+z")

    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.get_by_text("Đã mở lại các thay đổi chưa lưu")).to_be_visible()
    page.get_by_role("link", name="Dữ liệu", exact=True).click()
    leaving = page.get_by_role("dialog", name="Rời đi mà chưa lưu?")
    leaving.get_by_role("button", name="Ở lại sửa tiếp").click()
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page).to_have_url(re.compile(r"/boards/saved/b[0-9a-f]+$"))
    expect(page.get_by_role("heading", name="Bảng thử", level=1)).to_be_visible()
    page.reload()
    expect(page.get_by_role("article", name="Mực nước trung bình").first).to_be_visible()

    name = "saved." + page.url.rsplit("/", 1)[1]
    page.get_by_role("button", name="Chỉnh sửa").click()
    page.get_by_role("button", name="Chia sẻ với…").click()
    page.get_by_role("dialog", name="Chia sẻ bảng").get_by_role("switch", name="Mọi người").check()
    page.keyboard.press("Escape")
    with demo.client("demo-operator") as client, demo.client("demo-leader") as other:
        board = client.get(f"/boards/{name}").json()
        assert "water_level" in str(board["widgets"][-1]["indicators"])
        assert other.get(f"/boards/{name}").status_code == 404
        saved = {key: board[key] for key in ("title", "description", "last", "widgets")}
        assert client.put(f"/boards/{name}", json=saved).status_code == 200
        page.get_by_role("button", name="Lưu", exact=True).click()
        conflict = page.get_by_role("dialog", name="Bảng này đã có bản mới hơn")
        conflict.get_by_role("button", name="Ghi đè bằng bản của tôi").click()
        expect(page.get_by_role("button", name="Chỉnh sửa")).to_be_visible()
        assert other.get(f"/boards/{name}").json()["version"] == 3

    page.get_by_role("button", name="Chỉnh sửa").click()
    page.get_by_role("button", name="Thao tác khác").click()
    page.get_by_role("menuitem", name="Xóa bảng").click()
    page.get_by_role("dialog").get_by_role("button", name="Xóa bảng").click()
    expect(page).to_have_url(re.compile(r"/$"))
    with demo.client("demo-operator") as client:
        assert client.get(f"/boards/{name}").status_code == 404


def test_a_surveyor_reads_vn2000_and_shares_the_map(window: Opener) -> None:
    shown = window()
    page = shown.page
    shown.open("/map?at=[106.6881,20.8449,11]")
    page.get_by_role("checkbox", name="Trạm nước mặt").check()
    expect(page).to_have_url(re.compile("surface_water"))
    page.get_by_role("button", name="Tọa độ", exact=True).click()
    page.get_by_role("button", name="Chọn điểm giữa bản đồ").click()
    panel = page.get_by_role("region", name="Tọa độ")
    expect(panel).to_contain_text("X 2.306.067,77 m, Y 597.432,44 m")
    expect(page).to_have_url(re.compile("point="))
    other = window()
    other.page.goto(page.url, wait_until="domcontentloaded")
    expect(other.page.get_by_role("checkbox", name="Trạm nước mặt")).to_be_checked()
    expect(other.page.get_by_role("region", name="Tọa độ")).to_contain_text("X 2.306.067,77 m, Y 597.432,44 m")
    other.page.keyboard.press("Escape")
    expect(other.page.get_by_role("region", name="Tọa độ")).to_have_count(1)
    other.page.get_by_role("button", name="Bỏ điểm").focus()
    other.page.keyboard.press("Escape")
    expect(other.page.get_by_role("region", name="Tọa độ")).to_have_count(0)
