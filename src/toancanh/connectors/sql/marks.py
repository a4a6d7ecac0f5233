"""Values of a watermark or a key: as a cursor keeps them, what lies before them, and which of them a moment is."""

import base64
import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from toancanh.domain import InvalidInput, Text

_READ: Mapping[str, Callable[[str], Any]] = {
    "time": dt.datetime.fromisoformat,
    "date": dt.date.fromisoformat,
    "decimal": Decimal,
    "uuid": UUID,
    "bytes": base64.b64decode,
}
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?)?$")
_EPOCHS = ((10**8, 1), (10**11, 1000), (10**14, 1_000_000))
"""From which number on seconds, milliseconds and microseconds since 1970 are what a number means."""


def kept(value: Any) -> Any:
    """Return a value as JSON. Raises TypeError for one that has no order."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal | dt.date | UUID | bytes):
        raise TypeError(type(value).__name__)
    if isinstance(value, int | float | str):
        return value
    if isinstance(value, dt.date):
        return {"time" if isinstance(value, dt.datetime) else "date": value.isoformat()}
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode()}
    return {"decimal" if isinstance(value, Decimal) else "uuid": str(value)}


def again(value: Any) -> Any:
    """Return the value that `kept` made."""
    if isinstance(value, dict):
        [(kind, said)] = value.items()
        return _READ[kind](said)
    return value


def before(value: Any, overlap: float) -> Any:
    """Return the value that lies `overlap` before: seconds of a time, days rounded up of a date, units of a number."""
    if not overlap:
        return value
    if isinstance(value, dt.datetime):
        return value - dt.timedelta(seconds=overlap)
    if isinstance(value, dt.date):
        return value - dt.timedelta(days=-(-overlap // 86400))
    if isinstance(value, str):
        return _like(value, _moment(value) - dt.timedelta(seconds=overlap))
    if isinstance(value, Decimal):
        return value - Decimal(overlap)
    if isinstance(value, int | float):
        return value - type(value)(overlap)
    raise _no_time(value)


def not_after(value: Any, now: dt.datetime, zone: str) -> Any:
    """Return a time that is not in the future: one that is by mistake would hide everything that comes later."""
    if isinstance(value, dt.date) or (isinstance(value, str) and _ISO.match(value)):
        return min(value, at(value, now, zone))
    return value


def at(sample: Any, moment: dt.datetime, zone: str, *, end: bool = False) -> Any:
    """Return a moment as a value of the same kind as `sample`. `end`: it ends a range. Raises InvalidInput."""
    if isinstance(sample, dt.datetime):
        return _like_time(sample, moment, zone)
    if isinstance(sample, dt.date):
        local = moment.astimezone(ZoneInfo(zone))
        whole = local.time() == dt.time()
        return local.date() if whole or not end else local.date() + dt.timedelta(days=1)
    if isinstance(sample, str):
        known = _moment(sample)
        local = moment if known.tzinfo else moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        return _like(sample, local.astimezone(known.tzinfo) if known.tzinfo else local)
    if isinstance(sample, int | float | Decimal) and not isinstance(sample, bool):
        units = [unit for least, unit in _EPOCHS if sample >= least]
        if units:
            return int(moment.timestamp() * units[-1])
    raise _no_time(sample)


def _like_time(sample: dt.date, moment: dt.datetime, zone: str) -> Any:
    """Return a moment as a time with or without zone, or as a day, whichever `sample` is."""
    local = moment.astimezone(ZoneInfo(zone))
    if not isinstance(sample, dt.datetime):
        return local.date()
    return moment if sample.tzinfo is not None else local.replace(tzinfo=None)


def _like(sample: str, moment: dt.datetime) -> str:
    """Return a moment written as `sample` is, so that both sort together."""
    if len(sample) <= 10:
        return moment.date().isoformat()
    fraction = sample[19:20] == "." and len(sample[20:].rstrip("Zz").partition("+")[0])
    text = moment.isoformat(sample[10], "microseconds" if fraction else "seconds")
    if fraction and fraction < 6:
        text = text[: 20 + fraction] + text[26:]
    return text.replace("+00:00", "Z") if sample.endswith("Z") else text


def _moment(text: str) -> dt.datetime:
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise _no_time(text) from error


def _no_time(value: Any) -> InvalidInput:
    return InvalidInput(
        Text(vi=f"Cột mốc không phải thời điểm: {value!r:.60}.", en=f"The watermark is no time: {value!r:.60}."),
        Text(
            vi="Chọn cột mốc kiểu ngày giờ để đọc lùi hoặc lấy lại theo thời gian.",
            en="Choose a watermark that is a time, to read with an overlap or to fetch a range again.",
        ),
        kind="settings",
        setting="watermark",
    )
