"""Listening at a broker: real Mosquitto, with sessions, TLS, refusals, restarts and what cannot be read."""

import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from mqtt_peer import Mosquitto, device, free_port, mosquitto, trusting
from web_peer import papers

from toancanh.connectors.mqtt.manifest import CONNECTOR, Settings
from toancanh.connectors.mqtt.packets import Ack, Connack, Connect, Kind, Leave, Publish, Stream, encode
from toancanh.connectors.mqtt.payloads import Records
from toancanh.connectors.mqtt.topics import Template
from toancanh.domain import InvalidInput, SourceFailed
from toancanh.sdk import Connector, Job
from toancanh.testing import ConnectorSuite, gather

THING = {
    "kind": "event",
    "key": ["station", "code"],
    "time": "time",
    "columns": {
        "station": {"title": {"vi": "Trạm", "en": "Station"}, "type": "code", "required": True},
        "code": {"title": {"vi": "Mã", "en": "Code"}, "type": "code", "required": True},
        "time": {"title": {"vi": "Lúc", "en": "Time"}, "type": "time", "required": True},
        "value": {"title": {"vi": "Trị", "en": "Value"}, "type": "number", "required": True},
        "retained": {"title": {"vi": "Lưu", "en": "Retained"}, "type": "boolean"},
    },
}
KEYLESS = {**THING, "key": []}


class TestMqtt(ConnectorSuite):
    connector: ClassVar[Connector] = CONNECTOR
    settings: ClassVar[Mapping[str, Any]] = {
        "url": "mqtts://x.example",
        "topics": ["city/{station}/#"],
        "user": "u",
        "password": "bí mật 1",
    }


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    with mosquitto(tmp_path / "broker") as one:
        yield one


def source(url: str, **settings: Any) -> dict[str, Any]:
    return {"connector": "mqtt", "settings": {"url": url, "topics": ["city/{station}/air"], **settings}}


def said(n: int) -> str:
    return json.dumps(
        {"code": f"r{n}", "time": f"2026-01-01T{n // 3600 % 24:02}:{n // 60 % 60:02}:{n % 60:02}Z", "value": n}
    )


def stations(sent: range) -> list[tuple[str, bytes | str]]:
    return [(f"city/s{n % 7}/air", said(n)) for n in sent]


def listened(broker: Mosquitto, times: int = 1) -> None:
    """Wait until the platform has subscribed so many times, as the broker's log says."""
    log, end = broker.folder / "log", datetime.now(UTC) + timedelta(seconds=60)
    while not log.exists() or log.read_text(errors="replace").count("Sending SUBACK to toancanh-town-source") < times:
        assert datetime.now(UTC) < end
        threading.Event().wait(0.05)


@pytest.mark.parametrize("qos", [0, 1, 2])
@pytest.mark.parametrize("version", ["5", "3.1.1"])
def test_messages_become_records(town: Callable[..., Any], broker: Mosquitto, qos: int, version: str) -> None:
    place = town(source(broker.url, qos=qos, version=version), THING)
    place.read()
    listened(broker)
    with device(broker.port) as one:
        one.say_all(stations(range(200)), max(qos, 1))
        place.until(lambda: place.count() == 200)
    found = place.stored("station, code, value, retained", "value")
    assert found[8] == {"station": "s1", "code": "r8", "value": 8.0, "retained": False}
    assert place.account() == {"sent": 200, "received": 200, "stored": 200, "quarantined": 0, "duplicated": 0}


@pytest.mark.parametrize("qos", [1, 2])
def test_what_came_while_we_were_away_is_delivered(town: Callable[..., Any], broker: Mosquitto, qos: int) -> None:
    place = town(source(broker.url, qos=qos), KEYLESS)
    place.read()
    listened(broker)
    with device(broker.port) as one:
        one.say_all(stations(range(10)), qos)
        place.until(lambda: place.count() == 10)
        place.rest()
        one.say_all(stations(range(10, 60)), qos)
    broker.stop()
    broker.start()
    place.restart()
    place.until(lambda: place.count() == 60)
    assert place.account() == {"sent": 60, "received": 60, "stored": 60, "quarantined": 0, "duplicated": 0}


def test_a_broker_that_dies_and_returns_is_heard_again(town: Callable[..., Any], broker: Mosquitto) -> None:
    place = town(source(broker.url), THING)
    place.read()
    listened(broker)
    with device(broker.port) as one:
        one.say_all(stations(range(10)))
        place.until(lambda: place.count() == 10)
    broker.stop()
    place.until(lambda: place.standing().problem)
    assert place.standing().problem["kind"] == "unreachable"
    broker.start()
    with device(broker.port) as one:
        one.say_all(stations(range(10, 20)))
        place.until(lambda: place.count() == 20)
    assert place.account()["stored"] == 20


