"""The journal of small inserts by itself: what it puts on disk, what it stores, what it says when something is wrong."""

from pathlib import Path

import pyarrow as pa
import pytest

from toancanh.domain import Text, Unavailable
from toancanh.store.facts.journal import FULL, SMALL, SMALL_BYTES, Journal


class Engine:
    """Takes blocks as the engine does: the same token again stores nothing."""

    def __init__(self) -> None:
        self.blocks: dict[str, tuple[str, list[int]]] = {}
        self.error: Unavailable | None = None

    def insert(self, table: str, block: pa.RecordBatch, token: str) -> None:
        if self.error is not None:
            raise self.error
        self.blocks.setdefault(token, (table, block.column(0).to_pylist()))

    @property
    def stored(self) -> list[tuple[str, list[int]]]:
        return list(self.blocks.values())


@pytest.fixture
def engine() -> Engine:
    return Engine()


def journal(folder: Path, engine: Engine) -> Journal:
    made = Journal(folder, engine.insert, fsync=True, floor=0)
    made.open()
    return made


def rows(*values: int, name: str = "a") -> pa.RecordBatch:
    return pa.record_batch({name: list(values)})


def files(folder: Path) -> list[str]:
    return sorted(path.suffix for path in folder.iterdir())


def test_small_blocks_are_stored_together_by_table_and_columns(tmp_path: Path, engine: Engine) -> None:
    book = journal(tmp_path, engine)
    for table, block in (("t", rows(1)), ("u", rows(2)), ("t", rows(3, 4)), ("t", rows(5, name="b"))):
        assert book.append(table, block)
    assert (book.fresh, book.waiting, engine.stored) == (True, 5, [])
    book.flush()
    assert engine.stored == [("t", [1, 3, 4]), ("u", [2]), ("t", [5])]
    assert (book.fresh, book.waiting, files(tmp_path)) == (False, 0, [])


def test_large_blocks_and_a_full_file_go_to_the_engine_directly(tmp_path: Path, engine: Engine) -> None:
    book = journal(tmp_path, engine)
    assert not book.append("t", rows(*range(SMALL + 1)))
    block = rows(*range(SMALL))
    assert [book.append("t", block) for _ in range(FULL // SMALL + 1)] == [True] * (FULL // SMALL) + [False]


def test_heavy_rows_go_to_the_engine_directly(tmp_path: Path, engine: Engine) -> None:
    book = journal(tmp_path, engine)
    assert not book.append("t", pa.record_batch({"a": ["x" * (SMALL_BYTES + 1)]}))
    assert not book.pending


def test_a_file_that_cannot_be_removed_stores_nothing_twice(
    tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = journal(tmp_path, engine)
    book.append("t", rows(1))
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", lambda _: (_ for _ in ()).throw(OSError("read-only")))
        book.flush()
    assert book.problems
    assert not book.fresh
    book.flush()
    assert (engine.stored, book.problems, book.pending) == ([("t", [1])], [], False)


def test_what_a_process_left_behind_is_stored_once(tmp_path: Path, engine: Engine) -> None:
    book = journal(tmp_path, engine)
    book.append("t", rows(1))
    book.append("t", rows(2))
    left = {path: path.read_bytes() for path in tmp_path.iterdir()}
    book.flush()
    for path, data in left.items():
        path.write_bytes(data)
    journal(tmp_path, engine)
    assert engine.stored == [("t", [1, 2])]
    assert files(tmp_path) == []


@pytest.mark.parametrize("cut", [1, 5, 13, 40])
def test_a_block_cut_off_at_the_end_was_never_acknowledged(tmp_path: Path, engine: Engine, cut: int) -> None:
    book = journal(tmp_path, engine)
    book.append("t", rows(1))
    (path,) = tmp_path.iterdir()
    whole = path.stat().st_size
    book.append("t", rows(2))
    with path.open("r+b") as file:
        file.truncate(whole + cut)
    again = journal(tmp_path, engine)
    assert engine.stored == [("t", [1])]
    assert again.problems == []


def test_a_damaged_file_is_kept_and_named(tmp_path: Path, engine: Engine) -> None:
    book = journal(tmp_path, engine)
    book.append("t", rows(1))
    (path,) = tmp_path.iterdir()
    at = path.stat().st_size + 60
    book.append("t", rows(2))
    book.append("t", rows(3))
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)
    again = journal(tmp_path, engine)
    assert engine.stored == [("t", [1])]
    assert files(tmp_path) == [".damaged"]
    assert path.stem in again.problems[0].vi


def test_what_the_engine_refuses_waits_and_is_told(tmp_path: Path, engine: Engine) -> None:
    book = journal(tmp_path, engine)
    book.append("t", rows(1))
    engine.error = Unavailable(Text(vi="Ổ đĩa đầy.", en="The disk is full."))
    book.flush()
    assert (book.fresh, book.waiting) == (False, 1)
    assert "Ổ đĩa đầy." in book.problems[0].vi
    assert not book.append("t", rows(2)), "nothing more is taken while the engine refuses"
    engine.error = None
    book.flush()
    assert (engine.stored, book.problems, files(tmp_path)) == ([("t", [1])], [], [])


def test_who_must_know_everything_is_told_that_the_engine_refuses(tmp_path: Path, engine: Engine) -> None:
    left = journal(tmp_path, engine)
    left.append("t", rows(1))
    engine.error = Unavailable(Text(vi="Ổ đĩa đầy.", en="The disk is full."))
    book = journal(tmp_path, engine)
    assert (book.fresh, book.pending) == (False, True), "questions are answered from what is there"
    with pytest.raises(Unavailable, match="1 accepted records"):
        book.settle()
    engine.error = None
    book.settle()
    assert (engine.stored, book.pending) == ([("t", [1])], False)
