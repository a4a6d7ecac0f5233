"""Envelopes of the national standard: read from an axis, from a folder, and taken when sent."""

import base64
import hashlib
import os
import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import pytest
from web_peer import Asked, Says, web

import toancanh.connectors.edxml
from toancanh.connectors.edxml.answer import answer
from toancanh.connectors.edxml.envelope import NotAnEnvelope, dated, read_envelope
from toancanh.connectors.edxml.manifest import CONNECTOR, Settings
from toancanh.domain import InvalidInput, NotAuthenticated, SourceFailed
from toancanh.sdk import Connector, Knock, Span
from toancanh.testing import ConnectorSuite, gather

RECORDED = Path(toancanh.connectors.edxml.__file__).parent / "recorded"
DOCUMENT = (RECORDED / "van_ban.edxml").read_bytes()
STATUS = (RECORDED / "trang_thai.edxml").read_bytes()
NOW = datetime(2026, 3, 16, tzinfo=UTC)
THING = {
    "kind": "event",
    "key": ["code"],
    "time": "time",
    "columns": {
        "code": {"title": {"vi": "Mã", "en": "Code"}, "type": "text", "required": True},
        "time": {"title": {"vi": "Lúc", "en": "Time"}, "type": "time", "required": True},
        "due": {"title": {"vi": "Hạn", "en": "Due"}, "type": "date"},
        "subject": {"title": {"vi": "Trích yếu", "en": "Subject"}, "type": "text"},
        "task": {"title": {"vi": "Nhiệm vụ", "en": "Task"}, "type": "boolean"},
        "files": {"title": {"vi": "Tệp", "en": "Files"}, "type": "json"},
    },
}
MAP = {
    "code": {"field": "DocumentId"}, "time": {"field": "Timestamp"}, "due": {"field": "DueDate"}, "subject": {"field": "Subject"},
    "task": {"field": "IsTask"}, "files": {"field": "Attachments"},
}  # fmt: skip


class TestEdxml(ConnectorSuite):
    connector: ClassVar[Connector] = CONNECTOR
    settings: ClassVar[Mapping[str, Any]] = {"url": "https://x.example", "secret_key": "bí mật 1"}


def letter(n: int) -> bytes:
    return DOCUMENT.replace(b"125/UBND-VP", b"%d/UBND-VP" % n).replace(b">125<", b">%d<" % n)


def test_an_envelope_becomes_one_record_without_its_contents() -> None:
    found = read_envelope(DOCUMENT)
    content = base64.b64decode("VGjhu60gbmdoaeG7h20=")
    assert (found["kind"], found["IsTask"], found["DocumentId"]) == ("document", True, "H31.01,2026/03/15,125/UBND-VP")
    assert (found["FromOrganId"], found["ToOrganIds"]) == ("H31.01", ["H31.05", "H31.06"])
    assert (found["PromulgationDate"], found["DueDate"], found["Timestamp"]) == (
        "2026-03-15", "2026-03-25", "2026-03-15T08:30:00",
    )  # fmt: skip
    assert (found["TypeName"], found["Priority"], found["Signer"]) == ("Công văn", "1", "Người thử")
    assert found["ResponseForDocumentId"] == "H31.05,2026/03/10,77/SX-VP"
    assert [one["OrganId"] for one in found["Traces"]] == ["H31.01", "H31"]
    assert found["Attachments"] == [
        {
            "name": "125-UBND-VP.pdf",
            "type": "application/pdf",
            "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        },
        {"name": "phu-luc.txt", "type": "text/plain", "size": None, "sha256": None},
    ]
    assert "Nội dung không được lưu" not in str(found)


def test_prefixes_and_namespaces_do_not_matter() -> None:
    bare = DOCUMENT.replace(b"edXML:", b"").replace(b' xmlns="http://www.mic.gov.vn/TBT/QCVN_102_2016"', b"")
    other = re.sub(rb"xmlns(:edXML)?=\"[^\"]*\"", rb'xmlns\1="http://www.e-doc.vn/Schema/"', DOCUMENT)
    assert (
        read_envelope(re.sub(rb" xmlns:edXML=\"[^\"]*\"", b"", bare)) == read_envelope(other) == read_envelope(DOCUMENT)
    )


def test_a_state_tells_what_it_responds_to() -> None:
    found = read_envelope(STATUS)
    assert (found["kind"], found["StatusCode"], found["Timestamp"]) == ("status", "03", "2026-03-15T09:05:00")
    assert found["ResponseForDocumentId"] == found["DocumentId"] == "H31.01,2026/03/15,125/UBND-VP"


def without(name: str, body: bytes = DOCUMENT) -> bytes:
    return re.sub(rb"<(edXML:)?%s>.*?</(edXML:)?%s>" % (name.encode(), name.encode()), b"", body, flags=re.DOTALL)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (without("MessageHeader"), "MessageHeader is missing"),
        (without("From"), "MessageHeader/From/OrganId is missing"),
        (without("To"), "MessageHeader/To/OrganId is missing"),
        (without("CodeNotation"), "MessageHeader/Code/CodeNotation is missing"),
        (without("PromulgationInfo"), "MessageHeader/PromulgationInfo/PromulgationDate is missing"),
        (without("Subject"), "MessageHeader/Subject is missing"),
        (without("ResponseFor", STATUS), "MessageHeader/ResponseFor/DocumentId is missing"),
        (DOCUMENT[:2000], "XML"),
        (b"", "XML"),
        (b"<a>" * 100, "levels"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]>' + STATUS.partition(b"?>\n")[2], "XML"),
    ],
)
def test_the_element_that_is_missing_is_named(body: bytes, words: str) -> None:
    with pytest.raises(NotAnEnvelope, match=words):
        read_envelope(body)