def test_what_cannot_be_read_waits_in_quarantine_as_it_came(town: Callable[..., Any], broker: Mosquitto) -> None:
    place = town(source(broker.url), THING)
    place.read()
    listened(broker)
    bad = [b"\xff\xfe\x00garbage", b'{"code": "x"', b"two\nlines", b"\xef\xbb\xbf{", b"", b"not json"]
    with device(broker.port) as one:
        for payload in bad:
            one.say("city/s0/air", payload)
        one.say_all(stations(range(5)))
        place.until(lambda: place.count() == 5)
        place.until(lambda: len(place.waiting()) == len(bad))
    assert any("not json" in str(row) for row in place.waiting())
    assert place.account() == {"sent": 11, "received": 11, "stored": 5, "quarantined": 6, "duplicated": 0}


def test_retained_messages_are_marked_or_left_out(town: Callable[..., Any], broker: Mosquitto) -> None:
    with device(broker.port) as one:
        one.say("city/s1/air", said(1), retain=True)
        place = town(source(broker.url), THING)
        place.read()
        place.until(lambda: place.count() == 1)
        one.say("city/s1/air", said(2))
        place.until(lambda: place.count() == 2)
        assert [row["retained"] for row in place.stored("retained", "value")] == [True, False]
        place.restart()
        other = town(source(broker.url, retained=False, client_id="toancanh-other"), THING)
        other.read()
        text = "Sending SUBACK to toancanh-other"
        other.until(lambda: text in (broker.folder / "log").read_text())
        one.say("city/s1/air", said(3))
        other.until(lambda: other.count() == 1)
        assert other.stored("code") == [{"code": "r3"}]


def test_topics_that_are_wanted_no_more_are_unsubscribed(broker: Mosquitto) -> None:
    with device(broker.port) as one:
        one.say("a/1", b'{"v":1}', retain=True)
        one.say("b/1", b'{"v":2}', retain=True)
        given = {"url": broker.url, "gather": 0}
        found = gather(CONNECTOR, {**given, "topics": ["a/#"]}, limit=1)
        assert b'"v":1' in found[0].body
        assert found[0].cursor == {"topics": {"a/#": 1}, "received": {}}
        found = gather(CONNECTOR, {**given, "topics": ["b/{n}"]}, cursor=found[0].cursor, limit=2)
        bodies = b"".join(delivery.body for delivery in found)
        assert b'"v":1' in bodies, "what was not acknowledged comes again"
        assert b'"n":"1"' in bodies
    log = (broker.folder / "log").read_text()
    assert "Received UNSUBSCRIBE from toancanh-town-source" in log


def test_a_trial_leaves_no_session_and_acknowledges_nothing(broker: Mosquitto) -> None:
    with device(broker.port) as one:
        one.say("city/s1/air", said(1), retain=True)
        found = gather(CONNECTOR, {"url": broker.url, "topics": ["city/{station}/air"]}, trial=True, limit=1)
    assert b'"station":"s1"' in found[0].body
    log = (broker.folder / "log").read_text()
    assert "toancanh-town-source" not in log


