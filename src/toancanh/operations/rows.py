"""Rows of a submission: as people fill them in, as they are laid out, and as records of the dataset."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from toancanh.domain import InvalidInput, Text
from toancanh.operations.checking import identity, is_empty
from toancanh.operations.forms import MOST_ROWS, Form
from toancanh.operations.keeping import Kept


def tidy(form: Form, rows: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    """Return rows with the form's columns alone, in the order of the form; raise InvalidInput for other columns."""
    if len(rows) > MOST_ROWS:
        raise InvalidInput(
            Text(vi=f"Một biểu có nhiều nhất {MOST_ROWS} dòng.", en=f"A submission has at most {MOST_ROWS} rows."),
            Text(vi="Số liệu lớn hơn: nạp bằng tệp qua một nguồn.", en="Send larger ones as a file through a source."),
        )
    known = {*form.columns, *([form.entry.rows] if form.entry.rows else [])}
    for number, row in enumerate(rows):
        for name in row:
            if name not in known:
                raise InvalidInput(
                    Text(vi=f"Dòng {number + 1}: biểu không có cột “{name[:63]}”.", en=f"Row {number + 1}: the form has no column '{name[:63]}'."),
                    Text(vi=f"Các cột: {', '.join(sorted(known))}.", en=f"Its columns: {', '.join(sorted(known))}."),
                )  # fmt: skip
    return laid_out(form, [{name: value for name, value in row.items() if value not in (None, "")} for row in rows])


def laid_out(form: Form, rows: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    """Return every row of the form in its order; rows with a code that the form does not know come last, as they are."""
    if form.entry.rows is None:
        return tuple(row for row in rows if row)
    given = {str(row.get(form.entry.rows)): row for row in rows}
    known = [given.pop(code, {form.entry.rows: code}) for code in form.codes]
    return (*known, *(row for row in given.values() if not is_empty(form, row)))


def checked_status(form: Form, status: str | None) -> str | None:
    """Return how final figures are, by default as final as the form knows; raise InvalidInput for anything else."""
    column = form.dataset.columns[form.entry.status] if form.entry.status else None
    if column is None:
        return None
    codes = list(column.codes or ())
    if status is None:
        return codes[-1]
    if status not in codes:
        raise InvalidInput(
            Text(
                vi=f"“{status[:20]}” không phải loại số liệu của biểu.",
                en=f"The form has no figures that are '{status[:20]}'.",
            ),
            Text(vi=f"Chọn: {', '.join(codes)}.", en=f"Choose: {', '.join(codes)}."),
        )
    return status


def as_record(form: Form, kept: Kept, values: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """Return a row of a submission as a record of the dataset."""
    assert form.dataset.unit is not None
    found = {
        form.dataset.unit: kept.key.unit,
        form.entry.period: kept.key.period.isoformat(),
        form.dataset.time: at.isoformat(),
        **values,
    }
    return {**found, form.entry.status: kept.status} if form.entry.status else found


def as_records(form: Form, kept: Kept, before: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return what a submission brings to the front door: its rows, and those that an earlier revision had and this one emptied."""
    assert kept.approved is not None
    filled = {identity(form, row): row for row in kept.rows if not is_empty(form, row)}
    emptied = {
        identity(form, row): {name: value for name, value in row.items() if name in form.identifies}
        for row in before
        if not is_empty(form, row) and identity(form, row) not in filled
    }
    return [as_record(form, kept, row, kept.approved) for row in (*filled.values(), *emptied.values())]
