"""Which files a pack and a city are made of, and how a city's own files stand before the shipped ones."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import toancanh
from toancanh.domain.declarations import (
    Board,
    Calendar,
    Case,
    City,
    Dataset,
    Declaration,
    Demo,
    Indicator,
    Layer,
    Pack,
    Playbook,
    Rule,
    Source,
    Words,
)

SHIPPED = Path(toancanh.__file__).parent / "packs"
"""The fields that come with the platform."""
CITIES = Path(toancanh.__file__).parent / "cities"
"""The demo cities that come with the platform."""
CALENDARS = Path(__file__).parent / "calendars"
"""The working-day calendars that come with the platform."""

KINDS: Mapping[str, type[Declaration]] = {
    "datasets": Dataset,
    "sources": Source,
    "indicators": Indicator,
    "rules": Rule,
    "layers": Layer,
    "boards": Board,
    "playbooks": Playbook,
    "demo": Demo,
    "tests": Case,
}
"""Folder of a pack -> what each file in it declares."""
SINGLE: Mapping[str, type[Declaration]] = {"pack.yaml": Pack, "words.yaml": Words}
"""File at the root of a pack -> what it declares."""
CITY_KINDS: Mapping[str, type[Declaration]] = {"city.yaml": City, "calendars": Calendar}


@dataclass(frozen=True, slots=True)
class PackFiles:
    """The files of one pack by their path inside it; `overridden` are those that a city put in place of shipped ones."""

    name: str
    files: Mapping[str, Path]
    overridden: tuple[str, ...] = ()

    def text(self, name: str) -> str:
        """Return the text of one file."""
        return self.files[name].read_text(encoding="utf-8")


def pack_files(name: str, folders: list[Path]) -> PackFiles | None:
    """Return the files of pack `name` in `folders` (later ones win, file by file), or None where none holds it.

    An empty file in a later folder takes the shipped one away.
    """
    found: dict[str, Path] = {}
    overridden: list[str] = []
    for folder in folders:
        for path in _walk(folder / name):
            inside = path.relative_to(folder / name).as_posix()
            if inside in found:
                overridden.append(inside)
            if path.stat().st_size == 0 and inside in found:
                del found[inside]
            else:
                found[inside] = path
    return PackFiles(name, dict(sorted(found.items())), tuple(overridden)) if found else None


def pack_names(folder: Path) -> list[str]:
    """Return the names of the packs that lie in `folder`."""
    if not folder.is_dir():
        return []
    return sorted(child.name for child in folder.iterdir() if child.is_dir() and not child.name.startswith((".", "_")))


def _walk(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        return
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        if path.is_file() and not any(part.startswith((".", "__")) or part.endswith("~") for part in inside):
            yield path
