"""A submission as somebody sees it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from toancanh.domain import Text
from toancanh.operations.checking import Earlier, Remark, identity
from toancanh.operations.forms import Form
from toancanh.operations.keeping import Key, Taken
from toancanh.operations.transitions import Step, SubmissionState


@dataclass(frozen=True, slots=True)
class Submission:
    """A submission as somebody sees it: its newest revision, what is wrong or odd, earlier figures, and what may be done."""

    form: Form
    key: Key
    name: Text
    state: SubmissionState
    status: str | None
    revision: int
    version: int
    rows: tuple[Mapping[str, Any], ...]
    remarks: tuple[Remark, ...]
    earlier: Earlier
    opens: date
    due: datetime
    late: bool
    history: tuple[Taken, ...]
    steps: tuple[Step, ...]
    writable: bool
    receipt: str | None

    def earlier_rows(self, when: Literal["before", "year_before"]) -> list[Mapping[str, Any] | None]:
        """Return the figures of an earlier period, row by row."""
        found = self.earlier.before if when == "before" else self.earlier.year_before
        return [found.get(identity(self.form, row)) for row in self.rows]
