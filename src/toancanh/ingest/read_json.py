"""Reading JSON: many senders' objects as one text, told apart by rows of our own."""

import secrets
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from toancanh.ingest import problems
from toancanh.ingest.arrow import indices, numbers, whole
from toancanh.ingest.blocks import JsonBlock, JsonRows, Refused, as_json
from toancanh.ingest.checks import NeedsFullPlan
from toancanh.ingest.convert import string
from toancanh.ingest.fields import fast_fields, raw_names
from toancanh.ingest.runner import (
    CannotRead,
    Numbers,
    Raws,
    Reading,
    Runner,
    Unit,
    door_id,
    door_seed,
    looked,
    numbered,
)
from toancanh.ingest.subject import ID, Field, Shape, Subject
from toancanh.store import LONG

_IN_ORDER: dict[str, str | int | float] = {
    "max_threads": 1,
    "parallelize_output_from_storages": 0,
    "input_format_parallel_parsing": 0,
    "output_format_arrow_compression_method": "none",
}
_MARK = f"_mark_{secrets.token_hex(8)}"
"""The field of our own rows. Nobody can guess it, and a body that breaks off cannot hide one: they are counted."""
_ENCODING, _SYNTAX, _UNKNOWN, _TWICE = 1, 2, 3, 4


async def read_json(runner: Runner, subject: Subject, reading: Reading, blocks: list[JsonBlock]) -> None:
    """Read blocks together, by the fast plan, else by the full one, else line by line."""
    compose = any(block.compose for block in blocks)
    named = any(f'"{ID}"'.encode() in block.data for block in blocks)
    if all(block.sound for block in blocks):
        for fast in runner.tries(subject, "json", reading.parts):
            shape = _shape(subject, reading, blocks, compose=compose, named=named, fast=fast)
            try:
                unit = await _whole(runner, subject, reading, blocks, shape)
            except (CannotRead, NeedsFullPlan):
                runner.tried(subject, "json", reading.parts, fast=fast, good=False)
            else:
                runner.tried(subject, "json", reading.parts, fast=fast, good=True)
                reading.units.append(unit)
                return
    await _lines(
        runner, subject, reading, blocks, _shape(subject, reading, blocks, compose=compose, named=True, fast=False)
    )


def _shape(
    subject: Subject, reading: Reading, blocks: Sequence[JsonBlock], *, compose: bool, named: bool, fast: bool
) -> Shape:
    names = [name for name in raw_names(subject) if named or name != ID]
    return Shape(
        "JSONEachRow",
        fast_fields(subject, names) if fast else tuple(Field(name, "text") for name in names),
        fast=fast,
        decimal=reading.parts[0].delivery.decimal,
        compose=compose,
        skip_unknown=subject.source is not None or blocks[0].matched,
    )


async def _whole(runner: Runner, subject: Subject, reading: Reading, blocks: list[JsonBlock], shape: Shape) -> Unit:
    parts = reading.parts
    apart = all(block.single for block in blocks)
    marked = not apart and len(blocks) > 1
    body = blocks[0].data if len(blocks) == 1 else b"\n".join(_between(blocks) if marked else [b.data for b in blocks])
    plan = await runner.planner.plan(subject, replace(shape, mark=_MARK) if marked else shape)
    door = [door_id(part, part.first) for part in parts] if apart else door_seed(parts[0])
    answer = await runner.run(plan, body, door, parts[0].first)
    at: Numbers = np.arange(answer.num_rows, dtype=np.int64)
    part: Numbers = at if apart else np.zeros(len(at), np.int64)
    if apart and answer.num_rows != len(blocks):
        raise CannotRead
    if marked:
        answer, part, at = _unmarked(answer, len(blocks))
    checked = await looked(answer, plan, reading)
    row = np.array([each.count(1) for each in parts], np.int64) if apart else numbered(parts, part)
    return Unit(checked, part, row, _raws(runner, body, at))


def _raws(runner: Runner, body: bytes, at: Numbers) -> Raws:
    async def fetch(rows: Numbers) -> list[str]:
        answer = await runner.facts.transform(
            "SELECT row FROM {input}",
            body,
            format="JSONAsString",
            structure="row String",
            limits=LONG,
            settings=_IN_ORDER,
        )
        found = whole(answer, "row").take(indices(at[rows])).to_pylist()
        return [row or "" for row in found]

    return fetch


