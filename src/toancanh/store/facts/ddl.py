"""The statements that make tables as their specs say: new ones, and changes while the store is in use."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from zlib import crc32

from toancanh.domain import InvalidPack, Text
from toancanh.store.facts.schema import ColumnSpec, TableSpec
from toancanh.store.facts.values import identifier

_WRAPPED = re.compile(r"^(?:Nullable|LowCardinality)\((.*)\)$")


@dataclass(frozen=True, slots=True)
class StoredTable:
    """A table as the engine has it: the types of its columns, and the names of its indexes and projections."""

    columns: Mapping[str, str]
    keys: frozenset[str] = frozenset()
    indexes: frozenset[str] = field(default=frozenset())
    projections: frozenset[str] = field(default=frozenset())


def create_sql(
    spec: TableSpec, *, name: str | None = None, engine: str = "MergeTree", settings: Mapping[str, int] | None = None
) -> str:
    """Return CREATE TABLE for `spec`. `name` is written as given and defaults to the quoted name of the spec."""
    lines = [column.ddl for column in spec.columns]
    lines += [f"INDEX {identifier(index)} {body}" for index, body in spec.indexes.items()]
    lines += [f"PROJECTION {identifier(full)} ({body})" for full, body in projections(spec).items()]
    inner = ",\n  ".join(lines)
    parts = [f"CREATE TABLE IF NOT EXISTS {name or identifier(spec.name)} (\n  {inner}\n)", f"ENGINE = {engine}"]
    if spec.partition_by:
        parts.append(f"PARTITION BY {spec.partition_by}")
    parts.append(f"ORDER BY ({', '.join(spec.order_by)})" if spec.order_by else "ORDER BY tuple()")
    if spec.ttl:
        parts.append(f"TTL {spec.ttl}")
    if settings:
        parts.append("SETTINGS " + ", ".join(f"{key} = {value}" for key, value in settings.items()))
    return "\n".join(parts)


def change_sql(spec: TableSpec, stored: StoredTable, *, name: str | None = None) -> list[str]:
    """Return the statements that bring a stored table to `spec` without stopping anything.

    New columns come in as nullable, since stored records have no value for them. Columns that the spec no longer has
    stay. Raises InvalidPack when a column would have to change its type in a way that could lose values.
    """
    table = f"ALTER TABLE {name or identifier(spec.name)}"
    found = [
        f"{table} {change}" for column in spec.columns for change in _column_change(spec, column, stored) if change
    ]
    found += [
        f"{table} ADD INDEX IF NOT EXISTS {identifier(index)} {body}"
        for index, body in spec.indexes.items()
        if index not in stored.indexes
    ]
    wanted = projections(spec)
    for full, body in wanted.items():
        if full not in stored.projections:
            found += [
                f"{table} ADD PROJECTION IF NOT EXISTS {identifier(full)} ({body})",
                f"{table} MATERIALIZE PROJECTION {identifier(full)}",
            ]
    found += [
        f"{table} DROP PROJECTION IF EXISTS {identifier(old)}" for old in sorted(stored.projections - set(wanted))
    ]
    return found


def projections(spec: TableSpec) -> dict[str, str]:
    """Return the projections by full name: the end of the name tells one body from another."""
    return {f"{short}_{crc32(body.encode()):08x}": body for short, body in spec.projections.items()}


def bare_type(type_: str) -> str:
    """Return a type without Nullable and LowCardinality, and without blanks."""
    type_ = type_.replace(" ", "")
    while found := _WRAPPED.match(type_):
        type_ = found[1]
    return type_


def _column_change(spec: TableSpec, column: ColumnSpec, stored: StoredTable) -> Iterable[str]:
    name = identifier(column.name)
    if column.name not in stored.columns:
        added = column if column.kind else ColumnSpec(column.name, _nullable(column.type), codec=column.codec)
        return [f"ADD COLUMN IF NOT EXISTS {added.ddl}"]
    have = stored.columns[column.name]
    if bare_type(have) != bare_type(column.type):
        raise _type_changed(spec, column, have)
    if "Nullable(" in column.type and "Nullable(" not in have and column.name not in stored.keys:
        return [f"MODIFY COLUMN {name} {column.type}"]
    return []


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
