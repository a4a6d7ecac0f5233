"""People, API keys, grants, and the audit log."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, cast

from pydantic import Field

from toancanh.access import AuditRow, Key, StoredGrant, User
from toancanh.api.reply import Reply, json_reply, no_content
from toancanh.api.request import Call, Parameters
from toancanh.api.rest.common import Next, Paged, Shape, bad_cursor, page_of, read_cursor, write_cursor
from toancanh.api.routing import API, AnyRoute, Route
from toancanh.domain import Conflict, Grant, NotFound, Text

Role = Literal["viewer", "officer", "operator", "leader", "steward", "admin", "sender", "display"]


class GrantShape(Shape):
    """A role, over units, areas and datasets. Nothing named means: all."""

    role: Role = Field(description="Role.", examples=["officer"])
    units: list[str] = Field([], max_length=1000, description="Codes of units, with those below them.")
    areas: list[str] = Field([], max_length=1000, description="Codes of areas, with those below them.")
    datasets: list[str] = Field([], max_length=1000, description="Datasets, as `pack.name` or `pack.*`.")
    purpose: str | None = Field(
        None, max_length=1000, description="Opens personal columns; written to the audit log each time."
    )

    def grant(self) -> Grant:
        """Return it as the domain has it."""
        return Grant(self.role, tuple(self.units), tuple(self.areas), tuple(self.datasets), self.purpose)


class GivenGrant(GrantShape):
    """A grant that was given."""

    id: str = Field(description="Identifier.")
    principal: str = Field(description="The user or key that has it.")
    created_by: str = Field(description="Who gave it.")
    created: datetime = Field(description="When.")


class NewGrant(GrantShape):
    """A grant to give."""

    principal: str = Field(min_length=1, max_length=64, description="Identifier of the user or key.")


class GrantList(Shape):
    """Grants."""

    items: list[GivenGrant]
    next: Next


class NewUser(Shape):
    """A person to add."""

    username: str = Field(min_length=2, max_length=64, description="Name of the account.", examples=["lan.nguyen"])
    name: str = Field(min_length=1, max_length=200, description="Name for people.", examples=["Nguyễn Thị Lan"])
    password: str = Field(
        min_length=1, max_length=1000, description="First password.", examples=["thuyền ra cửa Nam Triệu"]
    )
    unit: str | None = Field(None, max_length=35, description="Unit that the person belongs to.")
    grants: list[GrantShape] = Field([], max_length=100, description="What the person may do.")


class UserChange(Shape):
    """What to change; what is left out stays."""

    name: str | None = Field(None, min_length=1, max_length=200, description="Name for people.")
    unit: str | None = Field(None, max_length=35, description="Unit that the person belongs to.")
    active: bool | None = Field(None, description="Whether the account may be used.")
    grants: list[GrantShape] | None = Field(None, max_length=100, description="All grants, in place of those before.")
    password: str | None = Field(None, min_length=1, max_length=1000, description="New password; sessions end.")
    otp: Literal[False] | None = Field(None, description="false: ask for one-time codes no more.")


class UserShape(Shape):
    """A person with an account."""

    id: str = Field(description="Identifier.")
    username: str = Field(description="Name of the account.")
    name: str = Field(description="Name for people.")
    unit: str | None = Field(description="Unit that the person belongs to.")
    active: bool = Field(description="Whether the account may be used.")
    demo: bool = Field(description="Works only in the demo, on this machine.")
    otp: bool = Field(description="Whether one-time codes are asked for.")
    created: datetime = Field(description="When it was made.")
    grants: list[GivenGrant]


class UserList(Shape):
    """People."""

    items: list[UserShape]
    next: Next


class NewKey(Shape):
    """An API key to make."""

    name: str = Field(min_length=1, max_length=200, description="What it is for.", examples=["air stations"])
    grants: list[GrantShape] = Field(min_length=1, max_length=100, description="What it may do.")
    days: int | None = Field(None, ge=1, le=3650, description="Days until it expires; never by default.")


class KeyShape(Shape):
    """An API key, without its secret."""

    id: str = Field(description="Identifier.")
    hint: str = Field(description="How the key begins.")
    name: str = Field(description="What it is for.")
    created_by: str = Field(description="Who made it.")
    created: datetime = Field(description="When.")
    expires: datetime | None = Field(description="When it ends.")
    revoked: datetime | None = Field(description="When it was revoked.")
    last_used: datetime | None = Field(description="When it was last used.")
    grants: list[GivenGrant]


class MadeKey(KeyShape):
    """A key that has just been made."""

    key: str = Field(description="The key itself; it is shown only this once.")


class KeyList(Shape):
    """API keys."""

    items: list[KeyShape]
    next: Next


class AuditParameters(Paged):
    """Which entries."""

    actor: str | None = Field(None, max_length=64, description="Only what this user or key did.")
    action: str | None = Field(None, max_length=64, description="Only this kind of thing.", examples=["user.create"])


class AuditShape(Shape):
    """One thing that was done."""

    seq: int = Field(description="Number, without a gap.")
    at: datetime = Field(description="When.")
    actor: str = Field(description="Who.")
    kind: str = Field(description="user, key, public or system.")
    action: str = Field(description="What.")
    object: str = Field(description="To what.")
    details: dict[str, Any] = Field(description="Further values.")
    hash: str = Field(description="Hash over this entry and the one before.")


class AuditList(Shape):
    """Entries of the audit log, the newest first."""

    items: list[AuditShape]
    next: Next


def _grant(stored: StoredGrant) -> GivenGrant:
    grant = stored.grant
    return GivenGrant.model_construct(
        id=stored.id,
        principal=stored.principal,
        created_by=stored.created_by,
        created=stored.created,
        role=cast(Role, grant.role),
        units=list(grant.units),
        areas=list(grant.areas),
        datasets=list(grant.datasets),
        purpose=grant.purpose,
    )


def _user(user: User) -> UserShape:
    return UserShape(
        id=user.id,
        username=user.username,
        name=user.name,
        unit=user.unit,
        active=user.active,
        demo=user.demo,
        otp=user.otp,
        created=user.created,
        grants=[_grant(grant) for grant in user.grants],
    )


def _key(key: Key) -> dict[str, Any]:
    return {
        "id": key.id,
        "hint": key.hint,
        "name": key.name,
        "created_by": key.created_by,
        "created": key.created,
        "expires": key.expires,
        "revoked": key.revoked,
        "last_used": key.last_used,
        "grants": [_grant(grant) for grant in key.grants],
    }


async def list_users(call: Call[Paged, None]) -> Reply:
    """List people."""
    items, following = page_of(await call.services.access.users(call.viewer), call.params)
    return json_reply(UserList(items=[_user(user) for user in items], next=following))


async def get_user(call: Call[Parameters, None]) -> Reply:
    """Give one person."""
    return json_reply(_user(await _find(call)))


async def add_user(call: Call[Parameters, NewUser]) -> Reply:
    """Add a person."""
    new = call.body
    grants = [grant.grant() for grant in new.grants]
    user = await call.services.access.create_user(call.viewer, new.username, new.name, new.password, grants, new.unit)
    return json_reply(_user(user), 201)


async def change_user(call: Call[Parameters, UserChange]) -> Reply:
    """Change a person's account."""
    access, viewer, change = call.services.access, call.viewer, call.body
    user = await _find(call)
    if change.name is not None or change.unit is not None or change.active is not None:
        await access.change_user(viewer, user.id, name=change.name, unit=change.unit, active=change.active)
    if change.grants is not None:
        await access.set_grants(viewer, user.id, [grant.grant() for grant in change.grants])
    if change.otp is False:
        await access.disable_otp(viewer, user.id)
    if change.password is not None:
        await access.set_password(viewer, user.id, change.password)
    return json_reply(_user(await _find(call)))


