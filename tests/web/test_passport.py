"""Every figure opens its passport, in a real browser in front of the demo city."""

import json
import re
from typing import Any
from urllib.parse import parse_qs, urlparse

from browsing import Opener, Window
from playwright.sync_api import Locator, expect

BOARDS = ("environment", "dossiers")


def asked(shown: Window) -> dict[str, Any]:
    """Return what the address says of the passport that is open."""
    found: dict[str, Any] = json.loads(parse_qs(urlparse(shown.page.url).query)["passport"][0])
    return found


def opened(shown: Window) -> Locator:
    passport = shown.page.get_by_role("dialog", name="Hộ chiếu số liệu")
    expect(passport.get_by_role("heading", name="Cách tính", exact=True)).to_be_visible()
    return passport


def test_a_passport_tells_everything_behind_a_figure(window: Opener) -> None:
    shown = window(axe=True)
    shown.sign_in("demo-leader")
    shown.open("/boards/environment/overview")
    article = shown.page.get_by_role("article", name="PM2.5 trung bình 24 giờ")
    figure = article.get_by_role("button", name=re.compile("µg"))
    figure.focus()
    shown.page.keyboard.press("Enter")
    passport = opened(shown)
    parts = ("Căn cứ pháp lý", "Phê duyệt", "Tính từ", "Độ phủ", "Dữ liệu", "Chất lượng dữ liệu", "Câu hỏi")
    for part in parts:
        expect(passport.get_by_role("heading", name=part, exact=True)).to_be_visible()
    expect(passport.get_by_text("Chưa khai người phê duyệt công thức này")).to_be_visible()
    expect(passport.get_by_role("link", name="Chất lượng không khí", exact=True)).to_be_visible()
    expect(passport.get_by_text("Đơn vị chịu trách nhiệm: Sở Nông nghiệp và Môi trường", exact=True)).to_be_visible()
    expect(passport.get_by_text(re.compile("Chỉ cho trị số khi có ít nhất 75 % .* đạt"))).to_be_visible()
    expect(passport.get_by_text(re.compile(r"^14 / 114 \(12 %\)$")).first).to_be_visible()
    expect(passport.get_by_role("button", name="Chép truy vấn")).to_be_visible()
    assert not shown.violations()
    shown.page.keyboard.press("Escape")
    expect(passport).to_have_count(0)
    expect(figure).to_be_focused()


def test_a_cell_a_row_and_a_tile_open_their_own(window: Opener) -> None:
    shown = window()
    shown.sign_in("demo-leader")
    shown.open("/boards/environment/overview")
    articles = [
        shown.page.get_by_role("article", name=name) for name in ("Chất lượng không khí tại từng trạm", "Nồng độ PM2.5")
    ]
    articles.append(shown.page.get_by_role("article").filter(has=shown.page.get_by_role("columnheader", name="AQI")))
    for article in articles:
        figure = article.last.locator("li button[aria-haspopup=dialog], td button[aria-haspopup=dialog]").first
        said = re.match(r"[\d.,]+", figure.inner_text())
        assert said
        figure.click()
        passport = opened(shown)
        expect(passport).to_contain_text(said[0])
        found = asked(shown)
        assert found["dims"], found
        shown.page.keyboard.press("Escape")
        expect(passport).to_have_count(0)


def test_one_switches_between_the_indicators_of_a_widget(window: Opener) -> None:
    shown = window()
    shown.sign_in("demo-leader")
    shown.open("/boards/dossiers/overview")
    table = shown.page.get_by_role("article").filter(has=shown.page.get_by_role("columnheader", name="Lĩnh vực"))
    figure = table.locator("td button[aria-haspopup=dialog]").first
    figure.click()
    passport = opened(shown)
    choice = passport.get_by_role("combobox", name="Chỉ tiêu")
    before = asked(shown)
    choice.select_option(index=1)
    shown.page.wait_for_url(
        lambda url: before["indicator"] not in json.loads(parse_qs(urlparse(url).query)["passport"][0])["indicator"]
    )
    after = asked(shown)
    assert after["dims"] == before["dims"]
    expect(opened(shown).get_by_role("heading", level=3)).to_have_text(
        choice.locator(f"option[value='{after['indicator']}']").inner_text()
    )


def test_a_point_of_a_chart_opens_its_own(window: Opener) -> None:
    shown = window()
    shown.sign_in("demo-leader")
    shown.open("/boards/dossiers/overview")
    chart = shown.page.get_by_role("article", name=re.compile("Đúng hạn|đúng hạn")).locator("canvas").first
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box
    chart.click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    passport = opened(shown)
    assert isinstance(asked(shown)["at"], int)
    expect(passport.get_by_role("heading", level=3)).to_be_visible()


def test_an_address_names_one_figure_for_ever(window: Opener) -> None:
    shown = window()
    shown.context.grant_permissions(["clipboard-read", "clipboard-write"])
    shown.sign_in("demo-leader")
    shown.open("/boards/dossiers/overview")
    figure = shown.page.locator("td button[aria-haspopup=dialog]").first
    figure.click()
    passport = opened(shown)
    value = passport.locator("h3 ~ p .tc-number").first.inner_text()
    passport.get_by_role("button", name="Chép liên kết cố định").click()
    link = shown.page.evaluate("navigator.clipboard.readText()")
    fixed = json.loads(parse_qs(urlparse(link).query)["passport"][0])
    assert fixed["query"]["as_of"]
    assert "last" not in fixed["query"]["time"]
    shown.page.goto(link)
    expect(opened(shown).locator("h3 ~ p .tc-number").first).to_have_text(value)


def test_every_figure_of_the_shipped_boards_can_be_pressed(window: Opener) -> None:
    shown = window()
    shown.sign_in("demo-leader")
    for pack in BOARDS:
        shown.open(f"/boards/{pack}/overview")
        shown.page.wait_for_function(
            "() => document.querySelectorAll('main article button[aria-haspopup=dialog] [class*=value]').length > 20"
        )
        bare = shown.page.evaluate(
            """() => [...document.querySelectorAll('main article')].flatMap((article) =>
                [...article.querySelectorAll('.tc-number')]
                    .filter((figure) => figure.querySelector('[class*=value]') && !figure.closest('button, a'))
                    .map((figure) => article.querySelector('h2').textContent + ': ' + figure.textContent))"""
        )
        assert bare == []
