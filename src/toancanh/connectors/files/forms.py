"""From a file to deliveries: what its name says it is, and how that is read."""

import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from toancanh.connectors.cutting import FORMATS, WORKBOOKS, pieces
from toancanh.connectors.files.manifest import Form, Settings
from toancanh.connectors.files.places import COMPANIONS, missing
from toancanh.connectors.files.stations import STATION_FILE, station_rows
from toancanh.connectors.files.xml import xml_records
from toancanh.domain import InvalidInput, SourceFailed, Text, ToanCanhError, TooLarge
from toancanh.sdk import Wish, json_lines, lines, tables, unreachable

ROWS = 5_000
"""Records of one delivery, where they are put together here."""
NDJSON = "application/x-ndjson"
_ENDINGS: dict[str, Form] = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".json": "json", ".ndjson": "ndjson", ".jsonl": "ndjson", ".xml": "xml",
    ".parquet": "parquet", ".arrow": "arrow", ".arrows": "arrow", ".feather": "arrow", ".geojson": "geojson",
    ".shp": "geo", ".gpkg": "geo", **dict.fromkeys(WORKBOOKS, "workbook"),
}  # fmt: skip
_MEDIA = {"csv": FORMATS[".csv"], "ndjson": NDJSON, "parquet": FORMATS[".parquet"], "arrow": FORMATS[".arrow"]}
_PACKED = (".gz", ".zst")
_MOST_INSIDE = 10_000


class _Collection(msgspec.Struct):
    features: list[msgspec.Raw]


_COLLECTION = msgspec.json.Decoder(_Collection)


@dataclass(frozen=True, slots=True)
class Part:
    """One delivery of a file. `notes` say what of it is no record."""

    body: bytes
    media: str = NDJSON
    rows: int | None = None
    notes: tuple[Text, ...] = ()


def parts(path: Path, name: str, settings: Settings) -> Iterator[Part]:
    """Yield what a file holds; the same file gives the same parts. Raises InvalidInput where it cannot be read."""
    if PurePosixPath(name).suffix.lower() == ".zip":
        yield from _unpacked(path, settings)
        return
    try:
        yield from _READERS[form_of(name, settings)](path, name, settings)
    except ImportError as error:
        raise missing(error.name or "pyogrio", "geo") from error
    except ToanCanhError:
        raise
    except Exception as error:
        raise _of_this_side(error) or unreadable(name, error) from error


def form_of(name: str, settings: Settings) -> Form:
    """Return how a file is read. Raises InvalidInput where nothing says it."""
    if settings.format != "auto":
        return settings.format
    path = PurePosixPath(name.lower())
    if STATION_FILE.search(path.name):
        return "stations"
    suffixes = [ending for ending in path.suffixes if ending not in _PACKED]
    if suffixes and suffixes[-1] in _ENDINGS:
        return _ENDINGS[suffixes[-1]]
    raise InvalidInput(
        Text(vi=f"Không rõ định dạng của {name}.", en=f"The format of {name} is not known."),
        Text(
            vi=f"Đặt đuôi tệp ({' '.join(_ENDINGS)} .zip) hoặc ghi rõ thiết lập “format”.",
            en=f"Give it an ending ({' '.join(_ENDINGS)} .zip), or set 'format'.",
        ),
    )


def unreadable(name: str, why: object) -> InvalidInput:
    """Return the error for a file that is not what it should be."""
    said = (str(why).splitlines() or [type(why).__name__])[0][:200]
    return InvalidInput(
        Text(vi=f"Không đọc được tệp {name}: {said}.", en=f"The file {name} cannot be read: {said}."),
        Text(
            vi="Kiểm tra tệp có nguyên vẹn và đúng định dạng không, rồi đặt lại vào thư mục.",
            en="Check that it is whole and of the right format, then put it into the folder again.",
        ),
    )


def _of_this_side(error: Exception) -> SourceFailed | None:
    """Return the error for a disk that fails; None where it is the file's own fault."""
    if isinstance(error, OSError) and error.errno is not None:
        return unreachable(str(error.filename or "disk"), error.strerror)
    return None


def _cut(path: Path, name: str, settings: Settings) -> Iterator[Part]:
    media = FORMATS[".tsv"] if name.lower().endswith(".tsv") else _MEDIA[form_of(name, settings)]
    for piece in pieces(path, media):
        yield Part(piece.body, piece.media)


def _workbook(path: Path, name: str, settings: Settings) -> Iterator[Part]:  # noqa: ARG001 - as the others
    wish = Wish(settings.sheet, tuple(settings.columns), settings.header_row, settings.keep_totals)
    with path.open("rb") as file:
        for table in tables(file, wish):
            notes = table.left_out.said(table.sheet)
            for body, rows in table.batches(table.names):
                yield Part(body, rows=rows, notes=notes)
                notes = ()
            if notes and not table.rows:
                yield Part(b"", rows=0, notes=notes)


def _json(path: Path, name: str, settings: Settings) -> Iterator[Part]:
    found = _list(path.read_bytes(), (settings.records or "").split("/") if settings.records else [], name)
    for start in range(0, len(found), ROWS):
        chosen = found[start : start + ROWS]
        yield Part(lines(map(bytes, chosen)), rows=len(chosen))


