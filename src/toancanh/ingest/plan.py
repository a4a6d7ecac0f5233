"""The one SELECT that turns raw rows into records.

A plan is made once for a (dataset, source, shape of the input) and used for every block. A `fast` plan lets the
engine's parser read numbers; whatever it cannot read exactly makes the block go through the full plan.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from toancanh.domain import conversion
from toancanh.domain.declarations import Column, ColumnType, Dataset
from toancanh.ingest.convert import ENGINE_TYPES, quoted, string, typed
from toancanh.ingest.fields import KINDS, Filled, cleaned_fields
from toancanh.ingest.hashes import content_sql, identity_sql
from toancanh.ingest.subject import ID, Places, Shape, Subject, needed

_NUMERIC = ("number", "integer")


@dataclass(frozen=True, slots=True)
class Output:
    """One column of the answer that is a column of the dataset.

    `fallible` says that a value which was there may have become null; `present` is the answer's column that tells.
    `unread` is the answer's column that says where a field of the mapping expression could not be read.
    """

    name: str
    column: Column
    fallible: bool = False
    present: str | None = None
    unread: str | None = None


@dataclass(frozen=True)
class Plan:
    """The SELECT and what its columns mean."""

    sql: str
    shape: Shape
    outputs: tuple[Output, ...]
    settings: Mapping[str, str | int | float] = field(default_factory=dict)


def build(subject: Subject, shape: Shape, filled: Mapping[str, Filled], places: Places) -> Plan:
    """Return the plan: cleaned fields inside; around them typed columns and what is computed from the columns."""
    dataset = subject.dataset
    passed = [quoted(shape.mark)] if shape.mark else []
    inner = f"SELECT {', '.join([cleaned_fields(shape, subject), *passed])} FROM {{input}}"
    outputs: list[Output] = []
    columns: list[str] = []
    for name, column in dataset.sent.items():
        how = filled[name]
        sql, fallible = _typed_column(subject, name, column, how, shape)
        columns.append(f"{sql} AS {quoted(name)}")
        present = f"__n{len(outputs)}" if fallible and not (shape.fast and name in needed(dataset)) else None
        if present:
            columns.append(f"isNotNull({how.sql}) AS {present}")
        unread = f"__u{len(outputs)}" if how.unread else None
        if unread:
            columns.append(f"({how.unread}) AS {unread}")
        outputs.append(Output(name, column, fallible, present, unread))
    for name, column in dataset.columns.items():
        if column.derive is not None:
            columns.append(f"{_derived(subject.row(column.derive).sql, column.type)} AS {quoted(name)}")
            outputs.append(Output(name, column))
    named = any(item.name == ID for item in shape.fields)
    if named or not dataset.key:
        columns.append(f"{_sent_id(dataset, shape)} AS _sent_id")
    columns += [f"({subject.row(check.expression).sql}) AS __c{at}" for at, check in enumerate(dataset.checks)]
    columns += [
        f"isValidJSON({quoted(out.name)}) AS __j{at}" for at, out in enumerate(outputs) if out.column.type == "json"
    ]
    columns += [f"{area_sql(subject, places)} AS _area"] if dataset.place else []
    columns += [f"{identity_sql(dataset, named=named)} AS __identity", f"{content_sql(dataset)} AS __content", *passed]
    return Plan(f"SELECT {', '.join(columns)} FROM ({inner})", shape, tuple(outputs), settings(shape, subject.zone))


def _typed_column(subject: Subject, name: str, column: Column, how: Filled, shape: Shape) -> tuple[str, bool]:
    """Return (SQL of the column, whether it can be null although there was a raw value)."""
    if how.sql == "NULL":
        return f"CAST(NULL, {string(ENGINE_TYPES[KINDS[column.type]])})", False
    sql = typed(how.sql, how.kind, column.type, zone=subject.zone, decimal=shape.decimal, plain=shape.fast)
    if column.type == "json" and shape.format == "JSONEachRow":
        sql = f"if(isValidJSON({sql}), {sql}, toJSONString({sql}))"
    mapped = subject.mapped(name)
    if mapped is not None and mapped.unit and column.unit and column.type in _NUMERIC:
        factor, offset = conversion(mapped.unit, column.unit)
        sql = _scaled(sql, factor) + (f" + {offset!r}" if offset else "")
        if column.type == "integer":
            sql = f"accurateCastOrNull(round({sql}, 9), 'Int64')"
    certain = column.type in ("text", "code", "json") or sql == how.sql or (column.type, how.kind) == ("number", "int")
    return sql, not certain


def _scaled(sql: str, factor: float) -> str:
    """Return SQL for the value times `factor`; by a whole divisor where there is one, which leaves 2193.7 Wh at 2.1937 kWh."""
    if factor == 1:
        return sql
    divisor = round(1 / factor) if 0 < abs(factor) < 1 else 0
    return f"({sql}) / {divisor}" if divisor and 1 / divisor == factor else f"({sql}) * {factor!r}"


def _sent_id(dataset: Dataset, shape: Shape) -> str:
    position = next((at for at, item in enumerate(shape.fields) if item.name == ID), None)
    sent = "''" if position is None else f"ifNull(toString(__r{position}), '')"
    if dataset.key:
        return sent
    row = "rowNumberInAllBlocks()"
    one = "arrayElement({door:Array(String)}, 1)"
    made = (
        f"if({{apart:UInt8}}, arrayElement({{door:Array(String)}}, {row} + 1), "
        f"concat({one}, '.', toString({row} + {{first:UInt64}})))"
    )
    return f"if({sent} != '', {sent}, {made})" if position is not None else made


def _derived(sql: str, type_: ColumnType) -> str:
    match type_:
        case "text" | "code" | "json":
            return f"CAST({sql}, 'Nullable(String)')"
        case "time":
            return f"toTimeZone(accurateCastOrNull({sql}, 'DateTime64(3)'), 'UTC')"
        case _:
            bare = ENGINE_TYPES[KINDS[type_]].removeprefix("Nullable(").removesuffix(")")
            return f"accurateCastOrNull({sql}, {string(bare)})"


def area_sql(subject: Subject, places: Places) -> str:
    """Return SQL for the area of a record: by its point, else its code, else its name; '' where none is found.

    A name of which the record does not say what holds it means the one in the city itself, if there is one.
    """
    dataset = subject.dataset
    place = dataset.place
    ways = []
    if place and place.lon and place.lat:
        ways.append(places.point_sql(quoted(place.lon), quoted(place.lat)))
    if place and place.code:
        ways.append(places.code_sql(quoted(place.code), quoted(dataset.time)))
    if place and place.name:
        within, here = quoted(place.within) if place.within else None, string(subject.catalog.city.area)
        near = f"if(empty(ifNull({within}, '')), {here}, {within})" if within else here
        ways += [places.name_sql(quoted(place.name), holder, quoted(dataset.time)) for holder in (near, within)]
    if len(ways) == 1:
        return f"ifNull({ways[0]}, '')"
    return f"coalesce({', '.join(f'nullIf({way}, {chr(39) * 2})' for way in ways)}, '')" if ways else "''"


def settings(shape: Shape, zone: str) -> dict[str, str | int | float]:
    """Return the engine's settings for reading input of this shape in its own order."""
    found: dict[str, str | int | float] = {
        "max_threads": 1,
        "parallelize_output_from_storages": 0,
        "session_timezone": zone,
        "output_format_arrow_compression_method": "none",
        "compile_expressions": 0,
        "input_format_parallel_parsing": 0,
        "input_format_skip_unknown_fields": int(shape.skip_unknown),
        "input_format_json_read_bools_as_numbers": 0,
        "input_format_json_ignore_unnecessary_fields": 0,
    }
    if shape.format == "CSV":
        found |= {"format_csv_delimiter": shape.delimiter, "input_format_csv_detect_header": 0}
    return found