async def remove_user(call: Call[Parameters, None]) -> Reply:
    """Remove a person."""
    await call.services.access.delete_user(call.viewer, (await _find(call)).id)
    return no_content()


async def _find(call: Call[Parameters, Any]) -> User:
    wanted = call.path["id"]
    for user in await call.services.access.users(call.viewer):
        if wanted in (user.id, user.username):
            return user
    raise NotFound(
        Text(vi=f"Không có người dùng “{wanted[:64]}”.", en=f"There is no user '{wanted[:64]}'."),
        Text(vi="Danh mục: GET /api/v1/users.", en="They are listed at GET /api/v1/users."),
    )


async def list_keys(call: Call[Paged, None]) -> Reply:
    """List API keys."""
    items, following = page_of(await call.services.access.keys(call.viewer), call.params)
    return json_reply(KeyList(items=[KeyShape(**_key(key)) for key in items], next=following))


async def add_key(call: Call[Parameters, NewKey]) -> Reply:
    """Make an API key."""
    new = call.body
    expires = None if new.days is None else datetime.now(UTC) + timedelta(days=new.days)
    grants = [grant.grant() for grant in new.grants]
    made = await call.services.access.create_key(call.viewer, new.name, grants, expires)
    return json_reply(MadeKey(**_key(made.key), key=made.secret), 201)


async def revoke_key(call: Call[Parameters, None]) -> Reply:
    """Make a key worthless."""
    await call.services.access.revoke_key(call.viewer, call.path["id"])
    return no_content()


