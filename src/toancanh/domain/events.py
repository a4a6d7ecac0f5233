"""The five events that cross rooms."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Event:
    """Something that another room may want to know. `topic` names its kind on the bus."""

    topic: ClassVar[str]


@dataclass(frozen=True, slots=True)
class CatalogChanged(Event):
    """Packs were read again."""

    topic: ClassVar[str] = "catalog.changed"
    version: str


@dataclass(frozen=True, slots=True)
class FactsCommitted(Event):
    """Records of one dataset were stored. Times are those of the records, `areas` the codes touched (at most 100)."""

    topic: ClassVar[str] = "facts.committed"
    dataset: str
    records: int
    first: datetime | None
    last: datetime | None
    areas: tuple[str, ...]
    committed: datetime


@dataclass(frozen=True, slots=True)
class AlertChanged(Event):
    """An alert opened, moved on or closed."""

    topic: ClassVar[str] = "alert.changed"
    alert: str
    state: str
    severity: str
    rule: str


@dataclass(frozen=True, slots=True)
class IncidentChanged(Event):
    """An incident or a task of it moved on."""

    topic: ClassVar[str] = "incident.changed"
    incident: str
    state: str


@dataclass(frozen=True, slots=True)
class WallChanged(Event):
    """A wall, or what is played on it, was changed; with `display` empty, it holds for all displays of the wall."""

    topic: ClassVar[str] = "wall.changed"
    wall: str
    display: str
