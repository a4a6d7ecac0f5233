"""The HTTP client of connectors: who the platform says it is, where it lets itself be sent, what failures mean."""

import asyncio
import base64
import gzip
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from web_peer import Asked, Papers, Says, nginx, papers, web

from toancanh.connectors.asked import HttpSettings
from toancanh.connectors.asking import Answer, Service, asking
from toancanh.domain import InvalidInput, SourceFailed
from toancanh.sdk import Job


@pytest.fixture(scope="module")
def made() -> Papers:
    return papers()


def ask(use: Callable[[Service], Any], folder: Path | None = None, **given: Any) -> Any:
    async def whole() -> Any:
        async with asking(HttpSettings.model_validate(given), Job("town.source", folder or Path.cwd())) as service:
            return await use(service)

    return asyncio.run(whole())


def failure(use: Callable[[Service], Any], **given: Any) -> dict[str, Any]:
    with pytest.raises(SourceFailed) as caught:
        ask(use, **given)
    return {"text": caught.value.message.en, **caught.value.details}


def test_addresses_are_relative_to_the_service_and_parameters_are_added() -> None:
    with web(lambda asked: Says({"path": asked.path, "query": dict(asked.query)})) as peer:

        async def use(service: Service) -> list[Any]:
            wanted = ["", "tram", "/khac", "?page=2", f"{peer.url}/whole?a=1"]
            found = [(await service.get(address, params={"n": 3})).json() for address in wanted]
            return [(one["path"], one["query"]) for one in found]

        assert ask(use, url=f"{peer.url}/api/v1?lang=vi") == [
            ("/api/v1", {"lang": "vi", "n": "3"}),
            ("/api/v1/tram", {"n": "3"}),
            ("/khac", {"n": "3"}),
            ("/api/v1", {"page": "2", "n": "3"}),
            ("/whole", {"a": "1", "n": "3"}),
        ]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({"api_key": "k"}, ("x-api-key", "k")),
        ({"api_key": "k", "api_key_name": "Ocp-Key"}, ("ocp-key", "k")),
        ({"token": "t"}, ("authorization", "Bearer t")),
        ({"token": "mã\n"}, ("authorization", "Bearer mã".encode().decode("latin-1"))),
        ({"user": "u", "password": "mật"}, ("authorization", "Basic " + base64.b64encode("u:mật".encode()).decode())),
        ({"headers": {"X-Client": "toan-canh"}}, ("x-client", "toan-canh")),
    ],
)
def test_the_platform_shows_who_it_is_to_the_service_alone(given: Any, shown: tuple[str, str]) -> None:
    with web(lambda asked: Says([])) as other:
        there = {"Location": f"{other.url}/moved"}
        with web(lambda asked: Says([], status=302, headers=there) if asked.path == "/go" else Says([])) as peer:

            async def use(service: Service) -> None:
                await service.get("list")
                await service.get(f"{other.url}/foreign")
                await service.get("go")

            ask(use, url=peer.url, **given)
            name, value = shown
            assert [one.headers.get(name) for one in peer.asked] == [value, value]
            assert [one.path for one in other.asked] == ["/foreign", "/moved"]
            assert [one.headers.get(name) for one in other.asked] == [None, None]


def test_a_key_in_the_address_is_never_shown() -> None:
    with web(lambda asked: Says({"m": "không"}, status=500)) as peer:
        told = failure(lambda s: s.get(), url=peer.url, api_key="bí", api_key_name="key", api_key_in="query")
        assert peer.asked[0].query == {"key": "bí"}
        assert "bí" not in told["text"]
        assert "HTTP 500" in told["text"]


class Issuer:
    """A service with OAuth 2.0 tokens that last `lasts` seconds; `revoke` ends the newest at once."""

    def __init__(self, lasts: Any = 3600) -> None:
        self.given = 0
        self.good: set[str] = set()
        self.lasts = lasts

    def __call__(self, asked: Asked) -> Says:
        if asked.path == "/token":
            assert asked.headers["authorization"] == "Basic " + base64.b64encode(b"id:secret").decode()
            assert asked.body == b"grant_type=client_credentials&scope=doc+ghi"
            self.given += 1
            self.good = {f"Bearer t{self.given}"}
            return Says({"access_token": f"t{self.given}", "token_type": "Bearer", "expires_in": self.lasts})
        return Says([1]) if asked.headers.get("authorization") in self.good else Says({"error": "expired"}, status=401)


