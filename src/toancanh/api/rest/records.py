"""Records in and out."""

from datetime import datetime
from typing import Literal

import msgspec
from pydantic import ConfigDict, Field, ValidationError

from toancanh.access import require
from toancanh.api.problems import invalid
from toancanh.api.reply import Reply, encode, lasting
from toancanh.api.request import Call, Parameters
from toancanh.api.rest.common import Choices, Shape, accepted
from toancanh.api.routing import API, AnyRoute, Route
from toancanh.domain import (
    Bounds,
    Condition,
    Conflict,
    InvalidInput,
    Moment,
    NotAllowed,
    QueryTooHeavy,
    Receipt,
    Text,
    UnknownName,
)
from toancanh.indicators import MEDIA, RecordsRequest

BODIES = (
    "application/x-ndjson",
    "application/json",
    "text/csv",
    "application/vnd.apache.arrow.stream",
    "application/vnd.apache.parquet",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.oasis.opendocument.spreadsheet",
)
KEY_LENGTH = 200
Form = Literal["json", "ndjson", "csv", "arrow", "parquet", "geojson", "xlsx"]
_OPERATORS = frozenset(Bounds.model_fields)
_FORMS: dict[str, Form] = {media.partition(";")[0]: form for form, media in MEDIA.items()}


class SendParameters(Parameters):
    """How to read the body."""

    source: str | None = Field(
        None,
        max_length=127,
        description="Source whose mapping is used, as `pack.name`.",
        examples=["environment.provincial_stations"],
    )
    sent: int | None = Field(
        None, ge=0, le=1 << 40, description="How many rows the sender says it sent; the ledger compares."
    )


class RowProblem(Shape):
    """Why one row was not stored as it came."""

    row: int = Field(description="Row in the body, from 1; 0 for what is said of the whole.")
    column: str | None = Field(description="Column to blame.")
    code: str = Field(description="Kind of problem.")
    problem: Text = Field(description="What is wrong.")


class ReceiptShape(Shape):
    """What became of a delivery. accepted + quarantined + duplicates = rows sent."""

    receipt: str = Field(description="Identifier of the receipt.")
    dataset: str = Field(description="Dataset.")
    source: str = Field(description="Source that the records are booked under.")
    received: datetime = Field(description="When it came in.")
    accepted: int = Field(description="Records stored.")
    quarantined: int = Field(description="Records that wait with a reason.")
    duplicates: int = Field(description="Records that were stored before.")
    errors: list[RowProblem] = Field(description="The first 100 problems.")


class RecordsParameters(Parameters):
    """Which records, in which order and format. Further parameters are conditions on columns."""

    model_config = ConfigDict(extra="allow", frozen=True, populate_by_name=True)

    limit: int | None = Field(
        None, ge=1, le=100_000_000, description="Records at most: 100 by default and 100,000 at most in JSON; else all."
    )
    cursor: str | None = Field(None, max_length=8000, description="Where the page begins: `next` of the page before.")
    order: Choices = Field([], description="Columns to order by; a leading minus turns it round.", examples=["-time"])
    as_of: Moment | None = Field(None, description="As it was known at this moment.")
    from_: Moment | None = Field(None, alias="from", description="Records from this time on.")
    to: Moment | None = Field(None, description="Records before this time.")
    columns: Choices = Field([], description="Only these columns.", examples=["station,time,pm25"])
    current: bool = Field(False, description="Entities: only the newest version of each.")
    format: Form | None = Field(None, description="Format; by default what `Accept` asks for, else JSON.")
    bom: bool = Field(False, description="CSV: begin with a byte order mark, as Excel wants.")


class RecordColumnShape(Shape):
    """A column of records."""

    name: str = Field(description="Name.")
    title: Text = Field(description="Name for people.")
    type: str = Field(description="Type of the values.")
    unit: str | None = Field(description="Unit of measure.")


class RecordsShape(Shape):
    """Records in the JSON format."""

    columns: list[RecordColumnShape]
    rows: list[list[object]] = Field(description="The records, in the order of `columns`; times are RFC 3339.")
    next: str | None = Field(description="Cursor of the next page; null on the last one.")


def receipt_json(receipt: Receipt) -> bytes:
    """Return a receipt as JSON."""
    return msgspec.json.encode(
        {
            "receipt": receipt.receipt,
            "dataset": receipt.dataset,
            "source": receipt.source,
            "received": receipt.received,
            "accepted": receipt.accepted,
            "quarantined": receipt.quarantined,
            "duplicates": receipt.duplicates,
            "errors": [
                {
                    "row": error.row,
                    "column": error.column,
                    "code": error.code,
                    "problem": {"vi": error.problem.vi, "en": error.problem.en},
                }
                for error in receipt.errors
            ],
        }
    )


