"""The source desk: connectors, where each source stands, trying, declaring, pausing, asking, fetching again."""

import io
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from pydantic import AwareDatetime, Field, ValidationError, model_validator
from ruamel.yaml import YAML

from toancanh.access import allows
from toancanh.api.problems import invalid
from toancanh.api.reply import Reply, cached_reply, json_reply, no_content
from toancanh.api.request import Call, Parameters
from toancanh.api.rest.common import Shape
from toancanh.api.rest.records import ReceiptShape, RowProblem, receipt_json
from toancanh.api.rest.sources import Health, ProblemShape, SourceBrief, health, problem_shape, sources_of
from toancanh.api.routing import API, AnyRoute, Route
from toancanh.domain import (
    InvalidInput,
    InvalidPack,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    Overloaded,
    SourceFailed,
    Text,
    UnsupportedFormat,
)
from toancanh.domain.declarations import Source
from toancanh.ingest import PreviewRow, Run, Sample, Standing
from toancanh.sdk import Connector, Knock, Span

_KNOCK = 64 << 20
"""Bytes that somebody may send to the address of a source before it is known who it is."""
_SHOWN = 20
"""Records of a sample that are shown."""
_DECLARATION = Text(vi="Khai báo nguồn", en="Declaration of a source")


class ConnectorShape(Shape):
    """A protocol that the platform speaks."""

    name: str = Field(description="What a source names as its connector.", examples=["mqtt"])
    title: Text = Field(description="Name for people.")
    about: Text = Field(description="What it is for.")
    settings: dict[str, Any] = Field(description="JSON Schema of its settings.")
    secrets: list[str] = Field(description="Settings that are sealed and never shown.")
    listens: bool = Field(description="Whether it stays connected instead of being asked each so often.")
    spans: bool = Field(description="Whether a range of time can be fetched again.")
    answers: bool = Field(description="Whether others send to the address of the source.")


class ConnectorList(Shape):
    """Connectors."""

    items: list[ConnectorShape]


class SourceDetail(SourceBrief):
    """A source with its declaration and where it stands."""

    declaration: dict[str, Any] | None = Field(description="As a pack or the city declares it; secrets are not in it.")
    yaml: str | None = Field(description="The same as a file of a pack.")
    health: Health = Field(description="As in the list of sources.")
    own: bool = Field(description="Whether the declaration is in the city's own folder, and can be deleted.")
    secrets: list[str] = Field(description="Secret settings that are set.")
    paused_by: str | None = Field(description="Who paused it.")
    due: datetime | None = Field(description="When it is asked next.")
    asked: datetime | None = Field(description="When it last answered.")
    failures: int = Field(description="Failures since then.")
    problem: ProblemShape | None = Field(description="Why it does not answer.")
    reading: bool = Field(description="Whether a process holds it now.")
    cursor: dict[str, Any] | None = Field(description="Where it goes on.")
    spans: list[dict[str, Any]] = Field(description="Ranges of time still to be fetched again.")


class RunShape(Shape):
    """One reading of a source."""

    id: str
    why: str = Field(description="schedule, or span for a range fetched again.")
    began: datetime
    ended: datetime | None = Field(description="Null while it goes on.")
    deliveries: int
    stored: int
    quarantined: int
    duplicated: int
    bytes: int
    problem: ProblemShape | None


class RunList(Shape):
    """The newest runs that brought something or failed."""

    items: list[RunShape]


class RunParameters(Parameters):
    """How many runs."""

    limit: int = Field(50, ge=1, le=500, description="How many at most.")


class SourceDeclaration(Shape):
    """A source as a file of a pack declares it, and its secrets beside it."""

    declaration: dict[str, Any] = Field(description="The keys of sources/*.yaml: see docs/reference/packs.md.")
    secrets: dict[str, str | None] = Field({}, description="Secret settings by name; null forgets one.")


class GivenSample(Shape):
    """Records that are at hand."""

    body: str = Field(description="The records, as the other side writes them.", max_length=500_000)
    content_type: str = Field("application/x-ndjson", description="Their format.", max_length=100)


