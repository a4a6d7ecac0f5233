"""Records of an XML file, one element each, without holding more than some of them."""

from collections.abc import Callable, Iterator
from typing import Any, BinaryIO
from xml.parsers import expat

from toancanh.domain import InvalidInput

_PIECE = 1 << 18
_DEEPEST = 100


class _Reader:
    """Turns elements into records: children by name, deeper ones by path, attributes with @, what repeats as a list."""

    def __init__(self, element: str | None) -> None:
        self.found: list[dict[str, Any]] = []
        self._element = element
        self._path: list[str] = []
        self._start: int | None = None
        self._record: dict[str, Any] = {}
        self._text: list[list[str]] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        self._path.append(name)
        self._text.append([])
        if len(self._path) > _DEEPEST:
            raise _Refused("> 100 levels")
        if self._start is None and (name == self._element or (self._element is None and len(self._path) == 2)):
            self._start, self._record = len(self._path), {}
        if self._start is not None:
            for key, value in attributes.items():
                if not key.startswith("xmlns"):
                    self._put([*self._path[self._start :], f"@{key.rpartition(':')[2]}"], value)

    def end(self, _: str) -> None:
        text = "".join(self._text.pop()).strip()
        if self._start is not None:
            if text:
                self._put(self._path[self._start :] or ["#text"], text)
            if len(self._path) == self._start:
                self.found.append(self._record)
                self._start = None
        self._path.pop()

    def text(self, data: str) -> None:
        self._text[-1].append(data)

    def doctype(self, *_: object) -> None:
        raise _Refused("DOCTYPE")

    def _put(self, path: list[str], value: str) -> None:
        name = "/".join(path)
        there = self._record.get(name)
        if there is None:
            self._record[name] = value
        else:
            self._record[name] = [*there, value] if isinstance(there, list) else [there, value]


class _Refused(Exception):
    """What is not read."""


def xml_records(
    file: BinaryIO, element: str | None, broken: Callable[[object], InvalidInput]
) -> Iterator[dict[str, Any]]:
    """Yield a record for each `element`, by default for each child of the root. Raises what `broken` makes.

    A document type is refused: it may ask for other files, or grow without end.
    """
    reader, parser = _Reader(element), expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = reader.text, reader.doctype
    while True:
        piece = file.read(_PIECE)
        try:
            parser.Parse(piece, not piece)
        except (expat.ExpatError, _Refused) as error:
            yield from reader.found
            raise broken(error) from error
        yield from reader.found
        reader.found = []
        if not piece:
            return
