"""From grants to rows: which records of a dataset a viewer may reach, as a plan, as a test and as SQL."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from toancanh.domain import Grant
from toancanh.domain.declarations import Organisation


def _itself(code: str) -> Sequence[str]:
    return (code,)


@dataclass(frozen=True, slots=True)
class Below:
    """How to find what lies below an area or a unit, itself included."""

    areas: Callable[[str], Sequence[str]] = _itself
    units: Callable[[str], Sequence[str]] = _itself


def units_below(units: Mapping[str, Organisation]) -> Callable[[str], Sequence[str]]:
    """Return the function that finds a unit and all units below it; a unit that is not declared is alone."""
    children: dict[str, list[str]] = {}
    for code, unit in units.items():
        if unit.parent is not None:
            children.setdefault(unit.parent, []).append(code)

    def below(code: str) -> Sequence[str]:
        found = [code]
        for one in found:
            found += [child for child in children.get(one, ()) if child not in found]
        return found

    return below


def units_above(units: Mapping[str, Organisation], code: str) -> Sequence[str]:
    """Return a unit and all units above it; a unit that is not declared is alone."""
    found = [code]
    for one in found:
        parent = units[one].parent if one in units else None
        if parent is not None and parent not in found:
            found.append(parent)
    return found


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one grant: in one of `units` and in one of `areas`; None means in any."""

    number: int
    units: frozenset[str] | None
    areas: frozenset[str] | None

    def allows(self, unit: str, area: str) -> bool:
        """Return whether a row of `unit` and `area` belongs to it."""
        return (self.units is None or unit in self.units) and (self.areas is None or area in self.areas)


@dataclass(frozen=True, slots=True)
class Rows:
    """The union of the rows of some grants. Two viewers with the same grants have equal ones."""

    parts: tuple[Part, ...]

    @property
    def all(self) -> bool:
        """Whether every row belongs to it."""
        return any(part.units is None and part.areas is None for part in self.parts)

    @property
    def none(self) -> bool:
        """Whether no row belongs to it."""
        return not self.parts

    def allows(self, unit: str, area: str) -> bool:
        """Return whether a row with these `_unit` and `_area` belongs to it."""
        return any(part.allows(unit, area) for part in self.parts)

    @property
    def sql(self) -> str:
        """The condition over `_unit` and `_area`; values are named, and stand in `params`."""
        if self.all:
            return "1"
        conditions = [
            " AND ".join(
                f"{column} IN {{{_name(kind, part.number)}:Array(String)}}"
                for kind, column, codes in (("units", "_unit", part.units), ("areas", "_area", part.areas))
                if codes is not None
            )
            for part in self.parts
        ]
        return f"({' OR '.join(f'({condition})' for condition in conditions)})" if conditions else "0"

    @property
    def params(self) -> dict[str, list[str]]:
        """The values that `sql` names. A name means the same for every dataset and every filter of one viewer."""
        if self.all:
            return {}
        return {
            _name(kind, part.number): sorted(codes)
            for part in self.parts
            for kind, codes in (("units", part.units), ("areas", part.areas))
            if codes is not None
        }


EVERY_ROW = Rows((Part(0, None, None),))
NO_ROW = Rows(())


def rows_of(grants: Iterable[tuple[int, Grant]], below: Below) -> Rows:
    """Return the rows that numbered grants reach together."""
    return Rows(
        tuple(
            Part(number, _codes(grant.units, below.units), _codes(grant.areas, below.areas)) for number, grant in grants
        )
    )


def _codes(given: tuple[str, ...], below: Callable[[str], Sequence[str]]) -> frozenset[str] | None:
    if not given:
        return None
    return frozenset(code for one in given for code in (one, *below(one)) if code)


def _name(kind: str, number: int) -> str:
    return f"access_{kind}_{number}"
