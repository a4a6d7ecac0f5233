"""What an engine must be able to do for `ThreadedFacts`: plain calls that block, made from worker threads."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from toancanh.store.facts.ddl import StoredTable
from toancanh.store.facts.protocol import Setting
from toancanh.store.facts.schema import DictionarySpec, TableSpec


@dataclass(frozen=True, slots=True)
class Options:
    """How a store runs. `memory` (of the whole engine) and `free_disk` in bytes, `seconds` a question, `idle` seconds.

    `readers` is how many questions run at once; 0 means twice the processors.
    """

    memory: int = 4 << 30
    seconds: int = 30
    free_disk: int = 1 << 30
    fsync: bool = True
    readers: int = 0
    idle: float = 30.0


@dataclass(frozen=True, slots=True)
class Question:
    """One statement on its way to the engine. `params` are encoded already; `tag` lets it be found and killed."""

    sql: str
    params: Mapping[str, str]
    format: str
    settings: Mapping[str, Setting]
    tag: str


@dataclass(frozen=True, slots=True)
class Raw:
    """An answer in the engine's own bytes. `view` holds as long as `owner` does."""

    view: memoryview
    owner: object
    rows: int


class Driver(Protocol):
    """A way to one engine. Every method may raise an error of the house; none of them touches asyncio."""

    kind: str

    def open(self) -> None:
        """Connect, or start the engine."""

    def select(self, question: Question) -> Raw:
        """Run one reading statement to its end."""

    def chunks(self, question: Question) -> Iterator[bytes]:
        """Run one reading statement piece by piece; the pieces make one document. Closing the iterator stops it."""

    def transform(self, question: Question, body: bytes | memoryview | Path, format: str, structure: str) -> Raw:
        """Run a statement over the rows of `body`, which stand where the SQL says {input}."""

    def insert(self, table: str, block: pa.RecordBatch, token: str) -> None:
        """Store one block, all of it or nothing, on disk when this returns."""

    def command(self, sql: str, params: Mapping[str, str]) -> None:
        """Run one statement that changes something."""

    def kill(self, tag: str) -> None:
        """Stop every statement whose tag begins with `tag`."""

    def explain_ast(self, sql: str) -> str:
        """Parse one statement without running it."""

    def stored(self) -> dict[str, StoredTable]:
        """Return the tables that there are."""

    def create(self, spec: TableSpec) -> list[str]:
        """Return the statements that create a table."""

    def change(self, spec: TableSpec, stored: StoredTable) -> list[str]:
        """Return the statements that bring a table to its spec."""

    def renew(self, spec: TableSpec) -> list[str]:
        """Return the statements that make a table anew, empty, of which every machine holds all rows."""

    def define(self, spec: DictionarySpec) -> list[str]:
        """Return the statements that make a dictionary anew."""

    def system(self, table: str) -> str:
        """Return how SQL names one of the engine's own tables, over all machines of the store."""

    def free_disk(self) -> int:
        """Return the free bytes of the fullest disk."""

    def purge(self) -> None:
        """Give unused memory back to the system."""

    def backup(self, path: Path) -> None:
        """Write everything into a tar file."""

    def restore(self, path: Path) -> None:
        """Read everything back from a tar file."""

    def close(self) -> None:
        """Let go; nothing is running any more."""
