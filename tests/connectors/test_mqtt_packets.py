"""The codec by itself: what is written is read back, wherever the bytes are split, and bytes that are no packets are told."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paho.mqtt.client import topic_matches_sub

from toancanh.connectors.mqtt import packets
from toancanh.connectors.mqtt.packets import Ack, Broken, Connack, Connect, Kind, Publish, Stream, Will, encode
from toancanh.connectors.mqtt.topics import Template, Tree, is_filter, matches, parts_of

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
DATA = st.binary(max_size=30)
TOPIC = st.text(st.characters(exclude_characters="\0+#", exclude_categories=["Cs"]), min_size=1, max_size=20)
ID = st.integers(1, 0xFFFF)
QOS = st.integers(0, 2)
VALUES = {
    "byte": st.integers(0, 255),
    "two": st.integers(0, 0xFFFF),
    "four": st.integers(0, 0xFFFFFFFF),
    "number": st.integers(0, 0xFFFFFFF),
    "data": DATA,
    "text": TEXT,
    "pair": st.tuples(TEXT, TEXT),
}
PROPERTIES = st.fixed_dictionaries(
    {},
    optional={
        name: st.lists(VALUES[kind], min_size=1, max_size=3) if name in ("user", "subscription") else VALUES[kind]
        for _, name, kind in packets._PROPERTIES
    },
)


def properties(version: int) -> Any:
    return PROPERTIES if version == 5 else st.just({})


def publishes(version: int) -> Any:
    return st.tuples(TOPIC, DATA, QOS, ID, st.booleans(), st.booleans(), properties(version)).map(
        lambda made: Publish(made[0], made[1], made[2], made[3] if made[2] else 0, *made[4:])
    )


def anything(version: int) -> Any:
    known = properties(version)
    reason = st.integers(0, 255) if version == 5 else st.just(0)
    options = st.integers(0, 0x2F).filter(lambda one: one & 3 < 3) if version == 5 else QOS
    return st.one_of(
        publishes(version),
        st.builds(Connack, st.booleans(), st.integers(0, 255), known),
        st.builds(Ack, st.sampled_from([Kind.PUBACK, Kind.PUBREC, Kind.PUBREL, Kind.PUBCOMP]), ID, reason, known),
        st.builds(packets.Subscribe, ID, st.lists(st.tuples(TEXT, options), min_size=1, max_size=4), known),
        st.builds(packets.Unsubscribe, ID, st.lists(TEXT, min_size=1, max_size=4), known),
        st.builds(
            packets.Suback, st.sampled_from([Kind.SUBACK, Kind.UNSUBACK]), ID, st.lists(st.integers(0, 255)), known
        ),
        st.builds(packets.Ping, st.sampled_from([Kind.PINGREQ, Kind.PINGRESP])),
        st.builds(packets.Leave, st.just(Kind.DISCONNECT), reason, known),
    )


def connects() -> Any:
    def of(version: int) -> Any:
        will = st.none() | st.builds(Will, TOPIC, DATA, QOS, st.booleans(), properties(version))
        return st.builds(
            Connect, TEXT, st.just(version), st.booleans(), st.integers(0, 0xFFFF), st.none() | TEXT, st.none() | DATA,
            will, properties(version),
        )  # fmt: skip

    return st.sampled_from([3, 4, 5]).flatmap(of)


@given(
    st.sampled_from([4, 5]).flatmap(lambda version: st.tuples(st.just(version), st.lists(anything(version)))), st.data()
)
def test_what_is_written_is_read_back_however_it_is_split(made: tuple[int, list[Any]], data: st.DataObject) -> None:
    version, sent = made
    whole = b"".join(encode(packet, version) for packet in sent)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=8)))
    stream, found = Stream(version), []
    for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True):
        found += stream.feed(whole[start:end])
    assert found == sent


@given(connects())
def test_a_broker_learns_the_version_from_the_client(sent: Connect) -> None:
    stream = Stream()
    assert list(stream.feed(encode(sent, sent.version))) == [sent]
    assert stream.version == sent.version


def test_byte_by_byte_and_large() -> None:
    sent = [Publish("a/b", b"x" * 70_000, 1, 7), Ack(Kind.PUBACK, 7)]
    whole = b"".join(encode(packet, 4) for packet in sent)
    stream, found = Stream(4), []
    for place in range(len(whole)):
        found += stream.feed(whole[place : place + 1])
    assert found == sent


def read_all(version: int, pieces: list[bytes]) -> tuple[list[Any], int | None]:
    """What a stream makes of bytes: packets, and the reason why it stopped."""
    stream, found = Stream(version, 1000), []
    try:
        for piece in pieces:
            for packet in stream.feed(piece):
                found.append(packet)
    except Broken as error:
        return found, error.reason
    return found, None


@given(st.sampled_from([4, 5]), st.lists(st.binary(max_size=60)))
def test_any_bytes_are_packets_or_are_told_wherever_they_are_split(version: int, pieces: list[bytes]) -> None:
    assert read_all(version, pieces) == read_all(version, [b"".join(pieces)])


@given(st.sampled_from([4, 5]).flatmap(lambda version: st.tuples(st.just(version), anything(version))), st.data())
def test_a_damaged_packet_is_another_one_or_is_told(made: tuple[int, Any], data: st.DataObject) -> None:
    version, packet = made
    whole = bytearray(encode(packet, version))
    whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    read_all(version, [bytes(whole)])


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (b"\x30\xff\xff\xff\xff\x01", 0x95),
        (b"\x30\x05\x00\x03a/#", 0x90),
        (b"\x36\x03\x00\x01a", 0x81),
        (b"\x32\x05\x00\x01a\x00\x00", 0x81),
        (b"\x30\x02\x00\x00", 0x81),
        (b"\x82\x02\x00\x01", 0x82),
        (b"\x80\x05\x00\x01\x00\x00\x00", 0x81),
        (b"\x30\x03\x00\x01\xff", 0x81),
        (b"\x10\x06\x00\x04MQTT", 0x81),
        (b"\x10\x0c\x00\x04MQTT\x07\x02\x00\x3c\x00\x00", 0x84),
        (b"\xf0\x00", 0x81),
        (b"\x00\x00", 0x81),
    ],
)
def test_what_is_wrong_has_its_reason(said: bytes, reason: int) -> None:
    assert read_all(4, [said]) == ([], reason)


def test_the_bytes_are_those_of_the_standard() -> None:
    """CONNECT of 3.1.1 (figure 3.6) and the shortest acknowledgements."""
    connect = Connect("id", 4, True, 10, "u", b"p", Will("w", b"m", 1))
    assert encode(connect, 4) == b"\x10\x1a\x00\x04MQTT\x04\xce\x00\x0a\x00\x02id\x00\x01w\x00\x01m\x00\x01u\x00\x01p"
    assert encode(Ack(Kind.PUBACK, 258), 5) == b"\x40\x02\x01\x02"
    assert encode(Ack(Kind.PUBREL, 1), 4) == b"\x62\x02\x00\x01"
    assert encode(Publish("a/b", b"hi", 1, 10), 5) == b"\x32\x0a\x00\x03a/b\x00\x0a\x00hi"


LEVEL = st.sampled_from(["", "a", "b", "$s", "+", "#"])
FILTERS = st.lists(LEVEL, min_size=1, max_size=4).map("/".join).filter(is_filter)
NAMES = st.lists(st.sampled_from(["", "a", "b", "$s"]), min_size=1, max_size=4).map("/".join).filter(bool)


@given(st.lists(FILTERS, max_size=6), NAMES)
def test_filters_match_as_another_client_says(wanted: list[str], topic: str) -> None:
    expected = {one for one in wanted if topic_matches_sub(one, topic)}
    assert {one for one in wanted if matches(topic, one)} == expected
    tree: Tree[str] = Tree()
    for one in wanted:
        tree.put(one, one, 0)
    assert {value for value, _ in tree.find(topic)} == expected
    for one in wanted:
        tree.drop(one, one)
    assert list(tree.find(topic)) == []
    assert not tree._root.below


@pytest.mark.parametrize("wrong", ["", "a/#/b", "a#", "a/b+", "#/a", "a\0"])
def test_what_is_no_filter(wrong: str) -> None:
    assert not is_filter(wrong)


def test_parts_of_a_topic_have_names() -> None:
    templates = [Template("city/{station}/air/{what}"), Template("meter/m-{number}_{kind}/#"), Template("#")]
    assert [one.filter for one in templates] == ["city/+/air/+", "meter/+/#", "#"]
    assert parts_of("city/A1/air/pm25", templates) == {"station": "A1", "what": "pm25"}
    assert parts_of("meter/m-7_water/x/y", templates) == {"number": "7", "kind": "water"}
    assert parts_of("meter/other", templates) == {}
    for wrong in ("a/#/b", "{a}/{a}", "x{a}#"):
        with pytest.raises(ValueError, match="no topic"):
            Template(wrong)