async def list_grants(call: Call[Paged, None]) -> Reply:
    """List grants."""
    items, following = page_of(await call.services.access.grants(call.viewer), call.params)
    return json_reply(GrantList(items=[_grant(grant) for grant in items], next=following))


async def add_grant(call: Call[Parameters, NewGrant]) -> Reply:
    """Give a grant."""
    return json_reply(_grant(await call.services.access.give(call.viewer, call.body.principal, call.body.grant())), 201)


async def remove_grant(call: Call[Parameters, None]) -> Reply:
    """Take a grant back."""
    await call.services.access.take_back(call.viewer, call.path["id"])
    return no_content()


async def list_audit(call: Call[AuditParameters, None]) -> Reply:
    """Read the audit log."""
    asked = call.params
    before = read_cursor(asked.cursor) if asked.cursor else None
    if before is not None and type(before) is not int:
        raise bad_cursor()
    found: Sequence[AuditRow] = await call.services.access.audit_log(
        call.viewer, before=before, actor=asked.actor, action=asked.action, limit=asked.limit
    )
    items = [
        AuditShape(
            seq=row.seq, at=row.at, actor=row.actor, kind=row.kind, action=row.action, object=row.object,
            details=dict(row.details), hash=row.hash,
        )
        for row in found
    ]  # fmt: skip
    full = len(found) == asked.limit and found[-1].seq > 1
    return json_reply(AuditList(items=items, next=write_cursor(found[-1].seq) if full else None))


_USER = {"id": "Identifier or name of the account."}
_DO: dict[str, Any] = {"action": "administer"}
ROUTES: tuple[AnyRoute, ...] = (
    Route(
        "GET", f"{API}/users", list_users, Text(vi="Danh sách người dùng", en="People"), "people",
        params=Paged, gives=UserList, **_DO,
    ),
    Route(
        "POST", f"{API}/users", add_user, Text(vi="Thêm người dùng", en="Add a person"), "people",
        body=NewUser, gives=UserShape, status=201, errors=(Conflict,), **_DO,
        example={
            "username": "lan.nguyen", "name": "Nguyễn Thị Lan", "password": "thuyền ra cửa Nam Triệu",
            "grants": [{"role": "officer", "datasets": ["environment.air_quality"]}],
        },
    ),
    Route(
        "GET", f"{API}/users/{{id}}", get_user, Text(vi="Một người dùng", en="One person"), "people",
        gives=UserShape, names=_USER, **_DO,
    ),
    Route(
        "PATCH", f"{API}/users/{{id}}", change_user, Text(vi="Sửa người dùng", en="Change a person"), "people",
        body=UserChange, gives=UserShape, names=_USER, errors=(Conflict,), example={"active": False}, **_DO,
    ),
    Route(
        "DELETE", f"{API}/users/{{id}}", remove_user, Text(vi="Xóa người dùng", en="Remove a person"), "people",
        status=204, names=_USER, errors=(Conflict,), **_DO,
    ),
    Route(
        "GET", f"{API}/keys", list_keys, Text(vi="Danh sách khóa API", en="API keys"), "people",
        params=Paged, gives=KeyList, **_DO,
    ),
    Route(
        "POST", f"{API}/keys", add_key, Text(vi="Tạo khóa API", en="Make an API key"), "people",
        "The key is shown only in this answer.", body=NewKey, gives=MadeKey, status=201, **_DO,
        example={"name": "air stations", "grants": [{"role": "sender", "datasets": ["environment.air_quality"]}]},
    ),
    Route(
        "DELETE", f"{API}/keys/{{id}}", revoke_key, Text(vi="Thu hồi khóa API", en="Revoke an API key"), "people",
        status=204, names={"id": "Identifier of the key."}, **_DO,
    ),
    Route(
        "GET", f"{API}/grants", list_grants, Text(vi="Danh sách quyền", en="Grants"), "people",
        params=Paged, gives=GrantList, **_DO,
    ),
    Route(
        "POST", f"{API}/grants", add_grant, Text(vi="Cấp quyền", en="Give a grant"), "people",
        body=NewGrant, gives=GivenGrant, status=201, **_DO, example={"principal": "usr_1", "role": "steward"},
    ),
    Route(
        "DELETE", f"{API}/grants/{{id}}", remove_grant, Text(vi="Thu hồi quyền", en="Take a grant back"), "people",
        status=204, names={"id": "Identifier of the grant."}, errors=(Conflict,), **_DO,
    ),
    Route(
        "GET", f"{API}/audit", list_audit, Text(vi="Nhật ký kiểm toán", en="Audit log"), "people",
        "Tamper-evident: each entry's hash covers the one before.", params=AuditParameters, gives=AuditList, action="inspect",
    ),
)  # fmt: skip
