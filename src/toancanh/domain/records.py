"""What becomes of records that are sent: receipts, rows refused, the ledger."""

from dataclasses import dataclass, field
from datetime import date, datetime

from toancanh.domain.text import Text

SYSTEM_COLUMNS = ("_id", "_source", "_received", "_unit", "_area", "_flags")
"""Columns that every record has besides its own."""


@dataclass(frozen=True, slots=True)
class RowError:
    """One reason why one row was not stored. `row` counts from 1 in what was sent."""

    row: int
    column: str | None
    problem: Text
    code: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one delivery. accepted + quarantined + duplicates = rows sent. `errors` holds the first 100."""

    receipt: str
    dataset: str
    source: str
    received: datetime
    accepted: int
    quarantined: int
    duplicates: int
    errors: tuple[RowError, ...] = field(default=())

    @property
    def sent(self) -> int:
        """How many rows were sent."""
        return self.accepted + self.quarantined + self.duplicates


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One source's account of one dataset and day (city time): received = stored + quarantined + duplicated."""

    day: date
    dataset: str
    source: str
    sent: int
    received: int
    stored: int
    quarantined: int
    duplicated: int
    delivered: int

    @property
    def balanced(self) -> bool:
        """Whether every record sent is accounted for."""
        return self.sent == self.received == self.stored + self.quarantined + self.duplicated
