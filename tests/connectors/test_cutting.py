"""Cutting files into deliveries: every row once, always at the same places."""

import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from toancanh.connectors import cutting as module
from toancanh.connectors.cutting import media_type, pieces
from toancanh.domain import InvalidInput


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PIECE", 200)
    monkeypatch.setattr(module, "ROWS", 7)


def test_lines_are_cut_at_their_ends(tmp_path: Path) -> None:
    path = tmp_path / "rows.ndjson"
    lines = [b'{"n": %d}\n' % number for number in range(100)]
    path.write_bytes(b"".join(lines))
    found = list(pieces(path))
    assert len(found) > 3
    assert b"".join(piece.body for piece in found) == path.read_bytes()
    assert all(piece.body.endswith(b"\n") for piece in found)
    assert [piece.first_row for piece in found][1] == found[0].body.count(b"\n")
    assert found == list(pieces(path))
    assert found[-1].done == path.stat().st_size


@pytest.mark.parametrize("ending", [".gz", ".zst"])
def test_packed_files(tmp_path: Path, ending: str) -> None:
    text = b"".join(b'{"n": %d}\n' % number for number in range(100))
    path = tmp_path / f"rows.ndjson{ending}"
    path.write_bytes(gzip.compress(text) if ending == ".gz" else zstandard.ZstdCompressor().compress(text))
    assert b"".join(piece.body for piece in pieces(path)) == text


@given(st.lists(st.text(alphabet='ab"\n,é', max_size=12), min_size=1, max_size=60))
def test_a_row_with_a_quoted_line_break_stays_whole(values: list[str]) -> None:
    import tempfile

    rows = ['"' + value.replace('"', '""') + '",x' for value in values]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        path.write_text("\n".join(["name,other", *rows]) + "\n", encoding="utf-8", newline="")
        before, module.PIECE = module.PIECE, 60
        try:
            found = list(pieces(path))
        finally:
            module.PIECE = before
    head = b"name,other\n"
    assert all(piece.body.startswith(head) for piece in found)
    joined = head + b"".join(piece.body.removeprefix(head) for piece in found)
    assert joined.decode() == "\n".join(["name,other", *rows]) + "\n"
    assert all(piece.body.count(b'"') % 2 == 0 for piece in found)
    counts = [piece.first_row for piece in found]
    assert counts == sorted(counts)


def test_columnar_files(tmp_path: Path) -> None:
    table = pa.table({"n": list(range(20))})
    pq.write_table(table, tmp_path / "rows.parquet")
    with pa.OSFile(str(tmp_path / "rows.arrow"), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    with pa.OSFile(str(tmp_path / "rows.arrows"), "wb") as sink, pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    for name in ("rows.parquet", "rows.arrow", "rows.arrows"):
        found = list(pieces(tmp_path / name))
        assert [piece.first_row for piece in found] == [0, 7, 14]
        read = [pa.ipc.open_stream(piece.body).read_all() for piece in found]
        assert pa.concat_tables(read) == table


def test_a_file_of_unknown_kind_is_refused() -> None:
    with pytest.raises(InvalidInput):
        media_type(Path("rows.docx"))
