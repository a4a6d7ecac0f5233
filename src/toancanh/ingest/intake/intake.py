"""Reading sources by itself: each in a task of its own, under a lease, with its own rhythm, patience and memory."""

import asyncio
import contextlib
import logging
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from pydantic import ValidationError

from toancanh.catalog import Catalog
from toancanh.domain import SYSTEM, InvalidInput, NotFound, Receipt, Text, ToanCanhError, Viewer
from toancanh.domain.declarations import Source
from toancanh.ingest.intake.desk import LEASE, OPEN_AFTER, Desk, Run, Standing, problem_of
from toancanh.ingest.intake.feed import Feed, LeaseLost
from toancanh.ingest.intake.secrets import Vault
from toancanh.ingest.preview import Preview
from toancanh.ingest.receive import Ingest
from toancanh.sdk import Choice, Connector, ConnectorSettings, Delivery, Job, Knock, Span, unreachable
from toancanh.settings import Settings
from toancanh.store import Stores

TICK = LEASE.total_seconds() / 3
EVERY = timedelta(minutes=5)
"""How often a source is asked that does not say it."""
FIRST, LONGEST = 1.0, 300.0
"""Seconds of the first pause after a failure, and of the longest."""
TRIAL = 15.0
"""Seconds that a trial waits for the first record."""
_LOG = logging.getLogger("toancanh.intake")


@dataclass(frozen=True, slots=True)
class Ready:
    """A source with its connector and the settings that it is read with."""

    name: str
    source: Source
    connector: Connector
    settings: ConnectorSettings


@dataclass(frozen=True, slots=True)
class Sample:
    """What came first when a source was tried, and what would become of it; `preview` is None where nothing came in time."""

    seconds: float
    bytes: int = 0
    content_type: str | None = None
    preview: Preview | None = None


