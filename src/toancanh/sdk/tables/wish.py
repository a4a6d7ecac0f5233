"""What is wanted of a workbook, and what one of its tables is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from toancanh.domain import InvalidInput, Text

SHEET, AT, GROUP = "_sheet", "_at", "_group"
"""Fields of each record besides its columns: the sheet, the cell where its row begins, the heading that it stands under."""
EVERY = "*"
ROWS = 5_000
"""Records of one batch."""
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Wish:
    """How to find the table. `sheet` is a name, a number from 1, or `*` for all sheets that hold such a table.

    `columns` are names by which the header is known; `header_row` is its first row, from 1, where it cannot be found
    otherwise; with `keep_totals` rows of totals are records like others.
    """

    sheet: str | None = None
    columns: tuple[str, ...] = ()
    header_row: int | None = None
    keep_totals: bool = False


@dataclass(slots=True)
class LeftOut:
    """Rows that are no records, by their numbers in the sheet, each with what stands in it first."""

    totals: list[tuple[int, str]] = field(default_factory=list)
    headings: list[tuple[int, str]] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)

    def said(self, sheet: str) -> tuple[Text, ...]:
        """Return one sentence for each kind of row that was left out."""
        kinds = (
            ("dòng cộng", "rows of totals", self.totals),
            ("dòng tiêu đề nhóm", "headings of groups", self.headings),
            ("dòng ghi chú dưới bảng", "lines of notes under the table", self.notes),
        )
        return tuple(
            Text(
                vi=f"Trang “{sheet}”: {len(rows)} {vi} không nhận làm bản ghi: {_listed('dòng', rows)}.",
                en=f"Sheet '{sheet}': {len(rows)} {en} are no records: {_listed('row', rows)}.",
            )
            for vi, en, rows in kinds
            if rows
        )


def _listed(word: str, rows: list[tuple[int, str]]) -> str:
    shown = ", ".join(f"{word} {number} “{text[:40]}”" for number, text in rows[:_SHOWN])
    return shown + (" …" if len(rows) > _SHOWN else "")


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a sheet. `names` are its columns from left to right, `titled` those with a title; `rows` counts records.

    `batches(names)` yields (records as NDJSON, how many): columns under `names`, and where they come from.
    """

    sheet: str
    names: tuple[str, ...]
    titled: frozenset[str]
    rows: int
    left_out: LeftOut
    batches: Callable[[tuple[str, ...]], Iterator[tuple[bytes, int]]]


def no_table(vi: str, en: str) -> InvalidInput:
    """Return the error for a workbook without the table that was wished for."""
    return InvalidInput(
        Text(vi=vi, en=en),
        Text(
            vi="Kiểm tra tên trang tính và tên cột; có thể ghi rõ trang và số dòng tiêu đề.",
            en="Check the name of the sheet and of its columns; sheet and header row can be given.",
        ),
    )
