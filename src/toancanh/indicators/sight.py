"""What one viewer may see, as planning needs it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from toancanh.domain import NotAllowed, Text, UnknownName
from toancanh.domain.declarations import ColumnType, Dataset, Indicator
from toancanh.store import Value, table_spec

SYSTEM: dict[str, ColumnType] = {
    "_id": "text",
    "_source": "code",
    "_received": "time",
    "_unit": "code",
    "_area": "code",
}
"""Columns that every record has besides its own, and that questions may name."""


@dataclass(frozen=True)
class Sight:
    """What one viewer sees of one dataset: the columns with the SQL behind each, and the condition on rows.

    `whole` are the columns shown in full on every row: only they may be filtered, ordered or split by. `opened` are
    personal columns that grants of `purposes` open: who hands them out writes it to the audit log first.
    """

    id: str
    dataset: Dataset
    table: str
    columns: Mapping[str, str]
    whole: frozenset[str]
    condition: str = ""
    params: Mapping[str, Value] = field(default_factory=dict)
    opened: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()

    def column(self, name: str) -> str:
        """Return the SQL of a column to filter, order or split by. Raises UnknownName, NotAllowed."""
        if name in SYSTEM or name in self.whole:
            return name if name in SYSTEM else self.columns[name]
        if name in self.columns:
            raise NotAllowed(
                Text(
                    vi=f"Cột “{name}” có dữ liệu được che nên không lọc, sắp xếp hay chia theo nó được.",
                    en=f"The column '{name}' holds masked values: nothing may be filtered, ordered or split by it.",
                ),
                Text(
                    vi="Xin quyền mở dữ liệu cá nhân có nêu mục đích.",
                    en="Ask for a grant that opens it for a purpose.",
                ),
                column=name,
            )
        known = sorted([*self.whole, "area", "unit", "source"])
        raise UnknownName(
            Text(
                vi=f"Tập dữ liệu {self.id} không có cột “{name[:80]}”.",
                en=f"The dataset {self.id} has no column '{name[:80]}'.",
            ),
            Text(vi=f"Các cột: {', '.join(known)}.", en=f"The columns are: {', '.join(known)}."),
            name=name,
        )

    def type_of(self, column: str) -> ColumnType:
        """Return the declared type of a column, or of one that every record has."""
        return SYSTEM[column] if column in SYSTEM else self.dataset.columns[column].type


@dataclass(frozen=True)
class Areas:
    """How areas are asked for: the SQL of a row's area on the boundaries of the question, and the codes below one."""

    sql: str
    below: Callable[[str], Sequence[str]]


@dataclass(frozen=True)
class Asked:
    """One indicator of a question: its full name, declaration, alias, and what the viewer sees of its dataset."""

    name: str
    indicator: Indicator
    alias: str
    sight: Sight


def identity(name: str, dataset: Dataset) -> str:
    """Return the SQL of a record's `_id` over the stored columns, also where a subquery no longer has the alias."""
    column = table_spec(name, dataset).column("_id")
    return column.expression if column else "_sent_id"
