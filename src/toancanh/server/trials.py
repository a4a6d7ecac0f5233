"""Running a pack's own tests: given records go through the real front door, and real questions are asked of them."""

import asyncio
import json
import math
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pydantic import ValidationError
from sqlalchemy import Connection, delete

from toancanh.catalog import CaseFailure, Catalog
from toancanh.domain import SYSTEM, Query, Receipt, Text, ToanCanhError
from toancanh.domain.declarations import Case, Expectation
from toancanh.geography import Geography
from toancanh.indicators import Answer, Indicators
from toancanh.ingest import Ingest
from toancanh.settings import Settings
from toancanh.store import Stores, open_stores, table_name, tables

_FORMATS = {
    "ndjson": "application/x-ndjson",
    "json": "application/json",
    "csv": "text/csv",
    "arrow": "application/vnd.apache.arrow.stream",
    "parquet": "application/vnd.apache.parquet",
}
_SEE = Text(
    vi="Sửa khai báo, hoặc sửa điều mong đợi trong tệp kiểm thử.", en="Mend the declaration, or what the test expects."
)


@contextmanager
def trials() -> Iterator["Trials"]:
    """Yield what runs tests of packs, with stores of its own that vanish afterwards."""
    with tempfile.TemporaryDirectory(prefix="toancanh-check-") as folder, Trials(Path(folder)) as ready:
        yield ready


class Trials:
    """Runs cases one after the other, each on empty tables. The engine and the areas are prepared once, at the first."""

    def __init__(self, folder: Path) -> None:
        self._settings = Settings(home=folder, facts="chdb::memory:", fsync=False)
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()
        self._ready: tuple[Stores, Geography] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._runner.run(self._stack.aclose())
        self._runner.close()

    def __call__(self, catalog: Catalog, name: str) -> Sequence[CaseFailure]:
        """Return what failed in the test `name` of `catalog`; nothing when it passes."""
        return self._runner.run(self._run(catalog, name))

    async def _run(self, catalog: Catalog, name: str) -> list[CaseFailure]:
        case = catalog.cases[name]
        pack = name.partition(".")[0]
        stores, geography = await self._open()
        dataset_id, _ = catalog.dataset(case.dataset, pack)
        moment = case.now or datetime.now(UTC)
        ingest = Ingest(catalog, stores, geography, self._settings)
        indicators = Indicators(catalog, stores, geography, self._settings, now=lambda: moment)
        try:
            await _empty(stores, dataset_id)
            await ingest.start()
            await indicators.start()
            try:
                failures = await _deliver(catalog, name, dataset_id, ingest)
                for position, expected in enumerate(case.values):
                    failures += await _ask(expected, pack, position, indicators)
            except ToanCanhError as error:
                failures = [CaseFailure((), error.message, error.remedy or _SEE)]
        finally:
            await indicators.close()
            await ingest.close()
        if case.alerts:
            vi = "Quy tắc chưa được chạy thử ở phiên bản này."
            failures.append(CaseFailure(("alerts",), Text(vi=vi, en="This version does not run rules yet."), _SEE))
        return failures

    async def _open(self) -> tuple[Stores, Geography]:
        if self._ready is None:
            stores = open_stores(self._settings)
            self._stack.push_async_callback(stores.close)
            await stores.open()
            geography = Geography()
            await geography.start(stores.facts)
            self._stack.push_async_callback(geography.close)
            self._ready = stores, geography
        return self._ready


async def _empty(stores: Stores, dataset_id: str) -> None:
    """Forget what the test before this one left: records of this dataset, what is in quarantine, and the books."""

    def books(connection: Connection) -> None:
        for table in (tables.ledger, tables.ledger_checkpoints, tables.receipts):
            connection.execute(delete(table))

    for table in (table_name(dataset_id), "_quarantine"):
        await stores.facts.command(f"TRUNCATE TABLE IF EXISTS {table}")
    await stores.state.write(books)


async def _deliver(catalog: Catalog, name: str, dataset_id: str, ingest: Ingest) -> list[CaseFailure]:
    case = catalog.cases[name]
    pack, _, short = name.partition(".")
    source = catalog.source(case.source, pack)[0] if case.source else None
    if case.replay:
        body = (catalog.packs[pack].files[f"tests/{short}.yaml"].parent / case.replay).read_bytes()
        kind = _FORMATS[case.format]
    else:
        body = "\n".join(json.dumps(row, ensure_ascii=False, default=str) for row in case.given).encode()
        kind = _FORMATS["ndjson"]
    receipt = await ingest.receive(dataset_id, body, content_type=kind, viewer=SYSTEM, source=source)
    return list(_compare_receipt(case, receipt))


def _compare_receipt(case: Case, receipt: Receipt) -> Iterator[CaseFailure]:
    told = "; ".join(f"{error.row}: {error.column or '-'}: {error.problem.en}" for error in receipt.errors)
    if case.accepted is not None and receipt.accepted != case.accepted:
        yield _differs(("accepted",), case.accepted, receipt.accepted, told)
    wanted, found = {each.row for each in case.rejected}, {error.row for error in receipt.errors}
    if wanted != found:
        yield _differs(("rejected",), sorted(wanted), sorted(found), told)
        return
    for position, each in enumerate(case.rejected):
        blamed = [error.column for error in receipt.errors if error.row == each.row]
        if each.column is not None and each.column not in blamed:
            yield _differs(("rejected", position, "column"), each.column, blamed, told)


async def _ask(expected: Expectation, pack: str, position: int, indicators: Indicators) -> list[CaseFailure]:
    try:
        query = Query.model_validate(_full_names(expected.query, pack))
    except ValidationError as error:
        problem = error.errors()[0]
        place = ("values", position, "query")
        return [
            CaseFailure(place, Text(vi=f"Câu hỏi sai: {problem['msg']}", en=f"A wrong query: {problem['msg']}"), _SEE)
        ]
    answer = await indicators.answer(query, SYSTEM)
    return list(_compare_rows(expected, answer, position))


def _full_names(query: Mapping[str, Any], pack: str) -> dict[str, Any]:
    full = [name if "." in name else f"{pack}.{name}" for name in query.get("indicators", [])]
    return {**query, "indicators": full}


def _compare_rows(expected: Expectation, answer: Answer, position: int) -> Iterator[CaseFailure]:
    rows = answer.records()
    if len(rows) != len(expected.rows):
        yield _differs(("values", position, "rows"), len(expected.rows), len(rows), json.dumps(rows[:5], default=str))
        return
    for number, (wanted, found) in enumerate(zip(expected.rows, rows, strict=True)):
        for column, value in wanted.items():
            if column not in found:
                yield _differs(("values", position, "rows", number), column, sorted(found), "")
            elif not _same(value, found[column], expected.tolerance):
                yield _differs(("values", position, "rows", number, column), value, found[column], "")


def _same(wanted: Any, found: Any, tolerance: float) -> bool:
    numbers = all(isinstance(each, int | float) and not isinstance(each, bool) for each in (wanted, found))
    return math.isclose(wanted, found, rel_tol=tolerance, abs_tol=1e-12) if numbers else bool(wanted == found)


def _differs(place: tuple[str | int, ...], wanted: object, found: object, more: str) -> CaseFailure:
    tail = f" ({more})" if more else ""
    return CaseFailure(
        place,
        Text(vi=f"Mong đợi {wanted}, nhận được {found}.{tail}", en=f"Expected {wanted}, found {found}.{tail}"),
        _SEE,
    )
