"""The index of identities against a plain dictionary, and the cutting of texts against plain parsers."""

import asyncio
import csv
import io
import json
from collections.abc import Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from toancanh.ingest.identity import GLOBAL, Budget, Days, Index, Run, Words, sorted_run
from toancanh.ingest.textual import array_blocks, elements, line_blocks, may_be_decomposed, sheet_blocks

Stored = dict[int, tuple[int, int]]


class Memory:
    """A shelf over a dictionary: identity → (content, day)."""

    def __init__(self) -> None:
        self.stored: Stored = {}

    async def count(self) -> dict[int, int]:
        days = [day for _, day in self.stored.values()]
        return {day: days.count(day) for day in set(days)}

    async def load(self, days: Sequence[int]) -> Run:
        return _run({key: value for key, value in self.stored.items() if value[1] in days})

    async def find(self, identity: Words, days: Sequence[int]) -> Run:
        wanted = set(identity.tolist())
        return _run({key: value for key, value in self.stored.items() if key in wanted and value[1] in days})


def _run(stored: Stored) -> Run:
    contents, days = [value[0] for value in stored.values()], [value[1] for value in stored.values()]
    return sorted_run(np.array(list(stored), np.uint64), np.array(contents, np.uint64), np.array(days, np.int32))


batches = st.lists(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 2)), max_size=30).map(
        lambda rows: [(key, content, GLOBAL if key % 7 == 0 else key % 5) for key, content in rows]
    ),
    max_size=8,
)


@given(batches=batches, limit=st.sampled_from([1, 20, 60, 1000]), failing=st.sets(st.integers(0, 7)))
@settings(max_examples=100, deadline=None)
def test_the_index_agrees_with_a_dictionary(
    batches: list[list[tuple[int, int, int]]], limit: int, failing: set[int]
) -> None:
    async def run() -> None:
        shelf, budget = Memory(), Budget(limit)
        index = Index(shelf, budget)
        for number, batch in enumerate(batches):
            if not batch:
                continue
            identity: Words = np.array([row[0] for row in batch], np.uint64)
            content: Words = np.array([row[1] for row in batch], np.uint64)
            days: Days = np.array([row[2] for row in batch], np.int32)
            await index.prepare(identity, days)
            split = index.split(identity, content, days)
            known, wanted = dict(shelf.stored), []
            for key, value, day in batch:
                old = known.get(key)
                wanted.append("fresh" if old is None else "duplicate" if old[0] == value else "conflict")
                known.setdefault(key, (value, day))
            for name in ("fresh", "duplicate", "conflict"):
                assert getattr(split, name).tolist() == [each == name for each in wanted]
            if number in failing:
                index.forget()
            else:
                shelf.stored = known
                index.add()
        index.release()
        assert budget.held == 0

    asyncio.run(run())


texts = st.text(st.sampled_from('ab"\\[]{},:\n é'), max_size=12)
values = st.recursive(st.one_of(st.none(), st.integers(), texts), lambda inner: st.lists(inner, max_size=3))
records = st.lists(st.dictionaries(texts, values, max_size=3), max_size=12)


@given(rows=records, size=st.integers(1, 64), indent=st.sampled_from([None, 1]), blank=st.sampled_from(["", " \n"]))
@settings(max_examples=80, deadline=None)
def test_arrays_are_cut_between_their_elements(
    rows: list[dict[str, object]], size: int, indent: int | None, blank: str
) -> None:
    text = blank + json.dumps(rows, indent=indent, ensure_ascii=False) + blank
    blocks = list(array_blocks(io.BytesIO(text.encode()), size))
    assert [json.loads(element) for block in blocks for element in elements(block)] == rows


@given(rows=st.lists(st.lists(texts, min_size=2, max_size=2), max_size=12), size=st.integers(1, 64))
@settings(max_examples=80, deadline=None)
def test_sheets_are_cut_between_their_rows(rows: list[list[str]], size: int) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    blocks = list(sheet_blocks(io.BytesIO(out.getvalue().encode()), size))
    assert b"".join(blocks) == out.getvalue().encode()
    found = [row for block in blocks for row in csv.reader(io.StringIO(block.decode(), newline=""))]
    assert found == rows


@given(lines=st.lists(texts.map(lambda text: text.replace("\n", "")), max_size=12), size=st.integers(1, 40))
def test_lines_are_cut_between_lines(lines: list[str], size: int) -> None:
    body = "\n".join(lines).encode()
    blocks = list(line_blocks(io.BytesIO(body), size))
    assert b"".join(blocks) == body
    assert all(block.endswith(b"\n") for block in blocks[:-1])


def test_text_that_may_not_be_in_nfc() -> None:
    for text in ("plain", "Đường Lê Lợi, ễ ợ ự", "µg/m³ °C"):
        assert not may_be_decomposed(text.encode())
    for text in ("e\u0301", "\u212b", "\\u0301", "\u1100\u1161"):
        assert may_be_decomposed(text.encode())
