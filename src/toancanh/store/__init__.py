"""Everything that remembers: facts (what happened), state (what people set up and decide), bus, blobs, outbox."""

from toancanh.store.blobs import Blob, Blobs, BlobsHealth, open_blobs
from toancanh.store.bus import Bus, BusHealth, Subscription, open_bus
from toancanh.store.facts import (
    INTERACTIVE,
    LONG,
    ColumnSpec,
    DictionarySpec,
    Facts,
    FactsHealth,
    Limits,
    Payload,
    TableSpec,
    Value,
    content_sql,
    hour_sql,
    identifier,
    identity_sql,
    literal,
    newest_sql,
    open_facts,
    scratch,
    table_name,
    table_spec,
)
from toancanh.store.outbox import Outbox
from toancanh.store.state import State, StateHealth, defer, open_state, tables
from toancanh.store.stores import Stores, open_stores

__all__ = [
    "INTERACTIVE", "LONG", "Blob", "Blobs", "BlobsHealth", "Bus", "BusHealth", "ColumnSpec", "DictionarySpec", "Facts", "FactsHealth",
    "Limits", "Outbox", "Payload", "State", "StateHealth", "Stores", "Subscription", "TableSpec", "Value",
    "content_sql", "defer", "hour_sql", "identifier", "identity_sql", "literal", "newest_sql", "open_blobs", "open_bus", "open_facts",
    "open_state", "open_stores", "scratch", "table_name", "table_spec", "tables",
]  # fmt: skip
