"""Reading a folder of a mailbox: what is new by UID, message by message; marked or moved only once it is stored."""

import datetime as dt
import logging
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from fnmatch import fnmatch
from functools import partial
from typing import Any

import msgspec

from toancanh.connectors.email.folders import encoded
from toancanh.connectors.email.manifest import Mailbox, Settings
from toancanh.connectors.email.messages import File, Mail, folded, headers_of, mail_of
from toancanh.connectors.email.session import Imap, Session, checked, enter, folders, opened
from toancanh.domain import Receipt
from toancanh.sdk import Choice, Cursor, Delivery, Job, json_lines, lines

_LOG = logging.getLogger("toancanh.email")
_WINDOW = 50_000
"""UIDs that are searched at once: an answer stays in one line that is not too long."""
_HEADERS = 200
_TOGETHER = 100
"""Messages of one delivery."""
_TRIED = 5
_LARGE = 4 << 20
_MEDIA = {
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".json": "application/json",
    ".ndjson": "application/x-ndjson",
    ".jsonl": "application/x-ndjson",
    ".parquet": "application/vnd.apache.parquet",
    ".arrow": "application/vnd.apache.arrow.stream",
}
_JSON = msgspec.json.Decoder(list[msgspec.Raw] | dict[str, msgspec.Raw])
_KEPT = 10_000
"""Bytes of a file without any row that are kept in quarantine."""
_TEXTS = ("text/csv", "text/tab-separated-values")
_NDJSON = "application/x-ndjson"
_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_RECEIVED = re.compile(rb'\bINTERNALDATE "([^"]+)"')


@dataclass(frozen=True, slots=True)
class Found:
    """A message that is there: what its headers say, and how large it is."""

    uid: int
    size: int
    sender: str
    subject: str


async def read(settings: Settings, job: Job) -> AsyncGenerator[Delivery, None]:
    """Yield what is new in the folder since the cursor. Raises SourceFailed, InvalidInput."""
    async with opened(settings, job) as session:
        reading = Reading(settings, job, session)
        await reading.begin()
        async for delivery in reading.deliveries():
            yield delivery


async def suggest(given: Mapping[str, Any], job: Job, setting: str) -> list[Choice]:
    """List the folders of the mailbox. Raises SourceFailed, InvalidInput."""
    if setting not in ("folder", "move_to"):
        return []
    async with opened(Mailbox.among(given), job) as session:
        return [Choice(name) for name in await session.run(folders)]


class Reading:
    """One reading of a folder. `last` is the greatest UID that was passed on or left out."""

    def __init__(self, settings: Settings, job: Job, session: Session) -> None:
        self._settings = settings
        self._job = job
        self._session = session
        self._validity = ""
        self._next: int | None = None
        self._last = 0

    async def begin(self) -> None:
        """Open the folder, and see whether its UIDs still mean what the cursor says."""
        one = self._settings
        self._validity, self._next = await self._session.run(lambda imap: enter(imap, one.folder, self._session.where))
        cursor = self._job.cursor or {}
        if cursor.get("folder") == one.folder and cursor.get("validity") == self._validity:
            self._last = int(cursor["uid"])
        elif cursor:
            _LOG.warning(
                "%s: the folder %s was made anew (UIDVALIDITY %s, now %s) and is read from its beginning",
                self._job.source,
                one.folder,
                cursor.get("validity"),
                self._validity,
            )

    async def deliveries(self) -> AsyncGenerator[Delivery, None]:
        """Yield the deliveries; the last one may be empty and only says how far the folder was looked through."""
        moved = self._last
        async for found in self._found():
            if self._settings.take == "messages":
                async for delivery in self._messages(found):
                    moved = found[-1].uid
                    yield delivery
            else:
                for one in found:
                    async for delivery in self._attachments(one):
                        moved = one.uid
                        yield delivery
        if self._last > moved:
            yield Delivery(b"", _NDJSON, cursor=self._cursor(self._last), rows=0)

    async def _found(self) -> AsyncGenerator[list[Found], None]:
        """Yield the new messages that are wanted, some at a time, in the order of their UIDs."""
        for window in self._windows():
            uids = await self._session.run(partial(_search, window=window))
            new = sorted(uid for uid in uids if uid > self._last)
            for start in range(0, len(new), _HEADERS):
                part = new[start : start + _HEADERS]
                there = await self._session.run(partial(_headers, uids=part))
                wanted = [one for one in sorted(there, key=lambda one: one.uid) if self._wants(one)]
                together = _TRIED if self._job.trial else _TOGETHER
                for first in range(0, len(wanted), together):
                    yield wanted[first : first + together]
                self._last = part[-1]

    def _windows(self) -> Iterator[str]:
        if self._next is None:
            yield f"{self._last + 1}:*"
            return
        for first in range(self._last + 1, self._next, _WINDOW):
            yield f"{first}:{min(first + _WINDOW, self._next) - 1}"

    def _wants(self, one: Found) -> bool:
        sender, subject = self._settings.sender, self._settings.subject
        return (sender is None or folded(sender) in folded(one.sender)) and (
            subject is None or folded(subject) in folded(one.subject)
        )

    async def _messages(self, found: Sequence[Found]) -> AsyncGenerator[Delivery, None]:
        rows: list[bytes] = []
        held: list[int] = []
        for one in found:
            mail = await self._mail(one)
            rows.append(json_lines([mail.record]) if isinstance(mail, Mail) else mail)
            held.append(one.uid)
            if sum(map(len, rows)) > _LARGE:
                yield self._delivery(b"\n".join(rows), _NDJSON, held, rows=len(rows))
                rows, held = [], []
        if rows:
            yield self._delivery(b"\n".join(rows), _NDJSON, held, rows=len(rows))

    async def _attachments(self, one: Found) -> AsyncGenerator[Delivery, None]:
        mail = await self._mail(one)
        if not isinstance(mail, Mail):
            yield self._delivery(mail, _NDJSON, [one.uid], rows=1)
            return
        files = [file for file in mail.files if self._takes(file)]
        for number, file in enumerate(files, 1):
            last = number == len(files)
            held = [one.uid] if last else []
            body, media = _body(file)
            yield self._delivery(body, media, held, name=f"{mail.digest}/{number}")
        if not files:
            yield self._delivery(b"", _NDJSON, [one.uid], rows=0)

    def _takes(self, file: File) -> bool:
        return any(fnmatch(file.name.casefold(), pattern.casefold()) for pattern in self._settings.attachments)

    async def _mail(self, one: Found) -> Mail | bytes:
        """Return a message, or the line that waits in quarantine for one that is too large or gone."""
        most = self._settings.max_megabytes << 20
        if one.size > most:
            said = f"Thư quá lớn / too large: {one.size} > {most} bytes; UID {one.uid}; {one.sender}; {one.subject}"
            return lines([said.encode()])
        came = await self._session.run(partial(_fetched, uid=one.uid))
        if came is None:
            return lines([f"Thư đã bị xóa / deleted meanwhile: UID {one.uid}; {one.sender}; {one.subject}".encode()])
        raw, received = came
        return mail_of(raw, received)

    def _cursor(self, uid: int) -> Cursor:
        return {"folder": self._settings.folder, "validity": self._validity, "uid": uid}

    def _delivery(
        self, body: bytes, media: str, uids: Sequence[int], *, rows: int | None = None, name: str | None = None
    ) -> Delivery:
        return Delivery(
            body,
            media,
            cursor=self._cursor(uids[-1]) if uids else None,
            name=name,
            rows=rows,
            settled=self._settled(uids) if uids and not self._job.trial else None,
        )

    def _settled(self, uids: Sequence[int]) -> Callable[[Receipt], Awaitable[None]] | None:
        """Return what marks or moves messages; it has a session of its own, for it may come after the reading ended."""
        one, validity = self._settings, self._validity
        if one.after == "nothing":
            return None

        async def settled(_: Receipt) -> None:
            async with opened(one, self._job) as session:
                await session.run(lambda imap: _put_away(imap, one, session.where, validity, uids))

        return settled


