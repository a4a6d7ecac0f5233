"""A record is stored once: sent again, sent under another body, sent before and after a restart."""

import asyncio
from typing import Any

import pytest

from conftest import CSV, Lab, codes, ndjson
from toancanh.domain import SYSTEM, Conflict, InvalidInput, Receipt, Text, Unavailable
from toancanh.ingest.identity import Budget

GONE = Text(vi="Không trả lời.", en="It does not answer.")


def readings(count: int, *, station: str = "A", start: int = 0, value: float = 1.0) -> list[dict[str, Any]]:
    return [
        {"station": station, "time": f"2026-01-{1 + n // 24:02}T{n % 24:02}:00:00Z", "value": value}
        for n in range(start, start + count)
    ]


def told(receipt: Receipt) -> tuple[int, int, int]:
    return receipt.accepted, receipt.quarantined, receipt.duplicates


def test_the_same_record_again_is_a_duplicate_another_one_a_conflict(lab: Lab) -> None:
    assert told(lab.send("reading", readings(5))) == (5, 0, 0)
    assert told(lab.send("reading", readings(6))) == (1, 0, 5)
    changed = lab.send("reading", readings(7, value=2.0))
    assert told(changed) == (1, 6, 0)
    assert {code for _, _, code in codes(changed)} == {"conflict"}
    assert lab.count("reading") == 7


def test_within_one_delivery_the_first_counts(lab: Lab) -> None:
    receipt = lab.send("reading", [*readings(2), *readings(2), *readings(1, value=3.0)])
    assert told(receipt) == (2, 1, 2)
    assert codes(receipt) == [(5, None, "conflict")]


def test_null_is_unlike_nought(lab: Lab) -> None:
    lab.send("reading", readings(1, value=0.0))
    assert codes(lab.send("reading", [{**readings(1)[0], "value": None}])) == [(1, None, "conflict")]


def test_after_a_restart_what_is_stored_is_known(lab: Lab) -> None:
    lab.send("reading", readings(50))
    lab.restart()
    assert told(lab.send("reading", readings(60))) == (10, 0, 50)
    lab.restart()
    assert told(lab.send("reading", readings(5, value=9.0))) == (0, 5, 0)


def test_identical_bad_rows_are_held_once(lab: Lab) -> None:
    bad = {"station": "A", "time": "never"}
    assert told(lab.send("reading", [bad, bad])) == (0, 1, 1)
    assert told(lab.send("reading", [bad])) == (0, 0, 1)
    lab.restart()
    assert told(lab.send("reading", [bad])) == (0, 0, 1)
    assert len(lab.waiting()) == 1
    assert lab.account() == {"sent": 4, "received": 4, "stored": 0, "quarantined": 1, "duplicated": 3}


def test_an_id_of_the_senders_own_counts_once_whenever_it_comes(lab: Lab) -> None:
    row = {"at": "2026-01-01T00:00:00Z", "gate": "x", "_id": "v1"}
    assert told(lab.send("visit", [row])) == (1, 0, 0)
    assert told(lab.send("visit", [row])) == (0, 0, 1)
    assert told(lab.send("visit", [{**row, "at": "2027-01-01T00:00:00Z"}])) == (0, 1, 0)
    lab.restart()
    assert told(lab.send("visit", [{**row, "at": "2028-01-01T00:00:00Z"}])) == (0, 1, 0)
    assert lab.stored("visit", "_id") == [{"_id": "v1"}]


def test_a_key_without_time_holds_for_all_time(lab: Lab) -> None:
    lab.send("sample", [{"code": "A1", "taken": "2026-01-01"}])
    lab.restart()
    again = lab.send("sample", [{"code": "A1", "taken": "2026-05-01"}, {"code": "A1", "taken": "2026-01-01"}])
    assert told(again) == (0, 1, 1)


def test_events_without_key_are_all_different_unless_the_delivery_is_the_same(lab: Lab) -> None:
    rows = [{"at": "2026-01-01T00:00:00Z", "gate": "x"}] * 3
    assert told(lab.send("visit", rows)) == (3, 0, 0)
    assert told(lab.send("visit", rows)) == (3, 0, 0)
    assert told(lab.send("visit", "at,gate\n2026-01-01,x\n2026-01-01,x\n", CSV)) == (2, 0, 0)
    ids = [row["_id"] for row in lab.stored("visit", "_id")]
    assert len(set(ids)) == 8


def test_every_version_of_a_thing_is_kept_once(lab: Lab) -> None:
    versions = [{"serial": "1", "since": "2026-01-01T00:00:00Z", "state": state} for state in ("on", "off", "on")]
    assert told(lab.send("device", versions)) == (2, 0, 1)
    assert told(lab.send("device", [{**versions[0], "since": "2026-01-02T00:00:00Z"}])) == (1, 0, 0)


def test_a_key_gives_the_same_receipt_again(lab: Lab) -> None:
    first = lab.send("reading", readings(3), idempotency_key="k1")
    assert lab.send("reading", readings(3), idempotency_key="k1") == first
    assert lab.account()["sent"] == 3
    with pytest.raises(Conflict):
        lab.send("reading", readings(4), idempotency_key="k1")
    lab.restart()
    assert lab.send("reading", readings(3), idempotency_key="k1") == first
    for wrong in ("", "x" * 256):
        with pytest.raises(InvalidInput):
            lab.send("reading", readings(1), idempotency_key=wrong)


