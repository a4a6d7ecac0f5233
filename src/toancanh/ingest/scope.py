"""For whom a sender may send: a grant that is limited to units or areas takes no records of others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from toancanh.access import ROLE_ACTIONS, units_below
from toancanh.catalog import Catalog
from toancanh.domain import Viewer


@dataclass(frozen=True, slots=True)
class Reach:
    """What one grant reaches; None means every unit, or every area."""

    units: frozenset[str] | None
    areas: frozenset[str] | None


Scope = tuple[Reach, ...]
"""A record may be sent when one of these reaches it."""


def scope_of(viewer: Viewer, dataset_id: str, catalog: Catalog, below: Callable[[str], Sequence[str]]) -> Scope | None:
    """Return what the viewer may send, None where that is everything. `below` gives the areas inside an area."""
    units = units_below(catalog.units)
    pack = f"{dataset_id.partition('.')[0]}.*"
    found = []
    for grant in viewer.grants:
        covered = not grant.datasets or dataset_id in grant.datasets or pack in grant.datasets
        if not covered or "send" not in ROLE_ACTIONS.get(grant.role, ()):
            continue
        if not grant.units and not grant.areas:
            return None
        found.append(
            Reach(
                frozenset(unit for code in grant.units for unit in units(code)) if grant.units else None,
                frozenset(area for code in grant.areas for area in below(code)) if grant.areas else None,
            )
        )
    return tuple(found)
