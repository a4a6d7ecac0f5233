"""With whom a saved board is shared, and who may do what with it: the one rule."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, and_, or_, select, true

from toancanh.access import allows, units_above
from toancanh.domain import Viewer
from toancanh.domain.declarations import Organisation
from toancanh.store import tables

May = Literal["view", "edit", "manage"]
"""What a viewer may do with a board it sees: look, save it again, or also share and delete it."""
_BOARDS, _SHARES = tables.boards, tables.board_shares


@dataclass(frozen=True, slots=True, order=True)
class Share:
    """A role, or a unit with those below it, that may see a board; `edit` lets it save the board again."""

    kind: Literal["role", "unit"]
    code: str
    edit: bool = False


@dataclass(frozen=True, slots=True)
class Reach:
    """By what a viewer is reached: its roles, its unit and the units above that. Nobody signed in is reached by none."""

    viewer: Viewer
    roles: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()

    def visible(self) -> ColumnElement[bool]:
        """Return which saved boards the viewer may see. An administrator sees all."""
        if self.viewer.has("admin"):
            return true()
        shared = select(_SHARES.c.board).where(
            or_(
                and_(_SHARES.c.kind == "role", _SHARES.c.code.in_(self.roles)),
                and_(_SHARES.c.kind == "unit", _SHARES.c.code.in_(self.units)),
            )
        )
        return or_(_BOARDS.c.shared.is_(True), _BOARDS.c.owner == self.viewer.id, _BOARDS.c.id.in_(shared))

    def may(self, board: Row[Any], shares: Iterable[Share]) -> May:
        """Return what the viewer may do with a board that is visible to it. To change one it must be a designer."""
        if board.owner == self.viewer.id or self.viewer.has("admin"):
            return "manage"
        reached = any(share.edit and share.code in self._codes(share) for share in shares)
        return "edit" if reached and allows(self.viewer, "design") else "view"

    def _codes(self, share: Share) -> frozenset[str]:
        return self.roles if share.kind == "role" else self.units


def reach_of(viewer: Viewer, units: Mapping[str, Organisation]) -> Reach:
    """Return by what `viewer` is reached, where `units` are the city's."""
    if viewer.kind == "public":
        return Reach(viewer)
    above = units_above(units, viewer.unit) if viewer.unit else ()
    return Reach(viewer, frozenset(grant.role for grant in viewer.grants), frozenset(above))
