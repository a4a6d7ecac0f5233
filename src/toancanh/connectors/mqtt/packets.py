"""The packets of MQTT 3.1, 3.1.1 and 5 as bytes and back, without any socket: bytes go in, packets come out.

Section numbers are those of "MQTT Version 5.0", OASIS Standard, 7 March 2019.
"""

from collections.abc import Callable, Iterator
from enum import IntEnum
from typing import Any

import msgspec

Properties = dict[str, Any]
"""Properties of MQTT 5 by name (2.2.2.2); `user` is a list of pairs, `subscription` a list of numbers."""
LARGEST = 268_435_455 + 5
"""Bytes of the largest packet that there can be."""


class Kind(IntEnum):
    """Types of packets (2.1.2)."""

    CONNECT = 1
    CONNACK = 2
    PUBLISH = 3
    PUBACK = 4
    PUBREC = 5
    PUBREL = 6
    PUBCOMP = 7
    SUBSCRIBE = 8
    SUBACK = 9
    UNSUBSCRIBE = 10
    UNSUBACK = 11
    PINGREQ = 12
    PINGRESP = 13
    DISCONNECT = 14
    AUTH = 15


class Broken(Exception):
    """Bytes that are no packets of MQTT. `reason` is the reason code to leave with (2.4)."""

    def __init__(self, why: str, reason: int = 0x81) -> None:
        super().__init__(why)
        self.reason = reason


class Publish(msgspec.Struct, frozen=True, gc=False):
    """A message (3.3). `id` is 0 at QoS 0."""

    topic: str
    payload: bytes
    qos: int = 0
    id: int = 0
    retain: bool = False
    dup: bool = False
    properties: Properties = {}


class Will(msgspec.Struct, frozen=True, gc=False):
    """What the broker publishes once the client is gone without a word (3.1.2.5)."""

    topic: str
    payload: bytes
    qos: int = 0
    retain: bool = False
    properties: Properties = {}


class Connect(msgspec.Struct, frozen=True, gc=False):
    """The first packet of a client (3.1). `version` is 3 (3.1), 4 (3.1.1) or 5."""

    client: str
    version: int = 5
    clean: bool = True
    keep_alive: int = 60
    user: str | None = None
    password: bytes | None = None
    will: Will | None = None
    properties: Properties = {}


class Connack(msgspec.Struct, frozen=True, gc=False):
    """The broker's answer to it (3.2): reason code of MQTT 5, or return code of the earlier versions."""

    present: bool = False
    reason: int = 0
    properties: Properties = {}


class Ack(msgspec.Struct, frozen=True, gc=False):
    """PUBACK, PUBREC, PUBREL or PUBCOMP (3.4–3.7)."""

    kind: Kind
    id: int
    reason: int = 0
    properties: Properties = {}


class Subscribe(msgspec.Struct, frozen=True, gc=False):
    """Topic filters, each with its options: QoS, no local 4, as published 8, retain handling 16 or 32 (3.8)."""

    id: int
    filters: list[tuple[str, int]]
    properties: Properties = {}


class Unsubscribe(msgspec.Struct, frozen=True, gc=False):
    """Topic filters that are wanted no more (3.10)."""

    id: int
    filters: list[str]
    properties: Properties = {}


class Suback(msgspec.Struct, frozen=True, gc=False):
    """One reason code for each filter (3.9, 3.11); `kind` tells SUBACK from UNSUBACK."""

    kind: Kind
    id: int
    reasons: list[int]
    properties: Properties = {}


class Ping(msgspec.Struct, frozen=True, gc=False):
    """PINGREQ or PINGRESP (3.12, 3.13)."""

    kind: Kind


class Leave(msgspec.Struct, frozen=True, gc=False):
    """DISCONNECT or AUTH (3.14, 3.15)."""

    kind: Kind = Kind.DISCONNECT
    reason: int = 0
    properties: Properties = {}


Packet = Publish | Connect | Connack | Ack | Subscribe | Unsubscribe | Suback | Ping | Leave


