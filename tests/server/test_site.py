"""The web application's files: cached for ever by their hash, the page for every address."""

import asyncio
import os
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from toancanh.catalog import CITIES, Catalog, check_packs, load_catalog, scaffold_pack
from toancanh.domain import NotFound, Text
from toancanh.domain.declarations import Basemap
from toancanh.server.site import Site, drawn, framed


@cache
def shipped_city() -> Catalog:
    return load_catalog(CITIES / "haiphong")


def get(site: Site, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "path": path, "headers": pairs}
    asyncio.run(site(scope, receive, send))
    told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], told, b"".join(bytes(message.get("body", b"")) for message in sent[1:])


def test_files_pages_and_what_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html><title>x</title>")
    (tmp_path / "assets" / "app-1.js").write_text("export const a = 1\n" * 500)
    (tmp_path / "assets" / "app-1.js.br").write_bytes(b"brotli")
    site = Site(tmp_path)

    status, headers, body = get(site, "/")
    assert (status, headers["cache-control"]) == (200, "no-cache")
    assert headers["content-security-policy"].startswith("default-src 'self'")
    assert get(site, "/boards/environment.overview", accept="text/html")[2] == body
    assert get(site, "/", if_none_match=headers["etag"])[0] == 304

    _, headers, _ = get(site, "/assets/app-1.js")
    assert headers["cache-control"].endswith("immutable")
    assert headers["content-type"] == "text/javascript; charset=utf-8"
    assert get(site, "/assets/app-1.js", accept_encoding="gzip, br")[2] == b"brotli"
    _, headers, packed = get(site, "/assets/app-1.js", accept_encoding="gzip")
    assert headers["content-encoding"] == "gzip"
    assert len(packed) < 500

    for path in ("/assets/app-2.js", "/favicon.ico", "/../server/site.py", "/assets/../../secret.txt"):
        try:
            get(site, path)
        except NotFound:
            continue
        raise AssertionError(path)


def test_browsers_embed_only_what_boards_of_packs_declare(tmp_path: Path) -> None:
    board = scaffold_pack("noise", tmp_path) / "boards" / "overview.yaml"
    pages = (
        "https://gis.example.vn/map?x=1;script-src *",
        "https://gis.example.vn:8443/b",
        "http://10.0.0.7:3000/d",
        "https://user@evil.example.vn/",
    )
    board.write_text(
        board.read_text()
        + "".join(
            f'  - {{id: page_{at}, kind: page, url: "{url}", at: {{x: 0, y: {20 + at}, w: 3, h: 1}}}}\n'
            for at, url in enumerate(pages)
        )
    )
    catalog = check_packs(board.parent.parent).catalog
    assert catalog is not None
    origins = ("http://10.0.0.7:3000", "https://gis.example.vn", "https://gis.example.vn:8443")
    assert framed(catalog) == origins
    (tmp_path / "index.html").write_text("<!doctype html><title>x</title>")
    policy = get(Site(tmp_path, lambda: framed(catalog)), "/")[1]["content-security-policy"]
    assert policy.endswith(f"frame-src {' '.join(origins)}")
    assert get(Site(tmp_path), "/")[1]["content-security-policy"].endswith("frame-src 'none'")


@pytest.mark.parametrize(
    ("tiles", "origins"),
    [
        ("https://bando.example.vn:8443/nen/{z}/{x}/{y}.png?key=a", ("https://bando.example.vn:8443",)),
        ("/nen/{z}/{x}/{y}.png", ()),
        ("https://user@evil.example.vn/{z}/{x}/{y}.png", ()),
        ("https://a.example.vn;script-src */{z}/{x}/{y}.png", ()),
        (None, ()),
    ],
)
def test_browsers_ask_only_the_host_of_the_basemap(tiles: str | None, origins: tuple[str, ...], tmp_path: Path) -> None:
    text = Text(vi="Nền", en="Ground")
    basemap = tiles and Basemap(kind="raster", title=text, tiles=tiles, attribution=text)
    shipped = shipped_city()
    catalog = replace(shipped, city=shipped.city.model_copy(update={"basemap": basemap}))
    assert drawn(catalog) == origins
    (tmp_path / "index.html").write_text("<!doctype html><title>x</title>")
    policy = get(Site(tmp_path, drawn=lambda: drawn(catalog)), "/")[1]["content-security-policy"].split("; ")
    without = get(Site(tmp_path), "/")[1]["content-security-policy"].split("; ")
    added = "".join(f" {origin}" for origin in origins)
    assert policy == [part + added if part.startswith(("img-src ", "connect-src ")) else part for part in without]
    assert f"connect-src 'self'{added}" in policy


def test_a_new_build_is_seen_and_files_of_the_old_one_are_missing(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    page, old, new = tmp_path / "index.html", tmp_path / "assets" / "old.js", tmp_path / "assets" / "new.js"
    page.write_text("one")
    old.write_text("1")
    site = Site(tmp_path)
    old.unlink()
    with pytest.raises(NotFound):
        get(site, "/assets/old.js")
    new.write_text("2")
    page.write_text("two")
    os.utime(page, ns=(1, 1))
    assert get(site, "/assets/new.js")[2] == b"2"
    assert get(site, "/")[2] == b"two"


def test_without_a_build_a_page_says_how_to_make_one(tmp_path: Path) -> None:
    assert b"make web" in get(Site(tmp_path), "/")[2]
