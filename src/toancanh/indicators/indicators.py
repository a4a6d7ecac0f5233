"""Indicators: the one way to read what happened."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime

from toancanh.catalog import Catalog
from toancanh.domain import CatalogChanged, FactsCommitted, Overloaded, Quality, Query, Viewer
from toancanh.geography import Geography
from toancanh.indicators.answering import Answering
from toancanh.indicators.answers import Answer
from toancanh.indicators.coverage import Coverage, CoverageRequest, Coverages
from toancanh.indicators.fields import Fields, FieldState
from toancanh.indicators.formats import Export
from toancanh.indicators.freshness import Freshness, Watch
from toancanh.indicators.quality import Scores
from toancanh.indicators.records import Page, Records, RecordsRequest
from toancanh.indicators.sheets import Language, SheetForm, Sheets
from toancanh.indicators.tiles.things import Thing
from toancanh.indicators.tiles.tiles import Tile, Tiles
from toancanh.indicators.traces import Traces
from toancanh.indicators.tracks.tracks import Tracks, TrackSet, TracksRequest
from toancanh.indicators.viewing import Viewing
from toancanh.settings import Settings
from toancanh.store import Stores


def utc_now() -> datetime:
    """Return the current moment."""
    return datetime.now(UTC)


class Indicators:
    """Answers questions, lists records, draws tiles, and says how new and how good the data are.

    Every read takes a viewer. `now` is the clock; questions asked at one moment of it see the same world.
    """

    def __init__(
        self,
        catalog: Catalog,
        stores: Stores,
        geography: Geography,
        settings: Settings,
        *,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.catalog = catalog
        self._stores, self._geography, self._settings, self._now = stores, geography, settings, now
        self._listening: asyncio.Task[None] | None = None
        facts = stores.facts
        self._viewing = Viewing(catalog, geography, stores.state)
        self._traces = Traces(facts, lambda: self.catalog, now)
        self._watch = Watch(facts, lambda: self.catalog, self._traces, now)
        self._scores = Scores(facts, stores.state, lambda: self.catalog, self._traces, self._watch, now)
        self._answering = Answering(facts, catalog, geography, self._viewing, self._traces, self._scores.of, now)
        self._records = Records(facts, catalog, geography, self._viewing)
        self._sheets = Sheets(catalog, geography, self._records)
        self._tiles = Tiles(facts, catalog, geography, self._viewing, self._answering, now)
        self._coverages = Coverages(facts, catalog, geography, self._viewing, self._watch, now)
        self._tracks = Tracks(facts, catalog, self._viewing, now)
        self._fields = Fields(catalog, self._answering, self._watch)

    async def start(self) -> None:
        """Begin to hear of commits."""
        self._listening = asyncio.create_task(self._listen())
        await asyncio.sleep(0)

    async def close(self) -> None:
        """Stop listening."""
        if self._listening is not None:
            self._listening.cancel()
            with suppress(asyncio.CancelledError):
                await self._listening
            self._listening = None

    async def answer(self, query: Query, viewer: Viewer) -> Answer:
        """Return the answer to a question. Raises UnknownName, InvalidInput, NotAllowed, QueryTooHeavy."""
        return await self._answering.answer(query, viewer)

    async def sheet(self, query: Query, viewer: Viewer, form: SheetForm, language: Language, *, bom: bool) -> Export:
        """Return the answer to a question as a file for people. Raises what `answer` raises."""
        return await self._sheets.of(await self.answer(query, viewer), viewer, form, language, bom=bom)

    async def page(self, dataset: str, viewer: Viewer, request: RecordsRequest) -> Page:
        """Return one page of records as JSON rows. Raises UnknownName, InvalidInput, NotAllowed."""
        return await self._records.page(dataset, viewer, request, self._now())

    async def export(self, dataset: str, viewer: Viewer, request: RecordsRequest) -> Export:
        """Return records as a file, streamed. Raises UnknownName, InvalidInput, NotAllowed, UnsupportedFormat."""
        return await self._records.export(dataset, viewer, request, self._now())

    async def records(self, dataset: str, viewer: Viewer, request: RecordsRequest) -> Page | Export:
        """Return a page for the format json, else a file."""
        return await (self.page if request.format == "json" else self.export)(dataset, viewer, request)

    async def tile(self, layer: str, z: int, x: int, y: int, viewer: Viewer, at: datetime | None = None) -> Tile:
        """Return one vector tile, now or `at` a moment. Raises NotFound for an unknown layer, InvalidInput, NotAllowed."""
        return await self._tiles.tile(layer, z, x, y, viewer, at)

    async def tracks(self, layer: str, viewer: Viewer, asked: TracksRequest) -> TrackSet:
        """Return where the things of a layer were. Raises UnknownName, NotFound, InvalidInput, NotAllowed, QueryTooHeavy."""
        return await self._tracks.of(*self.catalog.layer(layer), viewer, asked)

    async def find_things(self, text: str, viewer: Viewer, limit: int) -> list[Thing]:
        """Return things on the map whose name holds the words of `text`, whatever the diacritics."""
        return await self._tiles.find(text, viewer, limit)

    async def quality(self, dataset: str) -> Quality:
        """Return the four scores of a dataset (at most a minute old)."""
        return await self._scores.of(dataset)

    async def coverage(self, dataset: str, viewer: Viewer, request: CoverageRequest) -> Coverage:
        """Return how much of what was promised came in. Raises UnknownName, NotAllowed."""
        return await self._coverages.of(dataset, viewer, request)

    async def freshness(self, dataset: str) -> Freshness:
        """Return how new a dataset, its sources and its series are."""
        return await self._watch.of(dataset)

    async def arrived(self, datasets: Sequence[str], since: datetime) -> dict[str, int]:
        """Return how many records of each of these datasets were received after `since`."""
        return await self._traces.arrived(datasets, since)

    async def fields(self, viewer: Viewer, as_of: datetime | None = None) -> list[FieldState]:
        """Return the strip of fields, in its order; `as_of` as it was known then, without who was silent."""
        return await self._fields.of(viewer, self._now, as_of)

    def committed(self, event: FactsCommitted) -> None:
        """Take note of a commit: what was kept of that dataset is worked out anew when next asked for."""
        for part in (self._traces, self._watch, self._tiles, self._fields):
            part.committed(event)

    def forget(self) -> None:
        """Let go of everything kept."""
        self._traces.forget()
        self._watch.forget()
        self._scores.forget()
        self._tiles.forget()
        self._fields.forget()

    async def _listen(self) -> None:
        """Hear of commits until cancelled; after falling behind, everything kept is let go."""
        while True:
            with self._stores.bus.subscribe(FactsCommitted.topic, CatalogChanged.topic) as events:
                try:
                    async for event in events:
                        if isinstance(event, FactsCommitted):
                            self.committed(event)
                        else:
                            self.forget()
                except Overloaded:
                    self.forget()
                else:
                    return
