"""The SQL itself, kept to be read: a change of it is seen in the diff. Write it anew with TOANCANH_GOLDEN=write."""

import os
from pathlib import Path
from typing import Any

import pytest

from conftest import Town

FOLDER = Path(__file__).parent / "golden"
MARCH = {"from": "2026-03-01T00:00:00+07:00", "to": "2026-03-15T00:00:00+07:00"}
QUESTIONS: dict[str, dict[str, Any]] = {
    "counts_by_day_from_the_hourly_rollup": {"indicators": ["town.readings"], "by": ["station"], "time": MARCH, "grain": "day"},
    "ratio_by_area_on_boundaries_of_a_day": {
        "indicators": ["town.dirty_share"], "by": ["area"], "time": MARCH, "boundaries": "2025-06-30", "where": {"area": "x10507"},
    },
    "mean_with_coverage_across_silent_series": {"indicators": ["town.pm25"], "by": ["kind"], "time": MARCH, "grain": "day", "compare": ["target"]},
    "two_laws_in_one_period": {"indicators": ["town.law_share"], "time": MARCH, "grain": "week"},
    "window_of_a_day_every_hour": {"indicators": ["town.pm25_24h"], "by": ["station"], "time": {"last": "2h"}, "grain": "hour"},
    "current_entities_as_of": {"indicators": ["town.on_time_rate"], "by": ["unit"], "time": MARCH, "as_of": "2026-03-10T00:00:00+07:00"},
    "state_at_the_end_of_each_week": {"indicators": ["town.due_soon"], "time": MARCH, "grain": "week"},
    "file_split_by_area": {"indicators": ["town.worst_hour"], "by": ["area:province"], "time": MARCH, "grain": "day"},
    "two_datasets_compared_and_ordered": {
        "indicators": ["town.readings", "town.permits"], "time": MARCH, "grain": "day", "compare": ["previous"],
        "order": ["-town.permits"], "limit": 5,
    },
}  # fmt: skip


@pytest.mark.parametrize("name", QUESTIONS)
def test_golden(town: Town, name: str) -> None:
    sql, path = town.sql(**QUESTIONS[name]) + "\n", FOLDER / f"{name}.sql"
    if os.environ.get("TOANCANH_GOLDEN") == "write":
        path.write_text(sql, encoding="utf-8")
    assert sql == path.read_text(encoding="utf-8")


def test_each_golden_file_has_its_question() -> None:
    assert {path.stem for path in FOLDER.glob("*.sql")} == set(QUESTIONS)
