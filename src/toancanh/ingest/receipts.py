"""Deliveries on their way, and the receipts that are kept of them."""

import hashlib
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from toancanh.domain import Conflict, Receipt, RowError, Text
from toancanh.ingest.convert import Decimal
from toancanh.ingest.scope import Scope
from toancanh.ingest.subject import Subject
from toancanh.store import tables

ERRORS = 100
"""How many wrong rows a receipt names."""
KEPT = timedelta(days=30)
"""How long receipts are kept. A delivery sent again later is still known by its records."""
LONGEST_KEY = 255
LEFT_OUT = "left_out"
"""Code of what a receipt says about rows that are no records: totals and notes of a workbook. They stand under row 0."""


@dataclass(slots=True)
class Delivery:
    """One delivery, from its first block to its receipt. `rows` counts what was read so far; `source` goes to `_source`.

    `forced` lets rows pass that a steward takes in spite of their checks; `releasing` keeps what is refused out of the
    quarantine, since it is there already; `decimal` is then the decimal sign of the sheet it came in.
    """

    subject: Subject = field(repr=False)
    source: str
    principal: str
    key: str | None = None
    digest: str | None = None
    sent_rows: int | None = None
    forced: bool = False
    releasing: bool = False
    scope: Scope | None = None
    decimal: Decimal = ""
    receipt: str = ""
    received: datetime | None = None
    rows: int = 0
    accepted: int = 0
    quarantined: int = 0
    duplicates: int = 0
    errors: list[RowError] = field(default_factory=list)
    fast: bool = True

    def __post_init__(self) -> None:
        self.receipt = self.receipt or new_id()

    @property
    def seed(self) -> str:
        """What the ids of records without a key begin with: the same for the same delivery sent again."""
        if self.key is None:
            return self.receipt
        return hashlib.blake2b(f"{self.principal}\0{self.key}".encode(), digest_size=12).hexdigest()

    def complain(self, errors: Sequence[RowError]) -> None:
        """Note rows that were refused; the first 100 by row are kept."""
        self.errors = sorted([*self.errors, *errors], key=lambda error: error.row)[:ERRORS]

    def note(self, notes: Sequence[Text]) -> None:
        """Note what was left out because it is no record."""
        self.complain([RowError(0, None, text, LEFT_OUT) for text in notes])

    def closed(self) -> Receipt:
        """Return the receipt."""
        return Receipt(
            self.receipt,
            self.subject.dataset_id,
            self.source,
            self.received or moment(),
            self.accepted,
            self.quarantined,
            self.duplicates,
            tuple(self.errors),
        )


def new_id() -> str:
    """Return a new id of 32 hex digits; later ones sort behind earlier ones."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"


def moment() -> datetime:
    """Return the current moment to the millisecond, as facts keep it."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


_KEEP = insert(tables.receipts)


def keep(connection: Connection, deliveries: Sequence[Delivery]) -> None:
    """Store the receipts of finished deliveries. Raises Conflict when another process stored the same key."""
    if deliveries:
        connection.execute(_KEEP, [_row(delivery) for delivery in deliveries])


def _row(delivery: Delivery) -> dict[str, Any]:
    return {
        "receipt": delivery.receipt,
        "dataset": delivery.subject.dataset_id,
        "source": delivery.source,
        "principal": delivery.principal,
        "idempotency_key": delivery.key,
        "body_hash": delivery.digest,
        "accepted": delivery.accepted,
        "quarantined": delivery.quarantined,
        "duplicates": delivery.duplicates,
        "errors": [
            {"row": e.row, "column": e.column, "code": e.code, "vi": e.problem.vi, "en": e.problem.en}
            for e in delivery.errors
        ],
        "received": delivery.received,
    }


def find(connection: Connection, dataset_id: str, principal: str, key: str) -> tuple[Receipt, str | None] | None:
    """Return (the receipt given for an idempotency key, the hash of its body), None when there is none."""
    table = tables.receipts
    found = connection.execute(
        select(table).where(
            table.c.dataset == dataset_id, table.c.principal == principal, table.c.idempotency_key == key
        )
    ).first()
    return (_receipt(found), found.body_hash) if found else None


def get(connection: Connection, receipt: str) -> tuple[Receipt, str] | None:
    """Return (a receipt, whose it is), None when there is none."""
    found = connection.execute(select(tables.receipts).where(tables.receipts.c.receipt == receipt)).first()
    return (_receipt(found), found.principal) if found else None


def purge(connection: Connection) -> None:
    """Forget old receipts."""
    connection.execute(delete(tables.receipts).where(tables.receipts.c.received < moment() - KEPT))


def _receipt(row: Any) -> Receipt:
    errors = (
        RowError(item["row"], item["column"], Text(vi=item["vi"], en=item["en"]), item["code"]) for item in row.errors
    )
    return Receipt(
        row.receipt,
        row.dataset,
        row.source,
        row.received,
        row.accepted,
        row.quarantined,
        row.duplicates,
        tuple(errors),
    )


def other_body() -> Conflict:
    """Return the error for an idempotency key that was used for something else."""
    return Conflict(
        Text(
            vi="Idempotency-Key này đã dùng cho một nội dung khác.",
            en="This Idempotency-Key was used for another body.",
        ),
        Text(vi="Hãy dùng một khóa mới cho nội dung mới.", en="Use a new key for new content."),
    )
