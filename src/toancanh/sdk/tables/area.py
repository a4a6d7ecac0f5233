"""Looking into the XML of a workbook before it is read: how large its sheets are, and which cells hold an error."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, BinaryIO
from xml.etree import ElementTree

from toancanh.domain import Text, TooLarge

MOST_CELLS = 24_000_000
"""Cells of the rectangle that holds a sheet; the reader keeps a place for each."""
LARGEST = 2 << 30
"""Bytes of a part of a workbook once unpacked."""
_PIECE = 1 << 20
_OVERLAP = 256
_MOST_ERRORS = 10_000
_ROW = re.compile(rb'<(?:\w+:)?row [^>]*?\br="(\d+)"')
_WIDE = re.compile(rb' r="([A-Z]{2,3})\d+"')
_ERROR = re.compile(
    rb'<(?:\w+:)?c (?=[^>]*?\bt="e")[^>]*?\br="([A-Z]{1,3})(\d+)"[^>]*>.{0,4000}?<(?:\w+:)?v>([^<]*)<', re.DOTALL
)
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(slots=True)
class Area:
    """What the XML of one sheet shows. `errors` are by (row, column) from 0."""

    rows: int = 0
    columns: int = 26
    errors: dict[tuple[int, int], str] = field(default_factory=dict)


def areas(file: BinaryIO) -> dict[str, Area]:
    """Return what each sheet of an XLSX holds, by name; of other workbooks nothing. Raises TooLarge."""
    try:
        with zipfile.ZipFile(file) as packed:
            paths = _sheets(packed)
            return {name: _area(packed, path) for name, path in paths.items()}
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError, NotImplementedError, OSError, EOFError):
        return {}
    finally:
        file.seek(0)


def column_number(letters: str) -> int:
    """Return a column's number from 0: A is 0, AA is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def column_letters(number: int) -> str:
    """Return the letters of a column by its number from 0."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell(first: str, offset: int) -> str:
    """Return the address of a cell `offset` columns to the right: B17 and 2 is D17."""
    letters = first.rstrip("0123456789")
    return f"{column_letters(column_number(letters) + offset)}{first[len(letters) :]}"


def _sheets(packed: zipfile.ZipFile) -> dict[str, str]:
    """Return the path of each sheet's XML by its name; raise TooLarge for a part that nobody can keep."""
    for part in packed.infolist():
        if part.file_size > LARGEST:
            raise _too_large(f"{part.file_size >> 20} MB")
    targets = {
        item.attrib["Id"]: item.attrib["Target"]
        for item in ElementTree.fromstring(packed.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 - expat bounds entities
    }
    book = ElementTree.fromstring(packed.read("xl/workbook.xml"))  # noqa: S314 - expat bounds entities
    named = ((item.attrib.get("name", ""), targets.get(item.attrib.get(_RELATION, ""))) for item in book.iter())
    return {
        name: target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
        for name, target in named
        if name and target and "worksheets/" in target
    }


def _area(packed: zipfile.ZipFile, path: str) -> Area:
    area = Area()
    with packed.open(path) as file:
        for piece in _pieces(file):
            for row in _last(piece):
                area.rows = max(area.rows, row)
            for found in set(_WIDE.findall(piece)):
                area.columns = max(area.columns, column_number(found.decode()) + 1)
            if b't="e"' in piece and len(area.errors) < _MOST_ERRORS:
                for letters, row_number, said in _ERROR.findall(piece):
                    place = int(row_number) - 1, column_number(letters.decode())
                    area.errors[place] = said.decode(errors="replace")
            if area.rows * area.columns > MOST_CELLS:
                raise _too_large(f"{column_letters(area.columns - 1)}{area.rows}")
    return area


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the XML in pieces that overlap a little."""
    left = b""
    while chunk := file.read(_PIECE):
        yield left + chunk
        left = chunk[-_OVERLAP:]


def _last(piece: bytes) -> Iterator[int]:
    """Yield the number of the last row that begins in a piece."""
    at = piece.rfind(b"row ")
    while at >= 0:
        if found := _ROW.match(piece, max(piece.rfind(b"<", 0, at), 0)):
            yield int(found[1])
            return
        at = piece.rfind(b"row ", 0, at)


def _too_large(what: str) -> TooLarge:
    return TooLarge(
        Text(vi=f"Trang tính quá lớn: đến {what}.", en=f"The sheet is too large: up to {what}."),
        Text(
            vi="Xóa các ô lạc ở xa bảng, hoặc gửi tệp CSV.",
            en="Delete stray cells far from the table, or send a CSV.",
        ),
    )
