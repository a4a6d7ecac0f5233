"""The front door: every record comes in here, whoever sends it."""

import asyncio
import functools
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from toancanh.access import allows, require
from toancanh.catalog import Catalog
from toancanh.domain import (
    Grant,
    InvalidInput,
    LedgerLine,
    NotFound,
    Receipt,
    Text,
    ToanCanhError,
    Viewer,
)
from toancanh.domain.declarations import Source
from toancanh.ingest import ledger, receipts
from toancanh.ingest.blocks import Block, BrokenBlock, ColumnBlock, JsonBlock, Part
from toancanh.ingest.books import Books
from toancanh.ingest.claims import Claims, checked_key
from toancanh.ingest.commit import Committer
from toancanh.ingest.convert import decimal_of
from toancanh.ingest.formats import ContentType, blocks, holds_workbook, quick_block, read_type
from toancanh.ingest.identity import Budget, Index
from toancanh.ingest.landing import IN_MEMORY, Gate, Ground, Landed, Room, land, unpacked
from toancanh.ingest.lane import Lane, closed
from toancanh.ingest.planner import Planner
from toancanh.ingest.preview import Preview, preview
from toancanh.ingest.problems import TRUNCATED
from toancanh.ingest.quarantine import Quarantined, QuarantineGroup, QuarantinePage, Reason, groups, page
from toancanh.ingest.reader import Reader
from toancanh.ingest.receipts import Delivery
from toancanh.ingest.review import Review
from toancanh.ingest.scope import Scope, scope_of
from toancanh.ingest.shelf import DatasetShelf, QuarantineShelf, quarantine_spec
from toancanh.ingest.subject import Places, Subject
from toancanh.settings import Settings
from toancanh.store import Stores, table_spec

_LOOKED_AT = 2
"""Blocks of a body that is only looked at: a last line without its end is a block of its own."""
_AHEAD = 10
"""Blocks of one delivery that may be on their way at once."""
_MOST_WAITING = 20_000
_TOGETHER = 500
"""Quarantined rows that are decided about together."""


@dataclass(frozen=True, slots=True)
class IngestHealth:
    """How taking in goes. `inflight` is in bytes, `waiting` counts blocks not yet read, `owed` lines not yet booked."""

    status: Literal["ok", "degraded"]
    inflight: int
    waiting: int
    identities: int
    owed: int
    problems: list[Text] = field(default_factory=list)


