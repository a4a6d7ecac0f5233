"""AIS: every field as pyais reads it, sentences put together, what is wrong waits, and all ways in which a station sends."""

import os
import threading
import tty
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

import pyais
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from peers_that_send import bound, connected, free_port, send_datagrams, send_stream, wait
from ruamel.yaml import YAML

from toancanh.connectors.ais.manifest import CONNECTOR
from toancanh.connectors.ais.messages import decode
from toancanh.connectors.ais.read import Ships, deliveries
from toancanh.connectors.ais.sentences import Assembly, Messages
from toancanh.connectors.listening import Batch
from toancanh.domain import SourceFailed
from toancanh.sdk import Connector
from toancanh.testing import ConnectorSuite, gather

ROOT = Path(__file__).parents[2] / "src" / "toancanh"
RECORDED = ROOT / "connectors" / "ais" / "recorded"
KINDS = frozenset(("position", "static", "base", "aid", "other"))
PLAIN = {
    "status": "status", "speed": "speed", "lon": "lon", "lat": "lat", "course": "course", "heading": "heading",
    "second": "second", "accuracy": "accuracy", "raim": "raim", "altitude": "alt", "imo": "imo", "callsign": "callsign",
    "shipname": "shipname", "shiptype": "ship_type", "to_bow": "to_bow", "to_stern": "to_stern", "to_port": "to_port",
    "to_starboard": "to_starboard", "draught": "draught", "destination": "destination", "epfd": "epfd",
    "aid_type": "aid_type", "off_position": "off_position", "virtual": "virtual_aid", "manoeuvre": "maneuver",
}  # fmt: skip
NOTHING = {
    "speed": {102.3, 1023.0, 63.0}, "lon": {181.0}, "lat": {91.0}, "course": {360.0, 511}, "heading": {511}, "imo": {0},
    "shiptype": {0}, "draught": {0.0}, "epfd": {0}, "altitude": {4095}, "manoeuvre": {0}, "callsign": {""}, "shipname": {""},
    "destination": {""},
}  # fmt: skip
THING = {
    "kind": "event",
    "key": ["mmsi", "time"],
    "time": "time",
    "columns": {
        "mmsi": {"title": {"vi": "Số", "en": "Number"}, "type": "code", "required": True},
        "time": {"title": {"vi": "Lúc", "en": "Time"}, "type": "time", "required": True},
        "kind": {"title": {"vi": "Loại", "en": "Kind"}, "type": "code"},
        "name": {"title": {"vi": "Tên", "en": "Name"}, "type": "text"},
        "country": {"title": {"vi": "Nước", "en": "Country"}, "type": "code"},
        "lon": {"title": {"vi": "Kinh độ", "en": "Longitude"}, "type": "number"},
        "lat": {"title": {"vi": "Vĩ độ", "en": "Latitude"}, "type": "number"},
        "sog": {"title": {"vi": "Tốc độ", "en": "Speed"}, "type": "number"},
    },
}
MAP = {
    "time": {"field": "timestamp"},
    "name": {"field": "shipname"},
    "sog": {"field": "speed"},
}


class TestAis(ConnectorSuite):
    connector: ClassVar[Connector] = CONNECTOR
    settings: ClassVar[Mapping[str, Any]] = {"way": "udp", "port": 10110}


def sentences(name: str) -> list[bytes]:
    return (RECORDED / name).read_bytes().split(b"\n")[:-1]


def messages(lines: list[bytes], at: float = 1e9, sender: str = "") -> Messages:
    return Assembly(10).take(Batch(lines, [at] * len(lines), [sender] * len(lines)))


def table(found: Messages, kinds: frozenset[str] = KINDS) -> list[dict[str, Any]]:
    whole = deliveries(found, Ships(), kinds)
    return [
        row
        for one in whole
        if "arrow" in one.content_type
        for row in pa.ipc.open_stream(one.body).read_all().to_pylist()
    ]