def test_topics_can_be_listed(broker: Mosquitto, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toancanh.connectors.mqtt.read._LISTENED", 1.0)
    import asyncio

    with device(broker.port) as one:
        one.say("city/s1/air", said(1), retain=True)
        job = Job("town.source", Path.cwd(), trial=True)
        found = asyncio.run(CONNECTOR.suggester()({"url": broker.url}, job, "topics"))
    assert [choice.value for choice in found] == ["city/s1/air"]
    with pytest.raises(InvalidInput):
        asyncio.run(CONNECTOR.suggester()({}, job, "topics"))


def test_tls_with_certificates_on_both_sides(tmp_path: Path) -> None:
    made = papers()
    with mosquitto(tmp_path / "broker", tls=made) as broker:
        with device(broker.port, tls=trusting(made, tmp_path)) as one:
            one.say("a", b"1", retain=True)
        given: dict[str, Any] = {"url": broker.url, "topics": ["a"], "authority": made.authority}
        shown = {"client_certificate": made.client, "client_key": made.client_key}
        assert b'"value":1' in gather(CONNECTOR, {**given, **shown}, limit=1)[0].body
        with pytest.raises(SourceFailed) as caught:
            gather(CONNECTOR, given, limit=1)
        assert caught.value.details["kind"] in ("refused", "unreachable")
        with pytest.raises(SourceFailed) as caught:
            gather(CONNECTOR, {**given, **shown, "authority": None}, limit=1)
        assert caught.value.details["kind"] == "unreachable"
        with pytest.raises(InvalidInput, match="authority"):
            gather(CONNECTOR, {**given, "authority": "none.pem"}, limit=1)


@pytest.mark.parametrize("version", ["5", "3.1.1"])
def test_a_refusal_says_why_in_both_languages(tmp_path: Path, version: str) -> None:
    (tmp_path / "users").write_text("someone:$7$101$AAAAAAAAAAAAAAAA$AAAA\n")
    (tmp_path / "users").chmod(0o600)
    with mosquitto(tmp_path / "broker", f"allow_anonymous false\npassword_file {tmp_path}/users") as broker:
        given = {"url": broker.url, "topics": ["a"], "user": "u", "password": "wrong", "version": version}
        with pytest.raises(SourceFailed) as caught:
            gather(CONNECTOR, given, limit=1)
    assert caught.value.details["kind"] == "refused"
    assert "không có quyền" in caught.value.message.vi or "sai tài khoản" in caught.value.message.vi
    assert "not authorised" in caught.value.message.en or "wrong user" in caught.value.message.en
    assert "wrong" not in caught.value.message.vi


def test_nobody_there() -> None:
    with pytest.raises(SourceFailed) as caught:
        gather(CONNECTOR, {"url": f"mqtt://127.0.0.1:{free_port()}", "topics": ["a"]})
    assert caught.value.details["kind"] == "unreachable"


class Script:
    """A broker of the test's own: what it answers is bytes."""

    def __init__(self, *sessions: Callable[["Script", Connect], None]) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"mqtt://127.0.0.1:{self._listener.getsockname()[1]}"
        self.got: list[Any] = []
        self._sessions = sessions
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        for session in self._sessions:
            self.socket, _ = self._listener.accept()
            with self.socket:
                self.socket.settimeout(20)
                self._stream, self._early = Stream(), []
                session(self, self.until(Connect))
        self._listener.close()

    def send(self, *packets: Any) -> None:
        self.socket.sendall(b"".join(encode(packet, self._stream.version) for packet in packets))

    def until(self, packet_type: type[Any], /, **wanted: Any) -> Any:
        """Read until a packet of this kind comes."""
        while True:
            while self._early:
                packet = self._early.pop(0)
                self.got.append(packet)
                if isinstance(packet, packet_type) and all(
                    getattr(packet, name) == value for name, value in wanted.items()
                ):
                    return packet
            data = self.socket.recv(65536)
            assert data, (packet_type, wanted, self.got)
            self._early += self._stream.feed(data)


def test_a_message_of_qos_2_comes_again_and_is_stored_once(town: Callable[..., Any]) -> None:
    """The connection breaks after the record was stored: its packet is known from the cursor."""
    message = Publish("city/s1/air", said(1).encode(), 2, 9)
    done = threading.Event()

    def first(script: Script, _: Connect) -> None:
        script.send(Connack(), message, Publish(message.topic, message.payload, 2, 9, dup=True))
        script.until(Ack, kind=Kind.PUBREC, id=9)

    def second(script: Script, connect: Connect) -> None:
        assert not connect.clean
        script.send(Connack(present=True), Publish(message.topic, message.payload, 2, 9, dup=True))
        script.until(Ack, kind=Kind.PUBREC, id=9)
        script.send(Ack(Kind.PUBREL, 9))
        script.until(Ack, kind=Kind.PUBCOMP, id=9)
        script.send(Publish(message.topic, said(2).encode(), 2, 9))
        script.until(Ack, kind=Kind.PUBREC, id=9)
        done.set()
        script.until(Leave)

    script = Script(first, second)
    place = town(source(script.url, qos=2), KEYLESS)
    place.read()
    place.until(done.is_set)
    place.rest()
    assert place.account() == {"sent": 2, "received": 2, "stored": 2, "quarantined": 0, "duplicated": 0}


def test_nothing_is_acknowledged_before_it_is_stored() -> None:
    def session(script: Script, connect: Connect) -> None:
        assert connect.properties["receive_maximum"] == 3
        script.send(Connack(), *(Publish("a", b"1", 1, n) for n in (1, 2, 3)))
        script.until(Leave)

    script = Script(session)
    found = gather(CONNECTOR, {"url": script.url, "topics": ["a"], "in_flight": 3}, limit=1)
    script._thread.join(20)
    assert found[0].rows == 3
    assert not any(isinstance(packet, Ack) for packet in script.got)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (b"\xff\xff\xff", "malformed"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "malformed"),
        (encode(Leave(Kind.DISCONNECT, 0x8E), 5), "malformed"),
        (encode(Connack(False, 0x89, {"reason": "later"}), 5), "unreachable"),
        (encode(Connack(False, 0x84), 5), "refused"),
        (encode(Connack(), 5) + b"\x00\x00", "malformed"),
        (encode(Connack(), 5) + encode(Leave(Kind.DISCONNECT, 0x8E), 5), "refused"),
        (encode(Connack(), 5)[:2], "unreachable"),
        (b"", "unreachable"),
    ],
)
def test_half_answers_and_garbage(answer: bytes, kind: str) -> None:
    script = Script(lambda script, _: script.socket.sendall(answer))
    with pytest.raises(SourceFailed) as caught:
        gather(CONNECTOR, {"url": script.url, "topics": ["a"]})
    assert caught.value.details["kind"] == kind


