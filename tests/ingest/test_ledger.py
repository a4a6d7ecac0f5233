"""The ledger adds up, whatever is sent: accepted + quarantined + duplicates = sent, and equal to the tables."""

import asyncio
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import CSV, JSON, NDJSON, Lab, ndjson
from toancanh.domain import SYSTEM, Receipt

rows = st.one_of(
    st.builds(
        lambda n, value: {"station": f"S{n % 3}", "time": f"2026-01-01T00:00:{n:02}Z", "value": value},
        st.integers(0, 20),
        st.sampled_from([1.0, 2.0, None]),
    ),
    st.sampled_from(
        [
            {"station": "A", "time": "nonsense"},
            {"station": "A", "time": "2026-01-01", "value": "x"},
            {"station": "A", "time": "2026-01-01", "value": -1},
            {"time": "2026-01-01"},
            {"stasion": "A"},
            "{broken",
            "[]",
            "7",
        ]
    ),
)
deliveries = st.lists(st.tuples(st.sampled_from([NDJSON, JSON, CSV]), st.lists(rows, max_size=12)), max_size=8)


def body(type_: str, sent: list[Any]) -> bytes:
    if type_ == NDJSON:
        return ndjson(sent)
    if type_ == JSON:
        return b"[" + b",".join(ndjson([row]) for row in sent if row != "{broken") + b"]"
    lines = ["station,time,value"]
    for row in sent:
        if isinstance(row, str) or "stasion" in row:
            lines.append("too,short")
        else:
            lines.append(
                ",".join("" if row.get(name) is None else str(row[name]) for name in ("station", "time", "value"))
            )
    return "\n".join(lines).encode()


@given(sent=deliveries)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_mix_of_rows_adds_up(lab: Lab, sent: list[tuple[str, list[Any]]]) -> None:
    async def all_at_once() -> list[Receipt]:
        return await asyncio.gather(
            *(
                lab.ingest.receive("lab.reading", body(type_, found), content_type=type_, viewer=SYSTEM)
                for type_, found in sent
            )
        )

    before, stored, held = lab.account(), lab.count("reading"), _held(lab)
    receipts = lab.run(all_at_once())
    for receipt, (type_, found) in zip(receipts, sent, strict=True):
        assert receipt.sent == len([row for row in found if not (type_ == JSON and row == "{broken")])
    after = lab.account()
    total = sum(receipt.sent for receipt in receipts)
    assert after["sent"] - before["sent"] == after["received"] - before["received"] == total
    assert after["stored"] - before["stored"] == sum(r.accepted for r in receipts) == lab.count("reading") - stored
    assert after["quarantined"] - before["quarantined"] == sum(r.quarantined for r in receipts) == _held(lab) - held
    assert after["duplicated"] - before["duplicated"] == sum(r.duplicates for r in receipts)
    assert lab.stored("reading", "count() - uniqExact(station, time) AS n") == [{"n": 0}]


def _held(lab: Lab) -> int:
    answer = lab.run(lab.stores.facts.table("SELECT uniqExact(id) AS n FROM _quarantine"))
    return int(answer.column("n")[0].as_py())


def test_a_sender_that_says_how_much_it_sent(lab: Lab) -> None:
    receipt = lab.send("reading", [{"station": "A", "time": "2026-01-01"}], sent_rows=3)
    assert receipt.accepted == 1
    line = lab.run(lab.ingest.ledger())[0]
    assert (line.sent, line.received, line.balanced) == (3, 1, False)


def test_lines_are_found_by_day_dataset_and_source(lab: Lab) -> None:
    lab.send("reading", [{"station": "A", "time": "2026-01-01"}])
    lab.send("visit", [{"at": "2026-01-01"}])
    lines = lab.run(lab.ingest.ledger())
    assert {(line.dataset, line.source) for line in lines} == {
        ("lab.reading", "api:system"),
        ("lab.visit", "api:system"),
    }
    day = lines[0].day
    assert len(lab.run(lab.ingest.ledger(day, day, dataset="lab.visit"))) == 1
    assert lab.run(lab.ingest.ledger(source="nobody")) == []


def test_the_accounts_are_compared_from_the_last_day_on(lab: Lab) -> None:
    lab.send("reading", [{"station": "A", "time": "2026-01-01"}])
    for _ in range(3):
        lab.restart()
        assert lab.account()["stored"] == 1
        assert lab.ingest.health().problems == []
