"""The statements that make tables as their specs say: new ones, and changes while the store is in use."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from zlib import crc32

from toancanh.domain import InvalidPack, Text
from toancanh.store.facts.schema import ColumnSpec, DictionarySpec, TableSpec
from toancanh.store.facts.values import identifier, literal

LARGE = 4_000_000
"""Rows from which a table gets the projections that its spec has under `grown`."""
_WRAPPED = re.compile(r"^(?:Nullable|LowCardinality)\((.*)\)$")
_MARK = re.compile(r"(\w+)=(\w+)")


@dataclass(frozen=True, slots=True)
class StoredTable:
    """A table as the engine has it. `columns` maps a name to its type; `comment` holds the marks of what was applied."""

    columns: Mapping[str, str]
    keys: frozenset[str] = frozenset()
    indexes: frozenset[str] = field(default=frozenset())
    projections: frozenset[str] = field(default=frozenset())
    rows: int = 0
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Placing:
    """Where and how the tables of one store stand: the engine and settings that each gets, and how it is named."""

    settings: Mapping[str, int]
    engine: str = "MergeTree"
    suffix: str = ""
    on: str = ""

    def name(self, spec: TableSpec) -> str:
        """Return the table's name as statements write it."""
        return identifier(spec.name + self.suffix) + self.everywhere

    @property
    def everywhere(self) -> str:
        """What makes a statement run on all machines."""
        return f" ON CLUSTER {identifier(self.on)}" if self.on else ""


def create_sql(spec: TableSpec, placing: Placing) -> str:
    """Return CREATE TABLE for `spec`."""
    lines = [column.ddl for column in spec.columns]
    lines += [f"INDEX {identifier(index)} {body}" for index, body in spec.indexes.items()]
    lines += [f"PROJECTION {identifier(full)} ({body})" for full, body in full_names(spec.projections).items()]
    inner = ",\n  ".join(lines)
    parts = [f"CREATE TABLE IF NOT EXISTS {placing.name(spec)} (\n  {inner}\n)", f"ENGINE = {placing.engine}"]
    if spec.partition_by:
        parts.append(f"PARTITION BY {spec.partition_by}")
    parts.append(f"ORDER BY ({', '.join(spec.order_by)})" if spec.order_by else "ORDER BY tuple()")
    if spec.ttl:
        parts.append(f"TTL {spec.ttl}")
    if placing.settings:
        parts.append(f"SETTINGS {_assigned(placing.settings)}")
    parts.append(f"COMMENT {literal(_comment(_marks(spec, placing)))}")
    return "\n".join(parts)


def change_sql(spec: TableSpec, stored: StoredTable, placing: Placing) -> list[str]:
    """Return the statements that bring a stored table to `spec` without stopping anything.

    New columns come in as nullable, since stored records have no value for them. Columns that the spec no longer has
    stay. Raises InvalidPack when a column would have to change its type in a way that could lose values.
    """
    table = f"ALTER TABLE {placing.name(spec)}"
    found = []
    for column in spec.columns:
        change = _column_change(spec, column, stored)
        if change:
            found.append(f"{table} {change}")
    found += [
        f"{table} ADD INDEX IF NOT EXISTS {identifier(index)} {body}"
        for index, body in spec.indexes.items()
        if index not in stored.indexes
    ]
    found += _mark_changes(spec, stored, placing, table)
    return found + _projection_changes(spec, stored, table)


def renew_sql(spec: TableSpec, placing: Placing) -> list[str]:
    """Return the statements that make a table anew; a dictionary over it is left as it is until it is defined again."""
    return [
        f"DROP TABLE IF EXISTS {placing.name(spec)} SYNC SETTINGS check_table_dependencies = 0",
        create_sql(spec, placing),
    ]


def define_sql(spec: DictionarySpec, placing: Placing, database: str, login: str = "") -> str:
    """Return CREATE DICTIONARY for `spec`; `login` is how the engine reads the table as a client of its own."""
    columns = ", ".join(f"{identifier(name)} {rest}" for name, rest in spec.columns.items())
    read = f"SELECT {', '.join(map(identifier, spec.columns))} FROM {identifier(database)}.{identifier(spec.table)}"
    return (
        f"CREATE OR REPLACE DICTIONARY {identifier(spec.name)}{placing.everywhere} ({columns})\n"
        f"PRIMARY KEY {identifier(next(iter(spec.columns)))}\n"
        f"SOURCE(CLICKHOUSE(QUERY {literal(read)}{login}))\nLAYOUT({spec.layout}()) LIFETIME(0)"
    )


