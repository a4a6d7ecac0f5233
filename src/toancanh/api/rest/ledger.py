"""The accounts of what came in: the ledger, receipts, and what waits in quarantine."""

from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any, Literal

import msgspec
from pydantic import Field, model_validator

from toancanh.access import allows
from toancanh.api.reply import Reply, json_reply
from toancanh.api.request import Call, Parameters
from toancanh.api.rest.common import Next, Paged, Shape
from toancanh.api.rest.records import ReceiptShape, RowProblem, receipt_json
from toancanh.api.routing import API, AnyRoute, Route
from toancanh.domain import InvalidInput, LedgerLine, Text
from toancanh.ingest import Quarantined, Reason

_WEEK = timedelta(days=6)
_DEEPEST = 64
"""Levels of nesting that are shown as JSON."""


class LedgerParameters(Parameters):
    """Which lines."""

    from_: date | None = Field(None, alias="from", description="First day, city time; a week before `to` by default.")
    to: date | None = Field(None, description="Last day, included; today by default.")
    dataset: str | None = Field(None, max_length=127, description="Only this dataset.")
    source: str | None = Field(None, max_length=127, description="Only this source.")


class LedgerLineShape(Shape):
    """One source's account of one dataset and day."""

    day: date = Field(description="Day in the city's time zone.")
    dataset: str = Field(description="Dataset.")
    source: str = Field(description="Source.")
    sent: int = Field(description="Records that the source says it sent.")
    received: int = Field(description="Records that arrived.")
    stored: int = Field(description="Records in the facts.")
    quarantined: int = Field(description="Records that wait with a reason.")
    duplicated: int = Field(description="Records that were there already.")
    delivered: int = Field(description="Records handed on to those who read.")
    balanced: bool = Field(description="Whether every record is accounted for.")
    facts: int | None = Field(None, description="Records that the facts store counts now; null where it was not asked.")


class LedgerShape(Shape):
    """Lines, newest day first, and whether they all add up."""

    items: list[LedgerLineShape]
    balanced: bool = Field(description="Whether sent = received = stored + quarantined + duplicated everywhere.")


class QuarantineParameters(Paged):
    """Which rows."""

    dataset: str | None = Field(None, max_length=127, description="Only of this dataset.")
    source: str | None = Field(None, max_length=127, description="Only from this source.")
    status: Literal["waiting", "released", "discarded"] | None = Field(None, description="Only with this status.")
    code: str | None = Field(None, max_length=63, description="Only with a problem of this kind.")
    column: str | None = Field(None, max_length=127, description="Only with a problem of this column.")


class QuarantinedShape(Shape):
    """A row that was not stored, and why."""

    id: str = Field(description="Identifier.")
    dataset: str = Field(description="Dataset.")
    source: str = Field(description="Source.")
    received: datetime = Field(description="When it came in first.")
    receipt: str = Field(description="Receipt of its delivery.")
    row: int = Field(description="Row in that delivery, from 1.")
    errors: list[RowProblem]
    raw: dict[str, Any] = Field(description="What was sent.")
    status: str = Field(description="waiting, released or discarded.")
    decided_by: str | None = Field(description="Who decided.")
    decided: datetime | None = Field(description="When.")
    reason: str | None = Field(description="Why it was discarded.")


class QuarantineList(Shape):
    """Rows, the newest first."""

    items: list[QuarantinedShape]
    next: Next


class ReasonShape(Shape):
    """Why rows wait."""

    dataset: str = Field(max_length=127, description="Dataset.")
    source: str = Field(max_length=255, description="Source.")
    code: str = Field(max_length=63, description="Kind of problem.")
    column: str | None = Field(None, max_length=127, description="Column to blame; null for the row as a whole.")


class GroupShape(ReasonShape):
    """All rows that wait for one reason. A row with two reasons is in two groups."""

    rows: int = Field(description="How many wait.")
    first: datetime = Field(description="When the first of them came in.")
    newest: datetime = Field(description="When the newest came in.")
    problem: Text = Field(description="What is wrong with one of them.")
    raw: dict[str, Any] = Field(description="One of them, as it was sent.")


class GroupList(Shape):
    """Groups, most rows first."""

    items: list[GroupShape]


class GroupParameters(Parameters):
    """Which groups."""

    dataset: str | None = Field(None, max_length=127, description="Only of this dataset.")
    source: str | None = Field(None, max_length=127, description="Only from this source.")


class Release(Shape):
    """Rows to store in spite of their checks: some, or all that wait for a reason."""

    ids: list[str] = Field([], max_length=1000, description="Identifiers of rows.")
    group: ReasonShape | None = Field(None, description="All rows that wait for this reason, instead of `ids`.")

    @model_validator(mode="after")
    def _one(self) -> "Release":
        if bool(self.ids) == (self.group is not None):
            raise ValueError("give either ids or group")
        return self


class Discard(Release):
    """Rows to give up, and why."""

    reason: str = Field(
        min_length=3, max_length=1000, description="Why they are not wanted.", examples=["Trạm đang hiệu chuẩn"]
    )


class Decided(Shape):
    """What became of the decision."""

    decided: int = Field(description="Rows that the decision reached.")


async def get_ledger(call: Call[LedgerParameters, None]) -> Reply:
    """Give the account of each source, dataset and day."""
    asked = call.params
    last = asked.to or call.services.today()
    first = asked.from_ or last - _WEEK
    lines = await call.services.ingest.ledger(first, last, dataset=asked.dataset, source=asked.source)
    items = [_line(line) for line in lines if _seen(call, line.dataset)]
    return json_reply(LedgerShape(items=items, balanced=all(item.balanced for item in items)))