class Intake:
    """Reads the sources of the catalog. Several processes share the work through leases in the state store."""

    def __init__(
        self, catalog: Catalog, stores: Stores, ingest: Ingest, settings: Settings, connectors: Mapping[str, Connector]
    ) -> None:
        self.desk = Desk(stores.state)
        self.vault = Vault(settings, stores.state)
        self.connectors = connectors
        self._catalog = catalog
        self._ingest = ingest
        self._folder = settings.home
        self._tasks: dict[str, asyncio.Task[Standing]] = {}
        self._declared: dict[str, Source] = {}
        self._held: dict[str, Standing] = {}
        self._stir = asyncio.Event()
        self._stale = True
        self._renewal = 0.0

    async def run(self) -> None:
        """Read until cancelled; then finish what is being stored, and give the leases back."""
        try:
            while True:
                self._stir.clear()
                if self._stale or _clock() >= self._renewal:
                    try:
                        await self._hold()
                    except ToanCanhError as error:
                        self._renewal = _clock() + FIRST
                        _LOG.warning("sources are not looked after now: %s", error)
                self._start_due()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._stir.wait(), self._next())
        finally:
            await self._end(list(self._tasks))
            with contextlib.suppress(ToanCanhError):
                await self.desk.let_go()

    def use(self, catalog: Catalog) -> None:
        """Go on with another catalog: sources whose declaration changed begin again with it."""
        self._catalog = catalog
        self._look()

    async def ready(self, name: str, source: Source) -> Ready:
        """Return a source with its settings; raise InvalidInput naming the setting that is missing or wrong."""
        connector = self._connector(source)
        given = {key: value for key, value in source.settings.items() if value is not None}
        return Ready(name, source, connector, settings_of(connector, given | await self.vault.opened(name)))

    async def answer(self, name: str, knock: Knock) -> Receipt:
        """Take what somebody sent to the address of a source.

        Raises NotFound where the source takes no requests, and what its connector and the front door raise.
        """
        source = self._catalog.sources[name]
        connector = self.connectors.get(source.connector)
        if connector is None or connector.answer is None:
            raise NotFound(
                Text(vi=f"Nguồn {name} không nhận yêu cầu.", en=f"The source {name} takes no requests."),
                Text(vi="Gửi vào /datasets/{id}/records.", en="Send to /datasets/{id}/records."),
            )
        ready = await self.ready(name, source)
        delivery = await asyncio.to_thread(connector.answerer(), ready.settings, knock)
        receipt = await self._receive(ready, delivery)
        if delivery.settled is not None:
            await delivery.settled(receipt)
        return receipt

    async def sample(
        self, name: str, source: Source, secrets: Mapping[str, str], viewer: Viewer, limit: int = 20
    ) -> Sample:
        """Try a source that need not be declared yet: connect, look at what comes first, map and check it, store nothing.

        Raises InvalidInput for settings, SourceFailed, and what the front door says of the records.
        """
        connector = self._connector(source)
        given = {key: value for key, value in source.settings.items() if value is not None}
        settings = settings_of(connector, given | await self.vault.opened(name) | dict(secrets))
        if connector.read is None:
            return Sample(0.0)
        began = _clock()
        delivery = None
        with contextlib.suppress(TimeoutError):
            async with (
                asyncio.timeout(TRIAL),
                contextlib.aclosing(connector.reader()(settings, self._trial(name, source))) as coming,
            ):
                delivery = await anext(coming, None)
        took = _clock() - began
        if delivery is None:
            return Sample(took)
        seen = await self._ingest.preview(name, source, delivery.body, delivery.content_type, viewer, limit)
        return Sample(took, len(delivery.body), delivery.content_type, seen)

    async def choices(self, name: str, source: Source, secrets: Mapping[str, str], setting: str) -> list[Choice]:
        """List what a setting may be, as the other side tells; nothing where its connector cannot ask. Raises SourceFailed."""
        connector = self._connector(source)
        if connector.suggest is None:
            return []
        given = {key: value for key, value in source.settings.items() if value is not None}
        given |= await self.vault.opened(name) | dict(secrets)
        try:
            async with asyncio.timeout(TRIAL):
                return await connector.suggester()(given, self._trial(name, source), setting)
        except TimeoutError as error:
            raise unreachable(name, f"{TRIAL:.0f} s") from error

    async def pause(self, name: str, by: str) -> None:
        """Stop reading a source until somebody resumes it; its cursor stays."""
        await self.desk.change(name, paused_by=by)
        self._look()

    async def resume(self, name: str) -> None:
        """Read a source again, at once."""
        await self.desk.change(name, paused_by=None, due=None, failures=0)
        self._look()

    async def now(self, name: str) -> None:
        """Ask a source now, whenever it is due."""
        await self.desk.change(name, due=None)
        self._look()

    async def again(self, name: str, span: Span, by: str) -> None:
        """Fetch a range of time again; what is stored already counts as duplicate. Raises InvalidInput."""
        connector = self.connectors.get(self._catalog.sources[name].connector)
        if connector is None or not connector.spans:
            raise InvalidInput(
                Text(vi=f"Nguồn {name} không lấy lại được theo thời gian.", en=f"{name} cannot fetch a range again."),
                Text(vi="Nạp tệp của khoảng đó bằng `toancanh load`.", en="Load a file of it with `toancanh load`."),
            )
        await self.desk.want(name, span, by)
        self._look()

    def _zone(self, source: Source) -> str:
        return source.time_zone or self._catalog.city.time_zone

    def _trial(self, name: str, source: Source) -> Job:
        return Job(name, self._folder, trial=True, every=source.every, zone=self._zone(source))

    def _connector(self, source: Source) -> Connector:
        connector = self.connectors.get(source.connector)
        if connector is None:
            raise InvalidInput(
                Text(
                    vi=f"Không có bộ kết nối “{source.connector}”.", en=f"There is no connector '{source.connector}'."
                ),
                Text(vi=f"Hãy chọn: {', '.join(self.connectors)}.", en=f"Choose: {', '.join(self.connectors)}."),
            )
        return connector

    def _look(self) -> None:
        """Look at once at what changed."""
        self._stale = True
        self._stir.set()

    async def _hold(self) -> None:
        """Take leases of what the catalog wants read, and stop what changed, was paused or is held by another process."""
        self._stale = False
        self._renewal = _clock() + TICK
        wanted = {name: source for name, source in self._catalog.sources.items() if self._reads(source)}
        held = await self.desk.hold(list(wanted)) if wanted else {}
        paused = [name for name, standing in held.items() if standing.paused_by is not None or name not in wanted]
        if paused:
            await self._end(paused)
            await self.desk.let_go(paused)
        self._held = {name: standing for name, standing in held.items() if name not in paused}
        await self._end([name for name in self._tasks if self._declared[name] != wanted.get(name)])
        await self._end([name for name in self._tasks if name not in self._held])
        self._declared = wanted

    def _start_due(self) -> None:
        now = datetime.now(UTC)
        for name, standing in self._held.items():
            if name not in self._tasks and (standing.spans or standing.due is None or standing.due <= now):
                task = asyncio.create_task(self._look_after(name, standing), name=f"source {name}")
                self._tasks[name] = task
                task.add_done_callback(partial(self._ended, name))

    def _ended(self, name: str, task: asyncio.Task[Standing]) -> None:
        if self._tasks.get(name) is task:
            del self._tasks[name]
        if not task.cancelled():
            error = task.exception()
            if error is None and name in self._held:
                self._held[name] = task.result()
            elif error is not None:
                self._stale = True
                _LOG.error("the source %s: %s", name, error, exc_info=error)
                self._renewal = min(self._renewal, _clock() + FIRST)
        self._stir.set()

    def _next(self) -> float:
        """Return for how many seconds there is nothing to do."""
        now = datetime.now(UTC)
        waits = [
            (standing.due - now).total_seconds()
            for name, standing in self._held.items()
            if name not in self._tasks and standing.due is not None
        ]
        return max(0.0, min([self._renewal - _clock(), *waits]))

    async def _end(self, names: Sequence[str]) -> None:
        tasks = [self._tasks[name] for name in names if name in self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _look_after(self, name: str, standing: Standing) -> Standing:
        """Fetch the ranges that somebody wants again, then read once; return where the source stands then."""
        source = self._declared[name]
        for wanted in standing.spans:
            span = Span(datetime.fromisoformat(wanted["from"]), datetime.fromisoformat(wanted["to"]))
            run = Run(name, "span", datetime.now(UTC))
            await self._read(name, source, standing, run, span)
            run.ended = datetime.now(UTC)
            await self.desk.note(run)
            await self.desk.had(name, wanted)
        run = Run(name, "schedule", datetime.now(UTC))
        if standing.due is not None and standing.due > run.began:
            return replace(standing, spans=())
        try:
            wait = await self._read(name, source, standing, run, None)
        except asyncio.CancelledError:
            run.ended = datetime.now(UTC)
            await self.desk.note(run)
            raise
        run.ended = datetime.now(UTC)
        failures = (
            standing.failures + 1 if run.problem is not None and not run.deliveries else int(run.problem is not None)
        )
        pause = self._pause(source, run, failures, wait)
        after = replace(standing, due=run.ended + timedelta(seconds=pause), failures=failures, spans=())
        changed: dict[str, Any] = {"due": after.due, "failures": failures}
        if run.problem is None:
            changed |= {"asked": run.began, "problem": None}
        else:
            since = standing.problem["since"] if standing.problem and standing.failures else run.began.isoformat()
            changed["problem"] = {**run.problem, "since": since}
            after = replace(after, problem=changed["problem"])
        await self.desk.note(run, changed)
        cursor = (await self.desk.standing(name)).cursor
        return replace(after, cursor=cursor)

    async def _read(self, name: str, source: Source, standing: Standing, run: Run, span: Span | None) -> float:
        """Read once. What fails stands in the run afterwards; return how long the other side asks to be left alone."""
        try:
            ready = await self.ready(name, source)
            job = Job(name, self._folder, standing.cursor, span, every=source.every, zone=self._zone(source))
            await Feed(
                ready.connector, ready.settings, job, run, lambda delivery: self._receive(ready, delivery), self.desk
            ).go()
        except LeaseLost:
            self._stale = True
        except ToanCanhError as error:
            run.problem = problem_of(str(error.details.get("kind", error.code)), error.message, error.remedy)
            return float(error.details.get("retry_after", 0))
        return 0.0

    def _pause(self, source: Source, run: Run, failures: int, wait: float) -> float:
        """Return for how many seconds a source is left alone after a run: its rhythm, or longer each time it fails."""
        if failures:
            longest = LONGEST if failures >= OPEN_AFTER else min(LONGEST, FIRST * 2**failures)
            return max(wait, longest * random.uniform(0.5, 1.0))  # noqa: S311 - spreads out, hides nothing
        if self.connectors[source.connector].listens:
            return FIRST
        assert run.ended is not None
        every = source.every or EVERY
        return max(wait, (every - (run.ended - run.began) % every).total_seconds())

    async def _receive(self, ready: Ready, delivery: Delivery) -> Receipt:
        return await self._ingest.receive(
            ready.source.dataset,
            delivery.body,
            content_type=delivery.content_type,
            viewer=SYSTEM,
            source=ready.name,
            idempotency_key=f"{ready.name}/{delivery.name}" if delivery.name is not None else None,
            sent_rows=delivery.rows,
            notes=delivery.notes,
        )

    def _reads(self, source: Source) -> bool:
        connector = self.connectors.get(source.connector)
        return connector is not None and connector.read is not None


def settings_of(connector: Connector, given: Mapping[str, Any]) -> ConnectorSettings:
    """Return settings as the connector takes them; raise InvalidInput naming what is missing or wrong."""
    try:
        return connector.settings.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or connector.name
        missing = first["type"] == "missing"
        raise InvalidInput(
            Text(
                vi=f"Thiết lập “{where}” của bộ kết nối {connector.name} {'còn thiếu' if missing else 'không hợp lệ'}.",
                en=f"The setting '{where}' of the connector {connector.name} {'is missing' if missing else first['msg']}.",
            ),
            Text(vi="Điền thiết lập ấy ở bàn quản lý nguồn.", en="Fill it in at the source desk."),
            kind="settings",
            setting=where,
        ) from error


def _clock() -> float:
    return asyncio.get_running_loop().time()