class SourceTrial(SourceDeclaration):
    """A source to try, with its connector or with records that are at hand."""

    sample: GivenSample | None = Field(None, description="Map and check these, without asking the other side.")


class ChoicesWanted(SourceDeclaration):
    """A source as far as it is filled in, and the setting that choices are wanted for."""

    setting: str = Field(description="Name of a setting that its connector marks as `suggested`.", max_length=63)


class ChoiceShape(Shape):
    """A value that a setting may take."""

    value: str
    note: str = Field("", description="What the other side says about it.")


class ChoiceList(Shape):
    """Choices, as the other side tells them."""

    items: list[ChoiceShape]


class SampleShape(Shape):
    """What came first when a source was tried. Nothing of it was stored."""

    came: bool = Field(description="Whether anything came in time.")
    seconds: float = Field(description="How long it took.")
    bytes: int = Field(description="Size of the first delivery.")
    content_type: str | None = Field(description="Its format.")
    fields: list[str] = Field(description="The raw fields, to map from.")
    columns: list[str] = Field(description="The columns of the dataset, to map to.")
    rows: list["SampleRow"] = Field(description="The first records.")
    total: int = Field(description="Records that were looked at.")
    bad: int = Field(description="Those that would wait in quarantine.")


class SampleRow(Shape):
    """One record of a sample."""

    row: int
    raw: str = Field(description="As it came, as JSON.")
    record: dict[str, Any] | None = Field(description="As it would be stored; null where it cannot be read.")
    problems: list[RowProblem]


class SpanShape(Shape):
    """A range of time to fetch again."""

    start: AwareDatetime = Field(alias="from", description="Begin, included.")
    end: AwareDatetime = Field(alias="to", description="End, excluded.")

    @model_validator(mode="after")
    def _ordered(self) -> "SpanShape":
        if self.end <= self.start:
            raise ValueError("'to' must lie after 'from'")
        return self


async def list_connectors(call: Call[Parameters, None]) -> Reply:
    """List the connectors that are installed."""
    items = [_connector(one) for one in call.services.intake.connectors.values()]
    return cached_reply(ConnectorList(items=items), call.headers)


async def get_source(call: Call[Parameters, None]) -> Reply:
    """Give one declared source and where it stands."""
    return json_reply(await _detail(call))


async def put_source(call: Call[Parameters, SourceDeclaration]) -> Reply:
    """Declare a source, or declare it anew."""
    name, (pack, short) = call.path["id"], _pack(call)
    source, secrets = _apart(call, call.body)
    told = source.model_dump(mode="json", exclude_defaults=True, by_alias=True)
    await call.services.admin.declare(pack, "sources", short, told)
    await call.services.intake.vault.keep(name, secrets, call.viewer)
    await call.services.access.audit(call.viewer, "source.declare", name, {"secrets": sorted(secrets)})
    return json_reply(await _detail(call))


async def remove_source(call: Call[Parameters, None]) -> Reply:
    """Delete a source that the city declared; its records stay."""
    name, (pack, short) = call.path["id"], _pack(call)
    await call.services.admin.withdraw(pack, "sources", short)
    vault = call.services.intake.vault
    await vault.keep(name, dict.fromkeys(await vault.names(name)), call.viewer)
    await call.services.access.audit(call.viewer, "source.remove", name)
    return no_content()


async def try_source(call: Call[Parameters, SourceTrial]) -> Reply:
    """Try a source before it is declared, or as it is declared."""
    name, _ = call.path["id"], _pack(call)
    source, secrets = _apart(call, call.body)
    given = {key: value for key, value in secrets.items() if value is not None}
    if call.body.sample is not None:
        found = await _map(call, name, source, call.body.sample)
    else:
        found = await call.services.intake.sample(name, source, given, call.viewer)
    _, dataset = call.services.catalog.dataset(source.dataset, name.partition(".")[0])
    seen = found.preview
    shape = SampleShape(
        came=seen is not None,
        seconds=round(found.seconds, 3),
        bytes=found.bytes,
        content_type=found.content_type,
        fields=list(seen.fields) if seen else [],
        columns=list(dataset.columns),
        rows=[_row(row) for row in seen.rows] if seen else [],
        total=seen.total if seen else 0,
        bad=seen.bad if seen else 0,
    )
    return json_reply(shape)


