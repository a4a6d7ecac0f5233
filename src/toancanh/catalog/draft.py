"""A catalog in the making: documents read from files, with the line of everything in them, and the issues found so far."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from toancanh.catalog.files import PackFiles
from toancanh.catalog.reading import Parsed
from toancanh.domain import Issue, Text
from toancanh.domain.declarations import Declaration

T = TypeVar("T", bound=Declaration)


@dataclass(slots=True)
class Document:
    """One file: what it declares, where it lies, and the model made of it (None while it has none)."""

    pack: str
    kind: str
    name: str
    file: Path
    parsed: Parsed
    model: Declaration | None = None
    body: str = ""
    offset: int = 0

    @property
    def full(self) -> str:
        """Its name in the catalog: `pack.name`."""
        return f"{self.pack}.{self.name}"

    def issue(
        self, path: tuple[str | int, ...], problem: Text, remedy: Text, code: str = "invalid", severity: str = "error"
    ) -> Issue:
        """Return an issue at `path` of this document."""
        return Issue(shown(self.file), self.parsed.line(path) + self.offset, problem, remedy, code, severity)


@dataclass(slots=True)
class Draft:
    """Everything that was read. `docs` holds documents by kind (`pack`, `words`, or a folder's name) and full name."""

    packs: dict[str, PackFiles] = field(default_factory=dict)
    docs: dict[str, dict[str, Document]] = field(default_factory=dict)
    city: dict[str, Document] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)

    def add(self, document: Document) -> None:
        """Take in one document."""
        self.docs.setdefault(document.kind, {})[document.full] = document

    def of(self, kind: str, model: type[T]) -> Iterator[tuple[Document, T]]:
        """Yield every document of `kind` that has its model."""
        for document in self.docs.get(kind, {}).values():
            if isinstance(document.model, model):
                yield document, document.model

    def names(self, kind: str) -> list[str]:
        """Return the full names of one kind, readable or not."""
        return list(self.docs.get(kind, {}))

    def find(self, kind: str, name: str, pack: str) -> str | None:
        """Return the full name that `name` means inside `pack`, or None."""
        known = self.docs.get(kind, {})
        if "." in name:
            return name if name in known else None
        full = f"{pack}.{name}"
        return full if full in known else None

    def model(self, kind: str, full: str | None, model: type[T]) -> T | None:
        """Return the declaration of that full name, or None where it is missing or could not be read."""
        document = self.docs.get(kind, {}).get(full or "")
        return document.model if document is not None and isinstance(document.model, model) else None


def shown(path: Path) -> str:
    """Return `path` as people know it: from the working folder where it lies below, else as it is."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


def value_at(data: Any, path: tuple[str | int, ...]) -> Any:
    """Return what lies at `path` in plain data, or None."""
    for part in path:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data
