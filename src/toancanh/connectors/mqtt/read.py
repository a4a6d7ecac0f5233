"""Listening at a broker: messages are gathered into deliveries, and acknowledged once they are stored."""

import asyncio
import contextlib
import zlib
from collections.abc import AsyncGenerator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from pydantic import ValidationError

from toancanh.connectors.mqtt.basket import Basket, Batch
from toancanh.connectors.mqtt.client import Client
from toancanh.connectors.mqtt.manifest import Settings
from toancanh.connectors.mqtt.packets import Ack, Broken, Kind, Leave, Packet, Publish, Suback, Subscribe, Unsubscribe
from toancanh.connectors.mqtt.payloads import Records
from toancanh.domain import InvalidInput, Receipt, Text
from toancanh.sdk import Choice, Delivery, Job

_LISTENED = 4.0
"""Seconds for which topics are listened for when somebody asks which there are."""
_MOST_TOPICS = 500


class _Owed(NamedTuple):
    """A message that the broker waits for; `mark` is a check sum of what it said."""

    qos: int
    id: int
    mark: int


async def read(settings: Settings, job: Job) -> AsyncGenerator[Delivery]:
    """Yield what comes until the connection ends; then raise SourceFailed."""
    listener = _Listener(settings, job)
    listening: asyncio.Task[None] | None = None
    try:
        await listener.open()
        listening = asyncio.create_task(listener.listen())
        while (batch := await listener.basket.take()) is not None:
            yield listener.delivery(batch)
        await listening
    finally:
        if listening is not None:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
        await listener.client.close()


async def suggest(given: Mapping[str, Any], job: Job, setting: str) -> list[Choice]:
    """List the topics on which something comes within a few seconds, or is retained."""
    if setting != "topics":
        return []
    known = {name: value for name, value in given.items() if name in Settings.model_fields}
    try:
        settings = Settings.model_validate({**known, "topics": ["#"], "payload": "value", "columns": []})
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"])) or "url"
        raise InvalidInput(
            Text(vi=f"Hãy điền thiết lập “{where}” trước.", en=f"Fill in the setting '{where}' first."),
            kind="settings",
            setting=where,
        ) from error
    client = Client(settings, job)
    found: dict[str, str] = {}
    try:
        await client.open()
        client.send(Subscribe(1, [("#", 0)]))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LISTENED):
                while len(found) < _MOST_TOPICS:
                    for packet in await client.come():
                        if isinstance(packet, Publish):
                            found.setdefault(packet.topic, packet.payload[:80].decode(errors="replace"))
    except Broken as error:
        raise client.broken(error) from error
    finally:
        await client.close()
    return [Choice(topic, note) for topic, note in sorted(found.items())]


class _Listener:
    """Takes messages in. The cursor holds what a client has to remember of a session (MQTT 5, 4.1):

    `topics` that are subscribed with their QoS, and `received`: messages of QoS 2 that are stored and not yet released.
    """

    def __init__(self, settings: Settings, job: Job) -> None:
        self.client = Client(settings, job)
        self.basket: Basket[_Owed] = Basket(settings.gather / 1000)
        self._records = Records(settings.templates(), settings.payload, settings.columns)
        self._retained = settings.retained
        self._qos = 0 if job.trial else settings.qos
        self._topics = {template.filter: self._qos for template in settings.templates()}
        self._cursor = job.cursor or {}
        self._received: dict[int, int] = {}
        self._pending: set[int] = set()
        self._asked: list[str] = []

    async def open(self) -> None:
        """Connect, and want what the settings say and no more."""
        await self.client.open()
        before: dict[str, int] = {}
        if self.client.present:
            before = self._cursor.get("topics", {})
            self._received = {int(number): mark for number, mark in self._cursor.get("received", {}).items()}
        gone = [topic for topic in before if topic not in self._topics]
        if gone:
            self.client.send(Unsubscribe(1, gone))
        self._asked = [topic for topic, qos in self._topics.items() if before.get(topic) != qos]
        if self._asked:
            handling = (0x10 if self._retained else 0x20) if self.client.version == 5 else 0
            self.client.send(Subscribe(2, [(topic, self._qos | handling) for topic in self._asked]))

    async def listen(self) -> None:
        """Put into the basket what comes, until the connection fails."""
        try:
            while True:
                if self.basket.full:
                    self.client.waiting()
                    await self.basket.room()
                for packet in await self.client.come():
                    self._take(packet, datetime.now(UTC))
        except Broken as error:
            raise self.client.broken(error) from error
        finally:
            self.basket.end(lambda owed: owed is None or not self.client.lasting)

    def delivery(self, batch: Batch[_Owed]) -> Delivery:
        """Return a delivery that acknowledges its messages once it is stored."""

        stored = {owed.id: owed.mark for owed in batch.owed if owed.qos == 2}
        self._received |= stored
        received = {str(number): mark for number, mark in self._received.items()}
        cursor = {"topics": self._topics, "received": received}
        changed = cursor != self._cursor
        self._cursor = cursor

        async def settled(_receipt: Receipt) -> None:
            self._pending.difference_update(owed.id for owed in batch.owed)
            self.client.send(*(_stored(owed) for owed in batch.owed))
            self.basket.back(batch)

        return Delivery(batch.body, cursor=cursor if changed else None, rows=batch.rows, settled=settled)

    def _take(self, packet: Packet, at: datetime) -> None:
        match packet:
            case Publish():
                self._message(packet, at)
            case Ack(Kind.PUBREL):
                self._received.pop(packet.id, None)
                self.client.send(Ack(Kind.PUBCOMP, packet.id))
            case Suback(Kind.SUBACK):
                for topic, reason in zip(self._asked, packet.reasons, strict=False):
                    if reason >= 0x80:
                        raise self.client.failure(reason, packet.properties, topic)
            case Leave(Kind.DISCONNECT):
                raise self.client.failure(packet.reason or 0x8B, packet.properties)

    def _message(self, message: Publish, at: datetime) -> None:
        owed = None
        if message.qos:
            mark = zlib.crc32(message.payload, zlib.crc32(message.topic.encode())) if message.qos == 2 else 0
            owed = _Owed(message.qos, message.id, mark)
            if message.dup and message.id in self._pending:
                return
            if message.qos == 2 and message.dup and self._received.get(message.id) == mark:
                self.client.send(Ack(Kind.PUBREC, message.id))
                return
        unwanted = message.retain and not self._retained
        found = [] if unwanted else self._records.of(message, at)
        if found:
            self.basket.put(found, owed)
            if owed is not None:
                self._pending.add(owed.id)
        elif owed is not None:
            self.client.send(_stored(owed))


def _stored(owed: _Owed) -> Ack:
    """Return what says that a message is stored."""
    return Ack(Kind.PUBACK if owed.qos == 1 else Kind.PUBREC, owed.id)
