"""Nothing malformed gives a 5xx or a hang: it gives problem details that say what to do."""

import json
import random
import socket
from urllib.parse import urlsplit

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from running import AIR, API, City

RECORDS = f"{API}/datasets/{AIR}/records"


def raw(city: City, data: bytes) -> bytes:
    """Send bytes to the socket, and return what comes back until the other side closes."""
    place = urlsplit(city.url)
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=20) as line:
        line.sendall(data)
        found = b""
        while piece := line.recv(65536):
            found += piece
    return found


def problem(answer: bytes) -> dict[str, object]:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"application/problem+json" in head, answer[:300]
    found: dict[str, object] = json.loads(body)
    return found


def test_unknown_addresses_and_methods_are_problems(city: City) -> None:
    with city.client(None) as client:
        missing = client.get(f"{API}/nothing")
        assert missing.status_code == 404
        assert missing.headers["content-type"] == "application/problem+json"
        found = missing.json()
        assert {"type", "title", "status", "detail", "code", "title_en", "detail_en", "remedy"} <= found.keys()
        assert found["remedy"]["vi"]
        wrong = client.put(f"{API}/datasets")
        assert wrong.status_code == 405
        assert wrong.headers["allow"] == "GET, HEAD, OPTIONS"
        assert client.request("BREW", f"{API}/datasets").status_code in (400, 405)
        assert client.options(f"{API}/query").headers["allow"] == "OPTIONS, POST"
        assert client.head(f"{API}/datasets").status_code == 200
        assert client.post("/some/page").status_code == 404


def test_what_is_not_http_is_told_so(city: City) -> None:
    for data in (
        b"hello\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x00\x01\x02\x03\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
    ):
        answer = raw(city, data)
        assert answer.startswith(b"HTTP/1.1 4"), (data, answer[:100])
        assert problem(answer)["code"] == "malformed"


def test_a_huge_head_is_refused(city: City) -> None:
    head = b"GET /health HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 200_000
    assert problem(raw(city, head))["code"] == "headers_too_large"
    many = b"GET /health HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X-%d: y\r\n" % number for number in range(20_000))
    assert problem(raw(city, many + b"\r\n"))["code"] == "headers_too_large"


@pytest.mark.parametrize(
    "query",
    [
        "%ff=1",
        "limit=%ff",
        "q=%00",
        "a\0b=1".replace("\0", "%00"),
        "limit=1&limit=2",
        "limit=ten",
        "limit=1e3",
        "x" * 5000,
    ],
)
def test_malformed_parameters(city: City, query: str) -> None:
    with city.client(None) as client:
        answer = client.get(f"{API}/areas?{query}")
        assert answer.status_code in (400, 422)
        assert answer.json()["detail"]


def test_paths_with_odd_bytes(city: City) -> None:
    with city.client(None) as client:
        for name in ("%00", "%ff%fe", "..%2f..%2fetc%2fpasswd", "%F0%9F%92%A9", "a" * 4000, "%7B%7B", "';drop"):
            for path in (
                f"{API}/datasets/{name}",
                f"{API}/indicators/{name}",
                f"{API}/areas/{name}",
                f"/tiles/{name}/1/0/0.mvt",
            ):
                assert client.get(path).status_code == 404, path


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"indicators": ["a\\u0000b"]}', b'{"indicators": ["\\ud800"]}',
        b"[" * 100_000, b'{"indicators": 1}', b'{"indicators": ["environment.pm25"], "time": {"last": "100000000d"}}',
        b'{"indicators": ["environment.pm25"], "time": {"from": "0001-01-01T00:00:00Z", "to": "9999-12-31T23:59:59Z"}}',
        b'{"indicators": ["environment.pm25"], "where": {"station": {"ge": {}}}}',
        b'{"indicators": ["environment.pm25"], "where": {"pm25": {"ge": 1e999}}}',
        b'{"indicators": ["environment.pm25"], "limit": 99999999999999999999999}',
        b'{"indicators": ["environment.pm25"], "as_of": "2026-01-01"}',
        b'{"indicators": ["environment.pm25"], "cursor": "AAAA"}',
        b'{"indicators": ["environment.pm25"], "boundaries": "1000-01-01"}',
    ],
    ids=range(17),
)  # fmt: skip
def test_malformed_questions(city: City, body: bytes) -> None:
    with city.client(None) as client:
        answer = client.post(f"{API}/query", content=body, headers={"content-type": "application/json"})
        assert answer.status_code < 500, answer.text


