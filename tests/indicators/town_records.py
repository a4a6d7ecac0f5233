"""The records of a made-up town, as Python objects, so that tests can count in them."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

CITY = ZoneInfo("Asia/Ho_Chi_Minh")
MERGED = {"x10507": "10507", "x10510": "10507", "x10513": "10525"}
"""Former communes and what they became on 1 July 2025."""


def at(text: str) -> datetime:
    """Return a moment from its wall clock in the city."""
    return datetime.fromisoformat(text).replace(tzinfo=CITY)


@dataclass(frozen=True)
class Reading:
    station: str
    time: datetime
    kind: str | None
    pm25: float | None
    pm10: float
    working: bool | None
    source: str
    received: datetime
    unit: str
    area: str


def readings(seed: int = 7) -> list[Reading]:
    """Return three weeks of readings every 20 minutes or so by five stations, with holes, faults and late arrivals."""
    chance = random.Random(seed)
    start = datetime(2026, 2, 28, 17, tzinfo=UTC)
    found = []
    places = [
        ("a", "x10507", "H31.01"),
        ("b", "x10510", "H31.01"),
        ("c", "10507", "H31.02"),
        ("d", "10525", "H31.02"),
        ("e", "", ""),
    ]
    for station, area, unit in places:
        for step in range(20 * 72):
            if chance.random() < 0.1 or (station == "d" and 600 < step < 760):
                continue
            time = start + timedelta(minutes=20 * step, milliseconds=chance.randrange(1000))
            found.append(
                Reading(
                    station=station,
                    time=time,
                    kind=None if station == "e" else ("road" if station in "ab" else "park"),
                    pm25=None if chance.random() < 0.15 else round(chance.uniform(5, 90), 2),
                    pm10=round(chance.uniform(10, 120), 2),
                    working=chance.choice([None, True, True, True, False]),
                    source="town.boxes" if station in "abc" else "api:someone",
                    received=time + timedelta(minutes=5 if chance.random() < 0.95 else 2000),
                    unit=unit,
                    area=area,
                )
            )
    return found


@dataclass(frozen=True)
class Permit:
    code: str
    updated_at: datetime
    kind: str
    office: str
    received_at: datetime
    due_at: datetime
    finished_at: datetime | None
    fee: int
    applicant: str
    received: datetime


def permits(seed: int = 3) -> list[Permit]:
    """Return versions of 60 permits: received, some handed over to another office, some finished."""
    chance = random.Random(seed)
    found = []
    for number in range(60):
        received = datetime(2026, 2, 28, 18, tzinfo=UTC) + timedelta(minutes=chance.randrange(20 * 1440))
        due = received + timedelta(days=3)
        office, kind = chance.choice(["H31.01", "H31.02"]), chance.choice(["build", "trade"])
        code, person = f"P{number:03d}", f"Nguyễn Văn {number}"
        moment, finished = received, None
        for stage in range(chance.randrange(1, 4)):
            if stage == 1 and chance.random() < 0.5:
                office = "H31.02" if office == "H31.01" else "H31.01"
            if stage == 2:
                finished = moment
            found.append(
                Permit(
                    code,
                    moment,
                    kind,
                    office,
                    received,
                    due,
                    finished,
                    number * 1000,
                    person,
                    moment + timedelta(minutes=1),
                )
            )
            moment += timedelta(minutes=chance.randrange(60, 4000))
    chance.shuffle(found)
    return found


def air_rows(items: Sequence[Reading]) -> dict[str, list[Any]]:
    """Return the columns of the table of readings."""
    where = {"a": (106.60, 20.80), "b": (106.61, 20.81), "c": (106.70, 20.90), "d": (107.0, 20.7), "e": (None, None)}
    return {
        "station": [each.station for each in items],
        "time": [each.time for each in items],
        "name": [f"Trạm Đường {each.station.upper()}" for each in items],
        "kind": [each.kind for each in items],
        "lon": [where[each.station][0] for each in items],
        "lat": [where[each.station][1] for each in items],
        "pm25": [each.pm25 for each in items],
        "pm10": [each.pm10 for each in items],
        "working": [each.working for each in items],
        "_source": [each.source for each in items],
        "_received": [each.received for each in items],
        "_unit": [each.unit for each in items],
        "_area": [each.area for each in items],
    }


def permit_rows(items: Sequence[Permit]) -> dict[str, list[Any]]:
    """Return the columns of the table of permits."""
    names = ("code", "updated_at", "kind", "office", "received_at", "due_at", "finished_at", "fee", "applicant")
    rows: dict[str, list[Any]] = {name: [getattr(each, name) for each in items] for name in names}
    return rows | {
        "_source": ["town.desk"] * len(items),
        "_received": [each.received for each in items],
        "_unit": [each.office for each in items],
        "_area": ["10507" if each.office == "H31.01" else "10525" for each in items],
    }


PEOPLE = [
    ("x10507", date(2024, 1, 1), 100), ("x10510", date(2024, 1, 1), 50), ("x10513", date(2024, 1, 1), 70),
    ("x10507", date(2025, 1, 1), 110), ("x10510", date(2025, 1, 1), 60), ("x10513", date(2025, 1, 1), 75),
    ("10507", date(2026, 1, 1), 180), ("10525", date(2026, 1, 1), 80),
]  # fmt: skip
"""Commune, day, persons."""


def people_rows() -> dict[str, list[Any]]:
    """Return the columns of the table of people."""
    return {
        "commune": [code for code, _, _ in PEOPLE],
        "day": [day for _, day, _ in PEOPLE],
        "persons": [persons for _, _, persons in PEOPLE],
        "_source": ["town.office"] * len(PEOPLE),
        "_received": [at(f"{day}T09:00:00") for _, day, _ in PEOPLE],
        "_unit": [""] * len(PEOPLE),
        "_area": [code for code, _, _ in PEOPLE],
    }


def log_rows(seed: int = 11) -> dict[str, list[Any]]:
    """Return the columns of an internal table: lines of two offices in two communes, some of nobody and nowhere."""
    chance = random.Random(seed)
    count = 600
    return {
        "at": [at("2026-03-01") + timedelta(minutes=chance.randrange(20_000)) for _ in range(count)],
        "office": [None] * count,
        "commune": [None] * count,
        "size": [chance.randrange(1000) for _ in range(count)],
        "_sent_id": [f"line-{index}" for index in range(count)],
        "_source": ["town.log"] * count,
        "_received": [at("2026-03-01")] * count,
        "_unit": [chance.choice(["H31.01", "H31.02", "H31", ""]) for _ in range(count)],
        "_area": [chance.choice(["x10507", "10507", "10525", ""]) for _ in range(count)],
    }
