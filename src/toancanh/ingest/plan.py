"""The one SELECT that turns raw rows into records: which raw fields it reads, and the SQL of every output.

A plan is made once for a (dataset, source, shape of the input) and used for every block. A `fast` plan lets the
engine's parser read numbers; whatever it cannot read exactly makes the block go through the full plan.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from toancanh.catalog import Catalog, Compiled
from toancanh.domain import InvalidPack, Text, conversion
from toancanh.domain.declarations import Column, ColumnType, Dataset, Mapped, Source
from toancanh.ingest.convert import ENGINE_TYPES, Decimal, Kind, cleaned, quoted, string, typed
from toancanh.ingest.hashes import content_sql, identity_sql

ID = "_id"
"""The raw field in which a sender may name a record."""
SKIPPED = "__skip"
"""Begin of the names of columns that are read past."""
_NUMERIC = ("number", "integer")


class Places(Protocol):
    """What is needed of geography: SQL that finds the area code of a record, '' when there is none."""

    def below(self, code: str) -> Sequence[str]:
        """The area and all areas inside it."""

    def point_sql(self, lon: str, lat: str) -> str:
        """Area of a point."""

    def code_sql(self, code: str, day: str | None = None) -> str:
        """Area that a code means on a day."""

    def name_sql(self, name: str, within: str | None = None, day: str | None = None) -> str:
        """Area of that name on a day, inside `within`, the code or name of what holds it."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What records are read into: a dataset, the source whose map is used (if any), and the zone of naive times."""

    catalog: Catalog
    dataset_id: str
    dataset: Dataset
    source_id: str | None
    source: Source | None
    zone: str

    @property
    def unit(self) -> str:
        """Code of the organisation that owns records which do not say so themselves."""
        return (self.source.unit if self.source else None) or ""

    def row(self, text: str) -> Compiled:
        """Return the guarded SQL of an expression over the columns of the dataset."""
        return self.catalog.compiled(text, self.dataset_id, system=False)

    def raw(self, text: str, replace: Mapping[str, str] | None = None) -> Compiled:
        """Return the guarded SQL of an expression over raw fields, each written as `replace` says."""
        pack = (self.source_id or self.dataset_id).partition(".")[0]
        return self.catalog.guard.compile(text, None, parameters=self.catalog.parameters(pack), replace=replace)

    def mapped(self, name: str) -> Mapped | None:
        """Return how the source fills a column, None where it takes the raw field of the same name."""
        return self.source.map.get(name) if self.source else None


@dataclass(frozen=True, slots=True)
class Field:
    """A raw field as the input has it."""

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Shape:
    """What kind of input a plan is for. `fields` are in the order of the input; `compose` asks for NFC text.

    `keyed` says that the input brings a running row number of the platform's own for rows of several senders.
    """

    format: str
    fields: tuple[Field, ...]
    fast: bool = False
    decimal: Decimal = ""
    compose: bool = False
    delimiter: str = ","
    skip_unknown: bool = False
    mark: str | None = None

    @property
    def structure(self) -> str:
        """Names and types for the engine's parser."""
        columns = [f"{quoted(item.name)} {ENGINE_TYPES[item.kind]}" for item in self.fields]
        if self.mark:
            columns.append(f"{quoted(self.mark)} Nullable(UInt32)")
        return ", ".join(columns)


@dataclass(frozen=True, slots=True)
class Output:
    """One column of the answer that is a column of the dataset. `raw` names the field it came from, for messages.

    `fallible` says that a value which was there may have become null; `present` is the answer's column that tells.
    """

    name: str
    column: Column
    fallible: bool = False
    present: str | None = None
    raw: str | None = None


