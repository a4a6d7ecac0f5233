"""Who is looking: every read takes one."""

from dataclasses import dataclass

ROLES = ("viewer", "officer", "operator", "leader", "steward", "admin", "sender", "display")
"""viewer: reads open data. officer: reads and enters a unit's data. operator: works the duty desk. leader: reads all
internal data. steward: quarantine and quality. admin: people, sources, packs. sender: an API key that posts records. display: a screen on a
wall, which reads open and internal data and does nothing else."""


@dataclass(frozen=True, slots=True)
class Grant:
    """One role, over units, areas and datasets. Empty tuples mean: all. A unit or an area includes what is below it.

    `purpose` opens personal columns, and is written to the audit log each time.
    """

    role: str
    units: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    purpose: str | None = None


@dataclass(frozen=True, slots=True)
class Viewer:
    """An identified reader or sender, with its grants; `kind` is user, key, public or system.

    `unit` is the code of the unit that a person belongs to: it opens nothing of itself, but boards are shared with units.
    """

    id: str
    name: str
    kind: str
    grants: tuple[Grant, ...] = ()
    unit: str | None = None

    def has(self, *roles: str) -> bool:
        """Return whether a grant gives one of `roles`; admin has every role."""
        return any(grant.role in roles or grant.role == "admin" for grant in self.grants)


PUBLIC = Viewer("public", "public", "public", (Grant("viewer"),))
"""Who comes without a session: reads what is open."""
SYSTEM = Viewer("system", "system", "system", (Grant("admin"),))
"""The platform itself."""
