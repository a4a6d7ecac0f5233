"""The audit log tells everything, and tells when it was touched."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, delete, func, select, update

from toancanh.access import Access, AuditReport, record, visible_columns
from toancanh.domain import SYSTEM, Grant, NotAuthenticated, Text, Viewer
from toancanh.domain.declarations import Column, Dataset
from toancanh.settings import Settings
from toancanh.store import State, open_state, tables

pytestmark = pytest.mark.anyio
LAN = Viewer("usr_lan", "Lan", "user", (Grant("officer", purpose="Giải quyết hồ sơ"),))
PASSWORD = "một mật khẩu dài"


async def test_what_was_done_is_told_newest_first_in_pages(access: Access) -> None:
    before = datetime.now(UTC)
    for n in range(7):
        await access.audit(
            LAN, "dataset.export" if n % 2 else "board.save", f"thing/{n}", {"số": n, "a": [1, {"b": None}]}
        )
    first = await access.audit_log(SYSTEM, limit=4)
    rest = await access.audit_log(SYSTEM, limit=4, before=first[-1].seq)
    assert [row.object for row in (*first, *rest)] == [f"thing/{n}" for n in reversed(range(7))]
    assert [row.seq for row in (*first, *rest)] == [7, 6, 5, 4, 3, 2, 1]
    assert first[0].details == {"số": 6, "a": [1, {"b": None}]}
    assert (first[0].actor, first[0].kind, first[0].action) == ("usr_lan", "user", "board.save")
    assert before <= first[0].at <= datetime.now(UTC)
    assert [row.seq for row in await access.audit_log(SYSTEM, action="dataset.export")] == [6, 4, 2]
    assert await access.audit_log(SYSTEM, actor="usr_other") == []


async def test_signing_in_and_administering_are_told(access: Access) -> None:
    user = await access.create_user(SYSTEM, "lan", "Lan", PASSWORD, [Grant("officer", purpose="Giải quyết hồ sơ")])
    with pytest.raises(NotAuthenticated):
        await access.sign_in("lan", "wrong")
    with pytest.raises(NotAuthenticated):
        await access.sign_in("a name typed wrong", "wrong")
    session = await access.sign_in("lan", PASSWORD)
    await access.sign_out(session.token)
    told = [(row.actor, row.action, row.object) for row in reversed(await access.audit_log(SYSTEM))]
    assert told == [
        ("system", "user.create", user.id),
        (user.id, "session.refused", user.id),
        ("unknown", "session.refused", "unknown"),
        (user.id, "session.begin", user.id),
        (user.id, "session.end", user.id),
    ]
    assert (await access.audit_log(SYSTEM))[-1].details["grants"][0]["purpose"] == "Giải quyết hồ sơ"


async def test_each_opening_of_personal_columns_is_told_and_nothing_else(access: Access) -> None:
    names = Text(vi="Tên", en="Name")
    columns = {
        "time": Column(title=names, type="time"),
        "applicant": Column(title=names, type="text", sensitivity="personal"),
    }
    cases = Dataset(title=names, description=names, kind="event", columns=columns, time="time", sensitivity="internal")
    for viewer in (LAN, Viewer("usr_binh", "Bình", "user", (Grant("leader"),))):
        await access.opened(viewer, "dossiers.case", visible_columns(viewer, "dossiers.case", cases), {"rows": 3})
    (row,) = await access.audit_log(SYSTEM)
    assert (row.actor, row.action, row.object) == ("usr_lan", "personal.open", "dossiers.case")
    assert row.details == {"columns": ["applicant"], "purposes": ["Giải quyết hồ sơ"], "rows": 3}


async def test_what_failed_is_not_told(access: Access, state: State) -> None:
    def work(connection: Connection) -> None:
        record(connection, LAN, "never", "happened")
        raise KeyError

    with pytest.raises(KeyError):
        await state.write(work)
    assert await access.audit_log(SYSTEM) == []
    assert await access.verify() == AuditReport(0, "0" * 64, None)


async def test_strange_texts_are_kept_and_the_chain_holds(access: Access) -> None:
    for strange in ("", "\0", "a\0b", "\udc80", "🜲 Đường", "x" * 5000, "'; DROP TABLE audit; --"):
        await access.audit(Viewer(f"usr_{strange}", "", "user"), "test", strange, {strange: strange})
    report = await access.verify()
    assert (report.rows, report.whole) == (7, True)


async def test_many_at_once_in_two_processes_make_one_chain(access: Access, state: State, settings: Settings) -> None:
    second_state = open_state(settings)
    await second_state.open()
    second = Access(second_state, settings)
    both = (access.audit(LAN, "a", f"{n}") if n % 2 else second.audit(LAN, "b", f"{n}") for n in range(120))
    await asyncio.gather(*both)
    report = await access.verify()
    assert (report.rows, report.whole) == (120, True)
    assert sorted(int(row.object) for row in await access.audit_log(SYSTEM, limit=500)) == list(range(120))
    await second.close()
    await second_state.close()


TAMPERING: dict[str, Callable[[], object]] = {
    "a detail": lambda: update(tables.audit).where(tables.audit.c.seq == 5).values(details='{"n":500}'),
    "an actor": lambda: update(tables.audit).where(tables.audit.c.seq == 5).values(actor="usr_other"),
    "a moment": lambda: update(tables.audit).where(tables.audit.c.seq == 5).values(at=datetime(2020, 1, 1, tzinfo=UTC)),
    "a hash": lambda: update(tables.audit).where(tables.audit.c.seq == 5).values(hash="f" * 64),
    "a removal": lambda: delete(tables.audit).where(tables.audit.c.seq == 5),
    "a number": lambda: update(tables.audit).where(tables.audit.c.seq == 5).values(seq=500),
}


@pytest.mark.parametrize("what", TAMPERING)
async def test_a_touched_row_is_found(access: Access, state: State, what: str) -> None:
    for n in range(1, 10):
        await access.audit(LAN, "test", f"{n}", {"n": n})
    assert (await access.verify()).whole
    await state.write(lambda connection: connection.execute(TAMPERING[what]()) and None)  # type: ignore[call-overload]
    report = await access.verify()
    assert (report.broken, report.rows, report.whole) == (5, 4, False)


async def test_a_cut_or_rewritten_end_is_found_by_who_kept_a_head(access: Access, state: State) -> None:
    for n in range(1, 10):
        await access.audit(LAN, "test", f"{n}")
    kept = await access.verify()
    known = (kept.rows, kept.head)
    await access.audit(LAN, "test", "later")
    assert (await access.verify(known)).whole
    await state.write(
        lambda connection: connection.execute(delete(tables.audit).where(tables.audit.c.seq > 7)) and None
    )
    assert (await access.verify()).whole
    assert (await access.verify(known)).broken == 8
    for n in range(3):
        await access.audit(LAN, "test", f"rewritten {n}")
    assert (await access.verify()).whole
    assert (await access.verify(known)).broken == 9


async def test_a_chain_longer_than_a_page_is_read_to_its_end(
    access: Access, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("toancanh.access.audit._PAGE", 10)
    for rows in (0, 9, 10, 11, 30):
        there = await state.read(
            lambda connection: connection.execute(select(func.count()).select_from(tables.audit)).scalar_one()
        )
        await asyncio.gather(*(access.audit(LAN, "test", "x") for _ in range(rows - there)))
        assert await access.verify() == AuditReport(rows, (await access.verify()).head, None)
