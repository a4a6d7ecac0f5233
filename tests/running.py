"""A city that runs: the whole platform in this process, behind a real server on loopback."""

import asyncio
import json
import socket
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx
import jsonschema
import uvloop

from toancanh.api import ROUTES, document
from toancanh.server import Platform, Server, configuration, make_city, opened
from toancanh.settings import Settings

T = TypeVar("T")
API = "/api/v1"
AIR = "environment.air_quality"


class Spec:
    """Checks that an answer is what the OpenAPI document says it is."""

    def __init__(self) -> None:
        self.document = document(ROUTES)
        self._paths = [(path.split("/"), path) for path in self.document["paths"]]
        self._validators: dict[tuple[str, str, str], Any] = {}

    def check(self, response: httpx.Response) -> None:
        path = self._path(response.request.url.path)
        if path is None or response.request.method in ("HEAD", "OPTIONS"):
            return
        operation = self.document["paths"][path].get(response.request.method.lower())
        if operation is None:
            assert response.status_code in (400, 405)
            return
        told = operation["responses"].get(str(response.status_code), operation["responses"]["default"])
        media = response.headers.get("content-type", "").partition(";")[0]
        if response.status_code in (204, 304):
            return
        assert media in told["content"], f"{path} answers {response.status_code} {media}"
        if media.endswith("json") and told["content"][media]["schema"]:
            self._validator(path, operation["operationId"], told["content"][media]["schema"]).validate(response.json())

    def _path(self, path: str) -> str | None:
        parts = path.split("/")
        found = [
            name
            for pattern, name in self._paths
            if len(pattern) == len(parts)
            and all(one == two or one.startswith("{") for one, two in zip(pattern, parts, strict=True))
        ]
        return min(found, key=lambda name: name.count("{")) if found else None

    def _validator(self, path: str, operation: str, schema: dict[str, Any]) -> Any:
        key = (path, operation, json.dumps(schema))
        if key not in self._validators:
            whole = {**schema, "components": self.document["components"]}
            self._validators[key] = jsonschema.Draft202012Validator(whole)
        return self._validators[key]


class _Telling(Server):
    """A server that tells when it listens."""

    ready: Future[None]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set_result(None)


class City:
    """A running platform. Clients of it check every answer against the OpenAPI document."""

    def __init__(self, home: Path, facts: str) -> None:
        self.home = home
        self.settings = Settings(home=home, facts=facts, fsync=False, demo=True, free_disk=1 << 20)
        self.spec = Spec()
        self.url = ""
        self.platform: Platform
        self._loop: asyncio.AbstractEventLoop
        self._server: _Telling
        self._ready: Future[None] = Future()
        self._thread = threading.Thread(target=self._main, name="city")
        self._sessions: dict[str, str] = {}

    def start(self) -> None:
        self._thread.start()
        self._ready.result(120)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(60)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run `work` on the platform's own loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def client(self, who: str | None = "demo-admin", **options: Any) -> httpx.Client:
        """Return a client that is signed in as one of the demo accounts; None is the public."""
        headers = dict(options.pop("headers", {}))
        if who is not None:
            headers["authorization"] = f"Bearer {self.token(who)}"
        return httpx.Client(
            base_url=self.url,
            headers=headers,
            timeout=30,
            event_hooks={"response": [] if options.pop("unchecked", False) else [self._check]},
            **options,
        )

    def token(self, who: str) -> str:
        if who not in self._sessions:
            answer = httpx.post(f"{self.url}{API}/session", json={"username": who, "password": "demo"}, timeout=30)
            self._sessions[who] = answer.json()["token"]
        return self._sessions[who]

    def _check(self, response: httpx.Response) -> None:
        if response.headers.get("content-type", "").startswith("text/event-stream"):
            return
        response.read()
        self.spec.check(response)

    def _main(self) -> None:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            try:
                runner.run(self._serve())
            except BaseException as error:
                if self._ready.done():
                    raise
                self._ready.set_exception(error)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.setblocking(False)
            self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            async with opened(self.settings) as self.platform:
                self._server = _Telling(configuration(self.platform), self.platform)
                self._server.ready = self._ready
                self.platform.begin(play=False)
                await self._server.serve(sockets=[listener])


@contextmanager
def running_city(home: Path, facts: str = "chdb::memory:") -> Iterator[City]:
    """Yield a running city in the empty folder `home`."""
    make_city(home, "haiphong")
    running = City(home, facts)
    running.start()
    try:
        yield running
    finally:
        running.stop()
