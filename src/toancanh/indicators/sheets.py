"""An answer as a file for people: titles with units, names beside codes, numbers as numbers, and its passport."""

import asyncio
import csv
import io
import json
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from toancanh.catalog import Catalog
from toancanh.domain import AnswerColumn, NotAllowed, NotFound, Text, Viewer
from toancanh.domain.declarations import ColumnType, Dataset
from toancanh.geography import Geography
from toancanh.indicators.answers import Answer
from toancanh.indicators.formats import MEDIA, Export, Sheet, pieces_of
from toancanh.indicators.records import Records, RecordsRequest

SheetForm = Literal["csv", "xlsx"]
Language = Literal["vi", "en"]
_FORMULAE = ("=", "+", "-", "@", "\t", "\r")
_NAMED = 500
_CODE = Text(vi="mã", en="code")
_PASSPORT = Text(vi="Hộ chiếu số liệu", en="Passport")
_DEMO = Text(vi="Số liệu mô phỏng, không phải số liệu thật.", en="Simulated figures, not real ones.")
_LINES = {
    "period": Text(vi="Khoảng thời gian", en="Period"),
    "as_of": Text(vi="Như đã biết lúc", en="As known at"),
    "asked": Text(vi="Hỏi lúc", en="Asked at"),
    "boundaries": Text(vi="Địa giới", en="Boundaries"),
    "indicator": Text(vi="Chỉ tiêu", en="Indicator"),
    "formula": Text(vi="Cách tính", en="Formula"),
    "legal": Text(vi="Căn cứ pháp lý", en="Legal basis"),
    "owner": Text(vi="Đơn vị chịu trách nhiệm", en="Answers for it"),
    "approved": Text(vi="Phê duyệt công thức", en="Formula approved by"),
    "dataset": Text(vi="Bộ dữ liệu", en="Dataset"),
    "sources": Text(vi="Nguồn", en="Sources"),
    "newest": Text(vi="Bản ghi mới nhất", en="Newest record"),
    "query": Text(vi="Truy vấn", en="Query"),
    "sql": Text(vi="SQL đã chạy", en="SQL that ran"),
}


@dataclass(frozen=True)
class _Column:
    title: str
    type: ColumnType
    values: list[Any]


class Sheets:
    """Writes answers into files."""

    def __init__(self, catalog: Catalog, geography: Geography, records: Records) -> None:
        self._catalog, self._geography, self._records = catalog, geography, records

    async def of(self, answer: Answer, viewer: Viewer, form: SheetForm, language: Language, *, bom: bool) -> Export:
        """Return `answer` as a file. A code whose name is known stands beside that name."""
        columns = await self._columns(answer, viewer, language)
        name = answer.provenance.indicators[0].indicator.replace(".", "-")
        zone = ZoneInfo(answer.provenance.time_zone)
        if form == "csv":
            body = await asyncio.to_thread(_csv, columns, zone, bom=bom)
            return Export(MEDIA["csv"], f"{name}.csv", _once(body))
        return Export(MEDIA["xlsx"], f"{name}.xlsx", _workbook(columns, _about(answer, language, zone), zone, language))

    async def _columns(self, answer: Answer, viewer: Viewer, language: Language) -> list[_Column]:
        rows, found = answer.values(), list[_Column]()
        dataset = self._catalog.indicator(answer.provenance.indicators[0].indicator)[1].dataset
        for place, column in enumerate(answer.columns):
            values = [row[place] for row in rows]
            if column.role != "dimension":
                number = column.type == "number"
                found.append(
                    _Column(_title(column, language), "number" if number else column.type, _numbers(values, number))
                )
                continue
            names = await self._names(dataset, column.name, {str(value) for value in values if value}, viewer, language)
            title = getattr(column.title, language)
            if not names:
                found.append(_Column(title, column.type, values))
                continue
            found.append(_Column(title, "text", [names.get(str(value), value) for value in values]))
            found.append(_Column(f"{title} ({getattr(_CODE, language)})", "text", values))
        return found

    async def _names(
        self, dataset: str, column: str, codes: set[str], viewer: Viewer, language: Language
    ) -> Mapping[str, str]:
        """Return what the codes of one dimension mean: areas, declared codes, units, datasets, else the name column beside."""
        if column == "area" or column.startswith("area:"):
            return {code: name for code in codes if (name := self._area(code, language))}
        declared = self._catalog.datasets[dataset].columns.get(column)
        said = dict(declared.codes or {}) if declared else {}
        said |= {code: self._catalog.units[code].name for code in codes if code in self._catalog.units}
        said |= {code: self._catalog.datasets[code].title for code in codes if code in self._catalog.datasets}
        names = {code: str(getattr(said[code], language)) for code in codes if code in said}
        if len(names) < len(codes) and f"{column}_name" in self._catalog.datasets[dataset].columns:
            names |= await self._beside(dataset, self._catalog.datasets[dataset], column, viewer)
        return names

    def _area(self, code: str, language: Language) -> str | None:
        try:
            area = self._geography.get(code)
        except NotFound:
            return None
        return (area.name_en or area.full_name) if language == "en" else area.full_name

    async def _beside(self, name: str, dataset: Dataset, column: str, viewer: Viewer) -> Mapping[str, str]:
        request = RecordsRequest(columns=(column, f"{column}_name"), order=(f"-{dataset.time}",), limit=_NAMED)
        try:
            page = await self._records.page(name, viewer, request, datetime.now().astimezone())
        except NotAllowed:
            return {}
        newest = reversed(page.records())
        return {str(row[column]): str(row[f"{column}_name"]) for row in newest if row[f"{column}_name"]}