async def _map(call: Call[Any, Any], name: str, source: Source, given: GivenSample) -> Sample:
    body = given.body.encode()
    seen = await call.services.ingest.preview(name, source, body, given.content_type, call.viewer, _SHOWN)
    return Sample(0.0, len(body), given.content_type, seen)


async def list_choices(call: Call[Parameters, ChoicesWanted]) -> Reply:
    """Ask the other side what a setting may be."""
    name, _ = call.path["id"], _pack(call)
    source, secrets = _apart(call, call.body)
    given = {key: value for key, value in secrets.items() if value is not None}
    found = await call.services.intake.choices(name, source, given, call.body.setting)
    return json_reply(ChoiceList(items=[ChoiceShape(value=one.value, note=one.note) for one in found]))


async def list_runs(call: Call[RunParameters, None]) -> Reply:
    """List the newest runs of a source."""
    name, source = call.services.source(call.path["id"])
    call.services.require_sight(call.viewer, source.dataset)
    runs = await call.services.intake.desk.runs(name, call.params.limit)
    return json_reply(RunList(items=[_run(run) for run in runs]))


async def pause_source(call: Call[Parameters, None]) -> Reply:
    """Stop reading a source until it is resumed."""
    name, _ = call.services.source(call.path["id"])
    await call.services.intake.pause(name, call.viewer.id)
    await call.services.access.audit(call.viewer, "source.pause", name)
    return json_reply(await _detail(call))


async def resume_source(call: Call[Parameters, None]) -> Reply:
    """Read a source again."""
    name, _ = call.services.source(call.path["id"])
    await call.services.intake.resume(name)
    await call.services.access.audit(call.viewer, "source.resume", name)
    return json_reply(await _detail(call))


async def run_source(call: Call[Parameters, None]) -> Reply:
    """Ask a source at once."""
    name, _ = call.services.source(call.path["id"])
    await call.services.intake.now(name)
    return json_reply(await _detail(call), 202)


async def fetch_again(call: Call[Parameters, SpanShape]) -> Reply:
    """Fetch a range of time again."""
    name, _ = call.services.source(call.path["id"])
    await call.services.intake.again(name, Span(call.body.start, call.body.end), call.viewer.id)
    span = f"{call.body.start.isoformat()}/{call.body.end.isoformat()}"
    await call.services.access.audit(call.viewer, "source.again", name, {"span": span})
    return json_reply(await _detail(call), 202)


async def answer_sender(call: Call[Parameters, None]) -> Reply:
    """Take what the other side sends to the address of a source; its connector checks who sent it."""
    name, _ = call.services.source(call.path["id"])
    body = await call.content(_KNOCK)
    whole = body if isinstance(body, bytes) else b"".join([piece async for piece in body])
    headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in call.headers.items()}
    query = dict(parse_qsl(call.scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True))
    knock = Knock(call.scope["method"], call.scope["path"], query, headers, whole, datetime.now(UTC))
    try:
        receipt = await call.services.intake.answer(name, knock)
    except (NotAuthenticated, NotAllowed) as error:
        if count := call.services.refusals.count(name):
            told = {"count": count, "why": error.message.en, "from": (call.scope.get("client") or ("",))[0]}
            await call.services.access.audit(call.viewer, "source.refused", name, told)
        raise
    return Reply(receipt_json(receipt), 201, headers=[(b"cache-control", b"no-store")])


def _connector(one: Connector) -> ConnectorShape:
    return ConnectorShape(
        name=one.name,
        title=one.title,
        about=one.about,
        settings=one.settings.model_json_schema(),
        secrets=list(one.secrets()),
        listens=one.listens,
        spans=one.spans,
        answers=one.answer is not None,
    )


