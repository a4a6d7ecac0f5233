"""The embedded broker: devices with another library, sessions, wills, rights, crowds, and whatever else may connect."""

import asyncio
import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest
import uvloop
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st
from mqtt_peer import Device, device, free_port, trusting
from web_peer import papers

from toancanh.connectors.mqtt.manifest import CONNECTOR as CLIENT
from toancanh.connectors.mqtt.packets import (
    Ack,
    Connack,
    Connect,
    Kind,
    Leave,
    Ping,
    Publish,
    Stream,
    Suback,
    Subscribe,
    Unsubscribe,
    Will,
    encode,
)  # fmt: skip
from toancanh.connectors.mqtt_broker.manifest import CONNECTOR, Settings
from toancanh.connectors.mqtt_broker.read import read
from toancanh.domain import SourceFailed
from toancanh.sdk import Connector, Job
from toancanh.testing import ConnectorSuite, gather

THING = {
    "kind": "event",
    "key": ["device", "code"],
    "time": "time",
    "columns": {
        "device": {"title": {"vi": "Thiết bị", "en": "Device"}, "type": "code", "required": True},
        "code": {"title": {"vi": "Mã", "en": "Code"}, "type": "code", "required": True},
        "time": {"title": {"vi": "Lúc", "en": "Time"}, "type": "time", "required": True},
        "value": {"title": {"vi": "Trị", "en": "Value"}, "type": "number", "required": True},
        "client": {"title": {"vi": "Máy khách", "en": "Client"}, "type": "text"},
    },
}


class TestMqttBroker(ConnectorSuite):
    connector: ClassVar[Connector] = CONNECTOR
    settings: ClassVar[Mapping[str, Any]] = {"users": "cổng:mật khẩu 1\n"}


class Serving:
    """The connector at a free port, on the loop that the server runs on, whose deliveries are stored in a list while `stores` is set."""

    def __init__(self, **settings: Any) -> None:
        self.port = free_port()
        self.stores = threading.Event()
        self.stores.set()
        self.bodies: list[bytes] = []
        self._settings = Settings.model_validate({"port": self.port, "gather": 0, **settings})
        self._loop = uvloop.new_event_loop()
        self._task: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),), daemon=True)
        self._thread.start()
        self.until(self._listens)

    @property
    def records(self) -> list[Any]:
        """What was stored, as JSON where it is."""
        return [json.loads(line) for body in self.bodies for line in body.split(b"\n") if line]

    def until(self, holds: Callable[[], object], seconds: float = 30) -> None:
        """Wait until something holds."""
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end
            time.sleep(0.01)

    def close(self) -> None:
        """Stop the connector."""
        if self._loop.is_closed():
            return
        self._loop.call_soon_threadsafe(self._task.cancel)  # type: ignore[union-attr]
        self._thread.join(20)
        self._loop.close()

    def _listens(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False

    async def _serve(self) -> None:
        self._task = asyncio.current_task()  # type: ignore[assignment]
        with contextlib.suppress(asyncio.CancelledError):
            async with contextlib.aclosing(read(self._settings, Job("town.source", Path.cwd()))) as coming:
                async for delivery in coming:
                    await asyncio.to_thread(self.stores.wait, 30)
                    self.bodies.append(delivery.body)
                    assert delivery.settled is not None
                    await delivery.settled(None)  # type: ignore[arg-type]
        await asyncio.sleep(0.1)


@pytest.fixture
def serving() -> Iterator[Callable[..., Serving]]:
    made: list[Serving] = []

    def make(**settings: Any) -> Serving:
        made.append(Serving(**settings))
        return made[-1]

    yield make
    for one in made:
        one.close()


class Raw:
    """A connection of the test's own."""

    def __init__(self, port: int, *packets: Any, version: int = 5) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), 20)
        self.version = version
        self._stream, self._early = Stream(version), []  # type: ignore[var-annotated]
        self.send(*packets)

    def send(self, *packets: Any) -> None:
        self.socket.sendall(b"".join(encode(packet, self.version) for packet in packets))

    def __enter__(self) -> "Raw":
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def next(self) -> Any:
        """The next packet; None at the end."""
        while not self._early:
            try:
                data = self.socket.recv(65536)
            except ConnectionResetError:
                return None
            if not data:
                return None
            self._early += self._stream.feed(data)
        return self._early.pop(0)

    def quiet(self) -> bool:
        """Whether nothing comes before the answer to a ping."""
        self.send(Ping(Kind.PINGREQ))
        return self.next() == Ping(Kind.PINGRESP)