def test_what_the_standard_lets_out_may_be_missing() -> None:
    body = DOCUMENT
    for name in (
        "DocumentId",
        "DueDate",
        "SteeringType",
        "ResponseFor",
        "TraceHeaderList",
        "edXMLBody",
        "SignerInfo",
    ):
        body = without(name, body)
    found = read_envelope(body)
    assert (found["DocumentId"], found["IsTask"]) == ("H31.01,2026/03/15,125/UBND-VP", False)
    assert found["AttachmentCount"] == 1
    broken = read_envelope(DOCUMENT.replace(b"VGjhu60gbmdoaeG7h20=", b"!!"))
    assert broken["Attachments"][0]["size"] is None
    assert (dated("15/03/2026 8:05"), dated("2026-03-15"), dated("mai")) == ("2026-03-15T08:05", "2026-03-15", "mai")


TAKES = Settings.model_validate({"push_token": "mã"})


def knock(body: bytes, media: str = "application/xml", **headers: str) -> Knock:
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return Knock("POST", "/", {}, {"content-type": media, **told}, body, NOW)


def test_an_axis_sends_xml_or_a_form() -> None:
    one = answer(TAKES, knock(DOCUMENT, authorization="Bearer mã"))
    assert msgspec.json.decode(one.body)["CodeNumber"] == "125"
    form = (
        b'--x\r\nContent-Disposition: form-data; name="messageType"\r\n\r\nedoc\r\n'
        b'--x\r\nContent-Disposition: form-data; name="edocFile"; filename="a.edxml"\r\nContent-Type: application/xml\r\n\r\n'
        + DOCUMENT
        + b'\r\n--x\r\nContent-Disposition: form-data; name="more"; filename="b.edxml"\r\n\r\n'
        + STATUS
        + b"\r\n--x--\r\n"
    )
    two = answer(TAKES, knock(form, 'multipart/form-data; boundary="x"', x_secretkey="mã"))
    assert [msgspec.json.decode(row)["kind"] for row in two.body.split(b"\n")] == ["document", "status"]
    assert one.name == answer(TAKES, knock(DOCUMENT, x_secretkey="mã")).name != two.name
    for wrong in ({}, {"authorization": "Bearer sai"}, {"x_secretkey": "sai", "authorization": "Bearer mã"}):
        with pytest.raises(NotAuthenticated):
            answer(TAKES, knock(DOCUMENT, **wrong))
    with pytest.raises(NotAuthenticated):
        answer(Settings.model_validate({}), knock(DOCUMENT, authorization="Bearer mã"))
    with pytest.raises(InvalidInput, match="MessageHeader/Subject is missing"):
        answer(TAKES, knock(without("Subject"), authorization="Bearer mã"))
    for nothing, media in ((b"", "application/xml"), (b"--x--\r\n", "multipart/form-data; boundary=x")):
        with pytest.raises(InvalidInput, match="edXML is missing"):
            answer(TAKES, knock(nothing, media, authorization="Bearer mã"))


def source(**settings: Any) -> dict[str, Any]:
    return {"connector": "edxml", "settings": settings, "map": MAP, "fields": {"IsTask": "boolean"}, "every": "1s"}


def test_what_is_sent_again_is_stored_once(town: Callable[..., Any]) -> None:
    place = town(source(push_token="mã"), THING)
    place.read()
    first = place.run(place.intake.answer("town.source", knock(DOCUMENT, authorization="Bearer mã")))
    assert first.accepted == 1, first.errors
    assert place.run(place.intake.answer("town.source", knock(DOCUMENT, authorization="Bearer mã"))) == first
    (row,) = place.stored()
    assert (row["code"], row["task"], str(row["due"])) == ("H31.01,2026/03/15,125/UBND-VP", True, "2026-03-25")
    assert msgspec.json.decode(row["files"])[0]["name"] == "125-UBND-VP.pdf"
    assert place.account()["stored"] == 1
    assert place.standing().problem is None


