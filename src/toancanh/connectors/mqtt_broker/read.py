"""Listening for devices: what they publish is gathered into deliveries, and acknowledged once it is stored."""

from collections.abc import AsyncGenerator

from toancanh.connectors.mqtt_broker.broker import Broker
from toancanh.connectors.mqtt_broker.manifest import Settings
from toancanh.sdk import Delivery, Job


async def read(settings: Settings, job: Job) -> AsyncGenerator[Delivery]:
    """Serve devices, and yield what they publish until nobody wants it any more."""
    broker = Broker(settings, job)
    await broker.open()
    try:
        while (batch := await broker.basket.take()) is not None:
            yield broker.delivery(batch)
    finally:
        await broker.close()
