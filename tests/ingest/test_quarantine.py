"""Rows in quarantine: listed page by page, released, discarded, and by whom."""

from typing import Any

import pytest

from conftest import CSV, Lab, codes, someone
from toancanh.domain import PUBLIC, SYSTEM, Grant, InvalidInput, NotAllowed, NotAuthenticated

GOOD = {"station": "A", "time": "2026-01-01T00:00:00Z"}


def release(lab: Lab, rows: list[Any], **options: Any) -> int:
    return lab.run(lab.ingest.release([row.id for row in rows], SYSTEM, **options))


def test_a_row_that_only_breaks_a_rule_can_be_released_and_says_so(lab: Lab) -> None:
    lab.send("reading", [{**GOOD, "value": 5000}, {**GOOD, "station": "B", "value": "x"}, {"station": "C"}])
    assert release(lab, lab.waiting(), force=False) == 0
    assert release(lab, lab.waiting()) == 1
    assert lab.stored("reading", "station, value, _flags, _source") == [
        {"station": "A", "value": 5000.0, "_flags": ["released"], "_source": "api:system"}
    ]
    assert len(lab.waiting()) == 2
    done = lab.run(lab.ingest.quarantine(SYSTEM, status="released")).rows
    assert [(row.decided_by, row.errors[0].code) for row in done] == [("system", "range")]
    assert lab.account() == {"sent": 3, "received": 3, "stored": 1, "quarantined": 2, "duplicated": 0}
    assert lab.send("reading", [{**GOOD, "value": 5000}]).duplicates == 1


def test_a_released_row_survives_a_restart_in_the_accounts(lab: Lab) -> None:
    lab.send("reading", [{**GOOD, "value": 5000}])
    release(lab, lab.waiting())
    lab.restart()
    assert lab.ingest.health().problems == []
    assert lab.account() == {"sent": 1, "received": 1, "stored": 1, "quarantined": 0, "duplicated": 0}


def test_a_row_mended_at_its_source_is_released_as_a_duplicate(lab: Lab) -> None:
    lab.send("reading", [{**GOOD, "value": 5}])
    lab.send("reading", [{**GOOD, "value": 6}])
    assert [row.errors[0].code for row in lab.waiting()] == ["conflict"]
    assert release(lab, lab.waiting()) == 0
    lab.send("reading", [{**GOOD, "value": 5, "station": ""}])
    assert lab.count("reading") == 1


def test_released_rows_go_through_the_map_of_their_source(lab: Lab) -> None:
    sheet = "Mã trạm;Time;PM2.5\n01;01/01/2026;1,5\n02;01/01/2026;2.500,5\n"
    lab.send("reading", sheet, CSV, source="station_files")
    assert release(lab, lab.waiting()) == 2
    assert lab.stored("reading", "station, value, _source, _unit, _flags") == [
        {"station": "A", "value": 1500.0, "_source": "lab.station_files", "_unit": "T1", "_flags": ["released"]},
        {"station": "B", "value": 2500500.0, "_source": "lab.station_files", "_unit": "T1", "_flags": ["released"]},
    ]


def test_discarded_rows_stay_with_their_reason(lab: Lab) -> None:
    lab.send("reading", [{"station": "A"}, {"station": "B"}])
    first, second = lab.waiting()
    assert lab.run(lab.ingest.discard([first.id, 12345], "Trạm đang hiệu chuẩn", SYSTEM)) == 1
    assert [row.id for row in lab.waiting()] == [second.id]
    (gone,) = lab.run(lab.ingest.quarantine(SYSTEM, status="discarded")).rows
    assert (gone.reason, gone.decided_by, gone.raw) == ("Trạm đang hiệu chuẩn", "system", first.raw)
    assert gone.decided is not None
    assert lab.send("reading", [{"station": "A"}]).duplicates + lab.send("reading", [{"station": "B"}]).duplicates == 2
    assert lab.run(lab.ingest.release([first.id], SYSTEM)) == 0


