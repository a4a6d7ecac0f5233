"""Sources that are read: cursors move after receipts, failures back off alone, one process at a time reads a source."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import script

from toancanh.domain import SYSTEM, InvalidInput, NotFound, Unavailable
from toancanh.ingest import Intake
from toancanh.sdk import Job, Knock, Span, refused, unreachable
from toancanh.settings import Settings
from toancanh.store import tables

THING = {
    "kind": "event",
    "key": ["code"],
    "time": "time",
    "columns": {
        "code": {"title": {"vi": "Mã", "en": "Code"}, "type": "code", "required": True},
        "time": {"title": {"vi": "Lúc", "en": "Time"}, "type": "time", "required": True},
        "value": {"title": {"vi": "Trị", "en": "Value"}, "type": "number", "range": [0, 1000]},
    },
}
SOURCE = {"connector": "script", "settings": {"address": "there", "password": None}, "every": "1s"}
CONNECTORS = {"script": script.CONNECTOR}


@pytest.fixture(autouse=True)
def other_side(monkeypatch: pytest.MonkeyPatch) -> script.Script:
    made = script.Script()
    monkeypatch.setattr(script, "SCRIPT", made)
    return made


@pytest.fixture
def place(town: Callable[..., Any]) -> Any:
    return town(SOURCE, THING, CONNECTORS)


def test_records_come_in_once_and_the_cursor_follows(place: Any, other_side: script.Script) -> None:
    other_side.there = 25
    place.read()
    place.until(lambda: place.count() == 25)
    other_side.there = 40
    place.until(lambda: place.count() == 40)
    place.until(lambda: place.standing().cursor == {"next": 40})
    assert other_side.settled == [10, 20, 25, 35, 40]
    assert place.account() == {"sent": 40, "received": 40, "stored": 40, "quarantined": 0, "duplicated": 0}
    place.restart()
    other_side.there = 41
    place.until(lambda: place.count() == 41)
    assert place.account()["duplicated"] == 0


def test_what_fails_half_way_goes_on_where_it_was(place: Any, other_side: script.Script) -> None:
    other_side.there = 30
    failed: list[int] = []

    def fails_once(job: Job, first: int) -> None:
        if first == 20 and not failed:
            failed.append(first)
            raise unreachable("there", "gone")

    other_side.before = fails_once
    place.read()
    place.until(lambda: place.count() == 30)
    place.until(lambda: place.standing().problem is None)
    assert place.account() == {"sent": 30, "received": 30, "stored": 30, "quarantined": 0, "duplicated": 0}
    runs = place.run(place.intake.desk.runs("town.source", 10))
    assert [(run.stored, run.problem["kind"] if run.problem else None) for run in runs] == [
        (10, None),
        (20, "unreachable"),
    ]


def test_a_source_that_fails_is_asked_less_and_less_and_says_why(place: Any, other_side: script.Script) -> None:
    other_side.there = 1

    def fails(job: Job, first: int) -> None:
        raise refused("there", "no such account")

    other_side.before = fails
    place.read()
    place.until(lambda: place.standing().failures >= 2)
    standing = place.standing()
    assert standing.problem["kind"] == "refused"
    assert "no such account" in standing.problem["message"]["vi"]
    assert standing.problem["remedy"]["en"]
    assert standing.due > datetime.now(UTC) + timedelta(seconds=1)
    other_side.before = lambda job, first: None
    place.run(place.intake.now("town.source"))
    place.until(lambda: place.count() == 1)
    place.until(lambda: place.standing().failures == 0)


def test_what_a_connector_does_wrong_stays_with_its_source(place: Any, other_side: script.Script) -> None:
    other_side.there = 1

    def breaks(job: Job, first: int) -> None:
        raise ZeroDivisionError("oh")

    other_side.before = breaks
    place.read()
    place.until(lambda: place.standing().problem)
    assert "ZeroDivisionError: oh" in place.standing().problem["message"]["en"]


def test_a_paused_source_rests_until_it_is_resumed(place: Any, other_side: script.Script) -> None:
    other_side.there = 5
    place.read()
    place.until(lambda: place.count() == 5)
    place.run(place.intake.pause("town.source", "someone"))
    place.until(lambda: place.standing().owner is None)
    other_side.there = 6
    asked = len(other_side.asked)
    time.sleep(1.5)
    assert len(other_side.asked) == asked
    assert place.standing().paused_by == "someone"
    place.run(place.intake.resume("town.source"))
    place.until(lambda: place.count() == 6)


def test_stopping_finishes_what_is_being_stored(place: Any, other_side: script.Script) -> None:
    other_side.there = 1000

    async def slow(*_: object) -> None:
        await asyncio.sleep(0.02)

    other_side.before = slow
    place.read()
    place.until(lambda: place.count() > 20)
    place.rest()
    assert place.standing().cursor == {"next": place.count()}
    assert place.standing().owner is None
    assert place.run(place.intake.desk.runs("town.source", 1))[0].stored == place.count()


def test_a_range_is_fetched_again_and_nothing_doubles(place: Any, other_side: script.Script) -> None:
    other_side.there = 15
    place.read()
    place.until(lambda: place.standing().cursor == {"next": 15})
    span = Span(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))
    place.run(place.intake.again("town.source", span, "someone"))
    place.until(lambda: not place.standing().spans and any(job.span for job in other_side.asked))
    assert next(job.span for job in other_side.asked if job.span) == span
    place.until(lambda: place.account()["duplicated"] == 15)
    assert (place.count(), place.standing().cursor) == (15, {"next": 15})


def test_one_process_reads_a_source_and_another_takes_over(place: Any, other_side: script.Script) -> None:
    other_side.there = 5
    place.read()
    place.until(lambda: place.count() == 5)

    async def second() -> bool:
        other = Intake(place.catalog, place.stores, place.ingest, place.settings, CONNECTORS)
        held = await other.desk.hold(["town.source"])
        if held:
            await other.desk.let_go()
        return bool(held)

    assert not place.run(second())
    place.rest()
    assert place.run(second())


def test_a_secret_is_sealed_and_reaches_only_its_connector(place: Any, other_side: script.Script) -> None:
    other_side.there = 1
    place.run(place.intake.vault.keep("town.source", {"password": "bí mật"}, SYSTEM))
    place.read()
    place.until(lambda: place.count() == 1)
    assert set(other_side.passwords) == {"bí mật"}
    kept = place.run(
        place.stores.state.read(lambda connection: connection.execute(tables.source_secrets.select()).one())
    )
    assert "bí mật" not in kept.sealed
    key = place.settings.home / "data" / "secret.key"
    assert key.stat().st_mode & 0o077 == 0
    other = Settings(home=place.settings.home, secret_key="A" * 43 + "=")
    intake = Intake(place.catalog, place.stores, place.ingest, other, CONNECTORS)
    with pytest.raises(Unavailable, match="sealing key"):
        place.run(intake.vault.opened("town.source"))


def test_a_setting_that_is_missing_is_named(town: Callable[..., Any]) -> None:
    place = town(SOURCE | {"settings": {"address": None}}, THING, CONNECTORS)
    place.read()
    place.until(lambda: place.standing().problem)
    assert place.standing().problem["kind"] == "settings"
    assert "address" in place.standing().problem["message"]["vi"]


def test_a_request_to_a_source_is_a_delivery(place: Any) -> None:
    body = b'{"code": "a", "time": "2026-01-01T00:00:00Z", "value": 1}\n{"code": "b", "time": "x", "value": 2}'
    knock = Knock("POST", "/", {}, {}, body, datetime.now(UTC))
    receipt = place.run(place.intake.answer("town.source", knock))
    assert (receipt.accepted, receipt.quarantined) == (1, 1)


def test_only_a_source_that_can_is_asked_for_a_range(town: Callable[..., Any]) -> None:
    place = town({"connector": "push"}, THING, CONNECTORS)
    with pytest.raises(InvalidInput, match="cannot fetch"):
        place.run(place.intake.again("town.source", Span(datetime.now(UTC), datetime.now(UTC)), "someone"))
    with pytest.raises(NotFound):
        place.run(place.intake.answer("town.source", Knock("POST", "/", {}, {}, b"", datetime.now(UTC))))