async def send_records(call: Call[SendParameters, None]) -> Reply:
    """Take records; answer when they are on disk."""
    services = call.services
    dataset, _ = services.dataset(call.path["id"])
    require(call.viewer, "send", dataset)
    receipt = await services.ingest.receive(
        dataset,
        await call.content(),
        content_type=call.header("content-type") or "",
        content_encoding=call.header("content-encoding"),
        viewer=call.viewer,
        source=call.params.source,
        idempotency_key=_key(call.header("idempotency-key")),
        sent_rows=call.params.sent,
    )
    location = f"{API}/receipts/{receipt.receipt}".encode()
    return Reply(receipt_json(receipt), 201, headers=[(b"location", location), (b"cache-control", b"no-store")])


def _key(given: str | None) -> str | None:
    if given is None or (0 < len(given) <= KEY_LENGTH and given.isprintable()):
        return given
    raise InvalidInput(
        Text(vi="Idempotency-Key không hợp lệ.", en="The Idempotency-Key is not valid."),
        Text(vi=f"Dùng 1 đến {KEY_LENGTH} ký tự in được.", en=f"Use 1 to {KEY_LENGTH} printable characters."),
    )


async def list_records(call: Call[RecordsParameters, None]) -> Reply:
    """Read records, a page in JSON or all of them in a file's format."""
    dataset, _ = call.services.dataset(call.path["id"])
    asked = call.params
    preferred: Form = accepted(call.header("accept"), _FORMS, "json")
    request = RecordsRequest(
        where=_conditions(asked),
        start=asked.from_,
        end=asked.to,
        order=tuple(asked.order),
        limit=asked.limit,
        cursor=asked.cursor,
        as_of=asked.as_of,
        columns=tuple(asked.columns),
        current=asked.current,
        format=asked.format or preferred,
        bom=asked.bom,
    )
    headers = [(b"cache-control", b"no-store"), (b"vary", b"Accept, Cookie")]
    if request.format != "json":
        export = await call.services.indicators.export(dataset, call.viewer, request)
        headers.append((b"content-disposition", f'attachment; filename="{export.filename}"'.encode()))
        return Reply(export.pieces, media=export.media, headers=headers)
    page = await call.services.indicators.page(dataset, call.viewer, request)
    columns = [
        {"name": column.name, "title": column.title, "type": column.type, "unit": column.unit}
        for column in page.columns
    ]
    head = b'{"columns":' + encode(columns) + b',"rows":'
    tail = b',"next":' + encode(page.next) + b"}"
    return Reply((head, lasting(page.rows, page.payload), tail), headers=headers)


def _conditions(asked: RecordsParameters) -> dict[str, Condition]:
    """Return the conditions in the parameters that are none of ours: COLUMN=value, or COLUMN.ge=value and the like."""
    found: dict[str, Condition] = {}
    bounds: dict[str, dict[str, object]] = {}
    for name, value in (asked.model_extra or {}).items():
        column, dot, operator = name.rpartition(".")
        if dot and operator in _OPERATORS:
            bounds.setdefault(column, {})[operator] = value[-1] if isinstance(value, list) else value
        else:
            found[name] = value
    for column, operators in bounds.items():
        try:
            found[column] = Bounds.model_validate(operators)
        except ValidationError as error:
            raise invalid(error, Text(vi=f"Điều kiện trên “{column}”", en=f"Condition on '{column}'")) from error
    return found


_ID = {"id": "Dataset, as `pack.name`."}
ROUTES: tuple[AnyRoute, ...] = (
    Route(
        "POST", f"{API}/datasets/{{id}}/records", send_records, Text(vi="Gửi bản ghi", en="Send records"), "records",
        "Takes NDJSON, a JSON object or array, CSV, an Arrow stream or Parquet, also gzip or zstd; answers once the records "
        "are on disk. What fails a check waits in quarantine with the reason. The same `Idempotency-Key` (or the same `_id` "
        "of a record) twice counts once. `429` says to come back: nothing of the request was kept.",
        params=SendParameters, takes=BODIES, gives=ReceiptShape, status=201, action="send", names=_ID,
        errors=(Conflict, UnknownName),
        example='{"station":"HP-KK01","time":"2026-01-01T07:00:00+07:00","lon":106.659,"lat":20.867,"pm25":41.5}\n',
    ),
    Route(
        "GET", f"{API}/datasets/{{id}}/records", list_records, Text(vi="Đọc bản ghi", en="Read records"), "records",
        "A page in JSON, or all of them as NDJSON, CSV, Arrow, Parquet, GeoJSON or XLSX.",
        params=RecordsParameters, gives=RecordsShape, media=tuple(_FORMS), names=_ID,
        errors=(UnknownName, NotAllowed, QueryTooHeavy),
    ),
)  # fmt: skip
