"""Signing in: attempts are counted before the password is looked at, and sessions slide."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, insert, or_, select, update

from toancanh.access.otp import matching_step
from toancanh.access.people import grant_of
from toancanh.access.tokens import KEY_PREFIX, token_hash
from toancanh.domain import Grant, NotAuthenticated, Overloaded, Text, Viewer
from toancanh.store import tables

FREE_ATTEMPTS = 5
"""Wrong passwords before waiting begins."""
LONGEST_WAIT = timedelta(minutes=15)
FORGET = timedelta(days=1)
_failures = tables.sign_in_failures
_users = tables.users
_sessions = tables.sessions
_keys = tables.api_keys


@dataclass(frozen=True, slots=True)
class Session:
    """A session that has just begun; `token` is shown this once."""

    token: str
    expires: datetime
    viewer: Viewer


@dataclass(frozen=True, slots=True)
class Known:
    """What a token stands for. `seen` is when the store last noted its use, `expires` is None for a key without end."""

    viewer: Viewer
    seen: datetime | None
    expires: datetime | None


def waiting_time(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts in a row: nothing at first, then 1, 2, 4… seconds to 15 minutes."""
    if attempts < FREE_ATTEMPTS:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(attempts - FREE_ATTEMPTS, 20)), LONGEST_WAIT)


def begin_attempt(connection: Connection, username: str, now: datetime) -> None:
    """Count an attempt, whether or not the user exists. Raises Overloaded while the name has to wait."""
    connection.execute(delete(_failures).where(_failures.c.last < now - FORGET))
    found = select(_failures).where(_failures.c.username == username).with_for_update()
    row = connection.execute(found).mappings().one_or_none()
    if row is None:
        connection.execute(insert(_failures).values(username=username, count=1, until=now, last=now))
        return
    if row["until"] > now:
        raise _wait(row["until"] - now)
    count = row["count"] + 1
    connection.execute(
        update(_failures)
        .where(_failures.c.username == username)
        .values(count=count, until=now + waiting_time(count), last=now)
    )


def find_user(connection: Connection, username: str) -> RowMapping | None:
    """Return the row of a user by name."""
    return connection.execute(select(_users).where(_users.c.username == username)).mappings().one_or_none()


def begin_session(
    connection: Connection, user: RowMapping, token: str, otp: str | None, now: datetime, expires: datetime
) -> Viewer:
    """Store a session and forget failed attempts; return its viewer. Raises NotAuthenticated for a one-time code."""
    current = connection.execute(select(_users).where(_users.c.id == user["id"]).with_for_update()).mappings().one()
    if not current["active"] or current["password"] != user["password"]:
        raise wrong()
    if current["otp_secret"] is not None:
        step = matching_step(current["otp_secret"], otp, now, current["otp_step"]) if otp else None
        if step is None:
            raise _code_needed(given=bool(otp))
        connection.execute(update(_users).where(_users.c.id == user["id"]).values(otp_step=step))
    connection.execute(delete(_failures).where(_failures.c.username == user["username"]))
    connection.execute(delete(_sessions).where(_sessions.c.expires < now))
    connection.execute(
        insert(_sessions).values(hash=token_hash(token), user=user["id"], created=now, seen=now, expires=expires)
    )
    return Viewer(user["id"], user["name"], "user", _grants(connection, user["id"]), current["unit"])


def end_session(connection: Connection, token: str) -> str | None:
    """Forget a session; return the id of its user, None when there is no such session."""
    found: Any = select(_sessions.c.user).where(_sessions.c.hash == token_hash(token))
    user: str | None = connection.execute(found).scalar_one_or_none()
    connection.execute(delete(_sessions).where(_sessions.c.hash == token_hash(token)))
    return user


def find_viewer(connection: Connection, token: str, now: datetime, *, demo: bool) -> Known | None:
    """Return what a token stands for now, None when nothing. Demo accounts count only in `demo` mode."""
    if token.startswith(KEY_PREFIX):
        found = select(_keys).where(
            _keys.c.hash == token_hash(token),
            _keys.c.revoked.is_(None),
            or_(_keys.c.expires.is_(None), _keys.c.expires > now),
        )
        key = connection.execute(found).one_or_none()
        if key is None:
            return None
        return Known(Viewer(key.id, key.name, "key", _grants(connection, key.id)), key.last_used, key.expires)
    query = (
        select(_sessions.c.seen, _sessions.c.expires, _users.c.id, _users.c.name, _users.c.unit, _users.c.demo)
        .join(_users, _users.c.id == _sessions.c.user)
        .where(_sessions.c.hash == token_hash(token), _sessions.c.expires > now, _users.c.active)
    )
    row = connection.execute(query).one_or_none()
    if row is None or (row.demo and not demo):
        return None
    return Known(Viewer(row.id, row.name, "user", _grants(connection, row.id), row.unit), row.seen, row.expires)


def note_use(connection: Connection, token: str, now: datetime, expires: datetime) -> None:
    """Note that a token was used; a session then lasts until `expires`."""
    if token.startswith(KEY_PREFIX):
        connection.execute(update(_keys).where(_keys.c.hash == token_hash(token)).values(last_used=now))
    else:
        touched = update(_sessions).where(_sessions.c.hash == token_hash(token), _sessions.c.expires > now)
        connection.execute(touched.values(seen=now, expires=expires))


def wrong() -> NotAuthenticated:
    """Return the one answer to a wrong name, a wrong password and an account that is switched off."""
    return NotAuthenticated(
        Text(vi="Tên đăng nhập hoặc mật khẩu không đúng.", en="The user's name or the password is wrong."),
        Text(vi="Kiểm tra lại rồi thử lại.", en="Check both, then try again."),
    )


def _grants(connection: Connection, principal: str) -> tuple[Grant, ...]:
    query = select(tables.grants).where(tables.grants.c.principal == principal)
    rows = connection.execute(query.order_by(tables.grants.c.created, tables.grants.c.id)).mappings()
    return tuple(grant_of(row) for row in rows)


def _code_needed(*, given: bool) -> NotAuthenticated:
    return NotAuthenticated(
        Text(
            vi="Mã xác thực một lần không đúng hoặc đã dùng." if given else "Cần mã xác thực một lần.",
            en="The one-time code is wrong or was used before." if given else "A one-time code is needed.",
        ),
        Text(vi="Nhập mã mới trong ứng dụng xác thực.", en="Type the newest code of your authenticator app."),
        otp_required=True,
    )


def _wait(left: timedelta) -> Overloaded:
    seconds = max(1, -(-left // timedelta(seconds=1)))
    return Overloaded(
        Text(vi="Đăng nhập sai quá nhiều lần với tên này.", en="Too many failed attempts to sign in with this name."),
        Text(vi=f"Hãy thử lại sau {seconds} giây.", en=f"Try again in {seconds} seconds."),
        retry_after=seconds,
    )
