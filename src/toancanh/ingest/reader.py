"""Blocks in, checked rows out."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from toancanh.ingest.blocks import BrokenBlock, ColumnBlock, ColumnRows, JsonBlock, Part, Refused, SheetBlock
from toancanh.ingest.planner import Planner
from toancanh.ingest.read_json import read_json
from toancanh.ingest.read_sheet import read_sheets
from toancanh.ingest.runner import Reading, Runner, numbered
from toancanh.ingest.subject import Shape, Subject
from toancanh.store import Facts


class Reader:
    """Reads the blocks of one dataset."""

    def __init__(self, facts: Facts, planner: Planner) -> None:
        self._runner = Runner(facts, planner)

    async def read(self, subject: Subject, parts: Sequence[Part]) -> Reading:
        """Return what became of parts of one group. Raises Unavailable and its like, InvalidInput for all of them."""
        reading = Reading(list(parts))
        first = parts[0].block
        if isinstance(first, JsonBlock):
            found = [part.block for part in parts if isinstance(part.block, JsonBlock)]
            await read_json(self._runner, subject, reading, found)
        elif isinstance(first, SheetBlock):
            sheets = [part.block for part in parts if isinstance(part.block, SheetBlock)]
            await read_sheets(self._runner, subject, reading, sheets)
        elif isinstance(first, BrokenBlock):
            reading.refused.append(Refused(0, parts[0].count(1), (first.problem,), "null"))
        else:
            columns = [part.block for part in parts if isinstance(part.block, ColumnBlock)]
            await self._columns(subject, reading, columns)
        return reading

    async def _columns(self, subject: Subject, reading: Reading, blocks: list[ColumnBlock]) -> None:
        table = pa.concat_tables([block.table for block in blocks]) if len(blocks) > 1 else blocks[0].table
        part = np.repeat(np.arange(len(blocks), dtype=np.int64), [block.table.num_rows for block in blocks])
        numbers = numbered(reading.parts, part)
        if table.num_rows:
            shape = Shape("ArrowStream", blocks[0].fields, compose=any(block.compose for block in blocks))
            await self._runner.careful(subject, reading, ColumnRows(table), shape, part, numbers)
