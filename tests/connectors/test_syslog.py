"""Syslog: what others read of the same bytes, what devices leave out, and rsyslogd and logger as senders."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peers_that_send import bound, connected, free_port, send_datagrams, send_stream, wait
from web_peer import Papers, papers

from toancanh.connectors.listening import LONGEST, Batch
from toancanh.connectors.syslog.framing import Frames
from toancanh.connectors.syslog.manifest import CONNECTOR
from toancanh.connectors.syslog.parse import NotSyslog, parse
from toancanh.connectors.syslog.read import deliveries
from toancanh.sdk import Connector
from toancanh.testing import ConnectorSuite

RECORDED = Path(__file__).parent / "recorded" / "syslog"
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 12, 2, 12, tzinfo=UTC)
THING = {
    "kind": "event",
    "time": "time",
    "columns": {
        "time": {"title": {"vi": "Lúc", "en": "Time"}, "type": "time", "required": True},
        "host": {"title": {"vi": "Máy", "en": "Host"}, "type": "text"},
        "program": {"title": {"vi": "Chương trình", "en": "Program"}, "type": "text"},
        "severity": {"title": {"vi": "Mức", "en": "Severity"}, "type": "integer"},
        "facility": {"title": {"vi": "Nguồn", "en": "Facility"}, "type": "code"},
        "message": {"title": {"vi": "Nội dung", "en": "Message"}, "type": "text"},
        "data": {"title": {"vi": "Dữ liệu", "en": "Data"}, "type": "text"},
    },
}
MAP = {
    "time": {"field": "timestamp"},
    "host": {"field": "hostname"},
    "program": {"field": "appname"},
    "facility": {"field": "facility_word"},
}
RSYSLOGD = """global(workDirectory="{folder}" {trust})
module(load="imuxsock" SysSock.Use="off")
input(type="imuxsock" Socket="{folder}/s" RateLimit.Interval="0")
action(type="omfwd" target="127.0.0.1" port="{port}" template="RSYSLOG_SyslogProtocol23Format"
       action.resumeRetryCount="-1" action.resumeInterval="1" {how})
