"""Two oracles: what the engine answers through a plan, and the same figures counted in plain Python from the records."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from statistics import fmean
from typing import Any

import pytest
from town_records import CITY, MERGED, PEOPLE, Permit, Reading, at, permits, readings

from conftest import NOW, Town

READINGS = readings()
PERMITS = permits()
MARCH = {"from": "2026-03-01T00:00:00+07:00", "to": "2026-03-15T00:00:00+07:00"}
START, END = at("2026-03-01"), at("2026-03-15")


def inside(start: datetime = START, end: datetime = END) -> list[Reading]:
    return [each for each in READINGS if start <= each.time < end]


def step(moment: datetime, grain: str) -> str:
    local = moment.astimezone(CITY)
    start = local.replace(minute=0, second=0, microsecond=0)
    if grain == "quarter_hour":
        start = local.replace(minute=local.minute - local.minute % 15, second=0, microsecond=0)
    if grain in ("day", "week", "month"):
        start = start.replace(hour=0)
    if grain == "week":
        start -= timedelta(days=start.weekday())
    if grain == "month":
        start = start.replace(day=1)
    return start.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def grouped(items: Iterable[Any], key: Callable[[Any], Any]) -> dict[Any, list[Any]]:
    found = defaultdict(list)
    for item in items:
        found[key(item)].append(item)
    return dict(found)


def table(rows: list[list[Any]], keys: int) -> dict[Any, Any]:
    return {tuple(row[:keys]): row[keys] for row in rows}


@pytest.mark.parametrize("grain", ["quarter_hour", "hour", "day", "week", "month"])
def test_counts_by_step_and_station(town: Town, grain: str) -> None:
    rows = town.rows(indicators=["town.readings"], by=["station"], grain=grain, time=MARCH)
    expected = grouped(inside(), lambda each: (step(each.time, grain), each.station))
    assert table(rows, 2) == {key: len(items) for key, items in expected.items()}
    assert [row[:2] for row in rows] == sorted(row[:2] for row in rows)


def test_steps_add_up_to_the_whole(town: Town) -> None:
    whole = town.rows(indicators=["town.readings", "town.pm10_sum"], time=MARCH)
    for grain in ("hour", "day", "week"):
        parts = town.rows(indicators=["town.readings", "town.pm10_sum"], time=MARCH, grain=grain)
        assert sum(row[1] for row in parts) == whole[0][0]
        assert sum(row[2] for row in parts) == pytest.approx(whole[0][1])


def test_a_ratio_of_a_total_is_not_the_mean_of_ratios(town: Town) -> None:
    total = town.rows(indicators=["town.dirty_share"], time=MARCH)[0][0]
    values = [each.pm25 for each in inside() if each.pm25 is not None]
    assert total == pytest.approx(100 * sum(value > 40 for value in values) / len(values))
    by_station = [row[1] for row in town.rows(indicators=["town.dirty_share"], by=["station"], time=MARCH)]
    assert total != pytest.approx(fmean(by_station))


def test_empty_steps_and_groups_leave_gaps(town: Town) -> None:
    gone = {"from": "2026-03-10T00:00:00+07:00", "to": "2026-03-11T00:00:00+07:00"}
    rows = town.rows(indicators=["town.readings"], by=["station"], time=gone, grain="hour", where={"station": "d"})
    assert table(rows, 2) == {
        key: len(items)
        for key, items in grouped(
            (each for each in inside(at("2026-03-10"), at("2026-03-11")) if each.station == "d"),
            lambda each: (step(each.time, "hour"), each.station),
        ).items()
    }
    nothing = {"from": "2020-01-01T00:00:00+07:00", "to": "2020-01-02T00:00:00+07:00"}
    assert town.rows(indicators=["town.readings", "town.dirty_share"], time=nothing) == []


def test_several_datasets_meet_on_time_and_area(town: Town) -> None:
    rows = town.rows(indicators=["town.readings", "town.permits"], by=["area"], grain="day", time=MARCH)
    counts = grouped(inside(), lambda each: (step(each.time, "day"), MERGED.get(each.area, each.area) or None))
    received = grouped(
        (each for each in newest(PERMITS, NOW) if START <= each.received_at < END),
        lambda each: (step(each.received_at, "day"), "10507" if each.office == "H31.01" else "10525"),
    )
    expected = {
        key: [len(counts[key]) if key in counts else None, len(received[key]) if key in received else None]
        for key in counts.keys() | received.keys()
    }
    assert {tuple(row[:2]): row[2:] for row in rows} == expected


def newest(versions: Iterable[Permit], moment: datetime, known: datetime | None = None) -> list[Permit]:
    found: dict[str, Permit] = {}
    for each in sorted(versions, key=lambda each: (each.updated_at, each.received)):
        if each.updated_at < moment and (known is None or each.received <= known):
            found[each.code] = each
    return list(found.values())


def test_current_entities_are_counted_once_by_their_newest_version(town: Town) -> None:
    rows = town.rows(indicators=["town.permits", "town.on_time_rate"], by=["office"], time=MARCH)
    expected = grouped(
        (each for each in newest(PERMITS, NOW) if START <= each.received_at < END), lambda each: each.office
    )
    for office, count, rate in rows:
        items = expected[office]
        on_time = sum((each.finished_at or NOW) <= each.due_at for each in items)
        assert (count, rate) == (len(items), pytest.approx(100 * on_time / len(items)))
    assert len(rows) == len(expected)


@pytest.mark.parametrize("grain", ["day", "week", None])
def test_state_is_the_newest_version_at_the_end_of_each_step(town: Town, grain: str | None) -> None:
    rows = town.rows(indicators=["town.backlog"], by=["office"], time=MARCH, grain=grain)
    steps = {None: [END], "day": [START + timedelta(days=day + 1) for day in range(14)]}.get(
        grain, [min(at(f"2026-03-{day:02d}"), END) for day in (2, 9, 16)]
    )
    expected = {}
    for end in steps:
        for office, items in grouped(newest(PERMITS, end), lambda each: each.office).items():
            key = (step(end - timedelta(milliseconds=1), grain), office) if grain else (office,)
            expected[key] = sum(each.finished_at is None for each in items)
    assert table(rows, 2 if grain else 1) == expected


def test_now_means_the_end_of_the_step_for_a_state(town: Town) -> None:
    rows = town.rows(indicators=["town.due_soon"], time=MARCH, grain="day")
    for moment, count in rows:
        end = datetime.fromisoformat(moment) + timedelta(days=1)
        items = [each for each in newest(PERMITS, end) if each.finished_at is None]
        assert count == sum(end <= each.due_at < end + timedelta(hours=48) for each in items)
    assert len(rows) == 14


def test_a_state_is_not_foretold(town: Town) -> None:
    rows = town.rows(
        indicators=["town.backlog"], time={"from": MARCH["from"], "to": "2026-04-01T00:00:00+07:00"}, grain="day"
    )
    assert rows[-1][0] == step(NOW, "day")
    assert rows[-1][1] == sum(each.finished_at is None for each in newest(PERMITS, NOW))


@pytest.mark.parametrize("grain", ["hour", "day", None])
def test_a_window_looks_back_from_the_end_of_each_step(town: Town, grain: str | None) -> None:
    time = {"from": "2026-03-05T00:00:00+07:00", "to": "2026-03-07T00:00:00+07:00"}
    rows = town.rows(indicators=["town.pm25_24h"], by=["station"], time=time, grain=grain)
    size = timedelta(hours=1) if grain == "hour" else timedelta(days=1)
    start, end = at("2026-03-05"), at("2026-03-07")
    ends = [end] if grain is None else [start + size * (index + 1) for index in range(int((end - start) / size))]
    expected = {}
    for last in ends:
        seen = [each for each in READINGS if last - timedelta(hours=24) <= each.time < last]
        for station, items in grouped(seen, lambda each: each.station).items():
            values = [each.pm25 for each in items if each.pm25 is not None]
            key = (step(last - timedelta(milliseconds=1), grain), station) if grain else (station,)
            expected[key] = pytest.approx(fmean(values)) if values else None
    assert table(rows, 2 if grain else 1) == expected


def working(items: Iterable[Reading]) -> list[Reading]:
    return [each for each in items if each.working is not False]


def test_too_little_data_gives_null(town: Town) -> None:
    rows = town.rows(indicators=["town.pm25"], by=["station"], time=MARCH, grain="hour", where={"station": ["a", "d"]})
    groups = grouped(
        (each for each in working(inside()) if each.station in "ad"),
        lambda each: (step(each.time, "hour"), each.station),
    )
    for moment, station, value, coverage in rows:
        values = [each.pm25 for each in groups[moment, station] if each.pm25 is not None]
        assert coverage == pytest.approx(min(1, len(values) / 1))
        assert value == (pytest.approx(fmean(values)) if values else None)
    assert len(rows) == len(groups)


def test_coverage_counts_series_that_fell_silent(town: Town) -> None:
    rows = town.rows(indicators=["town.pm25"], by=["kind"], time=MARCH, grain="day")
    groups = grouped(working(inside()), lambda each: (step(each.time, "day"), each.kind))
    series = {
        kind: len({each.station for each in items})
        for kind, items in grouped(working(inside()), lambda each: each.kind).items()
    }
    for moment, kind, value, coverage in rows:
        values = [each.pm25 for each in groups[moment, kind] if each.pm25 is not None]
        share = min(1, len(values) / (24 * series[kind]))
        assert coverage == pytest.approx(share)
        assert value == (pytest.approx(fmean(values)) if share >= 0.75 else None)


def test_the_step_under_way_promises_only_what_is_due(town: Town) -> None:
    town.now = at("2026-03-05T10:45:00")
    time = {"last": "30m"}
    row = town.rows(indicators=["town.pm25"], by=["station"], time=time, grain="hour", where={"station": "a"})[0]
    values = [
        each.pm25
        for each in working(READINGS)
        if each.station == "a" and at("2026-03-05T10:00:00") <= each.time < town.now and each.pm25 is not None
    ]
    assert row[3] == pytest.approx(min(1, len(values) / 0.25))


def test_a_file_answers_like_its_arithmetic(town: Town) -> None:
    time = {"from": "2026-03-05T00:00:00+07:00", "to": "2026-03-06T00:00:00+07:00"}
    rows = town.rows(indicators=["town.worst_hour"], by=["station"], time=time, grain="hour")
    hourly = {
        key: fmean(each.pm10 for each in items)
        for key, items in grouped(READINGS, lambda each: (step(each.time, "hour"), each.station)).items()
    }

    def value(moment: str, station: str) -> float:
        last = datetime.fromisoformat(moment)
        keys = [(step(last - timedelta(hours=back), "hour"), station) for back in range(3)]
        return fmean(hourly[key] for key in keys if key in hourly)

    assert table(rows, 2) == {(row[0], row[1]): pytest.approx(value(row[0], row[1])) for row in rows}
    assert len(rows) == sum(
        key[0].startswith("2026-03-05") or (key[0] >= "2026-03-04T17" and key[0] < "2026-03-05T17") for key in hourly
    ) - sum("2026-03-05T17" <= key[0] < "2026-03-06" for key in hourly)
    whole = town.rows(indicators=["town.worst_hour"], by=["station"], time=time)
    for station, worst in whole:
        assert worst == pytest.approx(max(row[2] for row in rows if row[1] == station))


def test_a_file_is_split_by_area_through_its_series(town: Town) -> None:
    rows = town.rows(indicators=["town.worst_hour"], by=["area"], time=MARCH)
    by_station = dict(town.rows(indicators=["town.worst_hour"], by=["station"], time=MARCH))
    expected = {"10507": max(by_station[each] for each in "abc"), "10525": by_station["d"], None: by_station["e"]}
    assert dict(rows) == expected
    assert town.rows(indicators=["town.worst_hour"], time=MARCH, where={"area": "10525"}) == [[by_station["d"]]]


def test_a_ratio_over_two_laws_sums_each_under_its_own(town: Town) -> None:
    switch = at("2026-03-10")
    rows = town.rows(indicators=["town.law_share"], time=MARCH, grain="month")
    above = sum(each.pm10 > (30 if each.time < switch else 60) for each in inside())
    assert rows == [["2026-02-28T17:00:00Z", pytest.approx(100 * above / len(inside()))]]
    now = town.rows(indicators=["town.law_share"], time=MARCH, rule="now")
    assert now == [[pytest.approx(100 * sum(each.pm10 > 60 for each in inside()) / len(inside()))]]
    then = town.rows(indicators=["town.law_share"], time=MARCH, rule="2026-01-01")
    assert then == [[pytest.approx(100 * sum(each.pm10 > 30 for each in inside()) / len(inside()))]]


def test_means_under_two_laws_are_never_mixed(town: Town) -> None:
    assert town.rows(indicators=["town.law_mean"], time=MARCH) == [[None]]
    rows = town.rows(indicators=["town.law_mean"], time=MARCH, grain="day")
    for moment, value in rows:
        day = [each for each in inside() if step(each.time, "day") == moment]
        factor = 1 if day[0].time < at("2026-03-10") else 2
        assert value == pytest.approx(factor * fmean(each.pm10 for each in day))
    answer = town.ask(indicators=["town.law_mean"], time=MARCH)
    assert any("hai công thức" in note.vi for note in answer.provenance.notes)


def test_comparisons_stand_beside_the_asked_step(town: Town) -> None:
    time = {"from": "2026-03-08T00:00:00+07:00", "to": "2026-03-10T00:00:00+07:00"}
    rows = town.rows(
        indicators=["town.readings", "town.pm25"],
        by=["station"],
        time=time,
        grain="day",
        compare=["previous", "year", "target"],
    )
    counts = grouped(READINGS, lambda each: (step(each.time, "day"), each.station))
    for row in rows:
        before = step(datetime.fromisoformat(row[0]) - timedelta(days=2), "day")
        assert row[2:6] == [len(counts[row[0], row[1]]), len(counts[before, row[1]]), None, None]
        assert row[-1] == (50 if row[0] < "2026-03-09T17" else 45)


def test_a_month_is_compared_with_the_month_before(town: Town) -> None:
    town.now = at("2026-04-20")
    sql = town.sql(
        indicators=["town.readings"],
        time={"from": "2026-03-01T00:00:00+07:00", "to": "2026-04-01T00:00:00+07:00"},
        compare=["previous"],
    )
    assert "2026-01-31 17:00:00" in sql
    assert "2026-02-28 17:00:00" in sql


def test_what_was_not_known_yet_is_left_out(town: Town) -> None:
    moment = at("2026-03-06T12:00:00")
    rows = town.rows(indicators=["town.readings"], by=["station"], time=MARCH, as_of=moment.isoformat())
    known = grouped((each for each in inside() if each.received <= moment), lambda each: each.station)
    assert table(rows, 1) == {(key,): len(items) for key, items in known.items()}
    backlog = town.rows(indicators=["town.backlog"], time=MARCH, as_of=moment.isoformat())
    assert backlog == [[sum(each.finished_at is None for each in newest(PERMITS, moment, moment))]]
    received = town.rows(indicators=["town.permits"], time=MARCH, as_of=moment.isoformat())
    assert received == [[sum(START <= each.received_at < END for each in newest(PERMITS, moment, moment))]]


def test_series_are_restated_to_the_boundaries_asked_for(town: Town) -> None:
    years = {"from": "2024-01-01T00:00:00+07:00", "to": "2027-01-01T00:00:00+07:00"}
    now = town.rows(indicators=["town.people"], by=["area"], time=years, grain="year")
    assert [row[1:] for row in now] == [
        ["10507", 150],
        ["10525", 70],
        ["10507", 170],
        ["10525", 75],
        ["10507", 180],
        ["10525", 80],
    ]
    recorded = town.rows(indicators=["town.people"], by=["area"], time=years, grain="year", boundaries="recorded")
    assert [row[1] for row in recorded] == [
        "x10507",
        "x10510",
        "x10513",
        "x10507",
        "x10510",
        "x10513",
        "10507",
        "10525",
    ]
    before = town.rows(indicators=["town.people"], by=["area"], time=years, boundaries="2024-06-30")
    expected: dict[str | None, int] = {}
    for code, _, persons in PEOPLE:
        there = town.geography.restate(code, date(2024, 6, 30)).area or None
        expected[there] = expected.get(there, 0) + persons
    assert dict(before) == expected
    assert expected["x10507"] == 210


def test_newest_values_come_from_the_rollup_when_it_holds_them(town: Town) -> None:
    time = {"last": "7d"}
    slow = dict(town.rows(indicators=["town.last_pm10"], by=["station"], time=time))
    town.now = at("2026-03-21T00:00:00")
    town.run(town.indicators.freshness("town.air"))
    sql = town.sql(indicators=["town.last_pm10"], by=["station"], time=time)
    assert "HAVING max(`time`) >=" in sql
    fast = dict(town.rows(indicators=["town.last_pm10"], by=["station"], time=time))
    expected = {}
    for each in sorted(READINGS, key=lambda each: each.time):
        expected[each.station] = each.pm10
    assert fast == expected
    assert slow == {
        station: max((each for each in items if each.time < NOW), key=lambda each: each.time).pm10
        for station, items in grouped(READINGS, lambda each: each.station).items()
    }


def test_the_hourly_rollup_gives_what_the_records_give(town: Town) -> None:
    query: dict[str, Any] = {"indicators": ["town.pm10_sum"], "by": ["station"], "time": MARCH}
    for grain in ("hour", "day", None):
        assert "toStartOfHour(`time`) >=" in town.sql(**query, grain=grain)
        rows = table(town.rows(**query, grain=grain), 2 if grain else 1)
        expected = grouped(
            inside(), lambda each, grain=grain: ((step(each.time, grain),) if grain else ()) + (each.station,)
        )
        assert rows == {key: pytest.approx(sum(each.pm10 for each in items)) for key, items in expected.items()}
    brief = {"from": "2026-03-01T00:30:00+07:00", "to": "2026-03-01T02:50:00+07:00"}
    assert "toStartOfHour(`time`) >=" not in town.sql(indicators=["town.pm10_sum"], time=brief)


ODD = [("2026-03-01T00:30:00+07:00", "2026-03-12T00:00:00+07:00"), ("2026-03-02T00:00:00+07:00", "2026-03-11T07:07:07+07:00"),
       ("2026-03-01T23:59:59.999+07:00", "2026-03-14T00:00:00.001+07:00")]  # fmt: skip


@pytest.mark.parametrize(("start", "end"), ODD)
@pytest.mark.parametrize("more", [{}, {"by": ["station"]}, {"grain": "day"}, {"by": ["area"], "compare": ["previous"]}])
def test_odd_ends_of_a_period_are_read_from_the_records(town: Town, start: str, end: str, more: dict[str, Any]) -> None:
    names = ["town.pm10_sum", "town.pm25_plain"]
    query: dict[str, Any] = {"indicators": names, "time": {"from": start, "to": end}, **more}
    sql = town.sql(**query)
    assert sql.count("toStartOfHour(`time`) >=") == (2 if "compare" in more else 1)
    assert "`time` <" in sql
    fast, slow = town.rows(**query), town.rows(**query, as_of=town.now.isoformat())
    keys = len(more.get("by", ())) + ("grain" in more)
    assert [row[:keys] for row in fast] == [row[:keys] for row in slow]
    assert [row[keys:] for row in fast] == [pytest.approx(row[keys:]) for row in slow]
    if not more:
        chosen = [each for each in READINGS if at(start) <= each.time < at(end)]
        mean = fmean(each.pm25 for each in chosen if each.pm25 is not None)
        assert fast == [[pytest.approx(sum(each.pm10 for each in chosen)), pytest.approx(mean)]]


@pytest.mark.parametrize(
    "more",
    [
        {"by": ["station"], "grain": "day"},
        {"by": ["area"], "grain": "week"},
        {"by": ["unit", "source"]},
        {"where": {"area": "10507", "station": "a"}},
    ],
)
def test_the_engine_uses_the_hourly_rollup(town: Town, more: dict[str, Any]) -> None:
    query: dict[str, Any] = {"indicators": ["town.pm10_sum"], "time": MARCH, **more}
    answer = town.ask(**query)
    plan = town.direct(f"EXPLAIN projections = 1 {answer.provenance.sql}")
    assert any("hourly_1" in str(row[0]) for row in plan)
    odd = town.rows(**query, as_of=town.now.isoformat())
    assert [row[:-1] for row in answer.values()] == [row[:-1] for row in odd]
    assert [row[-1] for row in answer.values()] == [pytest.approx(row[-1]) for row in odd]
