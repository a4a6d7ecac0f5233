"""SQL that turns a raw field into a typed column: one expression per (kind of raw value, type of column).

Every expression is null where the value is missing or cannot be read, so "cannot be read" is: raw there, typed null.
"""

from typing import Literal

from toancanh.domain import InvalidInput, Text
from toancanh.domain.declarations import ColumnType

Kind = Literal["text", "float", "int", "bool", "instant", "date"]
"""What the engine's parser hands over: cleaned text, numbers, truth, a moment in UTC, a calendar day."""
Decimal = Literal[".", ",", ""]
"""The decimal sign of a sheet; empty when nothing shows which one it is."""

ENGINE_TYPES: dict[Kind, str] = {
    "text": "Nullable(String)",
    "float": "Nullable(Float64)",
    "int": "Nullable(Int64)",
    "bool": "Nullable(Bool)",
    "instant": "Nullable(DateTime64(3, 'UTC'))",
    "date": "Nullable(Date32)",
}
_YEAR = r"(?:19|20|21|22)\d\d"
_ISO_DAY = rf"{_YEAR}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
_DAY = rf"(?:0?[1-9]|[12]\d|3[01])/(?:0?[1-9]|1[0-2])/{_YEAR}"
_ISO_CLOCK = r"[T ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)? ?(?:Z|[+-]\d\d(?::?\d\d)?)?"
_CLOCK = r" (?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?"
TIME_SHAPE = rf"^(?:{_ISO_DAY}(?:{_ISO_CLOCK})?|{_DAY}(?:{_CLOCK})?|\d{{9,10}}|\d{{13}})$"
"""RFC 3339, the same with a blank or without seconds or offset, dd/MM/yyyy, and epoch seconds or milliseconds."""
DATE_SHAPE = rf"^(?:{_ISO_DAY}(?:{_ISO_CLOCK})?|{_DAY}(?:{_CLOCK})?)$"
_TRUTH = {
    "true": 1, "1": 1, "có": 1, "yes": 1, "đúng": 1,
    "false": 0, "0": 0, "không": 0, "no": 0, "sai": 0,
}  # fmt: skip
_GROUPS = r"^[+-]?[0-9]{1,3}"
AMBIGUOUS = rf"{_GROUPS},[0-9]{{3}}$"
"""A number that means one thing with a decimal comma and another with a thousands comma."""


def decimal_of(text: str) -> Decimal:
    """Return a decimal sign that was kept as text."""
    return "," if text == "," else "." if text == "." else ""


def quoted(name: str) -> str:
    """Return `name` as an SQL identifier."""
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


