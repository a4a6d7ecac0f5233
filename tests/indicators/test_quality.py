"""The four scores and freshness: each formula on numbers worked out by hand, then on the town's own records."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, insert
from town_records import CITY, at, readings

from conftest import NOW, Town
from toancanh.domain import PUBLIC, SYSTEM, FactsCommitted
from toancanh.domain.declarations import Expect
from toancanh.indicators.freshness import live_score, state_of
from toancanh.indicators.quality import Counts, clean, complete, correct
from toancanh.store import tables

READINGS = readings()
HOURLY = Expect(every=timedelta(hours=1), within=timedelta(minutes=30))


@pytest.mark.parametrize(
    ("age", "score", "state"),
    [(0, 1.0, "good"), (1.5, 1.0, "good"), (3.75, 0.5, "watch"), (6, 0.0, "bad"), (48, 0.0, "bad"), (-1, 1.0, "good")],
)
def test_live_falls_from_the_promise_to_four_times_it(age: float, score: float, state: str) -> None:
    found = live_score(timedelta(hours=age), HOURLY)
    assert found == pytest.approx(score)
    assert state_of(found) == state
    assert state_of(None) == "unknown"


def test_complete() -> None:
    counts = Counts(received=110, stored=90, quarantined=10, duplicated=10, lacking=4)
    assert complete(counts, present=90, promised=120) == pytest.approx(0.75 * 0.96)
    assert complete(counts, present=900, promised=120) == pytest.approx(0.96)
    assert complete(counts, present=90, promised=None) == pytest.approx(0.96)
    assert complete(Counts(), present=0, promised=None) is None
    assert complete(Counts(), present=0, promised=50) == 0


def test_correct() -> None:
    assert correct(Counts(received=110, stored=90, quarantined=10, duplicated=10, kept=90, flagged=9)) == pytest.approx(
        0.81
    )
    assert correct(Counts(received=5, duplicated=5)) is None


def test_clean() -> None:
    counts = Counts(received=100, stored=80, quarantined=10, duplicated=10, kept=80, nowhere=8)
    assert clean(counts, placed=True) == pytest.approx(0.9 * 0.9)
    assert clean(counts, placed=False) == pytest.approx(0.9)
    assert clean(Counts(), placed=True) is None


@pytest.fixture
def booked(town: Town) -> Iterator[None]:
    """The ledger of the town's week: what the facts hold, and some rows besides that were refused or came twice."""
    lines = [
        {"day": NOW.date() - timedelta(days=day), "dataset": "town.air", "source": "town.boxes", "sent": 110, "received": 110,
         "stored": 90, "quarantined": 10, "duplicated": 10, "delivered": 0}
        for day in range(9)
    ]  # fmt: skip
    town.run(town.stores.state.write(lambda connection: connection.execute(insert(tables.ledger), lines) and None))
    yield
    town.run(town.stores.state.write(lambda connection: connection.execute(delete(tables.ledger)) and None))


@pytest.mark.usefixtures("booked")
def test_scores_of_the_town(town: Town) -> None:
    found = town.run(town.indicators.quality("town.air"))
    first = at("2026-03-12")
    present = sum(each.time >= first for each in READINGS)
    promised = (NOW - timedelta(minutes=30) - first) / timedelta(hours=1) * 5
    assert found.complete == pytest.approx(min(1, present / promised))
    assert found.correct == pytest.approx(0.9)
    kept = [each for each in READINGS if each.received >= first]
    nowhere = sum(each.area == "" for each in kept)
    assert found.clean == pytest.approx(100 / 110 * (1 - nowhere / len(kept)))
    assert found.live == 1


def test_without_promise_or_records_there_is_no_score(town: Town) -> None:
    found = town.run(town.indicators.quality("town.people"))
    assert (found.complete, found.correct, found.clean, found.live) == (None, None, None, None)
    fresh = town.run(town.indicators.freshness("town.people"))
    assert (fresh.state, fresh.every, fresh.records) == ("unknown", None, 8)