def test_twins_wait_for_the_first(lab: Lab) -> None:
    async def both() -> list[Receipt]:
        body = ndjson(readings(10))
        sent = (
            lab.ingest.receive(
                "lab.reading", body, content_type="application/x-ndjson", viewer=SYSTEM, idempotency_key="twin"
            )
            for _ in range(5)
        )
        return await asyncio.gather(*sent)

    receipts = lab.run(both())
    assert len({receipt.receipt for receipt in receipts}) == 1
    assert told(receipts[0]) == (10, 0, 0)
    assert lab.account()["sent"] == 10


def test_a_delivery_whose_receipt_was_lost_is_healed_by_sending_it_again(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process dies between facts and state: the records are there, the receipt and the ledger are not."""
    rows = [{"at": "2026-01-01T00:00:00Z", "gate": f"g{n}"} for n in range(5)] + [{"at": "bad"}]

    async def dies(_: Any) -> None:
        raise Unavailable(GONE)

    with monkeypatch.context() as patch:
        patch.setattr(lab.stores.state, "write", dies)
        with pytest.raises(Unavailable):
            lab.send("visit", rows, idempotency_key="k")
    assert lab.count("visit") == 5
    lab.restart()
    assert lab.account() == {"sent": 6, "received": 6, "stored": 5, "quarantined": 1, "duplicated": 0}
    assert told(lab.send("visit", rows, idempotency_key="k")) == (0, 0, 6)
    assert lab.count("visit") == 5
    assert lab.account() == {"sent": 12, "received": 12, "stored": 5, "quarantined": 1, "duplicated": 6}


def test_what_could_not_be_booked_is_booked_with_the_next_delivery(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(_: Any) -> None:
        raise Unavailable(GONE)

    with monkeypatch.context() as patch:
        patch.setattr(lab.stores.state, "write", fails)
        with pytest.raises(Unavailable):
            lab.send("reading", readings(3))
        assert lab.ingest.health().status == "degraded"
    lab.send("reading", readings(4))
    assert lab.ingest.health().status == "ok"
    assert lab.account() == {"sent": 7, "received": 7, "stored": 4, "quarantined": 0, "duplicated": 3}


def test_a_failed_insert_is_told_and_can_be_sent_again(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    lab.send("reading", readings(2))

    async def full(*_: Any, **__: Any) -> None:
        raise Unavailable(GONE)

    with monkeypatch.context() as patch:
        patch.setattr(lab.stores.facts, "insert", full)
        with pytest.raises(Unavailable):
            lab.send("reading", [*readings(5), {"station": "A"}])
    assert told(lab.send("reading", [*readings(5), {"station": "A"}])) == (3, 1, 2)
    assert lab.account() == {"sent": 8, "received": 8, "stored": 5, "quarantined": 1, "duplicated": 2}


def test_records_that_vanish_are_a_gap(lab: Lab) -> None:
    lab.send("reading", readings(10))
    lab.run(lab.stores.facts.command("ALTER TABLE lab__reading DELETE WHERE value = 1 SETTINGS mutations_sync = 2"))
    lab.restart()
    health = lab.ingest.health()
    assert health.status == "degraded"
    assert "10 records of lab.reading" in health.problems[0].en


@pytest.mark.parametrize("limit", [10, 400, 1_000_000])
def test_with_little_memory_identities_are_looked_up(lab: Lab, limit: int) -> None:
    lab.ingest._budget = Budget(limit)
    for start in range(0, 500, 100):
        assert told(lab.send("reading", readings(100, start=start))) == (100, 0, 0)
    lab.restart()
    lab.ingest._budget = Budget(limit)
    assert told(lab.send("reading", readings(510))) == (10, 0, 500)
    assert told(lab.send("reading", readings(20, start=480, value=5.0))) == (0, 20, 0)
    assert told(lab.send("visit", [{"at": "2026-01-01", "_id": f"i{n}"} for n in range(100)])) == (100, 0, 0)
    assert told(lab.send("visit", [{"at": "2026-01-01", "_id": f"i{n}"} for n in range(101)])) == (1, 0, 100)


def test_records_are_not_taken_again_while_accepted_ones_wait_for_the_engine(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a start on a full disk: what the journal holds cannot be stored yet, and so is not known."""

    def full(*_: Any) -> None:
        raise Unavailable(GONE)

    lab.send("reading", readings(1))
    assert lab.count("reading") == 1
    with monkeypatch.context() as patch:
        patch.setattr(lab.stores.facts._driver, "insert", full)  # type: ignore[attr-defined]
        patch.setattr(lab.stores.facts._journal, "_insert", full)  # type: ignore[attr-defined]
        assert told(lab.send("reading", readings(4))) == (3, 0, 1)
        assert lab.count("reading") == 1, "questions go on"
        lab.restart()
        with pytest.raises(Unavailable, match="3 accepted records"):
            lab.send("reading", readings(4))
        assert lab.run(lab.stores.facts.health()).status == "degraded"
    assert told(lab.send("reading", readings(5))) == (1, 0, 4)
    assert lab.count("reading") == 5
