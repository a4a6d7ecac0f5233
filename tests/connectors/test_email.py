"""Mailboxes: each message comes once, whatever it looks like; it is marked or moved only once it is stored."""

import asyncio
import base64
import socket
import threading
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any, ClassVar

import msgspec
import pytest
from mail_peer import PASSWORD, USER, Dovecot, run_dovecot
from web_peer import Asked, Papers, Says, papers, web

from toancanh.connectors.email.folders import decoded, encoded, listed
from toancanh.connectors.email.manifest import CONNECTOR
from toancanh.connectors.email.messages import mail_of
from toancanh.domain import SYSTEM, SourceFailed
from toancanh.sdk import Choice, Delivery, Job
from toancanh.testing import ConnectorSuite, gather

LETTER = {
    "kind": "event",
    "key": ["message"],
    "time": "received",
    "columns": {
        "message": {"title": {"vi": "Mã thư", "en": "Message"}, "type": "text", "required": True},
        "received": {"title": {"vi": "Lúc nhận", "en": "Received"}, "type": "time", "required": True},
        "subject": {"title": {"vi": "Tiêu đề", "en": "Subject"}, "type": "text"},
        "body": {"title": {"vi": "Nội dung", "en": "Body"}, "type": "text"},
        "files": {"title": {"vi": "Tệp", "en": "Files"}, "type": "json"},
    },
}
MAP = {"message": {"field": "message_id"}, "body": {"field": "text"}, "files": {"field": "attachments"}}
THING = {
    "kind": "event",
    "key": ["code"],
    "time": "time",
    "columns": {
        "code": {"title": {"vi": "Mã", "en": "Code"}, "type": "code", "required": True},
        "time": {"title": {"vi": "Lúc", "en": "Time"}, "type": "time", "required": True},
        "name": {"title": {"vi": "Tên", "en": "Name"}, "type": "text"},
    },
}


class TestEmail(ConnectorSuite):
    connector = CONNECTOR
    settings: ClassVar[dict[str, Any]] = {"host": "mail.example.gov.vn", "user": USER, "password": "rất-bí-mật"}


@pytest.fixture(scope="module")
def made() -> Papers:
    return papers()


@pytest.fixture(scope="module")
def tokens() -> Iterator[str]:
    def answer(asked: Asked) -> Says:
        good = "good" in (asked.headers.get("authorization", "") + asked.body.decode() + str(asked.query))
        return Says({"active": True, "username": USER} if good else {"active": False}, status=200 if good else 401)

    with web(answer) as peer:
        yield f"{peer.url}/introspect"


@pytest.fixture
def mail(made: Papers, tokens: str) -> Iterator[Dovecot]:
    with run_dovecot(made, tokens) as server:
        yield server


def at(server: Dovecot, **more: Any) -> dict[str, Any]:
    given = {"host": "127.0.0.1", "port": server.plain, "security": "plain", "user": USER, "password": PASSWORD}
    return {name: value for name, value in {**given, "timeout": 10, **more}.items() if value is not None}


def letter(number: int, subject: str = "Phản ánh", text: str = "Đường ngập", sender: str = "") -> EmailMessage:
    message = EmailMessage()
    message["Message-ID"] = f"<{number}@example.gov.vn>"
    message["From"] = sender or "Nguyễn Văn A <a@example.gov.vn>"
    message["To"] = "b@example.gov.vn, Sở Xây dựng <c@example.gov.vn>"
    message["Date"] = "Thu, 01 Jan 2026 08:00:00 +0700"
    message["Subject"] = subject
    message.set_content(text)
    return message


def records(deliveries: list[Delivery]) -> list[dict[str, Any]]:
    return [msgspec.json.decode(line) for one in deliveries for line in one.body.split(b"\n") if line]


