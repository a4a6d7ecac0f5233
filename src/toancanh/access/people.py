"""Users, API keys and grants in the state store: functions of a connection, each one part of a transaction."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from toancanh.access.tokens import KEY_PREFIX, new_id, token_hash
from toancanh.domain import ROLES, Conflict, Grant, InvalidInput, NotFound, Text, normalise
from toancanh.store import tables

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")
_CODE = re.compile(r"[A-Za-z0-9._*-]{1,127}")


@dataclass(frozen=True, slots=True)
class StoredGrant:
    """A grant as it was given to a user or a key."""

    id: str
    principal: str
    grant: Grant
    created_by: str
    created: datetime


@dataclass(frozen=True, slots=True)
class User:
    """A person with an account. `otp` says whether one-time codes are asked for."""

    id: str
    username: str
    name: str
    unit: str | None
    active: bool
    demo: bool
    otp: bool
    created: datetime
    grants: tuple[StoredGrant, ...]


@dataclass(frozen=True, slots=True)
class Key:
    """An API key, of which only `hint`, its beginning, can still be shown."""

    id: str
    hint: str
    name: str
    created_by: str
    created: datetime
    expires: datetime | None
    revoked: datetime | None
    last_used: datetime | None
    grants: tuple[StoredGrant, ...]


def username_of(given: str) -> str:
    """Return a user's name as it is stored and compared: NFC, lower case, at most 64 characters."""
    plain = given[:1000].replace("\0", "").encode(errors="replace").decode()
    return normalise(plain).lower()[:64]


def add_user(
    connection: Connection, *, username: str, name: str, password: str, unit: str | None, demo: bool, now: datetime
) -> str:
    """Add a user with a hashed `password`; return the new id. Raises InvalidInput, Conflict when the name is taken."""
    if not _USERNAME.fullmatch(username):
        raise InvalidInput(
            Text(vi=f"Tên đăng nhập “{username}” không hợp lệ.", en=f"The user's name '{username}' is not valid."),
            Text(
                vi="Dùng 2 đến 64 ký tự a-z, 0-9, dấu chấm, gạch ngang, gạch dưới, @.",
                en="Use 2 to 64 characters of a-z, 0-9, dot, hyphen, underscore and @.",
            ),
        )
    taken = connection.execute(select(tables.users.c.id).where(tables.users.c.username == username)).first()
    if taken is not None:
        raise Conflict(
            Text(vi=f"Tên đăng nhập “{username}” đã có người dùng.", en=f"The user's name '{username}' is taken."),
            Text(vi="Hãy chọn tên khác.", en="Choose another name."),
        )
    user = new_id("usr")
    connection.execute(
        insert(tables.users).values(
            id=user, username=username, name=_name(name), password=password, unit=unit, active=True, demo=demo,
            created=now, changed=now,
        )
    )  # fmt: skip
    return user


def change_user(connection: Connection, user: str, changes: Mapping[str, Any], now: datetime) -> None:
    """Change columns of a user. Raises NotFound."""
    values = dict(changes) | {"changed": now}
    if "name" in values:
        values["name"] = _name(values["name"])
    found = connection.execute(update(tables.users).where(tables.users.c.id == user).values(values))
    if not found.rowcount:
        raise missing(user)


def end_sessions(connection: Connection, user: str) -> None:
    """Sign a user out everywhere."""
    connection.execute(delete(tables.sessions).where(tables.sessions.c.user == user))


def remove_user(connection: Connection, user: str) -> None:
    """Remove a user with sessions and grants; what the audit log tells stays. Raises NotFound."""
    connection.execute(delete(tables.grants).where(tables.grants.c.principal == user))
    if not connection.execute(delete(tables.users).where(tables.users.c.id == user)).rowcount:
        raise missing(user)


def password_of(connection: Connection, user: str) -> str | None:
    """Return the stored hash of a user's password, None when there is no such user."""
    return connection.execute(select(tables.users.c.password).where(tables.users.c.id == user)).scalar_one_or_none()


def add_key(connection: Connection, *, name: str, secret: str, by: str, expires: datetime | None, now: datetime) -> str:
    """Add an API key; return its id."""
    key = new_id("key")
    hint = secret[: len(KEY_PREFIX) + 6]
    connection.execute(
        insert(tables.api_keys).values(
            id=key, hash=token_hash(secret), hint=hint, name=_name(name), created_by=by, created=now, expires=expires
        )
    )
    return key


def revoke_key(connection: Connection, key: str, now: datetime) -> None:
    """End an API key for ever. Raises NotFound for one that is not there or has been revoked."""
    keys = tables.api_keys
    changed = connection.execute(update(keys).where(keys.c.id == key, keys.c.revoked.is_(None)).values(revoked=now))
    if not changed.rowcount:
        raise missing(key)