def test_pages_follow_each_other(lab: Lab) -> None:
    lab.send("reading", [{"station": f"S{n}"} for n in range(25)])
    lab.send("visit", [{"gate": "x"}])
    seen, cursor = [], None
    while True:
        page = lab.run(lab.ingest.quarantine(SYSTEM, dataset="lab.reading", cursor=cursor, limit=10))
        seen += [row.raw for row in page.rows]
        cursor = page.next
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 25
    assert len(lab.waiting()) == 26
    assert len(lab.waiting(source="nobody")) == 0
    with pytest.raises(InvalidInput):
        lab.run(lab.ingest.quarantine(SYSTEM, cursor="%%%"))


def test_who_may_send_and_decide(lab: Lab) -> None:
    sender, steward = someone(Grant("sender")), someone(Grant("steward", datasets=("lab.reading",)))
    assert lab.send("reading", [{"station": "A"}], viewer=sender).source == "api:someone"
    lab.send("visit", [{"gate": "x"}], viewer=sender)
    with pytest.raises(NotAuthenticated):
        lab.send("reading", [GOOD], viewer=PUBLIC)
    with pytest.raises(NotAllowed):
        lab.send("visit", [{"at": "2026-01-01"}], viewer=steward)
    with pytest.raises(NotAllowed):
        lab.run(lab.ingest.quarantine(sender))
    mine = lab.run(lab.ingest.quarantine(steward)).rows
    assert {row.dataset for row in mine} == {"lab.reading"}
    others = [row.id for row in lab.waiting(dataset="lab.visit")]
    with pytest.raises(NotAllowed):
        lab.run(lab.ingest.discard(others, "no", steward))


def test_a_grant_for_units_takes_no_records_of_others(lab: Lab) -> None:
    office = someone(Grant("officer", units=("T1",)))
    rows = [
        {"code": f"A{n}", "taken": "2026-01-01", "owner": owner} for n, owner in enumerate(("T1", "T1.1", "T2", None))
    ]
    receipt = lab.send("sample", rows, viewer=office)
    assert (receipt.accepted, codes(receipt)) == (2, [(3, None, "scope"), (4, None, "scope")])
    assert lab.send("sample", [{**rows[2], "code": "B1"}], viewer=someone(Grant("officer"))).accepted == 1


def test_receipts_are_for_their_sender_and_for_stewards(lab: Lab) -> None:
    from toancanh.domain import NotFound

    sender = someone(Grant("sender"))
    receipt = lab.send("reading", [{"station": "A"}, GOOD], viewer=sender)
    assert lab.run(lab.ingest.receipt(receipt.receipt, sender)) == receipt
    assert lab.run(lab.ingest.receipt(receipt.receipt, SYSTEM)) == receipt
    for viewer, wanted in ((PUBLIC, receipt.receipt), (SYSTEM, "nothing")):
        with pytest.raises(NotFound):
            lab.run(lab.ingest.receipt(wanted, viewer))


def test_what_waits_is_put_together_by_reason_and_decided_about_at_once(lab: Lab) -> None:
    high = [{**GOOD, "station": f"S{n}", "value": 5000 + n} for n in range(1200)]
    lab.send("reading", [*high, {**GOOD, "station": "B", "value": "x"}, {"station": "C", "value": 7000}])
    found = lab.run(lab.ingest.reasons(SYSTEM))
    assert [(one.reason.code, one.reason.column, one.rows) for one in found] == [
        ("range", "value", 1201),
        ("number", "value", 1),
        ("required", "time", 1),
    ]
    assert found[0].first <= found[0].newest
    assert "value" in found[1].raw
    page = lab.run(lab.ingest.quarantine(SYSTEM, code="required", column="time"))
    assert len(page.rows) == 1
    assert lab.run(lab.ingest.release_all(found[0].reason, SYSTEM)) == 1200
    assert lab.count("reading") == 1200
    assert lab.run(lab.ingest.discard_all(found[1].reason, "hỏng đầu đo", SYSTEM)) == 1
    assert {one.reason.code for one in lab.run(lab.ingest.reasons(SYSTEM))} == {"range", "required"}
    assert lab.account() == {"sent": 1202, "received": 1202, "stored": 1200, "quarantined": 2, "duplicated": 0}


def test_reasons_are_only_for_those_who_decide(lab: Lab) -> None:
    with pytest.raises(NotAllowed):
        lab.run(lab.ingest.reasons(someone(Grant("officer"))))
