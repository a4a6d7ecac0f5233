"""Everything that remembers: facts (what happened), state (what people set up and decide), bus, blobs, outbox."""

from toancanh.store.facts import (
    INTERACTIVE,
    LONG,
    ColumnSpec,
    Facts,
    FactsHealth,
    Limits,
    Payload,
    TableSpec,
    Value,
    content_sql,
    identifier,
    identity_sql,
    literal,
    open_facts,
    scratch,
    table_name,
    table_spec,
)
from toancanh.store.state import State, StateHealth, defer, open_state, tables

__all__ = [
    "INTERACTIVE", "LONG", "ColumnSpec", "Facts", "FactsHealth", "Limits", "Payload", "State", "StateHealth",
    "TableSpec", "Value", "content_sql", "defer", "identifier", "identity_sql", "literal", "open_facts", "open_state",
    "scratch", "table_name", "table_spec", "tables",
]  # fmt: skip
