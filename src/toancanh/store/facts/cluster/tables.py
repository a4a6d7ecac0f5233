"""Tables on a cluster: a replicated one on each machine, and a distributed one over them that everybody uses."""

from dataclasses import replace

from toancanh.store.facts.cluster.address import Address
from toancanh.store.facts.ddl import Placing, StoredTable, change_sql, create_sql, define_sql, renew_sql
from toancanh.store.facts.driver import Options
from toancanh.store.facts.schema import DictionarySpec, TableSpec
from toancanh.store.facts.session import table_settings
from toancanh.store.facts.values import identifier, literal

LOCAL = "_local"
_EVERYWHERE = "ReplicatedMergeTree('/clickhouse/tables/all/{database}/{table}', '{shard}-{replica}')"
_REPLICATED = "ReplicatedMergeTree('/clickhouse/tables/{shard}/{database}/{table}', '{replica}')"


def placing(options: Options, cluster: str) -> Placing:
    """Return how tables stand on one server (`cluster` is '') or on the machines of a cluster."""
    settings = table_settings(options)
    if not cluster:
        return Placing(settings)
    window = settings.pop("non_replicated_deduplication_window")
    return Placing({"replicated_deduplication_window": window, **settings}, _REPLICATED, LOCAL, cluster)


def create(spec: TableSpec, place: Placing) -> list[str]:
    """Return the statements that make a table."""
    made = [create_sql(spec, place)]
    return [*made, distributed_sql(spec, place)] if place.on else made


def change(spec: TableSpec, stored: StoredTable, place: Placing) -> list[str]:
    """Return the statements that bring a table to its spec; the distributed one has columns only."""
    changes = change_sql(spec, stored, place)
    if not place.on:
        return changes
    front = f"ALTER TABLE {identifier(spec.name)}{place.everywhere}"
    local = f"ALTER TABLE {place.name(spec)}"
    columns = ("ADD COLUMN", "MODIFY COLUMN")
    return changes + [
        sql.replace(local, front, 1) for sql in changes if sql.removeprefix(local).lstrip().startswith(columns)
    ]


def renew(spec: TableSpec, place: Placing) -> list[str]:
    """Return the statements that make a table anew of which every machine holds all rows."""
    return renew_sql(spec, replace(place, engine=_EVERYWHERE, suffix="") if place.on else place)


def define(spec: DictionarySpec, place: Placing, address: Address) -> list[str]:
    """Return the statements that make a dictionary anew on every machine, once its rows have come to all of them."""
    login = f" USER {literal(address.user)} PASSWORD {literal(address.password)}"
    made = define_sql(spec, place, address.database, login)
    return [f"SYSTEM SYNC REPLICA{place.everywhere} {identifier(spec.table)}", made] if place.on else [made]


def distributed_sql(spec: TableSpec, place: Placing) -> str:
    """Return CREATE TABLE for the table over the machines; a row's machine follows from its values alone."""
    shard = spec.shard_by or f"cityHash64({', '.join(spec.order_by)})"
    local = spec.name + place.suffix
    return (
        f"CREATE TABLE IF NOT EXISTS {identifier(spec.name)}{place.everywhere} AS {identifier(local)}\n"
        f"ENGINE = Distributed({literal(place.on)}, currentDatabase(), {literal(local)}, {shard})"
    )
