"""What only a cluster has: its address, replicated and distributed tables, machines that do not answer."""

import asyncio
import socket
from contextlib import closing
from typing import Any

import pytest
from facts_samples import AIR, AIR_COLUMNS, DOSSIER, dataset

from toancanh.domain import InvalidInput, InvalidPack, Unavailable
from toancanh.settings import Settings
from toancanh.store import Facts, TableSpec, open_facts, table_spec
from toancanh.store.facts import ColumnSpec, DictionarySpec, Options
from toancanh.store.facts.cluster import read_address
from toancanh.store.facts.cluster.tables import LOCAL, change, create, define, placing, renew
from toancanh.store.facts.ddl import StoredTable, full_names

PLACE = placing(Options(), "tỉnh")
KEYLESS = dataset({"time": "time", "text": "text"})
SPECS = [
    table_spec("environment.air", AIR),
    table_spec("office.dossier", DOSSIER),
    table_spec("sea.note", KEYLESS),
    TableSpec(
        "_quarantine", (ColumnSpec("id", "UInt64"), ColumnSpec("received", "DateTime64(3, 'UTC')")), ("received", "id")
    ),
]


def stored(spec: TableSpec) -> StoredTable:
    """A table as it is right after it was made."""
    columns = {column.name: column.type for column in spec.columns}
    comment = create(spec, PLACE)[0].split("COMMENT '")[1].rstrip("'")
    return StoredTable(
        columns, frozenset(spec.order_by), frozenset(spec.indexes), frozenset(full_names(spec.projections)), 0, comment
    )


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_the_engine_understands_the_tables_of_a_cluster(scratch_facts: Facts, spec: TableSpec) -> None:
    local, distributed = create(spec, PLACE)
    for sql in (local, distributed):
        assert "CreateQuery" in scratch_facts.explain_ast(sql)
        assert "ON CLUSTER `tỉnh`" in sql
    assert f"`{spec.name}{LOCAL}`" in local
    assert "ReplicatedMergeTree('/clickhouse/tables/{shard}/{database}/{table}', '{replica}')" in local
    assert "replicated_deduplication_window" in local
    assert "Distributed('tỉnh', currentDatabase()" in distributed


@pytest.mark.parametrize(
    ("spec", "shard"),
    [
        (SPECS[0], "cityHash64(`station`)"),
        (SPECS[1], "cityHash64(`code`)"),
        (SPECS[2], "sipHash64(tuple('id', _sent_id))"),
        (SPECS[3], "cityHash64(received, id)"),
    ],
)
def test_a_row_sent_again_goes_to_the_same_machine(spec: TableSpec, shard: str) -> None:
    assert create(spec, PLACE)[1].endswith(f", {shard})")


def test_a_new_column_comes_to_both_tables(scratch_facts: Facts) -> None:
    wider = dataset(
        AIR_COLUMNS | {"no2": "number"}, key=AIR.key, series=AIR.series, place=AIR.place, rollups=AIR.rollups
    )
    changes = change(table_spec("environment.air", wider), stored(SPECS[0]), PLACE)
    added = [sql for sql in changes if "ADD COLUMN" in sql]
    assert [sql.split(" ADD ")[0] for sql in added] == [
        "ALTER TABLE `environment__air_local` ON CLUSTER `tỉnh`",
        "ALTER TABLE `environment__air` ON CLUSTER `tỉnh`",
    ]
    assert all("_local`" in sql for sql in changes if "PROJECTION" in sql)
    for sql in changes:
        assert "AlterQuery" in scratch_facts.explain_ast(sql)


def test_a_table_that_every_machine_holds_and_its_dictionary(scratch_facts: Facts) -> None:
    whole = TableSpec("_areas", (ColumnSpec("code", "String"), ColumnSpec("name", "String")), ("code",))
    dropped, made = renew(whole, PLACE)
    assert "DropQuery" in scratch_facts.explain_ast(dropped)
    assert "CreateQuery" in scratch_facts.explain_ast(made)
    assert "'/clickhouse/tables/all/{database}/{table}', '{shard}-{replica}'" in made
    names = DictionarySpec("_names", {"code": "String", "name": "String DEFAULT ''"}, "_areas", "COMPLEX_KEY_HASHED")
    synced, defined = define(names, PLACE, read_address("clickhouse://an:m'k@h/dữ_liệu?cluster=tỉnh"))
    assert "SYSTEM query" in scratch_facts.explain_ast(synced)
    assert "CreateQuery" in scratch_facts.explain_ast(defined)
    assert r"USER 'an' PASSWORD 'm\'k'" in defined
    for sql in (dropped, made, synced, defined):
        assert "ON CLUSTER `tỉnh`" in sql


def test_nothing_to_change() -> None:
    for spec in SPECS:
        assert change(spec, stored(spec), PLACE) == []


def test_a_type_change_is_refused_on_a_cluster_too() -> None:
    other = dataset(AIR_COLUMNS | {"pm25": "text"}, key=AIR.key, series=AIR.series)
    with pytest.raises(InvalidPack):
        change(table_spec("environment.air", other), stored(SPECS[0]), PLACE)


def test_an_address_is_read_in_full() -> None:
    found = read_address("clickhouse://an:m%40t%2Fkh%E1%BA%A9u@ch.example:9000/dữ_liệu?cluster=c1&secure=1")
    assert (found.host, found.port, found.user, found.password) == ("ch.example", 9000, "an", "m@t/khẩu")
    assert (found.database, found.cluster, found.secure) == ("dữ_liệu", "c1", True)
    plain = read_address("clickhouse://localhost")
    assert (plain.port, plain.user, plain.database, plain.cluster, plain.secure) == (
        8123,
        "default",
        "toancanh",
        "",
        False,
    )
    assert read_address("clickhouse://h?secure=true").port == 8443


@pytest.mark.parametrize(
    "url",
    ["clickhouse:", "clickhouse://", "clickhouse://h:port/db", "clickhouse://u:secret@h/db?colour=red", "http://h"],
)
def test_a_wrong_address_is_refused_without_showing_the_password(url: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_address(url)
    assert "secret" not in str(caught.value)
    assert caught.value.remedy is not None


def test_a_server_that_is_not_there(run: Any) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        facts = open_facts(Settings(facts=f"clickhouse://u:secret@127.0.0.1:{port}/db"))
        with pytest.raises(Unavailable) as caught:
            run(facts.open())
    assert str(port) in caught.value.message.vi
    assert "secret" not in str(caught.value)
    assert run(facts.health()).status == "down"


def test_a_connection_that_breaks_in_the_middle_of_a_stream(run: Any) -> None:
    async def broken() -> None:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n1\n2\n3\r\n")
            await writer.drain()
            writer.close()

        async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            facts = open_facts(Settings(facts=f"clickhouse://127.0.0.1:{port}/db"))
            with pytest.raises(Unavailable):
                await facts.open()

    run(broken())
