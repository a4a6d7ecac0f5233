"""What the API is made with: the parts below it, handed over by the composition root."""

import hashlib
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

from toancanh.access import Access, allows, require
from toancanh.api.live import Live
from toancanh.api.metrics import Metrics
from toancanh.api.refusals import Refusals
from toancanh.catalog import Catalog
from toancanh.domain import NotFound, Text, UnknownName, Viewer
from toancanh.domain.declarations import Dataset, Indicator, Layer, Source
from toancanh.geography import Geography
from toancanh.indicators import Indicators
from toancanh.ingest import Ingest, Intake
from toancanh.operations import Submissions
from toancanh.settings import Settings
from toancanh.store import Stores
from toancanh.views import Boards, Displays, Walls

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Health:
    """How the platform is. `parts` holds each store's own account; `problems` are shown on every screen."""

    status: str
    parts: dict[str, dict[str, Any]]
    problems: tuple[Text, ...] = ()
    progress: dict[str, Any] = field(default_factory=dict)


class Admin(Protocol):
    """What changes the platform as a whole."""

    async def reload(self) -> None:
        """Read the city's folder again; raise InvalidPack, and change nothing then."""
        ...

    async def declare(self, pack: str, kind: str, name: str, declaration: dict[str, Any]) -> None:
        """Write a declaration into the city's folder, and read it; raise InvalidPack, and change nothing then."""
        ...

    async def withdraw(self, pack: str, kind: str, name: str) -> None:
        """Take a declaration out of the city's folder again; raise NotFound, InvalidPack."""
        ...

    def back_up(self) -> AsyncIterator[bytes]:
        """Yield a tar file with everything that is stored."""
        ...


@dataclass(slots=True)
class Services:
    """The parts that routes use. `health` reports on all of them."""

    settings: Settings
    catalog: Catalog
    stores: Stores
    geography: Geography
    access: Access
    ingest: Ingest
    intake: Intake
    indicators: Indicators
    submissions: Submissions
    boards: Boards
    walls: Walls
    displays: Displays
    live: Live
    metrics: Metrics
    health: Callable[[], Awaitable[Health]]
    admin: Admin

    refusals: Refusals = field(default_factory=Refusals)
    openapi: Callable[[], bytes] = bytes
    _keys: dict[str, Viewer] = field(default_factory=dict)
    _bounds: tuple[float, float, float, float] | None = None

    def new_key(self, viewer: Viewer) -> str:
        """Return a key that stands for `viewer` as long as this process lives."""
        key = secrets.token_urlsafe(32)
        self._keys[_hash(key)] = viewer
        return key

    async def viewer(self, token: str) -> Viewer:
        """Return who a token or API key stands for; raise NotAuthenticated."""
        return self._keys.get(_hash(token)) or await self.access.viewer(token)

    def today(self) -> date:
        """Return the present day of the city."""
        return datetime.now(ZoneInfo(self.catalog.city.time_zone)).date()

    def bounds(self) -> tuple[float, float, float, float] | None:
        """Return west, south, east and north of the city's area."""
        if self._bounds is None:
            boundary = self.geography.boundary(self.catalog.city.area)
            self._bounds = None if boundary is None else _box(boundary["coordinates"])
        return self._bounds

    def sees(self, viewer: Viewer, dataset_id: str) -> bool:
        """Return whether `viewer` may know of a dataset (full name)."""
        return allows(viewer, "read", dataset_id, self.catalog.datasets[dataset_id])

    def require_sight(self, viewer: Viewer, dataset_id: str) -> None:
        """Raise NotAllowed or NotAuthenticated unless `viewer` may see something of a dataset (full name)."""
        require(viewer, "read", dataset_id, self.catalog.datasets[dataset_id])

    def dataset(self, name: str) -> tuple[str, Dataset]:
        """Return a dataset named in an address; raise NotFound."""
        return _found(self.catalog.dataset, name)

    def indicator(self, name: str) -> tuple[str, Indicator]:
        """Return an indicator named in an address; raise NotFound."""
        return _found(self.catalog.indicator, name)

    def layer(self, name: str) -> tuple[str, Layer]:
        """Return a layer named in an address; raise NotFound."""
        return _found(self.catalog.layer, name)

    def source(self, name: str) -> tuple[str, Source]:
        """Return a source named in an address; raise NotFound."""
        return _found(self.catalog.source, name)


def _found(look: Callable[[str], tuple[str, T]], name: str) -> tuple[str, T]:
    try:
        return look(name)
    except UnknownName as error:
        raise NotFound(error.message, error.remedy, **error.details) from error


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def _box(coordinates: Any) -> tuple[float, float, float, float]:
    """Return the box around GeoJSON coordinates."""
    if isinstance(coordinates[0], int | float):
        lon, lat = coordinates[:2]
        return lon, lat, lon, lat
    boxes = [_box(part) for part in coordinates]
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)