def check(row: dict[str, Any], line: bytes) -> None:
    """A row says what pyais says."""
    said = pyais.decode(*line.split(b" ")).asdict()
    if row["kind"] == "aid":
        said["shipname"] = said.pop("name")
    assert (row["type"], row["mmsi"]) == (said["msg_type"], said["mmsi"])
    if row["kind"] == "other":
        return
    for ours, theirs in PLAIN.items():
        right = said.get(theirs)
        if ours in ("second", "status", "epfd", "aid_type", "manoeuvre", "shiptype") and right is not None:
            right = int(right)
        if ours == "shiptype" and right is not None and row[ours] is not None:
            assert right in (row[ours], int(pyais.constants.ShipType(row[ours])))
            continue
        if ours == "second" and (row["kind"] == "base" or (right is not None and right > 59)):
            right = None
        if ours == "shipname" and said.get("name_ext"):
            right = f"{said['shipname']:20}{said['name_ext']}" if len(said["shipname"]) == 20 else right
        if isinstance(right, str):
            right = right.lstrip("@").split("@")[0].rstrip()
        if ours in ("speed", "altitude") and row["type"] == 9 and right is not None:
            right = None if right == {"speed": 1023, "altitude": 4095}[ours] else right
        if right in NOTHING.get(ours, set()) and not (ours == "speed" and row["type"] == 9):
            right = None
        if row["type"] == 24 and str(row["mmsi"]).startswith("98") and ours.startswith("to_"):
            continue
        if isinstance(right, float):
            assert row[ours] == pytest.approx(right, abs=2e-6), (ours, line)
        elif right is None or theirs in said:
            assert row[ours] == right, (ours, line)
    if "turn" in said:
        assert (row["rot"] is None) == (int(said["turn"]) == -128)
        assert row["turn"] is None or abs(row["turn"] - said["turn"]) <= 0.51


@pytest.mark.parametrize(("name", "whole"), [("aegean.nmea", 210), ("rhine.nmea", 360)])
def test_recorded_sentences_say_what_pyais_reads(name: str, whole: int) -> None:
    found = messages(sentences(name))
    decoded = decode(found.payloads, found.fill, KINDS)
    assert decoded.table.num_rows > whole
    for row, at in zip(decoded.table.to_pylist(), decoded.at.tolist(), strict=True):
        check(row, found.lines[at])


TEXT = st.text("ABCXYZ 0189-./", max_size=20).map(lambda text: text.strip())
MMSI = st.sampled_from([574000001, 2, 982123456, 111232500, 999999999, 366123456])
LON, LAT = st.integers(-108_000_000, 108_600_000), st.integers(-54_000_000, 54_600_000)
COMMON = {
    "mmsi": MMSI, "lon": LON.map(lambda n: n / 600_000), "lat": LAT.map(lambda n: n / 600_000),
    "speed": st.integers(0, 1023).map(lambda n: n / 10), "course": st.integers(0, 3600).map(lambda n: n / 10),
    "heading": st.one_of(st.integers(0, 359), st.just(511)), "second": st.integers(0, 63), "accuracy": st.booleans(),
    "raim": st.booleans(), "status": st.integers(0, 15), "turn": st.sampled_from([0, -127, 127, -128, 10, -300]),
    "shipname": TEXT, "callsign": TEXT.map(lambda text: text[:7].strip()), "destination": TEXT, "imo": st.integers(0, 2**30 - 1),
    "ship_type": st.integers(0, 255), "to_bow": st.integers(0, 511), "to_stern": st.integers(0, 511),
    "to_port": st.integers(0, 63), "to_starboard": st.integers(0, 63), "draught": st.integers(0, 255).map(lambda n: n / 10),
    "month": st.integers(0, 15), "day": st.integers(0, 31), "hour": st.integers(0, 31), "minute": st.integers(0, 63),
    "aid_type": st.integers(0, 31), "off_position": st.booleans(), "virtual_aid": st.booleans(), "partno": st.integers(0, 1),
    "alt": st.integers(0, 4095), "epfd": st.integers(0, 8), "year": st.integers(1, 9999), "mothership_mmsi": MMSI,
}  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([1, 2, 3, 4, 5, 9, 11, 18, 19, 21, 24, 27]), st.fixed_dictionaries(COMMON)),
        min_size=1,
        max_size=6,
    )
)
def test_made_messages_say_what_pyais_reads(made: list[tuple[int, dict[str, Any]]]) -> None:
    lines: list[bytes] = []
    for at, (type, values) in enumerate(made):
        given = dict(values)
        if type == 9:
            given["speed"] = int(given["speed"])
        if type == 27:
            given["speed"], given["course"] = int(given["speed"]) % 64, int(given["course"]) % 512
        lines += [
            line.encode()
            for line in pyais.encode_dict({"msg_type": type, **given}, talker_id="AI", sentence_type="VDM", seq_id=at)
        ]
    found = messages(lines)
    assert not found.wrong
    decoded = decode(found.payloads, found.fill, KINDS)
    assert sorted(decoded.at.tolist()) == list(range(len(made)))
    for row, at in zip(decoded.table.to_pylist(), decoded.at.tolist(), strict=True):
        check(row, found.lines[at])


def tagged(text: str, line: bytes) -> bytes:
    sum = 0
    for letter in text.encode():
        sum ^= letter
    return b"\\%s*%02X\\%s" % (text.encode(), sum, line)


