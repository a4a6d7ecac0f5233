"""The audit log: who did what to what and when, in a chain of hashes.

Each row's hash covers the row and the hash before it, so that nobody can change, remove or insert a row in the middle
without every later hash being wrong. Cutting off the end, or writing the whole chain anew, shows only to who kept an
earlier head: `AuditReport.head` is worth writing down outside the platform now and then.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select, text

from toancanh.domain import Viewer
from toancanh.store import State, defer, tables

BEGINNING = "0" * 64
"""What the first row's hash covers in place of one before it."""
_LOCK = 7_260_002
_PAGE = 5000
_INSERT = tables.audit.insert()
_LAST = select(tables.audit.c.seq, tables.audit.c.hash).order_by(tables.audit.c.seq.desc()).limit(1)


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One thing that was done: by whom (`actor`, of a `kind` as viewers have it), to which object, with what details."""

    seq: int
    at: datetime
    actor: str
    kind: str
    action: str
    object: str
    details: Mapping[str, Any]
    hash: str


@dataclass(frozen=True, slots=True)
class AuditReport:
    """Whether the chain holds. `head` is the newest hash, `broken` the number of the first row that does not fit."""

    rows: int
    head: str
    broken: int | None

    @property
    def whole(self) -> bool:
        """Whether every row fits."""
        return self.broken is None


def record(
    connection: Connection, viewer: Viewer, action: str, object: str, details: Mapping[str, Any] | None = None
) -> None:
    """Write into the audit log, in the transaction of `connection`: what it tells of and the row stand or fall together."""
    told = json.dumps(dict(details or {}), sort_keys=True, separators=(",", ":"), default=str)
    now = datetime.now(UTC)
    defer(connection, _append, (now, _clean(viewer.id, 64), viewer.kind, action, _clean(object, 2000), told))


async def verify(state: State, known: tuple[int, str] | None = None) -> AuditReport:
    """Return whether the whole chain holds; `known` is a row's number and hash that somebody kept from earlier."""
    seq, head = 0, BEGINNING
    while True:
        query = select(tables.audit).where(tables.audit.c.seq > seq).order_by(tables.audit.c.seq).limit(_PAGE)
        rows = await state.read(lambda connection, query=query: connection.execute(query).all())  # type: ignore[misc]
        for row in rows:
            hashed = _hash(row.seq, row.at, row.actor, row.kind, row.action, row.object, row.details, head)
            if row.seq != seq + 1 or row.previous != head or row.hash != hashed:
                return AuditReport(seq, head, seq + 1)
            if known is not None and row.seq == known[0] and row.hash != known[1]:
                return AuditReport(seq, head, row.seq)
            seq, head = row.seq, row.hash
        if len(rows) < _PAGE:
            cut = known is not None and known[0] > seq
            return AuditReport(seq, head, seq + 1 if cut else None)


def read_audit(
    connection: Connection, *, before: int | None, actor: str | None, action: str | None, limit: int
) -> list[AuditRow]:
    """Return rows, the newest first, from below the number `before` on."""
    query = select(tables.audit).order_by(tables.audit.c.seq.desc()).limit(limit)
    for column, wanted in ((tables.audit.c.actor, actor), (tables.audit.c.action, action)):
        if wanted is not None:
            query = query.where(column == wanted)
    if before is not None:
        query = query.where(tables.audit.c.seq < before)
    return [
        AuditRow(row.seq, row.at, row.actor, row.kind, row.action, row.object, json.loads(row.details), row.hash)
        for row in connection.execute(query)
    ]


def _append(connection: Connection, entries: Iterable[tuple[datetime, str, str, str, str, str]]) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
    last = connection.execute(_LAST).one_or_none()
    seq, head = (last.seq, last.hash) if last is not None else (0, BEGINNING)
    rows = []
    for at, actor, kind, action, what, details in entries:
        seq += 1
        hashed = _hash(seq, at, actor, kind, action, what, details, head)
        rows.append(
            {
                "seq": seq, "at": at, "actor": actor, "kind": kind, "action": action, "object": what,
                "details": details, "previous": head, "hash": hashed,
            }
        )  # fmt: skip
        head = hashed
    connection.execute(_INSERT, rows)


def _hash(seq: int, at: datetime, actor: str, kind: str, action: str, what: str, details: str, previous: str) -> str:
    told = json.dumps([seq, at.isoformat(timespec="microseconds"), actor, kind, action, what, details, previous])
    return hashlib.sha256(told.encode()).hexdigest()


def _clean(given: str, length: int) -> str:
    """Databases take neither NUL nor half a character."""
    return given.replace("\0", "").encode("utf-8", "replace").decode()[:length]