def lines(payload: bytes, form: str = "json", columns: tuple[str, ...] = (), **more: str) -> list[Any]:
    records = Records([Template("city/{station}/air")], form, columns)  # type: ignore[arg-type]
    found = records.of(Publish("city/s1/air", payload), datetime(2026, 1, 1, tzinfo=UTC), more)
    return [
        {key: value for key, value in json.loads(line).items() if key not in ("topic", "received_at", "retained")}
        for line in found
    ]


def test_payloads_of_every_kind() -> None:
    s1 = {"station": "s1"}
    assert lines(b'{"a": 1}') == [{**s1, "a": 1}]
    assert lines(b' {"a":\n 1}\n') == [{**s1, "a": 1}]
    assert lines(b'{"a":1}\n\n{"a":2}\r\n') == [{**s1, "a": 1}, {**s1, "a": 2}]
    assert lines(b'[{"a":1},{"a":2}]') == [{**s1, "a": 1}, {**s1, "a": 2}]
    assert lines(b"[]") == []
    assert lines(b"23.5") == [{**s1, "value": 23.5}]
    assert lines(b'"on"') == [{**s1, "value": "on"}]
    assert lines(b"{}") == lines(b"") == [s1]
    assert lines(b'{"station":"x","note":"topic"}') == [{**s1, "payload.station": "x", "note": "topic"}]
    assert lines(b"23,5 ", "value") == [{**s1, "value": "23,5"}]
    assert lines(b"1;2\n", "value") == [{**s1, "value": "1;2"}]
    assert lines(b'7,"x, y"\n8,z\n', "csv", ("n", "t")) == [{**s1, "n": "7", "t": "x, y"}, {**s1, "n": "8", "t": "z"}]
    assert lines(b'{"user":"x"}', user="u") == [{**s1, "user": "u", "payload.user": "x"}]


def test_a_payload_that_cannot_be_read_stays_one_line() -> None:
    records = Records([Template("#")], "csv", ["a", "b"])
    at = datetime(2026, 1, 1, tzinfo=UTC)
    assert records.of(Publish("x", b"1,2\n3\n"), at) == [b"1,2 3 "]
    assert Records([Template("#")], "json", []).of(Publish("x", b"\xff\n"), at) == [b"\xff "]


@pytest.mark.parametrize(
    "wrong",
    [
        {"topics": []},
        {"topics": ["a/#/b"]},
        {"url": "http://x"},
        {"url": "mqtt://u:p@x"},
        {"payload": "csv"},
        {"columns": ["a"]},
        {"password": "x"},
        {"client_certificate": "x"},
        {"qos": 3},
    ],
)
def test_settings_that_make_no_sense(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        Settings.model_validate({"url": "mqtt://x", "topics": ["a"], **wrong})


def test_a_thousand_devices_behind_one_broker(town: Callable[..., Any], broker: Mosquitto) -> None:
    place = town(source(broker.url), THING)
    place.read()
    listened(broker)
    sockets = []
    try:
        for n in range(1000):
            one = socket.create_connection(("127.0.0.1", broker.port))
            one.sendall(encode(Connect(f"d{n}", 4), 4) + encode(Publish(f"city/d{n}/air", said(n).encode(), 1, 1), 4))
            sockets.append(one)
        place.until(lambda: place.count() == 1000)
    finally:
        for one in sockets:
            one.close()
    assert place.account()["stored"] == 1000
