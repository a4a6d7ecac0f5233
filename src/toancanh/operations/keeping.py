"""Submissions as the state store keeps them: revisions and steps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, select

from toancanh.operations.transitions import SubmissionState
from toancanh.store import tables

_ROWS, _STEPS = tables.submissions, tables.submission_steps


@dataclass(frozen=True, slots=True)
class Key:
    """Which submission: of what, of whom, of when."""

    dataset: str
    unit: str
    period: date


@dataclass(frozen=True, slots=True)
class Kept:
    """A revision of a submission as it is kept."""

    id: str
    key: Key
    revision: int
    state: SubmissionState
    status: str | None
    rows: tuple[Mapping[str, Any], ...]
    version: int
    changed: datetime
    changed_by: str
    approved: datetime | None
    receipt: str | None


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken: who, for whom, from which state to which, and why."""

    at: datetime
    actor: str
    name: str
    behalf: str | None
    behalf_name: str | None
    step: str
    before: str
    after: str
    reason: str | None
    revision: int


def newest(connection: Connection, datasets: Sequence[str], key: Key | None = None) -> dict[Key, Kept]:
    """Return the newest revision of each submission."""
    same = and_(*(_ROWS.c[name] == getattr(key, name) for name in ("unit", "period"))) if key else None
    newest = select(_ROWS.c.dataset, _ROWS.c.unit, _ROWS.c.period, func.max(_ROWS.c.revision).label("revision"))
    newest = newest.where(_ROWS.c.dataset.in_(datasets)).group_by(_ROWS.c.dataset, _ROWS.c.unit, _ROWS.c.period)
    if same is not None:
        newest = newest.where(same)
    one = newest.subquery()
    join = and_(*(_ROWS.c[name] == one.c[name] for name in ("dataset", "unit", "period", "revision")))
    return {kept.key: kept for row in connection.execute(select(_ROWS).join(one, join)) for kept in (_kept(row),)}


def in_state(connection: Connection, state: SubmissionState) -> list[Kept]:
    """Return every revision that is in a state."""
    return [_kept(row) for row in connection.execute(select(_ROWS).where(_ROWS.c.state == state))]


def approved_before(connection: Connection, kept: Kept) -> Kept | None:
    """Return the revision that was in force before this one."""
    key = kept.key
    wanted = (
        select(_ROWS)
        .where(_ROWS.c.dataset == key.dataset, _ROWS.c.unit == key.unit, _ROWS.c.period == key.period)
        .where(_ROWS.c.revision < kept.revision, _ROWS.c.approved.is_not(None))
        .order_by(_ROWS.c.revision.desc())
        .limit(1)
    )
    row = connection.execute(wanted).first()
    return _kept(row) if row is not None else None


def submitted(connection: Connection, datasets: Sequence[str]) -> dict[Key, datetime]:
    """Return when each submission was first submitted."""
    wanted = (
        select(_ROWS.c.dataset, _ROWS.c.unit, _ROWS.c.period, func.min(_STEPS.c.at).label("at"))
        .join(_STEPS, _STEPS.c.submission == _ROWS.c.id)
        .where(_STEPS.c.step == "submit", _ROWS.c.dataset.in_(datasets))
        .group_by(_ROWS.c.dataset, _ROWS.c.unit, _ROWS.c.period)
    )
    return {Key(row.dataset, row.unit, row.period): row.at for row in connection.execute(wanted)}


def acted_by(connection: Connection, submission: str | None = None) -> dict[str, frozenset[str]]:
    """Return by revision who submitted or checked it, and for whom; of those that wait for approval, or of one."""
    wanted = select(_STEPS.c.submission, _STEPS.c.actor, _STEPS.c.behalf).where(_STEPS.c.step.in_(("submit", "check")))
    if submission is None:
        waiting = _ROWS.c.state.in_(("submitted", "checked"))
        wanted = wanted.join(_ROWS, _STEPS.c.submission == _ROWS.c.id).where(waiting)
    else:
        wanted = wanted.where(_STEPS.c.submission == submission)
    found: dict[str, set[str]] = {}
    for row in connection.execute(wanted):
        found.setdefault(row.submission, set()).update(one for one in (row.actor, row.behalf) if one is not None)
    return {id_: frozenset(people) for id_, people in found.items()}


def history(connection: Connection, key: Key) -> list[Taken]:
    """Return every step of all revisions of a submission, oldest first."""
    wanted = (
        select(_STEPS, _ROWS.c.revision)
        .join(_ROWS, _STEPS.c.submission == _ROWS.c.id)
        .where(_ROWS.c.dataset == key.dataset, _ROWS.c.unit == key.unit, _ROWS.c.period == key.period)
        .order_by(_STEPS.c.at)
    )
    names = Taken.__dataclass_fields__
    return [Taken(**{name: row[name] for name in names}) for row in connection.execute(wanted).mappings()]


def _kept(row: Row[Any]) -> Kept:
    key = Key(row.dataset, row.unit, row.period)
    return Kept(
        row.id, key, row.revision, row.state, row.status, tuple(row.rows), row.version, row.changed, row.changed_by,
        row.approved, row.receipt,
    )  # fmt: skip