def test_a_token_is_asked_for_once_and_again_when_it_ends() -> None:
    issuer = Issuer()
    with web(issuer) as peer:
        oauth = {"token_url": f"{peer.url}/token", "client_id": "id", "client_secret": "secret", "scope": "doc ghi"}

        async def use(service: Service) -> None:
            assert (await service.get("a")).json() == (await service.get("b")).json() == [1]
            assert issuer.given == 1
            issuer.good.clear()
            assert (await service.get("c")).json() == [1]
            assert issuer.given == 2

        ask(use, url=peer.url, **oauth)
        issuer.lasts = 0

        async def again(service: Service) -> None:
            await service.get("a")
            await service.get("b")

        ask(again, url=peer.url, **oauth)
        assert issuer.given == 4
        peer.answer = lambda asked: Says({"error": "invalid_client"}, status=401)
        assert failure(lambda s: s.get(), url=peer.url, **oauth)["kind"] == "refused"
        peer.answer = lambda asked: Says({"token": "none"})
        assert failure(lambda s: s.get(), url=peer.url, **oauth)["kind"] == "malformed"


@pytest.mark.parametrize(
    ("says", "kind", "words"),
    [
        (Says({"m": "no"}, status=401), "refused", "HTTP 401"),
        (Says({"m": "no"}, status=403), "refused", "HTTP 403"),
        (Says({"m": "no"}, status=404), "malformed", 'HTTP 404 {"m":"no"}'),
        (Says({"m": "no"}, status=500), "malformed", "HTTP 500"),
        (Says(body=b"<html>bad gateway</html>", status=502, media="text/html"), "unreachable", "HTTP 502"),
        (Says([1, 2, 3], length=5000), "unreachable", "complete message body"),
        (Says(body=b"not gzip", headers={"Content-Encoding": "gzip"}), "malformed", "Error -3"),
        (Says(body=gzip.compress(b" " * (2 << 20)), headers={"Content-Encoding": "gzip"}), "malformed", "> 1 MB"),
        (Says(body=b"<html>Please log in", media="text/html"), "malformed", "text/html"),
        (Says([], status=302, headers={"Location": "ftp://127.0.0.1/"}), "malformed", "ftp"),
        (Says([], status=302, headers={"Location": "/loop"}), "malformed", "redirects"),
    ],
)
def test_what_goes_wrong_has_a_name(says: Says, kind: str, words: str) -> None:
    with web(lambda asked: says) as peer:

        async def use(service: Service) -> Any:
            return (await service.get()).json()

        told = failure(use, url=peer.url, max_megabytes=1)
        assert told["kind"] == kind
        assert words in told["text"]


@pytest.mark.parametrize(("said", "least", "most"), [("120", 120, 120), ("date", 500, 700), ("soon", None, None)])
def test_a_service_says_how_long_to_leave_it_alone(said: str, least: float | None, most: float | None) -> None:
    if said == "date":
        said = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 600))
    for status in (429, 503):
        with web(lambda asked, status=status: Says({}, status=status, headers={"Retry-After": said})) as peer:
            told = failure(lambda s: s.get(), url=peer.url)
            assert told["kind"] == "unreachable"
            wait = told.get("retry_after")
            assert wait is None if least is None or most is None else least <= wait <= most


def test_nobody_there_and_too_slow() -> None:
    with web(lambda asked: Says([])) as peer:
        url = peer.url
    assert failure(lambda s: s.get(), url=url)["kind"] == "unreachable"

    def slow(asked: Asked) -> Says:
        time.sleep(1.5)
        return Says([])

    with web(slow) as peer:
        told = failure(lambda s: s.get(), url=peer.url, timeout=0.2)
        assert told["kind"] == "unreachable"
        assert "Timeout" in told["text"]


def test_requests_keep_to_the_rate() -> None:
    with web(lambda asked: Says([])) as peer:

        async def use(service: Service) -> float:
            began = time.monotonic()
            await asyncio.gather(*(service.get() for _ in range(5)))
            return time.monotonic() - began

        assert ask(use, url=peer.url, per_second=10) >= 0.39


def test_marks_spare_what_did_not_change(tmp_path: Path) -> None:
    with nginx(tmp_path / "n") as server:
        (server.www / "a.json").write_text('[{"a": 1}]')

        async def use(service: Service) -> list[Answer]:
            first = await service.get("a.json")
            second = await service.get("a.json", unless=first.mark)
            (server.www / "a.json").write_text('[{"a": 1}, {"a": 2}]')
            return [first, second, await service.get("a.json", unless=first.mark)]

        first, second, third = ask(use, url=server.url)
        assert set(first.mark) == {"etag", "modified"}
        assert (second.unchanged, second.body) == (True, b"")
        assert third.json() == [{"a": 1}, {"a": 2}]