@dataclass(frozen=True)
class Plan:
    """The SELECT and what its columns mean."""

    sql: str
    shape: Shape
    outputs: tuple[Output, ...]
    checks: tuple[str, ...]
    settings: Mapping[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Filled:
    """How one sent column is filled: SQL over the cleaned fields, its kind, and the field behind it."""

    sql: str
    kind: Kind
    raw: str | None


def raw_names(subject: Subject) -> tuple[str, ...]:
    """Return the raw fields that can fill a column, the record's own `_id` last."""
    names: dict[str, None] = {}
    for name in subject.dataset.sent:
        mapped = subject.mapped(name)
        if mapped is not None and mapped.expression is not None:
            names.update(dict.fromkeys(sorted(subject.raw(mapped.expression).columns)))
        else:
            names[(mapped.field if mapped else None) or name] = None
    names[ID] = None
    return tuple(names)


def fast_fields(subject: Subject, names: Sequence[str]) -> tuple[Field, ...]:
    """Return the fields with the kinds that the engine's parser may read by itself: numbers that nothing touches."""
    numbers, others = set(), {ID}
    for name, column in subject.dataset.sent.items():
        mapped = subject.mapped(name)
        if mapped is not None and mapped.expression is not None:
            others.update(subject.raw(mapped.expression).columns)
            continue
        raw = (mapped.field if mapped else None) or name
        bare = mapped is None or not (mapped.empty or mapped.codes)
        (numbers if column.type == "number" and bare and raw not in numbers else others).add(raw)
    return tuple(Field(name, "float" if name in numbers - others else "text") for name in names)


def cleaned_fields(shape: Shape) -> str:
    """Return the SQL of the innermost columns: every field in use, cleaned, under its position."""
    return ", ".join(
        f"{cleaned(quoted(item.name), item.kind, compose=shape.compose)} AS __r{position}"
        for position, item in enumerate(shape.fields)
        if not item.name.startswith(SKIPPED)
    )


def fill(subject: Subject, shape: Shape) -> dict[str, Filled | str]:
    """Return how each sent column is filled; a plain string is an expression whose type the engine must tell first."""
    cells = {item.name: (f"__r{position}", item.kind) for position, item in enumerate(shape.fields)}
    found: dict[str, Filled | str] = {}
    for name in subject.dataset.sent:
        mapped = subject.mapped(name)
        if mapped is not None and mapped.expression is not None:
            found[name] = _expression(subject, mapped.expression, cells, shape)
            continue
        raw = (mapped.field if mapped else None) or name
        found[name] = _from_field(*cells[raw], raw, mapped) if raw in cells else Filled("NULL", "text", None)
    return found


def _expression(subject: Subject, text: str, cells: Mapping[str, tuple[str, Kind]], shape: Shape) -> str:
    replace = {}
    for raw in subject.raw(text).columns:
        type_ = subject.source.fields.get(raw, "text") if subject.source else "text"
        if raw in cells:
            cell, kind = cells[raw]
            replace[raw] = typed(cell, kind, type_, zone=subject.zone, decimal=shape.decimal, plain=False)
        else:
            replace[raw] = f"CAST(NULL, {string(ENGINE_TYPES[KINDS[type_]])})"
    return subject.raw(text, replace).sql


def _from_field(cell: str, kind: Kind, raw: str, mapped: Mapped | None) -> Filled:
    if mapped is None or not (mapped.empty or mapped.codes):
        return Filled(cell, kind, raw)
    text = cell if kind == "text" else f"toString({cell})"
    return Filled(_translated(text, mapped), "text", raw)


def _translated(text: str, mapped: Mapped) -> str:
    if mapped.empty:
        text = f"if({text} IN ({', '.join(map(string, mapped.empty))}), NULL, {text})"
    if mapped.codes:
        values = ", ".join(map(string, mapped.codes)), ", ".join(map(string, mapped.codes.values()))
        text = f"transform({text}, [{values[0]}], [{values[1]}], {text})"
    return text


def from_expression(sql: str, engine_type: str, mapped: Mapped, name: str) -> Filled:
    """Return how a column is filled by an expression, now that the engine told its type. Raises InvalidPack."""
    kind = kind_of(engine_type)
    if kind is None:
        raise InvalidPack(
            Text(
                vi=f"Biểu thức của cột {name} cho kiểu {engine_type}, không ghi vào cột được.",
                en=f"The expression of the column {name} gives {engine_type}, which no column holds.",
            ),
            Text(vi="Hãy đổi sang văn bản, số hoặc thời điểm.", en="Turn it into text, a number or a time."),
        )
    if kind == "text":
        return Filled(_translated(f"nullIf(trimBoth(toString({sql})), '')", mapped), "text", None)
    if kind == "instant":
        return Filled(f"toTimeZone(toDateTime64({sql}, 3), 'UTC')", kind, None)
    if kind == "float":
        return Filled(f"toFloat64({sql})", kind, None)
    if kind == "int":
        return Filled(f"toInt64({sql})", kind, None)
    return Filled(f"toDate32({sql})" if kind == "date" else sql, kind, None)


def kind_of(engine_type: str) -> Kind | None:
    """Return what kind of value an engine type holds."""
    bare = engine_type
    for wrapper in ("LowCardinality(", "Nullable("):
        bare = bare.removeprefix(wrapper)
    bare = bare.rstrip(")") if "(" not in bare else bare
    starts: tuple[tuple[str, Kind], ...] = (
        ("String", "text"), ("FixedString", "text"), ("Enum", "text"), ("Nothing", "text"), ("UUID", "text"),
        ("Int", "int"), ("UInt", "int"), ("Float", "float"), ("Decimal", "float"), ("Bool", "bool"),
        ("DateTime", "instant"), ("Date", "date"),
    )  # fmt: skip
    return next((kind for start, kind in starts if bare.startswith(start)), None)


def build(subject: Subject, shape: Shape, filled: Mapping[str, Filled], places: Places) -> Plan:
    """Return the plan: cleaned fields innermost, typed columns around them, then what is computed from the columns."""
    dataset = subject.dataset
    passed = [quoted(shape.mark)] if shape.mark else []
    inner = f"SELECT {', '.join([cleaned_fields(shape), *passed])} FROM {{input}}"
    columns, outputs = [], []
    for name, column in dataset.sent.items():
        how = filled[name]
        sql, fallible = _typed_column(subject, name, column, how, shape)
        columns.append(f"{sql} AS {quoted(name)}")
        present = f"__n{len(outputs)}" if fallible and not (shape.fast and name in needed(dataset)) else None
        if present:
            columns.append(f"isNotNull({how.sql}) AS {present}")
        outputs.append(Output(name, column, fallible, present, how.raw))
    columns.append(f"{_sent_id(dataset, shape)} AS _sent_id")
    middle = f"SELECT {', '.join(columns + passed)} FROM ({inner})"
    return _outer(subject, shape, middle, outputs, places, passed)


def needed(dataset: Dataset) -> set[str]:
    """Return the columns without which a record cannot be stored."""
    required = {name for name, column in dataset.columns.items() if column.required}
    return required | {*dataset.key, *dataset.series, dataset.time}


def _typed_column(subject: Subject, name: str, column: Column, how: Filled, shape: Shape) -> tuple[str, bool]:
    """Return (SQL of the column, whether it can be null although there was a raw value)."""
    if how.sql == "NULL":
        return f"CAST(NULL, '{ENGINE_TYPES[KINDS[column.type]]}')", False
    sql = typed(how.sql, how.kind, column.type, zone=subject.zone, decimal=shape.decimal, plain=shape.fast)
    mapped = subject.mapped(name)
    if mapped is not None and mapped.unit and column.unit and column.type in _NUMERIC:
        factor, offset = conversion(mapped.unit, column.unit)
        sql = f"({sql}) * {factor!r}" + (f" + {offset!r}" if offset else "") if factor != 1 or offset else sql
        if column.type == "integer":
            sql = f"accurateCastOrNull(round({sql}, 9), 'Int64')"
    certain = column.type in ("text", "code", "json") or sql == how.sql or (column.type, how.kind) == ("number", "int")
    return sql, not certain


KINDS: dict[ColumnType, Kind] = {
    "text": "text", "code": "text", "json": "text", "integer": "int", "number": "float", "boolean": "bool",
    "time": "instant", "date": "date",
}  # fmt: skip


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


def _outer(
    subject: Subject, shape: Shape, middle: str, outputs: list[Output], places: Places, passed: list[str]
) -> Plan:
    dataset = subject.dataset
    source, waiting = middle, {name: c for name, c in dataset.columns.items() if c.derive is not None}
    known = set(dataset.sent)
    while waiting:
        ready = [name for name, c in waiting.items() if subject.row(c.derive or "").columns <= known]
        if not ready:
            raise _circular(subject.dataset_id, waiting)
        added = []
        for name in ready:
            column = waiting.pop(name)
            added.append(f"{_derived(subject.row(column.derive or '').sql, column.type)} AS {quoted(name)}")
            outputs.append(Output(name, column))
        known.update(ready)
        source = f"SELECT *, {', '.join(added)} FROM ({source})"
    extra = [f"({subject.row(check.expression).sql}) AS __c{at}" for at, check in enumerate(dataset.checks)]
    extra += [
        f"isValidJSON({quoted(out.name)}) AS __j{at}" for at, out in enumerate(outputs) if out.column.type == "json"
    ]
    extra += [f"{area_sql(dataset, places)} AS _area"] if dataset.place else []
    extra += [f"{identity_sql(dataset)} AS __identity", f"{content_sql(dataset)} AS __content"]
    kept = [quoted(out.name) for out in outputs] + [out.present for out in outputs if out.present]
    sql = f"SELECT {', '.join([*kept, '_sent_id', *passed, *extra])} FROM ({source})"
    checks = tuple(check.name for check in dataset.checks)
    return Plan(sql, shape, tuple(outputs), checks, settings(shape, subject.zone))


def _derived(sql: str, type_: ColumnType) -> str:
    match type_:
        case "text" | "code" | "json":
            return f"CAST({sql}, 'Nullable(String)')"
        case "time":
            return f"toTimeZone(accurateCastOrNull({sql}, 'DateTime64(3)'), 'UTC')"
        case _:
            bare = ENGINE_TYPES[KINDS[type_]].removeprefix("Nullable(").removesuffix(")")
            return f"accurateCastOrNull({sql}, {string(bare)})"


def area_sql(dataset: Dataset, places: Places) -> str:
    """Return SQL for the area of a record: by its point, else its code, else its name; '' where none is found."""
    place = dataset.place
    ways = []
    if place and place.lon and place.lat:
        ways.append(places.point_sql(quoted(place.lon), quoted(place.lat)))
    if place and place.code:
        ways.append(places.code_sql(quoted(place.code), quoted(dataset.time)))
    if place and place.name:
        within = quoted(place.within) if place.within else None
        ways.append(places.name_sql(quoted(place.name), within, quoted(dataset.time)))
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


def _circular(dataset_id: str, waiting: Mapping[str, Column]) -> InvalidPack:
    names = ", ".join(sorted(waiting))
    return InvalidPack(
        Text(
            vi=f"Các cột tính của {dataset_id} phụ thuộc lẫn nhau: {names}.",
            en=f"Computed columns of {dataset_id} depend on each other: {names}.",
        ),
        Text(vi="Hãy bỏ vòng lặp.", en="Break the circle."),
    )