def string(text: str) -> str:
    """Return `text` as an SQL string literal."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\0", "\\0") + "'"


def cleaned(raw: str, kind: Kind, *, compose: bool) -> str:
    """Return the raw field trimmed, in NFC where `compose` asks for it, and null where it is empty."""
    if kind != "text":
        return raw
    return f"nullIf(trimBoth(normalizeUTF8NFC({raw})), '')" if compose else f"nullIf(trimBoth({raw}), '')"


def typed(raw: str, kind: Kind, type_: ColumnType, *, zone: str, decimal: Decimal, plain: bool) -> str:
    """Return SQL for the cleaned field `raw` as a column of `type_`.

    `plain` promises whole numbers as bare digits (anything else becomes null); without it every accepted notation is
    read. Raises InvalidInput when values of this kind never fit the type.
    """
    match type_:
        case "text" | "code":
            return _text(raw, kind)
        case "number" if kind in ("text", "float", "int"):
            return {"text": number_sql(raw, decimal), "float": raw, "int": f"toFloat64({raw})"}[kind]
        case "integer" if kind in ("text", "float", "int"):
            return _integer(raw, kind, decimal, plain=plain)
        case "boolean" if kind in ("text", "float", "int", "bool"):
            return _boolean(raw, kind)
        case "time" if kind != "bool":
            return _time(raw, kind, zone)
        case "date" if kind in ("text", "instant", "date"):
            return _date(raw, kind, zone)
        case "json" if kind == "text":
            return raw
        case "json":
            return f"toJSONString({raw})"
    raise InvalidInput(
        Text(vi=f"Giá trị kiểu {kind} không dùng được cho cột kiểu {type_}.", en=f"{kind} values do not fit {type_}."),
        Text(vi="Hãy đổi kiểu của cột trong dữ liệu gửi.", en="Change the column's type in what you send."),
    )


def number_sql(text: str, decimal: Decimal) -> str:
    """Return SQL for a number written as text, with or without thousands signs, null where it is not clear."""
    plain = f"toFloat64OrNull({text})"
    without_commas, without_dots = f"replaceAll({text}, ',', '')", f"replaceAll({text}, '.', '')"
    to_point = f"replaceAll({without_dots}, ',', '.')"
    if decimal == ",":
        vietnamese = r"^[+-]?(?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+)(?:,[0-9]+)?$"
        return f"toFloat64OrNull(if(match({text}, {string(vietnamese)}), {to_point}, {text}))"
    cases = [
        (rf"{_GROUPS}(?:,[0-9]{{3}})+\.[0-9]+$", without_commas),
        (rf"{_GROUPS}(?:\.[0-9]{{3}})+,[0-9]+$", to_point),
        (rf"{_GROUPS}(?:\.[0-9]{{3}}){{2,}}$", without_dots),
        (rf"{_GROUPS}(?:,[0-9]{{3}}){{{1 if decimal == '.' else 2},}}$", without_commas),
        (r"^[+-]?[0-9]+,(?:[0-9]{1,2}|[0-9]{4,})$", to_point),
    ]
    arms = ", ".join(f"match({text}, {string(shape)}), {value}" for shape, value in cases)
    return f"if(isNull({plain}), toFloat64OrNull(multiIf({arms}, NULL)), {plain})"


def _text(raw: str, kind: Kind) -> str:
    if kind == "text":
        return raw
    if kind == "bool":
        return f"if({raw}, 'true', 'false')"
    if kind == "instant":
        return f"concat(replaceOne(toString({raw}), ' ', 'T'), 'Z')"
    return f"toString({raw})"


def _integer(raw: str, kind: Kind, decimal: Decimal, *, plain: bool) -> str:
    if kind == "int":
        return raw
    if kind == "float":
        return f"accurateCastOrNull({raw}, 'Int64')"
    bare = f"toInt64OrNull({raw})"
    return bare if plain else f"if(isNull({bare}), accurateCastOrNull({number_sql(raw, decimal)}, 'Int64'), {bare})"


def _boolean(raw: str, kind: Kind) -> str:
    if kind == "bool":
        return raw
    if kind == "text":
        words, values = ", ".join(map(string, _TRUTH)), ", ".join(map(str, _TRUTH.values()))
        found = f"transform(lowerUTF8({raw}), [{words}], [{values}], NULL)"
    else:
        found = f"transform({raw}, [0, 1], [0, 1], NULL)"
    return f"CAST({found}, 'Nullable(Bool)')"


def _time(raw: str, kind: Kind, zone: str) -> str:
    match kind:
        case "instant":
            inside = f"toUnixTimestamp64Milli({raw}) BETWEEN -2208988800000 AND 10413791999999"
            return f"if({inside}, {raw}, NULL)"
        case "date":
            return f"toTimeZone(toDateTime64({raw}, 3, {string(zone)}), 'UTC')"
        case "text":
            return f"toTimeZone({_moment(raw, TIME_SHAPE, zone)}, 'UTC')"
        case _:
            milliseconds = f"toInt64(if(abs({raw}) < 1e11, {raw} * 1000, {raw}))"
            inside = f"{raw} BETWEEN -2208988800 AND 10413792000000"
            return f"if({inside}, fromUnixTimestamp64Milli({milliseconds}, 'UTC'), NULL)"


def _date(raw: str, kind: Kind, zone: str) -> str:
    match kind:
        case "date":
            return raw
        case "instant":
            return f"toDate32(toTimeZone({raw}, {string(zone)}))"
        case _:
            return f"toDate32({_moment(raw, DATE_SHAPE, zone)})"


def _moment(raw: str, shape: str, zone: str) -> str:
    fits = f"if(match({raw}, {string(shape)}), {raw}, NULL)"
    return f"parseDateTime64BestEffortOrNull({fits}, 3, {string(zone)})"
