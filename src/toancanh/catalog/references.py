"""Where declarations name other declarations: one table, used for checking the names and for writing them out in full."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from toancanh.catalog.reading import Path


@dataclass(frozen=True, slots=True)
class Named:
    """At `path` stands `name`, which must be one of `kind`. `local` names never carry a pack."""

    path: Path
    kind: str
    name: str
    local: bool = False


_PLACES: dict[str, tuple[tuple[str, str, bool], ...]] = {
    "pack": (("headline.*", "indicators", False), ("board", "boards", True)),
    "sources": (("dataset", "datasets", False),),
    "indicators": (("dataset", "datasets", False),),
    "layers": (("dataset", "datasets", False), ("indicator", "indicators", False)),
    "boards": (
        ("widgets.*.indicators.*", "indicators", False),
        ("widgets.*.dataset", "datasets", False),
        ("widgets.*.layers.*", "layers", False),
    ),
    "rules": (
        ("watches.indicator", "indicators", False),
        ("watches.dataset", "datasets", False),
        ("watches.layer", "layers", False),
        ("watches.rules.*", "rules", False),
        ("playbook", "playbooks", True),
    ),
    "demo": (("dataset", "datasets", False),),
    "tests": (("dataset", "datasets", False), ("source", "sources", False), ("alerts.*.rule", "rules", False)),
}


def references(kind: str, data: Any) -> Iterator[Named]:
    """Yield every name that a document of `kind` with the plain value `data` uses."""
    for pattern, target, local in _PLACES.get(kind, ()):
        for path, value in _matches(data, tuple(pattern.split(".")), ()):
            if isinstance(value, str):
                yield Named(path, target, value, local)


def with_full_names(kind: str, data: dict[str, Any], pack: str) -> dict[str, Any]:
    """Return `data` with every reference written as `pack.name`; local names and unions of areas stay as they are."""
    for named in references(kind, data):
        if not named.local and "." not in named.name:
            data = _replaced(data, named.path, f"{pack}.{named.name}")
    return data


def _matches(data: Any, pattern: tuple[str, ...], path: Path) -> Iterator[tuple[Path, Any]]:
    if not pattern:
        yield path, data
    elif pattern[0] == "*":
        if isinstance(data, list):
            for index, item in enumerate(data):
                yield from _matches(item, pattern[1:], (*path, index))
    elif isinstance(data, dict) and pattern[0] in data:
        yield from _matches(data[pattern[0]], pattern[1:], (*path, pattern[0]))


def _replaced(data: Any, path: Path, value: str) -> Any:
    if not path:
        return value
    if isinstance(data, list):
        return [_replaced(item, path[1:], value) if index == path[0] else item for index, item in enumerate(data)]
    return {key: _replaced(item, path[1:], value) if key == path[0] else item for key, item in data.items()}
