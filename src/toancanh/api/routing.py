"""The declarative route table: what a call takes, gives and demands; the router and the OpenAPI both read it."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from toancanh.api.problems import MethodNotAllowed
from toancanh.api.reply import JSON, Reply
from toancanh.api.request import Call, Parameters
from toancanh.domain import NotFound, Text, ToanCanhError

P = TypeVar("P")
B = TypeVar("B")
API = "/api/v1"


@dataclass(frozen=True, slots=True)
class Route(Generic[P, B]):
    """One method on one path.

    `params` and `body` are models; a call with `takes` reads its body itself, in one of these media types. `action`, of
    access' vocabulary, says what the caller must be allowed to do; without it, everybody may call, and sees what is open.
    `door` answers also browsers whose session is over: they sign in, sign out, or learn where they are. `knock` answers
    whoever comes: sessions and keys are not looked at, since its handler finds out by itself who sends.
    """

    method: str
    path: str
    call: Callable[[Call[P, B]], Awaitable[Reply]]
    title: Text
    tag: str
    explains: str = ""
    params: type[BaseModel] = Parameters
    body: type[BaseModel] | None = None
    takes: tuple[str, ...] = ()
    example: Any = None
    gives: type[BaseModel] | None = None
    media: tuple[str, ...] = (JSON,)
    status: int = 200
    also: dict[int, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    action: str | None = None
    door: bool = False
    knock: bool = False
    errors: tuple[type[ToanCanhError], ...] = ()

    @property
    def name(self) -> str:
        """The operation's identifier: unique, stable, from the handler's name."""
        return self.call.__name__


AnyRoute = Route[Any, Any]


class _Node:
    __slots__ = ("literals", "parameters", "routes")

    def __init__(self) -> None:
        self.literals: dict[str, _Node] = {}
        self.parameters: list[tuple[str, str, _Node]] = []
        self.routes: dict[str, AnyRoute] = {}


class Router:
    """Finds the route of a method and a path; a literal segment wins over a parameter."""

    def __init__(self, routes: Iterable[AnyRoute]) -> None:
        self._root = _Node()
        for route in routes:
            self._add(route)

    def _add(self, route: AnyRoute) -> None:
        node = self._root
        for segment in route.path.strip("/").split("/"):
            node = _step(node, segment)
        if route.method in node.routes:
            raise ValueError(f"{route.method} {route.path} is declared twice")
        node.routes[route.method] = route

    def find(self, path: str) -> tuple[dict[str, AnyRoute], dict[str, str]]:
        """Return the routes at `path` by method, and the path's parameters; raise NotFound."""
        given: dict[str, str] = {}
        node = _walk(self._root, path[1:].split("/"), 0, given)
        if node is None:
            raise NotFound(
                Text(vi=f"Không có địa chỉ {path[:200]}.", en=f"There is nothing at {path[:200]}."),
                Text(vi="Danh mục địa chỉ: /docs.", en="All addresses are listed at /docs."),
            )
        return node.routes, given


def allowed(routes: Mapping[str, AnyRoute]) -> list[str]:
    """Return the methods that an address takes."""
    return sorted({*routes, "OPTIONS"} | ({"HEAD"} if "GET" in routes else set()))


def choose(routes: Mapping[str, AnyRoute], method: str, path: str) -> AnyRoute:
    """Return the route for `method`; raise MethodNotAllowed."""
    route = routes.get("GET" if method == "HEAD" else method)
    if route is not None:
        return route
    methods = allowed(routes)
    raise MethodNotAllowed(
        Text(
            vi=f"{path[:200]} không nhận phương thức {method[:20]}.",
            en=f"{path[:200]} does not take the method {method[:20]}.",
        ),
        Text(vi=f"Hãy dùng: {', '.join(methods)}.", en=f"Use one of: {', '.join(methods)}."),
        allowed=methods,
    )


def _step(node: _Node, segment: str) -> _Node:
    if not segment.startswith("{"):
        return node.literals.setdefault(segment, _Node())
    name, _, suffix = segment[1:].partition("}")
    for known, tail, below in node.parameters:
        if (known, tail) == (name, suffix):
            return below
    below = _Node()
    node.parameters.append((name, suffix, below))
    return below


def _walk(node: _Node, segments: list[str], at: int, given: dict[str, str]) -> _Node | None:
    if at == len(segments):
        return node if node.routes else None
    segment = segments[at]
    literal = node.literals.get(segment)
    if literal is not None and (found := _walk(literal, segments, at + 1, given)) is not None:
        return found
    for name, suffix, below in node.parameters:
        if segment.endswith(suffix) and len(segment) > len(suffix):
            found = _walk(below, segments, at + 1, given)
            if found is not None:
                given[name] = segment[: len(segment) - len(suffix)]
                return found
    return None