class Stream:
    """Cuts what comes from one connection into packets, however it is split.

    `version` is known to a client beforehand; a broker learns it from CONNECT. Packets above `largest` bytes are refused
    as soon as their length is known.
    """

    def __init__(self, version: int = 5, largest: int = LARGEST) -> None:
        self.version = version
        self._largest = largest
        self._held = bytearray()
        self._needs = 2

    def feed(self, data: bytes) -> Iterator[Packet]:
        """Yield the packets that are whole now. Raises Broken where the bytes are no packets; then nothing more can be read."""
        if self._held:
            self._held += data
            if len(self._held) < self._needs:
                return
            data = bytes(self._held)
            self._held.clear()
        at, end = 0, len(data)
        while at < end:
            start, length = self._header(data, at, end)
            if not start or start + length > end:
                self._needs = start + length - at if start else end - at + 1
                self._held += data[at:]
                return
            head = data[at]
            at = start + length
            if head >> 4 == Kind.PUBLISH:
                yield _read_publish(data, start, at, head, self.version)
            else:
                yield self._read(head, _Reader(data, start, at))

    def _header(self, data: bytes, at: int, end: int) -> tuple[int, int]:
        """Return where the body of the packet at `at` starts and how long it is; zeroes where its header is not whole."""
        head = data[at]
        if head >> 4 != Kind.PUBLISH and head & 15 != _FLAGS.get(head >> 4):
            raise Broken(f"no packet begins with 0x{head:02x}")
        length, shift, place = 0, 0, at + 1
        while place < end:
            byte = data[place]
            place += 1
            length |= (byte & 0x7F) << shift
            if length + place - at > self._largest:
                raise Broken(f"a packet of more than {self._largest} bytes", 0x95)
            if byte < 0x80:
                return place, length
            shift += 7
            if shift > 21:
                raise Broken("a length of more than four bytes")
        return 0, 0

    def _read(self, head: int, body: "_Reader") -> Packet:
        packet = _READERS[head >> 4](body, head >> 4, self.version)
        if body.at != body.end:
            raise Broken("bytes after the end of a packet")
        if isinstance(packet, Connect):
            self.version = packet.version
        return packet


def encode(packet: Packet, version: int) -> bytes:
    """Return a packet as bytes. Raises ValueError where something of it is too long."""
    head, body = _WRITERS[type(packet)](packet, version)
    return bytes((head,)) + _varint(len(body)) + body


class _Reader:
    """Reads the fields of one packet; raises Broken beyond its end."""

    __slots__ = ("at", "data", "end")

    def __init__(self, data: bytes, at: int, end: int) -> None:
        self.data = data
        self.at = at
        self.end = end

    @property
    def more(self) -> bool:
        return self.at < self.end

    def take(self, count: int) -> bytes:
        start = self.at
        self.at = start + count
        if self.at > self.end:
            raise Broken("a packet ends too early")
        return self.data[start : self.at]

    def rest(self) -> bytes:
        return self.take(self.end - self.at)

    def byte(self) -> int:
        return self.take(1)[0]

    def two(self) -> int:
        return int.from_bytes(self.take(2), "big")

    def four(self) -> int:
        return int.from_bytes(self.take(4), "big")

    def varint(self) -> int:
        value = 0
        for shift in (0, 7, 14, 21):
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
        raise Broken("a number of more than four bytes")

    def data_field(self) -> bytes:
        return self.take(self.two())

    def text(self) -> str:
        return _text(self.data_field())

    def pair(self) -> tuple[str, str]:
        return self.text(), self.text()

    def id(self) -> int:
        return _some_id(self.two())

    def properties(self, version: int) -> Properties:
        """Read properties of MQTT 5; nothing in earlier versions."""
        if version < 5:
            return {}
        length = self.varint()
        end = self.at + length
        if end > self.end:
            raise Broken("properties end too late")
        found: Properties = {}
        while self.at < end:
            name, read, _, many = _BY_CODE.get(self.varint(), _NONE)
            if read is None or (name in found and not many):
                raise Broken("an unknown property, or one that comes twice")
            value = read(self)
            if many:
                found.setdefault(name, []).append(value)
            else:
                found[name] = value
        if self.at != end:
            raise Broken("properties end too early")
        return found