def put(folder: Path, name: str, body: bytes, age: float = 60) -> None:
    (folder / name).write_bytes(body)
    at = time.time() - age
    os.utime(folder / name, (at, at))


def test_a_folder_is_emptied_as_it_is_stored(town: Callable[..., Any]) -> None:
    place = town(source(folder="van-ban-den"), THING)
    place.read()
    place.until(lambda: place.standing().problem)
    assert "van-ban-den" in place.standing().problem["message"]["vi"]
    folder = place.settings.home / "van-ban-den"
    folder.mkdir()
    put(folder, "a.edxml", letter(1))
    put(folder, "b.xml", letter(2))
    put(folder, "bad.edxml", without("Subject"))
    put(folder, "note.txt", b"not for us")
    place.run(place.intake.now("town.source"))
    done = folder / "da-nhan"
    place.until(lambda: done.is_dir() and len(list(done.iterdir())) == 3)
    assert sorted(path.name for path in folder.iterdir()) == ["da-nhan", "note.txt"]
    place.until(lambda: place.account() == {"sent": 3, "received": 3, "stored": 2, "quarantined": 1, "duplicated": 0})
    assert "MessageHeader/Subject is missing" in str(place.waiting()[0])
    put(folder, "a.edxml", letter(3))
    place.until(lambda: place.count() == 3)
    place.until(lambda: len(list(done.iterdir())) == 4)


def test_a_trial_moves_nothing_and_a_file_that_is_being_written_waits(tmp_path: Path) -> None:
    put(tmp_path, "a.edxml", letter(1))
    put(tmp_path, "young.edxml", letter(2), age=-60)
    found = gather(CONNECTOR, {"folder": "."}, folder=tmp_path, trial=True)
    assert [one.settled for one in found] == [None]
    assert len(gather(CONNECTOR, {"folder": "."}, folder=tmp_path)) == 1
    put(tmp_path, "large.edxml", b" " * (1 << 20) + b"<a/>")
    with pytest.raises(SourceFailed, match=r"large\.edxml"):
        gather(CONNECTOR, {"folder": ".", "max_megabytes": 1}, folder=tmp_path)


class Axis:
    """A provincial gateway: what arrived on which day; `broken` documents cannot be had, states are remembered."""

    def __init__(self) -> None:
        self.there: dict[str, tuple[str, bytes]] = {}
        self.broken: set[str] = set()
        self.states: list[tuple[str, str]] = []
        self.refuses_states = False

    def arrive(self, name: str, body: bytes, day: str | None = None) -> None:
        self.there[name] = (day or datetime.now(UTC).strftime("%Y/%m/%d 10:00:00"), body)

    def __call__(self, asked: Asked) -> Says:
        if (asked.headers.get("x-systemid"), asked.headers.get("x-secretkey")) != ("IOC", "k1"):
            return Says({"success": False, "message": "Unauthorized"}, status=401)
        if asked.path == "/v1/updateStatus":
            if self.refuses_states:
                return Says({"success": False, "message": "Lỗi", "data": {"errorCode": "22", "errorDesc": "sai"}})
            self.states.append((asked.json()["docId"], asked.json()["status"]))
            return Says({"success": True, "message": "OK"})
        if asked.path == "/v1/syncReceivedEdocList":
            assert asked.query["messageType"] == "edoc"
            start, end = asked.query["fromDate"], asked.query["toDate"] + "~"
            data = [{"docId": one, "createdTime": at} for one, (at, _) in self.there.items() if start <= at <= end]
            return Says({"success": True, "count": len(data), "data": data})
        name = asked.query["docId"]
        if name in self.broken:
            return Says({"success": False, "message": "Không tìm thấy"})
        body = self.there[name][1]
        said = base64.b64encode(body).decode() if name.endswith("64") else body.decode()
        return Says({"success": True, "data": {"docId": name, "edxml": said}})


AXIS = {"system_id": "IOC", "secret_key": "k1"}


