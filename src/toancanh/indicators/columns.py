"""The columns of an answer: what each one is called, holds and is measured in."""

from collections.abc import Collection, Sequence
from typing import Literal

from toancanh.domain import AnswerColumn, InvalidInput, Query, Text
from toancanh.domain.declarations import ColumnType
from toancanh.indicators.sight import Asked

_TYPES: dict[ColumnType, Literal["time", "text", "number", "boolean"]] = {
    "text": "text",
    "code": "text",
    "json": "text",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "time": "time",
    "date": "time",
}
_PLACES = {
    "area": Text(vi="Khu vực", en="Area"),
    "area:commune": Text(vi="Xã, phường, đặc khu", en="Commune"),
    "area:province": Text(vi="Tỉnh, thành phố", en="Province"),
    "unit": Text(vi="Đơn vị", en="Unit"),
    "source": Text(vi="Nguồn", en="Source"),
}
_TIME = Text(vi="Thời gian", en="Time")
_COMPARED = {
    "previous": (" – kỳ trước", " – previous period"),
    "year": (" – cùng kỳ năm trước", " – same period last year"),
    "target": (" – mục tiêu", " – target"),
}


def of_answer(
    query: Query, asked: Sequence[Asked], covered: Collection[str]
) -> tuple[tuple[AnswerColumn, ...], tuple[str, ...]]:
    """Return (columns, aliases): time, dimensions, then each indicator with its coverage and comparisons."""
    columns: list[AnswerColumn] = []
    aliases: list[str] = []
    if query.grain is not None:
        columns.append(AnswerColumn(name="time", title=_TIME, role="time", type="time"))
        aliases.append("_time")
    for name in query.by:
        columns.append(_dimension(name, asked[0]))
        aliases.append("_by_" + name.replace(":", "_"))
    for each in asked:
        title = each.indicator.title
        columns.append(_value(each, each.name, title, "value"))
        aliases.append(each.alias)
        if each.alias in covered:
            share = Text(vi=f"{title.vi} – phần số liệu có được", en=f"{title.en} – share of data present")
            columns.append(
                AnswerColumn(
                    name=f"{each.name}__coverage",
                    title=share,
                    role="coverage",
                    type="number",
                    unit="1",
                    decimals=2,
                    indicator=each.name,
                )
            )
            aliases.append(f"{each.alias}__coverage")
        for kind in dict.fromkeys(query.compare):
            vi, en = _COMPARED[kind]
            columns.append(_value(each, f"{each.name}__{kind}", Text(vi=title.vi + vi, en=title.en + en), "comparison"))
            aliases.append(f"{each.alias}__{kind}")
    return tuple(columns), tuple(aliases)


def order(query: Query, columns: Sequence[AnswerColumn], aliases: Sequence[str]) -> tuple[tuple[str, bool], ...]:
    """Return (alias, descending) in the order asked for, and after it by time and dimensions, so that pages agree."""
    known = {column.name: alias for column, alias in zip(columns, aliases, strict=True)}
    found: dict[str, bool] = {}
    for entry in query.order:
        name = entry.removeprefix("-")
        if name not in known:
            raise InvalidInput(
                Text(vi=f"Không có cột “{name[:80]}” để sắp xếp.", en=f"There is no column '{name[:80]}' to order by."),
                Text(vi=f"Các cột: {', '.join(known)}.", en=f"The columns are: {', '.join(known)}."),
                name=name,
            )
        found.setdefault(known[name], entry.startswith("-"))
    for column, alias in zip(columns, aliases, strict=True):
        if column.role in ("time", "dimension"):
            found.setdefault(alias, False)
    return tuple(found.items())


def _dimension(name: str, asked: Asked) -> AnswerColumn:
    if name in asked.indicator.dimensions:
        column = asked.sight.dataset.columns[name]
        return AnswerColumn(name=name, title=column.title, role="dimension", type=_TYPES[column.type], unit=column.unit)
    return AnswerColumn(name=name, title=_PLACES[name], role="dimension", type="text")


def _value(asked: Asked, name: str, title: Text, role: Literal["value", "comparison"]) -> AnswerColumn:
    indicator = asked.indicator
    return AnswerColumn(
        name=name,
        title=title,
        role=role,
        type="number",
        unit=indicator.unit,
        decimals=indicator.decimals,
        indicator=asked.name,
    )
