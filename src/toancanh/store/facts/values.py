"""Values of query parameters as the engine's parser reads them.

The engine takes a parameter as a text and parses it like a TSV field of the type named in the SQL: a text is unescaped,
lists and maps are read as literals. It escapes nothing itself, so every value is written here.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from toancanh.domain import InvalidInput, Text

Value = str | bool | int | float | Decimal | datetime | date | UUID | None | Sequence["Value"] | Mapping[str, "Value"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIELD = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": "\\0", "\b": "\\b", "\f": "\\f"})
_QUOTED = str.maketrans(
    {"\\": "\\\\", "'": "\\'", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": "\\0", "\b": "\\b", "\f": "\\f"}
)


def encode(params: Mapping[str, Value] | None) -> dict[str, str]:
    """Return each value as the text that the engine takes for a parameter of the fitting type.

    Times keep their milliseconds, and need a parameter of a DateTime64 type. Raises InvalidInput for a time without zone and for half a surrogate pair.
    """
    return {name: _sendable(name, _field(value)) for name, value in (params or {}).items()}


def literal(value: Value) -> str:
    """Return `value` as a literal to be written into SQL; strings are quoted and escaped, times written in UTC."""
    return _item(value, _utc)


def identifier(name: str) -> str:
    """Return `name` quoted as an identifier."""
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


def _sendable(name: str, text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidInput(
            Text(
                vi=f"Giá trị của {name} chứa ký tự không phải Unicode hợp lệ.",
                en=f"The value of {name} holds characters that are not valid Unicode.",
            ),
            Text(vi="Gửi văn bản UTF-8.", en="Send UTF-8 text."),
        ) from error
    return text


def _field(value: Value) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.translate(_FIELD)
    if isinstance(value, Sequence | Mapping):
        return _item(value, _moment)
    return _moment(value) if isinstance(value, datetime) else _plain(value)


def _item(value: Value, moment: Callable[[datetime], str]) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return "'" + value.translate(_QUOTED) + "'"
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{_item(key, moment)}:{_item(item, moment)}" for key, item in value.items()) + "}"
    if isinstance(value, Sequence):
        return "[" + ",".join(_item(item, moment) for item in value) + "]"
    if isinstance(value, datetime):
        return f"'{moment(value)}'"
    return f"'{_plain(value)}'" if isinstance(value, date | UUID) else _plain(value)


def _plain(value: bool | float | Decimal | date | UUID) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else ("inf" if value > 0 else "-inf")
    if isinstance(value, int):
        return str(int(value))
    return repr(value) if isinstance(value, float) else str(value)


def _utc(value: datetime) -> str:
    aware = _aware(value).astimezone(UTC)
    return f"{aware:%Y-%m-%d %H:%M:%S}.{aware.microsecond // 1000:03d}"


def _moment(value: datetime) -> str:
    """Seconds since 1970, which mean the same whatever zone the parameter's type names."""
    since = (_aware(value) - _EPOCH) // timedelta(milliseconds=1)
    return f"{'-' if since < 0 else ''}{abs(since) // 1000:010d}.{abs(since) % 1000:03d}"


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise InvalidInput(
            Text(vi=f"Thời điểm {value} thiếu múi giờ.", en=f"The time {value} has no time zone."),
            Text(vi="Ghi rõ múi giờ, ví dụ +07:00.", en="Give the zone, as +07:00."),
        )
    return value
