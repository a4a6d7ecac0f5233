"""Feeds and sitemaps: files behind a real nginx that change, and a scripted server for what goes wrong."""

import gzip
import sys
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import pytest
from web_peer import Asked, Says, nginx, web

from toancanh.connectors.feed.manifest import CONNECTOR
from toancanh.domain import InvalidInput, SourceFailed
from toancanh.sdk import Connector, Delivery
from toancanh.testing import ConnectorSuite, gather

NEWS = {
    "kind": "event",
    "key": ["id", "title"],
    "time": "time",
    "columns": {
        "id": {"title": {"vi": "Mã", "en": "Code"}, "type": "text", "required": True},
        "time": {"title": {"vi": "Lúc", "en": "Time"}, "type": "time", "required": True},
        "title": {"title": {"vi": "Tiêu đề", "en": "Title"}, "type": "text", "required": True},
    },
}
MAP = {"id": {"field": "id"}, "time": {"field": "published"}, "title": {"field": "title"}}
MEDIA = "application/rss+xml; charset=utf-8"


class TestFeed(ConnectorSuite):
    connector: ClassVar[Connector] = CONNECTOR
    settings: ClassVar[Mapping[str, Any]] = {"url": "https://x.example/rss", "password": "bí mật 1", "user": "u"}


def item(n: int, title: str | None = None) -> str:
    return (
        f"<item><guid isPermaLink='false'>g{n}</guid><link>/tin/{n}.html</link><title>{title or f'Tin số {n}'}</title>"
        f"<description><![CDATA[<p>Đường <b>ngập</b> {n}</p><script>x()</script>]]></description>"
        f"<category>Giao thông</category><author>Lê Thị Hoa</author>"
        f"<pubDate>Thu, 01 Jan 2026 {n % 24:02d}:30:00 GMT+7</pubDate></item>"
    )


def rss(*items: str) -> bytes:
    head = "<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>Cổng tin</title>"
    return f"{head}{''.join(items)}</channel></rss>".encode()


def sitemap(base: str, pages: Mapping[str, str]) -> bytes:
    urls = "".join(f"<url><loc>{base}{path}</loc><lastmod>{at}</lastmod></url>" for path, at in pages.items())
    return f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{urls}</urlset>".encode()


def rows(found: list[Delivery]) -> list[dict[str, Any]]:
    return [msgspec.json.decode(line) for one in found for line in one.body.split(b"\n") if line.startswith(b"{")]


def test_an_entry_is_a_record_in_plain_text() -> None:
    with web(lambda asked: Says(body=rss(item(1)), media=MEDIA)) as peer:
        (row,) = rows(gather(CONNECTOR, {"url": f"{peer.url}/rss/a.rss"}))
        assert row == {
            "id": "g1", "link": f"{peer.url}/tin/1.html", "title": "Tin số 1", "summary": "Đường ngập 1",
            "author": "Lê Thị Hoa", "categories": ["Giao thông"], "source": "Cổng tin",
            "published": "2025-12-31T18:30:00+00:00",
        }  # fmt: skip


def test_atom_and_times_without_an_offset() -> None:
    atom = (
        "<feed xmlns='http://www.w3.org/2005/Atom'><title>Sở</title><entry><id>urn:1</id><title type='html'>&lt;b>A&lt;/b></title>"
        "<link href='https://x.example/1'/><updated>2026-01-02T03:04:05</updated>"
        "<content type='html'>&lt;p>Một&lt;/p>&lt;p>Hai&lt;/p></content></entry></feed>"
    )
    with web(lambda asked: Says(body=atom.encode(), media="text/xml")) as peer:
        (row,) = rows(gather(CONNECTOR, {"url": peer.url}))
        assert (row["title"], row["text"]) == ("A", "Một\nHai")
        assert row["updated"] == "2026-01-01T20:04:05+00:00"


@pytest.mark.parametrize("charset", ["windows-1258", "utf-8", "utf-16"])
def test_vietnamese_comes_composed_from_every_charset(charset: str) -> None:
    words = "Đà Nẵng"
    written = "Đa\u0300 N\u0103\u0303ng" if charset == "windows-1258" else words
    text = f"<?xml version='1.0' encoding='{charset}'?><rss version='2.0'><channel><item><title>{written}</title></item></channel></rss>"
    body = text.encode(charset)
    with web(lambda asked: Says(body=body, media=f"application/rss+xml; charset={charset}")) as peer:
        (row,) = rows(gather(CONNECTOR, {"url": peer.url}))
        assert row["title"] == unicodedata.normalize("NFC", words)


def test_only_what_is_new_or_edited_comes_again() -> None:
    now = [rss(item(2), item(1))]
    with web(lambda asked: Says(body=now[0], media=MEDIA)) as peer:
        first = gather(CONNECTOR, {"url": peer.url})
        assert [row["id"] for row in rows(first)] == ["g1", "g2"]
        assert gather(CONNECTOR, {"url": peer.url}, cursor=first[-1].cursor) == []
        now[0] = rss(item(3), item(2, "Đính chính"), item(1))
        second = gather(CONNECTOR, {"url": peer.url}, cursor=first[-1].cursor)
        assert [row["id"] for row in rows(second)] == ["g2", "g3"]
        now[0] = rss()
        third = gather(CONNECTOR, {"url": peer.url}, cursor=second[-1].cursor)
        now[0] = rss(item(3))
        assert rows(gather(CONNECTOR, {"url": peer.url}, cursor=(third or second)[-1].cursor)) == []


