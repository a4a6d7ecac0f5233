"""Roll-ups: which questions they answer, and that the answers are those of the records themselves."""

import json
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pytest
from facts_samples import AIR, DOSSIER, START, air

from toancanh.store import Facts, newest_sql, table_spec

NAME = "environment__air"
HOUR = "toStartOfHour(time)"
RAW = {"optimize_use_projections": 0}
LAST = ", ".join(
    f"{newest_sql(AIR, name)} AS last_{name}"
    for name in ("time", "pm25", "valid", "alarms", "note", "lon", "_received", "_area")
)
SERVED = {
    "every column of the newest record": f"SELECT station, {LAST} FROM {NAME} GROUP BY station ORDER BY station",
    "newest of those one may see": (
        f"SELECT station, {newest_sql(AIR, 'pm25')} AS v FROM {NAME} WHERE _area IN ('a1') OR _unit = 'u0' "
        "GROUP BY station ORDER BY station"
    ),
    "mean of the newest by area": (
        f"SELECT _area, avg(v) FROM (SELECT station, _area, {newest_sql(AIR, 'pm25')} AS v FROM {NAME} "
        "GROUP BY station, _area) GROUP BY _area ORDER BY _area"
    ),
    "how many records each series has": f"SELECT station, count(), max(time) FROM {NAME} GROUP BY station ORDER BY station",
    "hourly": f"SELECT {HOUR} AS h, avg(pm25), min(pm10), max(pm10), count() FROM {NAME} GROUP BY h ORDER BY h",
    "hourly of a period": (
        f"SELECT {HOUR} AS h, sum(pm25) / count(pm25) FROM {NAME} WHERE {HOUR} >= '2026-03-01 05:00:00' "
        f"AND {HOUR} < '2026-03-02 00:00:00' GROUP BY h ORDER BY h"
    ),
    "daily by the city's clock": (
        f"SELECT toStartOfDay({HOUR}, 'Asia/Ho_Chi_Minh') AS d, avg(pm25), countIf(valid), sum(alarms) FROM {NAME} "
        "GROUP BY d ORDER BY d"
    ),
    "monthly by the city's clock": (
        f"SELECT toStartOfMonth(toTimeZone({HOUR}, 'Asia/Ho_Chi_Minh')) AS m, avg(pm25) FROM {NAME} GROUP BY m ORDER BY m"
    ),
    "one number for a period": f"SELECT avg(pm25), count() FROM {NAME} WHERE {HOUR} >= '2026-03-01 05:00:00'",
    "by unit, filtered by area": (
        f"SELECT _unit, avg(pm25) FROM {NAME} WHERE _area IN ('a0', 'a2') AND {HOUR} >= '2026-03-01 05:00:00' "
        "GROUP BY _unit ORDER BY _unit"
    ),
    "by station": f"SELECT station, {HOUR} AS h, avg(pm25) FROM {NAME} GROUP BY station, h ORDER BY station, h",
    "through a subquery": (
        f"SELECT {HOUR} AS h, avg(pm25) FROM (SELECT * FROM {NAME} WHERE _area = 'a1') GROUP BY h ORDER BY h"
    ),
    "where it comes from": (
        f"SELECT _source, count(), max(time), max(_received) FROM {NAME} WHERE {HOUR} >= '2026-03-01 05:00:00' GROUP BY _source"
    ),
    "bands": f"SELECT {HOUR} AS h, multiIf(avg(pm25) > 50, 'bad', 'good') AS state FROM {NAME} GROUP BY h ORDER BY h",
}
NOT_SERVED = {
    "a filter on the time itself": f"SELECT {HOUR} AS h, avg(pm25) FROM {NAME} WHERE time >= '2026-03-01 05:00:00' GROUP BY h ORDER BY h",
    "the hour by the city's clock": f"SELECT toStartOfHour(time, 'Asia/Ho_Chi_Minh') AS h, avg(pm25) FROM {NAME} GROUP BY h ORDER BY h",
    "a condition inside": f"SELECT {HOUR} AS h, avgIf(pm25, pm25 > 3) FROM {NAME} GROUP BY h ORDER BY h",
    "as it was known": f"SELECT {HOUR} AS h, avg(pm25) FROM {NAME} WHERE _received <= '2026-03-05' GROUP BY h ORDER BY h",
}


