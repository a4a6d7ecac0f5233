"""Rows that failed a check wait here with their reasons, until somebody releases or discards them."""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa

from toancanh.domain import InvalidInput, RowError, Text
from toancanh.ingest.identity import Words
from toancanh.ingest.problems import Problem
from toancanh.ingest.shelf import QUARANTINE
from toancanh.store import Facts

WAITING, RELEASED, DISCARDED = "waiting", "released", "discarded"
UNDECIDED = datetime(1970, 1, 1, tzinfo=UTC)
_TEXTS: Any = pa.list_(pa.string())
_MOMENT: Any = pa.timestamp("ms", "UTC")
_COLUMNS: list[tuple[str, Any]] = [
    ("id", pa.uint64()), ("dataset", pa.string()), ("source", pa.string()), ("received", _MOMENT),
    ("receipt", pa.string()), ("row", pa.uint64()), ("columns", _TEXTS), ("codes", _TEXTS), ("problems_vi", _TEXTS),
    ("problems_en", _TEXTS), ("raw", pa.string()), ("decimal", pa.string()), ("status", pa.string()),
    ("decided_by", pa.string()), ("reason", pa.string()), ("decided", _MOMENT),
]  # fmt: skip
SCHEMA = pa.schema(_COLUMNS)


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A row that was not stored. `raw` is what was sent, as JSON; `status` is waiting, released or discarded."""

    id: int
    dataset: str
    source: str
    received: datetime
    receipt: str
    row: int
    errors: tuple[RowError, ...]
    raw: str
    decimal: str
    status: str
    decided_by: str
    reason: str
    decided: datetime | None


@dataclass(frozen=True, slots=True)
class QuarantinePage:
    """Quarantined rows, newest first, and where the next page begins."""

    rows: tuple[Quarantined, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why rows wait: the dataset and source that they are of, the code of the problem, and the column to blame."""

    dataset: str
    source: str
    code: str
    column: str | None


@dataclass(frozen=True, slots=True)
class QuarantineGroup:
    """All waiting rows with one reason. `problem` and `raw` are of one of them; a row with two reasons is in two groups."""

    reason: Reason
    rows: int
    first: datetime
    newest: datetime
    problem: Text
    raw: str