def test_messages_come_once_and_leave_no_trace(mail: Dovecot) -> None:
    mail.put(*(bytes(letter(n)) for n in range(3)))
    first = gather(CONNECTOR, at(mail))
    assert [row["message_id"] for row in records(first)] == [f"<{n}@example.gov.vn>" for n in range(3)]
    row = records(first)[0]
    assert (row["from"], row["from_name"], row["subject"]) == ("a@example.gov.vn", "Nguyễn Văn A", "Phản ánh")
    assert (row["to"], row["cc"], row["text"]) == ("b@example.gov.vn, c@example.gov.vn", None, "Đường ngập")
    assert (row["date"], row["attachments"]) == ("2026-01-01T08:00:00+07:00", [])
    assert row["received"]
    cursor = first[-1].cursor
    assert cursor is not None
    assert gather(CONNECTOR, at(mail), cursor=cursor) == []
    mail.put(bytes(letter(9)))
    assert [row["message_id"] for row in records(gather(CONNECTOR, at(mail), cursor=cursor))] == ["<9@example.gov.vn>"]
    assert mail.flags() == ["", "", "", ""]


def test_only_wanted_messages_are_taken_and_the_others_are_passed(mail: Dovecot) -> None:
    mail.put(
        bytes(letter(1, "BÁO CÁO ngày 1/1", sender="Trạm <tram@hcdc.vn>")),
        bytes(letter(2, "Báo cáo ngày 2/1", sender="other@example.gov.vn")),
        bytes(letter(3, "Chúc mừng năm mới", sender="tram@hcdc.vn")),
        bytes(letter(4, "Chúc mừng", sender="tram@hcdc.vn")),
    )
    given = at(mail, sender="@HCDC.vn", subject="báo  cáo")
    found = gather(CONNECTOR, given)
    assert [row["message_id"] for row in records(found)] == ["<1@example.gov.vn>"]
    assert (found[-1].body, found[-1].cursor and found[-1].cursor["uid"]) == (b"", 4)
    assert gather(CONNECTOR, given, cursor=found[-1].cursor) == []


def test_letters_are_read_whatever_they_look_like() -> None:
    one = "Ủy ban nhân dân"
    words = "=?utf-8?B?" + base64.b64encode("Ủy ban".encode()).decode() + "?= =?utf-8?Q?_nh=C3=A2n_d=C3=A2n?="
    old = "=?windows-1258?Q?Qu=E2=CCn?="
    message = f"Subject: {words}\r\nFrom: {old} <x@y.vn>\r\nContent-Type: text/plain; charset=windows-1258\r\n"
    raw = message.encode() + b"Content-Transfer-Encoding: quoted-printable\r\n\r\nQu=E2=F2n h=F4=F2i =\r\nnay\r\n"
    found = mail_of(raw, None).record
    assert found["subject"] == one
    assert found["from"] == "x@y.vn"
    assert found["from_name"] == "Quần".replace("ầ", "ầ")
    assert found["text"] == "Quận hội nay"
    page = letter(1)
    page.set_content(
        "<html><head><style>p{}</style></head><body><p>Kính gửi,<br>Sở &amp; ban</p><table><tr><td>1</td><td>2</td></tr></table></body></html>",
        subtype="html",
    )
    assert mail_of(bytes(page), None).record["text"].split("\n") == ["Kính gửi,", "Sở & ban", "", "1 2"]
    both = letter(2, text="trơn")
    both.add_alternative("<p>đẹp</p>", subtype="html")
    both.add_attachment(b"\x00\x01", maintype="application", subtype="pdf", filename="Công văn.pdf")
    both.add_attachment(letter(3, "Bên trong"))
    found = mail_of(bytes(both), None).record
    assert found["text"] == "trơn"
    assert found["attachments"][0] == {"name": "Công văn.pdf", "size": 2, "type": "application/pdf"}
    assert found["attachments"][1]["type"] == "message/rfc822"
    for garbage in (
        b"",
        b"\xff\xfe\x00",
        b"Subject: =?bad?Q?x?=\r\nDate: no\r\nFrom: <<>\r\n\r\nx",
        b"Subject: Th\xc3\xb4ng b\xc3\xa1o\r\nContent-Type: text/plain; charset=none\r\n\r\nch\xe0o",
        b"Content-Type: multipart/mixed\r\n\r\nno boundary",
        b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n%%%",
    ):
        found = mail_of(garbage, None).record
        assert found["size"] == len(garbage)
    assert mail_of(b"Subject: Th\xc3\xb4ng b\xc3\xa1o\r\n\r\nch\xe0o", None).record["subject"] == "Thông báo"


