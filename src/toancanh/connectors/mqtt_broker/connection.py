"""One connection of a device: its packets, its silence, and how long it has to wait."""

import asyncio
import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from toancanh.connectors.mqtt.packets import (
    Ack,
    Broken,
    Connack,
    Connect,
    Kind,
    Leave,
    Packet,
    Ping,
    Properties,
    Publish,
    Stream,
    Suback,
    Subscribe,
    Unsubscribe,
    encode,
)
from toancanh.connectors.mqtt.topics import covers, is_filter
from toancanh.connectors.mqtt_broker.sessions import Session

if TYPE_CHECKING:
    from toancanh.connectors.mqtt_broker.broker import Broker

_PATIENCE = 30.0
"""Seconds in which a device has to introduce itself."""
_SLOW = 1.0
"""Seconds before a wrong password is answered."""
_OUTGOING = 1 << 20
"""Bytes that may wait to be sent to a device before it counts as clogged; four times as many end the connection."""
_EARLIER = {0x84: 1, 0x85: 2, 0x86: 4, 0x87: 5, 0x8C: 5}
"""Reason codes of MQTT 5 as return codes before it; all others are 3."""


class Connection(asyncio.Protocol):
    """Reads packets of one device and answers them. `pending` messages are not stored yet."""

    def __init__(self, broker: "Broker") -> None:
        self._broker = broker
        self._stream = Stream(largest=broker.largest)
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._heard = 0.0
        self._waits = False
        self._gone = False
        self._watching: asyncio.TimerHandle | None = None
        self._allowed: tuple[str, ...] = ()
        self._name = ""
        self.session: Session | None = None
        self.clogged = False
        self.pending = 0

    @property
    def version(self) -> int:
        """The version of MQTT that is spoken: 3, 4 or 5."""
        return self._stream.version

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for CONNECT, not for long."""
        self._transport = cast("asyncio.Transport", transport)  # those of uvloop have no common class
        self._transport.set_write_buffer_limits(_OUTGOING)
        if not self._broker.came(self):
            self._transport.abort()
            return
        self._watching = self._loop.call_later(_PATIENCE, self._transport.abort)

    def data_received(self, data: bytes) -> None:
        """Take packets; whatever is wrong with them ends this connection and no other."""
        self._heard = self._loop.time()
        at = datetime.now(UTC)
        try:
            for packet in self._stream.feed(data):
                if self._gone:
                    return
                self._take(packet, at)
        except Broken as error:
            self.leave(error.reason)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the name that asyncio calls
        """Tell the broker; the last will is its business."""
        self._gone = True
        if self._watching is not None:
            self._watching.cancel()
        self._broker.went(self)

    def pause_writing(self) -> None:
        """Send nothing more that may wait."""
        self.clogged = True

    def resume_writing(self) -> None:
        """Go on sending."""
        self.clogged = False
        if self.session is not None and self.session.wire is self:
            self.session.fill()

    def send(self, *packets: Packet) -> None:
        """Send packets, if the device is still there; one that never reads is cut off."""
        transport = self._transport
        if transport is None or self._gone or transport.is_closing():
            return
        transport.write(b"".join([encode(packet, self.version) for packet in packets]))
        if transport.get_write_buffer_size() > 4 * _OUTGOING + self._broker.largest:
            transport.abort()

    def leave(self, reason: int | None) -> None:
        """End the connection; a device of MQTT 5 is told why, unless it says good-bye itself."""
        if self.session is not None and self.version == 5 and reason is not None:
            self.send(Leave(Kind.DISCONNECT, reason))
        self._gone = True
        if self._transport is not None:
            self._transport.close()
            self._loop.call_later(_PATIENCE, self._transport.abort)

    def abort(self) -> None:
        """End the connection at once."""
        if self._transport is not None:
            self._transport.abort()

    def may(self, topic: str) -> bool:
        """Return whether the device may publish to a topic, or subscribe to a filter that reaches no further."""
        return any(covers(allowed, topic) for allowed in self._allowed)

    def balance(self, room: bool, most: int) -> None:
        """Read on where there is room and the device has few messages pending; otherwise let it wait."""
        waits = not room or self.pending >= (most if not self._waits else (most + 1) // 2)
        if waits != self._waits and self._transport is not None and not self._transport.is_closing():
            self._waits = waits
            self._heard = self._loop.time()
            if waits:
                self._transport.pause_reading()
            else:
                self._transport.resume_reading()

    @property
    def waits(self) -> bool:
        """Whether nothing is read from the device now."""
        return self._waits

    def _take(self, packet: Packet, at: datetime) -> None:
        session = self.session
        if session is None:
            if not isinstance(packet, Connect):
                raise Broken("a packet before CONNECT", 0x82)
            self._introduce(packet)
            return
        match packet:
            case Publish():
                self._broker.publish(self, session, packet, at)
            case Ack(Kind.PUBREL):
                session.received.pop(packet.id, None)
                self.send(Ack(Kind.PUBCOMP, packet.id))
            case Ack():
                session.confirmed(packet)
            case Subscribe():
                self._subscribe(session, packet)
            case Unsubscribe():
                there = [self._broker.unsubscribe(session, topic) for topic in packet.filters]
                reasons = [0 if found else 0x11 for found in there] if self.version == 5 else []
                self.send(Suback(Kind.UNSUBACK, packet.id, reasons))
            case Ping(Kind.PINGREQ):
                self.send(Ping(Kind.PINGRESP))
            case Leave(Kind.DISCONNECT):
                if packet.reason != 4:
                    session.will = None
                if "session_expiry" in packet.properties:
                    session.expiry = min(packet.properties["session_expiry"], self._broker.longest)
                self.leave(None)
            case _:
                raise Broken("a packet that no device sends now", 0x82)

    def _introduce(self, packet: Connect) -> None:
        assert self._transport is not None
        assert self._watching is not None
        reason = self._broker.unwanted(packet)
        if reason:
            self._refuse(reason)
            return
        self._watching.cancel()
        properties: Properties = {}
        name = packet.client
        if not name:
            name = properties["assigned_client"] = f"device-{secrets.token_hex(8)}"
        self._name = name
        filled = {"{user}": packet.user or "", "{client}": name}
        self._allowed = tuple(_filled(topic, filled) for topic in self._broker.allowed)
        if packet.will is not None and not self.may(packet.will.topic):
            self._refuse(0x87)
            return
        session, present = self._broker.enter(self, packet, name)
        self.session = session
        if self.version == 5:
            properties |= {
                "receive_maximum": self._broker.window,
                "maximum_packet": self._broker.largest,
                "session_expiry": int(session.expiry),
                "subscription_available": 0,
                "shared_available": 0,
            }
        self.send(Connack(present, 0, properties))
        session.resume()
        if packet.keep_alive:
            self._watch(1.5 * packet.keep_alive)

    def _refuse(self, reason: int) -> None:
        """Answer CONNECT with a refusal; a wrong password is answered late, so that guessing takes long."""
        assert self._transport is not None
        self._gone = True
        self._transport.pause_reading()
        said = reason if self.version == 5 else _EARLIER.get(reason, 3)

        def answer() -> None:
            if self._transport is not None and not self._transport.is_closing():
                self._transport.write(encode(Connack(False, said), self.version))
                self._transport.close()

        self._loop.call_later(_SLOW if reason == 0x86 else 0, answer)

    def _subscribe(self, session: Session, packet: Subscribe) -> None:
        reasons = []
        granted: list[tuple[str, int, bool]] = []
        for topic, options in packet.filters:
            if not is_filter(topic):
                reasons.append(0x8F)
            elif topic.startswith("$share/"):
                reasons.append(0x9E)
            elif not self.may(topic):
                reasons.append(0x87)
            else:
                reasons.append(options & 3)
                granted.append((topic, options, self._broker.subscribe(session, topic, options)))
        known = reasons if self.version == 5 else [0x80 if reason >= 0x80 else reason for reason in reasons]
        self.send(Suback(Kind.SUBACK, packet.id, known))
        for topic, options, new in granted:
            handling = options >> 4
            if handling == 0 or (handling == 1 and new):
                self._broker.remind(session, topic, options & 3)

    def _watch(self, seconds: float) -> None:
        """End the connection where nothing comes for so long, unless it is us who do not read."""
        left = seconds if self._waits else self._heard + seconds - self._loop.time()
        if left <= 0:
            self.leave(0x8D)
        else:
            self._watching = self._loop.call_later(left, self._watch, seconds)


def _filled(topic: str, values: dict[str, str]) -> str:
    """Return an allowed topic of one device; a name that would widen it allows nothing."""
    for hole, value in values.items():
        if hole in topic:
            if not value or any(sign in value for sign in "+#/"):
                return "\0"
            topic = topic.replace(hole, value)
    return topic
