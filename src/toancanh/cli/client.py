"""The way to a city: the server that runs, or, where none does, its stores opened by this very process."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable, Coroutine
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import click
import httpx

from toancanh.domain import InvalidInput, Text, ToanCanhError, Unavailable
from toancanh.settings import Settings, read_settings

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")
API = "/api/v1"
_TIMEOUT = httpx.Timeout(10, read=600, write=600)
_LOCAL_KEY = Path("data/local.key")
"""Written by a running server for those who may read the city's folder."""


def reach(function: F) -> F:
    """Add the options that say where the city is and as whom to speak."""
    key = click.option("--key", metavar="KEY", help="API key or session token; @FILE reads it from a file.")
    url = click.option("--url", metavar="URL", help="Address of a server; by default the city of TOANCANH_HOME.")
    return url(key(function))


class Refused(ToanCanhError):
    """The server answered with a problem."""

    def __init__(self, document: dict[str, Any]) -> None:
        remedy = document.get("remedy")
        super().__init__(
            Text(vi=document["detail"], en=document["detail_en"]),
            Text(**remedy) if remedy else None,
            **{name: document[name] for name in ("errors", "status", "retry_after") if name in document},
        )
        self.code = document["code"]  # type: ignore[misc]  # the code comes from the server


class Client:
    """Speaks the API; problems become errors. `platform` is there when this process opened the stores itself."""

    def __init__(self, http: httpx.AsyncClient, platform: Any = None) -> None:
        self.http = http
        self.platform = platform

    async def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Return the answer to a call below /api/v1; raise Refused for a problem, Unavailable without an answer."""
        try:
            answer = await self.http.request(method, API + path, **options)
        except httpx.TransportError as error:
            raise unreachable(str(self.http.base_url), error) from error
        if answer.is_error:
            raise problem(answer)
        return answer

    @contextlib.asynccontextmanager
    async def stream(self, method: str, path: str) -> AsyncIterator[httpx.Response]:
        """Yield an answer whose body is still on its way; raise like `call`."""
        try:
            async with self.http.stream(method, API + path) as answer:
                if answer.is_error:
                    await answer.aread()
                    raise problem(answer)
                yield answer
        except httpx.TransportError as error:
            raise unreachable(str(self.http.base_url), error) from error

    async def get(self, path: str, **params: Any) -> Any:
        """Return the JSON of a GET; parameters that are None are left out."""
        given = {name: value for name, value in params.items() if value is not None}
        return (await self.call("GET", path, params=given)).json()


def problem(answer: httpx.Response) -> ToanCanhError:
    """Return the error that an answer tells."""
    if "problem+json" in answer.headers.get("content-type", ""):
        return Refused(answer.json())
    return Unavailable(
        Text(vi=f"Máy chủ trả lời {answer.status_code}.", en=f"The server answered {answer.status_code}.")
    )


def unreachable(url: str, error: Exception) -> Unavailable:
    """Return the error of a server that does not answer."""
    return Unavailable(
        Text(vi=f"Không kết nối được {url}: {error}", en=f"{url} does not answer: {error}"),
        Text(vi="Kiểm tra địa chỉ, hoặc chạy: toancanh run", en="Check the address, or type: toancanh run"),
    )


@contextlib.asynccontextmanager
async def connect(url: str | None, key: str | None) -> AsyncIterator[Client]:
    """Yield a client of the server at `url`; without it, of the city of TOANCANH_HOME, running or not."""
    settings = read_settings(os.environ)
    token = _read_key(key)
    base = url or f"http://{settings.host}:{settings.port}"
    if url is None and not await _runs(base):
        async with opened(settings) as client:
            yield client
        return
    async with httpx.AsyncClient(base_url=base, timeout=_TIMEOUT, http2=False) as http:
        token = token or (_local_key(settings) if url is None else None) or await _demo_session(http)
        if token:
            http.headers["authorization"] = f"Bearer {token}"
        yield Client(http)


@contextlib.asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Client]:
    """Yield a client of a city whose stores this process opens; raise StoreLocked when another one owns them."""
    server = import_module("toancanh.server")
    async with server.opened(settings) as platform:
        transport = httpx.ASGITransport(app=platform.app)
        headers = {"authorization": f"Bearer {platform.services.new_key(server.LOCAL)}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=headers) as http:
            yield Client(http, platform)


def work(action: Coroutine[Any, Any, T]) -> T:
    """Run `action` to its end."""
    return asyncio.run(action)


async def _runs(base: str) -> bool:
    try:
        async with httpx.AsyncClient(timeout=2) as http:
            answer = await http.get(f"{base}/health")
    except httpx.TransportError:
        return False
    return answer.headers.get("content-type", "").startswith("application/json") and "facts" in answer.json()


async def _demo_session(http: httpx.AsyncClient) -> str | None:
    """Return a token of the demo's administrator, where the server is a demo that lets us in."""
    try:
        answer = await http.post(f"{API}/session", json={"username": "demo-admin", "password": "demo"})
    except httpx.TransportError as error:
        raise unreachable(str(http.base_url), error) from error
    token: str | None = answer.json().get("token") if answer.is_success else None
    return token


def _local_key(settings: Settings) -> str | None:
    try:
        return (settings.home / _LOCAL_KEY).read_text().strip() or None
    except OSError:
        return None


def _read_key(key: str | None) -> str | None:
    if key is None or not key.startswith("@"):
        return key
    try:
        return Path(key[1:]).read_text().strip()
    except OSError as error:
        raise InvalidInput(
            Text(vi=f"Không đọc được {key[1:]}: {error.strerror}.", en=f"{key[1:]} cannot be read: {error.strerror}.")
        ) from error