def _pack(call: Call[Any, Any]) -> tuple[str, str]:
    """Return the pack and the short name in the address; raise NotFound."""
    pack, dot, short = call.path["id"].partition(".")
    if not dot or pack not in call.services.catalog.packs:
        raise NotFound(
            Text(vi=f"Không có gói “{pack[:63]}”.", en=f"There is no pack '{pack[:63]}'."),
            Text(vi="Tên nguồn là gói.tên.", en="The name of a source is pack.name."),
        )
    return pack, short


def _apart(call: Call[Any, Any], given: SourceDeclaration) -> tuple[Source, dict[str, str | None]]:
    """Return the declaration without secrets, and the secrets, wherever they stood. Raises InvalidInput."""
    try:
        source = Source.model_validate(given.declaration)
    except ValidationError as error:
        raise invalid(error, _DECLARATION) from error
    connector = call.services.intake.connectors.get(source.connector)
    names = connector.secrets() if connector is not None else ()
    unknown = sorted(set(given.secrets) - set(names))
    if unknown:
        raise InvalidInput(
            Text(vi=f"“{unknown[0]}” không phải thiết lập bí mật.", en=f"'{unknown[0]}' is no secret setting."),
            Text(vi="Đặt nó trong declaration.settings.", en="Put it into declaration.settings."),
        )
    shown = {key: value for key, value in source.settings.items() if key in names and value is not None}
    secrets = {**{key: str(value) for key, value in shown.items()}, **given.secrets}
    kept = {key: value for key, value in source.settings.items() if key not in shown}
    return source.model_copy(update={"settings": kept}), secrets


async def _detail(call: Call[Any, Any]) -> SourceDetail:
    services = call.services
    name, source = services.source(call.path["id"])
    services.require_sight(call.viewer, source.dataset)
    brief = next(one for one in await sources_of(services, source.dataset) if one.id == name)
    inside = allows(call.viewer, "read_internal")
    standing = await services.intake.desk.standing(name) if inside else Standing(name)
    pack, _, short = name.partition(".")
    told = source.model_dump(mode="json", exclude_defaults=True, by_alias=True)
    return SourceDetail(
        **brief.model_dump(),
        declaration=told if inside else None,
        yaml=_yaml(told) if inside else None,
        health=health(brief, standing),
        own=(services.settings.home / "packs" / pack / "sources" / f"{short}.yaml").is_file(),
        secrets=sorted(await services.intake.vault.names(name)) if inside else [],
        paused_by=standing.paused_by,
        due=standing.due,
        asked=standing.asked,
        failures=standing.failures,
        problem=problem_shape(standing.problem),
        reading=standing.owner is not None,
        cursor=standing.cursor,
        spans=[dict(span) for span in standing.spans],
    )


def _yaml(told: dict[str, Any]) -> str:
    """Return a declaration as a file of a pack, its keys in the order of the reference."""
    text, writer = io.StringIO(), YAML(typ="safe", pure=True)
    writer.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    writer.width = 120
    writer.dump(told, text)
    return text.getvalue()


def _run(run: Run) -> RunShape:
    values = {name: getattr(run, name) for name in RunShape.model_fields if name != "problem"}
    return RunShape(**values, problem=problem_shape(run.problem))


def _row(row: PreviewRow) -> SampleRow:
    told = [RowProblem(row=one.row, column=one.column, code=one.code, problem=one.problem) for one in row.problems]
    return SampleRow(row=row.row, raw=row.raw, record=row.record, problems=told)