def _text(data: bytes) -> str:
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise Broken("a text is not UTF-8") from error
    if "\0" in text:
        raise Broken("a text with U+0000")
    return text


def _some_id(number: int) -> int:
    if not number:
        raise Broken("a packet identifier is 0")
    return number


def _topic(data: bytes) -> str:
    topic = _text(data)
    if "+" in topic or "#" in topic:
        raise Broken("a message with a wildcard in its topic", 0x90)
    return topic


def _varint(number: int) -> bytes:
    if number < 0x80:
        return bytes((number,))
    found = bytearray()
    while True:
        number, low = number >> 7, number & 0x7F
        found.append(low | (0x80 if number else 0))
        if not number:
            break
    if len(found) > 4:
        raise ValueError("too long for a packet")
    return bytes(found)


def _byte(number: int) -> bytes:
    return bytes((number,))


def _two(number: int) -> bytes:
    return number.to_bytes(2, "big")


def _four(number: int) -> bytes:
    return number.to_bytes(4, "big")


def _data(data: bytes) -> bytes:
    if len(data) > 0xFFFF:
        raise ValueError("a field of more than 65,535 bytes")
    return _two(len(data)) + data


def _words(text: str) -> bytes:
    return _data(text.encode())


def _pair(pair: tuple[str, str]) -> bytes:
    return _words(pair[0]) + _words(pair[1])


_Write = Callable[[Any], bytes]
_NONE: tuple[str, None, _Write, bool] = ("", None, _byte, False)
_KINDS: dict[str, tuple[Callable[[_Reader], Any], _Write]] = {
    "byte": (_Reader.byte, _byte),
    "two": (_Reader.two, _two),
    "four": (_Reader.four, _four),
    "number": (_Reader.varint, _varint),
    "data": (_Reader.data_field, _data),
    "text": (_Reader.text, _words),
    "pair": (_Reader.pair, _pair),
}
_PROPERTIES = (
    (1, "payload_format", "byte"), (2, "message_expiry", "four"), (3, "content_type", "text"),
    (8, "response_topic", "text"), (9, "correlation", "data"), (11, "subscription", "number"),
    (17, "session_expiry", "four"), (18, "assigned_client", "text"), (19, "server_keep_alive", "two"),
    (21, "authentication_method", "text"), (22, "authentication_data", "data"), (23, "request_problem", "byte"),
    (24, "will_delay", "four"), (25, "request_response", "byte"), (26, "response_information", "text"),
    (28, "server_reference", "text"), (31, "reason", "text"), (33, "receive_maximum", "two"),
    (34, "topic_alias_maximum", "two"), (35, "topic_alias", "two"), (36, "maximum_qos", "byte"),
    (37, "retain_available", "byte"), (38, "user", "pair"), (39, "maximum_packet", "four"),
    (40, "wildcard_available", "byte"), (41, "subscription_available", "byte"), (42, "shared_available", "byte"),
)  # fmt: skip
_MANY = ("user", "subscription")
_BY_CODE = {code: (name, *_KINDS[kind], name in _MANY) for code, name, kind in _PROPERTIES}
_BY_NAME = {name: (code, _KINDS[kind][1]) for code, name, kind in _PROPERTIES}


def _written(properties: Properties, version: int) -> bytes:
    if version < 5:
        return b""
    if not properties:
        return b"\0"
    found = b""
    for name, value in properties.items():
        code, write = _BY_NAME[name]
        for one in value if name in _MANY else (value,):
            found += _varint(code) + write(one)
    return _varint(len(found)) + found