def _title(column: AnswerColumn, language: Language) -> str:
    title = str(getattr(column.title, language))
    return f"{title} ({column.unit})" if column.unit and column.unit != "1" else title


def _numbers(values: Sequence[Any], wanted: bool) -> list[Any]:
    """Whole numbers of 64 bits come as texts from the engine."""
    if not wanted:
        return list(values)
    return [json.loads(value) if isinstance(value, str) else value for value in values]


def _csv(columns: Sequence[_Column], zone: ZoneInfo, *, bom: bool) -> bytes:
    sink = io.StringIO(newline="")
    writer = csv.writer(sink)
    writer.writerow([harmless(column.title) for column in columns])
    for row in zip(*(column.values for column in columns), strict=True):
        writer.writerow([_cell(value, column.type, zone) for value, column in zip(row, columns, strict=True)])
    return ("\ufeff" if bom else "").encode() + sink.getvalue().encode()


def _cell(value: Any, type_: ColumnType, zone: ZoneInfo) -> Any:
    if value is None:
        return ""
    if type_ == "time" and isinstance(value, str) and "T" in value:
        return datetime.fromisoformat(value).astimezone(zone).isoformat()
    return harmless(value) if isinstance(value, str) else value


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(_FORMULAE) else text


def _about(answer: Answer, language: Language, zone: ZoneInfo) -> list[tuple[str, str]]:
    """Return the passport of an answer in lines."""
    told = answer.provenance

    def moment(value: datetime | None) -> str:
        return value.astimezone(zone).strftime("%d/%m/%Y %H:%M:%S") if value else "–"

    lines = [("", _DEMO)] if told.demo else []
    found = [(key, str(getattr(text, language))) for key, text in lines]
    found.append(("period", f"{moment(told.period_from)} – {moment(told.period_to)}"))
    if told.as_of:
        found.append(("as_of", moment(told.as_of)))
    found += [("asked", moment(told.asked_at)), ("boundaries", told.boundaries)]
    for passport in told.indicators:
        found.append(("indicator", f"{getattr(passport.title, language)} ({passport.indicator})"))
        found.append(("formula", getattr(passport.formula, language)))
        for basis in passport.legal:
            found.append(("legal", f"{basis['number']} {basis['title'][language]}"))
        found.append(("owner", getattr(passport.owner, language)))
        if passport.approved:
            by = [passport.approved["by"][language], passport.approved["on"], passport.approved.get("document", "")]
            found.append(("approved", ", ".join(filter(None, by))))
        for each in passport.inputs:
            found.append(("dataset", f"{getattr(each.title, language)} ({each.dataset})"))
        found.append(("sources", ", ".join(source.source for source in passport.sources)))
        found.append(("newest", moment(passport.newest)))
    found += [("query", json.dumps(told.query, ensure_ascii=False)), ("sql", told.sql)]
    return [(str(getattr(_LINES[key], language)) if key else "", value) for key, value in found]


async def _once(body: bytes) -> AsyncIterator[bytes]:
    yield body


async def _workbook(
    columns: Sequence[_Column], about: Sequence[tuple[str, str]], zone: ZoneInfo, language: Language
) -> AsyncIterator[bytes]:
    with tempfile.TemporaryDirectory(prefix="toancanh-export-") as folder:
        path = Path(folder) / "answer.xlsx"
        await asyncio.to_thread(_write, path, columns, about, zone, str(getattr(_PASSPORT, language)))
        async for piece in pieces_of(path):
            yield piece


def _write(
    path: Path, columns: Sequence[_Column], about: Sequence[tuple[str, str]], zone: ZoneInfo, title: str
) -> None:
    sheet = Sheet(path, [(column.title, column.type) for column in columns], zone)
    for row in zip(*(column.values for column in columns), strict=True):
        sheet.row(row)
    sheet.about(title, about)
    sheet.close()
