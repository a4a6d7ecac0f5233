"""Values of query parameters as the engine's parser reads them.

The engine takes a parameter as a text, unescapes it like a TSV field and then parses it as the type named in the SQL.
It escapes nothing itself, so every value is written here.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from toancanh.domain import InvalidInput, Text

Value = str | bool | int | float | Decimal | datetime | date | UUID | None | Sequence["Value"] | Mapping[str, "Value"]

_FIELD = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": "\\0", "\b": "\\b", "\f": "\\f"})
_QUOTED = str.maketrans(
    {"\\": "\\\\", "'": "\\'", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": "\\0", "\b": "\\b", "\f": "\\f"}
)


def encode(params: Mapping[str, Value] | None) -> dict[str, str]:
    """Return each value as the text that the engine takes for a parameter of the fitting type.

    Times are sent in UTC to the millisecond. Raises InvalidInput for a time without zone.
    """
    return {name: _field(value) for name, value in (params or {}).items()}


def literal(value: Value) -> str:
    """Return `value` as a literal to be written into SQL; strings are quoted and escaped."""
    return _item(value)


def identifier(name: str) -> str:
    """Return `name` quoted as an identifier."""
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


def _field(value: Value) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.translate(_FIELD)
    if isinstance(value, Sequence | Mapping):
        return _item(value).translate(_FIELD)
    return _plain(value)


def _item(value: Value) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return "'" + value.translate(_QUOTED) + "'"
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{_item(key)}:{_item(item)}" for key, item in value.items()) + "}"
    if isinstance(value, Sequence):
        return "[" + ",".join(_item(item) for item in value) + "]"
    plain = _plain(value)
    return f"'{plain}'" if isinstance(value, date | UUID) else plain


def _plain(value: bool | float | Decimal | date | UUID) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else ("inf" if value > 0 else "-inf")
    if isinstance(value, int):
        return str(int(value))
    return repr(value) if isinstance(value, float) else str(value)


def _moment(value: datetime) -> str:
    if value.tzinfo is None:
        raise InvalidInput(
            Text(vi=f"Thời điểm {value} thiếu múi giờ.", en=f"The time {value} has no time zone."),
            Text(vi="Ghi rõ múi giờ, ví dụ +07:00.", en="Give the zone, as +07:00."),
        )
    moment = value.astimezone(UTC)
    return f"{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03d}"