def _read_publish(data: bytes, at: int, end: int, head: int, version: int) -> Publish:
    """Read a message; written out, because almost every packet is one."""
    qos = head >> 1 & 3
    start = at + 2
    at = start + int.from_bytes(data[at:start], "big")
    after = at + 2 if qos else at
    if qos == 3 or after > end or start > end:
        raise Broken("a message that is not whole, or of QoS 3")
    topic = _topic(data[start:at])
    number = _some_id(int.from_bytes(data[at:after], "big")) if qos else 0
    properties: Properties = {}
    if version >= 5:
        body = _Reader(data, after, end)
        properties = body.properties(version)
        after = body.at
    if not topic and "topic_alias" not in properties:
        raise Broken("a message without a topic")
    return Publish(topic, data[after:end], qos, number, bool(head & 1), bool(head & 8), properties)


def _write_publish(packet: Publish, version: int) -> tuple[int, bytes]:
    head = Kind.PUBLISH << 4 | packet.dup << 3 | packet.qos << 1 | packet.retain
    number = _two(packet.id) if packet.qos else b""
    return head, _words(packet.topic) + number + _written(packet.properties, version) + packet.payload


def _read_connect(body: _Reader, _kind: int, _version: int) -> Connect:
    name, version = body.text(), body.byte()
    if (name, version) not in (("MQTT", 4), ("MQTT", 5), ("MQIsdp", 3)):
        raise Broken(f"{name} {version} is not spoken here", 0x84)
    flags, keep_alive = body.byte(), body.two()
    if flags & 1 or (not flags & 4 and flags & 0x38) or flags & 0x18 == 0x18:
        raise Broken("flags of CONNECT that mean nothing")
    properties = body.properties(version)
    client = body.text()
    will = None
    if flags & 4:
        about = body.properties(version)
        topic = _topic(body.data_field())
        if not topic:
            raise Broken("a will without a topic")
        will = Will(topic, body.data_field(), flags >> 3 & 3, bool(flags & 0x20), about)
    user = body.text() if flags & 0x80 else None
    password = body.data_field() if flags & 0x40 else None
    return Connect(client, version, bool(flags & 2), keep_alive, user, password, will, properties)


def _write_connect(packet: Connect, _version: int) -> tuple[int, bytes]:
    will, version = packet.will, packet.version
    flags = packet.clean << 1 | (packet.user is not None) << 7 | (packet.password is not None) << 6
    tail = _words(packet.client)
    if will is not None:
        flags |= 4 | will.qos << 3 | will.retain << 5
        tail += _written(will.properties, version) + _words(will.topic) + _data(will.payload)
    if packet.user is not None:
        tail += _words(packet.user)
    if packet.password is not None:
        tail += _data(packet.password)
    name = _words("MQIsdp" if version == 3 else "MQTT")
    head = name + bytes((version, flags)) + _two(packet.keep_alive) + _written(packet.properties, version)
    return Kind.CONNECT << 4, head + tail


def _read_connack(body: _Reader, _kind: int, version: int) -> Connack:
    flags, reason = body.byte(), body.byte()
    if flags > 1:
        raise Broken("flags of CONNACK that mean nothing")
    return Connack(bool(flags), reason, body.properties(version) if body.more else {})


def _write_connack(packet: Connack, version: int) -> tuple[int, bytes]:
    return Kind.CONNACK << 4, bytes((packet.present, packet.reason)) + _written(packet.properties, version)


def _read_ack(body: _Reader, kind: int, version: int) -> Ack:
    number = body.id()
    reason = body.byte() if version >= 5 and body.more else 0
    return Ack(Kind(kind), number, reason, body.properties(version) if body.more else {})


def _write_ack(packet: Ack, version: int) -> tuple[int, bytes]:
    head = packet.kind << 4 | (2 if packet.kind == Kind.PUBREL else 0)
    body = _two(packet.id)
    if version >= 5 and (packet.reason or packet.properties):
        body += _byte(packet.reason)
        if packet.properties:
            body += _written(packet.properties, version)
    return head, body


