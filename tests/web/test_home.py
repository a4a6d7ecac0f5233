"""Home: how every field is, in a real browser in front of the demo city."""

import re

from browsing import Opener
from playwright.sync_api import expect


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