def test_names_of_folders_are_those_of_people() -> None:
    for name, sent in (
        ("INBOX", '"INBOX"'),
        ("Đã nhập", '"&ARAA4w- nh&Hq0-p"'),
        ("A & B", '"A &- B"'),
        ("~peter/mail/台北/日本語", '"~peter/mail/&U,BTFw-/&ZeVnLIqe-"'),
        ('"', '"\\""'),
    ):
        assert encoded(name) == sent
        assert listed([b'(\\HasNoChildren) "/" ' + sent.encode()]) == [name]
    assert decoded("&bad") == "&bad"
    assert listed([(b'() "/" {5}', b"abcde"), b")", b'(\\Noselect) "/" x', None]) == ["abcde"]


def test_letters_become_records_and_are_moved_once_stored(town: Callable[..., Any], mail: Dovecot) -> None:
    many = letter(1, "Báo cáo", "Nội dung\nhai dòng")
    many.add_attachment(b"a", maintype="application", subtype="pdf", filename="Tệp.pdf")
    mail.put(bytes(many), bytes(letter(2)))
    given = {**at(mail), "after": "move", "move_to": "Đã nhập", "password": None}
    place = town({"connector": "email", "settings": given, "map": MAP, "every": "1s"}, LETTER)
    place.run(place.intake.vault.keep("town.source", {"password": PASSWORD}, SYSTEM))
    place.read()
    place.until(lambda: place.count() == 2)
    place.until(lambda: (mail.flags(), len(mail.flags(encoded("Đã nhập")))) == ([], 2))
    row = place.stored("message, subject, body, files", order="message")[0]
    assert (row["subject"], row["body"]) == ("Báo cáo", "Nội dung\nhai dòng")
    assert msgspec.json.decode(row["files"]) == [{"name": "Tệp.pdf", "size": 1, "type": "application/pdf"}]
    mail.stop()
    place.until(lambda: place.standing().problem)
    assert place.standing().problem["kind"] == "unreachable"
    mail.start()
    place.restart()
    mail.put(bytes(letter(3)))
    place.until(lambda: place.count() == 3)
    assert place.account() == {"sent": 3, "received": 3, "stored": 3, "quarantined": 0, "duplicated": 0}


def test_rows_of_attached_files_are_stored(town: Callable[..., Any], mail: Dovecot) -> None:
    one = letter(1)
    one.add_attachment(
        "code,time,name\na,2026-01-01T00:00:00Z,Hồng Bàng\nb,no time,x\n", subtype="csv", filename="1.CSV"
    )
    one.add_attachment(
        b'[{"code": "c", "time": "2026-01-01T00:00:00Z"}]', maintype="application", subtype="json", filename="2.json"
    )
    one.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="chữ ký.png")
    mail.put(bytes(one), bytes(letter(2)))
    given = {**at(mail), "take": "attachments", "after": "seen", "password": None}
    place = town({"connector": "email", "settings": given, "every": "1s"}, THING)
    place.run(place.intake.vault.keep("town.source", {"password": PASSWORD}, SYSTEM))
    place.read()
    place.until(lambda: mail.flags() == ["\\Seen", "\\Seen"])
    assert [row["code"] for row in place.stored("code", order="code")] == ["a", "c"]
    assert place.account() == {"sent": 3, "received": 3, "stored": 2, "quarantined": 1, "duplicated": 0}


def test_a_file_that_cannot_be_read_holds_up_nothing(town: Callable[..., Any], mail: Dovecot) -> None:
    one = letter(1)
    one.add_attachment(b'{"code": ', maintype="application", subtype="json", filename="1.json")
    two = letter(2)
    two.add_attachment("code,time\nb,2026-01-01T00:00:00Z\n", subtype="csv", filename="2.csv")
    mail.put(bytes(one), bytes(two))
    given = {**at(mail), "take": "attachments", "password": None}
    place = town({"connector": "email", "settings": given, "every": "1s"}, THING)
    place.run(place.intake.vault.keep("town.source", {"password": PASSWORD}, SYSTEM))
    place.read()
    place.until(lambda: place.count() == 1)
    [row] = place.waiting()
    assert "1.json" in str(row)


