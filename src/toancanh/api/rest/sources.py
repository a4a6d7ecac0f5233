"""Sources: where records come from."""

from datetime import datetime

from pydantic import Field

from toancanh.api.reply import Reply, cached_reply
from toancanh.api.request import Call
from toancanh.api.rest.common import Next, Paged, Shape, page_of
from toancanh.api.routing import API, AnyRoute, Route
from toancanh.api.services import Services
from toancanh.domain import Text, format_duration


class SourceBrief(Shape):
    """A source in a list."""

    id: str = Field(description="`pack.name`, or `api:` with who sent.", examples=["environment.provincial_stations"])
    title: Text = Field(description="Name for people.")
    dataset: str = Field(description="Where its records go.")
    connector: str = Field(description="How they come in; `push`: others send.")
    every: str | None = Field(description="How often.")
    declared: bool = Field(description="Whether a pack declares it; else somebody sends without a mapping.")
    newest: datetime | None = Field(description="Time of its newest record.")
    received: datetime | None = Field(description="When its last record came in.")
    records: int = Field(description="Records stored.")
    state: str = Field(description="good, watch, bad or unknown.")


class SourceList(Shape):
    """Sources."""

    items: list[SourceBrief]
    next: Next


class SourceParameters(Paged):
    """Which sources."""

    dataset: str | None = Field(None, max_length=127, description="Only those of this dataset.")


async def sources_of(services: Services, dataset: str) -> list[SourceBrief]:
    """Return the sources of a dataset: those that a pack declares, and whoever else has sent records."""
    heard = {source.source: source for source in (await services.indicators.freshness(dataset)).sources}
    declared = {name: source for name, source in services.catalog.sources.items() if source.dataset == dataset}
    found = []
    for name in dict.fromkeys([*declared, *heard]):
        source, traffic = declared.get(name), heard.get(name)
        told = Text(
            vi=f"Gửi qua API: {name.removeprefix('api:')}", en=f"Sent through the API: {name.removeprefix('api:')}"
        )
        found.append(
            SourceBrief(
                id=name,
                title=source.title if source is not None else told,
                dataset=dataset,
                connector=source.connector if source is not None else "push",
                every=None if source is None or source.every is None else format_duration(source.every),
                declared=source is not None,
                newest=traffic.newest if traffic is not None else None,
                received=traffic.received if traffic is not None else None,
                records=traffic.records if traffic is not None else 0,
                state=traffic.state if traffic is not None else "unknown",
            )
        )
    return found


async def list_sources(call: Call[SourceParameters, None]) -> Reply:
    """List sources of the datasets that the viewer may know of."""
    services, wanted = call.services, call.params.dataset
    found = [
        source
        for name in services.catalog.datasets
        if wanted in (None, name) and services.sees(call.viewer, name)
        for source in await sources_of(services, name)
    ]
    items, following = page_of(found, call.params)
    return cached_reply(SourceList(items=list(items), next=following), call.headers)


ROUTES: tuple[AnyRoute, ...] = (
    Route(
        "GET", f"{API}/sources", list_sources, Text(vi="Danh mục nguồn", en="Sources"), "sources",
        "Those that packs declare, and whoever else sends.", params=SourceParameters, gives=SourceList,
    ),
)  # fmt: skip
