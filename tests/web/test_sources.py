"""The source desk: a source from a template to its records, what fails and why, pausing, fetching again, secrets."""

import base64
import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from browsing import DemoCity, Opener, Window
from playwright.sync_api import Locator, expect

STATION = "environment.trial_station"
PASSWORD = "mat-khau-tram"
ROWS = [
    {"MaTram": "T1", "TenTram": "Trạm thử", "ThoiGian": f"{hour:02}:00:00 01/02/2024", "BuiPM25": str(10 + hour)}
    for hour in range(5)
] + [{"MaTram": "T1", "TenTram": "Trạm thử", "ThoiGian": "05:00:00 01/02/2024", "BuiPM25": "rất cao"}]
REFUSED = r"status of (401|422|502)"


class Peer:
    """A department's web service: Basic authentication, records below `data`. It notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.rows: list[dict[str, Any]] = list(ROWS)
        peer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                given = base64.b64encode(f"tram:{PASSWORD}".encode()).decode()
                right = self.headers.get("authorization") == f"Basic {given}"
                peer.asked.append(dict(parse_qsl(urlsplit(self.path).query)))
                body = json.dumps({"data": peer.rows} if right else {"error": "no"}).encode()
                self.send_response(200 if right else 401)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/quan-trac"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def peer() -> Iterator[Peer]:
    made = Peer()
    yield made
    made.close()


@pytest.fixture
def free(demo: DemoCity) -> Iterator[None]:
    """The city without the source of these tests, before and after."""
    with demo.client() as client:
        client.delete(f"/sources/{STATION}")
        yield
        client.delete(f"/sources/{STATION}")


@pytest.fixture
def station(demo: DemoCity, peer: Peer, free: None) -> str:
    """The source, declared through the API."""
    declaration = {
        "title": {"vi": "Trạm thử", "en": "Trial station"},
        "dataset": "environment.air_quality",
        "connector": "http_poll",
        "every": "1h",
        "settings": {"url": peer.url, "records": "data", "user": "tram", "params": {"from": "${from}"}},
        "map": {"station": {"field": "MaTram"}, "pm25": {"field": "BuiPM25"}, "time": {"field": "ThoiGian"}},
    }
    with demo.client() as client:
        body = {"declaration": declaration, "secrets": {"password": PASSWORD}}
        client.put(f"/sources/{STATION}", json=body).raise_for_status()
    return STATION


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


def test_a_source_from_nothing_to_its_records(free: None, window: Opener, demo: DemoCity, peer: Peer) -> None:
    shown = desk(window, "/sources", expected=REFUSED)
    page = shown.page
    page.get_by_role("link", name="Thêm nguồn").click()
    page.get_by_role("link", name=re.compile(r"Hỏi dịch vụ web")).click()

    page.get_by_role("button", name="Lưu nguồn").click()
    expect(page.get_by_text("Xem lại các mục báo đỏ.")).to_be_visible()
    box(shown, "Tên (tiếng Việt)").fill("Trạm thử nghiệm")
    expect(box(shown, "Tên kỹ thuật")).to_have_value("tram_thu_nghiem")
    box(shown, "Tên kỹ thuật").fill("trial_station")
    box(shown, "Bộ dữ liệu nhận").fill("chat luong khong khi")
    page.get_by_role("option", name=re.compile(r"environment\.air_quality")).click()
    box(shown, "Địa chỉ").fill("tram.example")
    box(shown, "Vị trí các bản ghi").fill("data")
    box(shown, "Tài khoản").fill("tram")
    box(shown, "Mật khẩu").fill("sai")

    page.get_by_role("button", name="Thử kết nối").click()
    expect(box(shown, "Địa chỉ")).to_have_attribute("aria-invalid", "true")
    box(shown, "Địa chỉ").fill(peer.url)
    page.get_by_role("button", name="Thử kết nối").click()
    trouble = page.get_by_role("alert").filter(has_text="từ chối")
    expect(trouble).to_contain_text("Kiểm tra tài khoản, khóa và quyền")
    box(shown, "Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Thử kết nối").click()
    expect(page.get_by_text(re.compile(r"Kết nối được: 6 bản ghi"))).to_be_visible()

    expect(page.get_by_text(re.compile(r"Đã gợi ý \d cột"))).to_be_visible()
    table = page.get_by_role("group", name="Ánh xạ")
    expect(table.get_by_label(re.compile(r"^Trường của (Mã trạm|Trạm)$"))).to_have_value("MaTram")
    asked = len(peer.asked)
    preview = page.get_by_role("group", name="Xem trước")
    choose(shown, "Cách lấy Thời điểm đo", "Thời điểm theo mẫu")
    box(shown, "Trường của Thời điểm đo").fill("ThoiGian")
    box(shown, "Mẫu thời điểm của Thời điểm đo").fill("HH:mm:ss dd/MM/yyyy")
    page.keyboard.press("Escape")
    choose(shown, "Cách lấy Bụi PM2.5", "Trường")
    box(shown, "Trường của Bụi PM2.5").fill("BuiPM25")
    page.keyboard.press("Escape")
    expect(preview).to_contain_text("01/02/2024 04:00")
    expect(preview).to_contain_text("rất cao")
    expect(page.get_by_text("1 trong 6 bản ghi sẽ vào vùng cách ly.")).to_be_visible()
    assert len(peer.asked) == asked, "the other side was asked again for what was there"

    page.reload()
    expect(box(shown, "Tên (tiếng Việt)")).to_have_value("Trạm thử nghiệm")
    expect(box(shown, "Mật khẩu")).to_have_value("")
    box(shown, "Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Lưu nguồn").click()
    page.wait_for_url(f"**/sources/{STATION}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Trạm thử nghiệm")
    page.get_by_role("tab", name="Lịch sử đọc").click()
    runs = page.get_by_role("group", name="Lịch sử đọc")
    expect(runs).to_contain_text("Xong")
    with demo.client() as client:
        stored = client.get(
            "/datasets/environment.air_quality/records",
            params={"from": "2024-02-01T00:00:00+07:00", "to": "2024-02-02T00:00:00+07:00"},
        )
        assert len(stored.json()["rows"]) == 5


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


def test_a_wrong_password_is_said_with_its_remedy_and_replaced_without_being_shown(
    station: str, window: Opener, demo: DemoCity
) -> None:
    with demo.client() as client:
        client.put(
            f"/sources/{station}",
            json={
                "declaration": client.get(f"/sources/{station}").json()["declaration"],
                "secrets": {"password": "sai"},
            },
        ).raise_for_status()
    shown = desk(window, f"/sources/{station}")
    page = shown.page
    page.get_by_role("button", name="Đọc ngay").click()
    expect(page.get_by_text("Kiểm tra tài khoản, khóa và quyền đã cấp cho nền tảng.")).to_be_visible()
    shown.open("/sources?state=failing")
    expect(page.get_by_role("link", name="Trạm thử")).to_be_visible()
    shown.open(f"/sources/{station}")
    page.get_by_role("button", name="Thay Mật khẩu").click()
    box(shown, "Giá trị mới của Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_text("Đã lưu bí mật.")).to_be_visible()
    page.get_by_role("button", name="Đọc ngay").click()
    expect(page.get_by_text("Kiểm tra tài khoản, khóa và quyền đã cấp cho nền tảng.")).to_have_count(0)
    page.get_by_role("tab", name="Khai báo").click()
    expect(page.get_by_role("group", name="Khai báo")).to_contain_text("connector: http_poll")
    assert PASSWORD not in page.content()


def test_pausing_reading_again_and_fetching_a_range_again(station: str, window: Opener, peer: Peer) -> None:
    shown = desk(window, f"/sources/{station}")
    page = shown.page
    page.get_by_role("button", name="Tạm dừng").click()
    expect(page.get_by_text("Có người tạm dừng")).to_be_visible()
    page.get_by_role("button", name="Đọc tiếp").click()
    expect(page.get_by_text("Đang đọc tiếp.")).to_be_visible()
    page.get_by_role("button", name="Việc khác").click()
    page.get_by_role("menuitem", name="Lấy lại một khoảng").click()
    page.get_by_role("button", name="Lấy lại", exact=True).click()
    expect(page.get_by_text("Đã ghi khoảng cần lấy lại.")).to_be_visible()
    page.get_by_role("tab", name="Lịch sử đọc").click()
    expect(page.get_by_role("group", name="Lịch sử đọc")).to_contain_text("Lấy lại")


def test_what_would_be_lost_and_who_sends_without_a_declaration(window: Opener) -> None:
    shown = desk(window, "/sources/environment.provincial_stations")
    page = shown.page
    lost = page.locator("section").filter(has=page.get_by_role("heading", name="Nếu nguồn này dừng lâu, mất gì"))
    expect(lost).to_contain_text("Chỉ tiêu")
    expect(lost.get_by_role("link", name="Gửi qua API: demo").first).to_be_visible()
    expect(page.get_by_text("/api/v1/datasets/environment.air_quality/records?source=").first).to_be_visible()
    lost.get_by_role("link", name="Gửi qua API: demo").first.click()
    expect(page.get_by_text("Bên này gửi thẳng vào API")).to_be_visible()
    page.keyboard.press("Control+K")
    page.get_by_role("combobox", name="Tìm lĩnh vực").fill("tram tu dong cua so")
    page.get_by_role("option", name=re.compile("Trạm tự động của Sở")).click()
    page.wait_for_url("**/sources/environment.provincial_stations")


@pytest.mark.parametrize(
    ("width", "height", "scheme"), [(1366, 768, "light"), (1920, 1080, "dark"), (390, 844, "light")]
)
def test_everybody_can_use_it(station: str, window: Opener, width: int, height: int, scheme: str) -> None:
    shown = desk(window, "/sources", width=width, height=height, scheme=scheme, axe=True)
    for path in ("/sources", f"/sources/{station}", "/sources/new", f"/sources/{station}/edit"):
        shown.open(path)
        shown.settled()
        assert shown.violations() == [], path
        wide = shown.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide == 0, path
