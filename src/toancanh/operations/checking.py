"""What is wrong or odd about figures before anybody approves them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from toancanh.domain import SYSTEM, Text, Viewer
from toancanh.domain.declarations import Source
from toancanh.indicators import Indicators, RecordsRequest
from toancanh.ingest import Ingest
from toancanh.operations.forms import MOST_ROWS, Form
from toancanh.operations.periods import following, year_before

Values = Mapping[str, Any]
_SOURCE = Text(vi="Bàn nhập số liệu", en="Entry desk")


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about one cell of a submission. `row` counts from 0; `grave` ones keep it from being submitted."""

    row: int
    column: str | None
    code: str
    text: Text
    grave: bool


@dataclass(frozen=True, slots=True)
class Earlier:
    """What is known of the period before and of the same period a year earlier, by the rows' identifying values."""

    before: Mapping[tuple[str, ...], Values]
    year_before: Mapping[tuple[str, ...], Values]


def identity(form: Form, values: Values) -> tuple[str, ...]:
    """Return what tells a row of a submission from the others."""
    return tuple(str(values.get(name) or "") for name in form.identifies)


def is_empty(form: Form, values: Values) -> bool:
    """Return whether nothing of a row is filled in."""
    return all(values.get(name) in (None, "") for name in form.columns)


async def read_earlier(indicators: Indicators, form: Form, unit: str, first: date, viewer: Viewer) -> Earlier:
    """Return what the facts hold of earlier periods, as `viewer` may see it."""
    every = form.entry.every
    wanted = (following(every, first, -1), year_before(every, first))
    assert form.dataset.unit is not None
    request = RecordsRequest(
        where={form.dataset.unit: unit, form.entry.period: [day.isoformat() for day in wanted]},
        limit=2 * MOST_ROWS,
        current=True,
        columns=(form.entry.period, *form.identifies, *(name for name in form.columns if name not in form.identifies)),
    )
    page = await indicators.page(form.id, viewer, request)
    found: dict[str, dict[tuple[str, ...], Values]] = {day.isoformat(): {} for day in wanted}
    for record in page.records():
        found.setdefault(str(record[form.entry.period])[:10], {})[identity(form, record)] = record
    return Earlier(found[wanted[0].isoformat()], found[wanted[1].isoformat()])


async def find_wrong(ingest: Ingest, form: Form, records: Sequence[Values], numbers: Sequence[int]) -> list[Remark]:
    """Return what the front door would send to quarantine. `numbers` are the rows of the submission that `records` stand for."""
    if not records:
        return []
    source = Source(title=_SOURCE, dataset=form.id, connector="push")
    body = b"\n".join(msgspec.json.encode(record) for record in records)
    pack = form.id.partition(".")[0]
    seen = await ingest.preview(f"{pack}.entry", source, body, "application/x-ndjson", SYSTEM, len(records))
    return [
        Remark(numbers[row.row - 1], problem.column, problem.code, problem.problem, grave=True)
        for row in seen.rows
        for problem in row.problems
    ]


def find_twice(form: Form, rows: Sequence[Values]) -> list[Remark]:
    """Return rows that say again what another row of the submission says."""
    found: dict[tuple[str, ...], int] = {}
    remarks = []
    for number, values in enumerate(rows):
        if is_empty(form, values):
            continue
        first = found.setdefault(identity(form, values), number)
        if first != number:
            text = Text(vi=f"Trùng với dòng {first + 1}.", en=f"The same as row {first + 1}.")
            column = form.identifies[0] if form.identifies else None
            remarks.append(Remark(number, column, "twice", text, grave=True))
    return remarks


def find_odd(form: Form, rows: Sequence[Values], earlier: Earlier) -> list[Remark]:
    """Return figures far from those of the period before, and rows left out that had figures then."""
    remarks = []
    numbers = [name for name, column in form.columns.items() if column.type in ("number", "integer")]
    for number, values in enumerate(rows):
        before = earlier.before.get(identity(form, values))
        if before is None:
            continue
        for name in numbers:
            was, now = before.get(name), values.get(name)
            if not isinstance(was, int | float) or isinstance(now, str | bool):
                continue
            if now is None:
                text = Text(vi=f"Kỳ trước có số liệu ({_told(was)}).", en=f"The period before has a figure ({was:g}).")
                remarks.append(Remark(number, name, "left_out", text, grave=False))
            elif abs(now - was) > form.entry.odd * abs(was):
                remarks.append(Remark(number, name, "odd", _change(was, now), grave=False))
    return remarks


def _change(was: float, now: float) -> Text:
    if was == 0:
        return Text(vi=f"Kỳ trước là 0, kỳ này {_told(now)}.", en=f"0 in the period before, {now:g} now.")
    share = (now - was) / abs(was) * 100
    return Text(
        vi=f"{'Tăng' if share > 0 else 'Giảm'} {_told(round(abs(share), 1))} % so với kỳ trước ({_told(was)}).",
        en=f"{share:+.1f} % against the period before ({was:g}).",
    )


def _told(value: float) -> str:
    """Return a number as Vietnamese write it: 1.234,5."""
    text = f"{value:,.10g}" if not float(value).is_integer() else f"{value:,.0f}"
    return text.replace(",", "\0").replace(".", ",").replace("\0", ".")
