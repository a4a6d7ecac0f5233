"""From the conditions of a question to typed conditions on columns."""

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from toancanh.domain import Bounds, Condition, InvalidInput, Text
from toancanh.domain.declarations import ColumnType
from toancanh.indicators.render.conditions import Operator, Params, Plain, any_of, compare, contains, has_value, inside
from toancanh.indicators.sight import Areas, Sight

_WORDS = {"unit": "_unit", "source": "_source"}
_OPERATORS: tuple[tuple[str, Operator], ...] = (
    ("eq", "="),
    ("ne", "!="),
    ("ge", ">="),
    ("gt", ">"),
    ("le", "<="),
    ("lt", "<"),
)


def conditions(
    where: Mapping[str, Condition], sight: Sight, areas: Areas, params: Params
) -> tuple[list[str], list[str]]:
    """Return (conditions on key columns, other conditions), as SQL.

    Key columns are the same in every version of an entity, so they may be checked before the newest one is chosen.
    Raises UnknownName for a column that is not there (or not for this viewer), InvalidInput for a value that does not fit.
    """
    early: list[str] = []
    late: list[str] = []
    for name, condition in where.items():
        if name == "area" and "area" not in sight.dataset.columns:
            late += _area(condition, areas, params)
            continue
        if name == "place" and "place" not in sight.dataset.columns:
            late.append(_place(condition, sight))
            continue
        column = _WORDS.get(name, name) if name not in sight.dataset.columns else name
        sql = sight.column(column)
        found = _conditions(name, sql, sight.type_of(column), condition, params)
        (early if column in sight.dataset.key else late).extend(found)
    return early, late


def value_of(name: str, type_: ColumnType, value: object) -> Plain:
    """Return `value` as the column's type holds it. Raises InvalidInput when it does not fit."""
    if value is None:
        return None
    try:
        return _CONVERT[type_](value)
    except (ValueError, TypeError, OverflowError, KeyError) as error:
        raise _misfit(name, type_, value) from error


def _conditions(name: str, sql: str, type_: ColumnType, condition: Condition, params: Params) -> list[str]:
    if not isinstance(condition, Bounds):
        values = condition if isinstance(condition, list) else [condition]
        typed = [value_of(name, type_, value) for value in values]
        if len(typed) == 1 and typed[0] is not None:
            return [compare(sql, "=", typed[0], params)]
        return [any_of(sql, typed, params)]
    if condition.within is not None:
        raise InvalidInput(
            Text(vi=f"Không lọc cột “{name}” theo đa giác được.", en=f"The column '{name}' cannot lie in a polygon."),
            Text(vi='Viết "place": {"within": …}.', en='Write "place": {"within": …}.'),
            column=name,
        )
    found = []
    for field_name, operator in _OPERATORS:
        value = getattr(condition, field_name)
        if value is not None:
            found.append(compare(sql, operator, value_of(name, type_, value), params))
    if condition.contains is not None:
        found.append(contains(sql, condition.contains, params))
    if condition.empty is not None:
        found.append(has_value(sql, text=type_ in ("text", "code", "json"), empty=condition.empty))
    return found


def _area(condition: Condition, areas: Areas, params: Params) -> list[str]:
    if not isinstance(condition, Bounds):
        wanted = condition if isinstance(condition, list) else [condition]
        return [_within(wanted, areas, params)]
    found = []
    if condition.eq is not None:
        found.append(_within([condition.eq], areas, params))
    if condition.ne is not None:
        found.append(f"NOT {_within([condition.ne], areas, params)}")
    if condition.empty is not None:
        found.append(f"{areas.sql} {'=' if condition.empty else '!='} ''")
    if any(getattr(condition, name) is not None for name in ("ge", "gt", "le", "lt", "contains", "within")):
        raise InvalidInput(
            Text(vi="Khu vực chỉ lọc được theo mã.", en="Areas are filtered by code only."),
            Text(vi='Viết "area": "31" hoặc một danh sách mã.', en='Write "area": "31", or a list of codes.'),
        )
    return found


def _place(condition: Condition, sight: Sight) -> str:
    place = sight.dataset.place
    if place is None or place.lon is None or place.lat is None:
        raise InvalidInput(
            Text(vi=f"Tập dữ liệu {sight.id} không có tọa độ.", en=f"The dataset {sight.id} has no coordinates."),
            Text(vi="Lọc theo khu vực (area) thay cho đa giác.", en="Filter by area instead of a polygon."),
            dataset=sight.id,
        )
    if not isinstance(condition, Bounds) or condition.within is None or len(condition.model_fields_set) > 1:
        raise InvalidInput(
            Text(vi="Vị trí chỉ lọc được theo đa giác.", en="A place is filtered by a polygon only."),
            Text(
                vi='Viết "place": {"within": [[kinh độ, vĩ độ], …]}.',
                en='Write "place": {"within": [[longitude, latitude], …]}.',
            ),
        )
    return inside(sight.column(place.lon), sight.column(place.lat), condition.within)


def _within(wanted: Sequence[object], areas: Areas, params: Params) -> str:
    codes = dict.fromkeys(below for code in wanted if code for below in areas.below(str(code)))
    missing = [f"{areas.sql} = ''"] if any(not code for code in wanted) else []
    inside = [any_of(areas.sql, list(codes), params)] if codes else []
    return f"({' OR '.join([*inside, *missing])})" if len(inside) + len(missing) > 1 else [*inside, *missing][0]


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _integer(value: object) -> int:
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise ValueError(value)
    number = int(value) if isinstance(value, int | float | str) else int(str(value))
    if not -(2**63) <= number < 2**63:
        raise OverflowError(value)
    return number


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError(value)
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(value)
    return number


def _boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if value in (0, 1):
        return bool(value)
    return {"true": True, "false": False, "1": True, "0": False}[str(value).lower()]


def _moment(value: object) -> datetime:
    moment = datetime.fromisoformat(str(value))
    if moment.tzinfo is None:
        raise ValueError(value)
    return moment


def _day(value: object) -> date:
    return date.fromisoformat(str(value)[:10])


_CONVERT: Mapping[ColumnType, Callable[[object], Plain]] = {
    "text": _text,
    "code": _text,
    "json": _text,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "time": _moment,
    "date": _day,
}
_SAMPLES: Mapping[ColumnType, str] = {
    "integer": "12",
    "number": "12.5",
    "boolean": "true",
    "time": "2026-01-01T00:00:00+07:00",
    "date": "2026-01-01",
}


def _misfit(name: str, type_: ColumnType, value: object) -> InvalidInput:
    sample = _SAMPLES.get(type_, "…")
    return InvalidInput(
        Text(
            vi=f"Giá trị lọc {str(value)[:80]!r} không hợp với cột “{name}” (kiểu {type_}).",
            en=f"The value {str(value)[:80]!r} does not fit the column '{name}' (type {type_}).",
        ),
        Text(vi=f"Viết như {sample}.", en=f"Write it as {sample}."),
        column=name,
    )