def row_id(dataset: str, source: str, raw: str) -> int:
    """Return the number that tells whether two bad rows are the same."""
    digest = hashlib.blake2b(f"{dataset}\0{source}\0{raw}".encode(errors="replace"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def ids_of(rows: Sequence[int]) -> Words:
    """Return row ids as an array."""
    return np.array(rows, np.uint64)


def arrow_row(
    id_: int,
    dataset: str,
    source: str,
    received: datetime,
    receipt: str,
    row: int,
    problems: Sequence[Problem],
    raw: str,
    decimal: str,
) -> dict[str, Any]:
    """Return a bad row as the table keeps it."""
    return {
        "id": id_,
        "dataset": dataset,
        "source": source,
        "received": received,
        "receipt": receipt,
        "row": row,
        "columns": [problem.column or "" for problem in problems],
        "codes": [problem.code for problem in problems],
        "problems_vi": [problem.text.vi for problem in problems],
        "problems_en": [problem.text.en for problem in problems],
        "raw": raw,
        "decimal": decimal,
        "status": WAITING,
        "decided_by": "",
        "reason": "",
        "decided": UNDECIDED,
    }


def decided(row: Quarantined, status: str, by: str, reason: str, at: datetime) -> dict[str, Any]:
    """Return the version of a row that carries a decision."""
    found = arrow_row(row.id, row.dataset, row.source, row.received, row.receipt, row.row, (), row.raw, row.decimal)
    return found | {
        "columns": [error.column or "" for error in row.errors],
        "codes": [error.code for error in row.errors],
        "problems_vi": [error.problem.vi for error in row.errors],
        "problems_en": [error.problem.en for error in row.errors],
        "status": status,
        "decided_by": by,
        "reason": reason,
        "decided": at,
    }


def table(rows: Sequence[dict[str, Any]]) -> pa.Table:
    """Return rows as the facts take them."""
    return pa.Table.from_pylist(list(rows), SCHEMA)


_NEWEST = (
    "SELECT id, any(dataset) AS dataset, any(source) AS source, toUnixTimestamp64Milli(min(received)) AS at, "
    "argMax(receipt, decided) AS receipt, argMax(row, decided) AS row, argMax(columns, decided) AS columns, "
    "argMax(codes, decided) AS codes, argMax(problems_vi, decided) AS vi, argMax(problems_en, decided) AS en, "
    "any(raw) AS raw, any(decimal) AS decimal, argMax(status, decided) AS status, argMax(decided_by, decided) AS by, "
    f"argMax(reason, decided) AS reason, toUnixTimestamp64Milli(max(decided)) AS when FROM {QUARANTINE} AS q"
)


async def page(
    facts: Facts,
    datasets: Sequence[str],
    source: str | None,
    status: str | None,
    cursor: str | None,
    limit: int,
    code: str | None = None,
    column: str | None = None,
) -> QuarantinePage:
    """Return one page of the quarantined rows of some datasets, those with a problem of this code and column.

    A `column` of "" means problems of the row as a whole. Raises InvalidInput for a cursor that is not ours.
    """
    having: list[str] = []
    where, params = _where(datasets, source)
    params["limit"] = limit + 1
    if code is not None or column is not None:
        same = [
            f"{name} = {{{what}:String}}"
            for name, what, value in (("c", "code", code), ("k", "column", column))
            if value is not None
        ]
        having.append(f"arrayExists((c, k) -> {' AND '.join(same)}, codes, columns)")
        params |= {what: value for what, value in (("code", code), ("column", column)) if value is not None}
    if status is not None:
        having.append("status = {status:String}")
        params["status"] = status
    if cursor is not None:
        params["at"], params["id"] = _read_cursor(cursor)
        having.append("(at, id) < ({at:Int64}, {id:UInt64})")
    sql = f"{_NEWEST} WHERE {where} GROUP BY id"
    if having:
        sql += f" HAVING {' AND '.join(having)}"
    rows = await _rows(facts, f"{sql} ORDER BY at DESC, id DESC LIMIT {{limit:UInt32}}", params)
    if len(rows) <= limit:
        return QuarantinePage(tuple(rows), None)
    last = rows[limit - 1]
    return QuarantinePage(tuple(rows[:limit]), _cursor(int(last.received.timestamp() * 1000), last.id))


async def groups(facts: Facts, datasets: Sequence[str], source: str | None) -> list[QuarantineGroup]:
    """Return what waits in some datasets, put together by reason, most rows first."""
    where, params = _where(datasets, source)
    sql = (
        "SELECT dataset, source, code, column, count(), min(at), max(at), any(one_vi), any(one_en), any(raw) "
        f"FROM ({_NEWEST} WHERE {where} GROUP BY id HAVING status = '{WAITING}') "
        "ARRAY JOIN codes AS code, columns AS column, vi AS one_vi, en AS one_en "
        "GROUP BY dataset, source, code, column ORDER BY count() DESC, dataset, source, code, column LIMIT 1000"
    )
    answer = await facts.query(sql, params, format="JSONCompactEachRow")
    return [_group(json.loads(line)) for line in bytes(answer.view).splitlines()]


def _group(values: list[Any]) -> QuarantineGroup:
    dataset, source, code, column, rows, first, newest, vi, en, raw = values
    reason = Reason(dataset, source, code, column or None)
    return QuarantineGroup(reason, int(rows), _moment(int(first)), _moment(int(newest)), Text(vi=vi, en=en), raw)


def _where(datasets: Sequence[str], source: str | None) -> tuple[str, dict[str, Any]]:
    if source is None:
        return "has({datasets:Array(String)}, q.dataset)", {"datasets": list(datasets)}
    return (
        "has({datasets:Array(String)}, q.dataset) AND q.source = {source:String}",
        {"datasets": list(datasets), "source": source},
    )


async def rows_by_id(facts: Facts, ids: Sequence[int]) -> list[Quarantined]:
    """Return the rows with these ids, as they are now."""
    return await _rows(facts, f"{_NEWEST} WHERE has({{ids:Array(UInt64)}}, q.id) GROUP BY id", {"ids": list(ids)})


async def _rows(facts: Facts, sql: str, params: dict[str, Any]) -> list[Quarantined]:
    answer = await facts.query(sql, params, format="JSONCompactEachRow")
    return [_row(json.loads(line)) for line in bytes(answer.view).splitlines()]


def _row(values: list[Any]) -> Quarantined:
    id_, dataset, source, at, receipt, row, columns, codes, vi, en, raw, decimal, status, by, reason, when = values
    errors = tuple(
        RowError(int(row), column or None, Text(vi=one, en=other), code)
        for column, code, one, other in zip(columns, codes, vi, en, strict=True)
    )
    moment = _moment(int(when)) if status != WAITING else None
    return Quarantined(
        int(id_), dataset, source, _moment(int(at)), receipt, int(row), errors, raw, decimal, status, by, reason, moment
    )


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _cursor(at: int, id_: int) -> str:
    return base64.urlsafe_b64encode(f"{at}.{id_}".encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[int, int]:
    try:
        at, _, id_ = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().partition(".")
        return int(at), int(id_)
    except ValueError as error:
        raise InvalidInput(
            Text(vi="Con trỏ trang không hợp lệ.", en="The page cursor is not valid."),
            Text(vi="Dùng `next` của trang trước.", en="Use `next` of the page before."),
        ) from error