def position(mmsi: int = 574000001, speed: float = 10.0, lon: float = 107.0) -> bytes:
    values = {"msg_type": 1, "mmsi": mmsi, "lon": lon, "lat": 20.7, "speed": speed, "course": 90.0, "status": 0}
    return pyais.encode_dict(values, talker_id="AI", sentence_type="VDM", radio_channel="A")[0].encode()


def voyage(mmsi: int = 574000001, name: str = "HAI PHONG 01", group: int = 3) -> list[bytes]:
    values = {"msg_type": 5, "mmsi": mmsi, "shipname": name, "ship_type": 70, "destination": "VNHPH", "draught": 7.5}
    return [line.encode() for line in pyais.encode_dict(values, talker_id="AI", sentence_type="VDM", seq_id=group)]


def test_tag_blocks_tell_time_and_station() -> None:
    line = position()
    found = messages([tagged("s:hondau,c:1577836800", line), tagged("c:1577836800250", line), line], 1e9)
    rows = table(found)
    assert [(row["timestamp"].timestamp(), row["station"]) for row in rows] == [
        (1577836800, "hondau"),
        (1577836800.25, ""),
        (1e9, ""),
    ]
    assert {(row["mmsi"], row["country"], row["vietnamese"]) for row in rows} == {("574000001", "VN", True)}
    wrong = messages([tagged("s:a,c:1577836800", line).replace(b"c:15", b"c:16")])
    assert len(wrong.wrong) == 1
    assert len(wrong.payloads) == 0


def test_one_ship_in_one_instant_keeps_its_order() -> None:
    rows = table(messages([position(speed=1), position(574000002, 5), position(speed=2), position(speed=3)]))
    assert [(row["mmsi"][-1], row["speed"], round(row["timestamp"].timestamp() - 1e9, 3)) for row in rows] == [
        ("1", 1, 0), ("2", 5, 0), ("1", 2, 0.001), ("1", 3, 0.002),
    ]  # fmt: skip


def test_what_is_wrong_waits_as_it_came() -> None:
    good = position()
    bad = [
        good[:-2] + b"00",
        b"!AIVDM,1,1,,B,,0*25",
        b"$GPGGA,1*00",
        "đây không phải".encode(),
        b"\xff\xfe",
        b"!AIVDM,1,1,,A,1,0*00",
    ]
    short = b"!AIVDM,1,1,,A,13aIkChP000F,0*"
    sum = 0
    for letter in short[1:-1]:
        sum ^= letter
    short += b"%02X" % sum
    first, *_ = deliveries(messages([*bad, good, short]), Ships(), KINDS)
    assert first.body.split(b"\n") == [*bad, short]
    assert len(table(messages([*bad, good, short]))) == 1


def test_sentences_of_a_message_find_each_other_and_no_others() -> None:
    mine, other = voyage(574000001, "MINE"), voyage(574000002, "OTHER")
    assembly = Assembly(10)
    assert len(mine) == len(other) == 2
    took = assembly.take(Batch([mine[0], other[0]], [100.0, 100.0], ["10.0.0.1", "10.0.0.2"]))
    assert (len(took.payloads), took.wrong, len(assembly.waiting())) == (0, [], 2)
    again = Assembly(10, assembly.waiting())
    took = again.take(Batch([other[1], mine[1]], [101.0, 101.0], ["10.0.0.2", "10.0.0.1"]))
    assert [(row["mmsi"], row["shipname"]) for row in table(took)] == [("574000002", "OTHER"), ("574000001", "MINE")]
    assert again.waiting() == []
    assembly.take(Batch([], [], []))
    assert assembly.late(109.0) == []
    assert assembly.late(111.0) == [mine[0], other[0]]
    assert assembly.waiting() == []
    assert assembly.take(Batch([mine[0], mine[0]], [1.0, 1.0], ["", ""])).wrong == [mine[0]]
    for at in range(600):
        assembly.take(Batch([mine[0]], [1.0], [str(at)]))
    assert len(assembly.waiting()) <= 512


def test_positions_carry_what_their_ship_said() -> None:
    ships = Ships()
    deliveries(messages(voyage()), ships, frozenset(("position",)))
    found = deliveries(messages([position(), position(574000009)]), ships, frozenset(("position",)))
    rows = pa.ipc.open_stream(found[0].body).read_all().to_pylist()
    assert [(row["shipname"], row["shiptype_group"], row["draught"], row["destination"]) for row in rows] == [
        ("HAI PHONG 01", "7", 7.5, "VNHPH"),
        (None, None, None, None),
    ]
    assert {row["kind"] for row in rows} == {"position"}


