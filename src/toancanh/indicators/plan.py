"""What stands between a Query and its SQL: frozen values, with every name resolved and every expression compiled.

SQL fragments in here come from the guard (catalog), from access and from geography; only `render/` joins them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from toancanh.domain import AnswerColumn, Grain, Period
from toancanh.store import Value

Of = Literal["records", "current", "state"]
Role = Literal["asked", "previous", "year"]


@dataclass(frozen=True, slots=True)
class TimeColumn:
    """A column that places a row in time. A `day` column holds days of the city, the others hold instants."""

    column: str
    day: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows that a part of an answer reads.

    `early` conditions choose among all versions, before the newest of each key is taken (as-of, key columns); `late`
    conditions choose among the rows that are left (access, filters). `end` is the moment up to which versions count.
    """

    table: str
    of: Of
    placed: TimeColumn
    version: TimeColumn
    key: tuple[str, ...] = ()
    early: tuple[str, ...] = ()
    late: tuple[str, ...] = ()
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class Whole:
    """A measure that is one aggregate expression."""

    value: str


@dataclass(frozen=True, slots=True)
class Ratio:
    """A measure whose parts are summed before they are divided."""

    numerator: str
    denominator: str
    scale: float = 1


@dataclass(frozen=True, slots=True)
class File:
    """A measure that a .sql file computes per time and series.

    `name` is the WITH query that stands for its dataset, `others` those for further datasets it reads; `ratio` says
    whether it gives numerator and denominator, `total` how its rows become one value, `reach` how much earlier than the
    period it reads, `columns` what it gives.
    """

    sql: str
    name: str
    total: Literal["avg", "max", "min", "sum", "last"]
    columns: frozenset[str]
    others: tuple[tuple[str, Rows], ...] = ()
    ratio: bool = False
    scale: float = 1
    reach: timedelta = timedelta(0)


Form = Whole | Ratio | File
Combine = Literal["ratio", "sum", "min", "max", "avg", "last", "apart"]
"""How the values of two formulae inside one step become one; `apart`: they cannot, so the step has no value."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much data a value needs.

    `every` is the promise of one series in seconds, `series` the columns that name one (or how many there are), `until`
    the moment up to which records are due. With `expected`, that expression says it for one step of `per` instead.
    """

    at_least: float
    counted: str
    until: datetime
    every: float | None = None
    series: tuple[str, ...] | int = 1
    expected: str | None = None
    per: Grain = Grain.DAY


@dataclass(frozen=True, slots=True)
class Measure:
    """One indicator inside a part: the alias of its value, and what it needs."""

    alias: str
    combine: Combine
    coverage: Coverage | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A span of the period in which each measure has one formula (`forms`, in the order of the measures).

    `ends` are the ends of its steps in milliseconds since 1970, for measures that look at an end. `hourly` asks for the
    shape that the store's hourly roll-up answers.
    """

    period: Period
    forms: tuple[Form, ...]
    when: str | None = None
    ends: tuple[int, ...] = ()
    hourly: bool = False


@dataclass(frozen=True, slots=True)
class Shift:
    """How far a compared step lies before the asked one; one of the three is not 0."""

    months: int = 0
    days: int = 0
    seconds: float = 0


@dataclass(frozen=True, slots=True)
class Part:
    """Measures that read the same rows under the same conditions, in the asked or a compared period.

    `keys` are the expressions of the plan's keys over these rows. `newest` asks for the shape that the store's last-record
    roll-up answers.
    """

    role: Role
    rows: Rows
    keys: tuple[str, ...]
    period: Period
    measures: tuple[Measure, ...]
    pieces: tuple[Piece, ...]
    window: timedelta | None = None
    shift: Shift | None = None
    series: tuple[str, ...] = ()
    newest: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """A constant that changes on given days: (first moment, value), oldest first."""

    alias: str
    steps: tuple[tuple[datetime | None, float | None], ...]


@dataclass(frozen=True, slots=True)
class Key:
    """One thing by which an answer is split, besides time."""

    name: str
    alias: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that the SQL of one answer is made of."""

    zone: str
    period: Period
    moment: datetime
    grain: Grain | None
    keys: tuple[Key, ...]
    parts: tuple[Part, ...]
    targets: tuple[Target, ...]
    columns: tuple[AnswerColumn, ...]
    aliases: tuple[str, ...]
    order: tuple[tuple[str, bool], ...]
    limit: int
    offset: int = 0
    params: Mapping[str, Value] = field(default_factory=dict)