def test_a_message_that_is_too_large_waits_in_quarantine(town: Callable[..., Any], mail: Dovecot) -> None:
    mail.put(bytes(letter(1, "Rất lớn", "x" * 70 + "\n" * 3)), bytes(letter(2)))
    large = letter(3, "Rất lớn")
    large.add_attachment(b"x" * (2 << 20), maintype="application", subtype="zip", filename="a.zip")
    mail.put(bytes(large))
    given = {**at(mail), "max_megabytes": 1, "after": "seen", "password": None}
    place = town({"connector": "email", "settings": given, "map": MAP, "every": "1s"}, LETTER)
    place.run(place.intake.vault.keep("town.source", {"password": PASSWORD}, SYSTEM))
    place.read()
    place.until(lambda: mail.flags() == ["\\Seen"] * 3)
    assert place.count() == 2
    [row] = place.waiting()
    assert "Rất lớn" in str(row)


def test_a_folder_that_was_made_anew_is_read_from_its_beginning(
    mail: Dovecot, caplog: pytest.LogCaptureFixture
) -> None:
    with mail.client() as imap:
        imap.create("Bao")
    mail.put(bytes(letter(1)), bytes(letter(2)), folder="Bao")
    first = gather(CONNECTOR, at(mail, folder="Bao"))
    with mail.client() as imap:
        imap.delete("Bao")
        imap.create("Bao")
    mail.put(bytes(letter(3)), folder="Bao")
    assert first[-1].cursor is not None
    other = {**first[-1].cursor, "validity": "1"}
    assert [row["message_id"] for row in records(gather(CONNECTOR, at(mail, folder="Bao"), cursor=other))] == [
        "<3@example.gov.vn>"
    ]
    assert "was made anew" in caplog.text


def test_every_way_in_is_taken_and_what_is_wrong_is_said(mail: Dovecot, made: Papers, tmp_path: Path) -> None:
    mail.put(bytes(letter(1)))
    (tmp_path / "ca.pem").write_text(made.authority)
    trusted = {"authority": "ca.pem"}
    for more in (
        {"security": "tls", "port": mail.tls, **trusted},
        {"security": "starttls", **trusted},
        {"password": None, "token": "good"},
    ):
        assert len(records(gather(CONNECTOR, at(mail, **more), folder=tmp_path))) == 1, more
    for more, kind in (
        ({"password": "not-this-one"}, "refused"),
        ({"password": None, "token": "bad"}, "refused"),
        ({"security": "tls", "port": mail.tls}, "unreachable"),
        ({"port": 1}, "unreachable"),
        ({"folder": "Không có"}, "malformed"),
    ):
        with pytest.raises(SourceFailed) as caught:
            gather(CONNECTOR, at(mail, **more), folder=tmp_path)
        assert caught.value.details["kind"] == kind, (more, caught.value)
        assert "not-this-one" not in caught.value.message.en
    assert "INBOX" in caught.value.message.en
    suggest = CONNECTOR.suggester()
    assert asyncio.run(suggest(at(mail), Job("town.source", tmp_path), "folder")) == [Choice("INBOX")]
    assert asyncio.run(suggest(at(mail), Job("town.source", tmp_path), "sender")) == []


def test_a_trial_changes_nothing(mail: Dovecot) -> None:
    mail.put(*(bytes(letter(n)) for n in range(7)))
    given = at(mail, after="seen")
    tried = gather(CONNECTOR, given, trial=True, limit=1)
    assert len(records(tried)) == 5
    assert tried[0].settled is None
    assert mail.flags() == [""] * 7


def test_a_server_that_hangs_or_talks_nonsense_holds_up_nobody(mail: Dovecot) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(SourceFailed) as caught:
            gather(CONNECTOR, at(mail, port=port, timeout=1))
        assert caught.value.details["kind"] == "unreachable"

        def nonsense() -> None:
            with silent.accept()[0], silent.accept()[0] as wire:
                wire.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        talking = threading.Thread(target=nonsense)
        talking.start()
        with pytest.raises(SourceFailed):
            gather(CONNECTOR, at(mail, port=port, timeout=2))
        talking.join()
