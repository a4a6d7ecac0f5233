"""Reading identities back from the facts, and the table of quarantined rows."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from toancanh.domain.declarations import Dataset
from toancanh.ingest.arrow import numbers
from toancanh.ingest.convert import string
from toancanh.ingest.hashes import DOOR, content_sql, identity_sql
from toancanh.ingest.identity import GLOBAL, Run, Words, sorted_run
from toancanh.store import LONG, ColumnSpec, Facts, TableSpec, identifier, table_name

QUARANTINE = "_quarantine"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def quarantine_spec() -> TableSpec:
    """Return the table of quarantined rows: one row a row and decision, the newest `decided` counts."""
    low, moment = "LowCardinality(String)", "DateTime64(3, 'UTC')"
    columns = (
        ("id", "UInt64"), ("dataset", low), ("source", low), ("received", moment), ("receipt", "String"), ("row", "UInt64"),
        ("columns", "Array(String)"), ("codes", "Array(String)"), ("problems_vi", "Array(String)"),
        ("problems_en", "Array(String)"), ("raw", "String"), ("decimal", low), ("status", low), ("decided_by", "String"),
        ("reason", "String"), ("decided", moment),
    )  # fmt: skip
    return TableSpec(
        QUARANTINE,
        tuple(ColumnSpec(name, type_) for name, type_ in columns),
        order_by=("dataset", "received", "id"),
        partition_by="toYYYYMM(received)",
        indexes={"_by_id": "id TYPE bloom_filter GRANULARITY 4"},
    )


class DatasetShelf:
    """The identities of the records of one dataset."""

    def __init__(self, facts: Facts, dataset_id: str, dataset: Dataset) -> None:
        self._facts = facts
        self._table = identifier(table_name(dataset_id))
        self._time = identifier(dataset.time)
        self._moments = dataset.columns[dataset.time].type == "time"
        self._hashes = f"{identity_sql(dataset)} AS i, {content_sql(dataset)} AS c"
        given = f"_sent_id != '' AND NOT startsWith(_sent_id, {string(DOOR)})"
        timeless = dataset.kind == "event" and bool(dataset.key) and dataset.time not in dataset.key
        self._lasting = "1" if timeless else ("0" if dataset.kind == "entity" else given)
        day = f"toInt32(toDate32({self._time}))"
        self._day = f"toInt32(if({self._lasting}, {GLOBAL}, {day}))"

    async def count(self) -> dict[int, int]:
        """See `identity.Shelf.count`."""
        await self._facts.settled()
        answer = await self._facts.table(
            f"SELECT {self._day} AS d, count() AS n FROM {self._table} GROUP BY d", limits=LONG
        )
        return dict(zip(*(numbers(answer, name, np.int64).tolist() for name in ("d", "n")), strict=True))

    async def load(self, days: Sequence[int]) -> Run:
        """See `identity.Shelf.load`."""
        await self._facts.settled()
        where, params = self._where(days)
        sql = f"SELECT {self._hashes}, {self._day} AS d FROM {self._table} WHERE {where}"
        return _run(await self._facts.table(sql, params, limits=LONG))

    async def find(self, identity: Words, days: Sequence[int]) -> Run:
        """See `identity.Shelf.find`."""
        await self._facts.settled()
        where, params = self._where(days)
        rows = f"SELECT {self._hashes}, {self._day} AS d FROM {self._table} WHERE {where}"
        return await _found(self._facts, rows, params, identity)

    def _where(self, days: Sequence[int]) -> tuple[str, dict[str, Any]]:
        """Return a condition that holds for the records of these days, and its parameters."""
        ways, params = [], dict[str, Any]()
        if GLOBAL in days:
            ways.append(f"({self._lasting})")
        dated = [day for day in days if day != GLOBAL]
        if dated:
            first, last = _EPOCH + timedelta(days=min(dated)), _EPOCH + timedelta(days=max(dated) + 1)
            type_ = "DateTime64(3, 'UTC')" if self._moments else "Date32"
            params = {"first": first if self._moments else first.date(), "last": last if self._moments else last.date()}
            span = f"{self._time} >= {{first:{type_}}} AND {self._time} < {{last:{type_}}} AND NOT ({self._lasting})"
            if len(dated) < max(dated) - min(dated) + 1:
                span += f" AND has({{days:Array(Int32)}}, {self._day})"
                params["days"] = dated
            ways.append(f"({span})")
        return " OR ".join(ways), params


class QuarantineShelf:
    """The rows of one dataset that are in quarantine, or were. Their ids hold for all time."""

    def __init__(self, facts: Facts, dataset_id: str) -> None:
        self._facts = facts
        self._rows = f"SELECT DISTINCT id AS i, toUInt64(0) AS c, toInt32({GLOBAL}) AS d FROM {QUARANTINE} WHERE dataset = {{dataset:String}}"
        self._params = {"dataset": dataset_id}

    async def count(self) -> dict[int, int]:
        """See `identity.Shelf.count`."""
        await self._facts.settled()
        answer = await self._facts.table(f"SELECT count() AS n FROM ({self._rows})", self._params, limits=LONG)
        count = int(numbers(answer, "n", np.int64)[0])
        return {GLOBAL: count} if count else {}

    async def load(self, days: Sequence[int]) -> Run:  # noqa: ARG002 - there is one day only
        """See `identity.Shelf.load`."""
        await self._facts.settled()
        return _run(await self._facts.table(self._rows, self._params, limits=LONG))

    async def find(self, identity: Words, days: Sequence[int]) -> Run:  # noqa: ARG002
        """See `identity.Shelf.find`."""
        await self._facts.settled()
        return await _found(self._facts, self._rows, self._params, identity)


async def _found(facts: Facts, rows: str, params: dict[str, Any], identity: Words) -> Run:
    sink = pa.BufferOutputStream()
    table = pa.table({"i": pa.array(identity, pa.uint64())})
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return _run(
        await facts.transform(
            f"SELECT * FROM ({rows}) WHERE i IN (SELECT i FROM {{input}})",
            bytes(sink.getvalue().to_pybytes()),
            format="ArrowStream",
            structure="i UInt64",
            params=params,
            limits=LONG,
        )
    )


def _run(table: pa.Table) -> Run:
    return sorted_run(numbers(table, "i", np.uint64), numbers(table, "c", np.uint64), numbers(table, "d", np.int32))
