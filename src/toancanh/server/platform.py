"""The composition root: every part is made here, in order, and handed to those above it; and stopped in reverse."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Coroutine
from functools import cache
from typing import Any

from toancanh.access import Access
from toancanh.api import ROUTES, App, Live, Metrics, Services, render
from toancanh.catalog import load_catalog
from toancanh.connectors import find_connectors
from toancanh.domain import Grant, InvalidInput, Overloaded, Text, ToanCanhError, Viewer
from toancanh.geography import Geography
from toancanh.indicators import Indicators
from toancanh.ingest import Ingest, Intake
from toancanh.operations import Submissions
from toancanh.server.demo import Demo
from toancanh.server.demo_wall import hang
from toancanh.server.health import Doctor
from toancanh.server.keeper import Keeper
from toancanh.server.reports import Reports
from toancanh.server.site import Site, drawn, framed
from toancanh.settings import Settings
from toancanh.store import open_stores
from toancanh.views import Boards, Displays, Walls

_LOG = logging.getLogger("toancanh.server")
ROLES = frozenset({"serve", "work", "demo"})
LOCAL = Viewer("local", "Quản trị tại máy chủ", "system", (Grant("admin"),))
"""Whoever may read the city's folder on the machine of the server."""
DEMO = Viewer("demo", "Số liệu mô phỏng", "key", (Grant("sender"),))
"""Who sends the demo's records."""


class Platform:
    """One opened city: the application, and the work that goes on beside it. Use `opened`."""

    def __init__(self, services: Services) -> None:
        self.services = services
        site = Site(framed=lambda: framed(services.catalog), drawn=lambda: drawn(services.catalog))
        self.app = App(services, ROUTES, site)
        self.progress: dict[str, float] = {}
        self._tasks: list[asyncio.Task[None]] = []

    def begin(self, *, play: bool = True) -> None:
        """Start what a serving platform does by itself: tell listeners, report on itself, `play` the demo's records."""
        roles = roles_of(self.services.settings)
        self._spawn("live", self._tell())
        if "work" in roles:
            self._spawn("reports", Reports(self.services).run())
            self._spawn("intake", self.services.intake.run())
            self._spawn("submissions", self.services.submissions.run())
        if play and "demo" in roles and self.services.settings.demo and self.services.catalog.demos:
            self._spawn("demo", self._play())

    def reload(self) -> None:
        """Read packs again, in the background; what does not pass is logged, and changes nothing."""
        self._spawn("reload", self.services.admin.reload())

    async def stop(self) -> None:
        """End what `begin` started."""
        self.services.live.close()
        for task in reversed(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        await self.services.indicators.close()

    def _spawn(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, name=name)
        task.add_done_callback(_report)
        self._tasks.append(task)

    async def _tell(self) -> None:
        """Hand what happens to the listeners of the event stream."""
        bus = self.services.stores.bus
        while True:
            with bus.subscribe() as events:
                try:
                    while batch := await events.batch():
                        for event in batch:
                            self.services.live.publish(event)
                except Overloaded:
                    self.services.live.close()
                else:
                    return

    async def _play(self) -> None:
        services = self.services
        await hang(services, LOCAL)
        settings = services.settings
        demo = Demo(services.catalog, services.stores.facts, services.stores.state, services.ingest, DEMO, self._show)
        host = settings.host if settings.host not in ("0.0.0.0", "::") else "127.0.0.1"  # noqa: S104 - only compared
        await demo.run(f"http://{host}:{settings.port}", services.new_key(DEMO))

    def _show(self, progress: float) -> None:
        self.progress["demo"] = progress


def roles_of(settings: Settings) -> frozenset[str]:
    """Return the parts that this process plays: serve, work, demo. Raises InvalidInput for another."""
    named = frozenset(part.strip() for part in settings.role.split(","))
    if named == {"all"}:
        return ROLES
    if named and named <= ROLES:
        return named
    raise InvalidInput(
        Text(vi=f"TOANCANH_ROLE không hợp lệ: {settings.role}.", en=f"TOANCANH_ROLE is not valid: {settings.role}."),
        Text(
            vi="Dùng all, hoặc serve, work, demo cách nhau bằng dấu phẩy.",
            en="Use all, or serve, work, demo with commas.",
        ),
    )


@contextlib.asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Platform]:
    """Yield the city in `settings.home` with all its stores open and every part ready; stop them in order afterwards.

    Raises NotFound where there is no city, InvalidPack, StoreLocked, Unavailable.
    """
    async with contextlib.AsyncExitStack() as stack:
        stores = open_stores(settings)
        stack.push_async_callback(stores.close)
        geography, _ = await asyncio.gather(asyncio.to_thread(Geography), stores.open())
        access = Access(stores.state, settings)
        stack.push_async_callback(access.close)
        catalog, _ = await asyncio.gather(
            asyncio.to_thread(load_catalog, settings.home, explain=stores.facts.explain_ast), access.start()
        )
        stack.push_async_callback(geography.close)
        ingest = Ingest(catalog, stores, geography, settings)
        stack.push_async_callback(ingest.close)
        await ingest.start()
        await geography.start(stores.facts)
        indicators = Indicators(catalog, stores, geography, settings)
        await indicators.start()
        metrics = Metrics()
        progress: dict[str, float] = {}
        keeper = Keeper()
        boards = Boards(lambda: services.catalog, stores.state)
        services = Services(
            settings=settings,
            catalog=catalog,
            stores=stores,
            geography=geography,
            access=access,
            ingest=ingest,
            intake=Intake(catalog, stores, ingest, settings, find_connectors()),
            indicators=indicators,
            submissions=Submissions(
                lambda: services.catalog, lambda: services.indicators, stores, ingest, access, geography
            ),
            boards=boards,
            walls=Walls(stores.state, stores.outbox, boards),
            displays=Displays(stores.state, stores.outbox, access),
            live=Live(metrics),
            metrics=metrics,
            health=Doctor(stores, ingest, lambda: dict(progress)),
            admin=keeper,
            openapi=cache(lambda: render(ROUTES).encode()),
        )
        keeper.keep(services)
        platform = Platform(services)
        platform.progress = progress
        stack.push_async_callback(platform.stop)
        yield platform


def _report(task: asyncio.Task[None]) -> None:
    if task.cancelled():
        return
    error = task.exception()
    if error is not None:
        how = _LOG.error if isinstance(error, ToanCanhError) else _LOG.critical
        how("the task %s ended: %s", task.get_name(), error, exc_info=error)
