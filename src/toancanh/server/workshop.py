"""Where packs are tried: their tests send records through the whole platform, in stores that vanish, and ask."""

import asyncio
import math
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import msgspec
from pydantic import ValidationError
from sqlalchemy import Connection, delete

from toancanh.catalog import CaseFailure, Catalog
from toancanh.domain import SYSTEM, Query, Receipt, Text, ToanCanhError
from toancanh.domain.declarations import Case, Expectation
from toancanh.geography import Geography
from toancanh.indicators import Indicators
from toancanh.ingest import Ingest
from toancanh.settings import Settings
from toancanh.store import Stores, open_stores, table_name, tables

T = TypeVar("T")
_MEDIA = {
    "ndjson": "application/x-ndjson",
    "json": "application/json",
    "csv": "text/csv",
    "arrow": "application/vnd.apache.arrow.stream",
    "parquet": "application/vnd.apache.parquet",
}
_QUARANTINE = "_quarantine"


@dataclass(slots=True)
class _Open:
    """What a workshop keeps open."""

    stores: Stores
    geography: Geography


class Workshop:
    """Runs tests of packs, one after the other, each in empty tables. Use it in a `with` block, outside any event loop."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="toancanh-workshop-")
        self._settings = Settings(home=Path(self._folder.name), facts="chdb::memory:", fsync=False, free_disk=1 << 20)
        self._runner = asyncio.Runner()
        self._open: _Open | None = None
        self._stores: Stores | None = None

    def __enter__(self) -> Self:
        self._stores = self._runner.run(_opened(self._settings))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._open is not None:
            self._runner.run(self._open.geography.close())
        if self._stores is not None:
            self._runner.run(self._stores.close())
        self._runner.close()
        self._folder.cleanup()

    def explain(self, sql: str) -> str:
        """Return the engine's syntax tree of one statement; raise InvalidInput."""
        assert self._stores is not None
        return self._stores.facts.explain_ast(sql)

    def run_case(self, catalog: Catalog, name: str) -> Sequence[CaseFailure]:
        """Run one test of a pack by its full name; return what failed."""
        return self._runner.run(self._run(catalog, name))

    async def _run(self, catalog: Catalog, name: str) -> list[CaseFailure]:
        opened = await self._areas()
        case = catalog.cases[name]
        now = case.now or datetime.now(UTC)
        ingest = Ingest(catalog, opened.stores, opened.geography, self._settings)
        indicators = Indicators(catalog, opened.stores, opened.geography, self._settings, now=lambda: now)
        await ingest.start()
        try:
            return await _tried(catalog, name, case, ingest, indicators)
        finally:
            await ingest.close()
            for table in (*map(table_name, catalog.datasets), _QUARANTINE):
                await opened.stores.facts.command(f"TRUNCATE TABLE `{table}`")
            await opened.stores.state.write(_forget)

    async def _areas(self) -> _Open:
        """Make the engine know the areas, once, when the first test needs them."""
        if self._open is None:
            assert self._stores is not None
            geography = Geography()
            await geography.start(self._stores.facts)
            await geography.warm()
            self._open = _Open(self._stores, geography)
        return self._open


def _forget(connection: Connection) -> None:
    for table in (tables.ledger, tables.ledger_checkpoints, tables.receipts, tables.quarantine_decisions):
        connection.execute(delete(table))


async def _opened(settings: Settings) -> Stores:
    stores = open_stores(settings)
    await stores.open()
    return stores


async def _tried(catalog: Catalog, name: str, case: Case, ingest: Ingest, indicators: Indicators) -> list[CaseFailure]:
    pack = name.partition(".")[0]
    try:
        body, media = _payload(catalog, pack, case)
        receipt = await ingest.receive(case.dataset, body, content_type=media, viewer=SYSTEM, source=case.source)
    except ToanCanhError as error:
        return [CaseFailure(("given",), error.message, error.remedy or _LOOK)]
    failures = [*_stored(case, receipt)]
    for number, expectation in enumerate(case.values):
        failures += await _answered(catalog, pack, number, expectation, indicators)
    if case.alerts:
        vi, en = (
            "Phiên bản này chưa chạy quy tắc, nên không thử được cảnh báo.",
            "This version runs no rules, so no alert can be tried.",
        )
        failures.append(_failure(("alerts",), vi, en))
    return failures


def _payload(catalog: Catalog, pack: str, case: Case) -> tuple[bytes, str]:
    if case.replay is not None:
        return catalog.packs[pack].files[f"tests/{case.replay}"].read_bytes(), _MEDIA[case.format]
    return b"\n".join(msgspec.json.encode(dict(row)) for row in case.given), _MEDIA["ndjson"]


_LOOK = Text(vi="Sửa bài thử hoặc khai báo.", en="Mend the test or the declaration.")