def test_freshness_per_source_and_series(town: Town) -> None:
    town.now = at("2026-03-21T00:30:00")
    fresh = town.run(town.indicators.freshness("town.air"))
    last = max(READINGS, key=lambda each: each.time)
    assert (fresh.newest, fresh.records, fresh.state, fresh.every) == (
        last.time,
        len(READINGS),
        "good",
        timedelta(hours=1),
    )
    assert fresh.received == max(each.received for each in READINGS)
    assert fresh.age_seconds == pytest.approx((town.now - last.time).total_seconds())
    assert {each.source: (each.records, each.newest) for each in fresh.sources} == {
        name: (
            sum(each.source == name for each in READINGS),
            max(each.time for each in READINGS if each.source == name),
        )
        for name in ("town.boxes", "api:someone")
    }
    assert [each.newest for each in fresh.series] == sorted(
        max(each.time for each in READINGS if each.station == station) for station in "abcde"
    )
    assert {each.series["station"] for each in fresh.series} == set("abcde")


def test_a_young_dataset_has_promised_nothing_before_its_first_record(town: Town) -> None:
    town.renew()
    town.now = min(each.time for each in READINGS) + timedelta(hours=1)
    found = town.run(town.indicators.quality("town.air"))
    assert found.complete == 1


def test_silence_is_seen(town: Town) -> None:
    town.now = at("2026-03-21T04:00:00")
    fresh = town.run(town.indicators.freshness("town.air"))
    assert (fresh.state, {each.state for each in fresh.series}) == ("watch", {"watch"})
    town.renew()
    town.now = at("2026-03-22T00:00:00")
    fresh = town.run(town.indicators.freshness("town.air"))
    assert (fresh.state, fresh.live) == ("bad", 0)


def test_a_commit_is_seen_by_what_is_kept(town: Town) -> None:
    town.now = at("2026-03-25T00:00:00")
    before = town.run(town.indicators.freshness("town.air"))
    moment = at("2026-03-24T23:30:00")
    row = {"station": ["a"], "time": [moment], "pm10": [1.0], "_source": ["town.boxes"], "_received": [moment]}
    town.fill("town__air", row, token="fresh")
    try:
        town.indicators.committed(FactsCommitted("town.air", 1, moment, moment, (), moment))
        after = town.run(town.indicators.freshness("town.air"))
        assert (after.records, after.newest) == (before.records + 1, moment)
        traced = town.ask(indicators=["town.readings"], time={"last": "1d"}).provenance.indicators[0]
        assert (traced.records, traced.newest) == (1, moment)
    finally:
        sql = "ALTER TABLE town__air DELETE WHERE time > '2026-03-22' SETTINGS mutations_sync = 1"
        town.run(town.stores.facts.command(sql))


def test_commits_are_heard_from_the_bus(town: Town) -> None:
    async def listen() -> None:
        await town.indicators.start()
        await town.indicators.freshness("town.air")
        moment = at("2026-03-10T00:00:00")
        town.stores.bus.publish(FactsCommitted("town.air", 1, moment, moment, (), moment))
        while town.indicators._tiles._generation.get("town.air") != 1:
            await town.stores.facts.table("SELECT 1 AS one")
        await town.indicators.close()

    town.run(listen())
    assert town.indicators._traces._known["town.air"].dirty == {datetime(2026, 3, 10, tzinfo=CITY).date()}


def test_the_strip_shows_the_worst_thing_of_a_field(town: Town) -> None:
    (field,) = town.run(town.indicators.fields(SYSTEM))
    assert field.pack == "town"
    assert set(field.datasets) == {name for name in town.catalog.datasets if name.startswith("town.")}
    assert field.worst is not None
    rows = town.rows(indicators=["town.pm25"], by=["station"], grain="hour", time={"last": "4h"})
    newest = {row[1]: row[2] for row in rows if row[2] is not None}
    rate = town.rows(indicators=["town.on_time_rate"], time={"last": "30d"})[0][0]
    states = {town.catalog.indicators["town.pm25"].state_of(value) for value in newest.values()}
    states.add(town.catalog.indicators["town.on_time_rate"].state_of(rate))
    order = ["bad", "watch", "unknown", "good"]
    assert field.state == field.worst.state == min(states, key=order.index)
    if field.worst.indicator == "town.pm25":
        assert field.worst.where is not None
        assert field.worst.value == pytest.approx(newest[field.worst.where["station"]])
    assert field.stale == ()
    (public,) = town.run(town.indicators.fields(PUBLIC))
    assert public.state in order


def test_a_silent_field_says_so(town: Town) -> None:
    town.now = at("2026-04-20T00:00:00")
    (field,) = town.run(town.indicators.fields(SYSTEM))
    assert "town.air" in field.stale
    assert field.worst is None or field.worst.indicator != "town.pm25"