def _seen(call: Call[Any, Any], dataset: str) -> bool:
    """A dataset that no pack declares any more is left to those who curate."""
    if dataset in call.services.catalog.datasets:
        return call.services.sees(call.viewer, dataset)
    return allows(call.viewer, "curate")


def _line(line: LedgerLine) -> LedgerLineShape:
    return LedgerLineShape(**asdict(line), balanced=line.balanced)


async def get_receipt(call: Call[Parameters, None]) -> Reply:
    """Give a receipt again."""
    receipt = await call.services.ingest.receipt(call.path["id"], call.viewer)
    return Reply(receipt_json(receipt), headers=[(b"cache-control", b"no-store")])


async def list_quarantine(call: Call[QuarantineParameters, None]) -> Reply:
    """List rows that wait, or were decided about."""
    asked = call.params
    page = await call.services.ingest.quarantine(
        call.viewer,
        dataset=asked.dataset,
        source=asked.source,
        status=asked.status,
        code=asked.code,
        column=asked.column,
        cursor=asked.cursor,
        limit=asked.limit,
    )
    return json_reply(QuarantineList(items=[_row(row) for row in page.rows], next=page.next))


def _row(row: Quarantined) -> QuarantinedShape:
    return QuarantinedShape(
        id=str(row.id),
        dataset=row.dataset,
        source=row.source,
        received=row.received,
        receipt=row.receipt,
        row=row.row,
        errors=[
            RowProblem(row=error.row, column=error.column, code=error.code, problem=error.problem)
            for error in row.errors
        ],
        raw=_raw(row.raw),
        status=row.status,
        decided_by=row.decided_by or None,
        decided=row.decided,
        reason=row.reason or None,
    )


def _raw(text: str) -> dict[str, Any]:
    """Return a row as it was sent; as text where it is no JSON object, or one nested so deep that few can read it."""
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return {"": text}
    if not _shallow(found):
        return {"": text}
    return found if isinstance(found, dict) else {"": found}


def _shallow(value: object) -> bool:
    level = [value]
    for _ in range(_DEEPEST):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return True
    return False


async def list_reasons(call: Call[GroupParameters, None]) -> Reply:
    """Put together what waits, by reason."""
    asked = call.params
    found = await call.services.ingest.reasons(call.viewer, dataset=asked.dataset, source=asked.source)
    items = [
        GroupShape(
            **asdict(one.reason),
            rows=one.rows,
            first=one.first,
            newest=one.newest,
            problem=one.problem,
            raw=_raw(one.raw),
        )
        for one in found
    ]
    return json_reply(GroupList(items=items))


async def release(call: Call[Parameters, Release]) -> Reply:
    """Store rows in spite of their checks."""
    ingest, group = call.services.ingest, call.body.group
    if group is not None:
        return json_reply(Decided(decided=await ingest.release_all(Reason(**group.model_dump()), call.viewer)))
    return json_reply(Decided(decided=await ingest.release(_ids(call.body), call.viewer)))


async def discard(call: Call[Parameters, Discard]) -> Reply:
    """Give rows up."""
    ingest, group, why = call.services.ingest, call.body.group, call.body.reason
    if group is not None:
        return json_reply(Decided(decided=await ingest.discard_all(Reason(**group.model_dump()), why, call.viewer)))
    return json_reply(Decided(decided=await ingest.discard(_ids(call.body), why, call.viewer)))


def _ids(body: Release) -> list[int]:
    if all(one.isascii() and one.isdigit() and int(one) < 1 << 64 for one in body.ids):
        return [int(one) for one in body.ids]
    raise InvalidInput(
        Text(vi="Mã bản ghi cách ly không hợp lệ.", en="An identifier of a quarantined row is not valid."),
        Text(vi="Dùng `id` của GET /api/v1/quarantine.", en="Use `id` of GET /api/v1/quarantine."),
    )


ROUTES: tuple[AnyRoute, ...] = (
    Route(
        "GET", f"{API}/ledger", get_ledger, Text(vi="Sổ đối soát", en="Ledger"), "ledger",
        "Per source, dataset and day: sent = received = stored + quarantined + duplicated.",
        params=LedgerParameters, gives=LedgerShape,
    ),
    Route(
        "GET", f"{API}/receipts/{{id}}", get_receipt, Text(vi="Biên nhận", en="Receipt"), "ledger",
        "For whoever sent the records, and for stewards.", gives=ReceiptShape, names={"id": "Receipt."},
    ),
    Route(
        "GET", f"{API}/quarantine", list_quarantine, Text(vi="Bản ghi cách ly", en="Quarantine"), "ledger",
        params=QuarantineParameters, gives=QuarantineList, action="curate",
    ),
    Route(
        "GET", f"{API}/quarantine/reasons", list_reasons, Text(vi="Lý do cách ly", en="Reasons of quarantine"), "ledger",
        "What waits, put together by dataset, source, kind of problem and column.",
        params=GroupParameters, gives=GroupList, action="curate",
    ),
    Route(
        "POST", f"{API}/quarantine/release", release, Text(vi="Nhận bản ghi cách ly", en="Release rows"), "ledger",
        "Stores rows in spite of their checks. What cannot be stored at all stays.",
        body=Release, gives=Decided, action="curate", example={"ids": ["1234567890"]},
    ),
    Route(
        "POST", f"{API}/quarantine/discard", discard, Text(vi="Bỏ bản ghi cách ly", en="Discard rows"), "ledger",
        body=Discard, gives=Decided, action="curate", example={"ids": ["1234567890"], "reason": "Trạm đang hiệu chuẩn"},
    ),
)  # fmt: skip
