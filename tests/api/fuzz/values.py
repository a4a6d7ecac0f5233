"""Good records of two datasets, and values that do not belong into any."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

AIR, DOSSIER = "environment.air_quality", "dossiers.dossier"
SETS = (AIR, DOSSIER)
START = datetime(2026, 2, 1, tzinfo=UTC)
FIELDS = {
    AIR: ["station", "station_name", "time", "lon", "lat", "pm25", "pm10", "device_status"],
    DOSSIER: ["code", "updated_at", "procedure", "status", "handling_unit", "received_at", "fee", "paid_online"],
}


class Raw(str):
    """Text that goes into JSON as it is."""


def records(dataset: str, number: int, count: int) -> list[dict[str, Any]]:
    """Return good records that no other `number` has."""
    moments = [(START + timedelta(minutes=10 * step)).isoformat() for step in range(count)]
    if dataset == AIR:
        return [
            {
                "station": f"FZ{number:06d}",
                "station_name": "Trạm thử",
                "time": moment,
                "lon": 106.70,
                "lat": 20.85,
                "pm25": 20.0 + step % 50,
                "pm10": 40.0 + step % 50,
                "device_status": "00",
            }
            for step, moment in enumerate(moments)
        ]
    return [
        {
            "code": f"FZ{number:06d}.{step}",
            "updated_at": moment,
            "procedure": "1.000001",
            "status": "4",
            "handling_unit": "31.1",
            "received_at": moment,
            "fee": 15000,
            "paid_online": step % 2 == 0,
        }
        for step, moment in enumerate(moments)
    ]


TEXTS = (
    "", " ", "\0", "a\0b", "\u00a0", "nhiều", "Infinity", "-inf", "NaN", "null", "true", "có", "1,234", "1.234.567,8", "１２", "٣", "0x1F", "1e308",
    "1e999", "-0", "--1", "9" * 400, "0000-00-00", "2026-02-30", "2026-02-28T25:61:61Z", "9999-12-31T23:59:59Z", "1583-01-01",
    "+292278994-08-17T07:12:55Z", "31/02/2026", "2026-03-01T00:00:00+99:99", "'; DROP TABLE facts; --", "${jndi:x}", "{{7*7}}",
    "=1+1", "<script>", "\u202e\u200f", "e\u0301" * 40, "\U0001f3ed", "\ufeff", "\ufffe", '"', '""', "'", "\\", "\\N", "\t", "a\nb", "a\r\nb", "a,b;c|d",
    "x" * 5000,
)  # fmt: skip
NUMBERS = (
    Raw("NaN"), Raw("-Infinity"), Raw("1e999"), Raw("-1e-999"), Raw("1" + "0" * 400), Raw("0." + "1" * 2000), 2**63, -(2**63), 2**64, 2**128, -1,
    0, 0.1, 1e308, -1e308, 5e-324, Raw("-0"), Raw("00"), Raw("+1"), Raw(".5"), Raw("5."), Raw("0x10"), Raw("1_000"),
)  # fmt: skip
OTHERS = (
    None, True, False, [], {}, [1], [None], {"a": 1}, [[[[[[]]]]]], {"": {"": {"": None}}}, [{"pm25": 1}], Raw("nul"), Raw("True"), Raw("'x'"),
    Raw('"\\ud800"'), Raw('"\\udfff\\ud800"'), Raw('"\\u0000"'), Raw('"\\x41"'), Raw('"tab\tin"'), Raw("[" * 300 + "]" * 300),
    Raw('{"a":' * 200 + "1" + "}" * 200), Raw(""),
)  # fmt: skip
NAMES = (
    "pm", "pm25 ", "PM25", "Pm25", "", " ", "_id", "_source", "_received", "_area", "_flags", "_door", "row", "ended_at", "a\0b", "\u202e",
    "'", '"', "`", "a`b", "{x}", "x" * 3000, "đo", "time.from", "station,time", "SELECT 1", "pm25)", "\\",
)  # fmt: skip


def strange(random: random.Random) -> Any:
    """Return a value that is seldom right anywhere."""
    return random.choice(random.choice((TEXTS, NUMBERS, OTHERS)))
