"""Booking: receipts and ledger in one transaction, then the news, then the answers."""

import logging
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from toancanh.domain import Conflict, Text, ToanCanhError
from toancanh.domain.declarations import Dataset
from toancanh.ingest import ledger, receipts
from toancanh.ingest.blocks import Part
from toancanh.ingest.commit import Outcome
from toancanh.ingest.receipts import Delivery, moment
from toancanh.store import Stores

_LOG = logging.getLogger(__name__)


class Books:
    """Keeps receipts and ledger of one platform. What could not be booked is owed, and booked with the next group."""

    def __init__(self, stores: Stores, zone: str) -> None:
        self._stores = stores
        self._zone = zone
        self._owed: ledger.Changes = {}
        self._gaps: list[ledger.Gap] = []
        self._failed: Text | None = None
        self._purged: date | None = None

    @property
    def owed(self) -> int:
        """How many lines wait to be booked."""
        return len(self._owed)

    @property
    def problems(self) -> list[Text]:
        """What is wrong: records missing against the ledger, or a ledger that cannot be written."""
        return [gap.text for gap in self._gaps] + ([self._failed] if self._failed else [])

    async def book(self, outcomes: Sequence[Outcome]) -> None:
        """Book commits, publish them, and answer their deliveries. Never raises."""
        changes, self._owed = self._owed, {}
        for outcome in outcomes:
            ledger.merge(changes, outcome.changes)
        good = [part for outcome in outcomes if outcome.error is None for part in outcome.parts]
        ended = [part.delivery for part in good if part.last]
        error = await self._write(ended, changes)
        for outcome in outcomes:
            if outcome.event is not None:
                self._stores.bus.publish(outcome.event)
            if outcome.error is not None:
                answer(outcome.parts, outcome.error)
        if error is None:
            answer(good, None)
        elif isinstance(error, Conflict):
            await self._one_by_one(good)
        else:
            answer(good, error)

    async def empty(self, delivery: Delivery) -> None:
        """Give a receipt for a delivery without rows."""
        delivery.received = moment()
        await self._stores.state.write(lambda connection: receipts.keep(connection, [delivery]))

    async def reconcile(self, datasets: Mapping[str, Dataset]) -> None:
        """Compare ledger and facts since the last time: book what a crash left out, and note what is missing."""
        facts, state = self._stores.facts, self._stores.state
        since = await state.read(ledger.checkpoint)
        stored: dict[ledger.Key, int] = {}
        for name in datasets:
            found = await ledger.count_facts(facts, name, since, self._zone)
            stored |= {(day, name, source): count for (day, source), count in found.items()}
        held = await ledger.count_quarantine(facts, since, self._zone)
        held = {key: count for key, count in held.items() if key[1] in datasets}
        lines = await state.read(lambda connection: ledger.lines(connection, since, None, None, None))
        known = [line for line in lines if line.dataset in datasets]
        changes, self._gaps = ledger.compare(stored, held, known, datasets)
        for gap in self._gaps:
            _LOG.error("%s", gap.text.en)
        today = datetime.now(ZoneInfo(self._zone)).date()

        def write(connection: Connection) -> None:
            ledger.book(connection, changes)
            if not self._gaps:
                ledger.set_checkpoint(connection, today, sum(stored.values()))
            receipts.purge(connection)

        await state.write(write)
        self._purged = today

    async def _write(self, ended: Sequence[Delivery], changes: ledger.Changes) -> ToanCanhError | None:
        """Store receipts and ledger; return what went wrong, with the changes owed."""
        today = datetime.now(ZoneInfo(self._zone)).date()

        def write(connection: Connection) -> None:
            receipts.keep(connection, ended)
            ledger.book(connection, changes)
            if self._purged != today:
                receipts.purge(connection)

        try:
            await self._stores.state.write(write)
        except Conflict as error:
            if not ended:
                raise
            return await self._write([], changes) or error
        except Exception as error:
            ledger.merge(self._owed, changes)
            _LOG.exception("the ledger could not be written")
            self._failed = Text(
                vi="Không ghi được sổ cái; bản ghi đã lưu sẽ được ghi sổ sau.",
                en="The ledger cannot be written; records that were stored will be booked later.",
            )
            return unexpected(error)
        self._failed, self._purged = None, today
        return None

    async def _one_by_one(self, parts: Sequence[Part]) -> None:
        """Keep receipts singly: one of them clashes with a receipt that another process gave."""
        for part in parts:
            error: Exception | None = None
            if part.last:
                delivery = part.delivery

                def write(connection: Connection, delivery: Delivery = delivery) -> None:
                    receipts.keep(connection, [delivery])

                try:
                    await self._stores.state.write(write)
                except ToanCanhError as found:
                    error = found
            answer([part], error)


def answer(parts: Sequence[Part], error: BaseException | None) -> None:
    """Tell the deliveries of these parts that they are stored, or why not."""
    for part in parts:
        if part.done.done():
            continue
        if error is None:
            part.done.set_result(None)
        else:
            part.done.set_exception(unexpected(error))


def unexpected(error: BaseException) -> ToanCanhError:
    """Return an error of the house for any error."""
    if isinstance(error, ToanCanhError):
        return error
    _LOG.error("a delivery failed", exc_info=error)
    return ToanCanhError(
        Text(vi=f"Lỗi không lường trước: {type(error).__name__}.", en=f"Unforeseen error: {type(error).__name__}."),
        Text(vi="Xem nhật ký của máy chủ.", en="See the server's log."),
    )
