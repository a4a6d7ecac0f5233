"""Deliveries under an idempotency key: twins wait for the first, later ones get its receipt."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from toancanh.domain import InvalidInput, Receipt, Text
from toancanh.ingest import receipts
from toancanh.ingest.receipts import LONGEST_KEY, Delivery
from toancanh.store import State

T = TypeVar("T")


class Claims:
    """Which deliveries are under way under a key; those that are done stand among the receipts."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._held: dict[tuple[str, str, str], asyncio.Future[tuple[Receipt, str | None]]] = {}

    async def once(self, delivery: Delivery, deliver: Callable[[], Awaitable[Receipt]]) -> Receipt:
        """Return the receipt of `delivery`, which `deliver` makes unless it is known. Raises Conflict for another body."""
        claim = (delivery.subject.dataset_id, delivery.principal, delivery.key or "")
        while claim in self._held:
            first = await _settled(self._held[claim])
            if first is not None:
                return _same(first, delivery)
        mine = self._held[claim] = asyncio.get_running_loop().create_future()
        try:
            known = await self._state.read(lambda connection: receipts.find(connection, *claim))
            if known is not None:
                mine.set_result(known)
                return _same(known, delivery)
            receipt = await deliver()
            mine.set_result((receipt, delivery.digest))
            return receipt
        finally:
            del self._held[claim]
            if not mine.done():
                mine.cancel()


def checked_key(key: str | None) -> str | None:
    """Return an idempotency key as it came. Raises InvalidInput for one that is empty or too long."""
    if key is not None and not 0 < len(key) <= LONGEST_KEY:
        raise InvalidInput(
            Text(
                vi=f"Idempotency-Key phải có từ 1 đến {LONGEST_KEY} ký tự.",
                en=f"An Idempotency-Key has 1 to {LONGEST_KEY} characters.",
            ),
            Text(vi="Dùng một UUID chẳng hạn.", en="Use a UUID, for one."),
        )
    return key


def _same(known: tuple[Receipt, str | None], delivery: Delivery) -> Receipt:
    receipt, digest = known
    if digest != delivery.digest:
        raise receipts.other_body()
    return receipt


async def _settled(claim: "asyncio.Future[T]") -> T | None:
    """Return what a claim came to, None when the delivery that held it failed."""
    try:
        return await asyncio.shield(claim)
    except asyncio.CancelledError:
        if claim.cancelled():
            return None
        raise
