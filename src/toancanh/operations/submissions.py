"""Submissions: the figures of one unit for one period, from the first draft to what is in force, with every step on record."""

import asyncio
import io
import logging
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection, insert, update

from toancanh.access import Access, Below, record, row_filter, units_below
from toancanh.catalog import Catalog
from toancanh.domain import Conflict, Grant, InvalidInput, NotAllowed, NotFound, Text, ToanCanhError, Viewer
from toancanh.geography import Geography
from toancanh.indicators import Indicators
from toancanh.ingest import Ingest
from toancanh.operations.checking import (
    Earlier,
    Remark,
    find_odd,
    find_twice,
    find_wrong,
    is_empty,
    read_earlier,
)
from toancanh.operations.delegations import Delegable, Delegations
from toancanh.operations.forms import Form, deadline, form_of, forms_of
from toancanh.operations.keeping import Kept, Key, acted_by, approved_before, history, in_state, newest, submitted
from toancanh.operations.periods import after_working_days, period_name, read_period
from toancanh.operations.rows import as_record, as_records, checked_status, laid_out, tidy
from toancanh.operations.sight import Submission
from toancanh.operations.template import Language, write_template
from toancanh.operations.transitions import STATES, STEPS, WRITABLE, Step, SubmissionState, Transition, steps_from
from toancanh.operations.upload import read_workbook
from toancanh.store import State, Stores, tables

_ROWS, _STEPS = tables.submissions, tables.submission_steps
ENTRY = Viewer("entry", "Bàn nhập số liệu", "system", (Grant("admin"),))
"""Who brings approved figures to the front door."""
_RIGHTS: tuple[Delegable, ...] = ("send", "approve")
_EVERY = 30.0
_LOG = logging.getLogger("toancanh.operations")


@dataclass(frozen=True, slots=True)
class Duty:
    """A submission that is asked for. `state` is None where nobody has begun; `late` after its time until it is submitted.

    `late_days` are whole working days since then; `waits` says whether the next step is the viewer's.
    """

    form: Form
    key: Key
    name: Text
    state: SubmissionState | None
    status: str | None
    revision: int
    opens: date
    due: datetime
    late: bool
    late_days: int
    waits: bool
    submitted: datetime | None
    changed: datetime | None
    changed_by: str | None


