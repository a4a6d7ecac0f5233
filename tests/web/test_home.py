"""Home: how every field is, in a real browser in front of the demo city."""

import re
from typing import Any

from browsing import Opener
from playwright.sync_api import Route, expect


def test_the_worst_figure_of_a_field_shows_its_passport(window: Opener) -> None:
    shown = window()
    shown.sign_in("demo-leader")
    page = shown.page
    shown.open("/")
    card = page.get_by_role("complementary").get_by_role("listitem").filter(
        has=page.get_by_role("link", name="Môi trường")
    )  # fmt: skip
    button = card.get_by_role("button", name=re.compile("^Hộ chiếu số liệu: "))
    button.focus()
    page.keyboard.press("Enter")
    passport = page.get_by_role("dialog", name="Hộ chiếu số liệu")
    expect(passport.get_by_role("heading", name="Cách tính", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile("passport=.*environment"))
    page.keyboard.press("Escape")
    expect(passport).to_have_count(0)
    expect(button).to_be_focused()
    card.click(position={"x": 60, "y": 50})
    expect(page.get_by_role("heading", name="Môi trường", level=1)).to_be_visible()


def test_home_says_what_changed_since_one_looked(window: Opener) -> None:
    shown = window()
    shown.sign_in("demo-leader")
    page = shown.page

    def otherwise(route: Route) -> None:
        """Answer as if every figure had been the opposite."""
        body: dict[str, Any] = page.request.get(f"{shown.url}/api/v1/fields").json()
        for field in body["items"]:
            for figure in [*field["figures"], *filter(None, [field["worst"]])]:
                figure["state"] = "bad" if figure["state"] == "good" else "good"
        route.fulfill(json=body)

    shown.open("/")
    panel = page.get_by_role("region", name="Thay đổi")
    expect(panel).to_contain_text("Đây là lần xem đầu tiên trên trình duyệt này.")
    panel.get_by_role("button", name="So với hôm qua").click()
    expect(page).to_have_url(re.compile("since=yesterday"))
    expect(panel).to_contain_text(re.compile("Mới về .* bản ghi"))

    page.route(re.compile(r"/api/v1/fields\?.*as_of="), otherwise)
    panel.get_by_role("button", name=re.compile("^Từ hôm qua, ")).click()
    page.get_by_role("button", name=re.compile("^Giờ này tuần trước, ")).click()
    expect(page).to_have_url(re.compile("since=week"))
    changes = panel.get_by_role("listitem").filter(has_text=re.compile("^(Xấu đi|Tốt lên)"))
    expect(changes.first).to_be_visible()
    worst = changes.get_by_role("button", name=re.compile("^Hộ chiếu số liệu: ")).first
    worst.click()
    expect(page.get_by_role("dialog", name="Hộ chiếu số liệu")).to_be_visible()
    expect(page).to_have_url(re.compile("since=week"))
    page.keyboard.press("Escape")

    away = "for (const [key, value] of Object.entries(localStorage)) if (key.startsWith('tc-home-visit:'))"
    page.evaluate(
        f"() => {{ {away} localStorage.setItem(key, JSON.stringify({{...JSON.parse(value), seen: Date.now() - 4e6}})) }}"
    )
    shown.open("/")
    expect(panel.get_by_role("button", name=re.compile("^Từ lần xem trước, "))).to_be_visible()
    expect(changes.first).to_be_visible()
    expect(page.get_by_text(re.compile("^(Xấu đi|Tốt lên) từ ")).first).to_be_visible()