def said(n: int) -> str:
    return json.dumps({"code": f"r{n}", "time": f"2026-01-01T00:{n // 60 % 60:02}:{n % 60:02}Z", "value": n})


@pytest.mark.parametrize("qos", [0, 1, 2])
@pytest.mark.parametrize("version", [3, 4, 5])
def test_devices_publish_and_are_told(serving: Callable[..., Serving], version: int, qos: int) -> None:
    place = serving()
    with device(place.port, "ear", version) as ear, device(place.port, "mouth", version) as mouth:
        ear.hear("a/+/c", qos)
        mouth.say_all([(f"a/{n}/c", f"{n}") for n in range(50)], qos)
        mouth.say("other", b"7", qos)
        place.until(lambda: len(ear.heard) == 50)
        place.until(lambda: len(place.records) == 51)
    assert ear.heard == [(f"a/{n}/c", b"%d" % n, qos, False) for n in range(50)]
    first = place.records[0]
    assert (first["topic"], first["value"], first["client"], first["user"]) == ("a/0/c", 0, "mouth", "")


def test_records_of_a_town(town: Callable[..., Any]) -> None:
    port = free_port()
    source = {"connector": "mqtt_broker", "settings": {"port": port, "topics": ["site/{device}/now"]}}
    place = town(source, THING)
    place.read()
    place.until(lambda: place.standing().owner)
    with _patient(port) as one:
        for n in range(100):
            one.send(Publish(f"site/d{n % 5}/now", said(n).encode(), 1 + n % 2, n + 1))
        one.send(Publish("site/d1/now", b"garbage", 1, 200), Publish("elsewhere", b"x", 1, 201))
        acked: set[int] = set()
        while len(acked) < 102:
            packet = one.next()
            assert isinstance(packet, Ack)
            acked.add(packet.id)
            if packet.kind == Kind.PUBREC:
                one.send(Ack(Kind.PUBREL, packet.id))
        assert place.count() == 100, "an acknowledgement means stored"
        one.send(Publish("site/d0/now", said(0).encode(), 1, 1, dup=True))
        place.until(lambda: place.account()["duplicated"] == 1)
    assert place.account() == {"sent": 102, "received": 102, "stored": 100, "quarantined": 1, "duplicated": 1}
    assert place.stored("client", "value")[0] == {"client": "d"}
    place.restart()
    with _patient(port) as one:
        one.send(Publish("site/d0/now", said(500).encode(), 1, 1))
        place.until(lambda: place.count() == 101)


def _patient(port: int) -> Raw:
    """A device that tries to connect until somebody listens."""
    end = time.monotonic() + 60
    while True:
        try:
            one = Raw(port, Connect("d", 4), version=4)
        except ConnectionRefusedError:
            assert time.monotonic() < end
            time.sleep(0.05)
            continue
        assert one.next() == Connack()
        return one


def test_an_acknowledgement_means_stored_and_slow_stores_make_devices_wait(serving: Callable[..., Serving]) -> None:
    place = serving(in_flight=5, max_kilobytes=64)
    place.stores.clear()
    with Raw(place.port, Connect("d")) as one:
        assert one.next().properties["receive_maximum"] == 5
        one.send(*(Publish("a", b"%d" % n, 1, n) for n in range(1, 41)))
        one.socket.settimeout(0.5)
        with pytest.raises(TimeoutError):
            one.next()
        one.socket.settimeout(20)
        place.stores.set()
        assert [one.next() for _ in range(40)] == [Ack(Kind.PUBACK, n) for n in range(1, 41)]
    assert [record["value"] for record in place.records] == list(range(1, 41))


def test_a_flood_at_qos_0_is_held_up_not_lost(serving: Callable[..., Serving]) -> None:
    place = serving()
    place.stores.clear()
    payload = b'"%s"' % (b"x" * 50_000)
    count = 1000
    with Raw(place.port, Connect("d")) as one:
        one.next()
        sender = threading.Thread(target=lambda: [one.send(Publish("a", payload)) for _ in range(count)])
        sender.start()
        sender.join(1)
        assert sender.is_alive(), "50 MB are more than what is held"
        place.stores.set()
        sender.join(60)
        place.until(lambda: sum(body.count(b'"topic"') for body in place.bodies) == count)