def _stored(case: Case, receipt: Receipt) -> list[CaseFailure]:
    failures = []
    if case.accepted is not None and receipt.accepted != case.accepted:
        first = receipt.errors[0] if receipt.errors else None
        vi = f" Dòng {first.row}, cột {first.column}: {first.problem.vi}" if first else ""
        en = f" Row {first.row}, column {first.column}: {first.problem.en}" if first else ""
        failures.append(
            _failure(
                ("accepted",),
                f"Lưu {receipt.accepted} bản ghi, chờ đợi {case.accepted}.{vi}",
                f"{receipt.accepted} records were stored, {case.accepted} were expected.{en}",
            )
        )
    found = {(error.row, error.column) for error in receipt.errors}
    for number, wanted in enumerate(case.rejected):
        if not any(row == wanted.row and wanted.column in (None, column) for row, column in found):
            failures.append(
                _failure(
                    ("rejected", number),
                    f"Dòng {wanted.row} không bị cách ly vì cột {wanted.column}.",
                    f"Row {wanted.row} did not go to quarantine for the column {wanted.column}.",
                )
            )
    rows = {wanted.row for wanted in case.rejected}
    failures += [
        _failure(
            ("rejected",),
            f"Dòng {error.row} bị cách ly, cột {error.column}: {error.problem.vi}",
            f"Row {error.row} went to quarantine, column {error.column}: {error.problem.en}",
        )
        for error in receipt.errors
        if error.row not in rows
    ]
    return failures


async def _answered(
    catalog: Catalog, pack: str, number: int, expectation: Expectation, indicators: Indicators
) -> list[CaseFailure]:
    path = ("values", number)
    try:
        asked = Query.model_validate(expectation.query)
        names = [catalog.indicator(each, pack)[0] for each in asked.indicators]
        order = [_ordered(catalog, each, pack) for each in asked.order]
        answer = await indicators.answer(asked.model_copy(update={"indicators": names, "order": order}), SYSTEM)
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in detail["loc"])
        return [_failure((*path, "query"), f"{where}: {detail['msg']}.", f"{where}: {detail['msg']}.")]
    except ToanCanhError as error:
        return [CaseFailure((*path, "query"), error.message, error.remedy or _LOOK)]
    return _compared(path, expectation, answer.records(), ordered=bool(asked.order))


def _ordered(catalog: Catalog, entry: str, pack: str) -> str:
    sign, name = ("-", entry[1:]) if entry.startswith("-") else ("", entry)
    return f"{sign}{pack}.{name}" if f"{pack}.{name}" in catalog.indicators else entry


def _compared(
    path: tuple[str | int, ...], expectation: Expectation, rows: list[dict[str, Any]], *, ordered: bool
) -> list[CaseFailure]:
    """Compare an answer with what was expected: in order where the query says one, else row for row in any order."""
    wanted = expectation.rows
    if len(rows) != len(wanted):
        return [
            _failure(
                (*path, "rows"),
                f"Trả {len(rows)} dòng, chờ đợi {len(wanted)}: {_shown(rows)}",
                f"The answer has {len(rows)} rows, {len(wanted)} were expected: {_shown(rows)}",
            )
        ]
    left = list(rows)
    failures = []
    for number, row in enumerate(wanted):
        candidates = left[:1] if ordered else left
        match = next((each for each in candidates if _fits(row, each, expectation.tolerance)), None)
        if match is None:
            failures.append(
                _failure(
                    (*path, "rows", number),
                    f"Chờ đợi {_shown([row])}, nhận {_shown(candidates)}",
                    f"{_shown([row])} was expected, and {_shown(candidates)} came",
                )
            )
            match = candidates[0]
        left.remove(match)
    return failures


def _fits(wanted: Mapping[str, Any], row: Mapping[str, Any], tolerance: float) -> bool:
    return all(name in row and _same(value, row[name], tolerance) for name, value in wanted.items())


def _same(wanted: Any, found: Any, tolerance: float) -> bool:
    if isinstance(wanted, bool) or isinstance(found, bool) or wanted is None or found is None:
        return wanted is found
    if isinstance(wanted, int | float) and isinstance(found, int | float):
        return math.isclose(wanted, found, rel_tol=tolerance, abs_tol=1e-12)
    moments = [_moment(value) for value in (wanted, found)]
    if None not in moments:
        return moments[0] == moments[1]
    return str(wanted) == str(found)


def _moment(value: Any) -> datetime | None:
    if isinstance(value, datetime):
        return value if value.tzinfo else None
    if isinstance(value, date) or not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _shown(rows: Sequence[Mapping[str, Any]]) -> str:
    text = msgspec.json.encode([dict(row) for row in rows[:5]], enc_hook=str).decode()
    return text if len(text) < 400 else text[:400] + "…"


def _failure(path: tuple[str | int, ...], vi: str, en: str) -> CaseFailure:
    return CaseFailure(path, Text(vi=vi, en=en), _LOOK)
