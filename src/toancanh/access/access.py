"""Who asks, and what was done: the door that every request comes through."""

import ipaddress
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from toancanh.access import audit, people, sign_in
from toancanh.access.accounts import Accounts, utc_now
from toancanh.access.audit import AuditReport, AuditRow
from toancanh.access.passwords import Passwords
from toancanh.access.people import username_of
from toancanh.access.sight import Columns, require
from toancanh.access.sign_in import Known, Session
from toancanh.access.tokens import new_token, token_hash
from toancanh.domain import PUBLIC, SYSTEM, Grant, NotAuthenticated, Overloaded, Text, Unavailable, Viewer
from toancanh.settings import Settings
from toancanh.store import State

REMEMBER = timedelta(seconds=30)
"""How long a viewer is remembered; a change in another process is seen at the latest then."""
_REMEMBERED = 10_000
_NOTE = timedelta(minutes=1)
_DEMO_PASSWORD = "demo"  # noqa: S105 public by design: works on loopback only


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account of the demo city."""

    name: str
    grant: Grant


DEMO_ACCOUNTS: Mapping[str, DemoAccount] = MappingProxyType(
    {
        "demo-admin": DemoAccount("Quản trị hệ thống (mô phỏng)", Grant("admin")),
        "demo-operator": DemoAccount("Trực ban điều hành (mô phỏng)", Grant("operator")),
        "demo-leader": DemoAccount("Lãnh đạo thành phố (mô phỏng)", Grant("leader")),
        "demo-officer": DemoAccount(
            "Cán bộ một cửa (mô phỏng)", Grant("officer", purpose="Giải quyết hồ sơ (số liệu mô phỏng)")
        ),
    }
)


class Access(Accounts):
    """Identity, sessions and the audit log, over the state store."""

    def __init__(
        self,
        state: State,
        settings: Settings,
        *,
        passwords: Passwords | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(state, passwords or Passwords(), demo=on_loopback(settings) and settings.demo, now=now)
        self._lifetime = timedelta(hours=settings.session_hours)
        self._note = min(_NOTE, self._lifetime / 10)
        self._known: OrderedDict[str, tuple[Known, datetime]] = OrderedDict()
        self._generation = 0

    async def start(self) -> None:
        """In demo mode make the demo accounts that are missing."""
        if not self.demo:
            return
        there = {user.username for user in await self._state.read(people.read_users)}
        missing = [username for username in DEMO_ACCOUNTS if username not in there]
        hashed = await self._passwords.hash(_DEMO_PASSWORD) if missing else ""
        for username in missing:
            account = DEMO_ACCOUNTS[username]
            await self._add_user(SYSTEM, username, account.name, hashed, [account.grant], None, demo=True)

    async def close(self) -> None:
        """End the threads."""
        await self._passwords.close()

    async def sign_in(self, username: str, password: str, otp: str | None = None) -> Session:
        """Begin a session. Raises NotAuthenticated (`otp_required` in its details where a one-time code is needed).

        After several failed attempts a name has to wait longer each time, known or not: Overloaded.
        """
        name, now = username_of(username), self._now()
        await self._state.write(partial(sign_in.begin_attempt, username=name, now=now))
        user = await self._state.read(partial(sign_in.find_user, username=name))
        right = await self._passwords.verify(user["password"] if user else None, password)
        if user is None or not right or not user["active"] or (user["demo"] and not self.demo):
            await self._failed(user["id"] if user else None)
            raise sign_in.wrong()
        token, expires = new_token(), now + self._lifetime

        def begin(connection: Any) -> Viewer:
            viewer = sign_in.begin_session(connection, user, token, otp, now, expires)
            audit.record(connection, viewer, "session.begin", viewer.id)
            return viewer

        try:
            viewer = await self._state.write(begin)
        except NotAuthenticated:
            await self._failed(user["id"])
            raise
        if self._passwords.outdated(user["password"]):
            better = {"password": await self._passwords.hash(password)}
            await self._state.write(lambda connection: people.change_user(connection, user["id"], better, now))
        return Session(token, expires, viewer)

    async def sign_out(self, token: str) -> None:
        """End a session; nothing happens where there is none."""

        def end(connection: Any) -> None:
            user = sign_in.end_session(connection, token)
            if user is not None:
                audit.record(connection, Viewer(user, "", "user"), "session.end", user)

        await self._state.write(end)
        self.forget()

    async def viewer(self, token: str | None) -> Viewer:
        """Return who a token or API key stands for, the public without one. Raises NotAuthenticated when it is not valid."""
        if token is None:
            return PUBLIC
        return (await self._find(token)).viewer

    async def person(self, user: str) -> Viewer | None:
        """Return who a user's id stands for, with the grants held now; None for one who may not sign in."""
        found = await self._state.read(partial(people.read_users, user=user))
        return next((_viewer(one) for one in found if one.active and (self.demo or not one.demo)), None)

    async def colleagues(self, viewer: Viewer) -> list[Viewer]:
        """Return the others who may sign in and belong to the viewer's unit, by name; everybody for one without a unit."""
        found = [
            _viewer(one)
            for one in await self._state.read(people.read_users)
            if one.active and one.id != viewer.id and (self.demo or not one.demo) and viewer.unit in (None, one.unit)
        ]
        return sorted(found, key=lambda one: one.name)

    async def expires(self, token: str) -> datetime | None:
        """Return when a session ends if it is not used, None for an API key without end. Raises NotAuthenticated."""
        return (await self._find(token)).expires

    def forget(self) -> None:
        """See `Accounts.forget`."""
        self._generation += 1
        self._known.clear()

    async def audit(self, viewer: Viewer, action: str, object: str, details: Mapping[str, Any] | None = None) -> None:
        """Write into the audit log; on disk when this returns."""
        await self._state.write(lambda connection: audit.record(connection, viewer, action, object, details))

    async def opened(
        self, viewer: Viewer, dataset_id: str, columns: Columns, details: Mapping[str, Any] | None = None
    ) -> None:
        """Write into the audit log that personal columns are about to be shown, if any are; call it before they are."""
        if columns.opened:
            told = {**(details or {}), "columns": list(columns.opened), "purposes": list(columns.purposes)}
            await self.audit(viewer, "personal.open", dataset_id, told)

    async def audit_log(
        self,
        by: Viewer,
        *,
        before: int | None = None,
        actor: str | None = None,
        action: str | None = None,
        limit: int = 100,
    ) -> Sequence[AuditRow]:
        """Return at most `limit` rows, the newest first, from below the number `before` on."""
        require(by, "inspect")
        wanted = partial(audit.read_audit, before=before, actor=actor, action=action, limit=limit)
        return await self._state.read(wanted)

    async def verify(self, known: tuple[int, str] | None = None) -> AuditReport:
        """Return whether the audit log is as it was written; `known` is a number and hash kept from earlier."""
        return await audit.verify(self._state, known)

    async def _find(self, token: str) -> Known:
        now, hashed = self._now(), token_hash(token)
        remembered = self._known.get(hashed)
        if remembered is not None and now < remembered[1]:
            return remembered[0]
        generation = self._generation
        known = await self._state.read(partial(sign_in.find_viewer, token=token, now=now, demo=self.demo))
        if known is None:
            self._known.pop(hashed, None)
            raise NotAuthenticated(
                Text(vi="Phiên hoặc khóa không còn hiệu lực.", en="The session or key is not valid any more."),
                Text(vi="Hãy đăng nhập lại.", en="Sign in again."),
            )
        known = await self._noted(token, known, now)
        if generation == self._generation:
            until = now + REMEMBER if known.expires is None else min(now + REMEMBER, known.expires)
            self._known[hashed] = (known, until)
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return known

    async def _noted(self, token: str, known: Known, now: datetime) -> Known:
        """Slide a session's end, and note a key's use, but not with every request."""
        if known.seen is not None and now - known.seen < self._note:
            return known
        session = known.viewer.kind == "user"
        expires = now + self._lifetime if session else known.expires
        try:
            await self._state.write(partial(sign_in.note_use, token=token, now=now, expires=now + self._lifetime))
        except (Overloaded, Unavailable):
            return known
        return Known(known.viewer, now, expires)

    async def _failed(self, user: str | None) -> None:
        actor = Viewer(user or "unknown", "", "user" if user else "public")
        await self.audit(actor, "session.refused", user or "unknown")


def _viewer(user: people.User) -> Viewer:
    return Viewer(user.id, user.name, "user", tuple(stored.grant for stored in user.grants), user.unit)


def on_loopback(settings: Settings) -> bool:
    """Return whether only this machine can reach the platform, as far as the settings tell."""
    published = urlsplit(settings.public_url).hostname if settings.public_url else None
    return _is_loopback(settings.host) and (settings.public_url is None or _is_loopback(published or ""))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