def test_each_document_of_the_axis_is_fetched_once(town: Callable[..., Any]) -> None:
    axis = Axis()
    for n in range(1, 13):
        axis.arrive(f"d{n}" + ("-64" if n % 2 else ""), letter(n))
    with web(axis) as peer:
        place = town(source(url=peer.url, acknowledge="01", **AXIS), THING)
        place.read()
        place.until(lambda: place.count() == 12)
        place.until(lambda: {one for one, _ in axis.states} == set(axis.there))
        assert {state for _, state in axis.states} == {"01"}
        place.until(lambda: place.standing().cursor["owed"] == [])
        axis.broken = {"x"}
        axis.arrive("x", letter(90))
        axis.arrive("d13", letter(13))
        place.until(lambda: place.count() == 13)
        place.until(lambda: place.standing().problem)
        assert "Không tìm thấy" in place.standing().problem["message"]["vi"]
        axis.broken = set()
        place.run(place.intake.now("town.source"))
        place.until(lambda: place.count() == 14)
        peer.stop()
        axis.arrive("d14", letter(14))
        place.run(place.intake.now("town.source"))
        place.until(lambda: (place.standing().problem or {}).get("kind") == "unreachable")
        place.rest()
        peer.start()
        place.restart()
        place.run(place.intake.now("town.source"))
        place.until(lambda: place.count() == 15)
        fetched = [one.query["docId"] for one in peer.asked if one.path == "/v1/getEdoc" and one.query["docId"] != "x"]
        assert len(fetched) == len(set(fetched)) == 14
        assert place.account() == {"sent": 15, "received": 15, "stored": 15, "quarantined": 0, "duplicated": 0}


def test_a_state_that_could_not_be_reported_is_reported_later(town: Callable[..., Any]) -> None:
    axis = Axis()
    axis.refuses_states = True
    axis.arrive("d1", letter(1))
    with web(axis) as peer:
        place = town(source(url=peer.url, acknowledge="01", **AXIS), THING)
        place.read()
        place.until(lambda: place.count() == 1)
        place.until(lambda: place.standing().problem)
        assert "22 sai" in place.standing().problem["message"]["en"]
        assert place.standing().cursor["owed"] == ["d1"]
        axis.refuses_states = False
        place.run(place.intake.now("town.source"))
        place.until(lambda: place.standing().cursor["owed"] == [])
        assert axis.states == [("d1", "01")]
        assert place.account()["stored"] == 1


def test_a_trial_and_a_range_acknowledge_nothing() -> None:
    axis = Axis()
    axis.arrive("old", letter(1), "2026/01/05 08:00:00")
    axis.arrive("new", letter(2))
    with web(axis) as peer:
        given = {"url": peer.url, "acknowledge": "01", **AXIS}
        (tried,) = gather(CONNECTOR, given, trial=True, cursor={"day": "2026-01-01", "seen": {}, "owed": ["z"]})
        assert (tried.rows, tried.settled) == (2, None)
        span = Span(datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 1, 6, tzinfo=UTC))
        (again,) = gather(CONNECTOR, given, span=span)
        assert (again.rows, again.settled) == (1, None)
        (first,) = gather(CONNECTOR, {**given, "lookback": 365, "overlap": 0})
        assert first.cursor is not None
        assert list(first.cursor["seen"].values()) == [["new"]]
        assert gather(CONNECTOR, {**given, "acknowledge": None}, cursor=first.cursor) == []
        assert axis.states == []


@pytest.mark.parametrize(
    ("says", "kind", "words"),
    [
        (Says({}, status=401), "refused", "HTTP 401"),
        (Says({"success": False, "message": "Khóa hết hạn"}), "malformed", "Khóa hết hạn"),
        (Says({"success": True}), "malformed", "no list"),
        (Says({"success": True, "data": [{"from": "x"}]}), "malformed", "'docId' is missing"),
        (Says(body=b"<html>", media="text/html"), "malformed", "JSON"),
    ],
)
def test_what_the_axis_says_is_told(says: Says, kind: str, words: str) -> None:
    with web(lambda asked: says) as peer, pytest.raises(SourceFailed, match=words) as caught:
        gather(CONNECTOR, {"url": peer.url, **AXIS})
    assert caught.value.details["kind"] == kind


def test_an_envelope_that_cannot_be_read_waits_with_the_reason() -> None:
    axis = Axis()
    axis.arrive("d1", b"<edXML>no header</edXML>")
    axis.arrive("d2", b"not base64 \xc4\x90")
    with web(axis) as peer:
        found: list[dict[str, Any]] = []
        with pytest.raises(SourceFailed, match="Base64"):
            found = [msgspec.json.decode(one.body) for one in gather(CONNECTOR, {"url": peer.url, **AXIS})]
        assert found == []
        axis.there.pop("d2")
        (one,) = gather(CONNECTOR, {"url": peer.url, **AXIS})
        told = msgspec.json.decode(one.body)
        assert (told["kind"], told["where"]) == ("unreadable", "d1")
        assert "MessageHeader is missing" in told["problem"]
