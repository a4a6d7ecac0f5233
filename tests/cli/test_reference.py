"""What is not documented does not pass: generated pages are as the code says, and complete."""

from pathlib import Path

from toancanh.api import ROUTES
from toancanh.cli.main import WORDS
from toancanh.cli.reference import pages
from toancanh.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


def test_generated_files_are_as_they_would_be_written() -> None:
    stale = [
        name
        for name, content in pages().items()
        if not (ROOT / name).is_file() or (ROOT / name).read_text(encoding="utf-8") != content
    ]
    assert stale == [], "make gen"


def test_every_setting_word_and_route_is_documented() -> None:
    found = pages()
    for name in Settings.model_fields:
        assert f"`TOANCANH_{name.upper()}`" in found["docs/reference/settings.md"]
    for word in WORDS:
        if word != "docs":
            assert f"## `toancanh {word}`" in found["docs/reference/cli.md"]
    for route in ROUTES:
        assert f"`{route.method} {route.path}`" in found["docs/reference/api.md"]