def test_qos_2_is_taken_once(serving: Callable[..., Serving]) -> None:
    place = serving()
    message = Publish("a", b"1", 2, 7)
    with Raw(place.port, Connect("d", clean=False, properties={"session_expiry": 100})) as one:
        assert one.next() == Connack(properties=one_of(place, 100))
        one.send(message)
        assert one.next() == Ack(Kind.PUBREC, 7)
    with Raw(place.port, Connect("d", clean=False, properties={"session_expiry": 100})) as one:
        assert one.next().present
        one.send(Publish("a", b"1", 2, 7, dup=True))
        assert one.next() == Ack(Kind.PUBREC, 7)
        one.send(Ack(Kind.PUBREL, 7))
        assert one.next() == Ack(Kind.PUBCOMP, 7)
        one.send(message)
        assert one.next() == Ack(Kind.PUBREC, 7)
    place.until(lambda: len(place.records) == 2)


def one_of(place: Serving, expiry: int) -> dict[str, Any]:
    return {
        "receive_maximum": 1000,
        "maximum_packet": (1024 << 10) + (1 << 16),
        "session_expiry": expiry,
        "subscription_available": 0,
        "shared_available": 0,
    }


def test_a_device_that_was_away_gets_what_it_missed(serving: Callable[..., Serving]) -> None:
    place = serving(queued=3)
    lasting = Connect("ear", 4, clean=False)
    with Raw(place.port, lasting, Subscribe(1, [("a/#", 2)]), version=4) as ear:
        assert ear.next() == Connack()
        assert ear.next() == Suback(Kind.SUBACK, 1, [2])
        with Raw(place.port, Connect("m", 4), Publish("a/1", b"1", 1, 1), version=4):
            assert ear.next() == Publish("a/1", b"1", 1, 1)
    with Raw(place.port, Connect("m", 4), version=4) as mouth:
        mouth.next()
        mouth.send(*(Publish("a/1", b"%d" % n, 2 if n == 2 else 1, n) for n in range(2, 7)))
        for _ in range(5):
            mouth.next()
    with Raw(place.port, lasting, version=4) as ear:
        assert ear.next() == Connack(True)
        assert ear.next() == Publish("a/1", b"1", 1, 1, dup=True)
        assert [(ear.next().payload, n) for n in range(3)] == [(b"2", 0), (b"3", 1), (b"4", 2)]
        ear.send(Ack(Kind.PUBACK, 1), Ack(Kind.PUBREC, 2), Ack(Kind.PUBACK, 3), Ack(Kind.PUBACK, 4))
        assert ear.next() == Ack(Kind.PUBREL, 2)
    with Raw(place.port, lasting, version=4) as ear:
        assert ear.next() == Connack(True)
        assert ear.next() == Ack(Kind.PUBREL, 2)
        ear.send(Ack(Kind.PUBCOMP, 2), Unsubscribe(3, ["a/#", "b"]))
        assert ear.next() == Suback(Kind.UNSUBACK, 3, [])
    with Raw(place.port, Connect("ear", 4), version=4) as ear:
        assert ear.next() == Connack()
        assert ear.quiet()


def test_retained_messages(serving: Callable[..., Serving]) -> None:
    place = serving()
    with Raw(place.port, Connect("m")) as one:
        one.next()
        short = {"message_expiry": 0}
        one.send(Publish("a/1", b"1", 0, retain=True), Publish("a/2", b"2", 1, 1, retain=True))
        one.send(Publish("a/3", b"3", retain=True), Publish("a/3", b"", retain=True))
        one.send(Publish("a/4", b"4", retain=True, properties=short))
        assert one.next() == Ack(Kind.PUBACK, 1)
        one.send(Subscribe(1, [("a/+", 1)]))
        assert one.next() == Suback(Kind.SUBACK, 1, [1])
        assert [one.next(), one.next()] == [
            Publish("a/1", b"1", 0, retain=True),
            Publish("a/2", b"2", 1, 1, retain=True),
        ]
        assert one.quiet()
        one.send(Subscribe(2, [("a/+", 0x11)]), Subscribe(3, [("a/1", 0x20)]))
        assert [one.next().id, one.next().id] == [2, 3]
        assert one.quiet(), "retain handling 1 and 2"


def test_the_last_will_is_told_and_is_a_record(serving: Callable[..., Serving]) -> None:
    place = serving()
    with Raw(place.port, Connect("ear"), Subscribe(1, [("state/#", 1)])) as ear:
        ear.next(), ear.next()
        will = Will("state/d", b'"gone"', 1)
        with Raw(place.port, Connect("d", will=will)) as one:
            one.next()
            one.send(Leave())
            assert one.next() is None
        with Raw(place.port, Connect("d", will=will)) as one:
            one.next()
        told = ear.next()
        assert (told.topic, told.payload) == ("state/d", b'"gone"')
        ear.send(Ack(Kind.PUBACK, told.id))
        with Raw(place.port, Connect("silent", keep_alive=1, will=Will("state/silent", b"1"))) as one:
            one.next()
            assert one.next() == Leave(Kind.DISCONNECT, 0x8D)
            assert ear.next().topic == "state/silent"
        late = Will("state/late", b"1", properties={"will_delay": 1})
        with Raw(place.port, Connect("late", will=late, properties={"session_expiry": 50})) as one:
            one.next()
        assert ear.next().topic == "state/late"
    place.until(lambda: [one["topic"] for one in place.records] == ["state/d", "state/silent", "state/late"])