def source(**given: Any) -> dict[str, Any]:
    return {"connector": "ais", "settings": {"kinds": ["position", "static"], **given}, "map": MAP}


def test_a_station_that_sends_datagrams(town: Callable[..., Any]) -> None:
    shipped = YAML(typ="safe", pure=True).load(ROOT / "packs" / "ships" / "datasets" / "position.yaml")
    port = free_port()
    fields = {
        "time": {"field": "timestamp"}, "name": {"field": "shipname"}, "ship_type": {"field": "shiptype_group"},
        "sog": {"field": "speed"}, "cog": {"field": "course"}, "nav_status": {"field": "status"},
    }  # fmt: skip
    place = town({"connector": "ais", "settings": {"port": port}, "map": fields}, shipped)
    place.read()
    wait(lambda: bound(port))
    sent = [
        b"\r\n".join(voyage()),
        *[position(574000001 + n) + b"\r\n" for n in range(50)],
        position(lon=181),
        b"nonsense",
    ]
    send_datagrams(port, sent)
    place.until(lambda: place.account()["received"] == 52)
    assert place.account() == {"sent": 52, "received": 52, "stored": 50, "quarantined": 2, "duplicated": 0}
    first = place.stored("mmsi, name, ship_type, lon, lat, sog, nav_status, destination")[0]
    assert first == {
        "mmsi": "574000001", "name": "HAI PHONG 01", "ship_type": "7", "lon": 107.0, "lat": 20.7, "sog": 10.0,
        "nav_status": "0", "destination": "VNHPH",
    }  # fmt: skip


def test_a_station_that_connects_and_one_that_is_connected_to(town: Callable[..., Any]) -> None:
    port = free_port()
    place = town(source(way="tcp", port=port), THING)
    place.read()
    with connected(port) as one:
        for part in (
            b"garbage\r\n" + position()[:20],
            position()[20:] + b"\r\n",
            b"".join(line + b"\n" for line in voyage()),
        ):
            one.sendall(part)
    send_stream(port, position(574000005))
    place.until(lambda: place.account()["received"] == 4)
    assert (place.account()["stored"], place.account()["quarantined"]) == (3, 1)


def test_a_file_is_followed_through_rotation_and_restart(town: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "ais.log"
    parts = voyage(574000077, "HALF")
    path.write_bytes(
        b"".join(tagged(f"c:{1577836800 + n}", position()) + b"\n" for n in range(30)) + parts[0] + b"\n" + b"!AIV"
    )
    place = town(source(way="file", path=str(path), patience=600), THING)
    place.read()
    place.until(lambda: place.count() == 30)
    place.until(lambda: (place.standing().cursor or {}).get("waiting"))
    place.rest()
    with path.open("ab") as file:
        file.write(position(574000002)[4:] + b"\n")
    path.rename(tmp_path / "ais.log.1")
    path.write_bytes(parts[1] + b"\n")
    place.restart()
    place.until(lambda: place.count() == 32)
    assert place.account() == {"sent": 32, "received": 32, "stored": 32, "quarantined": 0, "duplicated": 0}
    assert "HALF" in {row["name"] for row in place.stored("name")}
    place.until(lambda: place.standing().cursor["waiting"] == [])


def test_a_receiver_at_a_serial_port() -> None:
    ours, theirs = os.openpty()
    tty.setraw(ours)
    over = threading.Event()

    def send() -> None:
        while not over.wait(0.1):
            os.write(ours, position() + b"\r\n" + position(574000002) + b"\r\n")

    sending = threading.Thread(target=send)
    sending.start()
    try:
        found = gather(CONNECTOR, {"way": "serial", "path": os.ttyname(theirs)}, limit=3)
    finally:
        over.set()
        sending.join()
        os.close(theirs)
        os.close(ours)
    tables = [pa.ipc.open_stream(one.body).read_all() for one in found if "arrow" in one.content_type]
    assert {number for one in tables for number in one["mmsi"].to_pylist()} == {"574000001", "574000002"}
    with pytest.raises(SourceFailed, match="cannot be opened"):
        gather(CONNECTOR, {"way": "serial", "path": "/nowhere/tty"})


def test_settings_that_are_missing_are_named() -> None:
    for example in (
        {},
        {"way": "connect", "port": 1},
        {"way": "file"},
        {"port": 1, "kinds": []},
        {"port": 1, "kinds": ["x"]},
    ):
        with pytest.raises(ValueError, match=r"needs|kinds"):
            CONNECTOR.settings.model_validate(example)