_DO: dict[str, Any] = {"action": "administer", "names": {"id": "Source, as `pack.name`."}}
_BODIES = (
    "application/json",
    "application/x-ndjson",
    "text/csv",
    "application/x-www-form-urlencoded",
    "application/x-protobuf",
    "application/xml",
    "text/xml",
    "multipart/form-data",
    "application/octet-stream",
)
_EXAMPLE = {
    "declaration": {
        "title": {"vi": "Trạm thử nghiệm", "en": "Trial stations"}, "dataset": "air_quality", "connector": "push",
        "map": {"station": {"field": "ma_tram"}, "time": {"field": "thoi_diem"}, "pm25": {"field": "PM2.5"}},
    }
}  # fmt: skip
ROUTES: tuple[AnyRoute, ...] = (
    Route(
        "GET", f"{API}/connectors", list_connectors, Text(vi="Danh mục bộ kết nối", en="Connectors"), "sources",
        "What a source can be: the settings that it asks for, as JSON Schema.", gives=ConnectorList, action="read_internal",
    ),
    Route(
        "GET", f"{API}/sources/{{id}}", get_source, Text(vi="Một nguồn", en="One source"), "sources",
        "Its declaration and where it stands, to those who read internal data.",
        gives=SourceDetail, names={"id": "Source, as `pack.name`."},
    ),
    Route(
        "PUT", f"{API}/sources/{{id}}", put_source, Text(vi="Khai báo nguồn", en="Declare a source"), "sources",
        "Written into the city's own folder as packs/PACK/sources/NAME.yaml; refused when it does not pass. Secrets are sealed "
        "in the state store, wherever they stand in the body.",
        body=SourceDeclaration, gives=SourceDetail, errors=(InvalidPack,), example=_EXAMPLE, **_DO,
    ),
    Route(
        "DELETE", f"{API}/sources/{{id}}", remove_source, Text(vi="Xóa nguồn", en="Delete a source"), "sources",
        "Only what the city itself declared; its records stay.", status=204, errors=(InvalidPack,), **_DO,
    ),
    Route(
        "POST", f"{API}/sources/{{id}}/try", try_source, Text(vi="Thử nguồn", en="Try a source"), "sources",
        "Connects, maps and checks what comes first, and stores nothing. With `sample` it maps and checks that, and does not connect.",
        body=SourceTrial, gives=SampleShape, errors=(SourceFailed,), example=_EXAMPLE, **_DO,
    ),
    Route(
        "POST", f"{API}/sources/{{id}}/choices", list_choices, Text(vi="Gợi ý cho một thiết lập", en="Choices for a setting"), "sources",
        "Tables, columns, data sets, topics: what the other side lists.",
        body=ChoicesWanted, gives=ChoiceList, errors=(SourceFailed,), example={**_EXAMPLE, "setting": "table"}, **_DO,
    ),
    Route(
        "GET", f"{API}/sources/{{id}}/runs", list_runs, Text(vi="Các lần đọc nguồn", en="Runs of a source"), "sources",
        params=RunParameters, gives=RunList, names={"id": "Source, as `pack.name`."}, action="read_internal",
    ),
    Route(
        "POST", f"{API}/sources/{{id}}/pause", pause_source, Text(vi="Tạm dừng nguồn", en="Pause a source"), "sources",
        "Its cursor stays; it goes on there.", gives=SourceDetail, **_DO,
    ),
    Route(
        "POST", f"{API}/sources/{{id}}/resume", resume_source, Text(vi="Đọc tiếp nguồn", en="Resume a source"), "sources",
        gives=SourceDetail, **_DO,
    ),
    Route(
        "POST", f"{API}/sources/{{id}}/run", run_source, Text(vi="Đọc nguồn ngay", en="Read a source now"), "sources",
        gives=SourceDetail, status=202, **_DO,
    ),
    Route(
        "POST", f"{API}/sources/{{id}}/spans", fetch_again, Text(vi="Lấy lại một khoảng", en="Fetch a range again"), "sources",
        "What is stored already counts as duplicate.", body=SpanShape, gives=SourceDetail, status=202,
        example={"from": "2026-01-01T00:00:00+07:00", "to": "2026-01-02T00:00:00+07:00"}, **_DO,
    ),
    Route(
        "POST", f"{API}/sources/{{id}}/deliveries", answer_sender, Text(vi="Nhận từ hệ thống khác", en="Take from another system"),
        "sources", "Where a source waits for others to send: its connector checks the signature, and takes the records out. "
        "Sessions and keys of the platform do not count here; who is refused stands in the audit log.",
        takes=_BODIES, knock=True, example={"station": "CAU-RAO", "time": "2026-01-01T00:00:00+07:00", "pm25": 31.5}, gives=ReceiptShape, status=201, names={"id": "Source, as `pack.name`."},
        errors=(NotAuthenticated, UnsupportedFormat, Overloaded, SourceFailed),
    ),
)  # fmt: skip