"""
WAYS = {
    "udp": 'protocol="udp"',
    "tcp": 'protocol="tcp"',
    "counted": 'protocol="tcp" TCP_Framing="octet-counted"',
    "tls": 'protocol="tcp" TCP_Framing="octet-counted" StreamDriver="ossl" StreamDriverMode="1" '
    'StreamDriverAuthMode="x509/certvalid"',
}
TRUST = (
    'defaultNetstreamDriver="ossl" defaultNetstreamDriverCAFile="{folder}/ca.pem" '
    'defaultNetstreamDriverCertFile="{folder}/client.pem" defaultNetstreamDriverKeyFile="{folder}/client.key"'
)


class TestSyslog(ConnectorSuite):
    connector: ClassVar[Connector] = CONNECTOR
    settings: ClassVar[Mapping[str, Any]] = {
        "way": "tls", "port": 6514, "certificate": "a.pem", "key": "bí mật", "authority": "b.pem",
    }  # fmt: skip


def expected(line: str) -> dict[str, Any]:
    """What a line of line protocol says, under our names."""
    pairs = re.findall(r'[ ,](\w+)=("(?:[^"\\]|\\.)*"|[^ ,]*)', line)
    said = {name: json.loads(value, strict=False) if value[:1] == '"' else value for name, value in pairs}
    names = {"facility": "facility_word", "severity": "severity_word"}
    found = {
        names.get(name, name): said[name] for name in said if name in (*names, "hostname", "appname", "procid", "msgid")
    }
    found |= {"facility": int(said["facility_code"][:-1]), "severity": int(said["severity_code"][:-1])}
    found |= {name: int(said[name][:-1]) for name in ("version",) if name in said}
    if "timestamp" in said:
        found["timestamp"] = datetime.fromtimestamp(int(said["timestamp"][:-4]) / 1e6, UTC)
    return found | {"message": said.get("message")}


def read(frame: bytes, zone: ZoneInfo = HANOI) -> dict[str, Any]:
    return parse(frame.decode(), NOW, zone)


@pytest.mark.parametrize("case", sorted(path.name for path in RECORDED.iterdir() if path.is_dir()))
def test_a_case_says_what_telegraf_reads(case: str) -> None:
    data = (RECORDED / case / "input.txt").read_bytes()
    cut = Frames()
    frames = [data] if case.endswith("udp") or "_udp_" in case else cut.feed(data) + cut.rest()
    if (RECORDED / case / "expected.err").exists():
        first, *_ = deliveries(Batch(frames, [0.0] * len(frames), [""] * len(frames)), HANOI)
        assert first.body == b"\n".join(frames)
        return
    lines = (RECORDED / case / "expected.out").read_text().splitlines()
    assert len(frames) == len(lines)
    for frame, line in zip(frames, lines, strict=True):
        found, right = read(frame, ZoneInfo("UTC")), expected(line)
        if "timestamp" in right:
            found["timestamp"] = datetime.fromisoformat(found["timestamp"])
        assert {name: found[name] for name in right} == right


@given(st.lists(st.binary(min_size=1, max_size=60).filter(bytes.strip), max_size=8), st.data())
def test_counted_frames_are_cut_alike_however_they_come(frames: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(b"%d %s" % (len(frame), frame) for frame in frames)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=6)))
    cut, found = Frames(), []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        found += cut.feed(stream[start:end])
    assert found == frames
    assert cut.rest() == []


def test_a_stream_may_change_its_framing_and_never_fills_the_memory() -> None:
    cut = Frames()
    assert cut.feed(b"<1>one\r\n5 <1>xy<1>two\0\n\n<1>th") == [b"<1>one", b"<1>xy", b"<1>two"]
    assert cut.rest() == [b"<1>th"]
    assert [len(frame) for frame in cut.feed(b"<" * (LONGEST + 1))] == [LONGEST + 1]
    assert cut.feed(b"9999999 <1>not so long\n") == [b"9999999 <1>not so long"]


def test_structured_data() -> None:
    found = read(
        b'<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - [a@1 x="1" y="\\"q\\" \\\\ \\]"][b] '
        + "\ufeffđã mở".encode()
    )
    assert found["timestamp"] == "2003-08-24T12:14:15.000003Z"
    assert found["data"] == {"a@1": {"x": "1", "y": '"q" \\ ]'}, "b": {}}
    assert (found["message"], found["msgid"], found["form"]) == ("đã mở", None, "rfc5424")


@pytest.mark.parametrize(
    ("frame", "right"),
    [
        (b"<34>Oct 11 22:14:15 mymachine su: 'su root' failed",
         {"timestamp": "2026-10-11T15:14:15.000000Z", "hostname": "mymachine", "appname": "su", "message": "'su root' failed"}),
        (b"<13>Dec 31 23:59:59 gw app[7]: late",
         {"timestamp": "2025-12-31T16:59:59.000000Z", "hostname": "gw", "appname": "app", "procid": "7", "message": "late"}),
        (b"<13>Feb 29 00:00:00 gw app: leap", {"timestamp": "2024-02-28T17:00:00.000000Z"}),
        (b"<189>2026-11-23T08:00:00+07:00 sw1 %LINK-3-UPDOWN: Gi0/1 down",
         {"timestamp": "2026-11-23T01:00:00.000000Z", "hostname": "sw1", "appname": "%LINK-3-UPDOWN"}),
        (b"<13>no header at all", {"message": "no header at all", "severity": 5, "form": "rfc3164"}),
        (b"<0>", {"message": None, "severity_word": "emerg", "facility_word": "kern"}),
    ],
)  # fmt: skip
def test_what_old_devices_say_and_leave_out(frame: bytes, right: dict[str, Any]) -> None:
    found = read(frame)
    assert {name: found[name] for name in right} == right


def test_events_of_security_appliances() -> None:
    cef = read(
        b"<134>Nov 23 08:00:00 fw CEF:0|Fortinet|FortiGate|7\\|2|100|login|7|src=10.0.0.1 msg=a\\=b c\\nd act=deny all"
    )
    assert (cef["form"], cef["hostname"]) == ("cef", "fw")
    assert cef["data"]["cef"] == {
        "cef_version": "0", "vendor": "Fortinet", "product": "FortiGate", "product_version": "7|2", "signature": "100",
        "name": "login", "cef_severity": "7", "src": "10.0.0.1", "msg": "a=b c\nd", "act": "deny all",
    }  # fmt: skip
    for head in (b"LEEF:1.0|Palo|PAN|8|threat|src=1.2.3.4\tdst=::1", b"LEEF:2.0|Palo|PAN|8|threat|^|src=1.2.3.4^dst=::1",
                 b"LEEF:2.0|Palo|PAN|8|threat|0x5E|src=1.2.3.4^dst=::1"):  # fmt: skip
        leef = read(b"<134>1 2026-11-23T08:00:00Z fw pan - - - " + head)
        assert leef["form"] == "leef"
        assert (
            leef["data"]["leef"].items()
            >= {"vendor": "Palo", "signature": "threat", "src": "1.2.3.4", "dst": "::1"}.items()
        )
    assert read(b"<134>CEF:0|only|four|parts")["form"] == "rfc3164"


@pytest.mark.parametrize("frame", [b"", b"text", b"<192>1 - - - - - -", b"<1>1 - - -", b"<1>1 2026-13-01T00:00:00Z h a p m - x",
                                   b"<1>1 - h a p m [a x=1] y", b"<1>1 2026-11-01T00:00:00 h a p m -"])  # fmt: skip
def test_what_is_no_syslog(frame: bytes) -> None:
    with pytest.raises(NotSyslog):
        read(frame)


def test_what_is_less_severe_is_passed_by_and_what_is_wrong_is_not() -> None:
    batch = Batch([b"<1>a", b"<7>b", b"\xff"], [1e9] * 3, ["10.0.0.1", "", ""], cursor={"file": {}}, name="n")
    wrong, found = deliveries(batch, HANOI, 6)
    assert (wrong.body, wrong.cursor, wrong.name) == (b"\xff", None, "n/wrong")
    record = json.loads(found.body)
    assert (record["message"], record["sender"], record["timestamp"]) == (
        "a",
        "10.0.0.1",
        "2001-09-09T01:46:40.000000Z",
    )
    assert (found.cursor, found.name) == ({"file": {}}, "n")
    last = deliveries(Batch([b"<7>b"], [1.0], [""], cursor={"file": {}}), HANOI, 6)
    assert [(one.body, one.cursor) for one in last] == [(b"[]", {"file": {}})]


@contextmanager
def rsyslogd(folder: Path, way: str, port: int, made: Papers) -> Iterator[Path]:
    """A daemon that forwards what comes at the socket that is yielded."""
    for name, text in (("ca.pem", made.authority), ("client.pem", made.client), ("client.key", made.client_key)):
        (folder / name).write_text(text)
    trust = TRUST.format(folder=folder) if way == "tls" else ""
    (folder / "conf").write_text(RSYSLOGD.format(folder=folder, port=port, how=WAYS[way], trust=trust))
    command = [
        shutil.which("rsyslogd") or "/usr/sbin/rsyslogd",
        "-n",
        "-f",
        str(folder / "conf"),
        "-i",
        str(folder / "pid"),
    ]
    with (folder / "out").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            wait((folder / "s").exists)
            yield folder / "s"
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def logger(*words: str) -> None:
    subprocess.run([shutil.which("logger") or "/usr/bin/logger", *words], check=True, timeout=60)


@pytest.mark.parametrize("way", list(WAYS))
def test_rsyslogd_forwards(town: Callable[..., Any], tmp_path: Path, way: str) -> None:
    made, port = papers(), free_port()
    settings: dict[str, Any] = {"way": "tcp" if way == "counted" else way, "host": "127.0.0.1", "port": port}
    if way == "tls":
        settings |= {"certificate": made.server, "key": made.server_key, "authority": made.authority}
    place = town({"connector": "syslog", "settings": settings, "map": MAP}, THING)
    place.read()
    if way == "udp":
        wait(lambda: bound(port))
    else:
        with connected(port):
            pass
    with rsyslogd(tmp_path, way, port, made) as own:
        for number in range(20):
            logger("-u", str(own), "-p", "auth.warning", "-t", "sshd", f"Đăng nhập sai lần {number}")
        place.until(lambda: place.count() == 20)
        if way in ("tcp", "tls"):
            place.restart()
            with connected(port):
                pass
            for number in range(20, 25):
                logger("-u", str(own), "-p", "auth.warning", "-t", "sshd", f"Đăng nhập sai lần {number}")
            place.until(lambda: "Đăng nhập sai lần 24" in {row["message"] for row in place.stored("message")})
    first = place.stored("message, program, severity, facility", "time")[0]
    assert first == {"message": "Đăng nhập sai lần 0", "program": "sshd", "severity": 4, "facility": "auth"}
    account = place.account()
    assert account["quarantined"] == 0
    assert account["sent"] == account["stored"]


def test_logger_sends_by_itself(town: Callable[..., Any]) -> None:
    port = free_port()
    place = town({"connector": "syslog", "settings": {"way": "tcp", "port": port}, "map": MAP}, THING)
    place.read()
    with connected(port):
        pass
    to = ("-n", "127.0.0.1", "-P", str(port), "-T", "-p", "local3.err")
    logger(*to, "--rfc5424", "--octet-count", "--sd-id", "toa@1", "--sd-param", 'tang="3"', "-t", "cửa", "mở cửa")
    logger(*to, "--rfc3164", "-t", "door", "old words")
    send_stream(port, b"what is this\n<13>half a fra")
    place.until(lambda: place.account()["received"] == 4)
    rows = {row["message"]: row for row in place.stored("message, program, severity, data")}
    assert set(rows) == {"mở cửa", "old words", "half a fra"}
    assert (rows["old words"]["program"], rows["old words"]["severity"]) == ("door", 3)
    assert json.loads(rows["mở cửa"]["data"])["toa@1"] == {"tang": "3"}
    assert place.account()["quarantined"] == 1


def test_what_the_system_drops_is_in_the_ledger(town: Callable[..., Any]) -> None:
    port = free_port()
    settings = {"way": "udp", "port": port, "buffer_megabytes": 1}
    place = town({"connector": "syslog", "settings": settings, "map": MAP}, THING)
    place.read()
    wait(lambda: bound(port))

    sent = 0

    async def flood() -> None:
        nonlocal sent
        sent += send_datagrams(port, [b"<13>flood " + b"x" * 1000] * 6000)

    def told() -> int:
        return sum(line.sent for line in place.run(place.ingest.ledger()))

    def tell() -> bool:
        nonlocal sent
        sent += send_datagrams(port, [b"<13>and one more"])
        return told() >= 6000

    place.run(flood())
    wait(tell)
    wait(lambda: told() == sent)
    [line] = place.run(place.ingest.ledger())
    assert line.received == line.stored < sent - 100
    assert not line.balanced
