"""Administering people, on both databases."""

from datetime import timedelta

import pytest

from toancanh.access import Access
from toancanh.domain import (
    PUBLIC,
    SYSTEM,
    Conflict,
    Grant,
    InvalidInput,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    Viewer,
)

pytestmark = pytest.mark.anyio
PASSWORD = "một mật khẩu dài"


async def test_the_first_administrator_is_made_once(access: Access) -> None:
    assert await access.administrators() == 0
    admin = await access.bootstrap("admin", "Quản trị", PASSWORD)
    viewer = (await access.sign_in("admin", PASSWORD)).viewer
    assert viewer.grants == (Grant("admin"),)
    assert [user.id for user in await access.users(viewer)] == [admin.id]
    with pytest.raises(Conflict, match="administrator already"):
        await access.bootstrap("another", "Quản trị", PASSWORD)


async def test_a_user_is_made_changed_and_removed(access: Access) -> None:
    grant = Grant("officer", ("HP.1",), ("31", "10507"), ("dossiers.*",), "  Giải quyết   hồ sơ ")
    user = await access.create_user(SYSTEM, "Binh.Tran", " Trần  Bình ", PASSWORD, [grant], "HP.1")
    assert (user.username, user.name, user.unit, user.active, user.demo, user.otp) == (
        "binh.tran", "Trần Bình", "HP.1", True, False, False,
    )  # fmt: skip
    (stored,) = user.grants
    assert stored.grant == Grant("officer", ("HP.1",), ("31", "10507"), ("dossiers.*",), "Giải quyết hồ sơ")
    assert stored.created_by == "system"
    changed = await access.change_user(SYSTEM, user.id, name="Trần Văn Bình", unit="HP.2")
    assert (changed.name, changed.unit, changed.grants) == ("Trần Văn Bình", "HP.2", user.grants)
    assert await access.users(SYSTEM) == [changed]
    session = await access.sign_in("binh.tran", PASSWORD)
    await access.bootstrap("admin", "Quản trị", PASSWORD)
    await access.delete_user(SYSTEM, user.id)
    with pytest.raises(NotAuthenticated):
        await access.viewer(session.token)
    assert [one.username for one in await access.users(SYSTEM)] == ["admin"]
    assert await access.grants(SYSTEM, user.id) == []


@pytest.mark.parametrize(
    ("username", "name", "password", "grant"),
    [
        ("x", "Lan", PASSWORD, Grant("officer")),
        ("lan nguyen", "Lan", PASSWORD, Grant("officer")),
        ("../lan", "Lan", PASSWORD, Grant("officer")),
        ("lan", "  ", PASSWORD, Grant("officer")),
        ("lan", "L" * 201, PASSWORD, Grant("officer")),
        ("lan", "Lan", "ngắn", Grant("officer")),
        ("lan", "Lan", "x" * 1001, Grant("officer")),
        ("lan.nguyen.binh", "Lan", "Lan.Nguyen.Binh", Grant("officer")),
        ("lan", "Lan", PASSWORD, Grant("superuser")),
        ("lan", "Lan", PASSWORD, Grant("officer", units=("' OR 1=1 --",))),
        ("lan", "Lan", PASSWORD, Grant("officer", areas=("",))),
    ],
)
async def test_what_will_not_do_is_refused_whole(
    access: Access, username: str, name: str, password: str, grant: Grant
) -> None:
    with pytest.raises(InvalidInput):
        await access.create_user(SYSTEM, username, name, password, [Grant("viewer"), grant])
    assert await access.users(SYSTEM) == []
    assert await access.grants(SYSTEM) == []


async def test_a_name_is_taken_once_however_it_is_typed(access: Access) -> None:
    await access.create_user(SYSTEM, "lan", "Lan", PASSWORD)
    with pytest.raises(Conflict, match="taken"):
        await access.create_user(SYSTEM, " LAN ", "Lan", PASSWORD)


async def test_grants_are_given_replaced_and_taken_back(access: Access) -> None:
    user = await access.create_user(SYSTEM, "lan", "Lan", PASSWORD, [Grant("viewer")])
    await access.bootstrap("admin", "Quản trị", PASSWORD)
    given = await access.give(SYSTEM, user.id, Grant("officer"))
    assert {one.grant for one in await access.grants(SYSTEM, user.id)} == {Grant("viewer"), Grant("officer")}
    await access.take_back(SYSTEM, given.id)
    with pytest.raises(NotFound):
        await access.take_back(SYSTEM, given.id)
    replaced = await access.set_grants(SYSTEM, user.id, [Grant("leader"), Grant("steward")])
    assert {one.grant for one in replaced} == {Grant("leader"), Grant("steward")}
    for missing in ("usr_nobody", "key_none"):
        with pytest.raises(NotFound):
            await access.give(SYSTEM, missing, Grant("viewer"))