class Submissions:
    """Keeps submissions, lets people fill them in and approve them, and brings what is approved to the front door."""

    def __init__(
        self,
        catalog: Callable[[], Catalog],
        indicators: Callable[[], Indicators],
        stores: Stores,
        ingest: Ingest,
        access: Access,
        geography: Geography,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self._catalog, self._indicators = catalog, indicators
        self._state: State = stores.state
        self._ingest, self._geography = ingest, geography
        self._now = now or (lambda: datetime.now(UTC))
        self.delegations = Delegations(stores.state, access, self._now)

    async def run(self) -> None:
        """Bring approved figures to the front door that a crash left behind, and lock what is due, until cancelled."""
        while True:
            try:
                await self.catch_up()
            except ToanCanhError as error:
                _LOG.warning("submissions are not looked after now: %s", error)
            await asyncio.sleep(_EVERY)

    def forms(self, viewer: Viewer) -> list[Form]:
        """Return the forms that somebody may fill in or approve for at least one unit, or may read."""
        return [
            form
            for form in forms_of(self._catalog()).values()
            if any(self._reach(viewer, action, form).rows.parts for action in ("send", "approve", "read_internal"))
        ]

    async def duties(self, viewer: Viewer, dataset: str | None = None, unit: str | None = None) -> list[Duty]:
        """Return what is asked for of the units that somebody may read, newest period first."""
        catalog = self._catalog()
        forms = [form for form in self.forms(viewer) if dataset in (None, form.id)]
        kept = await self._state.read(lambda connection: newest(connection, [form.id for form in forms]))
        sent = await self._state.read(lambda connection: submitted(connection, [form.id for form in forms]))
        now = self._now()
        today = now.astimezone(ZoneInfo(catalog.city.time_zone)).date()
        givers = {action: await self.delegations.givers(viewer, action) for action in _RIGHTS}
        acted = await self._state.read(acted_by)
        found = []
        for form in forms:
            reach = self._reach(viewer, "read_internal", form)
            units = [code for code in form.units if unit in (None, code) and reach.allows(code, self._area(code))]
            asked = list(form.asked(today))
            there = {
                key
                for key in kept
                if key.dataset == form.id and unit in (None, key.unit) and reach.allows(key.unit, self._area(key.unit))
            }
            wanted = {Key(form.id, code, first) for code in units for first in asked} | there
            reaches = {
                action: [(one.id, self._reach(one, action, form)) for one in (viewer, *givers[action])]
                for action in _RIGHTS
            }
            for key in wanted:
                duty = self._duty(catalog, form, key, kept.get(key), sent.get(key))
                action: Delegable = "approve" if duty.state in ("submitted", "checked") else "send"
                may = {who for who, within in reaches[action] if within.allows(key.unit, self._area(key.unit))}
                before = acted.get(kept[key].id, frozenset()) if action == "approve" else frozenset()
                begun = duty.state not in ("approved", "locked") and duty.opens <= today
                waits = begun and viewer.id not in before and bool(may - before)
                found.append(replace(duty, waits=waits))
        found.sort(key=lambda duty: (-duty.due.timestamp(), duty.key.dataset, duty.key.unit))
        return found

    async def get(self, dataset: str, unit: str, period: str, viewer: Viewer) -> Submission:
        """Return one submission, blank where nobody has begun. Raises NotFound, InvalidInput, NotAllowed."""
        form, key = self._key(dataset, unit, period)
        self._require(viewer, "read_internal", form, unit)
        kept = await self._state.read(lambda connection: newest(connection, [form.id], key).get(key))
        return await self._seen(form, key, kept, viewer)

    async def try_rows(
        self,
        dataset: str,
        unit: str,
        period: str,
        rows: Sequence[Mapping[str, Any]],
        status: str | None,
        viewer: Viewer,
    ) -> Submission:
        """Return a submission as it would be with these rows; nothing is kept. Raises as `save`."""
        form, key = self._key(dataset, unit, period)
        await self._acting(viewer, "send", form, unit)
        kept = await self._state.read(lambda connection: newest(connection, [form.id], key).get(key))
        base = kept or self._blank(key)
        return await self._seen(
            form, key, replace(base, rows=tidy(form, rows), status=checked_status(form, status)), viewer
        )

    async def workbook(self, dataset: str, unit: str, period: str, language: Language, viewer: Viewer) -> bytes:
        """Return a submission as an Excel workbook to fill in. Raises as `get`."""
        found = await self.get(dataset, unit, period, viewer)
        name = self._catalog().units[unit].name
        return await asyncio.to_thread(write_template, found, name.vi if language == "vi" else name.en, language)

    async def upload(
        self, dataset: str, unit: str, period: str, body: bytes, viewer: Viewer
    ) -> tuple[Submission, list[Text]]:
        """Return a submission as it would be with the figures of a workbook, and what of it was left aside.

        Nothing is kept. Rows that the workbook does not have stay as they are. Raises as `try_rows`, and InvalidInput.
        """
        form, key = self._key(dataset, unit, period)
        await self._acting(viewer, "send", form, unit)
        rows, told = await asyncio.to_thread(read_workbook, form, io.BytesIO(body))
        kept = await self._state.read(lambda connection: newest(connection, [form.id], key).get(key))
        if form.entry.rows is not None and kept is not None:
            given = {row[form.entry.rows]: row for row in rows}
            rows = [{**row, **given.pop(row[form.entry.rows], {})} for row in kept.rows] + list(given.values())
        status = kept.status if kept else None
        return await self.try_rows(dataset, unit, period, rows, status, viewer), told

    async def save(
        self,
        dataset: str,
        unit: str,
        period: str,
        rows: Sequence[Mapping[str, Any]],
        status: str | None,
        version: int,
        viewer: Viewer,
    ) -> Submission:
        """Keep a draft, right or wrong. Raises NotFound, InvalidInput, NotAllowed, Conflict when it was changed since."""
        form, key = self._key(dataset, unit, period)
        await self._acting(viewer, "send", form, unit)
        values = {"rows": [dict(row) for row in tidy(form, rows)], "status": checked_status(form, status)}

        def work(connection: Connection) -> Kept:
            before = newest(connection, [form.id], key).get(key)
            if before is not None and before.state not in WRITABLE:
                raise _wrong_state(before.state)
            _same(before.version if before else 0, version)
            return self._keep(connection, key, before, values, viewer)

        return await self._seen(form, key, await self._state.write(work), viewer)

    async def step(
        self, dataset: str, unit: str, period: str, step: Step, version: int, reason: str | None, viewer: Viewer
    ) -> Submission:
        """Take a step. Raises NotFound, InvalidInput with what is wrong in the submission, NotAllowed, Conflict."""
        form, key = self._key(dataset, unit, period)
        kept = await self._state.read(lambda connection: newest(connection, [form.id], key).get(key))
        if kept is None:
            raise _nothing()
        taken = next((one for one in steps_from(kept.state, form.entry.levels) if one.step == step), None)
        if taken is None:
            raise _wrong_state(kept.state)
        giver = await self._acting(viewer, _right(taken), form, unit)
        reason = (reason or "").strip() or None
        if step == "submit":
            await self._complete(form, kept, reason, viewer)
        elif taken.reason and reason is None:
            raise InvalidInput(
                Text(vi=f"“{STEPS[step].vi}” cần ghi lý do.", en=f"'{STEPS[step].en}' needs a reason."),
                Text(vi="Hãy ghi lý do; người sau sẽ đọc được.", en="Write the reason; those who come later read it."),
            )

        def work(connection: Connection) -> Kept:
            before = newest(connection, [form.id], key).get(key)
            assert before is not None
            _same(before.version, version)
            if taken.other:
                _somebody_else(connection, before, viewer, giver)
            after = self._take(connection, before, taken, viewer, giver, reason)
            record(
                connection,
                viewer,
                f"submission.{step}",
                f"{form.id}/{unit}/{key.period}",
                {"revision": before.revision, "reason": reason},
            )
            return after

        after = await self._state.write(work)
        if step == "approve":
            after = await self._publish(form, after)
        return await self._seen(form, key, after, viewer)

    async def catch_up(self) -> None:
        """Store what was approved and is not in the facts yet, and lock what was approved long enough ago.

        What cannot be stored is told, stays unlocked, and holds no other up.
        """
        catalog = self._catalog()
        forms = forms_of(catalog)
        for kept in await self._state.read(lambda connection: in_state(connection, "approved")):
            form = forms.get(kept.key.dataset)
            if form is None or kept.approved is None:
                continue
            try:
                if kept.receipt is None:
                    await self._publish(form, kept)
            except ToanCanhError as error:
                _LOG.warning("the approved figures of %s are not stored: %s", kept.key, error)
                continue
            zone = ZoneInfo(catalog.city.time_zone)
            day = kept.approved.astimezone(zone).date()
            if self._now().astimezone(zone).date() > after_working_days(catalog.calendar, day, form.entry.lock_after):
                await self._state.write(partial(self._lock, kept=kept))

    def _lock(self, connection: Connection, kept: Kept) -> None:
        """Lock a revision, unless something became of it meanwhile."""
        now = newest(connection, [kept.key.dataset], kept.key).get(kept.key)
        if now is not None and now.id == kept.id and now.state == "approved":
            lock = next(one for one in steps_from("approved", 1) if one.step == "lock")
            self._take(connection, now, lock, ENTRY, None, None)

    async def _publish(self, form: Form, kept: Kept) -> Kept:
        """Bring an approved revision to the front door; doing it again changes nothing."""
        assert kept.approved is not None
        before = await self._state.read(lambda connection: approved_before(connection, kept))
        found = as_records(form, kept, before.rows if before else ())
        body = b"\n".join(_json(row) for row in found)
        if not found:
            return kept
        receipt = await self._ingest.receive(
            form.id, body, content_type="application/x-ndjson", viewer=ENTRY, idempotency_key=f"submission/{kept.id}"
        )
        change = update(_ROWS).where(_ROWS.c.id == kept.id).values(receipt=receipt.receipt)
        await self._state.write(lambda connection: connection.execute(change))
        return replace(kept, receipt=receipt.receipt)

    async def _complete(self, form: Form, kept: Kept, reason: str | None, viewer: Viewer) -> None:
        """Raise InvalidInput where a submission cannot be submitted."""
        remarks = await self._remarks(form, kept, await self._earlier(form, kept.key, viewer))
        grave = [remark for remark in remarks if remark.grave]
        told = [{"row": one.row, "column": one.column, "vi": one.text.vi, "en": one.text.en} for one in grave[:100]]
        if all(is_empty(form, values) for values in kept.rows):
            raise _nothing()
        if grave:
            first = grave[0]
            raise InvalidInput(
                Text(
                    vi=f"{len(grave)} ô chưa đúng; ô đầu tiên ở dòng {first.row + 1}: {first.text.vi}",
                    en=f"{len(grave)} cells are wrong; the first is in row {first.row + 1}: {first.text.en}",
                ),
                Text(vi="Sửa các ô được đánh dấu rồi gửi lại.", en="Mend the marked cells, then submit again."),
                cells=told,
            )
        if len(remarks) > len(grave) and reason is None:
            raise InvalidInput(
                Text(
                    vi=f"{len(remarks)} ô khác thường so với kỳ trước cần được giải trình.",
                    en=f"{len(remarks)} cells differ much from the period before and need an explanation.",
                ),
                Text(vi="Ghi giải trình vào ô lý do rồi gửi lại.", en="Write it as the reason, then submit again."),
                kind="unexplained",
            )

    async def _seen(self, form: Form, key: Key, kept: Kept | None, viewer: Viewer) -> Submission:
        catalog = self._catalog()
        base = kept or self._blank(key)
        rows = laid_out(form, base.rows)
        earlier = await self._earlier(form, key, viewer)
        shown = replace(base, rows=rows)
        due = deadline(catalog, form, key.period)
        taken = await self._state.read(lambda connection: history(connection, key))
        rights = {action for action in _RIGHTS if await self._may(viewer, action, form, key.unit)}
        steps = tuple(one.step for one in steps_from(base.state, form.entry.levels) if _right(one) in rights)
        return Submission(
            form, key, period_name(form.entry.every, key.period), base.state, base.status, base.revision, base.version, rows,
            tuple(await self._remarks(form, shown, earlier)), earlier, due.opens, due.due,
            self._late(base.state, base.revision, due.due), tuple(taken), steps if kept else (), base.state in WRITABLE and "send" in rights, base.receipt,
        )  # fmt: skip

    async def _remarks(self, form: Form, kept: Kept, earlier: Earlier) -> list[Remark]:
        numbers = [number for number, values in enumerate(kept.rows) if not is_empty(form, values)]
        at = kept.approved or self._now()
        records = [as_record(form, kept, kept.rows[number], at) for number in numbers]
        wrong = await find_wrong(self._ingest, form, records, numbers)
        return [*wrong, *find_twice(form, kept.rows), *find_odd(form, kept.rows, earlier)]

    async def _earlier(self, form: Form, key: Key, viewer: Viewer) -> Earlier:
        return await read_earlier(self._indicators(), form, key.unit, key.period, viewer)

    def _keep(
        self, connection: Connection, key: Key, before: Kept | None, values: Mapping[str, Any], viewer: Viewer
    ) -> Kept:
        now = self._now()
        change = {**values, "version": (before.version if before else 0) + 1, "changed": now, "changed_by": viewer.name}
        if before is None:
            new = {
                "id": uuid.uuid4().hex, "dataset": key.dataset, "unit": key.unit, "period": key.period, "revision": 1,
                "state": "draft", "created": now, **change,
            }  # fmt: skip
            connection.execute(insert(_ROWS), new)
        else:
            connection.execute(update(_ROWS).where(_ROWS.c.id == before.id).values(change))
        return newest(connection, [key.dataset], key)[key]

    def _take(
        self,
        connection: Connection,
        before: Kept,
        taken: Transition,
        viewer: Viewer,
        giver: Viewer | None,
        reason: str | None,
    ) -> Kept:
        now = self._now()
        change: dict[str, Any] = {
            "state": taken.after, "version": before.version + 1, "changed": now, "changed_by": viewer.name,
        }  # fmt: skip
        if taken.after == "approved":
            change["approved"] = now
        id_ = before.id
        if taken.step in ("correct", "reopen"):
            id_ = uuid.uuid4().hex
            new = {
                "id": id_, "dataset": before.key.dataset, "unit": before.key.unit, "period": before.key.period,
                "revision": before.revision + 1, "status": before.status, "rows": [dict(row) for row in before.rows],
                "created": now, **change,
            }  # fmt: skip
            connection.execute(insert(_ROWS), new)
        else:
            connection.execute(update(_ROWS).where(_ROWS.c.id == id_).values(change))
        connection.execute(
            insert(_STEPS),
            {
                "id": uuid.uuid4().hex, "submission": id_, "at": now, "actor": viewer.id, "name": viewer.name,
                "behalf": giver.id if giver else None, "behalf_name": giver.name if giver else None, "step": taken.step,
                "before": before.state, "after": taken.after, "reason": reason,
            },
        )  # fmt: skip
        return newest(connection, [before.key.dataset], before.key)[before.key]

    def _key(self, dataset: str, unit: str, period: str) -> tuple[Form, Key]:
        catalog = self._catalog()
        form = form_of(catalog, dataset)
        if unit not in catalog.units:
            raise NotFound(
                Text(vi=f"Không có đơn vị “{unit[:35]}”.", en=f"There is no unit '{unit[:35]}'."),
                Text(vi="Danh mục đơn vị: GET /api/v1/units.", en="Units are listed at GET /api/v1/units."),
            )
        return form, Key(form.id, unit, read_period(form.entry.every, period))

    def _blank(self, key: Key) -> Kept:
        return Kept("", key, 1, "draft", None, (), 0, self._now(), "", None, None)

    def _duty(self, catalog: Catalog, form: Form, key: Key, kept: Kept | None, sent: datetime | None) -> Duty:
        due = deadline(catalog, form, key.period)
        state, revision = (kept.state, kept.revision) if kept else (None, 1)
        late = self._late(state, revision, due.due)
        return Duty(
            form, key, period_name(form.entry.every, key.period), state, kept.status if kept else None, revision, due.opens,
            due.due, late, self._working_days_since(catalog, due.due) if late else 0, False, sent,
            kept.changed if kept else None, kept.changed_by if kept else None,
        )  # fmt: skip

    def _working_days_since(self, catalog: Catalog, due: datetime) -> int:
        """Return the whole working days since `due`, as far as the calendar knows them."""
        calendar = catalog.calendar
        first, last = (datetime.combine(day, time(), calendar.zone) for day in (calendar.first, calendar.last))
        start, end = (min(max(at, first), last) for at in (due, self._now()))
        return max(0, int(calendar.working_days(start, end)))

    def _late(self, state: SubmissionState | None, revision: int, due: datetime) -> bool:
        """Return whether a first revision is not submitted though its time has passed."""
        return revision == 1 and state in (None, *WRITABLE) and self._now() > due

    def _area(self, unit: str) -> str:
        known = self._catalog().units.get(unit)
        return (known.area if known else None) or ""

    def _reach(self, viewer: Viewer, action: str, form: Form) -> Any:
        below = Below(areas=self._geography.below, units=units_below(self._catalog().units))
        return row_filter(viewer, form.id, form.dataset, below, action)

    def _require(self, viewer: Viewer, action: str, form: Form, unit: str) -> None:
        if not self._reach(viewer, action, form).allows(unit, self._area(unit)):
            raise _not_for(unit)

    async def _may(self, viewer: Viewer, action: Delegable, form: Form, unit: str) -> bool:
        try:
            await self._acting(viewer, action, form, unit)
        except NotAllowed:
            return False
        return True

    async def _acting(self, viewer: Viewer, action: Delegable, form: Form, unit: str) -> Viewer | None:
        """Return for whom somebody acts, None for oneself; raise NotAllowed where nobody gave the right."""
        area = self._area(unit)
        if self._reach(viewer, action, form).allows(unit, area):
            return None
        for giver in await self.delegations.givers(viewer, action):
            if self._reach(giver, action, form).allows(unit, area):
                return giver
        raise _not_for(unit)


def _right(taken: Transition) -> Delegable:
    return "approve" if taken.action == "approve" else "send"


def _somebody_else(connection: Connection, kept: Kept, viewer: Viewer, giver: Viewer | None) -> None:
    """Raise NotAllowed for those who submitted or checked this very revision, and for whom they acted."""
    acted = acted_by(connection, kept.id).get(kept.id, frozenset())
    if acted & {viewer.id, *([giver.id] if giver else [])}:
        raise NotAllowed(
            Text(
                vi="Người gửi không tự kiểm tra hay tự duyệt được.",
                en="Who submitted or checked it may not approve it too.",
            ),
            Text(vi="Hãy để người khác duyệt, hoặc ủy quyền.", en="Let somebody else approve it, or delegate."),
        )


def _same(there: int, given: int) -> None:
    if there != given:
        raise Conflict(
            Text(vi="Biểu này đã được người khác sửa.", en="This submission was changed by someone else."),
            Text(vi="Hãy tải lại rồi sửa tiếp.", en="Load it again, then go on."),
            version=there,
        )


def _wrong_state(state: SubmissionState) -> Conflict:
    return Conflict(
        Text(
            vi=f"Biểu đang ở trạng thái “{STATES[state].vi}”.",
            en=f"The submission is in the state '{STATES[state].en}'.",
        ),
        Text(vi="Tải lại để xem việc làm được lúc này.", en="Load it again to see what can be done now."),
        state=state,
    )


def _nothing() -> InvalidInput:
    return InvalidInput(
        Text(vi="Biểu chưa có số liệu nào.", en="There are no figures in this submission yet."),
        Text(vi="Nhập ít nhất một dòng rồi lưu.", en="Fill in at least one row, and save."),
    )


def _not_for(unit: str) -> NotAllowed:
    return NotAllowed(
        Text(
            vi=f"Tài khoản này không được làm việc ấy cho đơn vị {unit}.",
            en=f"This account may not do that for the unit {unit}.",
        ),
        Text(
            vi="Đề nghị quản trị cấp quyền, hoặc xin ủy quyền.",
            en="Ask an administrator for a grant, or somebody to delegate.",
        ),
    )


def _json(value: Mapping[str, Any]) -> bytes:
    return msgspec.json.encode(value)
