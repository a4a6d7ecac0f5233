"""Forms: which datasets people enter, which units fill them in, and what is due. All of it follows from declarations."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from toancanh.catalog import Catalog
from toancanh.domain import NotFound, Text
from toancanh.domain.declarations import Column, Dataset, Entry, EntryPeriod
from toancanh.operations.periods import due_at, first_day, following, last_day, periods

LOOK_BACK: Mapping[EntryPeriod, int] = {"day": 31, "week": 12, "month": 12, "quarter": 6, "half_year": 4, "year": 3}
"""How many periods back a form is asked for, where its city says since when."""
MOST_ROWS = 2_000
"""Most rows of one submission; what is larger comes as a file from a source."""


@dataclass(frozen=True, slots=True)
class Form:
    """A dataset that people enter. `units` are the codes of those who fill it in."""

    id: str
    dataset: Dataset
    entry: Entry
    units: tuple[str, ...]
    since: date | None

    @property
    def columns(self) -> dict[str, Column]:
        """The columns that people fill in, besides the one that names the rows."""
        given = {self.dataset.unit, self.dataset.time, self.entry.period, self.entry.status, self.entry.rows}
        return {name: column for name, column in self.dataset.sent.items() if name not in given}

    @property
    def identifies(self) -> tuple[str, ...]:
        """The columns that tell the rows of one submission apart."""
        given = {self.dataset.unit, self.entry.period}
        return tuple(name for name in self.dataset.key if name not in given)

    @property
    def codes(self) -> dict[str, Text]:
        """The rows of the form by code; none where people add rows."""
        return dict(self.dataset.columns[self.entry.rows].codes or {}) if self.entry.rows else {}

    def asked(self, today: date) -> Iterator[date]:
        """Yield the first days of the periods that are asked for, newest first: the running one, and those that ended."""
        running = first_day(self.entry.every, today)
        oldest = following(self.entry.every, running, -LOOK_BACK[self.entry.every])
        if self.since is None:
            oldest = following(self.entry.every, running, -1)
        yield from periods(self.entry.every, max(oldest, self.since or oldest), today)


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a period is due; `opens` is when it begins to be asked for: on its last day."""

    opens: date
    due: datetime


def forms_of(catalog: Catalog) -> dict[str, Form]:
    """Return the forms of a city by dataset."""
    return {
        name: _form(catalog, name, dataset, dataset.entry)
        for name, dataset in catalog.datasets.items()
        if dataset.entry
    }


def form_of(catalog: Catalog, dataset_id: str) -> Form:
    """Return one form; raise NotFound."""
    dataset = catalog.datasets.get(dataset_id)
    if dataset is None or dataset.entry is None:
        raise NotFound(
            Text(vi=f"“{dataset_id[:127]}” không phải biểu nhập liệu.", en=f"'{dataset_id[:127]}' is no form."),
            Text(vi="Danh mục: GET /api/v1/forms.", en="They are listed at GET /api/v1/forms."),
        )
    return _form(catalog, dataset_id, dataset, dataset.entry)


def deadline(catalog: Catalog, form: Form, first: date) -> Deadline:
    """Return when the period that begins on `first` is due."""
    every = form.entry.every
    return Deadline(last_day(every, first), due_at(form.entry.due, every, first, catalog.calendar).astimezone(UTC))


def _form(catalog: Catalog, name: str, dataset: Dataset, entry: Entry) -> Form:
    assigned = catalog.city.entry.get(name)
    units = (assigned.units if assigned else ()) or (
        *entry.units,
        *(code for code, unit in catalog.units.items() if unit.kind in entry.kinds),
    )
    return Form(name, dataset, entry, tuple(dict.fromkeys(units)), assigned.since if assigned else None)
