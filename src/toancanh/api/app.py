"""The ASGI application: finds the route, knows the viewer, checks what came, answers, and tells every problem one way."""

import logging
import secrets
from collections.abc import Iterable, Mapping
from time import perf_counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from toancanh.access import require
from toancanh.api.live import WIRE, Wire
from toancanh.api.problems import SessionEnded, internal, problem
from toancanh.api.reply import SAFE, Reply
from toancanh.api.request import Call, Disconnected, headers_of, parse_body, parse_parameters
from toancanh.api.routing import AnyRoute, Router, allowed, choose
from toancanh.api.security import UNSAFE, bearer, cookie, require_same_origin
from toancanh.api.services import Services
from toancanh.domain import PUBLIC, NotAuthenticated, NotFound, ToanCanhError, Viewer

_LOG = logging.getLogger("toancanh.api")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_GONE = 499
"""What the metrics call a request whose sender went away."""


class App:
    """Answers HTTP requests with `services`; a page that no route knows goes to `site`, the web application."""

    def __init__(self, services: Services, routes: Iterable[AnyRoute], site: ASGIApp | None = None) -> None:
        self._services = services
        self._router = Router(routes)
        self._site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
            return
        started = perf_counter()
        sender = _Sender(send, scope.get("extensions", {}).get(WIRE))
        method, label = scope["method"], "-"
        try:
            routes, path = self._find(method, scope["path"])
            if routes is None:
                label = "site"
                await self._show(scope, receive, sender)
            else:
                label = next(iter(routes.values())).path
                reply = await self._answer(routes, path, scope, receive)
                await reply.send(sender)
        except Disconnected:
            sender.status = _GONE
        except ToanCanhError as error:
            await _refuse(error, sender)
        except Exception:
            reference = secrets.token_hex(6)
            _LOG.exception("%s %s failed, reference %s", method, label, reference)
            await _refuse(internal(reference), sender)
        finally:
            known = method if method in _METHODS else "other"
            self._services.metrics.answered(known, label, sender.status, perf_counter() - started)

    def _find(self, method: str, path: str) -> tuple[dict[str, AnyRoute] | None, dict[str, str]]:
        try:
            return self._router.find(path)
        except NotFound:
            if self._site is None or method not in ("GET", "HEAD") or path.startswith("/api/"):
                raise
            return None, {}

    async def _show(self, scope: Scope, receive: Receive, sender: "_Sender") -> None:
        if self._site is not None:
            await self._site(scope, receive, sender)

    async def _answer(
        self, routes: Mapping[str, AnyRoute], path: Mapping[str, str], scope: Scope, receive: Receive
    ) -> Reply:
        method = scope["method"]
        if method == "OPTIONS":
            return Reply(status=204, media=None, headers=[(b"allow", ", ".join(allowed(routes)).encode())])
        route = choose(routes, method, scope["path"])
        headers = headers_of(scope)
        viewer, token = (PUBLIC, None) if route.knock else await self._identify(method, headers, door=route.door)
        if route.action is not None:
            require(viewer, route.action)
        params = parse_parameters(route.params, scope["query_string"])
        body = await parse_body(route.body, headers, receive) if route.body else None
        call = Call(self._services, scope, receive, headers, viewer, token, path, params, body)
        return await route.call(call)

    async def _identify(self, method: str, headers: Mapping[bytes, bytes], *, door: bool) -> tuple[Viewer, str | None]:
        token = bearer(headers)
        if token is not None:
            return await self._services.viewer(token), token
        token = cookie(headers)
        if token is None:
            return PUBLIC, None
        if method in UNSAFE:
            require_same_origin(headers, self._services.settings.public_url)
        try:
            return await self._services.viewer(token), token
        except NotAuthenticated as ended:
            if door:
                return PUBLIC, None
            raise SessionEnded(ended.message, ended.remedy) from None


class _Sender:
    """Remembers the status, and whether anything went out; raises Disconnected when nobody reads a long answer any more."""

    __slots__ = ("_send", "_wire", "started", "status")

    def __init__(self, send: Send, wire: Wire | None) -> None:
        self._send = send
        self._wire = wire
        self.started = False
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            self.status = message["status"]
        elif self._wire is not None and message.get("more_body") and self._wire.closed():
            raise Disconnected
        await self._send(message)


async def _refuse(error: ToanCanhError, sender: _Sender) -> None:
    """Answer with problem details; when the answer had begun, break it off, so that nobody takes it for whole."""
    if sender.started:
        raise error
    status, headers, body = problem(error)
    await sender({"type": "http.response.start", "status": status, "headers": SAFE + headers})
    await sender({"type": "http.response.body", "body": body, "more_body": False})
