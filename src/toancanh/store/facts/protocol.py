"""What a facts store offers, whichever engine answers."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

import pyarrow as pa

from toancanh.domain import Text
from toancanh.store.facts.schema import DictionarySpec, TableSpec
from toancanh.store.facts.values import Value

Setting = str | int | float


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one question may take. None means the store's own limit (from Settings); 0 means no limit.

    `seconds` of running, `memory` in bytes, `rows` in the answer, `threads` of the engine.
    """

    seconds: float | None = None
    memory: int | None = None
    rows: int | None = None
    threads: int | None = None


INTERACTIVE = Limits()
"""A person waits: the store's own limits."""
LONG = Limits(seconds=3600, rows=0)
"""Exports, rebuilding and other work in the background."""


class Payload:
    """The engine's answer as the engine wrote it, without a copy.

    `view` is valid as long as this object lives: keep it until the bytes are sent. `rows` counts rows of the answer,
    `seconds` is the time the caller waited for the engine.
    """

    __slots__ = ("_owner", "rows", "seconds", "view")

    def __init__(self, view: memoryview, owner: object, *, rows: int, seconds: float) -> None:
        self.view = view
        self.rows = rows
        self.seconds = seconds
        self._owner = owner

    def __len__(self) -> int:
        return self.view.nbytes

    def __bytes__(self) -> bytes:
        return bytes(self.view)


@dataclass(frozen=True, slots=True)
class FactsHealth:
    """How the store is. `detached` names broken parts as table/part; `rows` counts stored records by table."""

    status: Literal["ok", "degraded", "down"]
    version: str
    free_disk: int
    detached: tuple[str, ...] = ()
    problems: list[Text] = field(default_factory=list)
    rows: Mapping[str, int] = field(default_factory=dict)


class Facts(Protocol):
    """Where records are kept: append-only tables in ClickHouse's SQL. Every method may raise Unavailable.

    SQL reaches the engine as given: only text that our own code wrote, or that the guard let through, may come here;
    values travel as `params`, named in the SQL as `{name:Type}`.
    """

    kind: str

    async def open(self) -> None:
        """Start the engine. Raises StoreLocked when another process owns the folder."""

    async def query(
        self,
        sql: str,
        params: Mapping[str, Value] | None = None,
        *,
        format: str = "JSONCompact",
        limits: Limits = INTERACTIVE,
        settings: Mapping[str, Setting] | None = None,
    ) -> Payload:
        """Return the answer to one SELECT in `format`. Raises InvalidInput, QueryTooHeavy, CorruptData."""

    async def table(
        self,
        sql: str,
        params: Mapping[str, Value] | None = None,
        *,
        limits: Limits = INTERACTIVE,
        settings: Mapping[str, Setting] | None = None,
    ) -> pa.Table:
        """Return the answer to one SELECT as an Arrow table (low-cardinality columns as plain strings)."""

    async def settled(self) -> None:
        """Wait until every accepted record can be read; raise Unavailable where the engine does not take them now.

        Questions do not wait so: they are answered from what is there. Whoever decides from an answer that a record is
        new asks this first.
        """

    def stream(
        self,
        sql: str,
        params: Mapping[str, Value] | None = None,
        *,
        format: str,
        limits: Limits = LONG,
        settings: Mapping[str, Setting] | None = None,
    ) -> AsyncIterator[bytes]:
        """Yield the answer to one SELECT piece by piece, in bounded memory; the pieces joined are one document."""

    async def transform(
        self,
        sql: str,
        body: bytes | memoryview | Path,
        *,
        format: str,
        structure: str,
        params: Mapping[str, Value] | None = None,
        limits: Limits = LONG,
        settings: Mapping[str, Setting] | None = None,
    ) -> pa.Table:
        """Return the answer to `sql`, in which `{input}` stands for the rows of `body` in `format`.

        `structure` gives the names and types of the rows, as "a String, b Nullable(Float64)". Nothing is stored.
        """

    async def insert(self, table: str, batch: pa.Table, *, token: str | None = None) -> None:
        """Store `batch`, all of it or nothing; when this returns it is on disk, and every later question sees it.

        The same token again stores nothing. Without one a small batch may be stored together with others. Columns are
        matched by name; those that the batch lacks take their defaults.
        """

    async def command(self, sql: str, params: Mapping[str, Value] | None = None) -> None:
        """Run one statement that changes the store (DDL), written by our own code."""

    async def replace(self, spec: TableSpec, rows: pa.Table) -> None:
        """Make a small table anew with exactly these rows; on a cluster every machine holds all of them."""

    async def define(self, spec: DictionarySpec) -> None:
        """Make a dictionary, or make it anew, over a table that `replace` wrote; it loads when first used."""

    async def apply(self, specs: Sequence[TableSpec]) -> list[str]:
        """Create or extend tables so that they match `specs`; return the statements that were run.

        Raises InvalidPack when a stored column would have to change its type.
        """

    def explain_ast(self, sql: str) -> str:
        """Return the engine's syntax tree of one statement without running it. Raises InvalidInput."""

    async def health(self) -> FactsHealth:
        """Return how the store is; never raises."""

    async def backup(self, path: Path) -> None:
        """Write every table into the tar file `path`, which must not exist yet."""

    async def restore(self, path: Path) -> None:
        """Read every table back from the tar file `path` into an empty store."""

    async def close(self) -> None:
        """Stop what runs, wait for the last insert, and let the store go."""
