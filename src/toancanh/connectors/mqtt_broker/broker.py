"""The embedded broker: who is connected, who is told what, and which messages become records."""

import asyncio
import contextlib
import hmac
import logging
import ssl
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple

import msgspec

from toancanh.connectors.mqtt.basket import Basket, Batch
from toancanh.connectors.mqtt.packets import Ack, Broken, Connect, Kind, Publish
from toancanh.connectors.mqtt.payloads import Records
from toancanh.connectors.mqtt.topics import Tree, matches
from toancanh.connectors.mqtt_broker.connection import Connection
from toancanh.connectors.mqtt_broker.manifest import Settings
from toancanh.connectors.mqtt_broker.sessions import Kept, Memory, Session
from toancanh.connectors.trust import server_trust
from toancanh.domain import Receipt, SourceFailed, Text
from toancanh.sdk import Delivery, Job

_BESIDES = 1 << 16
"""Bytes of a packet besides its payload."""
_TOPICS = 10_000
"""Topics that are retained, and topics of which it is remembered whether they become records."""
_TOLD = 100
"""Messages that a device is told at most before it has confirmed them."""
_GOODBYE = 2.0
"""Seconds in which devices hear that the broker stops."""
_PASSED_ON = ("payload_format", "message_expiry", "content_type", "response_topic", "correlation", "user")
_LOG = logging.getLogger("toancanh.mqtt_broker")


class _Owed(NamedTuple):
    """A message whose device waits for its acknowledgement."""

    connection: Connection
    session: Session
    qos: int
    id: int


