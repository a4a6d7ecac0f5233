"""Reading CSV: by the engine where its rows are whole, field by field where they are not."""

import numpy as np

from toancanh.ingest.arrow import indices
from toancanh.ingest.blocks import Refused, Sheet, SheetBlock, SheetRows, sheet_raw, take_apart
from toancanh.ingest.checks import NeedsFullPlan
from toancanh.ingest.fields import fast_fields, raw_names
from toancanh.ingest.runner import CannotRead, Numbers, Raws, Reading, Runner, Unit, door_seed, looked, numbered
from toancanh.ingest.subject import SKIPPED, Field, Shape, Subject
from toancanh.store import LONG

_INSTEAD_OF_TAB = "\x01"


async def read_sheets(runner: Runner, subject: Subject, reading: Reading, blocks: list[SheetBlock]) -> None:
    """Read blocks under the same header together."""
    sheet, first = blocks[0].sheet, blocks[0]
    if len(blocks) == 1 and not first.small and first.sound:
        for fast in runner.tries(subject, sheet, reading.parts):
            if fast and sheet.decimal == ",":
                continue
            try:
                unit = await _whole(runner, subject, reading, first, fast=fast)
            except (CannotRead, NeedsFullPlan):
                runner.tried(subject, sheet, reading.parts, fast=fast, good=False)
            else:
                runner.tried(subject, sheet, reading.parts, fast=fast, good=True)
                reading.units.append(unit)
                return
    await _apart(runner, subject, reading, blocks)


async def _whole(runner: Runner, subject: Subject, reading: Reading, block: SheetBlock, *, fast: bool) -> Unit:
    sheet, body, delimiter = block.sheet, block.data, block.sheet.delimiter
    if delimiter == "\t":
        if b'"' in body or _INSTEAD_OF_TAB.encode() in body:
            raise CannotRead
        body, delimiter = body.replace(b"\t", _INSTEAD_OF_TAB.encode()), _INSTEAD_OF_TAB
    shape = _shape(subject, sheet, compose=block.compose, fast=fast, delimiter=delimiter)
    plan = await runner.planner.plan(subject, shape)
    part = reading.parts[0]
    answer = await runner.run(plan, body, door_seed(part), part.first)
    checked = await looked(answer, plan, reading)
    owner: Numbers = np.zeros(answer.num_rows, np.int64)
    plain = Shape("CSV", tuple(Field(f"c{at}", "text") for at in range(len(sheet.header))), delimiter=delimiter)
    raws = _raws(runner, sheet, body, plain.structure, dict(plan.settings))
    return Unit(checked, owner, numbered(reading.parts, owner), raws, sheet.decimal)


def _raws(runner: Runner, sheet: Sheet, body: bytes, structure: str, settings: dict[str, str | int | float]) -> Raws:
    async def fetch(rows: Numbers) -> list[str]:
        found = await runner.facts.transform(
            "SELECT * FROM {input}", body, format="CSV", structure=structure, limits=LONG, settings=settings
        )
        chosen = found.take(indices(rows)).to_pylist()
        return [sheet_raw(sheet, ["" if item is None else item for item in row.values()]) for row in chosen]

    return fetch


async def _apart(runner: Runner, subject: Subject, reading: Reading, blocks: list[SheetBlock]) -> None:
    sheet = blocks[0].sheet
    rows: list[list[str]] = []
    places: list[int] = []
    numbers: list[int] = []
    for position, block in enumerate(blocks):
        good, bad = take_apart(block)
        before = reading.parts[position].count(len(good) + len(bad)) - 1
        reading.refused += [
            Refused(position, before + number, (problem,), raw, sheet.decimal) for number, problem, raw in bad
        ]
        rows += [fields for _, fields in good]
        numbers += [before + number for number, _ in good]
        places += [position] * len(good)
    if rows:
        compose = any(block.compose for block in blocks)
        shape = _shape(subject, sheet, compose=compose, fast=False, delimiter=",")
        part, number = np.array(places, np.int64), np.array(numbers, np.int64)
        await runner.careful(subject, reading, SheetRows(sheet, rows), shape, part, number, decimal=sheet.decimal)


def _shape(subject: Subject, sheet: Sheet, *, compose: bool, fast: bool, delimiter: str) -> Shape:
    kinds = {item.name: item.kind for item in fast_fields(subject, raw_names(subject))} if fast else {}
    fields = tuple(
        Field(f"{SKIPPED}{position}", "text") if name is None else Field(name, kinds.get(name, "text"))
        for position, name in enumerate(sheet.fields)
    )
    return Shape("CSV", fields, fast=fast, decimal=sheet.decimal, compose=compose, delimiter=delimiter)
