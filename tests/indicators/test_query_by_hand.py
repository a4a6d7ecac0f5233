"""The second oracle in SQL: queries written by hand, in another way than the planner's, must agree with the answers."""

from typing import Any

import pytest

from conftest import Town

MARCH = {"from": "2026-03-01T00:00:00+07:00", "to": "2026-03-15T00:00:00+07:00"}
PERIOD = "time BETWEEN '2026-02-28 17:00:00.000' AND '2026-03-14 16:59:59.999'"
NEWEST = """
    SELECT code, argMax(office, updated_at) AS office, argMax(_unit, updated_at) AS unit, argMax(kind, updated_at) AS kind,
      any(received_at) AS received, any(due_at) AS due, argMax((finished_at,), updated_at).1 AS finished
    FROM town__permit WHERE updated_at <= toDateTime64('2026-03-18 03:10:00', 3, 'UTC') GROUP BY code
"""

CASES: list[tuple[dict[str, Any], str]] = [
    (
        {"indicators": ["town.dirty_share"], "by": ["station"], "time": MARCH},
        f"SELECT station, avg(if(pm25 > 40, 100, 0)) FROM town__air WHERE {PERIOD} AND isNotNull(pm25) GROUP BY 1 ORDER BY 1",
    ),
    (
        {"indicators": ["town.pm10_sum"], "time": MARCH, "grain": "week"},
        "SELECT toMonday(toTimeZone(time, 'Asia/Ho_Chi_Minh')) AS w, sum(pm10) FROM town__air "
        f"WHERE {PERIOD} GROUP BY w ORDER BY w",
    ),
    (
        {"indicators": ["town.on_time_rate", "town.permits"], "by": ["unit"], "time": MARCH},
        "SELECT unit, 100 * avg(ifNull(finished, toDateTime64('2026-03-18 03:10:00', 3, 'UTC')) <= due), uniqExact(code) "
        f"FROM ({NEWEST}) WHERE received >= '2026-02-28 17:00:00' AND received < '2026-03-14 17:00:00' GROUP BY unit ORDER BY unit",
    ),
    (
        {"indicators": ["town.readings"], "by": ["kind"], "time": MARCH, "where": {"pm10": {"ge": 100}}},
        f"SELECT kind, sum(1) FROM town__air WHERE {PERIOD} AND pm10 >= 100 GROUP BY kind ORDER BY kind NULLS LAST",
    ),
    (
        {"indicators": ["town.worst_hour"], "by": ["station"], "time": MARCH},
        "SELECT station, max(m) FROM (SELECT station, h, arrayAvg(arrayMap(p -> p.2, arrayFilter(p -> p.1 > h - 10800 AND p.1 <= h,"
        " groupArray((h, v)) OVER (PARTITION BY station)))) AS m FROM (SELECT station, toUnixTimestamp(toStartOfHour(time)) AS h,"
        " avg(pm10) AS v FROM town__air WHERE time >= '2026-02-28 15:00:00' AND time < '2026-03-14 17:00:00' GROUP BY 1, 2))"
        " WHERE h >= toUnixTimestamp('2026-02-28 17:00:00', 'UTC') GROUP BY 1 ORDER BY 1",
    ),
]


@pytest.mark.parametrize(("query", "by_hand"), CASES)
def test_the_answer_agrees_with_a_query_by_hand(town: Town, query: dict[str, Any], by_hand: str) -> None:
    answer = town.rows(**query)
    expected = town.direct(by_hand)
    skip = 1 if "grain" in query else 0
    assert len(answer) == len(expected) > 0
    for row, wanted in zip(answer, expected, strict=True):
        assert row[skip:] == [pytest.approx(value) if isinstance(value, float) else value for value in wanted[skip:]]


def test_the_city_counts_days_in_its_own_zone(town: Town) -> None:
    edge = town.direct(
        "SELECT count() FROM town__air WHERE time >= toDateTime64('2026-03-05 00:00:00', 3, 'Asia/Ho_Chi_Minh') "
        "AND time < toDateTime64('2026-03-06 00:00:00', 3, 'Asia/Ho_Chi_Minh')"
    )[0][0]
    rows = town.rows(
        indicators=["town.readings"],
        grain="day",
        time={"from": "2026-03-05T00:00:00+07:00", "to": "2026-03-06T00:00:00+07:00"},
    )
    assert rows == [["2026-03-04T17:00:00Z", edge]]