def _between(blocks: Sequence[JsonBlock]) -> list[bytes]:
    """Return the bodies with a row of our own between every two: it says where one sender's rows end."""
    found = [blocks[0].data]
    for position, block in enumerate(blocks[1:], 1):
        found += [b'{"%s":%d}' % (_MARK.encode(), position), block.data]
    return found


def _unmarked(answer: pa.Table, parts: int) -> tuple[pa.Table, Numbers, Numbers]:
    """Return (rows without ours, part of each, position of each in the body)."""
    marks = whole(answer, _MARK)
    there = pc.is_valid(marks).to_numpy(zero_copy_only=False)
    seen = marks.drop_null().to_numpy(zero_copy_only=False)
    if not np.array_equal(seen, np.arange(1, parts)):
        raise CannotRead
    at = np.flatnonzero(~there)
    return answer.filter(pa.array(~there)), np.cumsum(there)[at].astype(np.int64), at


async def _lines(runner: Runner, subject: Subject, reading: Reading, blocks: list[JsonBlock], shape: Shape) -> None:
    """Read line by line: lines that are no rows are refused with the reason, the others read as usual."""
    lines: list[bytes] = []
    places: list[int] = []
    for position, block in enumerate(blocks):
        found = block.lines()
        lines += found
        places += [position] * len(found)
    if not lines:
        return
    part = np.array(places, np.int64)
    row = numbered(reading.parts, part)
    answer = await runner.facts.transform(
        _lines_sql(subject, skip_unknown=shape.skip_unknown),
        b"\n".join(lines),
        format="LineAsString",
        structure="line String",
        limits=LONG,
        settings=_IN_ORDER,
    )
    wrong = numbers(answer, "bad", np.int64)
    names = whole(answer, "names")
    for at in np.flatnonzero(wrong).tolist():
        told = _line_problems(subject, int(wrong[at]), names[at].as_py() or [])
        reading.refused.append(Refused(int(part[at]), int(row[at]), told, as_json(lines[at])))
    good = np.flatnonzero(wrong == 0)
    if len(good):
        rows = JsonRows([lines[at] for at in good.tolist()])
        await runner.careful(subject, reading, rows, shape, part[good], row[good], decimal=shape.decimal)


def _lines_sql(subject: Subject, *, skip_unknown: bool) -> str:
    """Return the SELECT that says of each line what keeps it from being a row, and the fields to blame."""
    known = ", ".join(string(name.lower()) for name in raw_names(subject))
    names = "arrayMap(x -> lowerUTF8(x), JSONExtractKeys(line))"
    strange = f"arraySlice(arrayFilter(x -> NOT has([{known}], lowerUTF8(x)), JSONExtractKeys(line)), 1, 5)"
    mine = f"arrayFilter(x -> has([{known}], x), {names})"
    twice = f"arraySlice(arrayFilter((x, n) -> n > 1, {mine}, arrayEnumerateUniq({mine})), 1, 5)"
    unknown = "0" if skip_unknown else "notEmpty(strange)"
    bad = (
        f"multiIf(NOT isValidUTF8(line), {_ENCODING}, NOT isValidJSON(line) OR JSONType(line) != 'Object', {_SYNTAX}, "
        f"{unknown}, {_UNKNOWN}, notEmpty(twice), {_TWICE}, 0)"
    )
    inner = f"SELECT line, {strange} AS strange, {twice} AS twice FROM {{input}}"
    return f"SELECT {bad} AS bad, if(bad = {_UNKNOWN}, strange, if(bad = {_TWICE}, twice, [])) AS names FROM ({inner})"


def _line_problems(subject: Subject, wrong: int, names: Sequence[str]) -> tuple[problems.Problem, ...]:
    if wrong == _ENCODING:
        return (problems.ENCODING,)
    if wrong == _SYNTAX:
        return (problems.SYNTAX,)
    if wrong == _TWICE:
        return tuple(problems.repeated_column(name) for name in names)
    columns = subject.dataset.columns
    return tuple(
        problems.computed_column(name)
        if name in columns and columns[name].derive is not None
        else problems.unknown_column(name, subject.dataset.sent)
        for name in names
    )