def _read_subscribe(body: _Reader, _kind: int, version: int) -> Subscribe:
    number, properties = body.id(), body.properties(version)
    filters = []
    while body.more:
        topic, options = body.text(), body.byte()
        if options & 3 == 3 or options & (0xC0 if version >= 5 else 0xFC) or options & 0x30 == 0x30:
            raise Broken("options of a subscription that mean nothing")
        filters.append((topic, options))
    if not filters:
        raise Broken("a SUBSCRIBE without a topic", 0x82)
    return Subscribe(number, filters, properties)


def _write_subscribe(packet: Subscribe, version: int) -> tuple[int, bytes]:
    filters = b"".join(_words(topic) + _byte(options) for topic, options in packet.filters)
    return Kind.SUBSCRIBE << 4 | 2, _two(packet.id) + _written(packet.properties, version) + filters


def _read_unsubscribe(body: _Reader, _kind: int, version: int) -> Unsubscribe:
    number, properties = body.id(), body.properties(version)
    filters = []
    while body.more:
        filters.append(body.text())
    if not filters:
        raise Broken("an UNSUBSCRIBE without a topic", 0x82)
    return Unsubscribe(number, filters, properties)


def _write_unsubscribe(packet: Unsubscribe, version: int) -> tuple[int, bytes]:
    filters = b"".join(map(_words, packet.filters))
    return Kind.UNSUBSCRIBE << 4 | 2, _two(packet.id) + _written(packet.properties, version) + filters


def _read_suback(body: _Reader, kind: int, version: int) -> Suback:
    number, properties = body.id(), body.properties(version)
    return Suback(Kind(kind), number, list(body.rest()), properties)


def _write_suback(packet: Suback, version: int) -> tuple[int, bytes]:
    return packet.kind << 4, _two(packet.id) + _written(packet.properties, version) + bytes(packet.reasons)


def _read_ping(_body: _Reader, kind: int, _version: int) -> Ping:
    return Ping(Kind(kind))


def _write_ping(packet: Ping, _version: int) -> tuple[int, bytes]:
    return packet.kind << 4, b""


def _read_leave(body: _Reader, kind: int, version: int) -> Leave:
    if version < 5 and kind == Kind.AUTH:
        raise Broken("AUTH before MQTT 5")
    if version < 5 or not body.more:
        return Leave(Kind(kind))
    reason = body.byte()
    return Leave(Kind(kind), reason, body.properties(version) if body.more else {})


def _write_leave(packet: Leave, version: int) -> tuple[int, bytes]:
    if version < 5 or not (packet.reason or packet.properties):
        return packet.kind << 4, b""
    return packet.kind << 4, _byte(packet.reason) + _written(packet.properties, version)


_READERS: dict[int, Callable[[_Reader, int, int], Packet]] = {
    Kind.CONNECT: _read_connect,
    Kind.CONNACK: _read_connack,
    Kind.PUBACK: _read_ack,
    Kind.PUBREC: _read_ack,
    Kind.PUBREL: _read_ack,
    Kind.PUBCOMP: _read_ack,
    Kind.SUBSCRIBE: _read_subscribe,
    Kind.SUBACK: _read_suback,
    Kind.UNSUBSCRIBE: _read_unsubscribe,
    Kind.UNSUBACK: _read_suback,
    Kind.PINGREQ: _read_ping,
    Kind.PINGRESP: _read_ping,
    Kind.DISCONNECT: _read_leave,
    Kind.AUTH: _read_leave,
}
_FLAGS = {kind: 2 if kind in (Kind.PUBREL, Kind.SUBSCRIBE, Kind.UNSUBSCRIBE) else 0 for kind in _READERS}
"""Lower half of the first byte of all packets but PUBLISH (2.1.3)."""
_WRITERS: dict[type[Any], Callable[[Any, int], tuple[int, bytes]]] = {
    Publish: _write_publish,
    Connect: _write_connect,
    Connack: _write_connack,
    Ack: _write_ack,
    Subscribe: _write_subscribe,
    Unsubscribe: _write_unsubscribe,
    Suback: _write_suback,
    Ping: _write_ping,
    Leave: _write_leave,
}
