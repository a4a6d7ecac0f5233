"""Sources: where records come from."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from toancanh.access import allows
from toancanh.api.reply import Reply, cached_reply
from toancanh.api.request import Call
from toancanh.api.rest.common import Next, Paged, Shape, page_of
from toancanh.api.routing import API, AnyRoute, Route
from toancanh.api.services import Services
from toancanh.domain import Text, format_duration
from toancanh.ingest import Standing


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


class ProblemShape(Shape):
    """What failed last."""

    kind: str = Field(description="unreachable, refused, malformed, settings, or the code of an error.")
    message: Text
    remedy: Text | None = None
    since: datetime | None = Field(None, description="When it first failed so.")


class DayShape(Shape):
    """The account of one day so far."""

    received: int = 0
    stored: int = 0
    quarantined: int = 0
    duplicated: int = 0


Health = Literal["receiving", "slow", "silent", "failing", "open", "paused", "waiting"]


class SourceLine(SourceBrief):
    """A source in the list of the source desk."""

    health: Health = Field(
        description="receiving; slow or silent: its newest record is older than promised; failing: it does not answer; open: it "
        "failed so often that it is only probed; paused; waiting: nothing ever came."
    )
    problem: ProblemShape | None = Field(description="Why it does not answer, to those who read internal data.")
    today: DayShape = Field(description="What came in since midnight, city time.")


class SourceList(Shape):
    """Sources."""

    items: list[SourceLine]
    next: Next


_HEALTH: Mapping[str, Health] = {"good": "receiving", "watch": "slow", "bad": "silent"}


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


def health(brief: SourceBrief, standing: Standing) -> Health:
    """Return how a source is: whether it may be read, whether it answers, whether it sends as promised."""
    if standing.paused_by is not None:
        return "paused"
    if standing.problem is not None and standing.failures:
        return "open" if standing.open else "failing"
    if brief.state == "unknown":
        return "waiting" if brief.received is None else "receiving"
    return _HEALTH[brief.state]


def problem_shape(kept: Mapping[str, Any] | None) -> ProblemShape | None:
    """Return a problem as the desk keeps it."""
    return ProblemShape.model_validate(kept) if kept else None


async def list_sources(call: Call[SourceParameters, None]) -> Reply:
    """List sources of the datasets that the viewer may know of."""
    services, wanted, today = call.services, call.params.dataset, call.services.today()
    standings = await services.intake.desk.standings()
    lines = await services.ingest.ledger(today, today, dataset=wanted)
    account = {(line.source, line.dataset): line for line in lines}
    inside = allows(call.viewer, "read_internal")
    found = []
    for name in services.catalog.datasets:
        if wanted not in (None, name) or not services.sees(call.viewer, name):
            continue
        for brief in await sources_of(services, name):
            standing = standings.get(brief.id) or Standing(brief.id)
            line = account.get((brief.id, name))
            counts = {key: getattr(line, key) for key in DayShape.model_fields} if line is not None else {}
            problem = problem_shape(standing.problem) if inside and brief.declared else None
            told = {"health": health(brief, standing), "problem": problem, "today": DayShape(**counts)}
            found.append(SourceLine(**brief.model_dump(), **told))
    items, following = page_of(found, call.params)
    return cached_reply(SourceList(items=list(items), next=following), call.headers)


ROUTES: tuple[AnyRoute, ...] = (
    Route(
        "GET", f"{API}/sources", list_sources, Text(vi="Danh mục nguồn", en="Sources"), "sources",
        "Those that packs declare, and whoever else sends.", params=SourceParameters, gives=SourceList,
    ),
)  # fmt: skip