def test_bodies_of_a_wrong_kind(city: City) -> None:
    with city.client() as client:
        for media in ("text/plain", "", "application/xml", "multipart/form-data"):
            assert client.post(f"{API}/query", content=b"{}", headers={"content-type": media}).status_code == 415
            assert client.post(RECORDS, content=b"{}", headers={"content-type": media}).status_code == 415
        assert client.post(f"{API}/query", json={"indicators": ["x" * (1 << 21)]}).status_code == 413
    head = f"POST {RECORDS} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {city.token('demo-admin')}\r\nConnection: close\r\n"
    told = raw(city, head.encode() + b"Content-Type: text/csv\r\nContent-Length: 99999999999999\r\n\r\n")
    assert problem(told)["code"] == "too_large"


def test_a_body_past_the_limit_is_refused_whole(city: City) -> None:
    def pieces() -> object:
        for _ in range(40):
            yield b'{"station":"LARGE","time":"2026-01-01T00:00:00Z"}\n' * 1000

    limited = city.platform.services.settings
    city.platform.services.settings = limited.model_copy(update={"max_body": 1 << 20})
    try:
        with city.client() as client:
            answer = client.post(RECORDS, content=pieces(), headers={"content-type": "application/x-ndjson"})  # type: ignore[arg-type]
            assert answer.status_code == 413
            assert answer.json()["limit"] == 1 << 20
            assert client.get(RECORDS, params={"station": "LARGE"}).json()["rows"] == []
    finally:
        city.platform.services.settings = limited


def test_records_of_any_bytes_never_break_the_door(city: City) -> None:
    """Malformed bodies of every format: each is refused, or its rows are accounted for one by one."""
    chance = random.Random(4)
    line = b'{"station":"FUZZ","time":"2026-01-01T00:00:00Z","pm25":12.5}'
    media = (
        "application/x-ndjson",
        "application/json",
        "text/csv",
        "application/vnd.apache.arrow.stream",
        "application/vnd.apache.parquet",
    )
    with city.client() as client:
        for number in range(120):
            body = bytearray(line * chance.randint(1, 3))
            for _ in range(chance.randint(1, 8)):
                body[chance.randrange(len(body))] = chance.randrange(256)
            answer = client.post(RECORDS, content=bytes(body), headers={"content-type": media[number % len(media)]})
            assert answer.status_code < 500, (body, answer.text)
            if answer.status_code == 201:
                receipt = answer.json()
                assert receipt["quarantined"] == 0 or all(error["row"] >= 1 for error in receipt["errors"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    given=st.dictionaries(
        st.sampled_from(["station", "limit", "order", "from", "pm25.ge", "columns", "as_of", "x.y.ge", "_id"]),
        st.text(max_size=30),
    )
)
def test_any_filter_is_an_answer_or_a_problem(city: City, given: dict[str, str]) -> None:
    with city.client(None) as client:
        try:
            answer = client.get(RECORDS, params=given)
        except httpx.InvalidURL:
            return
        assert answer.status_code in (200, 400, 422), answer.text


def test_many_requests_on_one_line(city: City) -> None:
    answer = raw(
        city,
        b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n" * 5
        + b"GET /nothing.js HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    )
    assert answer.count(b"HTTP/1.1 200 OK") == 5
    assert answer.count(b"HTTP/1.1 404") == 1
