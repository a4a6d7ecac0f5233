"""A connection to a mailbox, in a thread of its own, with a patience."""

import asyncio
import imaplib
import re
import ssl
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from toancanh.connectors.email.folders import encoded, listed
from toancanh.connectors.email.manifest import Mailbox
from toancanh.domain import InvalidInput, Text
from toancanh.sdk import Job, malformed, refused, unreachable

T = TypeVar("T")
Imap = imaplib.IMAP4
_GRACE = 5.0
_AT_ONCE = 60.0
"""Seconds for one message of the largest size, beyond the patience for an answer."""
_SHOWN = 30


class Session:
    """Runs work with the connection, one after the other. Whatever fails there comes as SourceFailed."""

    def __init__(self, mailbox: Mailbox, folder: Path) -> None:
        self.where = f"{mailbox.user} @ {mailbox.host}"
        self._mailbox = mailbox
        self._trust = _trust(mailbox, folder)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="imap")
        self._imap: Imap | None = None
        self._running: Future[Any] | None = None

    async def run(self, work: Callable[[Imap], T]) -> T:
        """Return what `work` makes of the connection. Raises SourceFailed."""
        self._running = self._thread.submit(self._work, work)
        limit = self._mailbox.timeout + _GRACE + _AT_ONCE
        try:
            async with asyncio.timeout(limit):
                found: T = await asyncio.wrap_future(self._running)
                return found
        except TimeoutError as error:
            raise unreachable(self.where, f"> {limit:g} s") from error

    def leave(self) -> None:
        """End the connection without waiting for the other side."""
        if self._running is not None and not self._running.done() and self._imap is not None:
            with suppress(OSError):
                self._imap.shutdown()
        self._thread.submit(self._close)
        self._thread.shutdown(wait=False)

    def _work(self, work: Callable[[Imap], T]) -> T:
        try:
            if self._imap is None:
                self._imap = self._connected()
                self._introduce(self._imap)
            return work(self._imap)
        except (Imap.abort, OSError, EOFError) as error:
            raise unreachable(self.where, f"{type(error).__name__}: {error}".rstrip(": ")) from error
        except Imap.error as error:
            raise malformed(self.where, _said(error)) from error

    def _connected(self) -> Imap:
        one = self._mailbox
        if one.security == "tls":
            return imaplib.IMAP4_SSL(one.host, one.port or 993, ssl_context=self._trust, timeout=one.timeout)
        imap = Imap(one.host, one.port or 143, timeout=one.timeout)
        if one.security == "starttls":
            try:
                imap.starttls(self._trust)
            except BaseException:
                imap.shutdown()
                raise
        return imap

    def _introduce(self, imap: Imap) -> None:
        one = self._mailbox
        try:
            if one.token is not None:
                said = f"user={one.user}\x01auth=Bearer {one.token.get_secret_value()}\x01\x01".encode()
                answers = iter((said,))
                imap.authenticate("XOAUTH2", lambda _: next(answers, b""))
            elif one.password is not None:
                _log_in(imap, one.user, one.password.get_secret_value())
        except Imap.abort:
            raise
        except Imap.error as error:
            raise refused(self.where, _said(error)) from error

    def _close(self) -> None:
        if self._imap is not None:
            with suppress(Imap.error, OSError, EOFError):
                self._imap.logout()
            with suppress(OSError):
                self._imap.shutdown()


@asynccontextmanager
async def opened(mailbox: Mailbox, job: Job) -> AsyncGenerator[Session]:
    """Open a session. Raises InvalidInput where the authority in the settings cannot be read."""
    session = Session(mailbox, job.folder)
    try:
        yield session
    finally:
        session.leave()


def folders(imap: Imap) -> list[str]:
    """Return the folders of a mailbox, as people name them."""
    return listed(checked(imap.list()))


def enter(imap: Imap, folder: str, where: str, *, write: bool = False) -> tuple[str, int | None]:
    """Open a folder; return its UIDVALIDITY and the next UID. Raises SourceFailed naming the folders there are."""
    answer, said = imap.select(encoded(folder), readonly=not write)
    if answer != "OK":
        there = ", ".join(folders(imap)[:_SHOWN])
        raise malformed(where, f"{folder}: {_words(said)} → {there}")
    return _number(imap, "UIDVALIDITY") or "", int(_number(imap, "UIDNEXT") or 0) or None


def checked(answer: tuple[str, list[Any]]) -> list[Any]:
    """Return what the server says where it says OK. Raises IMAP4.error."""
    if answer[0] != "OK":
        raise Imap.error(_words(answer[1]))
    return answer[1]


def _log_in(imap: Imap, user: str, password: str) -> None:
    """Log in by LOGIN, or by AUTHENTICATE PLAIN (RFC 4616) where names are not ASCII or LOGIN is switched off."""
    if (user + password).isascii() and "LOGINDISABLED" not in imap.capabilities:
        imap.login(user, password)
    else:
        imap.authenticate("PLAIN", lambda _: f"\0{user}\0{password}".encode())


def _number(imap: Imap, name: str) -> str | None:
    found = imap.response(name)[1]
    digits = re.sub(rb"\D", b"", found[0]) if found and found[0] else b""
    return digits.decode() or None


def _said(error: BaseException) -> str:
    said = error.args[0] if error.args else type(error).__name__
    return said.decode(errors="replace") if isinstance(said, bytes) else str(said)


def _words(said: list[Any]) -> str:
    return " ".join(part.decode(errors="replace") for part in said if isinstance(part, bytes))


def _trust(mailbox: Mailbox, folder: Path) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=str(folder / mailbox.authority) if mailbox.authority else None)
    except (OSError, ssl.SSLError) as error:
        raise InvalidInput(
            Text(
                vi=f"Không dùng được thiết lập “authority”: {error}.",
                en=f"The setting 'authority' cannot be used: {error}.",
            ),
            Text(
                vi="Ghi đường dẫn tệp PEM tính từ thư mục thành phố.",
                en="Give the path of a PEM file from the city's folder.",
            ),
            kind="settings",
            setting="authority",
        ) from error
