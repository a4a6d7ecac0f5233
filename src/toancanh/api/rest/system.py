"""What machines and operators ask of the platform itself: health, metrics, the API's own description."""

import asyncio
from functools import lru_cache
from pathlib import Path

from pydantic import Field

from toancanh.api.metrics import MEDIA_TYPE
from toancanh.api.reply import Reply, cached_reply, json_reply
from toancanh.api.request import Call, Parameters
from toancanh.api.rest.common import Shape
from toancanh.api.routing import AnyRoute, Route
from toancanh.domain import VERSION, NotFound, Text

_FOLDER = Path(__file__).parent.parent / "reference"
_TYPES = {"reference.html": "text/html", "reference.css": "text/css", "reference.js": "text/javascript"}


class HealthShape(Shape):
    """How the platform is."""

    status: str = Field(description="ok, degraded or down.", examples=["ok"])
    version: str = Field(description="Version of the program.")
    demo: bool = Field(description="Whether figures are simulated.")
    facts: dict[str, object] = Field(description="The store of records.")
    state: dict[str, object] = Field(description="The store of what people set up and decide.")
    bus: dict[str, object] = Field(description="The bus between processes.")
    blobs: dict[str, object] = Field(description="The store of raw payloads.")
    ingest: dict[str, object] = Field(description="What is on its way in.")
    problems: list[Text] = Field(description="What an operator should know.")
    progress: dict[str, object] = Field(description="Long work in the background, from 0 to 1.")


async def health(call: Call[Parameters, None]) -> Reply:
    """Say how the platform is; the status code is 503 only when it cannot answer questions."""
    found = await call.services.health()
    shape = HealthShape(
        status=found.status,
        version=VERSION,
        demo=call.services.catalog.city.demo,
        problems=list(found.problems),
        progress=found.progress,
        **found.parts,
    )
    return json_reply(shape, 503 if found.status == "down" else 200)


async def metrics(call: Call[Parameters, None]) -> Reply:
    """Give the figures that a monitoring system collects."""
    return Reply(call.services.metrics.text(), media=MEDIA_TYPE, headers=[(b"cache-control", b"no-store")])


async def openapi(call: Call[Parameters, None]) -> Reply:
    """Give the description of this API."""
    return cached_reply(await asyncio.to_thread(call.services.openapi), call.headers)


async def docs(call: Call[Parameters, None]) -> Reply:
    """Show the API reference."""
    return _file(call, "reference.html")


async def docs_file(call: Call[Parameters, None]) -> Reply:
    """Give a file of the API reference's page."""
    name = call.path["file"]
    if name not in _TYPES:
        raise NotFound(
            Text(vi="Không có tệp này.", en="There is no such file."),
            Text(vi="Hãy mở /docs.", en="Open /docs."),
        )
    return _file(call, name)


def _file(call: Call[Parameters, None], name: str) -> Reply:
    reply = cached_reply(_read(name), call.headers, f"{_TYPES[name]}; charset=utf-8")
    reply.headers.append((b"content-security-policy", b"default-src 'self'; frame-ancestors 'none'; base-uri 'none'"))
    return reply


@lru_cache
def _read(name: str) -> bytes:
    return (_FOLDER / name).read_bytes()


_HTML = ("text/html",)
ROUTES: tuple[AnyRoute, ...] = (
    Route(
        "GET", "/health", health, Text(vi="Sức khỏe hệ thống", en="Health"), "system",
        "`status` is ok, degraded (it works, an operator should look) or down.",
        gives=HealthShape, also={503: "The same body, with status `down`."}, door=True,
    ),
    Route(
        "GET", "/metrics", metrics, Text(vi="Chỉ số vận hành", en="Metrics"), "system", "Prometheus' text format.",
        media=("text/plain",), door=True,
    ),
    Route("GET", "/openapi.json", openapi, Text(vi="Mô tả API", en="API description"), "system", "OpenAPI 3.1.", door=True),
    Route("GET", "/docs", docs, Text(vi="Tài liệu API", en="API reference"), "system", media=_HTML, door=True),
    Route(
        "GET", "/docs/{file}", docs_file, Text(vi="Tệp của tài liệu API", en="File of the API reference"), "system",
        media=tuple(_TYPES.values()), names={"file": "reference.css or reference.js"}, door=True,
    ),
)  # fmt: skip