def add_grants(connection: Connection, principal: str, grants: Sequence[Grant], by: str, now: datetime) -> list[str]:
    """Give grants to a user or a key; return their ids. Raises InvalidInput, NotFound."""
    known = connection.execute(
        select(tables.users.c.id)
        .where(tables.users.c.id == principal)
        .union_all(select(tables.api_keys.c.id).where(tables.api_keys.c.id == principal))
    ).first()
    if known is None:
        raise missing(principal)
    rows = [
        {
            "id": new_id("grt"), "principal": principal, "role": grant.role, "units": list(grant.units),
            "areas": list(grant.areas), "datasets": list(grant.datasets), "purpose": grant.purpose,
            "created_by": by, "created": now,
        }
        for grant in map(_checked, grants)
    ]  # fmt: skip
    if rows:
        connection.execute(insert(tables.grants), rows)
    return [str(row["id"]) for row in rows]


def remove_grants(connection: Connection, *, grant: str | None = None, principal: str | None = None) -> None:
    """Take back one grant, or all of a user or key. Raises NotFound for a grant that is not there."""
    if grant is not None:
        if not connection.execute(delete(tables.grants).where(tables.grants.c.id == grant)).rowcount:
            raise missing(grant)
        return
    connection.execute(delete(tables.grants).where(tables.grants.c.principal == principal))


def read_users(connection: Connection, user: str | None = None) -> list[User]:
    """Return all users by name, or the one."""
    query = select(tables.users).order_by(tables.users.c.username)
    if user is not None:
        query = query.where(tables.users.c.id == user)
    given = read_grants(connection, user)
    return [
        User(
            row.id, row.username, row.name, row.unit, row.active, row.demo, row.otp_secret is not None, row.created,
            tuple(grant for grant in given if grant.principal == row.id),
        )
        for row in connection.execute(query)
    ]  # fmt: skip


def read_keys(connection: Connection, key: str | None = None) -> list[Key]:
    """Return all API keys, the newest first, or the one."""
    query = select(tables.api_keys).order_by(tables.api_keys.c.created.desc(), tables.api_keys.c.id)
    if key is not None:
        query = query.where(tables.api_keys.c.id == key)
    given = read_grants(connection, key)
    return [
        Key(
            row.id, row.hint, row.name, row.created_by, row.created, row.expires, row.revoked, row.last_used,
            tuple(grant for grant in given if grant.principal == row.id),
        )
        for row in connection.execute(query)
    ]  # fmt: skip


def read_grants(connection: Connection, principal: str | None = None) -> list[StoredGrant]:
    """Return all grants in the order in which they were given, or those of one user or key."""
    query = select(tables.grants).order_by(tables.grants.c.created, tables.grants.c.id)
    if principal is not None:
        query = query.where(tables.grants.c.principal == principal)
    return [
        StoredGrant(row["id"], row["principal"], grant_of(row), row["created_by"], row["created"])
        for row in connection.execute(query).mappings()
    ]


def grant_of(row: RowMapping) -> Grant:
    """Return a stored row as a grant."""
    return Grant(row["role"], tuple(row["units"]), tuple(row["areas"]), tuple(row["datasets"]), row["purpose"])


def administrators(connection: Connection, *, demo: bool) -> int:
    """Return how many active users have a grant over the whole platform; demo accounts count only in `demo` mode."""
    query = (
        select(tables.users.c.id, tables.users.c.demo, tables.grants)
        .join(tables.grants, tables.grants.c.principal == tables.users.c.id)
        .where(tables.users.c.active, tables.grants.c.role == "admin")
    )
    found: set[str] = set()
    for row in connection.execute(query).mappings():
        grant = grant_of(row)
        if (demo or not row[tables.users.c.demo]) and not (grant.units or grant.areas or grant.datasets):
            found.add(row[tables.users.c.id])
    return len(found)


def missing(what: str) -> NotFound:
    """Return the error for an id that is not there."""
    return NotFound(
        Text(vi=f"Không có “{what}”.", en=f"There is no '{what}'."),
        Text(vi="Tải lại danh sách.", en="Read the list again."),
    )


def _checked(grant: Grant) -> Grant:
    bad = [code for code in (*grant.units, *grant.areas, *grant.datasets) if not _CODE.fullmatch(code)]
    purpose = normalise(grant.purpose) if grant.purpose else None
    if grant.role not in ROLES or bad:
        raise InvalidInput(
            Text(
                vi=f"Quyền không hợp lệ: “{bad[0] if bad else grant.role}”.",
                en=f"The grant is not valid: '{bad[0] if bad else grant.role}'.",
            ),
            Text(
                vi=f"Vai trò: {', '.join(ROLES)}; đơn vị, địa bàn, tập dữ liệu: mã đã khai báo.",
                en=f"Roles: {', '.join(ROLES)}; units, areas and datasets: declared codes.",
            ),
        )
    return Grant(grant.role, tuple(grant.units), tuple(grant.areas), tuple(grant.datasets), purpose or None)


def _name(given: str) -> str:
    name = normalise(given.replace("\0", ""))
    if 0 < len(name) <= 200:
        return name
    raise InvalidInput(
        Text(vi="Tên phải có từ 1 đến 200 ký tự.", en="A name has 1 to 200 characters."),
        Text(vi="Sửa lại tên.", en="Correct the name."),
    )