class Ingest:
    """Takes records in: lands, maps, checks, places and stores them, and keeps the account.

    A receipt is given after the records are on disk. What fails goes to quarantine with its reasons; what is there
    already is counted as a duplicate.
    """

    def __init__(self, catalog: Catalog, stores: Stores, geography: Places, settings: Settings) -> None:
        self._catalog = catalog
        self._stores = stores
        self._places = geography
        self._zone = catalog.city.time_zone
        self._gate = Gate(settings.inflight)
        self._room = Room(settings.inflight // 2)
        self._ground = Ground(settings.home / "data" / "landing", settings.max_body, settings.free_disk)
        self._budget = Budget()
        self._books = Books(stores, self._zone)
        self._review = Review(stores, self._zone, self._resend)
        self._planner = Planner(stores.facts, geography)
        self._lanes: dict[str, Lane] = {}
        self._closed = False
        self._subjects: dict[tuple[str, str | None], Subject] = {}
        self._scopes: dict[tuple[tuple[Grant, ...], str], Scope | None] = {}
        self._claims = Claims(stores.state)

    async def start(self) -> None:
        """Make the tables of all datasets, and compare the ledger with the facts. Raises InvalidPack, Unavailable."""
        await asyncio.to_thread(self._ground.clear)
        await self._make_tables()
        await self._books.reconcile(self._catalog.datasets)

    async def use(self, catalog: Catalog) -> None:
        """Go on with another catalog: what is on its way is finished first, under the declarations it came with."""
        lanes, self._lanes = self._lanes, {}
        for lane in lanes.values():
            await lane.close()
        self._catalog, self._subjects, self._scopes = catalog, {}, {}
        self._planner = Planner(self._stores.facts, self._places)
        await self._make_tables()

    async def close(self) -> None:
        """Finish what is on its way, then stop taking anything in. May be called twice."""
        self._closed = True
        lanes, self._lanes = self._lanes, {}
        for lane in lanes.values():
            await lane.close()

    async def receive(
        self,
        dataset_id: str,
        body: bytes | AsyncIterator[bytes],
        *,
        content_type: str | None,
        content_encoding: str | None = None,
        viewer: Viewer,
        source: str | None = None,
        idempotency_key: str | None = None,
        sent_rows: int | None = None,
        notes: Sequence[Text] = (),
    ) -> Receipt:
        """Return the receipt of a delivery once its records are on disk.

        `source` names the source whose map is used; `sent_rows` is how many rows its sender says there are; `notes` are
        what its receipt says besides. The same `idempotency_key` with the same body gives the same receipt again. Raises
        UnknownName, NotAllowed, UnsupportedFormat, InvalidInput where nothing of the body can be read, TooLarge,
        Conflict, Overloaded, Unavailable; after InvalidInput and Overloaded nothing of the delivery is kept.
        """
        subject = self._subject(dataset_id, source)
        require(viewer, "send", subject.dataset_id, subject.dataset)
        label = subject.source_id or f"api:{viewer.id}"
        scope = self._scope(viewer, subject.dataset_id)
        delivery = Delivery(subject, label, viewer.id, checked_key(idempotency_key), sent_rows=sent_rows, scope=scope)
        delivery.note(notes)
        said = read_type(content_type, subject.source.format if subject.source else None)
        encoding = (content_encoding or "identity").strip().lower()
        if isinstance(body, bytes) and encoding == "identity" and delivery.key is None:
            block = quick_block(body, said)
            if block is not None:
                return await self._quick(delivery, block, len(body))
        landed = await land(body, self._ground, self._gate, digest=delivery.key is not None)
        held = len(landed.data) if landed.data is not None else 0
        try:
            delivery.digest = landed.digest
            if delivery.key is None:
                return await self._deliver(delivery, landed, said, encoding)
            return await self._claims.once(delivery, lambda: self._deliver(delivery, landed, said, encoding))
        finally:
            self._gate.give(held)
            landed.close()

    async def preview(
        self, source_id: str, source: Source, body: bytes, content_type: str | None, viewer: Viewer, limit: int = 50
    ) -> Preview:
        """Return what would become of a body sent by a source that need not be declared yet; nothing is stored.

        Only the first blocks of a large body are looked at. Raises UnknownName, NotAllowed, UnsupportedFormat,
        InvalidInput where nothing of it can be read or the mapping does not hold, Overloaded, Unavailable.
        """
        dataset_id, dataset = self._catalog.dataset(source.dataset, source_id.partition(".")[0])
        require(viewer, "send", dataset_id, dataset)
        subject = Subject(self._catalog, dataset_id, dataset, source_id, source, source.time_zone or self._zone)
        delivery = Delivery(subject, source_id, viewer.id, None)
        landed = await land(body, self._ground, self._gate, digest=False)
        try:
            found = blocks(landed, read_type(content_type, source.format), subject, self._ground, delivery.note)
            large = landed.size > IN_MEMORY // 8 or holds_workbook(landed)
            looked = [block for _ in range(_LOOKED_AT) if (block := await _next(found, large=large)) is not None]
            if not looked:
                return Preview((), (), 0, 0)
            reader = Reader(self._stores.facts, Planner(self._stores.facts, self._places))
            return await preview(reader, delivery, looked, limit)
        finally:
            self._gate.give(len(landed.data) if landed.data is not None else 0)
            landed.close()

    async def receipt(self, receipt: str, viewer: Viewer) -> Receipt:
        """Return a receipt to whoever sent the delivery, or decides about quarantined rows. Raises NotFound."""
        found = await self._stores.state.read(lambda connection: receipts.get(connection, receipt))
        if found is None or not (found[1] == viewer.id or allows(viewer, "curate", found[0].dataset)):
            raise NotFound(
                Text(vi=f"Không có biên nhận {receipt[:40]}.", en=f"There is no receipt {receipt[:40]}."),
                Text(vi="Biên nhận được giữ 30 ngày.", en="Receipts are kept for 30 days."),
            )
        return found[0]

    async def ledger(
        self,
        first: date | None = None,
        last: date | None = None,
        *,
        dataset: str | None = None,
        source: str | None = None,
    ) -> list[LedgerLine]:
        """Return the account per day (city time), dataset and source, newest day first."""
        return await self._stores.state.read(lambda connection: ledger.lines(connection, first, last, dataset, source))

    async def quarantine(
        self,
        viewer: Viewer,
        *,
        dataset: str | None = None,
        source: str | None = None,
        status: str | None = None,
        code: str | None = None,
        column: str | None = None,
        cursor: str | None = None,
        limit: int = 100,
    ) -> QuarantinePage:
        """Return quarantined rows of the datasets that the viewer decides about, newest first. Raises NotAllowed."""
        wanted = self._curated(viewer, dataset)
        return await page(self._stores.facts, wanted, source, status, cursor, limit, code, column)

    async def reasons(
        self, viewer: Viewer, *, dataset: str | None = None, source: str | None = None
    ) -> list[QuarantineGroup]:
        """Return what waits in quarantine, put together by reason, most rows first. Raises NotAllowed."""
        return await groups(self._stores.facts, self._curated(viewer, dataset), source)

    async def release_all(self, reason: Reason, viewer: Viewer) -> int:
        """Return how many of the rows that wait for this reason are stored now; those that cannot be stored stay."""
        return await self._decide_all(reason, viewer, lambda ids: self.release(ids, viewer))

    async def discard_all(self, reason: Reason, why: str, viewer: Viewer) -> int:
        """Return how many rows that waited for this reason are given up now."""
        return await self._decide_all(reason, viewer, lambda ids: self.discard(ids, why, viewer))

    async def release(self, ids: Sequence[int], viewer: Viewer, *, force: bool = True) -> int:
        """Return how many of these quarantined rows are stored now, after going the whole way again.

        With `force` they may break ranges, patterns, code lists and checks, and then carry the flag `released`; without,
        they must pass. What cannot be stored at all stays.
        """
        return await self._review.release(ids, viewer, force=force)

    async def discard(self, ids: Sequence[int], reason: str, viewer: Viewer) -> int:
        """Return how many of these quarantined rows are given up now. They are kept, with the reason."""
        return await self._review.discard(ids, reason, viewer)

    def health(self) -> IngestHealth:
        """Return how taking in goes."""
        problems = list(self._books.problems)
        return IngestHealth(
            "degraded" if problems else "ok",
            self._gate.held,
            sum(lane.waiting for lane in self._lanes.values()),
            self._budget.held,
            self._books.owed,
            problems,
        )

    def _curated(self, viewer: Viewer, dataset: str | None) -> list[str]:
        """Return the datasets, or the one, whose quarantined rows the viewer decides about; raise NotAllowed."""
        if dataset is not None:
            dataset = self._catalog.dataset(dataset)[0]
            require(viewer, "curate", dataset)
            return [dataset]
        require(viewer, "curate")
        return [name for name in self._catalog.datasets if allows(viewer, "curate", name)]

    async def _decide_all(self, reason: Reason, viewer: Viewer, decide: Callable[[list[int]], Awaitable[int]]) -> int:
        """Decide about all waiting rows with one reason, some hundred at a time, each once."""
        done, cursor = 0, None
        while True:
            found = await self.quarantine(
                viewer,
                dataset=reason.dataset,
                source=reason.source,
                status="waiting",
                code=reason.code,
                column=reason.column or "",
                cursor=cursor,
                limit=_TOGETHER,
            )
            if found.rows:
                done += await decide([row.id for row in found.rows])
            if found.next is None:
                return done
            cursor = found.next

    async def _make_tables(self) -> None:
        specs = [table_spec(name, dataset) for name, dataset in self._catalog.datasets.items()]
        await self._stores.facts.apply([*specs, quarantine_spec()])

    def _subject(self, dataset_id: str, source: str | None) -> Subject:
        found = self._subjects.get((dataset_id, source))
        if found is None:
            found = self._subjects[dataset_id, source] = self._resolve(dataset_id, source)
        return found

    def _resolve(self, name: str, source: str | None) -> Subject:
        dataset_id, dataset = self._catalog.dataset(name)
        if source is None:
            return Subject(self._catalog, dataset_id, dataset, None, None, self._zone)
        source_id, declared = self._catalog.source(source, dataset_id.partition(".")[0])
        if declared.dataset != dataset_id:
            raise InvalidInput(
                Text(
                    vi=f"Nguồn {source_id} gửi vào {declared.dataset}, không phải {dataset_id}.",
                    en=f"The source {source_id} sends to {declared.dataset}, not to {dataset_id}.",
                ),
                Text(vi="Gửi vào đúng tập dữ liệu của nguồn.", en="Send to the dataset of the source."),
            )
        return Subject(self._catalog, dataset_id, dataset, source_id, declared, declared.time_zone or self._zone)

    def _scope(self, viewer: Viewer, dataset_id: str) -> Scope | None:
        key = (viewer.grants, dataset_id)
        if key not in self._scopes:
            if len(self._scopes) > 1000:
                self._scopes.clear()
            self._scopes[key] = scope_of(viewer, dataset_id, self._catalog, self._places.below)
        return self._scopes[key]

    def _lane(self, subject: Subject) -> Lane:
        lane = self._lanes.get(subject.dataset_id)
        if lane is None:
            if self._closed:
                raise closed()
            facts, name, dataset = self._stores.facts, subject.dataset_id, subject.dataset
            index = Index(DatasetShelf(facts, name, dataset), self._budget)
            bad = Index(QuarantineShelf(facts, name), self._budget)
            committer = Committer(facts, name, dataset, index, bad, self._zone)
            lane = self._lanes[name] = Lane(Reader(facts, self._planner), committer, self._books.book)
            lane.start()
        return lane

    async def _quick(self, delivery: Delivery, block: JsonBlock, size: int) -> Receipt:
        lane = self._lane(delivery.subject)
        if lane.waiting >= _MOST_WAITING:
            raise self._gate.full()
        self._gate.take(size)
        try:
            part = _part(delivery, block, size, last=True)
            lane.put(part)
            await part.done
        finally:
            self._gate.give(size)
        return delivery.closed()

    async def _deliver(self, delivery: Delivery, landed: Landed, said: ContentType, encoding: str) -> Receipt:
        body = landed
        if encoding != "identity":
            body = await asyncio.to_thread(unpacked, landed, encoding, self._ground)
        try:
            return await self._feed(delivery, body, said)
        finally:
            if body is not landed:
                body.close()

    async def _feed(self, delivery: Delivery, body: Landed, said: ContentType) -> Receipt:
        """Cut a body into blocks and send them down the lane, a few at a time."""
        lane = self._lane(delivery.subject)
        found = blocks(body, said, delivery.subject, self._ground, delivery.note)
        large = body.size > IN_MEMORY // 8 or holds_workbook(body)
        block = await _next(found, large=large)
        sent: deque[Part] = deque()
        try:
            while block is not None:
                following = await _following(found, large=large)
                if lane.waiting >= _MOST_WAITING:
                    raise self._gate.full()
                weight = _weight(block)
                await self._room.take(weight)
                part = _part(delivery, block, weight, last=following is None)
                part.done.add_done_callback(functools.partial(_give, self._room, weight))
                lane.put(part)
                sent.append(part)
                if len(sent) >= _AHEAD:
                    await sent.popleft().done
                block = following
            while sent:
                await sent.popleft().done
        except BaseException:
            for part in sent:
                with suppress(ToanCanhError, asyncio.CancelledError):
                    part.done.cancel()
            raise
        finally:
            with suppress(ValueError):
                found.close()
        if delivery.received is None:
            await self._books.empty(delivery)
        return delivery.closed()

    async def _resend(self, row: Quarantined, block: JsonBlock, viewer: Viewer, force: bool) -> Receipt:
        """Send a quarantined row again for its own source."""
        source = row.source if row.source in self._catalog.sources else None
        subject = self._subject(row.dataset, source)
        delivery = Delivery(
            subject, row.source, viewer.id, forced=force, releasing=True, decimal=decimal_of(row.decimal)
        )
        part = _part(delivery, block, len(block.data), last=True)
        self._lane(subject).put(part)
        await part.done
        return delivery.closed()


def _part(delivery: Delivery, block: Block, weight: int, *, last: bool) -> Part:
    return Part(delivery, block, weight, last, asyncio.get_running_loop().create_future())


def _weight(block: Block) -> int:
    return block.table.nbytes if isinstance(block, ColumnBlock) else len(block.data)


def _give(room: Room, size: int, _: object) -> None:
    room.give(size)


async def _next(found: Iterator[Block], *, large: bool) -> Block | None:
    return await asyncio.to_thread(next, found, None) if large else next(found, None)


async def _following(found: Iterator[Block], *, large: bool) -> Block | None:
    """Return a later block; where the rest of the body cannot be read, a block that says so."""
    try:
        return await _next(found, large=large)
    except InvalidInput as error:
        return BrokenBlock(replace(TRUNCATED, text=_both(TRUNCATED.text, error.message)))


def _both(one: Text, other: Text) -> Text:
    return Text(vi=f"{one.vi} {other.vi}", en=f"{one.en} {other.en}")
