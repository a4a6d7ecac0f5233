"""What a viewer may see and do: the one place where grants become SQL.

Sensitivity is declared on datasets and on columns. Open: everybody. Internal: who has a grant over the rows that lets
its role read internal data. Personal: internal readers see that there is a value; the value itself opens only by a
grant that states a purpose. Sensitive: that grant must also name the dataset.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from toancanh.access.rows import EVERY_ROW, NO_ROW, Below, Rows, rows_of
from toancanh.access.vocabulary import ACTIONS, EVERYBODY, UNDIVIDED, gives
from toancanh.domain import Grant, NotAllowed, NotAuthenticated, Text, Viewer
from toancanh.domain.declarations import Column, Dataset, Sensitivity

MASK = "•••"
"""What stands for a text that is not opened; other values become null."""
_RANK: dict[Sensitivity, int] = {"open": 0, "internal": 1, "personal": 2, "sensitive": 3}
_PERSONAL = ("personal", "sensitive")
_HERE = Below()


@dataclass(frozen=True, slots=True)
class Filter:
    """Which rows: a condition over `_unit` and `_area` to AND with every other, and the values that it names."""

    rows: Rows

    @property
    def sql(self) -> str:
        """The condition; `1` for every row, `0` for none."""
        return self.rows.sql

    @property
    def params(self) -> dict[str, list[str]]:
        """The values by name."""
        return self.rows.params

    def allows(self, unit: str, area: str) -> bool:
        """Return whether a row with these `_unit` and `_area` passes."""
        return self.rows.allows(unit, area)


@dataclass(frozen=True)
class Columns(Mapping[str, str]):
    """The declared columns that a viewer may see, each with the SQL to select it by; `params` are the values it names.

    `whole` are those seen in full on every row that the filter passes: only they may be compared, sorted or grouped
    by on a viewer's wish, since a condition on a masked value tells the value. `opened` are personal columns whose
    values are shown, by the grants' `purposes`: whoever hands them out writes that to the audit log first.
    """

    sql: Mapping[str, str]
    params: Mapping[str, list[str]]
    whole: frozenset[str]
    opened: tuple[str, ...]
    purposes: tuple[str, ...]

    def __getitem__(self, name: str) -> str:
        return self.sql[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.sql)

    def __len__(self) -> int:
        return len(self.sql)


def row_filter(viewer: Viewer, dataset_id: str, dataset: Dataset, below: Below = _HERE, action: str = "read") -> Filter:
    """Return which rows of a dataset `viewer` may reach for `action`."""
    if action == "read":
        return Filter(_readable(viewer, dataset_id, dataset.sensitivity, below))
    return Filter(rows_of(_grants(viewer, action, dataset_id), below))


def visible_columns(viewer: Viewer, dataset_id: str, dataset: Dataset, below: Below = _HERE) -> Columns:
    """Return the columns of a dataset that `viewer` may see, of the rows that `row_filter` passes."""
    sql: dict[str, str] = {}
    params: dict[str, list[str]] = {}
    opened: list[str] = []
    purposes: dict[str, None] = {}
    readers = rows_of(_grants(viewer, "read_internal", dataset_id), below)
    for name, column in dataset.columns.items():
        level = max(column.sensitivity, dataset.sensitivity, key=_RANK.__getitem__)
        seen = _readable(viewer, dataset_id, level, below)
        hinted = readers if level in _PERSONAL else NO_ROW
        if level == dataset.sensitivity:
            seen, hinted = (NO_ROW if seen.none else EVERY_ROW), NO_ROW
        if seen.none and hinted.none:
            continue
        sql[name] = _expression(name, column, seen, hinted)
        params |= seen.params | hinted.params
        if level in _PERSONAL and not seen.none:
            opened.append(name)
            purposes |= dict.fromkeys(grant.purpose or "" for _, grant in _openers(viewer, dataset_id, level))
    whole = frozenset(name for name, text in sql.items() if text == _quoted(name))
    return Columns(sql, params, whole, tuple(opened), tuple(purposes))


def allows(viewer: Viewer, action: str, dataset_id: str | None = None, dataset: Dataset | None = None) -> bool:
    """Return whether `viewer` may do `action` at all, or with one dataset.

    With a `dataset`, "read" asks whether any row of it may be seen. Raises KeyError for an action that does not exist.
    """
    ACTIONS[action]
    if action == "read" and dataset_id is not None and dataset is not None:
        return not row_filter(viewer, dataset_id, dataset).rows.none
    return action in EVERYBODY or bool(_grants(viewer, action, dataset_id))


def require(viewer: Viewer, action: str, dataset_id: str | None = None, dataset: Dataset | None = None) -> None:
    """Raise NotAllowed unless `allows`; NotAuthenticated where nobody is signed in and signing in may help."""
    if allows(viewer, action, dataset_id, dataset):
        return
    title = ACTIONS[action]
    over = (f" ({dataset_id})", f" ({dataset_id})") if dataset_id else ("", "")
    if viewer.kind == "public":
        raise NotAuthenticated(
            Text(vi=f"Cần đăng nhập để: {title.vi.lower()}{over[0]}.", en=f"Sign in to: {title.en.lower()}{over[1]}."),
            Text(vi="Hãy đăng nhập hoặc gửi khóa API.", en="Sign in, or send an API key."),
            action=action,
        )
    raise NotAllowed(
        Text(
            vi=f"Tài khoản này không có quyền: {title.vi.lower()}{over[0]}.",
            en=f"This account may not: {title.en.lower()}{over[1]}.",
        ),
        Text(vi="Hãy đề nghị quản trị hệ thống cấp quyền.", en="Ask an administrator for a grant."),
        action=action,
    )


def covers(grant: Grant, dataset_id: str) -> bool:
    """Return whether a grant reaches a dataset: all, by its name, or by its pack as `pack.*`."""
    return not grant.datasets or dataset_id in grant.datasets or f"{dataset_id.partition('.')[0]}.*" in grant.datasets


def _grants(viewer: Viewer, action: str, dataset_id: str | None) -> list[tuple[int, Grant]]:
    return [
        (number, grant)
        for number, grant in enumerate(viewer.grants)
        if gives(grant.role, action)
        and (dataset_id is None or covers(grant, dataset_id))
        and not (action in UNDIVIDED and (grant.units or grant.areas or grant.datasets))
        and not (action == "open_personal" and not (grant.purpose or "").strip())
    ]


def _openers(viewer: Viewer, dataset_id: str, level: Sensitivity) -> list[tuple[int, Grant]]:
    found = _grants(viewer, "open_personal", dataset_id)
    return [(number, grant) for number, grant in found if grant.datasets] if level == "sensitive" else found


def _readable(viewer: Viewer, dataset_id: str, level: Sensitivity, below: Below) -> Rows:
    if level == "open":
        return EVERY_ROW
    if level == "internal":
        return rows_of(_grants(viewer, "read_internal", dataset_id), below)
    return rows_of(_openers(viewer, dataset_id, level), below)


def _expression(name: str, column: Column, seen: Rows, hinted: Rows) -> str:
    """Return the SQL of a column: the value on `seen` rows, its mask on `hinted` ones, null of its type elsewhere."""
    value = _quoted(name)
    if seen.all:
        return value
    null = f"if(0, {value}, NULL)"
    mask = f"if(isNull({value}), NULL, '{MASK}')" if column.type in ("text", "code") else null
    cases = [] if seen.none else [(seen.sql, value)]
    if not hinted.all and not hinted.none:
        cases.append((hinted.sql, mask))
    otherwise = mask if hinted.all else null
    if not cases:
        return otherwise
    return f"multiIf({', '.join(f'{condition}, {result}' for condition, result in cases)}, {otherwise})"


def _quoted(name: str) -> str:
    return f"`{name}`"
