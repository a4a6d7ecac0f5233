"""From a declared dataset to the engine's table: pure functions, no engine needed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from toancanh.domain import InvalidPack, Text
from toancanh.domain.declarations import Column, Dataset
from toancanh.store.facts.rollups import never_null, projections, tile_projection
from toancanh.store.facts.values import identifier, literal

_TYPES = {
    "text": "String",
    "code": "String",
    "integer": "Int64",
    "number": "Float64",
    "boolean": "Bool",
    "time": "DateTime64(3, 'UTC')",
    "date": "Date32",
    "json": "String",
}
_SYSTEM = (
    ("_sent_id", "String"),
    ("_source", "LowCardinality(String)"),
    ("_received", "DateTime64(3, 'UTC')"),
    ("_unit", "LowCardinality(String)"),
    ("_area", "LowCardinality(String)"),
    ("_flags", "Array(LowCardinality(String))"),
)


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """A physical column. `expression` computes it: MATERIALIZED is stored, ALIAS is worked out when read."""

    name: str
    type: str
    kind: Literal["", "DEFAULT", "MATERIALIZED", "ALIAS"] = ""
    expression: str = ""
    codec: str = ""

    @property
    def ddl(self) -> str:
        """The column as CREATE TABLE and ADD COLUMN write it."""
        parts = [identifier(self.name), self.type]
        if self.kind:
            parts += [self.kind, self.expression]
        if self.codec:
            parts.append(f"CODEC({self.codec})")
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A physical table, as it should be. `indexes` and `projections` map a name to its body.

    `grown` are projections that pay only once the table is large; they are added then, at the next start. `shard_by` is
    the whole number by which a cluster chooses the machine of a row.
    """

    name: str
    columns: tuple[ColumnSpec, ...]
    order_by: tuple[str, ...]
    partition_by: str = ""
    indexes: Mapping[str, str] = field(default_factory=dict)
    projections: Mapping[str, str] = field(default_factory=dict)
    grown: Mapping[str, str] = field(default_factory=dict)
    ttl: str = ""
    shard_by: str = ""

    def column(self, name: str) -> ColumnSpec | None:
        """Return the column of this name, or None."""
        return next((column for column in self.columns if column.name == name), None)


@dataclass(frozen=True, slots=True)
class DictionarySpec:
    """A table held in memory, in which SQL looks up single rows by the first of its columns.

    `columns` maps names to what follows them (type and default); `layout` is the engine's, as in "COMPLEX_KEY_HASHED".
    """

    name: str
    columns: Mapping[str, str]
    table: str
    layout: str


def table_name(dataset_id: str) -> str:
    """Return the name of the table of a dataset ('environment.air_quality' -> 'environment__air_quality')."""
    return dataset_id.replace(".", "__")


def table_spec(dataset_id: str, dataset: Dataset) -> TableSpec:
    """Return the table that holds the records of `dataset`. Raises InvalidPack when its names do not fit together."""
    _check(dataset_id, dataset)
    columns = [
        ColumnSpec(name, column_type(column, nullable=not never_null(dataset, name)))
        for name, column in dataset.columns.items()
    ]
    columns += [ColumnSpec(name, type_) for name, type_ in _SYSTEM]
    columns.append(ColumnSpec("_id", "String", "ALIAS", id_sql(dataset)))
    columns += _map_columns(dataset)
    time = identifier(dataset.time)
    return TableSpec(
        name=table_name(dataset_id),
        columns=tuple(columns),
        order_by=tuple(identifier(name) for name in _sorting(dataset)),
        partition_by=f"toYYYYMM({time})",
        indexes={
            "_by_time": f"{time} TYPE minmax GRANULARITY 1",
            "_by_received": "_received TYPE minmax GRANULARITY 1",
        },
        projections=projections(dataset),
        grown=tile_projection(dataset),
        ttl=_ttl(dataset),
        shard_by=_shard(dataset),
    )


def column_type(column: Column, *, nullable: bool) -> str:
    """Return the engine's type of a declared column."""
    type_ = f"Nullable({_TYPES[column.type]})" if nullable else _TYPES[column.type]
    return f"LowCardinality({type_})" if column.type == "code" else type_


