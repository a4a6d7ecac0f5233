"""The Catalog: every declaration that is in force, immutable, by full name `pack.name`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from toancanh.catalog.guard import Compiled, Guard
from toancanh.catalog.guard.names import unknown
from toancanh.domain import WorkingCalendar
from toancanh.domain.declarations import (
    Board,
    Case,
    City,
    ColumnType,
    Dataset,
    Demo,
    Formula,
    Indicator,
    Layer,
    Organisation,
    Pack,
    Playbook,
    Rule,
    Source,
    Words,
)

T = TypeVar("T")

FACT_COLUMNS: Mapping[str, ColumnType] = MappingProxyType(
    {"_id": "text", "_source": "code", "_received": "time", "_unit": "code", "_area": "code", "_flags": "json"}
)
"""Columns that expressions over stored records may use besides the declared ones. `_flags` is an array of texts."""


@dataclass(frozen=True, slots=True)
class LoadedPack:
    """One pack: its head, its folder's files, the values of its parameters, and what the city put in place of it."""

    name: str
    head: Pack
    files: Mapping[str, Path]
    parameters: Mapping[str, Any]
    overridden: tuple[str, ...]
    readme: str


@dataclass(frozen=True, slots=True)
class LoadedDemo:
    """A demo: its declaration and its guarded SQL, with the parameters from, to and seed to fill in."""

    declaration: Demo
    sql: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Catalog:
    """Everything that packs and the city declare. References inside the declarations are full names.

    `version` changes when any file does. The look-ups take a short name inside `pack` or a full one, return (full name,
    declaration), and raise UnknownName with the nearest name.
    """

    version: str
    city: City
    calendar: WorkingCalendar
    guard: Guard
    loaded: datetime
    packs: Mapping[str, LoadedPack]
    units: Mapping[str, Organisation]
    datasets: Mapping[str, Dataset]
    sources: Mapping[str, Source]
    indicators: Mapping[str, Indicator]
    rules: Mapping[str, Rule]
    layers: Mapping[str, Layer]
    boards: Mapping[str, Board]
    playbooks: Mapping[str, Playbook]
    pages: Mapping[str, str]
    words: Mapping[str, Words]
    demos: Mapping[str, LoadedDemo]
    cases: Mapping[str, Case]
    queries: Mapping[str, str]
    _columns: dict[str, dict[str, ColumnType]] = field(default_factory=dict, repr=False, compare=False)

    def dataset(self, name: str, pack: str | None = None) -> tuple[str, Dataset]:
        """Return the dataset that `name` means."""
        return _find("dataset", self.datasets, name, pack)

    def indicator(self, name: str, pack: str | None = None) -> tuple[str, Indicator]:
        """Return the indicator that `name` means."""
        return _find("indicator", self.indicators, name, pack)

    def source(self, name: str, pack: str | None = None) -> tuple[str, Source]:
        """Return the source that `name` means."""
        return _find("source", self.sources, name, pack)

    def layer(self, name: str, pack: str | None = None) -> tuple[str, Layer]:
        """Return the layer that `name` means."""
        return _find("layer", self.layers, name, pack)

    def board(self, name: str, pack: str | None = None) -> tuple[str, Board]:
        """Return the board that `name` means."""
        return _find("board", self.boards, name, pack)

    def rule(self, name: str, pack: str | None = None) -> tuple[str, Rule]:
        """Return the rule that `name` means."""
        return _find("rule", self.rules, name, pack)

    def playbook(self, name: str, pack: str | None = None) -> tuple[str, Playbook]:
        """Return the playbook that `name` means; its text is in `pages`."""
        return _find("playbook", self.playbooks, name, pack)

    def parameters(self, pack: str) -> Mapping[str, Any]:
        """Return the values of `pack`'s parameters: the city's, or the defaults."""
        return self.packs[pack].parameters

    def columns(self, dataset: str, *, system: bool = True) -> Mapping[str, ColumnType]:
        """Return the types of a dataset's columns by name, with those of FACT_COLUMNS unless `system` is false."""
        key = f"{dataset}:{system}"
        if key not in self._columns:
            declared = {name: column.type for name, column in self.datasets[dataset].columns.items()}
            self._columns[key] = declared | (dict(FACT_COLUMNS) if system else {})
        return self._columns[key]

    def expression(
        self,
        text: str,
        dataset: str,
        *,
        pack: str | None = None,
        aggregate: bool = False,
        system: bool = True,
        replace: Mapping[str, str] | None = None,
    ) -> str:
        """Return the guarded SQL of an expression over the columns of `dataset` (full name).

        `pack` owns the expression and its parameters (the dataset's pack by default); `aggregate` lets aggregates in;
        `system` adds the columns of FACT_COLUMNS; `replace` gives trusted SQL to write in place of columns.
        """
        return self.compiled(text, dataset, pack=pack, aggregate=aggregate, system=system, replace=replace).sql

    def compiled(
        self,
        text: str,
        dataset: str,
        *,
        pack: str | None = None,
        aggregate: bool = False,
        system: bool = True,
        replace: Mapping[str, str] | None = None,
    ) -> Compiled:
        """Return what `expression` does, with the columns it names and the functions it calls."""
        owner = self.parameters(pack or dataset.partition(".")[0])
        columns = self.columns(dataset, system=system)
        return self.guard.compile(text, columns, parameters=owner, replace=replace, aggregate=aggregate)

    def query(self, indicator: str, formula: Formula, sources: Mapping[str, str] | None = None) -> Compiled:
        """Return the guarded SELECT of a formula that is a .sql file.

        `sources` maps full dataset names to trusted SQL, such as a bracketed subquery, to read in their place; a dataset
        that it does not name is read by its quoted full name.
        """
        pack = indicator.partition(".")[0]
        text = self.queries[f"{pack}.{formula.sql}"]
        tables, given = self.tables(pack), sources or {}
        places = {name: given[full] for name in tables for full in (_full(name, pack),) if full in given}
        return self.guard.compile_select(text, tables, sources=places, parameters=self.parameters(pack))

    def reads(self, indicator: str, formula: Formula) -> list[str]:
        """Return the datasets that a formula reads (full names), the indicator's own first."""
        own, pack = self.indicators[indicator].dataset, indicator.partition(".")[0]
        read = self.query(indicator, formula).tables if formula.sql is not None else ()
        return [own, *sorted({_full(table, pack) for table in read} - {own})]

    def tables(self, pack: str) -> dict[str, Mapping[str, ColumnType]]:
        """Return the datasets that a .sql file of `pack` may read: all by full name, its own by short name too."""
        named = {full: self.columns(full) for full in self.datasets}
        own = {full.partition(".")[2]: columns for full, columns in named.items() if full.startswith(f"{pack}.")}
        return named | own


def _full(name: str, pack: str) -> str:
    return name if "." in name else f"{pack}.{name}"


def _find(kind: str, known: Mapping[str, T], name: str, pack: str | None) -> tuple[str, T]:
    full = name if "." in name or pack is None else f"{pack}.{name}"
    if full in known:
        return full, known[full]
    raise unknown(kind, name, known)


def now() -> datetime:
    """Return the current moment in UTC."""
    return datetime.now(UTC)
