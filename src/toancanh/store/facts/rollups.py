"""Answers that the engine keeps ready inside each part: projections, and the SQL shapes that they serve.

A projection is part of the insert, so one insert stays one atomic thing, and the engine chooses it by itself when a
query groups by some of its keys, filters on its keys only, and asks for its aggregates (or expressions of them).
"""

from collections.abc import Iterable

from toancanh.domain import InvalidPack, Text
from toancanh.domain.declarations import Dataset
from toancanh.store.facts.values import identifier

OWNERS = ("_source", "_unit", "_area")
"""Keys of every aggregating projection, so that queries under an access filter or split by place are served too."""
_COUNTED = ("number", "integer")
_NO_TEXT = "'\\0\\0'"


def newest_sql(dataset: Dataset, column: str) -> str:
    """Return the aggregate that gives a column's value in the newest record of each group; null when it is null there.

    With GROUP BY the series (and, if wanted, `_source`, `_unit`, `_area`) and no other filter, the `last` projection
    answers it. For an entity, of two versions with the same time the one received later counts.
    """
    order = _order(dataset)
    if column not in dataset.columns or never_null(dataset, column):
        return f"argMax({identifier(column)}, {order})"
    kept, absent = _kept(dataset, column)
    newest = f"argMax({kept}, {order})"
    if absent == "nan":
        return f"if(isNaN({newest}), NULL, {newest})"
    if dataset.columns[column].type == "boolean":
        return f"CAST(nullIf({newest}, {absent}), 'Nullable(Bool)')"
    if absent:
        return f"nullIf({newest}, {absent})"
    return f"if(argMax(isNull({identifier(column)}), {order}), NULL, {newest})"


def hour_sql(dataset: Dataset) -> str:
    """Return the hour of a record as the `hourly` projections have it: filter and group by expressions of this alone."""
    return f"toStartOfHour({identifier(dataset.time)})"


def projections(dataset: Dataset) -> dict[str, str]:
    """Return the projections that a dataset's roll-ups ask for, body by name."""
    found = {}
    if dataset.rollups.last and dataset.kind == "event" and dataset.series:
        found["last"] = _last(dataset)
    for position, by in enumerate(dataset.rollups.hourly, start=1):
        found[f"hourly_{position}"] = _hourly(dataset, by)
    return found


def tile_projection(dataset: Dataset) -> dict[str, str]:
    """Return the projection that keeps a large table in the order of map tiles: everything that a map may draw."""
    if dataset.place is None or dataset.place.lon is None:
        return {}
    drawn = [
        name
        for name, column in dataset.columns.items()
        if column.type not in ("text", "json") or never_null(dataset, name)
    ]
    return {"tile": f"SELECT {_names((*drawn, '_sent_id', '_received', *OWNERS, '_x', '_y', '_cell'))} ORDER BY _cell"}


def _last(dataset: Dataset) -> str:
    keys = _names((*dataset.series, *OWNERS))
    order = _order(dataset)
    states = [f"argMax({identifier(name)}, {order})" for name in ("_received", "_unit", "_area")]
    for name in dataset.columns:
        if name in dataset.series:
            continue
        if never_null(dataset, name):
            states.append(f"argMax({identifier(name)}, {order})")
            continue
        kept, absent = _kept(dataset, name)
        states.append(f"argMax({kept}, {order})")
        if not absent:
            states.append(f"argMax(isNull({identifier(name)}), {order})")
    time = identifier(dataset.time)
    return f"SELECT {keys}, {', '.join(states)}, max({time}), max(_received), count() GROUP BY {keys}"


def _hourly(dataset: Dataset, by: Iterable[str]) -> str:
    if dataset.columns[dataset.time].type != "time":
        raise InvalidPack(
            Text(
                vi=f"rollups.hourly cần cột thời gian kiểu time; '{dataset.time}' là kiểu date.",
                en=f"rollups.hourly needs a time column of type time; '{dataset.time}' is a date.",
            ),
            Text(vi="Bỏ rollups.hourly của tập dữ liệu này.", en="Remove rollups.hourly from this dataset."),
        )
    place = dataset.place
    points = {place.lon, place.lat} if place else set()
    keys = ", ".join((hour_sql(dataset), _names(dict.fromkeys((*by, *OWNERS)))))
    states = ["count()"]
    for name, column in dataset.columns.items():
        quoted = identifier(name)
        if column.type in _COUNTED and name not in points:
            states += [f"{function}({quoted})" for function in ("count", "sum", "min", "max", "avg")]
        elif column.type == "boolean":
            states += [f"count({quoted})", f"countIf({quoted})"]
    states += [f"max({identifier(dataset.time)})", "max(_received)"]
    return f"SELECT {keys}, {', '.join(states)} GROUP BY {keys}"


def _kept(dataset: Dataset, column: str) -> tuple[str, str]:
    """How a column is kept where null counts: with a value that stands for null, or '' when a second state says so.

    argMax skips nulls, and would put together a "newest record" out of values from different times.
    """
    name = identifier(column)
    type_ = dataset.columns[column].type
    if type_ == "number":
        return f"ifNull({name}, nan)", "nan"
    if type_ == "integer":
        return f"ifNull({name}, -9223372036854775807)", "-9223372036854775807"
    if type_ == "boolean":
        return f"ifNull(toUInt8({name}), 2)", "2"
    if type_ in ("text", "code", "json"):
        return f"ifNull({name}, {_NO_TEXT})", _NO_TEXT
    return f"assumeNotNull({name})", ""


def _order(dataset: Dataset) -> str:
    time = identifier(dataset.time)
    if dataset.kind == "event":
        return time
    moment = f"toInt64({time})" if dataset.columns[dataset.time].type == "date" else f"toUnixTimestamp64Milli({time})"
    received = "toUnixTimestamp64Milli(_received)"
    return f"bitShiftLeft(toUInt128({moment} + 4611686018427387904), 64) + {received}"


def never_null(dataset: Dataset, name: str) -> bool:
    """Return whether every record has a value in this column."""
    return dataset.columns[name].required or name in {*dataset.key, *dataset.series, dataset.time}


def _names(names: Iterable[str]) -> str:
    return ", ".join(map(identifier, names))
