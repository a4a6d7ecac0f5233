"""Topics: filters with wildcards, and templates whose parts have names."""

import re
from collections.abc import Iterator, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
_PART = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")


def is_filter(topic: str) -> bool:
    """Return whether a topic filter is well formed: `+` and `#` fill whole levels, `#` only the last (4.7.1)."""
    levels = topic.split("/")
    return (
        topic not in ("", "\0")
        and all(level in ("+", "#") if "+" in level or "#" in level else "\0" not in level for level in levels)
        and "#" not in levels[:-1]
    )


def matches(topic: str, wanted: str) -> bool:
    """Return whether a topic lies under a topic filter; what begins with `$` lies under no leading wildcard (4.7.2)."""
    if wanted == topic:
        return True
    if topic[:1] == "$" and wanted[:1] in ("+", "#"):
        return False
    levels = topic.split("/")
    parts = wanted.split("/")
    for place, part in enumerate(parts):
        if part == "#":
            return True
        if place >= len(levels) or part not in ("+", levels[place]):
            return False
    return len(levels) == len(parts)


def covers(allowed: str, wanted: str) -> bool:
    """Return whether all that lies under the filter `wanted`, or that topic itself, lies under the filter `allowed` too."""
    levels = wanted.split("/")
    parts = allowed.split("/")
    for place, part in enumerate(parts):
        if part == "#":
            return True
        if place >= len(levels) or levels[place] == "#" or part not in ("+", levels[place]):
            return False
    return len(levels) == len(parts)


class Template:
    """A topic filter whose levels may have names, as `city/{station}/air/{what}` or `meter/m-{number}/#`."""

    def __init__(self, text: str) -> None:
        self.text = text
        levels = text.split("/")
        self.filter = "/".join("+" if _PART.search(level) else level for level in levels)
        self.names = tuple(_PART.findall(text))
        named = [level for level in levels if _PART.search(level)]
        odd = any("+" in level or "#" in level for level in named)
        if not is_filter(self.filter) or odd or len(set(self.names)) < len(self.names):
            raise ValueError(f"'{text}' is no topic")
        self._levels = [re.compile(_pattern(level)) if _PART.search(level) else None for level in levels]

    def parts(self, topic: str) -> dict[str, str] | None:
        """Return the named parts of a topic, None where it is not of this kind."""
        if not matches(topic, self.filter):
            return None
        found: dict[str, str] = {}
        for level, pattern in zip(topic.split("/"), self._levels, strict=False):
            if pattern is not None:
                match = pattern.fullmatch(level)
                if match is None:
                    return None
                found |= match.groupdict()
        return found


def _pattern(level: str) -> str:
    texts = _PART.split(level)
    return "".join(f"(?P<{text}>.+?)" if place % 2 else re.escape(text) for place, text in enumerate(texts))


def parts_of(topic: str, templates: Sequence[Template]) -> dict[str, str]:
    """Return the named parts of a topic by the first template that fits; none where no one does."""
    for template in templates:
        found = template.parts(topic)
        if found is not None:
            return found
    return {}


class _Node(Generic[T]):
    __slots__ = ("below", "values")

    def __init__(self) -> None:
        self.below: dict[str, _Node[T]] = {}
        self.values: dict[T, int] = {}


class Tree(Generic[T]):
    """Who wants which topics: values under topic filters, found by topic without looking at all of them."""

    def __init__(self) -> None:
        self._root: _Node[T] = _Node()

    def put(self, wanted: str, value: T, options: int) -> bool:
        """Keep a value with its options under a filter; return whether it is new there."""
        node = self._root
        for level in wanted.split("/"):
            node = node.below.setdefault(level, _Node())
        new = value not in node.values
        node.values[value] = options
        return new

    def drop(self, wanted: str, value: T) -> bool:
        """Forget a value under a filter; return whether it was there."""
        levels = wanted.split("/")
        path = [self._root]
        for level in levels:
            if level not in path[-1].below:
                return False
            path.append(path[-1].below[level])
        there = path[-1].values.pop(value, None) is not None
        for place in range(len(levels), 0, -1):
            if path[place].values or path[place].below:
                break
            del path[place - 1].below[levels[place - 1]]
        return there

    def find(self, topic: str) -> Iterator[tuple[T, int]]:
        """Yield each value and its options that wants this topic, once for each filter."""
        nodes = [self._root]
        for place, level in enumerate(topic.split("/")):
            wild = place > 0 or level[:1] != "$"
            if wild:
                yield from _under(nodes, "#")
            names = (level, "+") if wild else (level,)
            nodes = [node.below[name] for node in nodes for name in names if name in node.below]
        yield from _under(nodes, "#")
        for node in nodes:
            yield from node.values.items()


def _under(nodes: Sequence[_Node[T]], name: str) -> Iterator[tuple[T, int]]:
    for node in nodes:
        if name in node.below:
            yield from node.below[name].values.items()