def _list(data: bytes, steps: list[str], name: str) -> list[msgspec.Raw]:
    """Return the elements of the list at the end of a path; without one, of the only list there is."""
    first = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if first[:1] == b"[" and not steps:
        return msgspec.json.decode(first, type=list[msgspec.Raw])
    whole = msgspec.json.decode(first, type=dict[str, msgspec.Raw])
    if steps:
        if steps[0] not in whole:
            raise unreadable(name, f"“{steps[0]}”: {', '.join(list(whole)[:20])}")
        return _list(bytes(whole[steps[0]]), steps[1:], name)
    lists = [raw for raw in whole.values() if bytes(raw).lstrip()[:1] == b"["]
    return msgspec.json.decode(lists[0], type=list[msgspec.Raw]) if len(lists) == 1 else [msgspec.Raw(first)]


def _xml(path: Path, name: str, settings: Settings) -> Iterator[Part]:
    with path.open("rb") as file:
        yield from _gathered(xml_records(file, settings.records, lambda why: unreadable(name, why)))


def _stations(path: Path, name: str, settings: Settings) -> Iterator[Part]:  # noqa: ARG001 - as the others
    yield from _gathered(station_rows(path.read_bytes(), PurePosixPath(name).name))


def _geojson(path: Path, name: str, settings: Settings) -> Iterator[Part]:  # noqa: ARG001 - as the others
    from toancanh.connectors.files.geo import feature_records  # noqa: PLC0415 - loads GEOS

    features = _COLLECTION.decode(path.read_bytes().removeprefix(b"\xef\xbb\xbf")).features
    for start in range(0, len(features), ROWS):
        records = feature_records(features[start : start + ROWS])
        yield Part(json_lines(records), rows=len(records))


def _geo(path: Path, name: str, settings: Settings) -> Iterator[Part]:  # noqa: ARG001 - as the others
    from toancanh.connectors.files.layers import layer_records  # noqa: PLC0415 - an extra

    for records in layer_records(path, settings.sheet, ROWS):
        yield Part(json_lines(records), rows=len(records))


_READERS: dict[Form, Callable[[Path, str, Settings], Iterator[Part]]] = {
    "csv": _cut, "ndjson": _cut, "parquet": _cut, "arrow": _cut, "workbook": _workbook, "json": _json, "xml": _xml,
    "stations": _stations, "geojson": _geojson, "geo": _geo,
}  # fmt: skip


def _gathered(records: Iterator[dict[str, Any]]) -> Iterator[Part]:
    held: list[dict[str, Any]] = []
    for record in records:
        held.append(record)
        if len(held) == ROWS:
            yield Part(json_lines(held), rows=ROWS)
            held = []
    if held:
        yield Part(json_lines(held), rows=len(held))


def _unpacked(path: Path, settings: Settings) -> Iterator[Part]:
    """Yield what the files inside an archive hold, in the order of their names."""
    try:
        with zipfile.ZipFile(path) as packed, tempfile.TemporaryDirectory(prefix="toancanh-") as folder:
            members = sorted((one for one in packed.infolist() if not one.is_dir()), key=lambda one: one.filename)
            size = sum(one.file_size for one in members)
            if len(members) > _MOST_INSIDE or size > settings.max_megabytes << 20:
                raise too_large(path.name, size, settings)
            chosen = [one for one in members if _is_chosen(one.filename, settings)]
            if not chosen:
                raise unreadable(
                    path.name, f"{', '.join(one.filename for one in members[:20])}: inside {settings.inside}"
                )
            beside = [one for one in members if one.filename.lower().endswith(COMPANIONS)]
            for one in [*beside, *chosen]:
                to = Path(folder) / PurePosixPath(one.filename).name
                with packed.open(one) as inside, to.open("wb") as file:
                    while piece := inside.read(1 << 20):
                        file.write(piece)
                if one in chosen:
                    yield from parts(to, one.filename, settings)
    except ToanCanhError:
        raise
    except Exception as error:
        raise _of_this_side(error) or unreadable(path.name, error) from error


def _is_chosen(name: str, settings: Settings) -> bool:
    last = PurePosixPath(name).name
    if (
        last.startswith((".", "~"))
        or re.search(r"(?:^|/)__MACOSX/", name)
        or name.lower().endswith((*COMPANIONS, ".zip"))
    ):
        return False
    return any(fnmatchcase(last, one) or fnmatchcase(name, one) for one in settings.inside)


def too_large(name: str, size: int, settings: Settings) -> TooLarge:
    """Return the error for a file that is too large."""
    return TooLarge(
        Text(
            vi=f"Tệp {name} quá lớn: {size >> 20} MB, tối đa {settings.max_megabytes} MB.",
            en=f"The file {name} is too large: {size >> 20} MB, at most {settings.max_megabytes} MB.",
        ),
        Text(vi="Chia nhỏ tệp, hoặc tăng “max_megabytes”.", en="Split it, or raise 'max_megabytes'."),
    )
