"""Administering people: users, API keys, grants. Every change needs an administrator and goes to the audit log."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection

from toancanh.access import people
from toancanh.access.audit import record
from toancanh.access.otp import address, matching_step, new_secret
from toancanh.access.passwords import Passwords, check_password
from toancanh.access.people import Key, StoredGrant, User, username_of
from toancanh.access.sight import require
from toancanh.access.sign_in import wrong
from toancanh.access.tokens import new_key
from toancanh.domain import SYSTEM, Conflict, Grant, InvalidInput, NotAllowed, Text, Viewer
from toancanh.store import State

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class NewKey:
    """An API key that was just made; `secret` is shown this once."""

    key: Key
    secret: str


@dataclass(frozen=True, slots=True)
class OtpSecret:
    """What an authenticator app reads: the secret, and the same as an otpauth:// address for a QR code."""

    secret: str
    address: str


def utc_now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


class Accounts:
    """Users, keys and grants. `by` is who does it; raises NotAllowed, and NotAuthenticated for the public."""

    def __init__(self, state: State, passwords: Passwords, *, demo: bool, now: Callable[[], datetime]) -> None:
        self.demo = demo
        self._state = state
        self._passwords = passwords
        self._now = now

    def forget(self) -> None:
        """Drop what is remembered of viewers, since a grant or an account changed."""

    async def users(self, by: Viewer) -> list[User]:
        """Return all users by name."""
        require(by, "administer")
        return await self._state.read(people.read_users)

    async def create_user(
        self,
        by: Viewer,
        username: str,
        name: str,
        password: str,
        grants: Sequence[Grant] = (),
        unit: str | None = None,
    ) -> User:
        """Add a user. Raises InvalidInput for a name, a password or a grant that will not do, Conflict for a taken name."""
        require(by, "administer")
        check_password(password, username_of(username))
        hashed = await self._passwords.hash(password)
        return await self._add_user(by, username_of(username), name, hashed, grants, unit, demo=False)

    async def bootstrap(self, username: str, name: str, password: str) -> User:
        """Add the first administrator of a city; raise Conflict when there is one already."""
        if await self.administrators():
            raise Conflict(
                Text(vi="Hệ thống đã có quản trị viên.", en="There is an administrator already."),
                Text(
                    vi="Quản trị viên hiện có thêm tài khoản mới (toancanh user).",
                    en="Let that administrator add accounts (toancanh user).",
                ),
            )
        return await self.create_user(SYSTEM, username, name, password, [Grant("admin")])

    async def administrators(self) -> int:
        """Return how many active people may administer the whole platform."""
        return await self._state.read(lambda connection: people.administrators(connection, demo=self.demo))

    async def change_user(
        self, by: Viewer, user: str, *, name: str | None = None, unit: str | None = None, active: bool | None = None
    ) -> User:
        """Change what is given. Switching an account off ends its sessions. Raises Conflict for the last administrator."""
        require(by, "administer")
        given = (("name", name), ("unit", unit), ("active", active))
        changes = {key: value for key, value in given if value is not None}

        def work(connection: Connection) -> User:
            with self._administered(connection):
                people.change_user(connection, user, changes, self._now())
            if active is False:
                people.end_sessions(connection, user)
            record(connection, by, "user.change", user, changes)
            return _one(people.read_users(connection, user), user)

        return await self._change(work)

    async def set_password(self, by: Viewer, user: str, password: str, old: str | None = None) -> None:
        """Give a user a new password and end all sessions. People do it for themselves with their `old` one."""
        found = _one(await self._state.read(lambda connection: people.read_users(connection, user)), user)
        if by.id != user:
            require(by, "administer")
        elif not await self._passwords.verify(await self._password(user), old or ""):
            raise wrong()
        check_password(password, found.username)
        hashed = await self._passwords.hash(password)

        def work(connection: Connection) -> None:
            people.change_user(connection, user, {"password": hashed}, self._now())
            people.end_sessions(connection, user)
            record(connection, by, "user.password", user)

        await self._change(work)

    async def delete_user(self, by: Viewer, user: str) -> None:
        """Remove a user for ever; the audit log keeps the id. Raises NotFound, Conflict for the last administrator."""
        require(by, "administer")

        def work(connection: Connection) -> None:
            with self._administered(connection):
                people.remove_user(connection, user)
            record(connection, by, "user.delete", user)

        await self._change(work)

    async def keys(self, by: Viewer) -> list[Key]:
        """Return all API keys, the newest first."""
        require(by, "administer")
        return await self._state.read(people.read_keys)

    async def create_key(
        self, by: Viewer, name: str, grants: Sequence[Grant], expires: datetime | None = None
    ) -> NewKey:
        """Make an API key; its secret is shown this once. Raises InvalidInput."""
        require(by, "administer")
        secret, now = new_key(), self._now()
        if expires is not None and expires <= now:
            raise InvalidInput(
                Text(vi="Hạn của khóa đã qua.", en="The key would have expired already."),
                Text(vi="Chọn một thời điểm trong tương lai.", en="Choose a moment in the future."),
            )

        def work(connection: Connection) -> Key:
            key = people.add_key(connection, name=name, secret=secret, by=by.id, expires=expires, now=now)
            people.add_grants(connection, key, grants, by.id, now)
            record(connection, by, "key.create", key, {"name": name, "grants": [_told(grant) for grant in grants]})
            return _one(people.read_keys(connection, key), key)

        return NewKey(await self._change(work), secret)

    async def revoke_key(self, by: Viewer, key: str) -> None:
        """End an API key. Raises NotFound."""
        require(by, "administer")

        def work(connection: Connection) -> None:
            people.revoke_key(connection, key, self._now())
            record(connection, by, "key.revoke", key)

        await self._change(work)

    async def grants(self, by: Viewer, principal: str | None = None) -> list[StoredGrant]:
        """Return all grants, or those of one user or key."""
        require(by, "administer")
        return await self._state.read(lambda connection: people.read_grants(connection, principal))

    async def give(self, by: Viewer, principal: str, grant: Grant) -> StoredGrant:
        """Give a grant to a user or a key. Raises InvalidInput, NotFound."""
        require(by, "administer")

        def work(connection: Connection) -> StoredGrant:
            (given,) = people.add_grants(connection, principal, [grant], by.id, self._now())
            record(connection, by, "grant.give", principal, {"grant": given, **_told(grant)})
            return next(one for one in people.read_grants(connection, principal) if one.id == given)

        return await self._change(work)

    async def set_grants(self, by: Viewer, principal: str, grants: Sequence[Grant]) -> list[StoredGrant]:
        """Replace all grants of a user or a key. Raises InvalidInput, NotFound, Conflict for the last administrator."""
        require(by, "administer")

        def work(connection: Connection) -> list[StoredGrant]:
            with self._administered(connection):
                people.remove_grants(connection, principal=principal)
                people.add_grants(connection, principal, grants, by.id, self._now())
            record(connection, by, "grant.set", principal, {"grants": [_told(grant) for grant in grants]})
            return people.read_grants(connection, principal)

        return await self._change(work)

    async def take_back(self, by: Viewer, grant: str) -> None:
        """Take a grant back. Raises NotFound, Conflict for that of the last administrator."""
        require(by, "administer")

        def work(connection: Connection) -> None:
            with self._administered(connection):
                people.remove_grants(connection, grant=grant)
            record(connection, by, "grant.take_back", grant)

        await self._change(work)

    def new_otp(self, viewer: Viewer) -> OtpSecret:
        """Return a secret for the viewer's authenticator app; nothing is stored before `enable_otp`."""
        secret = new_secret()
        return OtpSecret(secret, address(secret, viewer.name, "Toàn Cảnh"))

    async def enable_otp(self, viewer: Viewer, secret: str, code: str) -> None:
        """Ask this user for one-time codes from now on. Raises InvalidInput when `code` does not belong to `secret`."""
        step = _step(secret, code, self._now())
        if step is None:
            raise InvalidInput(
                Text(vi="Mã xác thực không khớp.", en="The one-time code does not match."),
                Text(vi="Quét lại mã QR rồi nhập mã mới nhất.", en="Scan the QR code again and type the newest code."),
            )
        await self._set_otp(viewer, viewer.id, {"otp_secret": secret, "otp_step": step}, "user.otp_on")

    async def disable_otp(self, by: Viewer, user: str) -> None:
        """Ask a user for one-time codes no more; an administrator does it, as when a phone is lost."""
        require(by, "administer")
        await self._set_otp(by, user, {"otp_secret": None, "otp_step": None}, "user.otp_off")

    async def _set_otp(self, by: Viewer, user: str, changes: dict[str, Any], action: str) -> None:
        if by.kind == "key":
            raise NotAllowed(
                Text(vi="Khóa API không có mã xác thực một lần.", en="An API key has no one-time codes."),
                Text(vi="Hãy đăng nhập bằng tài khoản người dùng.", en="Sign in as a user."),
            )

        def work(connection: Connection) -> None:
            people.change_user(connection, user, changes, self._now())
            record(connection, by, action, user)

        await self._change(work)

    async def _add_user(
        self,
        by: Viewer,
        username: str,
        name: str,
        hashed: str,
        grants: Sequence[Grant],
        unit: str | None,
        *,
        demo: bool,
    ) -> User:
        def work(connection: Connection) -> User:
            now = self._now()
            user = people.add_user(
                connection, username=username, name=name, password=hashed, unit=unit, demo=demo, now=now
            )
            people.add_grants(connection, user, grants, by.id, now)
            record(connection, by, "user.create", user, {"grants": [_told(grant) for grant in grants]})
            return _one(people.read_users(connection, user), user)

        return await self._change(work)

    async def _change(self, work: Callable[[Connection], T]) -> T:
        try:
            return await self._state.write(work)
        finally:
            self.forget()

    async def _password(self, user: str) -> str | None:
        return await self._state.read(lambda connection: people.password_of(connection, user))

    @contextmanager
    def _administered(self, connection: Connection) -> Iterator[None]:
        """Raise Conflict where what happens inside leaves a platform that had an administrator without one."""
        before = people.administrators(connection, demo=self.demo)
        yield
        if before and not people.administrators(connection, demo=self.demo):
            raise Conflict(
                Text(vi="Đây là quản trị viên cuối cùng.", en="This is the last administrator."),
                Text(vi="Cấp quyền quản trị cho người khác trước.", en="Make somebody else an administrator first."),
            )


def _one(found: Sequence[T], wanted: str) -> T:
    if not found:
        raise people.missing(wanted)
    return found[0]


def _told(grant: Grant) -> dict[str, Any]:
    return {
        "role": grant.role,
        "units": list(grant.units),
        "areas": list(grant.areas),
        "datasets": list(grant.datasets),
        "purpose": grant.purpose,
    }


def _step(secret: str, code: str, now: datetime) -> int | None:
    try:
        return matching_step(secret, code, now, None)
    except ValueError:
        return None
