"""Polling web services: real nginx with marks and passwords, and a scripted server for every way of paging and failing."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import pytest
from web_peer import Asked, Says, nginx, papers, web

from toancanh.connectors.http_poll.manifest import CONNECTOR
from toancanh.connectors.picking import NotRecords, column, elements, pick, rows
from toancanh.domain import SourceFailed
from toancanh.sdk import Connector, Delivery, Span
from toancanh.testing import ConnectorSuite, gather

THING = {
    "kind": "event",
    "key": ["code"],
    "time": "time",
    "columns": {
        "code": {"title": {"vi": "Mã", "en": "Code"}, "type": "code", "required": True},
        "time": {"title": {"vi": "Lúc", "en": "Time"}, "type": "time", "required": True},
        "value": {"title": {"vi": "Trị", "en": "Value"}, "type": "number", "range": [0, 1000]},
    },
}


class TestHttpPoll(ConnectorSuite):
    connector: ClassVar[Connector] = CONNECTOR
    settings: ClassVar[Mapping[str, Any]] = {"url": "https://x.example/v1", "password": "bí mật 1", "user": "u"}


def record(n: int) -> dict[str, Any]:
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=n)
    return {"code": f"r{n}", "time": at.isoformat(), "value": n, "at": {"n": n}}


def codes(found: list[Delivery]) -> list[str]:
    return [row["code"] for one in found for row in msgspec.json.decode(one.body)]


class Shelf:
    """A service with `there` records, oldest first, in all ways of paging; `cap` is the largest page it gives."""

    def __init__(self, there: int, cap: int = 1000) -> None:
        self.there = there
        self.cap = cap
        self.past: Says = Says({"data": []})

    def __call__(self, asked: Asked) -> Says:
        query = asked.query if asked.method == "GET" else {k: str(v) for k, v in asked.json().items() if v is not None}
        size = min(int(query.get("size", "10")), self.cap)
        since = datetime.fromisoformat(query.get("since", "2000-01-01T00:00:00Z"))
        rows = [record(n) for n in range(self.there) if datetime.fromisoformat(record(n)["time"]) >= since]
        start = int(query.get("offset") or query.get("token") or (int(query.get("page", "1")) - 1) * size)
        page = rows[start : start + size]
        if not page and start:
            return self.past
        more = start + size < len(rows)
        link = f"?token={start + size}&size={size}" + (f"&since={query['since']}" if "since" in query else "")
        return Says(
            {"data": page, "meta": {"next": start + size if more else None, "link": link if more else None}},
            headers={"Link": f'<{link.replace("+", "%2B")}>; rel="next"'} if more else {},
        )


WAYS: dict[str, dict[str, Any]] = {
    "page": {"pages": "page", "params": {"page": "${page}", "size": "${size}"}},
    "offset": {"pages": "offset", "params": {"offset": "${offset}", "size": "${size}"}},
    "cursor": {"pages": "cursor", "next_path": "meta.next", "params": {"token": "${cursor}", "size": "${size}"}},
    "link": {"pages": "link", "next_path": "/meta/link", "params": {"size": "${size}"}},
    "header": {"pages": "header", "params": {"size": "${size}"}},
    "post": {"pages": "page", "method": "POST", "body": {"page": "${page}", "size": "${size}", "token": None}},
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("there", [0, 1, 10, 25])
def test_all_pages_come_whatever_the_way(way: str, there: int) -> None:
    wanted = [f"r{n}" for n in range(there)]
    with web(Shelf(there)) as peer:
        assert codes(gather(CONNECTOR, {"url": peer.url, "records": "data", "size": 10, **WAYS[way]})) == wanted


@pytest.mark.parametrize("way", ["page", "offset", "post"])
def test_a_service_that_gives_smaller_pages_is_read_to_the_end(way: str) -> None:
    """A page that is not full does not mean that it is the last one."""
    shelf = Shelf(25, cap=7 if way == "offset" else 10)
    shelf.past = Says({"detail": "Invalid page."}, status=404) if way == "page" else shelf.past
    with web(shelf) as peer:
        given = {"url": peer.url, "records": "data", "size": 1000 if way == "offset" else 10, **WAYS[way]}
        assert codes(gather(CONNECTOR, given)) == [f"r{n}" for n in range(25)]


def test_a_service_that_knows_no_pages_is_not_asked_for_ever() -> None:
    with web(lambda asked: Says([record(1)])) as peer:
        found = gather(CONNECTOR, {"url": peer.url, **WAYS["page"]})
        assert len(peer.asked) == 2
        assert {one.name for one in found} == {found[0].name}
    with (
        web(lambda asked: Says({"data": [], "meta": {"next": "x"}})) as peer,
        pytest.raises(SourceFailed, match="next"),
    ):
        gather(CONNECTOR, {"url": peer.url, "records": "data", **WAYS["cursor"]})


SINCE = {"since_field": "time", "since_first": "2026-01-01T00:00:00+00:00"}


@pytest.mark.parametrize("ordered", [False, True])
def test_the_cursor_is_the_largest_value_and_moves_when_it_may(ordered: bool) -> None:
    with web(Shelf(25)) as peer:
        way = {**WAYS["page"], "params": {**WAYS["page"]["params"], "since": "${since}"}}
        given = {"url": peer.url, "records": "data", "size": 10, "ordered": ordered, **way, **SINCE}
        found = gather(CONNECTOR, given)
        cursors = [one.cursor["since"] if one.cursor else None for one in found]
        tops = [record(n)["time"] for n in (9, 19, 24)]
        assert cursors[-1] == tops[-1]
        assert cursors[:3] == tops if ordered else cursors[:2] == [None, None]
        assert peer.asked[0].query["since"] == SINCE["since_first"]
        again = gather(CONNECTOR, given, cursor=found[-1].cursor)
        assert codes(again) == ["r24"]
        lapped = gather(CONNECTOR, {**given, "overlap": 120}, cursor=found[-1].cursor)
        assert peer.asked[-1].query["since"] == "2026-01-01T07:22:00+07:00"
        assert codes(lapped) == ["r22", "r23", "r24"]


def test_a_wrong_year_does_not_end_the_reading() -> None:
    rows = [record(1), {**record(2), "time": "9999-12-31T00:00:00Z"}, {**record(3), "time": "không rõ"}]
    with web(lambda asked: Says(rows)) as peer:
        found = gather(CONNECTOR, {"url": peer.url, "since_field": "time"})
        assert found[-1].cursor is not None
        assert found[-1].cursor["since"] == record(1)["time"]


@pytest.mark.parametrize(
    ("form", "field", "since", "asked"),
    [
        ("unix", "time", "2026-01-01T00:10:00+00:00", "1767225600"),
        ("unix_ms", "time", "2026-01-01T00:10:00+00:00", "1767225600000"),
        ("%d/%m/%Y %H:%M:%S", "time", "01/01/2026 07:10:00", "01/01/2026 07:00:00"),
        ("iso", "time", "2026-01-01T00:10:00Z", "2026-01-01T07:00:00+07:00"),
        ("iso", "at.n", 5000, "4400"),
    ],
)
def test_times_are_written_as_the_other_side_wants_them(form: str, field: str, since: Any, asked: str) -> None:
    with web(lambda asked: Says([])) as peer:
        given = {
            "url": peer.url,
            "time_format": form,
            "overlap": 600,
            "since_field": field,
            "params": {"s": "${since}"},
        }
        gather(CONNECTOR, given, cursor={"since": since})
        assert peer.asked[0].query == {"s": asked}


def test_ranges_go_on_from_where_the_last_one_ended() -> None:
    with web(lambda asked: Says([record(1)])) as peer:
        given = {"url": peer.url, "params": {"tu": "${from}", "den": "${to}"}, "lookback": 48}
        first = gather(CONNECTOR, given)
        began, ended = (datetime.fromisoformat(peer.asked[0].query[name]) for name in ("tu", "den"))
        assert abs(ended - began - timedelta(hours=48)) < timedelta(minutes=1)
        gather(CONNECTOR, given, cursor=first[-1].cursor)
        assert abs(datetime.fromisoformat(peer.asked[1].query["tu"]) - ended) < timedelta(seconds=1)
        span = Span(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))
        again = gather(CONNECTOR, given, cursor=first[-1].cursor, span=span)
        assert peer.asked[2].query == {"tu": "2026-01-01T07:00:00+07:00", "den": "2026-01-02T07:00:00+07:00"}
        assert again[0].name is None


def test_bodies_are_templates() -> None:
    with web(lambda asked: Says([])) as peer:
        body = {"filter": [{"n": "${size}", "since": "${since}", "text": "trang ${page}"}], "none": None, "k": 5}
        gather(CONNECTOR, {"url": peer.url, "method": "POST", "body": body})
        assert peer.asked[0].json() == {"filter": [{"n": 500, "text": "trang 1"}], "none": None, "k": 5}
        gather(CONNECTOR, {"url": peer.url, "method": "POST", "body": {"a b": "ô & ${page}"}, "body_as": "form"})
        assert peer.asked[1].body == b"a+b=%C3%B4+%26+1"


def test_xml_csv_and_ndjson_are_taken_too() -> None:
    xml = "<?xml version='1.0'?><r xmlns='urn:x'><list><item id='1'><t>a</t><t>b</t></item><item id='2'/></list></r>"
    said: list[Says] = [
        Says(body=xml.encode(), media="application/xml"),
        Says(body=b"code,time\nx,2026-01-01\ny,2026-01-03\n", media="text/csv; charset=utf-8"),
        Says(body=b'{"code":"x","time":"2026-01-02"}\nnot json\n', media="application/x-ndjson"),
        Says(body=b"", status=204),
    ]
    with web(lambda asked: said[0]) as peer:
        given = {"url": peer.url, "since_field": "time"}
        (one,) = gather(CONNECTOR, {**given, "records": "r/list/item"})
        assert [msgspec.json.decode(row) for row in one.body.split(b"\n")] == [
            {"id": "1", "t": ["a", "b"]},
            {"id": "2"},
        ]
        said.pop(0)
        (one,) = gather(CONNECTOR, given)
        assert (one.content_type, one.cursor and one.cursor["since"]) == ("text/csv; charset=utf-8", "2026-01-03")
        said.pop(0)
        (one,) = gather(CONNECTOR, given)
        assert (one.content_type, one.cursor and one.cursor["since"]) == ("application/x-ndjson", "2026-01-02")
        assert b"not json" in one.body
        said.pop(0)
        assert [one.body for one in gather(CONNECTOR, given)] == [b"[]"]


@pytest.mark.parametrize(
    ("says", "records", "words"),
    [
        (Says(body=b"<html>Please log in</html>", media="text/html"), "", "web page"),
        (Says(body=b"{broken"), "", "JSON"),
        (Says({"data": {"rows": []}}), "data.items", "'data.items' is missing"),
        (Says({"data": "none"}), "data", "holds no records"),
        (Says(body=b"<a><b></a>", media="text/xml"), "b", "XML"),
        (Says(body=b"<a><b/></a>", media="text/xml"), "x/y", "'x/y' is missing"),
        (Says(body=b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', media="text/xml"), "", "XML"),
        (Says(body=b"<a>" * 200, media="text/xml"), "", "levels"),
        (Says([record(1)], length=9000), "", "complete message body"),
    ],
)
def test_an_answer_that_is_none_is_told(says: Says, records: str, words: str) -> None:
    with web(lambda asked: says) as peer, pytest.raises(SourceFailed, match=words):
        gather(CONNECTOR, {"url": peer.url, "records": records})


def test_picking_passes_json_on_as_it_came() -> None:
    body = b'{"a~/b": [ {"x": 1.50,\n "y": "\xe1\xbb\x87"}, 7 ]}'
    assert rows(body, "/a~0~1b") == [b'{"x": 1.50,\n "y": "\xe1\xbb\x87"}', b"7"]
    assert list(column(pick(body, "application/json", "a~/b"), "x")) == [1.5]
    assert rows(b'[[{"x":1}]]', "0") == [b'{"x":1}']
    assert pick(b"null", "application/json").empty
    assert pick(b"a=1&b=%E1%BB%87", "application/x-www-form-urlencoded").pieces == ('{"a":"1","b":"ệ"}'.encode(),)
    assert pick(b"payload=%5B%7B%22a%22%3A1%7D%5D", "application/x-www-form-urlencoded", "payload").pieces == (
        b'[{"a":1}]',
    )
    assert elements(b"<a><b>1</b><b x='2'>3</b></a>") == [{"text": "1"}, {"x": "2", "text": "3"}]
    with pytest.raises(NotRecords):
        rows(b"5")


def test_large_answers_come_in_pieces() -> None:
    many = [{**record(n), "text": "x" * 1000} for n in range(9000)]
    lines = b"\n".join(map(msgspec.json.encode, many))
    for body, media in ((msgspec.json.encode(many), "application/json"), (lines, "application/x-ndjson")):
        picked = pick(body, media)
        assert len(picked.pieces) == 3
        assert sum(len(piece) for piece in picked.pieces) >= len(body) - 10
        assert len(list(column(picked, "code"))) == 9000


def test_a_file_behind_nginx_is_fetched_when_it_changes(town: Callable[..., Any], tmp_path: Path) -> None:
    word = "u:{PLAIN}secret\n"
    (tmp_path / "words").write_text(word)
    more = f'auth_basic "x"; auth_basic_user_file {tmp_path}/words;'
    with nginx(tmp_path / "n", more) as server:
        (server.www / "a.json").write_bytes(msgspec.json.encode({"list": [record(n) for n in range(20)]}))
        settings = {"url": f"{server.url}/a.json", "user": "u", "password": "secret", "records": "list"}
        place = town({"connector": "http_poll", "settings": settings, "every": "1s"}, THING)
        place.read()
        place.until(lambda: place.count() == 20)
        log = server.folder / "access.log"
        place.until(lambda: '" 304 ' in log.read_text())
        (server.www / "a.json").write_bytes(msgspec.json.encode({"list": [record(n) for n in range(25)]}))
        place.until(lambda: place.count() == 25)
        server.stop()
        place.until(lambda: place.standing().problem)
        assert place.standing().problem["kind"] == "unreachable"
        (server.www / "a.json").write_bytes(msgspec.json.encode({"list": [record(25), {"code": "bad"}]}))
        server.start()
        place.run(place.intake.now("town.source"))
        place.until(lambda: place.count() == 26)
        place.until(lambda: place.standing().problem is None)
        assert len(place.waiting()) == 1
        place.restart()
        place.until(lambda: log.read_text().count('" 304 ') >= 2)
        assert place.account() == {"sent": 47, "received": 47, "stored": 26, "quarantined": 1, "duplicated": 20}
        (tmp_path / "words").write_text("u:{PLAIN}other\n")
        place.until(lambda: place.standing().problem)
        assert place.standing().problem["kind"] == "refused"


def test_what_fails_between_pages_is_made_good(town: Callable[..., Any]) -> None:
    shelf = Shelf(30)
    failing = [
        (Says({"error": "busy"}, status=429, headers={"Retry-After": "1"}), "unreachable", "busy"),
        (Says(body=b'{"data": [{"co'), "malformed", "JSON"),
        (Says({"data": []}, length=5000), "unreachable", "complete message body"),
        (Says({}, status=403), "refused", "HTTP 403"),
    ]
    now: list[Says] = []

    def answer(asked: Asked) -> Says:
        return now[0] if now and asked.query.get("page") == "3" else shelf(asked)

    with web(answer) as peer:
        way = {**WAYS["page"], "params": {**WAYS["page"]["params"], "since": "${since}"}}
        settings = {"url": peer.url, "records": "data", "size": 10, **way, **SINCE}
        now.append(failing[0][0])
        place = town({"connector": "http_poll", "settings": settings, "every": "1s"}, THING)
        place.read()

        def told(kind: str, words: str) -> bool:
            problem = place.standing().problem
            return bool(problem) and problem["kind"] == kind and words in problem["message"]["en"]

        for says, kind, words in failing:
            now[:] = [says]
            place.run(place.intake.now("town.source"))
            place.until(lambda kind=kind, words=words: told(kind, words))
            assert (place.count(), place.standing().cursor) == (20, None)
        now.clear()
        place.run(place.intake.now("town.source"))
        place.until(lambda: place.count() == 30)
        place.until(lambda: (place.standing().cursor or {}).get("since") == record(29)["time"])
        shelf.there = 31
        place.until(lambda: place.count() == 31)
        account = place.account()
        assert (account["stored"], account["quarantined"]) == (31, 0)


def test_a_closed_service_with_tokens_and_certificates(town: Callable[..., Any], tmp_path: Path) -> None:
    made = papers()
    tokens: list[str] = []

    def answer(asked: Asked) -> Says:
        if asked.path == "/token":
            tokens.append(f"t{len(tokens)}")
            return Says({"access_token": tokens[-1], "expires_in": 3600})
        if asked.headers.get("authorization") != f"Bearer {tokens[-1]}":
            return Says({}, status=401)
        return Says([record(n) for n in range(5)])

    with web(answer, made.server_side(tmp_path, wants_client=True)) as peer:
        settings = {
            "url": peer.url, "token_url": f"{peer.url}/token", "client_id": "id", "client_secret": "s",
            "authority": made.authority, "client_certificate": made.client, "client_key": made.client_key,
        }  # fmt: skip
        place = town({"connector": "http_poll", "settings": settings, "every": "1s"}, THING)
        place.read()
        place.until(lambda: place.count() == 5)
        place.until(lambda: len(tokens) > 2)
        assert place.account()["stored"] == 5
        assert place.standing().problem is None


def test_a_range_is_fetched_again_though_nothing_changed(town: Callable[..., Any]) -> None:
    with web(lambda asked: Says([record(n) for n in range(5)])) as peer:
        place = town({"connector": "http_poll", "settings": {"url": peer.url}, "every": "1s"}, THING)
        place.read()
        place.until(lambda: place.count() == 5)
        span = Span(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))
        place.run(place.intake.again("town.source", span, "someone"))
        place.until(lambda: place.account()["duplicated"] == 5)
        assert place.count() == 5


def test_a_run_that_brings_nothing_new_says_so(town: Callable[..., Any]) -> None:
    with web(Shelf(15)) as peer:
        settings = {"url": peer.url, "records": "data", "size": 10, **WAYS["page"]}
        place = town({"connector": "http_poll", "settings": settings, "every": "1s"}, THING)
        place.read()
        place.until(lambda: len(place.run(place.intake.desk.runs("town.source", 10))) >= 2)
        runs = place.run(place.intake.desk.runs("town.source", 10))
        assert (runs[-1].stored, runs[-1].duplicated) == (15, 0)
        assert (runs[-2].stored, runs[-2].duplicated) == (0, 15)
        assert place.account()["duplicated"] == 0
