"""The map as a tool: colouring areas, in a real browser in front of the demo city."""

import re
from pathlib import Path

from browsing import Opener, answers, city_running
from playwright.sync_api import expect
from squares import squares


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


def test_tiles_that_are_refused_are_told_by_their_layer(window: Opener) -> None:
    shown = window(expected=r"Failed to load resource.*403")
    page = shown.page
    page.route(re.compile("/tiles/environment"), lambda route: route.fulfill(status=403, json={}))
    shown.open("/map")
    told = page.get_by_role("alert").filter(has_text="Không tải được lớp này.")
    expect(told.first).to_be_visible()
    page.unroute_all(behavior="wait")
    # Records that arrive meanwhile may heal a layer first: press what is there at one moment.
    told.get_by_role("button", name="Thử lại").evaluate_all("buttons => buttons.forEach((button) => button.click())")
    expect(told).to_have_count(0)


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
    expect(places.first).to_contain_text("gồm một phần Quận Lê Chân cũ (đến 30/06/2025)")
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


HARBOUR = "[[106.6,20.8],[106.8,20.8],[106.8,20.9],[106.6,20.9]]"


def test_a_polygon_is_drawn_by_keyboard_measured_and_filters(window: Opener) -> None:
    shown = window()
    shown.sign_in("demo-leader")
    page = shown.page
    shown.open("/map?at=[106.68,20.85,11]")
    page.get_by_role("button", name="Vẽ, đo").click()
    panel = page.get_by_role("region", name="Vẽ, đo")
    panel.get_by_role("button", name="Đa giác").click()
    for step in ("Space", "ArrowRight", "Space", "ArrowDown", "Space", "Space"):
        page.keyboard.press(step)
        page.wait_for_timeout(700)
    expect(panel).to_contain_text("4 điểm")
    page.keyboard.press("Backspace")
    expect(panel).to_contain_text("3 điểm")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("shape="))
    expect(panel).to_contain_text("Diện tích")
    expect(panel).to_contain_text(re.compile(r"Chu vi[\d.,]+ km"))
    panel.get_by_role("button", name="Đa giác").click()
    page.keyboard.press("Escape")
    expect(panel.get_by_role("button", name="Đa giác")).to_be_visible()
    panel.get_by_role("button", name="Xóa hình vẽ").click()
    expect(page).not_to_have_url(re.compile("shape="))
    assert not shown.wrong


def test_a_drawing_filters_the_board_and_the_records(window: Opener) -> None:
    shown = window()
    shown.sign_in("demo-leader")
    page = shown.page
    shape = '{"kind":"polygon","at":' + HARBOUR + "}"
    with page.expect_request(
        lambda request: request.url.endswith("/query") and '"place":{"within":' in (request.post_data or "")
    ):
        shown.open(f"/boards/environment/overview?shape={shape}")
    expect(page.get_by_text("được lọc theo vùng vẽ trên bản đồ")).to_be_visible()
    shown.settled()
    page.get_by_role("button", name="Xóa hình vẽ").first.click()
    expect(page).not_to_have_url(re.compile("shape="))
    shown.open(f"/boards/dossiers/overview?shape={shape}")
    expect(page.get_by_text("không lọc được theo vùng vẽ").first).to_be_visible()
    shown.settled()
    shown.open(f"/map?shape={shape}")
    figures = page.get_by_role("region", name="Vẽ, đo")
    expect(figures).to_contain_text("230,")
    figures.get_by_role("link", name="Bản ghi trong vùng").first.click()
    expect(page.get_by_text("Trong vùng vẽ trên bản đồ")).to_be_visible()
    expect(page.get_by_role("table").first).to_be_visible()
    assert not shown.wrong


def test_density_is_switched_by_layer_and_the_country_names_its_islands(window: Opener) -> None:
    shown = window(axe=True)
    shown.sign_in("demo-leader")
    page = shown.page
    shown.open("/map")
    page.get_by_role("checkbox", name="Hiện mật độ").first.check()
    expect(page).to_have_url(re.compile("heat="))
    expect(page.get_by_text("Mật độ điểm, không phải trị số.")).to_be_visible()
    page.get_by_role("button", name="Cả nước").click()
    page.wait_for_url(re.compile("at="))
    assert not shown.violations()
    assert not shown.wrong


def test_the_city_may_lay_a_background_of_its_own_and_the_map_stands_without_it(window: Opener, tmp_path: Path) -> None:
    (tmp_path / "city").mkdir()
    with squares() as served:
        (tmp_path / "city" / "city.yaml").write_text(
            'title: {vi: Thành phố Hải Phòng, en: Hai Phong City}\narea: "31"\npacks: [environment, platform]\n'
            "basemap:\n  kind: raster\n  title: {vi: Ảnh hàng không, en: Aerial photo}\n"
            f'  tiles: "{served.url}/{{z}}/{{x}}/{{y}}.png"\n  attribution: {{vi: © Sở thử, en: © Test office}}\n',
            encoding="utf-8",
        )
        with city_running(tmp_path, "run", answers, TOANCANH_DEMO="true", TOANCANH_ROLE="serve") as url:
            shown = window(expected="status of 503")
            shown.url = url
            shown.sign_in("demo-leader")
            page = shown.page
            shown.open("/map")
            panel = page.get_by_role("region", name="Lớp bản đồ")
            ground = panel.get_by_role("radiogroup", name="Nền bản đồ")
            expect(ground.get_by_role("radio", name="Của Toàn Cảnh")).to_be_checked()
            assert not served.asked
            ground.get_by_role("radio", name="Ảnh hàng không").check()
            expect(page).to_have_url(re.compile("base=city"))
            expect(page.get_by_text("© Sở thử")).to_be_visible()
            expect(panel.get_by_role("img", name="Đang tải nền bản đồ")).to_have_count(0)
            assert served.rested() > 0
            served.refusing = True
            page.reload()
            failed = panel.get_by_role("alert")
            expect(failed).to_be_visible()
            served.rested()
            expect(failed).to_contain_text("Không tải được nền này")
            expect(page.get_by_role("region", name="Bản đồ Thành phố Hải Phòng")).to_be_visible()
            served.refusing = False
            failed.get_by_role("button", name="Thử lại").click()
            expect(failed).to_have_count(0)
            ground.get_by_role("radio", name="Của Toàn Cảnh").check()
            expect(page).to_have_url(re.compile("base=own"))
            expect(page.get_by_text("© Sở thử")).to_be_hidden()
            page.goto("about:blank")
