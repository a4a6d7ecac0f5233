"""What happened: append-only tables in ClickHouse's SQL."""

from toancanh.store.facts.driver import Options
from toancanh.store.facts.opening import open_facts, scratch
from toancanh.store.facts.protocol import INTERACTIVE, LONG, Facts, FactsHealth, Limits, Payload, Setting
from toancanh.store.facts.rollups import hour_sql, newest_sql
from toancanh.store.facts.schema import (
    ColumnSpec,
    DictionarySpec,
    TableSpec,
    column_type,
    content_sql,
    id_sql,
    identity_sql,
    table_name,
    table_spec,
)
from toancanh.store.facts.values import Value, encode, identifier, literal

__all__ = [
    "INTERACTIVE", "LONG", "ColumnSpec", "DictionarySpec", "Facts", "FactsHealth", "Limits", "Options", "Payload", "Setting", "TableSpec", "Value",
    "column_type", "content_sql", "encode", "hour_sql", "id_sql", "identifier", "identity_sql", "literal", "newest_sql",
    "open_facts", "scratch", "table_name", "table_spec",
]  # fmt: skip
