"""All stores of one platform, opened and closed together."""

from dataclasses import dataclass

from toancanh.settings import Settings
from toancanh.store.blobs import Blobs, open_blobs
from toancanh.store.bus import Bus, open_bus
from toancanh.store.facts import Facts, open_facts
from toancanh.store.outbox import Outbox
from toancanh.store.state import State, open_state


@dataclass(frozen=True, slots=True)
class Stores:
    """The stores that the settings name."""

    facts: Facts
    state: State
    bus: Bus
    blobs: Blobs
    outbox: Outbox

    async def open(self) -> None:
        """Open all, facts first since its folder has one owner; when one fails, those opened before are closed again."""
        try:
            await self.facts.open()
            await self.state.open()
            await self.blobs.open()
            await self.outbox.open()
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Close all, in the order that lets each finish what it does. May be called twice."""
        await self.outbox.close()
        await self.bus.close()
        await self.blobs.close()
        await self.state.close()
        await self.facts.close()


def open_stores(settings: Settings) -> Stores:
    """Return the stores that the settings name, not yet opened: `await stores.open()` starts them.

    Raises InvalidInput for an address that is not offered.
    """
    state, bus = open_state(settings), open_bus(settings)
    return Stores(open_facts(settings), state, bus, open_blobs(settings), Outbox(state, bus))