async def test_the_last_administrator_stays(access: Access) -> None:
    admin = await access.bootstrap("admin", "Quản trị", PASSWORD)
    part = await access.create_user(SYSTEM, "part", "Một phần", PASSWORD, [Grant("admin", areas=("31",))])
    (grant,) = admin.grants
    attempts = (
        lambda: access.change_user(SYSTEM, admin.id, active=False),
        lambda: access.delete_user(SYSTEM, admin.id),
        lambda: access.take_back(SYSTEM, grant.id),
        lambda: access.set_grants(SYSTEM, admin.id, [Grant("leader")]),
    )
    for attempt in attempts:
        with pytest.raises(Conflict, match="last administrator"):
            await attempt()
    assert await access.administrators() == 1
    await access.give(SYSTEM, part.id, Grant("admin"))
    await access.delete_user(SYSTEM, admin.id)
    assert await access.administrators() == 1


async def test_a_new_password_ends_the_sessions(access: Access) -> None:
    user = await access.create_user(SYSTEM, "lan", "Lan", PASSWORD)
    session = await access.sign_in("lan", PASSWORD)
    with pytest.raises(NotAuthenticated):
        await access.set_password(session.viewer, user.id, "mật khẩu mới dài", "wrong")
    with pytest.raises(InvalidInput):
        await access.set_password(session.viewer, user.id, "ngắn", PASSWORD)
    await access.set_password(session.viewer, user.id, "mật khẩu mới dài", PASSWORD)
    with pytest.raises(NotAuthenticated):
        await access.viewer(session.token)
    with pytest.raises(NotAuthenticated):
        await access.sign_in("lan", PASSWORD)
    again = await access.sign_in("lan", "mật khẩu mới dài")
    await access.set_password(SYSTEM, user.id, PASSWORD)
    with pytest.raises(NotAuthenticated):
        await access.viewer(again.token)


async def test_keys_are_made_listed_and_revoked_once(access: Access, clock) -> None:
    first = await access.create_key(SYSTEM, "Trạm 1", [Grant("sender")])
    clock.turn(seconds=1)
    second = await access.create_key(SYSTEM, "Trạm 2", [], clock() + timedelta(days=1))
    assert [key.name for key in await access.keys(SYSTEM)] == ["Trạm 2", "Trạm 1"]
    assert second.key.grants == ()
    await access.revoke_key(SYSTEM, first.key.id)
    for missing in (first.key.id, "key_none"):
        with pytest.raises(NotFound):
            await access.revoke_key(SYSTEM, missing)
    with pytest.raises(InvalidInput):
        await access.create_key(SYSTEM, "Trễ", [], clock())


@pytest.mark.parametrize(
    ("by", "refusal"),
    [
        (PUBLIC, NotAuthenticated),
        (Viewer("usr_1", "Lan", "user", (Grant("leader"),)), NotAllowed),
        (Viewer("usr_2", "Bình", "user", (Grant("admin", units=("HP.1",)),)), NotAllowed),
        (Viewer("key_1", "Trạm", "key", (Grant("sender"),)), NotAllowed),
    ],
)
async def test_only_administrators_administer(access: Access, by: Viewer, refusal: type[Exception]) -> None:
    user = await access.create_user(SYSTEM, "binh", "Bình", PASSWORD, [Grant("viewer")])
    attempts = (
        lambda: access.users(by),
        lambda: access.create_user(by, "lan", "Lan", PASSWORD),
        lambda: access.change_user(by, user.id, name="Khác"),
        lambda: access.set_password(by, user.id, "mật khẩu mới dài"),
        lambda: access.delete_user(by, user.id),
        lambda: access.keys(by),
        lambda: access.create_key(by, "Khóa", []),
        lambda: access.revoke_key(by, "key_1"),
        lambda: access.grants(by),
        lambda: access.give(by, user.id, Grant("admin")),
        lambda: access.set_grants(by, user.id, [Grant("admin")]),
        lambda: access.take_back(by, user.grants[0].id),
        lambda: access.disable_otp(by, user.id),
        lambda: access.audit_log(by),
    )
    for attempt in attempts:
        with pytest.raises(refusal):
            await attempt()
    assert await access.users(SYSTEM) == [user]


async def test_everybody_not_there_is_not_found(access: Access) -> None:
    await access.bootstrap("admin", "Quản trị", PASSWORD)
    for attempt in (
        lambda: access.change_user(SYSTEM, "usr_nobody", name="Khác"),
        lambda: access.set_password(SYSTEM, "usr_nobody", PASSWORD),
        lambda: access.delete_user(SYSTEM, "usr_nobody"),
        lambda: access.disable_otp(SYSTEM, "usr_nobody"),
    ):
        with pytest.raises(NotFound):
            await attempt()