def test_a_long_list_is_remembered_by_its_newest_entries() -> None:
    pages = {f"/{n}": f"20{10 + n // 600:02d}-01-{1 + n % 28:02d}T00:00:00Z" for n in range(6000)}
    with web(lambda asked: Says(body=sitemap(f"http://{asked.headers['host']}", pages), media="text/xml")) as peer:
        given = {"url": f"{peer.url}/sitemap.xml", "pages": "none"}
        first = gather(CONNECTOR, given)
        assert len(rows(first)) == 6000
        cursor = first[-1].cursor or {}
        assert len(cursor["seen"]) == 5000
        again = gather(CONNECTOR, given, cursor=first[0].cursor)
        assert len(rows(again)) == 5500
        pages["/new"] = "2026-01-01T00:00:00Z"
        assert {row["id"].rpartition("/")[2] for row in rows(gather(CONNECTOR, given, cursor=cursor))} >= {"new"}
        assert len(rows(gather(CONNECTOR, given, cursor=cursor))) < 60


def test_pages_of_a_sitemap_tell_what_they_are() -> None:
    html = (
        "<html><head><meta charset='utf-8'><title>Tin</title><meta property='og:title' content='Nghía vụ'>"
        "<meta name='description' content='Mô tả'></head><body><nav>menu</nav><p>Dòng <b>một</b></p></body></html>"
    )

    def answer(asked: Asked) -> Says:
        base = f"http://{asked.headers['host']}"
        if asked.path == "/index.xml":
            names = f"<sitemap><loc>{base}/a.xml.gz</loc></sitemap><sitemap><loc>http://10.0.0.1/b.xml</loc></sitemap>"
            return Says(body=f"<sitemapindex>{names}</sitemapindex>".encode(), media="text/xml")
        if asked.path == "/a.xml.gz":
            pages = {"/tin/1": "2026-01-01", "/tin/2": "2026-01-02", "/khac": "2026-01-02"}
            return Says(body=gzip.compress(sitemap(base, pages)), media="application/gzip")
        return Says(body=html.encode(), media="text/html") if asked.path == "/tin/1" else Says({}, status=404)

    with web(answer) as peer:
        found = gather(CONNECTOR, {"url": f"{peer.url}/index.xml", "containing": "/tin/"})
        one, two = rows(found)
        assert (one["title"], one["summary"], one["text"]) == ("Nghía vụ", "Mô tả", "Dòng một")
        assert one["updated"] == "2025-12-31T17:00:00+00:00"
        assert two["problem"] == "HTTP 404"
        before = len(peer.asked)
        assert gather(CONNECTOR, {"url": f"{peer.url}/index.xml", "containing": "/tin/"}, cursor=found[-1].cursor) == []
        assert [one.path for one in peer.asked[before:]] == ["/index.xml", "/a.xml.gz"]


@pytest.mark.parametrize(
    ("says", "words"),
    [
        (Says(body=b"<html><body>Dang nhap</body></html>", media="text/html"), "RSS, Atom"),
        (Says(body=rss(item(1))[:-60], media=MEDIA), "XML"),
        (Says(body=b"<!DOCTYPE r [<!ENTITY x 'y'>]><rss version='2.0'><channel/></rss>", media=MEDIA), "ENTITY"),
        (Says(body=b"<urlset><url><loc>x</loc>", media="text/xml"), "XML"),
        (Says(body=b"\x1f\x8bxxxx", media="application/gzip"), "gzip"),
        (Says({}, status=403), "403"),
        (Says({"a": 1}), "RSS, Atom"),
    ],
)
def test_an_answer_that_is_none_is_told(says: Says, words: str) -> None:
    with web(lambda asked: says) as peer, pytest.raises(SourceFailed, match=words):
        gather(CONNECTOR, {"url": peer.url})


def test_the_library_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "feedparser", None)
    with web(lambda asked: Says(body=rss(), media=MEDIA)) as peer, pytest.raises(InvalidInput) as told:
        gather(CONNECTOR, {"url": peer.url})
    assert "toancanh[feed]" in str(told.value.remedy)


def test_a_feed_behind_nginx_is_read_as_it_grows(town: Callable[..., Any], tmp_path: Path) -> None:
    with nginx(tmp_path / "n") as server:
        (server.www / "a.xml").write_bytes(rss(*(item(n) for n in range(20))))
        source = {"connector": "feed", "settings": {"url": f"{server.url}/a.xml"}, "every": "1s", "map": MAP}
        place = town(source, NEWS)
        place.read()
        place.until(lambda: place.count() == 20)
        log = server.folder / "access.log"
        place.until(lambda: '" 304 ' in log.read_text())
        (server.www / "a.xml").write_bytes(rss(*(item(n) for n in range(10, 25))))
        place.until(lambda: place.count() == 25)
        server.stop()
        place.until(lambda: place.standing().problem)
        assert place.standing().problem["kind"] == "unreachable"
        bad = item(30).replace("2026", "năm nay")
        (server.www / "a.xml").write_bytes(rss(*(item(n) for n in range(20, 26)), bad))
        server.start()
        place.run(place.intake.now("town.source"))
        place.until(lambda: place.count() == 26)
        place.until(lambda: len(place.waiting()) == 1)
        place.restart()
        place.until(lambda: log.read_text().count('" 304 ') >= 2)
        assert place.account() == {"sent": 27, "received": 27, "stored": 26, "quarantined": 1, "duplicated": 0}
