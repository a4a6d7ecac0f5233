"""EVE of Suricata: every value of an event is there without nesting, from files that are rotated, sockets and syslog."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peers_that_send import bound, free_port, send_datagrams, send_stream, send_to_path, wait

from toancanh.connectors.eve.manifest import CONNECTOR
from toancanh.connectors.eve.read import deliveries, flat
from toancanh.connectors.listening import Batch
from toancanh.sdk import Connector
from toancanh.testing import ConnectorSuite

RECORDED = Path(__file__).parent / "recorded" / "eve"
NAMES = ("alert", "dns", "drop", "flow", "http", "stats")
THING = {
    "kind": "event",
    "time": "time",
    "columns": {
        "time": {"title": {"vi": "Lúc", "en": "Time"}, "type": "time", "required": True},
        "type": {"title": {"vi": "Loại", "en": "Type"}, "type": "code", "required": True},
        "flow": {"title": {"vi": "Luồng", "en": "Flow"}, "type": "integer"},
        "source": {"title": {"vi": "Nguồn", "en": "Source"}, "type": "text"},
        "port": {"title": {"vi": "Cổng", "en": "Port"}, "type": "integer"},
        "signature": {"title": {"vi": "Dấu hiệu", "en": "Signature"}, "type": "text"},
        "severity": {"title": {"vi": "Mức", "en": "Severity"}, "type": "integer"},
        "name": {"title": {"vi": "Tên miền", "en": "Domain"}, "type": "text"},
        "reason": {"title": {"vi": "Lý do", "en": "Reason"}, "type": "text"},
        "drops": {"title": {"vi": "Gói mất", "en": "Drops"}, "type": "integer"},
    },
}
MAP = {
    "time": {"field": "timestamp"},
    "type": {"field": "event_type"},
    "flow": {"field": "flow_id"},
    "source": {"field": "src_ip"},
    "port": {"field": "dest_port"},
    "signature": {"field": "alert.signature"},
    "severity": {"field": "alert.severity"},
    "name": {"field": "dns.rrname"},
    "reason": {"field": "drop.reason"},
    "drops": {"field": "stats.capture.kernel_drops"},
}


class TestEve(ConnectorSuite):
    connector: ClassVar[Connector] = CONNECTOR
    settings: ClassVar[Mapping[str, Any]] = {"way": "file", "path": "eve.json", "event_types": ["alert"]}


def recorded(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((RECORDED / f"{name}.json").read_text())
    return found


def line(name: str, **other: Any) -> bytes:
    """A recorded event as Suricata writes it."""
    return json.dumps({**recorded(name), **other}).encode() + b"\n"


def leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from leaves(inner, (*path, name))
    else:
        yield ".".join(path), value


@pytest.mark.parametrize("name", NAMES)
def test_every_value_of_an_event_is_there(name: str) -> None:
    event = recorded(name)
    [found] = deliveries(Batch([line(name)], [0.0], [""]))
    record = json.loads(found.body)
    assert record == dict(leaves(event))
    assert not any(isinstance(value, dict) for value in record.values())


KEYS = st.sampled_from(["a", "b", "_id", "é", "src ip", ""])
VALUES = st.sampled_from([None, True, -1, 2**63, 0.5, "", "chữ", [], [1], {}])
JSON: st.SearchStrategy[Any] = st.recursive(
    VALUES, lambda inner: st.dictionaries(KEYS, inner, max_size=3), max_leaves=8
)


@given(st.dictionaries(KEYS, JSON, min_size=1, max_size=4))
def test_flattening_loses_nothing(event: dict[str, Any]) -> None:
    assert flat(event) == dict(leaves(event))


def test_what_lies_too_deep_stays_as_it_is() -> None:
    event: Any = "bottom"
    for _ in range(40):
        event = {"a": event}
    [(name, value)] = flat(event).items()
    assert name == ".".join("a" * 17)
    assert isinstance(value, dict)


def test_lines_that_are_no_events_wait_as_they_came() -> None:
    wrong = [b"{half", b"[1]", b"7", "chữ".encode(), b"\xff\xfe", b"{" * 100_000, b'<13>x {"a": }']
    good = [line("alert").strip(), b'{"timestamp": "2026-01-01T00:00:00Z", "flow_id": 123456789012345678901234567890}']
    first, second = deliveries(Batch([*wrong, *good], [0.0] * 9, [""] * 9, cursor={"file": {}}, name="n"))
    assert first.body.split(b"\n") == wrong
    assert (first.cursor, first.name) == (None, "n/wrong")
    assert (len(second.body.splitlines()), second.cursor, second.name) == (2, {"file": {}}, "n")


def test_the_header_of_syslog_is_left_away() -> None:
    event = line("dns").strip()
    heads = (b"<142>Nov 23 08:00:00 ids suricata[77]: ", b"<142>1 2026-11-23T08:00:00Z ids suricata 77 - - ", b"<142>suricata: @cee: ",
             b"380 <142>1 - - - - - - ")  # fmt: skip
    [found] = deliveries(Batch([head + event for head in heads], [0.0] * 4, [""] * 4))
    assert [json.loads(one) for one in found.body.splitlines()] == [dict(leaves(recorded("dns")))] * 4


def test_types_that_are_not_wanted_are_passed_by() -> None:
    batch = Batch([line(name) for name in NAMES], [0.0] * 6, [""] * 6)
    [found] = deliveries(batch, ["alert", "drop"])
    assert [json.loads(one)["event_type"] for one in found.body.splitlines()] == ["alert", "drop"]
    [nothing] = deliveries(Batch([line("dns")], [0.0], [""], cursor={"file": {"offset": 9}}), ["alert"])
    assert (nothing.body, nothing.cursor) == (b"[]", {"file": {"offset": 9}})
    assert deliveries(Batch([line("dns")], [0.0], [""]), ["alert"]) == []


def source(**settings: Any) -> dict[str, Any]:
    return {"connector": "eve", "settings": settings, "map": MAP}


def test_a_file_is_followed_through_rotation_and_restart(town: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "eve.json"
    path.write_bytes(b"".join(map(line, NAMES)) + line("alert", flow_id=1)[:70])
    place = town(source(way="file", path=str(path)), THING)
    place.read()
    place.until(lambda: place.count() == len(NAMES))
    rows = {
        row["type"]: row for row in place.stored("type, source, port, signature, severity, name, reason, drops, flow")
    }
    assert rows["alert"].items() >= {"source": "10.0.0.5", "signature": "Corrupted HTTP body", "severity": 3}.items()
    assert rows["alert"]["flow"] == 1696236471136137
    assert (rows["dns"]["name"], rows["dns"]["port"], rows["drop"]["reason"]) == ("reddit.com", 53, "stream error")
    assert rows["stats"]["drops"] == 0
    with path.open("ab") as file:
        file.write(line("alert", flow_id=1)[70:] + line("alert", flow_id=2))
    path.rename(tmp_path / "eve.json.1")
    path.write_bytes(line("alert", flow_id=3))
    place.until(lambda: place.count() == len(NAMES) + 3)
    place.rest()
    with path.open("ab") as file:
        file.write(line("alert", flow_id=4) + b"garbage\n")
    path.rename(tmp_path / "eve.json.2")
    path.write_bytes(line("alert", flow_id=5))
    place.restart()
    place.until(lambda: place.count() == len(NAMES) + 5)
    flows = [row["flow"] for row in place.stored("flow") if row["flow"] and row["flow"] < 10]
    assert sorted(flows) == [1, 2, 3, 4, 5]
    total = len(NAMES) + 6
    assert place.account() == {"sent": total, "received": total, "stored": total - 1, "quarantined": 1, "duplicated": 0}


def test_sockets_of_suricata_and_of_syslog(town: Callable[..., Any], tmp_path: Path) -> None:
    port = free_port()
    unix = town(source(way="unix", path=str(tmp_path / "s")), THING)
    udp = town(source(way="udp", port=port, event_types=["alert"]), THING)
    tcp_port = free_port()
    tcp = town(source(way="tcp", port=tcp_port), THING)
    for place in (unix, udp, tcp):
        place.read()
    send_to_path(tmp_path / "s", line("alert") + line("dns") + b"no event\n")
    wait(lambda: bound(port))
    send_datagrams(
        port, [b"<142>suricata[1]: " + line("alert"), b"<142>suricata[1]: " + line("dns"), b"<142>suricata: hello"]
    )
    send_stream(tcp_port, line("alert")[:50])
    send_stream(tcp_port, b"".join(map(line, NAMES)))
    unix.until(lambda: unix.account()["received"] == 3)
    udp.until(lambda: udp.account()["received"] == 2)
    tcp.until(lambda: tcp.account()["received"] == len(NAMES) + 1)
    assert [(place.account()["stored"], place.account()["quarantined"]) for place in (unix, udp, tcp)] == [
        (2, 1),
        (1, 1),
        (len(NAMES), 1),
    ]
