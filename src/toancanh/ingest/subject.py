"""What records are read into, and what the input for it looks like."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from toancanh.catalog import Catalog, Compiled
from toancanh.domain.declarations import Dataset, Mapped, Source
from toancanh.ingest.convert import ENGINE_TYPES, Decimal, Kind, quoted

ID = "_id"
"""The raw field in which a sender may name a record."""
SKIPPED = "__skip"
"""Begin of the names of columns that are read past."""


class Places(Protocol):
    """What is needed of geography: SQL that finds the area code of a record, '' when there is none."""

    def below(self, code: str) -> Sequence[str]:
        """The area and all areas inside it."""

    def point_sql(self, lon: str, lat: str) -> str:
        """Area of a point."""

    def code_sql(self, code: str, day: str | None = None) -> str:
        """Area that a code means on a day."""

    def name_sql(self, name: str, within: str | None = None, day: str | None = None) -> str:
        """Area of that name on a day, inside `within`, the code or name of what holds it."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What records are read into: a dataset, the source whose map is used (if any), and the zone of naive times."""

    catalog: Catalog
    dataset_id: str
    dataset: Dataset
    source_id: str | None
    source: Source | None
    zone: str

    @property
    def unit(self) -> str:
        """Code of the organisation that owns records which do not say so themselves."""
        return (self.source.unit if self.source else None) or ""

    def row(self, text: str) -> Compiled:
        """Return the guarded SQL of an expression over the columns of the dataset."""
        return self.catalog.compiled(text, self.dataset_id, system=False)

    def raw(self, text: str, replace: Mapping[str, str] | None = None) -> Compiled:
        """Return the guarded SQL of an expression over raw fields, each written as `replace` says."""
        pack = (self.source_id or self.dataset_id).partition(".")[0]
        return self.catalog.guard.compile(text, None, parameters=self.catalog.parameters(pack), replace=replace)

    def mapped(self, name: str) -> Mapped | None:
        """Return how the source fills a column, None where it takes the raw field of the same name."""
        return self.source.map.get(name) if self.source else None


@dataclass(frozen=True, slots=True)
class Field:
    """A raw field as the input has it."""

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Shape:
    """What kind of input a plan is for. `fields` are in the order of the input; `compose` asks for NFC text.

    `keyed` says that the input brings a running row number of the platform's own for rows of several senders.
    """

    format: str
    fields: tuple[Field, ...]
    fast: bool = False
    decimal: Decimal = ""
    compose: bool = False
    delimiter: str = ","
    skip_unknown: bool = False
    mark: str | None = None

    @property
    def structure(self) -> str:
        """Names and types for the engine's parser."""
        columns = [f"{quoted(item.name)} {ENGINE_TYPES[item.kind]}" for item in self.fields]
        if self.mark:
            columns.append(f"{quoted(self.mark)} Nullable(UInt32)")
        return ", ".join(columns)


def needed(dataset: Dataset) -> set[str]:
    """Return the columns without which a record cannot be stored."""
    required = {name for name, column in dataset.columns.items() if column.required}
    return required | {*dataset.key, *dataset.series, dataset.time}