def test_who_may_come_in_and_what_it_may(serving: Callable[..., Serving], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toancanh.connectors.mqtt_broker.connection._SLOW", 0.05)
    place = serving(users="gate:secret\nother:more", allowed=["site/{user}/#", "told/+"])
    for user, password in ((None, None), ("gate", b"wrong"), ("nobody", b""), ("gate", None)):
        with Raw(place.port, Connect("d", user=user, password=password)) as one:
            assert one.next().reason == 0x86
            assert one.next() is None
    with Raw(place.port, Connect("d", 4, user="gate", password=b"x"), version=4) as one:
        assert one.next() == Connack(reason=4)
    with Raw(place.port, Connect("d", user="gate", password=b"secret")) as one:
        assert not one.next().reason
        one.send(Publish("site/gate/a", b"1", 1, 1), Publish("site/other/a", b"1", 1, 2))
        acks = [one.next(), one.next()]
        assert {(ack.id, ack.reason) for ack in acks} == {(1, 0), (2, 0x87)}
        one.send(
            Subscribe(1, [("#", 0), ("site/gate/#", 1), ("told/#", 0), ("told/x", 0), ("$share/a/b", 0), ("a#", 0)])
        )
        assert one.next().reasons == [0x87, 1, 0x87, 0, 0x9E, 0x8F]
        with Raw(place.port, Connect("d", user="other", password=b"more")) as two:
            assert two.next().reason == 0x87, "the session is another user's"
        one.send(Publish("site/other/a", b"1"))
        assert one.next() == Leave(Kind.DISCONNECT, 0x87)
    with Raw(place.port, Connect("e", user="gate", password=b"secret", will=Will("site/other/a", b"1"))) as one:
        assert one.next().reason == 0x87
    place.until(lambda: [record["user"] for record in place.records] == ["gate"])


def test_tls_and_certificates_of_devices(serving: Callable[..., Serving], tmp_path: Path) -> None:
    made = papers()
    shown = {"certificate": made.server, "key": made.server_key, "authority": made.authority}
    place = serving(**shown)
    with device(place.port, "d", tls=trusting(made, tmp_path)) as one:
        one.say("a", b"1")
    place.until(lambda: len(place.records) == 1)
    with pytest.raises((OSError, AssertionError)):  # noqa: PT012 - TLS 1.3 tells it late
        context = trusting(made, tmp_path, shows=False)
        with (
            socket.create_connection(("127.0.0.1", place.port)) as plain,
            context.wrap_socket(plain, server_hostname="127.0.0.1") as secure,
        ):
            secure.sendall(encode(Connect("d"), 5))
            assert secure.recv(100)
    with Raw(place.port, Connect("d")) as one:
        assert one.next() is None


def test_our_own_client_at_our_own_broker(serving: Callable[..., Serving]) -> None:
    place = serving()
    with Raw(place.port, Connect("m"), Publish("city/s1/air", b'{"a":1}', 1, 1, retain=True)) as one:
        one.next(), one.next()
    found = gather(CLIENT, {"url": f"mqtt://127.0.0.1:{place.port}", "topics": ["city/{station}/air"]}, limit=1)
    assert json.loads(found[0].body)["station"] == "s1"


def test_one_device_is_connected_once(serving: Callable[..., Serving]) -> None:
    place = serving()
    with Raw(place.port, Connect("d")) as one:
        one.next()
        with Raw(place.port, Connect("d")) as two:
            assert two.next().reason == 0
            assert one.next() == Leave(Kind.DISCONNECT, 0x8E)
            assert two.quiet()


def test_limits(serving: Callable[..., Serving]) -> None:
    place = serving(connections=2, max_kilobytes=1)
    with Raw(place.port, Connect("a")) as a, Raw(place.port, Connect("b")) as b:
        assert (a.next().reason, b.next().reason) == (0, 0)
        with Raw(place.port, Connect("c")) as c:
            assert c.next().reason == 0x97
        with contextlib.suppress(OSError):
            a.send(Publish("x", b"x" * 100_000))
        assert a.next() in (Leave(Kind.DISCONNECT, 0x95), None)
        assert b.quiet()
    with Raw(place.port, Connect("small", properties={"maximum_packet": 30}), Subscribe(1, [("#", 0)])) as small:
        small.next(), small.next()
        small.send(Publish("t", b"x" * 100), Publish("t", b"y"))
        assert small.next() == Publish("t", b"y")


@pytest.mark.parametrize(
    ("packets", "reason"),
    [
        ([Connect("d"), Connect("d")], 0x82),
        ([Connect("d"), Connack()], 0x82),
        ([Connect("d"), Leave(Kind.AUTH)], 0x82),
        ([Connect("d"), Publish("a", b"", properties={"topic_alias": 1})], 0x94),
    ],
)
def test_what_a_device_may_not_send(serving: Callable[..., Serving], packets: list[Any], reason: int) -> None:
    place = serving()
    with Raw(place.port, *packets) as one:
        assert one.next().reason == 0
        assert one.next() == Leave(Kind.DISCONNECT, reason)
        assert one.next() is None
    for first in (Ping(Kind.PINGREQ), Publish("a", b"1")):
        with Raw(place.port, first) as one:
            assert one.next() is None
    with Raw(place.port, Connect("", 4, clean=False), version=4) as one:
        assert one.next() == Connack(reason=2)
    with Raw(place.port, Connect("", properties={"authentication_method": "x"})) as one:
        assert one.next().reason == 0x8C
    with Raw(place.port, Connect("")) as one:
        assert one.next().properties["assigned_client"]


def test_garbage_of_others_breaks_no_connection(serving: Callable[..., Serving]) -> None:
    place = serving()
    healthy = Raw(place.port, Connect("healthy"), Subscribe(1, [("told", 1)]))
    healthy.next(), healthy.next()
    numbers = iter(range(1, 1 << 30))
    starts = [b"", encode(Connect("bad"), 5), encode(Connect("bad", 4, keep_alive=0), 4)]
    known = [
        encode(Publish("a/b", b"{}", 1, 5), 5),
        encode(Subscribe(1, [("#", 1)]), 5),
        encode(Ack(Kind.PUBACK, 1), 5),
    ]

    @given(st.sampled_from(starts), st.lists(st.one_of(st.binary(max_size=40), st.sampled_from(known)), max_size=5))
    @trying(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def bad(start: bytes, pieces: list[bytes]) -> None:
        with socket.create_connection(("127.0.0.1", place.port), 20) as one, contextlib.suppress(OSError):
            one.sendall(start)
            for piece in pieces:
                one.sendall(piece)
        number = next(numbers) % 0xFFFF + 1
        healthy.send(Publish("told", b"1", 1, number))
        found = [healthy.next(), healthy.next()]
        acked = [one for one in found if isinstance(one, Ack)]
        told = [one for one in found if isinstance(one, Publish)]
        assert acked == [Ack(Kind.PUBACK, number)]
        assert len(told) == 1
        healthy.send(Ack(Kind.PUBACK, told[0].id))

    bad()
    assert healthy.quiet()
    healthy.socket.close()


def test_a_thousand_devices(serving: Callable[..., Serving]) -> None:
    place = serving()
    devices: list[Raw] = []
    try:
        for n in range(1000):
            devices.append(Raw(place.port, Connect(f"d{n}", 4), Publish(f"a/{n}", b"%d" % n, 1, 1), version=4))
        for one in devices:
            assert one.next() == Connack()
            assert one.next() == Ack(Kind.PUBACK, 1)
        assert sorted(record["value"] for record in place.records) == list(range(1000))
        assert all(one.quiet() for one in devices)
    finally:
        for one in devices:
            one.socket.close()


def test_a_port_that_is_taken_is_said(serving: Callable[..., Serving]) -> None:
    place = serving()
    with pytest.raises(SourceFailed) as caught:
        gather(CONNECTOR, {"port": place.port}, limit=1)
    assert caught.value.details["kind"] == "unreachable"
    assert "Không nghe được" in caught.value.message.vi


def test_devices_come_back_after_a_restart(serving: Callable[..., Serving]) -> None:
    place = serving()
    one = Device(place.port, "d")
    place.close()
    assert one.gone.wait(20)
    one.leave()


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "0.0.0.0"},
        {"address": "somewhere"},
        {"users": "x"},
        {"users": "a:b\na:c"},
        {"certificate": "x"},
        {"authority": "x"},
        {"allowed": ["a/#/b"]},
        {"port": 0},
    ],
)
def test_settings_that_make_no_sense(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        Settings.model_validate(wrong)