def _search(imap: Imap, window: str) -> list[int]:
    found = checked(imap.uid("SEARCH", "UID", window))
    return [int(uid) for line in found if line for uid in line.split()]


def _headers(imap: Imap, uids: Sequence[int]) -> list[Found]:
    wanted = "(UID RFC822.SIZE BODY.PEEK[HEADER.FIELDS (FROM SUBJECT)])"
    came = checked(imap.uid("FETCH", ",".join(map(str, uids)), wanted))
    return [
        Found(int(uid[1]), int(size[1]) if size else 0, *headers_of(body))
        for told, body in _literals(came)
        if (uid := _UID.search(told)) is not None
        for size in [_SIZE.search(told)]
    ]


def _fetched(imap: Imap, uid: int) -> tuple[bytes, dt.datetime | None] | None:
    """Return a message and when it was received, without marking it; None where it is gone."""
    came = checked(imap.uid("FETCH", str(uid), "(UID INTERNALDATE BODY.PEEK[])"))
    for told, body in _literals(came):
        received = _RECEIVED.search(told)
        return body, _moment(received[1].decode()) if received else None
    return None


def _literals(came: Sequence[Any]) -> Iterator[tuple[bytes, bytes]]:
    """Yield (what the server told, the literal) of each message in an answer to FETCH."""
    for position, part in enumerate(came):
        if isinstance(part, tuple):
            rest = came[position + 1] if position + 1 < len(came) else b""
            yield part[0] + (b" " + rest if isinstance(rest, bytes) else b""), part[1]


def _moment(text: str) -> dt.datetime | None:
    try:
        return parsedate_to_datetime(text.strip().replace("-", " ", 2))
    except ValueError:
        return None


def _put_away(imap: Imap, settings: Settings, where: str, validity: str, uids: Sequence[int]) -> None:
    """Mark messages as read, or move them; one that somebody removed meanwhile is no matter."""
    if enter(imap, settings.folder, where, write=True)[0] != validity:
        return
    these = ",".join(map(str, uids))
    if settings.move_to is None:
        checked(imap.uid("STORE", these, "+FLAGS.SILENT", r"(\Seen)"))
        return
    name = encoded(settings.move_to)
    if settings.move_to not in folders(imap):
        checked(imap.create(name))
    able = checked(imap.capability())[-1].upper().split()
    if b"MOVE" in able:
        checked(imap.uid("MOVE", these, name))
        return
    checked(imap.uid("COPY", these, name))
    checked(imap.uid("STORE", these, "+FLAGS.SILENT", r"(\Deleted)"))
    if b"UIDPLUS" in able:
        checked(imap.uid("EXPUNGE", these))


def _body(file: File) -> tuple[bytes, str]:
    """Return (bytes, type) of a file; one that should be JSON and is none becomes a line that waits in quarantine."""
    media = _media(file)
    if media == _MEDIA[".json"]:
        try:
            _JSON.decode(file.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return lines([f"{file.name}: ".encode() + file.body[:_KEPT]]), _NDJSON
    return file.body, media


def _media(file: File) -> str:
    """Return what to call a file: by its ending, else what the message says of it."""
    ending = "." + file.name.casefold().rpartition(".")[2]
    media = _MEDIA.get(ending, "application/octet-stream")
    return f"{media}; charset={file.charset}" if media in _TEXTS and file.charset not in (None, "us-ascii") else media
