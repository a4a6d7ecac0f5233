"""Datasets and records for the tests of the facts store."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from toancanh.domain.declarations import Dataset

START = datetime(2026, 3, 1, tzinfo=UTC)
TEXT = {"vi": "Thử", "en": "Test"}


def dataset(columns: dict[str, str], **more: Any) -> Dataset:
    """Return a dataset; `columns` maps a name to its type, "number!" is a required number."""
    declared = {
        name: {"title": TEXT, "type": type_.rstrip("!"), "required": type_.endswith("!")}
        for name, type_ in columns.items()
    }
    given = {"title": TEXT, "description": TEXT, "kind": "event", "time": "time", "columns": declared}
    return Dataset.model_validate(given | more)


AIR_COLUMNS = {
    "station": "code",
    "time": "time",
    "pm25": "number",
    "pm10": "number",
    "valid": "boolean",
    "alarms": "integer",
    "note": "text",
    "lon": "number",
    "lat": "number",
}
AIR = dataset(
    AIR_COLUMNS,
    key=["station", "time"],
    series=["station"],
    place={"lon": "lon", "lat": "lat"},
    rollups={"last": True, "hourly": [["station"], []]},
)
DOSSIER_COLUMNS = {
    "code": "text",
    "time": "time",
    "status": "code",
    "done": "time",
    "fee": "number",
    "copies": "integer",
}
DOSSIER = dataset(DOSSIER_COLUMNS, kind="entity", key=["code"], rollups={"last": True})


def air(rows: int, *, stations: int = 5, step: timedelta = timedelta(minutes=10), received: int = 0) -> pa.Table:
    """Return `rows` readings: the stations take turns, every seventh reading has no pm25."""
    row = np.arange(rows)
    station = row % stations
    first, every = int(START.timestamp() * 1000), step // timedelta(milliseconds=1)
    moment = pa.timestamp("ms", tz="UTC")
    return pa.table(
        {
            "station": _named("s", station, stations),
            "time": pa.array(first + row // stations * every).cast(moment),
            "pm25": pa.array(row % 90.0, mask=row % 7 == 6),
            "pm10": pa.array(row % 120.0),
            "valid": pa.array(row % 3 != 0),
            "alarms": pa.array(row % 2),
            "note": pa.array([f"ghi chú {i}" if i % 10 == 0 else None for i in range(rows)]),
            "lon": pa.array(106.6 + station % 10 / 10),
            "lat": pa.array(20.8 + station % 10 / 10),
            "_source": _named("air.gateway", np.zeros(rows, np.int32), 1),
            "_received": pa.array(np.full(rows, first + received * 1000)).cast(moment),
            "_unit": _named("u", row % 2, 2),
            "_area": _named("a", station % 3, 3),
        }
    )


def _named(letter: str, index: "np.ndarray[Any, Any]", count: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(index, pa.int32()), pa.array([f"{letter}{i}" for i in range(count)]))
