"""The entry desk: forms, what is due, submissions and their steps, delegations."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import AwareDatetime, Field

from toancanh.api.reply import Reply, json_reply, no_content
from toancanh.api.request import Call, Parameters
from toancanh.api.rest.common import Next, Paged, Shape, page_of
from toancanh.api.routing import API, AnyRoute, Route
from toancanh.domain import Conflict, Text
from toancanh.domain.declarations import Column
from toancanh.operations import Delegation, Duty, Form, Step, Submission

State = Literal["draft", "submitted", "checked", "approved", "locked", "returned"]
Status = Literal["estimate", "preliminary", "official"]
Row = dict[str, Any]


class FormColumn(Shape):
    """A column that people fill in."""

    name: str
    title: Text
    description: Text | None
    type: str
    unit: str | None = Field(description="Unit of measure.")
    required: bool
    range: tuple[float | None, float | None] | None
    codes: dict[str, Text] | None = Field(description="The only values allowed, with their names.")


class FormShape(Shape):
    """A dataset that people enter."""

    id: str = Field(description="Its dataset.")
    title: Text
    description: Text
    every: str = Field(description="How long a period is: day, week, month, quarter, half_year or year.")
    levels: int = Field(description="How many people approve.")
    due: str = Field(description="When it is due: working days after the period, and the time.", examples=["5 17:00"])
    odd: float = Field(description="Share of change from the period before beyond which a figure is marked.")
    units: list[str] = Field(description="Codes of the units that fill it in.")
    rows: str | None = Field(description="Column that names the rows; null where people add rows.")
    row_codes: dict[str, Text] = Field(description="The rows by code.")
    row_title: Text | None = Field(description="Name of the column that names the rows.")
    columns: list[FormColumn]
    statuses: list[Status] = Field(description="How final figures may be; empty where the form does not ask.")


class FormList(Shape):
    """Forms."""

    items: list[FormShape]


class DutyShape(Shape):
    """A submission that is asked for."""

    dataset: str
    unit: str
    period: date = Field(description="First day of the period.")
    title: Text = Field(description="Name of the form.")
    name: Text = Field(description="Name of the period.")
    state: State | None = Field(description="Null where nobody has begun.")
    status: Status | None
    revision: int
    opens: date = Field(description="Last day of the period.")
    due: datetime
    late: bool = Field(description="Whether its time has passed and it is not submitted.")
    late_days: int = Field(description="Whole working days since its time passed; 0 where it is not late.")
    waits: bool = Field(
        description="Whether the next step is the caller's, by a right of one's own or a delegated one."
    )
    submitted: datetime | None = Field(description="When it was first submitted.")
    changed: datetime | None
    changed_by: str | None


class DutyList(Shape):
    """What is asked for, the newest due first."""

    items: list[DutyShape]
    next: Next
    late: int = Field(description="How many are late, of all that are asked for.")


class DutyParameters(Paged):
    """Which submissions."""

    dataset: str | None = Field(None, description="Only of this form.")
    unit: str | None = Field(None, description="Only of this unit.")
    state: State | Literal["missing"] | None = Field(None, description="Only in this state; missing: nobody has begun.")
    late: bool = Field(False, description="Only late ones.")
    open: bool = Field(False, description="Only those that are not approved yet.")


class RemarkShape(Shape):
    """What is wrong or odd about a cell."""

    row: int = Field(description="Row of the submission, from 0.")
    column: str | None
    code: str
    text: Text
    grave: bool = Field(description="Whether it keeps the submission from being submitted.")


class TakenShape(Shape):
    """A step that was taken."""

    at: datetime
    name: str = Field(description="Who took it.")
    behalf: str | None = Field(description="For whom, where a right was delegated.")
    step: str
    before: State
    after: State
    reason: str | None
    revision: int


class SubmissionShape(Shape):
    """The figures of one unit for one period, as the caller sees them."""

    form: FormShape
    unit: str
    period: date
    name: Text
    state: State
    status: Status | None
    revision: int
    version: int = Field(description="Grows with every change; 0 where nobody has begun.")
    rows: list[Row]
    before: list[Row | None] = Field(description="The figures of the period before, row by row.")
    year_before: list[Row | None] = Field(description="The figures of the same period a year earlier, row by row.")
    remarks: list[RemarkShape]
    opens: date
    due: datetime
    late: bool
    history: list[TakenShape]
    steps: list[str] = Field(description="What the caller may do now.")
    writable: bool = Field(description="Whether the caller may change figures now.")
    receipt: str | None = Field(description="Receipt of the stored records of this revision.")


class UploadShape(SubmissionShape):
    """A submission as it would be with the figures of a workbook."""

    told: list[Text] = Field(description="What of the workbook was left aside.")


class WorkbookParameters(Parameters):
    """How the workbook speaks."""

    lang: Literal["vi", "en"] = Field("vi", description="Language of headings and hints.")


class Figures(Shape):
    """Figures to look at or to keep."""

    rows: list[Row] = Field(max_length=2000, description="Rows by column name.")
    status: Status | None = Field(None, description="How final they are, where the form asks for it.")


class Draft(Figures):
    """Figures to keep."""

    version: int = Field(ge=0, description="The version that was changed; refused when it is not the newest.")


class StepWanted(Shape):
    """A step to take."""

    step: Step
    version: int = Field(ge=0, description="The version that was looked at.")
    reason: str | None = Field(None, max_length=2000, description="Why; some steps need it.")


class DelegationShape(Shape):
    """Who acts for whom."""

    id: str
    giver: str = Field(description="Name of who gave the right.")
    taker: str = Field(description="Name of who acts.")
    mine: bool = Field(description="Whether the caller gave it.")
    action: Literal["send", "approve"]
    start: datetime
    end: datetime
    reason: str | None
    revoked: datetime | None


class Colleague(Shape):
    """Somebody to hand a right to."""

    id: str
    name: str
    unit: str | None


class DelegationList(Shape):
    """Delegations given and taken, and to whom one may give."""

    items: list[DelegationShape]
    colleagues: list[Colleague]


class NewDelegation(Shape):
    """A right to hand over."""

    taker: str = Field(max_length=32, description="Id of a colleague.")
    action: Literal["send", "approve"] = Field(description="send: fill in. approve: check and approve.")
    start: AwareDatetime
    end: AwareDatetime
    reason: str | None = Field(None, max_length=2000)


async def list_forms(call: Call[Parameters, None]) -> Reply:
    """List the forms that concern the caller."""
    return json_reply(FormList(items=[_form(form) for form in call.services.submissions.forms(call.viewer)]))


async def list_submissions(call: Call[DutyParameters, None]) -> Reply:
    """List what is asked for."""
    params = call.params
    duties = await call.services.submissions.duties(call.viewer, params.dataset, params.unit)
    late = sum(duty.late for duty in duties)
    wanted = [
        duty
        for duty in duties
        if (params.state is None or (duty.state or "missing") == params.state)
        and (duty.late or not params.late)
        and (not params.open or duty.state not in ("approved", "locked"))
    ]
    items, following = page_of(wanted, params)
    return json_reply(DutyList(items=[_duty(duty) for duty in items], next=following, late=late))


async def get_submission(call: Call[Parameters, None]) -> Reply:
    """Give one submission."""
    return json_reply(_submission(await call.services.submissions.get(*_key(call), call.viewer)))


async def save_submission(call: Call[Parameters, Draft]) -> Reply:
    """Keep a draft."""
    body = call.body
    found = await call.services.submissions.save(*_key(call), body.rows, body.status, body.version, call.viewer)
    return json_reply(_submission(found))


async def try_submission(call: Call[Parameters, Figures]) -> Reply:
    """Look at figures without keeping them."""
    found = await call.services.submissions.try_rows(*_key(call), call.body.rows, call.body.status, call.viewer)
    return json_reply(_submission(found))


async def submission_workbook(call: Call[WorkbookParameters, None]) -> Reply:
    """Give a submission as a workbook to fill in."""
    body = await call.services.submissions.workbook(*_key(call), call.params.lang, call.viewer)
    name = "-".join(_key(call))
    disposition = f'attachment; filename="{name}.xlsx"'.encode("latin-1")
    return Reply(body, media=_XLSX, headers=[(b"content-disposition", disposition), (b"cache-control", b"no-store")])


async def upload_submission(call: Call[Parameters, None]) -> Reply:
    """Look at the figures of a workbook without keeping them."""
    body = await call.content()
    whole = body if isinstance(body, bytes) else b"".join([piece async for piece in body])
    found, told = await call.services.submissions.upload(*_key(call), whole, call.viewer)
    return json_reply(UploadShape(**_submission(found).model_dump(), told=told))


async def step_submission(call: Call[Parameters, StepWanted]) -> Reply:
    """Take a step."""
    body = call.body
    found = await call.services.submissions.step(*_key(call), body.step, body.version, body.reason, call.viewer)
    return json_reply(_submission(found))


async def list_delegations(call: Call[Parameters, None]) -> Reply:
    """List who acts for the caller, and for whom the caller acts."""
    services = call.services
    items = [_delegation(one, call.viewer.id) for one in await services.submissions.delegations.of(call.viewer)]
    others = [
        Colleague(id=one.id, name=one.name, unit=one.unit) for one in await services.access.colleagues(call.viewer)
    ]
    return json_reply(DelegationList(items=items, colleagues=others))


async def add_delegation(call: Call[Parameters, NewDelegation]) -> Reply:
    """Hand a right over."""
    body = call.body
    made = await call.services.submissions.delegations.give(
        call.viewer, body.taker, body.action, body.start, body.end, body.reason
    )
    return json_reply(_delegation(made, call.viewer.id), 201)


async def remove_delegation(call: Call[Parameters, None]) -> Reply:
    """Take a right back."""
    await call.services.submissions.delegations.revoke(call.viewer, call.path["id"])
    return no_content()


def _key(call: Call[Any, Any]) -> tuple[str, str, str]:
    return call.path["dataset"], call.path["unit"], call.path["period"]


def _form(form: Form) -> FormShape:
    entry, columns = form.entry, form.dataset.columns
    return FormShape(
        id=form.id,
        title=form.dataset.title,
        description=form.dataset.description,
        every=entry.every,
        levels=entry.levels,
        due=f"{entry.due.working_days} {entry.due.at:%H:%M}",
        odd=entry.odd,
        units=list(form.units),
        rows=entry.rows,
        row_codes=form.codes,
        row_title=columns[entry.rows].title if entry.rows else None,
        columns=[_column(name, column) for name, column in form.columns.items()],
        statuses=list(columns[entry.status].codes or ()) if entry.status else [],
    )


def _column(name: str, column: Column) -> FormColumn:
    return FormColumn(
        name=name, title=column.title, description=column.description, type=column.type, unit=column.unit,
        required=column.required, range=column.range, codes=column.codes,
    )  # fmt: skip


def _duty(duty: Duty) -> DutyShape:
    key = duty.key
    return DutyShape(
        dataset=key.dataset, unit=key.unit, period=key.period, title=duty.form.dataset.title, name=duty.name, state=duty.state,
        status=duty.status, revision=duty.revision, opens=duty.opens, due=duty.due, late=duty.late,
        late_days=duty.late_days, waits=duty.waits, submitted=duty.submitted,
        changed=duty.changed, changed_by=duty.changed_by,
    )  # fmt: skip


def _submission(found: Submission) -> SubmissionShape:
    return SubmissionShape(
        form=_form(found.form),
        unit=found.key.unit,
        period=found.key.period,
        name=found.name,
        state=found.state,
        status=found.status,
        revision=found.revision,
        version=found.version,
        rows=[dict(row) for row in found.rows],
        before=[_figures(found, row) for row in found.earlier_rows("before")],
        year_before=[_figures(found, row) for row in found.earlier_rows("year_before")],
        remarks=[
            RemarkShape(row=one.row, column=one.column, code=one.code, text=one.text, grave=one.grave)
            for one in found.remarks
        ],
        opens=found.opens,
        due=found.due,
        late=found.late,
        history=[
            TakenShape(
                at=one.at, name=one.name, behalf=one.behalf_name, step=one.step, before=one.before, after=one.after,
                reason=one.reason, revision=one.revision,
            )
            for one in found.history
        ],
        steps=list(found.steps),
        writable=found.writable,
        receipt=found.receipt,
    )  # fmt: skip


def _figures(found: Submission, row: Any) -> Row | None:
    return None if row is None else {name: row[name] for name in found.form.columns if name in row}


def _delegation(one: Delegation, caller: str) -> DelegationShape:
    return DelegationShape(
        id=one.id, giver=one.giver_name, taker=one.taker_name, mine=one.giver == caller, action=one.action, start=one.start,
        end=one.end, reason=one.reason, revoked=one.revoked,
    )  # fmt: skip


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ONE: dict[str, Any] = {
    "names": {
        "dataset": "Form: its dataset, as `pack.name`.",
        "unit": "Code of the unit.",
        "period": "First day of the period, as 2026-10-01.",
    }
}
_AT = f"{API}/submissions/{{dataset}}/{{unit}}/{{period}}"
_ROWS = [{"item": "iip", "value": 112.4}]
ROUTES: tuple[AnyRoute, ...] = (
    Route(
        "GET", f"{API}/forms", list_forms, Text(vi="Danh mục biểu nhập liệu", en="Forms"), "submissions",
        "Datasets that people enter: columns, rows, periods, deadlines.", gives=FormList, action="read_internal",
    ),
    Route(
        "GET", f"{API}/submissions", list_submissions, Text(vi="Số liệu phải nộp", en="What is to be submitted"), "submissions",
        "One line for each form, unit and period: who is late, what waits for approval.",
        params=DutyParameters, gives=DutyList, action="read_internal",
    ),
    Route(
        "GET", _AT, get_submission, Text(vi="Một biểu số liệu", en="One submission"), "submissions",
        "Its figures beside those of the period before, what is wrong or odd, every step, and what the caller may do.",
        gives=SubmissionShape, action="read_internal", **_ONE,
    ),
    Route(
        "PUT", _AT, save_submission, Text(vi="Lưu bản nháp", en="Keep a draft"), "submissions",
        "Right or wrong: what is wrong is marked, and keeps it from being submitted.",
        body=Draft, gives=SubmissionShape, action="read_internal", errors=(Conflict,), example={"rows": _ROWS, "version": 0}, **_ONE,
    ),
    Route(
        "POST", f"{_AT}/try", try_submission, Text(vi="Kiểm tra số liệu", en="Check figures"), "submissions",
        "What would be wrong or odd; nothing is kept.",
        body=Figures, gives=SubmissionShape, action="read_internal", example={"rows": _ROWS}, **_ONE,
    ),
    Route(
        "GET", f"{_AT}/workbook", submission_workbook, Text(vi="Biểu Excel để điền", en="A workbook to fill in"), "submissions",
        "Locked headings, validation lists, hidden keys, the figures that are there and those of the period before.",
        params=WorkbookParameters, media=(_XLSX,), action="read_internal", **_ONE,
    ),
    Route(
        "POST", f"{_AT}/workbook", upload_submission, Text(vi="Nạp biểu Excel", en="Read a workbook"), "submissions",
        "XLSX, XLS or ODS: columns and rows are found by their names in any order. What it would become; nothing is kept.",
        takes=(_XLSX, "application/vnd.ms-excel", "application/vnd.oasis.opendocument.spreadsheet", "application/octet-stream"),
        example="PK…", gives=UploadShape, action="read_internal", **_ONE,
    ),
    Route(
        "POST", f"{_AT}/steps", step_submission, Text(vi="Gửi, duyệt, trả lại, khóa, đính chính", en="Submit, approve, return, lock, correct"),
        "submissions", "Approved figures are stored as records at once; who submitted them may not approve them.",
        body=StepWanted, gives=SubmissionShape, action="read_internal", errors=(Conflict,), example={"step": "submit", "version": 1}, **_ONE,
    ),
    Route(
        "GET", f"{API}/delegations", list_delegations, Text(vi="Ủy quyền", en="Delegations"), "submissions",
        gives=DelegationList, action="read_internal",
    ),
    Route(
        "POST", f"{API}/delegations", add_delegation, Text(vi="Ủy quyền cho đồng nghiệp", en="Delegate to a colleague"), "submissions",
        "The other acts with one's own right, and every step says for whom.",
        body=NewDelegation, gives=DelegationShape, status=201, action="read_internal", example={
            "taker": "0123456789abcdef0123456789abcdef", "action": "approve", "start": "2026-01-01T00:00:00+07:00",
            "end": "2026-01-08T00:00:00+07:00", "reason": "Nghỉ phép",
        },
    ),
    Route(
        "DELETE", f"{API}/delegations/{{id}}", remove_delegation, Text(vi="Thu hồi ủy quyền", en="Take a delegation back"), "submissions",
        status=204, action="read_internal", names={"id": "Id of the delegation."},
    ),
)  # fmt: skip