@pytest.fixture(scope="module")
def loaded(run: Any, module_facts: Facts) -> Facts:
    run(module_facts.apply([table_spec("environment.air", AIR), table_spec("office.dossier", DOSSIER)]))
    for part in range(3):
        run(module_facts.insert(NAME, air(3000).slice(part * 1000, 1000), token=str(part)))
    return module_facts


def asked(facts: Facts, run: Any, sql: str, settings: dict[str, int] | None = None) -> list[Any]:
    found: list[Any] = json.loads(bytes(run(facts.query(sql, settings=settings))))["data"]
    return found


def used(facts: Facts, run: Any, sql: str) -> bool:
    plan = bytes(run(facts.query(f"EXPLAIN projections = 1 {sql}", format="TSVRaw"))).decode()
    return "ReadFromMergeTree (last" in plan or "ReadFromMergeTree (hourly" in plan


@pytest.mark.parametrize("question", SERVED)
def test_a_rollup_answers(loaded: Facts, run: Any, question: str) -> None:
    sql = SERVED[question]
    assert used(loaded, run, sql)
    assert close(asked(loaded, run, sql), asked(loaded, run, sql, RAW))


@pytest.mark.parametrize("question", NOT_SERVED)
def test_other_questions_read_the_records(loaded: Facts, run: Any, question: str) -> None:
    sql = NOT_SERVED[question]
    assert not used(loaded, run, sql)
    assert close(asked(loaded, run, sql), asked(loaded, run, sql, RAW))


def test_the_newest_record_keeps_its_nulls(loaded: Facts, run: Any) -> None:
    """argMax alone would skip them and mix records of different times."""
    sql = f"SELECT station, {LAST} FROM {NAME} GROUP BY station ORDER BY station"
    newest = asked(loaded, run, sql)
    by_hand = (
        f"SELECT station, time, pm25, valid, alarms, note, lon, _received, _area FROM {NAME} "
        "ORDER BY station, time DESC LIMIT 1 BY station"
    )
    assert newest == asked(loaded, run, by_hand, RAW)
    assert any(row[2] is None for row in newest)


def test_of_two_versions_of_the_same_time_the_one_received_later_is_current(loaded: Facts, run: Any) -> None:
    def version(status: str | None, received: int, done: bool, time: int = 0) -> pa.Table:
        moment = START + timedelta(days=time)
        return pa.table(
            {
                "code": ["d1"],
                "time": [moment],
                "status": pa.array([status], pa.string()),
                "done": pa.array([START if done else None], pa.timestamp("ms", tz="UTC")),
                "_received": [START + timedelta(hours=received)],
            }
        )

    for number, batch in enumerate(
        [version("open", 1, False), version("closed", 3, True), version("wrong", 2, True), version("old", 9, True, -5)]
    ):
        run(loaded.insert("office__dossier", batch, token=f"d{number}"))
    current = ", ".join(newest_sql(DOSSIER, name) for name in ("status", "done", "time"))
    sql = f"SELECT code, {current} FROM office__dossier GROUP BY code"
    assert asked(loaded, run, sql) == [["d1", "closed", "2026-03-01T00:00:00.000Z", "2026-03-01T00:00:00.000Z"]]
    run(loaded.insert("office__dossier", version(None, 4, False), token="again"))
    assert asked(loaded, run, sql) == [["d1", None, None, "2026-03-01T00:00:00.000Z"]]


def close(left: list[Any], right: list[Any]) -> bool:
    """Whether two answers are equal, sums of floats to twelve digits."""
    if len(left) != len(right) or not left:
        return False
    return all(
        a == pytest.approx(b, rel=1e-12) if isinstance(a, float) else a == b
        for one, other in zip(left, right, strict=True)
        for a, b in zip(one, other, strict=True)
    )