def test_links_in_headers_are_understood() -> None:
    links = '<?page=2>; title="a, b"; rel="next", <https://example.org/last>; rel=last'
    with web(lambda asked: Says([], headers={"Link": links})) as peer:
        answer = ask(lambda s: s.get("x", params={"page": 1}), url=peer.url)
        assert answer.link("next") == f"{peer.url}/x?page=2"
        assert answer.link("last") == "https://example.org/last"
        assert answer.link("prev") is None


def test_both_sides_show_certificates(made: Papers, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text(made.authority)
    (tmp_path / "own.key").write_text(made.client_key)
    ours = {"client_certificate": made.client, "client_key": made.client_key}
    with web(lambda asked: Says([1]), made.server_side(tmp_path, wants_client=True)) as peer:
        got = ask(lambda s: s.get(), url=peer.url, authority=made.authority, **ours)
        assert got.json() == [1]
        by_path = {"authority": "ca.pem", "client_certificate": made.client, "client_key": "own.key"}
        assert ask(lambda s: s.get(), tmp_path, url=peer.url, **by_path).json() == [1]
        told = failure(lambda s: s.get(), url=peer.url, authority=made.authority)
        assert told["kind"] in ("refused", "unreachable")
        told = failure(lambda s: s.get(), url=peer.url, **ours)
        assert told["kind"] == "unreachable"
        assert "certificate verify failed" in told["text"].lower()
        with pytest.raises(InvalidInput, match="client_certificate"):
            ask(lambda s: s.get(), url=peer.url, client_certificate=made.client, client_key=made.server_key)
        with pytest.raises(InvalidInput, match="authority"):
            ask(lambda s: s.get(), url=peer.url, authority="nowhere.pem")


def test_nginx_wants_a_certificate(made: Papers, tmp_path: Path) -> None:
    folder = tmp_path / "n"
    folder.mkdir()
    made.server_side(folder)
    more = f"""ssl_certificate {folder}/server.pem; ssl_certificate_key {folder}/server.key;
    ssl_client_certificate {folder}/ca.pem; ssl_verify_client on;"""
    with nginx(folder, more, tls=True) as server:
        (server.www / "a.json").write_text("[1]")
        given = {"url": f"{server.url}/a.json", "authority": made.authority}
        ours = {"client_certificate": made.client, "client_key": made.client_key}
        assert ask(lambda s: s.get(), **given, **ours).json() == [1]
        assert "HTTP 400" in failure(lambda s: s.get(), **given)["text"]


def test_a_body_is_not_sent_on_to_another_server() -> None:
    with web(lambda asked: Says([])) as other:
        there = {"Location": f"{other.url}/moved"}
        with web(lambda asked: Says([], status=307, headers=there)) as peer:
            assert failure(lambda s: s.post(json={"session": "kín"}), url=peer.url)["kind"] == "malformed"
            assert ask(lambda s: s.get(), url=peer.url).json() == []
        assert [one.method for one in other.asked] == ["GET"]


def test_https_is_never_left(made: Papers, tmp_path: Path) -> None:
    with web(lambda asked: Says([])) as plain:
        moved = {"Location": f"{plain.url}/plain"}

        def answer(asked: Asked) -> Says:
            return Says([], status=302, headers=moved) if asked.path == "/go" else Says([asked.path])

        with web(answer, made.server_side(tmp_path)) as peer:
            given = {"url": peer.url, "authority": made.authority}
            assert failure(lambda s: s.get("go"), **given)["kind"] == "malformed"
            assert failure(lambda s: s.get("http://localhost/x"), **given)["kind"] == "malformed"
            behind_proxy = peer.url.replace("https", "http") + "/next"
            assert ask(lambda s: s.get(behind_proxy), **given).json() == ["/next"]
        assert plain.asked == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "ftp://x"},
        {"url": "http://x", "password": "p"},
        {"url": "http://x", "token_url": "http://x/token"},
        {"url": "http://x", "client_key": "k"},
    ],
)
def test_settings_that_do_not_go_together_are_named(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"url|needs|together"):
        HttpSettings.model_validate(wrong)
    with pytest.raises(InvalidInput):
        HttpSettings.among({**wrong, "table": "x"})


def test_a_suggester_takes_what_is_filled_in() -> None:
    one = HttpSettings.among({"url": "http://x", "token": "t", "table": "x"})
    assert one.token is not None
    assert one.token.get_secret_value() == "t"
