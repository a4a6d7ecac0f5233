"""Asking a web service: one client for all connectors that do.

    async with asking(settings, job) as service:
        answer = await service.get("stations", params={"page": 1})
        stations = answer.json()

What goes wrong is raised as SourceFailed. Credentials go to the server of `settings.url` alone, however links and
redirects lead elsewhere; nothing is ever asked over http that was to be asked over https.
"""

import asyncio
import re
import ssl
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import msgspec

from toancanh.connectors.asked import HttpSettings
from toancanh.connectors.trust import client_trust
from toancanh.domain import SourceFailed
from toancanh.sdk import Job, malformed, refused, unreachable

Mark = dict[str, str]
"""What tells the other side which answer the platform has: its ETag and Last-Modified. Fits into a cursor."""
_HOPS = 5
_EARLY = 30.0
"""Seconds before its end at which a token is renewed."""
_LONGEST_WAIT = 86_400.0
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LINK = re.compile(r"<([^>]*)>\s*((?:;\s*[^,;=\s]+\s*=\s*(?:\"[^\"]*\"|[^,;\"]*)\s*)*)")
_REL = re.compile(r"rel\s*=\s*(?:\"([^\"]*)\"|([^,;\s]+))", re.IGNORECASE)
_SAYS_SOMETHING = ("application/json", "application/problem+json", "text/plain")


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer. `unchanged`: the other side says that what the platform has is still good, and sends nothing."""

    url: str
    status: int
    headers: httpx.Headers
    body: bytes

    @property
    def unchanged(self) -> bool:
        """Whether there is nothing new since the mark that was sent."""
        return self.status == 304

    @property
    def where(self) -> str:
        """The address as people may see it: without parameters, which may hold keys."""
        return _shown(httpx.URL(self.url))

    @property
    def media(self) -> str:
        """The content type in lower case, without parameters."""
        return str(self.headers.get("content-type", "")).partition(";")[0].strip().lower()

    @property
    def mark(self) -> Mark:
        """What to give as `unless` when this is asked for again; empty where the other side has no such thing."""
        names = {"etag": "etag", "modified": "last-modified"}
        return {name: self.headers[header] for name, header in names.items() if header in self.headers}

    def json(self, type: Any = Any) -> Any:
        """Return the body read as JSON, as a type that msgspec knows. Raises SourceFailed (malformed)."""
        try:
            return msgspec.json.decode(self.body, type=type)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            said = f", {self.media}" if self.media and "json" not in self.media else ""
            raise malformed(self.where, f"JSON: {error}{said}") from error

    def link(self, relation: str) -> str | None:
        """Return the address that the Link headers give for a relation, such as `next`."""
        for said in self.headers.get_list("link"):
            for address, parameters in _LINK.findall(said):
                found = _REL.search(parameters)
                if found and relation in (found[1] or found[2] or "").lower().split():
                    return str(httpx.URL(self.url).join(address))
        return None


class Service:
    """A web service that is asked. Addresses may be relative to the settings' `url`; parameters are added to theirs."""

    def __init__(self, settings: HttpSettings, client: httpx.AsyncClient) -> None:
        self._settings = settings
        self._client = client
        self._base = httpx.URL(settings.url)
        self._token = _Token(settings, client, settings.max_megabytes << 20) if settings.token_url else None
        self._turn = asyncio.Lock()
        self._next = 0.0

    async def get(
        self,
        address: str = "",
        *,
        params: Mapping[str, str | int | float] | None = None,
        headers: Mapping[str, str] | None = None,
        unless: Mark | None = None,
    ) -> Answer:
        """Ask for an address; `unless` it is what the platform has, by the mark of an earlier answer. Raises SourceFailed."""
        conditions = {
            header: unless[name]
            for name, header in (("etag", "If-None-Match"), ("modified", "If-Modified-Since"))
            if unless and name in unless
        }
        return await self.ask("GET", address, params=params, headers={**(headers or {}), **conditions})

    async def post(
        self,
        address: str = "",
        *,
        json: Any = None,
        body: bytes | None = None,
        params: Mapping[str, str | int | float] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send JSON, or a body whose content type stands in `headers`. Raises SourceFailed."""
        if json is not None:
            body, headers = msgspec.json.encode(json), {"Content-Type": "application/json", **(headers or {})}
        return await self.ask("POST", address, params=params, headers=headers, body=body)

    async def ask(
        self,
        method: str,
        address: str = "",
        *,
        params: Mapping[str, str | int | float] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        """Send a request and return the whole answer, which is good (2xx) or unchanged (304). Raises SourceFailed."""
        url = self._reach(address)
        url = url.copy_merge_params(dict(params)) if params else url
        for _ in range(_HOPS):
            answer = await self._once(method, url, headers or {}, body)
            if answer.status == 401 and self._token is not None and self._ours(url):
                self._token.forget()
                answer = await self._once(method, url, headers or {}, body)
            if answer.status not in _REDIRECTS or "location" not in answer.headers:
                break
            url = self._redirected(url, answer)
            if answer.status in (301, 302, 303) and method == "POST":
                method, body = "GET", None
            if body is not None and not self._ours(url):
                raise malformed(answer.where, f"{method} → {_shown(url)}")
        else:
            raise malformed(_shown(url), f"> {_HOPS} redirects")
        if not (answer.unchanged or 200 <= answer.status < 300):
            raise _failed(answer)
        return answer

    async def _once(self, method: str, url: httpx.URL, headers: Mapping[str, str], body: bytes | None) -> Answer:
        sent, auth = dict(headers), None
        if self._ours(url):
            url, sent, auth = await self._introduced(url, sent)
        await self._wait_for_turn()
        limit = self._settings.max_megabytes << 20
        return await _fetch(self._client, method, url, headers=sent, body=body, auth=auth, limit=limit)

    async def _introduced(
        self, url: httpx.URL, headers: dict[str, str]
    ) -> tuple[httpx.URL, dict[str, str], httpx.BasicAuth | None]:
        """Return a request to the service with all that shows who the platform is."""
        one = self._settings
        headers = {**one.headers, **headers}
        if one.api_key is not None and one.api_key_in == "query":
            url = url.copy_set_param(one.api_key_name, one.api_key.get_secret_value())
        elif one.api_key is not None:
            headers[one.api_key_name] = one.api_key.get_secret_value()
        if self._token is not None:
            headers["Authorization"] = f"Bearer {await self._token.current()}"
        elif one.token is not None:
            headers["Authorization"] = f"Bearer {one.token.get_secret_value()}"
        password = one.password.get_secret_value() if one.password else ""
        return (
            url,
            headers,
            httpx.BasicAuth(one.user, password) if one.user and "Authorization" not in headers else None,
        )

    async def _wait_for_turn(self) -> None:
        if self._settings.per_second is None:
            return
        async with self._turn:
            loop = asyncio.get_running_loop()
            await asyncio.sleep(max(0.0, self._next - loop.time()))
            self._next = loop.time() + 1 / self._settings.per_second

    def _reach(self, address: str) -> httpx.URL:
        """Return a whole address. One of our server that says http comes from behind a proxy, and is asked by https."""
        try:
            url = _joined(self._base, address)
        except httpx.InvalidURL as error:
            raise malformed(_shown(self._base), error) from error
        if url.scheme not in ("http", "https"):
            raise malformed(_shown(self._base), f"{url.scheme}://")
        if self._base.scheme == "https" and url.scheme == "http":
            if url.host != self._base.host:
                raise malformed(_shown(self._base), f"https → {_shown(url)}")
            url = url.copy_with(scheme="https", port=self._base.port)
        return url

    def _redirected(self, url: httpx.URL, answer: Answer) -> httpx.URL:
        try:
            there = url.join(answer.headers["location"])
        except httpx.InvalidURL as error:
            raise malformed(_shown(url), error) from error
        if there.scheme not in ("http", "https") or (url.scheme == "https" and there.scheme == "http"):
            raise malformed(_shown(url), f"{url.scheme} → {there.scheme}://{there.host}")
        return there

    def _ours(self, url: httpx.URL) -> bool:
        """Whether an address is at the service itself; the same server by https, where http was set, is too."""
        if url.host != self._base.host:
            return False
        same = (url.scheme, url.port) == (self._base.scheme, self._base.port)
        return same or (
            self._base.scheme == "http" and self._base.port is None and (url.scheme, url.port) == ("https", None)
        )


@asynccontextmanager
async def asking(settings: HttpSettings, job: Job) -> AsyncGenerator[Service]:
    """Open a client for one reading. Raises InvalidInput where certificates in the settings cannot be used."""
    trust = await asyncio.to_thread(
        client_trust, job.folder, settings.authority, settings.client_certificate, settings.client_key
    )
    async with httpx.AsyncClient(
        verify=trust,
        timeout=settings.timeout,
        proxy=settings.proxy,
        trust_env=False,
        headers={"User-Agent": "toancanh", "Accept-Encoding": "gzip, deflate"},
    ) as client:
        yield Service(settings, client)


class _Token:
    """A token of OAuth 2.0 client credentials (RFC 6749, 4.4), asked for when it is needed."""

    def __init__(self, settings: HttpSettings, client: httpx.AsyncClient, limit: int) -> None:
        self._settings = settings
        self._client = client
        self._limit = limit
        self._value: str | None = None
        self._until = 0.0
        self._turn = asyncio.Lock()

    def forget(self) -> None:
        """Ask for another one next time."""
        self._value = None

    async def current(self) -> str:
        """Return a token that is still good. Raises SourceFailed."""
        async with self._turn:
            clock = asyncio.get_running_loop().time
            if self._value is None or clock() >= self._until:
                self._value, lasts = await self._asked_for()
                self._until = clock() + max(lasts - _EARLY, lasts / 2)
            return self._value

    async def _asked_for(self) -> tuple[str, float]:
        one = self._settings
        assert one.token_url is not None
        assert one.client_id is not None
        assert one.client_secret is not None
        url = httpx.URL(one.token_url)
        wanted = {"grant_type": "client_credentials", **({"scope": one.scope} if one.scope else {})}
        answer = await _fetch(
            self._client,
            "POST",
            url,
            headers={"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
            body=str(httpx.QueryParams(wanted)).encode(),
            auth=httpx.BasicAuth(one.client_id, one.client_secret.get_secret_value()),
            limit=self._limit,
        )
        if answer.status in (400, 401, 403):
            raise refused(_shown(url), _said(answer))
        if not 200 <= answer.status < 300:
            raise _failed(answer)
        given = answer.json()
        if not isinstance(given, dict) or not isinstance(given.get("access_token"), str):
            raise malformed(_shown(url), "access_token")
        lasts = given.get("expires_in")
        return given["access_token"], float(lasts) if isinstance(lasts, int | float) else 300.0


async def _fetch(
    client: httpx.AsyncClient,
    method: str,
    url: httpx.URL,
    *,
    headers: Mapping[str, str],
    body: bytes | None,
    auth: httpx.BasicAuth | None,
    limit: int,
) -> Answer:
    """Send one request and read the answer up to `limit` bytes, unpacked. Raises SourceFailed."""
    where = _shown(url)
    try:
        sent = [(name.encode("ascii"), value.strip().encode()) for name, value in headers.items()]
        async with client.stream(method, url, headers=sent, content=body, auth=auth) as response:
            pieces, size = [], 0
            async for piece in response.aiter_bytes():
                size += len(piece)
                if size > limit:
                    raise malformed(where, f"> {limit >> 20} MB")
                pieces.append(piece)
            return Answer(str(url), response.status_code, response.headers, b"".join(pieces))
    except httpx.TimeoutException as error:
        raise unreachable(where, f"{type(error).__name__} ({client.timeout.read} s)") from error
    except httpx.DecodingError as error:
        raise malformed(where, error) from error
    except (httpx.RequestError, httpx.InvalidURL, ssl.SSLError, UnicodeEncodeError) as error:
        raise _broken(where, error) from error


def _broken(where: str, error: BaseException) -> SourceFailed:
    """Return the error for a connection that failed; a server that wants another certificate of us refuses."""
    why = f"{type(error).__name__}: {error}".rstrip(": .")
    return (
        refused(where, why)
        if "alert" in str(error).lower() and "ssl" in str(error).lower()
        else unreachable(where, why)
    )


def _failed(answer: Answer) -> SourceFailed:
    """Return the error for a status; it stands in `details["status"]` too."""
    why = _said(answer)
    if answer.status in (401, 403, 407):
        error = refused(answer.where, why)
    elif answer.status in (408, 429, 502, 503, 504):
        error = unreachable(answer.where, why, retry_after=_retry_after(answer.headers.get("retry-after")))
    else:
        error = malformed(answer.where, why)
    error.details["status"] = answer.status
    return error


def _said(answer: Answer) -> str:
    """Return the status, and what the body says where it is words."""
    words = answer.body[:300].decode(errors="replace") if answer.media in _SAYS_SOMETHING else ""
    return f"HTTP {answer.status} {' '.join(words.split())[:200]}".strip()


def _retry_after(said: str | None) -> float | None:
    """Return in how many seconds to ask again: Retry-After as a number or a date (RFC 9110, 10.2.3)."""
    if said is None:
        return None
    try:
        seconds = float(said) if said.strip().isdigit() else _seconds_until(said)
    except ValueError:
        return None
    return min(max(seconds, 0.0), _LONGEST_WAIT)


def _seconds_until(date: str) -> float:
    at = parsedate_to_datetime(date)
    return ((at if at.tzinfo else at.replace(tzinfo=UTC)) - datetime.now(UTC)).total_seconds()


def _joined(base: httpx.URL, address: str) -> httpx.URL:
    """Return an address below `base`, as a folder; `?…` replaces its parameters; a whole address stays."""
    if not address:
        return base
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", address) or address.startswith(("/", "?")):
        return base.join(address)
    return base.copy_with(path=base.path.rstrip("/") + "/", query=None).join(address)


def _shown(url: httpx.URL) -> str:
    """Return an address without user, parameters and fragment."""
    port = f":{url.port}" if url.port else ""
    return f"{url.scheme}://{url.host}{port}{url.path}"