def full_names(projections: Mapping[str, str]) -> dict[str, str]:
    """Return the projections by full name: the end of the name tells one body from another."""
    return {f"{short}_{_crc(body)}": body for short, body in projections.items()}


def bare_type(type_: str) -> str:
    """Return a type without Nullable and LowCardinality, and without blanks."""
    type_ = type_.replace(" ", "")
    while found := _WRAPPED.match(type_):
        type_ = found[1]
    return type_


def _column_change(spec: TableSpec, column: ColumnSpec, stored: StoredTable) -> str:
    if column.name not in stored.columns:
        added = column if column.kind else ColumnSpec(column.name, _nullable(column.type), codec=column.codec)
        return f"ADD COLUMN IF NOT EXISTS {added.ddl}"
    have = stored.columns[column.name]
    if bare_type(have) != bare_type(column.type):
        raise _type_changed(spec, column, have)
    if "Nullable(" in column.type and "Nullable(" not in have and column.name not in stored.keys:
        return f"MODIFY COLUMN {identifier(column.name)} {column.type}"
    return ""


def _projection_changes(spec: TableSpec, stored: StoredTable, table: str) -> list[str]:
    wanted, grown = full_names(spec.projections), full_names(spec.grown)
    wanted |= {full: body for full, body in grown.items() if stored.rows >= LARGE or full in stored.projections}
    found = [f"{table} DROP PROJECTION IF EXISTS {identifier(old)}" for old in sorted(stored.projections - set(wanted))]
    for full, body in wanted.items():
        if full not in stored.projections:
            found.append(f"{table} ADD PROJECTION IF NOT EXISTS {identifier(full)} ({body})")
            found.append(f"{table} MATERIALIZE PROJECTION {identifier(full)}")
    return found


def _mark_changes(spec: TableSpec, stored: StoredTable, placing: Placing, table: str) -> list[str]:
    """What the engine's catalogue shows in its own words is compared by marks that we leave in the table's comment."""
    have, want = dict(_MARK.findall(stored.comment)), _marks(spec, placing)
    if have == want:
        return []
    found = []
    if have.get("computed") != want["computed"]:
        for column in spec.columns:
            if column.kind and column.name in stored.columns:
                found.append(f"{table} MODIFY COLUMN {column.ddl}")
                if column.kind == "MATERIALIZED":
                    found.append(f"{table} MATERIALIZE COLUMN {identifier(column.name)}")
    if have.get("ttl") != want["ttl"]:
        found.append(f"{table} MODIFY TTL {spec.ttl}" if spec.ttl else f"{table} REMOVE TTL")
    if have.get("settings") != want["settings"] and placing.settings:
        found.append(f"{table} MODIFY SETTING {_assigned(placing.settings)}")
    return [*found, f"{table} MODIFY COMMENT {literal(_comment(want))}"]


def _marks(spec: TableSpec, placing: Placing) -> dict[str, str]:
    computed = " ".join(column.ddl for column in spec.columns if column.kind)
    return {
        "computed": _crc(computed),
        "ttl": _crc(spec.ttl) if spec.ttl else "none",
        "settings": _crc(_assigned(placing.settings)),
    }


def _comment(marks: Mapping[str, str]) -> str:
    return "toancanh " + " ".join(f"{name}={mark}" for name, mark in marks.items())


def _assigned(settings: Mapping[str, int]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in settings.items())


def _crc(text: str) -> str:
    return f"{crc32(text.encode()):08x}"


def _nullable(type_: str) -> str:
    if "Nullable(" in type_ or type_.startswith("Array("):
        return type_
    found = re.match(r"^LowCardinality\((.*)\)$", type_)
    return f"LowCardinality(Nullable({found[1]}))" if found else f"Nullable({type_})"


def _type_changed(spec: TableSpec, column: ColumnSpec, have: str) -> InvalidPack:
    return InvalidPack(
        Text(
            vi=f"Cột '{column.name}' của bảng {spec.name} đang lưu kiểu {have}, khai báo mới đòi {column.type}.",
            en=f"The column '{column.name}' of the table {spec.name} is stored as {have}; the declaration now asks for "
            f"{column.type}.",
        ),
        Text(
            vi="Khai báo một cột mới với kiểu mới, hoặc giữ nguyên kiểu cũ; dữ liệu đã lưu không bị đổi kiểu.",
            en="Declare a new column with the new type, or keep the old type; stored data never change their type.",
        ),
        table=spec.name,
        column=column.name,
        stored=have,
        declared=column.type,
    )