def identity_sql(dataset: Dataset) -> str:
    """Return the UInt64 expression that is equal for two rows exactly when they are the same record.

    It reads the dataset's columns and `_sent_id`. It does not depend on whether a column is nullable, so it gives the
    same number over rows on their way in and over rows already stored.
    """
    if dataset.kind == "entity":
        return f"sipHash64(tuple('version', {_names((*dataset.key, dataset.time))}, {content_sql(dataset)}))"
    sent = "sipHash64(tuple('id', _sent_id))"
    if not dataset.key:
        return sent
    return f"if(_sent_id != '', {sent}, sipHash64(tuple('key', {_names(dataset.key)})))"


def content_sql(dataset: Dataset) -> str:
    """Return the UInt64 expression over the values of all columns that senders fill in; null differs from every value.

    Each column adds a hash of its name and value, and null adds nothing: the order of the columns does not matter, and
    a column that is declared later changes nothing for records that came before it.
    """
    parts = (f"ifNull(cityHash64({literal(name)}, {identifier(name)}), 0)" for name in sorted(dataset.sent))
    return f"({' + '.join(parts)})"


def id_sql(dataset: Dataset) -> str:
    """Return the expression of a record's `_id`: what its sender called it, else 32 hex digits made from its key."""
    parts = _names(dataset.key) if dataset.key else content_sql(dataset)
    if dataset.kind == "entity":
        parts = f"{_names((*dataset.key, dataset.time))}, {content_sql(dataset)}"
    return f"if(_sent_id != '', _sent_id, lower(hex(sipHash128(tuple({parts})))))"


def _names(names: Iterable[str]) -> str:
    return ", ".join(identifier(name) for name in names)


def _sorting(dataset: Dataset) -> tuple[str, ...]:
    first = dataset.key if dataset.kind == "entity" else dataset.series
    return tuple(dict.fromkeys((*(name for name in first if name != dataset.time), dataset.time)))


def _shard(dataset: Dataset) -> str:
    """A series, or an entity with all its versions, stays on one machine; a record sent again goes to the same one."""
    together = dataset.key if dataset.kind == "entity" else dataset.series
    return f"cityHash64({_names(together)})" if together else identity_sql(dataset)


def _map_columns(dataset: Dataset) -> list[ColumnSpec]:
    """Web Mercator in 2^32 steps, 0 where there is no point; `_cell` interleaves the bits of both."""
    place = dataset.place
    if place is None or place.lon is None or place.lat is None:
        return []
    lon, lat = f"ifNull({identifier(place.lon)}, -180)", f"ifNull({identifier(place.lat)}, 90)"
    top = "4294967295"
    x = f"({lon} + 180) / 360"
    y = f"0.5 - log(tan(pi() / 4 + least(greatest({lat}, -85.05112877980659), 85.05112877980659) * pi() / 360)) / (2 * pi())"
    return [
        ColumnSpec("_x", "UInt32", "MATERIALIZED", f"toUInt32(least(greatest({x}, 0) * 4294967296, {top}))"),
        ColumnSpec("_y", "UInt32", "MATERIALIZED", f"toUInt32(least(greatest({y}, 0) * 4294967296, {top}))"),
        ColumnSpec("_cell", "UInt64", "MATERIALIZED", "mortonEncode(_x, _y)"),
    ]


def _ttl(dataset: Dataset) -> str:
    if dataset.keep is None:
        return ""
    seconds = int(dataset.keep / timedelta(seconds=1))
    return f"{identifier(dataset.time)} + toIntervalSecond({seconds})"


def _check(dataset_id: str, dataset: Dataset) -> None:
    used = {dataset.time, *dataset.key, *dataset.series, *(name for by in dataset.rollups.hourly for name in by)}
    place = dataset.place
    used |= {name for name in (place.lon, place.lat) if name is not None} if place else set()
    for name in sorted(used - set(dataset.columns)):
        raise InvalidPack(
            Text(
                vi=f"Tập dữ liệu {dataset_id} dùng cột '{name}' nhưng không khai báo cột đó.",
                en=f"The dataset {dataset_id} uses the column '{name}' but does not declare it.",
            ),
            Text(vi="Khai báo cột hoặc sửa lại tên.", en="Declare the column or correct the name."),
        )