class Broker:
    """Takes messages of devices, passes them on to those who subscribe, and gathers records in `basket`."""

    def __init__(self, settings: Settings, job: Job) -> None:
        self._settings = settings
        self._job = job
        self.basket: Basket[_Owed] = Basket(settings.gather / 1000)
        self.largest = (settings.max_kilobytes << 10) + _BESIDES
        self.longest = settings.keep_hours * 3600.0
        self.window = settings.in_flight
        self.allowed = tuple(settings.allowed)
        self._users = settings.named()
        self._records = Records(settings.templates(), settings.payload, settings.columns)
        self._filters = [template.filter for template in settings.templates()]
        self._wanted: dict[str, bool] = {}
        self._connections: set[Connection] = set()
        self._waiting: set[Connection] = set()
        self._sessions: dict[str, Session] = {}
        self._tree: Tree[Session] = Tree()
        self._retained: dict[str, Kept] = {}
        self._memory = Memory()
        self._there = 0
        self._lost = 0
        self._closing = False
        self._alone = asyncio.Event()
        self._alone.set()
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Begin to listen. Raises SourceFailed where the port cannot be had, InvalidInput for certificates."""
        settings = self._settings
        trust: ssl.SSLContext | None = None
        if settings.certificate and settings.key:
            trust = await asyncio.to_thread(
                server_trust, self._job.folder, settings.certificate, settings.key, settings.authority
            )
        try:
            self._server = await asyncio.get_running_loop().create_server(
                partial(Connection, self), settings.address, settings.port, ssl=trust, backlog=1024
            )
        except OSError as error:
            where = f"{settings.address}:{settings.port}"
            raise SourceFailed(
                Text(vi=f"Không nghe được ở {where}: {error}.", en=f"Cannot listen at {where}: {error}."),
                Text(
                    vi="Chọn địa chỉ, cổng khác, hoặc dừng chương trình đang dùng cổng ấy.",
                    en="Choose another address or port, or stop the program that uses it.",
                ),
                kind="unreachable",
            ) from error

    async def close(self) -> None:
        """Send all devices away; those that still wait for an acknowledgement send again elsewhere or later."""
        self._closing = True
        for session in self._sessions.values():
            session.forget()
        if self._server is not None:
            self._server.close()
        for connection in list(self._connections):
            connection.leave(0x8B)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_GOODBYE):
                await self._alone.wait()
        for connection in list(self._connections):
            connection.abort()
        await asyncio.sleep(0)
        if self._lost:
            _LOG.warning("%s: %d messages found no room on their way to devices", self._job.source, self._lost)

    def delivery(self, batch: Batch[_Owed]) -> Delivery:
        """Return a delivery that acknowledges its messages once it is stored."""

        async def settled(_receipt: Receipt) -> None:
            self.basket.back(batch)
            acks: dict[Connection, list[Ack]] = {}
            for owed in batch.owed:
                owed.connection.pending -= 1
                kind, to = Kind.PUBACK, owed.connection
                if owed.qos == 2:
                    owed.session.received[owed.id] = True
                    wire = owed.session.wire
                    kind, to = Kind.PUBREC, wire if isinstance(wire, Connection) else owed.connection
                acks.setdefault(to, []).append(Ack(kind, owed.id))
            for connection, found in acks.items():
                connection.send(*found)
            self._balance()

        return Delivery(batch.body, rows=batch.rows, settled=settled)

    def came(self, connection: Connection) -> bool:
        """Count a new connection; return False where there are far too many."""
        self._connections.add(connection)
        self._alone.clear()
        return not self._closing and len(self._connections) <= 2 * self._settings.connections

    def went(self, connection: Connection) -> None:
        """Forget a connection; its session stays for a while, and its last will is told (3.1.2.5)."""
        self._connections.discard(connection)
        self._waiting.discard(connection)
        if not self._connections:
            self._alone.set()
        session = connection.session
        self._there -= session is not None
        if session is None or session.wire is not connection:
            return
        session.wire = None
        if self._closing:
            return
        loop = asyncio.get_running_loop()
        if session.will is not None:
            delay = min(session.will.properties.get("will_delay", 0), session.expiry)
            session.timers.append(loop.call_later(delay, self._speak_will, session))
        session.timers.append(loop.call_later(session.expiry, self._end, session))

    def unwanted(self, packet: Connect) -> int:
        """Return the reason for which a device may not come in, 0 where it may."""
        if "authentication_method" in packet.properties:
            return 0x8C
        if not packet.client and packet.version < 5 and not packet.clean:
            return 0x85
        if packet.properties.get("receive_maximum") == 0 or packet.properties.get("maximum_packet") == 0:
            return 0x82
        if self._users:
            known = self._users.get(packet.user or "", b"")
            if not hmac.compare_digest(known, packet.password or b"") or not known:
                return 0x86
        known_as = self._sessions.get(packet.client)
        if known_as is not None and known_as.user != (packet.user or ""):
            return 0x87
        if self._there >= self._settings.connections and (known_as is None or known_as.wire is None):
            return 0x97
        return 0

    def enter(self, connection: Connection, packet: Connect, name: str) -> tuple[Session, bool]:
        """Return the session of a device, and whether it was there before; another connection of it is cut off."""
        session = self._sessions.get(name)
        if session is not None and isinstance(session.wire, Connection):
            other, session.wire = session.wire, None
            other.leave(0x8E)
            if session.will is not None and not session.will.properties.get("will_delay"):
                self._speak_will(session)
        if session is not None and packet.clean:
            self._end(session)
            session = None
        present = session is not None
        if session is None:
            session = Session(name, packet.user or "", self.window, self._settings.queued, self._memory)
            self._sessions[name] = session
        for timer in session.timers:
            timer.cancel()
        session.timers.clear()
        self._there += 1
        session.largest = packet.properties.get("maximum_packet")
        session.window = min(self.window, _TOLD, packet.properties.get("receive_maximum", 0xFFFF))
        session.will = packet.will
        given = packet.properties.get("session_expiry", 0) if packet.version == 5 else self.longest * (not packet.clean)
        session.expiry = min(given, self.longest)
        session.wire = connection
        return session, present

    def publish(self, connection: Connection, session: Session, message: Publish, at: datetime) -> None:
        """Take a message of a device: pass it on, and put its records into the basket. Raises Broken."""
        if "topic_alias" in message.properties:
            raise Broken("a topic alias, of which none was offered", 0x94)
        if not connection.may(message.topic):
            if message.qos and connection.version == 5:
                kind = Kind.PUBACK if message.qos == 1 else Kind.PUBREC
                connection.send(Ack(kind, message.id, 0x87))
            else:
                connection.leave(0x87)
            return
        if message.qos == 2:
            stored = session.received.get(message.id)
            if stored is not None:
                if stored:
                    connection.send(Ack(Kind.PUBREC, message.id))
                return
            session.received[message.id] = False
        self._tell(message, session)
        self._gather(message, at, session, connection if message.qos else None)

    def subscribe(self, session: Session, topic: str, options: int) -> bool:
        """Tell a device what comes under a filter; return whether that is new."""
        session.subscriptions.add(topic)
        return self._tree.put(topic, session, options)

    def unsubscribe(self, session: Session, topic: str) -> bool:
        """Tell a device no more what comes under a filter; return whether it was told."""
        session.subscriptions.discard(topic)
        return self._tree.drop(topic, session)

    def remind(self, session: Session, topic: str, qos: int) -> None:
        """Tell a device what is retained under a filter."""
        for name, kept in self._retained.items():
            if matches(name, topic):
                message = kept.fresh()
                if message is not None:
                    self._lost += not session.tell(msgspec.structs.replace(message, qos=min(qos, message.qos)))

    def _tell(self, message: Publish, sender: Session | None) -> None:
        """Retain a message where it says so, and pass it on to whoever subscribes, once to each."""
        known = {name: value for name, value in message.properties.items() if name in _PASSED_ON}
        plain = Publish(message.topic, message.payload, message.qos, properties=known)
        if message.retain:
            self._retain(msgspec.structs.replace(plain, retain=True))
        told: dict[Session, tuple[int, bool]] = {}
        for session, options in self._tree.find(message.topic):
            if options & 4 and session is sender:
                continue
            qos, published = told.get(session, (0, False))
            told[session] = (max(qos, options & 3), published or bool(options & 8))
        for session, (qos, published) in told.items():
            said = msgspec.structs.replace(plain, qos=min(qos, message.qos), retain=published and message.retain)
            self._lost += not session.tell(said)

    def _retain(self, message: Publish) -> None:
        before = self._retained.pop(message.topic, None)
        if before is not None:
            self._memory.give(before.message)
        if message.payload:
            if len(self._retained) < _TOPICS and self._memory.take(message):
                self._retained[message.topic] = Kept.of(message)
            else:
                self._lost += 1

    def _gather(self, message: Publish, at: datetime, session: Session, connection: Connection | None) -> None:
        """Put the records of a message into the basket; without any it is acknowledged at once."""
        found: list[bytes] = []
        if self._becomes_records(message.topic):
            found = self._records.of(message, at, {"client": session.client, "user": session.user})
        if found:
            owed = _Owed(connection, session, message.qos, message.id) if connection else None
            self.basket.put(found, owed)
        if connection is not None:
            if found:
                connection.pending += 1
            else:
                if message.qos == 2:
                    session.received[message.id] = True
                connection.send(Ack(Kind.PUBACK if message.qos == 1 else Kind.PUBREC, message.id))
        wire = session.wire
        if isinstance(wire, Connection) and (self.basket.full or wire.pending >= self.window):
            wire.balance(not self.basket.full, self.window)
            self._waiting.add(wire)

    def _balance(self) -> None:
        """Read on from the devices that waited, as far as there is room."""
        for connection in list(self._waiting):
            connection.balance(not self.basket.full, self.window)
            if not connection.waits:
                self._waiting.discard(connection)

    def _becomes_records(self, topic: str) -> bool:
        wanted = self._wanted.get(topic)
        if wanted is None:
            if len(self._wanted) >= _TOPICS:
                self._wanted.clear()
            wanted = self._wanted[topic] = any(matches(topic, one) for one in self._filters)
        return wanted

    def _speak_will(self, session: Session) -> None:
        will, session.will = session.will, None
        if will is not None:
            message = Publish(will.topic, will.payload, will.qos, retain=will.retain, properties=will.properties)
            self._tell(message, session)
            self._gather(message, datetime.now(UTC), session, None)

    def _end(self, session: Session) -> None:
        """Forget a device that is away for too long, or begins anew."""
        if session.wire is not None:
            return
        self._speak_will(session)
        for topic in session.subscriptions:
            self._tree.drop(topic, session)
        session.forget()
        if self._sessions.get(session.client) is session:
            del self._sessions[session.client]
