"""Signing in, sessions and keys, on both databases."""

import asyncio
import unicodedata
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from toancanh.access import DEMO_ACCOUNTS, Access, Passwords, otp
from toancanh.access.access import on_loopback
from toancanh.access.sign_in import waiting_time
from toancanh.domain import PUBLIC, SYSTEM, Grant, NotAuthenticated, Overloaded
from toancanh.settings import Settings
from toancanh.store import State, tables

pytestmark = pytest.mark.anyio
PASSWORD = "mật khẩu của Lan"


async def lan(access: Access, *grants: Grant) -> str:
    return (await access.create_user(SYSTEM, "Lan.Nguyen", "Nguyễn Thị Lan", PASSWORD, grants)).id


async def test_a_session_stands_for_its_user_until_signed_out(access: Access) -> None:
    user = await lan(access, Grant("officer", units=("HP.1",)))
    session = await access.sign_in(" lan.nguyen ", PASSWORD)
    assert session.viewer.id == user
    assert (session.viewer.name, session.viewer.kind) == ("Nguyễn Thị Lan", "user")
    assert await access.viewer(session.token) == session.viewer
    assert session.viewer.grants == (Grant("officer", units=("HP.1",)),)
    await access.sign_out(session.token)
    await access.sign_out("never was one")
    with pytest.raises(NotAuthenticated, match="Sign in again"):
        await access.viewer(session.token)


async def test_who_brings_no_token_is_the_public_and_a_wrong_one_is_refused(access: Access) -> None:
    assert await access.viewer(None) == PUBLIC
    for token in ("", "nonsense", "tck_nonsense", "\udc80"):
        with pytest.raises(NotAuthenticated):
            await access.viewer(token)


async def test_the_same_letter_typed_another_way_is_the_same_password(access: Access) -> None:
    await lan(access)
    decomposed = unicodedata.normalize("NFD", PASSWORD)
    assert decomposed != PASSWORD
    assert (await access.sign_in("LAN.NGUYEN", decomposed)).token


@pytest.mark.parametrize(
    ("username", "password"),
    [
        ("lan.nguyen", "wrong"),
        ("nobody", PASSWORD),
        ("", ""),
        ("x" * 5000, "y" * 5000),
        ("a\0b", "\0"),
        ("\udc80", "\udc80"),
    ],
)
async def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(
    access: Access, username: str, password: str
) -> None:
    await lan(access)
    with pytest.raises(NotAuthenticated, match=r"name or the password is wrong") as caught:
        await access.sign_in(username, password)
    assert caught.value.details == {}


async def test_a_wrong_name_is_checked_against_a_hash_as_well(state: State, settings: Settings) -> None:
    checked: list[str] = []

    class Watched(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
            checked.append(str(hash).split("$")[3])
            return super().verify(hash, password)

    access = Access(state, settings, passwords=Passwords(Watched(time_cost=1, memory_cost=8, parallelism=1)))
    await lan(access)
    for name in ("lan.nguyen", "nobody"):
        with pytest.raises(NotAuthenticated):
            await access.sign_in(name, "wrong password")
    assert checked == ["m=8,t=1,p=1"] * 2
    await access.close()


@pytest.mark.parametrize("name", ["lan.nguyen", "nobody"])
async def test_failing_again_and_again_means_waiting_longer_known_or_not(access: Access, clock, name: str) -> None:
    await lan(access)
    for _ in range(5):
        with pytest.raises(NotAuthenticated):
            await access.sign_in(name, "wrong")
    waits = []
    for _ in range(4):
        with pytest.raises(Overloaded) as caught:
            await access.sign_in(name, PASSWORD)
        waits.append(caught.value.details["retry_after"])
        clock.turn(seconds=waits[-1])
        with pytest.raises(NotAuthenticated):
            await access.sign_in(name, "wrong")
    assert waits == [1, 2, 4, 8]
    clock.turn(days=1, seconds=1)
    with pytest.raises(NotAuthenticated):
        await access.sign_in(name, "wrong")
    if name == "lan.nguyen":
        assert await access.sign_in(name, PASSWORD)


async def test_many_guesses_at_once_are_no_more_than_a_few(access: Access) -> None:
    await lan(access)
    guesses = [access.sign_in("lan.nguyen", f"guess {n}") for n in range(30)]
    outcomes = await asyncio.gather(*guesses, return_exceptions=True)
    assert sum(isinstance(outcome, NotAuthenticated) for outcome in outcomes) == 5
    assert sum(isinstance(outcome, Overloaded) for outcome in outcomes) == 25


def test_the_wait_grows_to_a_quarter_of_an_hour() -> None:
    waits = [waiting_time(n) for n in (1, 4, 5, 6, 10, 14, 15, 100, 10**6)]
    seconds = [int(wait.total_seconds()) for wait in waits]
    assert seconds == [0, 0, 1, 2, 32, 512, 900, 900, 900]


async def test_a_session_slides_while_it_is_used_and_ends_when_it_is_not(
    access: Access, clock, settings: Settings
) -> None:
    await lan(access)
    session = await access.sign_in("lan.nguyen", PASSWORD)
    assert await access.expires(session.token) == session.expires
    for _ in range(5):
        clock.turn(hours=settings.session_hours - 1)
        assert await access.viewer(session.token) == session.viewer
    assert await access.expires(session.token) == clock() + timedelta(hours=settings.session_hours)
    clock.turn(hours=settings.session_hours)
    with pytest.raises(NotAuthenticated):
        await access.viewer(session.token)


async def test_only_hashes_of_tokens_and_keys_are_stored(access: Access, state: State) -> None:
    await lan(access)
    session = await access.sign_in("lan.nguyen", PASSWORD)
    key = await access.create_key(SYSTEM, "Trạm Ngô Quyền", [Grant("sender")])
    stored = []
    for table in tables.metadata.sorted_tables:
        stored += await state.read(
            lambda connection, table=table: [str(row) for row in connection.execute(select(table))]
        )
    assert stored
    for secret in (session.token, key.secret, PASSWORD):
        assert not [row for row in stored if secret in row]


async def test_a_key_stands_for_its_grants_until_it_is_revoked(access: Access, clock) -> None:
    made = await access.create_key(SYSTEM, "Trạm Ngô Quyền", [Grant("sender", datasets=("environment.*",))])
    assert made.secret.startswith("tck_")
    viewer = await access.viewer(made.secret)
    assert (viewer.id, viewer.kind, viewer.name) == (made.key.id, "key", "Trạm Ngô Quyền")
    assert viewer.grants == (Grant("sender", datasets=("environment.*",)),)
    assert await access.expires(made.secret) is None
    (listed,) = await access.keys(SYSTEM)
    assert listed.last_used == clock()
    assert made.secret.startswith(listed.hint)
    await access.revoke_key(SYSTEM, made.key.id)
    with pytest.raises(NotAuthenticated):
        await access.viewer(made.secret)


async def test_a_key_with_an_end_ends(access: Access, clock) -> None:
    made = await access.create_key(SYSTEM, "Đối tác", [Grant("sender")], clock() + timedelta(seconds=20))
    assert (await access.viewer(made.secret)).id == made.key.id
    clock.turn(seconds=20)
    with pytest.raises(NotAuthenticated):
        await access.viewer(made.secret)


async def test_a_change_is_seen_at_once_here_and_soon_in_another_process(
    access: Access, state: State, settings: Settings, clock
) -> None:
    other = Access(state, settings, now=clock)
    user = await lan(access, Grant("officer"))
    session = await access.sign_in("lan.nguyen", PASSWORD)
    assert (await access.viewer(session.token)).grants == (Grant("officer"),)
    assert (await other.viewer(session.token)).grants == (Grant("officer"),)
    await access.give(SYSTEM, user, Grant("leader"))
    clock.turn(seconds=1)
    assert set((await access.viewer(session.token)).grants) == {Grant("officer"), Grant("leader")}
    clock.turn(seconds=30)
    assert set((await other.viewer(session.token)).grants) == {Grant("officer"), Grant("leader")}
    await access.change_user(SYSTEM, user, active=False)
    with pytest.raises(NotAuthenticated):
        await access.viewer(session.token)
    clock.turn(seconds=30)
    with pytest.raises(NotAuthenticated):
        await other.viewer(session.token)
    with pytest.raises(NotAuthenticated):
        await access.sign_in("lan.nguyen", PASSWORD)
    await other.close()


async def test_a_viewer_is_remembered_without_asking_the_store(access: Access, state: State) -> None:
    await lan(access)
    session = await access.sign_in("lan.nguyen", PASSWORD)
    await access.viewer(session.token)
    await state.close()
    assert await access.viewer(session.token) == session.viewer


async def test_one_time_codes_are_asked_for_and_work_once(access: Access, clock) -> None:
    await lan(access)
    viewer = (await access.sign_in("lan.nguyen", PASSWORD)).viewer
    setup = access.new_otp(viewer)
    assert setup.address.startswith("otpauth://totp/To%C3%A0n%20C%E1%BA%A3nh")
    for wrong in ("", "không", "000 000 0"):
        with pytest.raises(Exception, match="does not match"):
            await access.enable_otp(viewer, setup.secret, wrong)
    first = otp.code_at(setup.secret, otp.step_of(clock()))
    await access.enable_otp(viewer, setup.secret, first)
    with pytest.raises(NotAuthenticated, match="is needed") as caught:
        await access.sign_in("lan.nguyen", PASSWORD)
    assert caught.value.details["otp_required"] is True
    with pytest.raises(NotAuthenticated, match="used before"):
        await access.sign_in("lan.nguyen", PASSWORD, first)
    clock.turn(seconds=30)
    code = otp.code_at(setup.secret, otp.step_of(clock()))
    both = [access.sign_in("lan.nguyen", PASSWORD, code) for _ in range(2)]
    outcomes = await asyncio.gather(*both, return_exceptions=True)
    assert sum(isinstance(outcome, NotAuthenticated) for outcome in outcomes) == 1
    with pytest.raises(NotAuthenticated, match="password is wrong"):
        await access.sign_in("lan.nguyen", "wrong", code)
    await access.disable_otp(SYSTEM, viewer.id)
    assert await access.sign_in("lan.nguyen", PASSWORD)


async def test_a_hash_of_weaker_settings_is_renewed(state: State, settings: Settings) -> None:
    def hashes() -> Passwords:
        return Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))

    weak = Access(state, settings, passwords=Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)))
    await lan(weak)
    strong = Access(state, settings, passwords=hashes())
    await strong.sign_in("lan.nguyen", PASSWORD)
    stored = await state.read(lambda connection: connection.execute(select(tables.users.c.password)).scalar_one())
    assert "m=16,t=2" in stored
    assert await strong.sign_in("lan.nguyen", PASSWORD)
    await weak.close()
    await strong.close()


async def test_too_many_at_once_are_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toancanh.access.passwords.WAITING", 3)
    passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    outcomes = await asyncio.gather(*(passwords.hash("x") for _ in range(10)), return_exceptions=True)
    assert sum(isinstance(outcome, Overloaded) for outcome in outcomes) == 7
    await passwords.close()


async def test_the_demo_accounts_work_in_demo_mode_only(state: State, settings: Settings) -> None:
    def made(**changes: object) -> Access:
        hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        return Access(state, settings.model_copy(update=changes), passwords=Passwords(hasher))

    demo = made(demo=True)
    await demo.start()
    await demo.start()
    tokens = {}
    for username, account in DEMO_ACCOUNTS.items():
        session = await demo.sign_in(username, "demo")
        assert session.viewer.grants == (account.grant,)
        tokens[username] = session.token
    assert [user.demo for user in await demo.users(SYSTEM)] == [True] * 4
    for changes in (
        {"demo": False},
        {"demo": True, "host": "0.0.0.0"},
        {"demo": True, "public_url": "https://ioc.example.vn"},
    ):
        real = made(**changes)
        await real.start()
        for username, token in tokens.items():
            with pytest.raises(NotAuthenticated):
                await real.sign_in(username, "demo")
            with pytest.raises(NotAuthenticated):
                await real.viewer(token)
        assert await real.administrators() == 0
        await real.close()
    await demo.close()


@pytest.mark.parametrize(
    ("host", "public_url", "wanted"),
    [
        ("127.0.0.1", None, True),
        ("::1", None, True),
        ("localhost", None, True),
        ("127.0.0.1", "http://localhost:8080", True),
        ("127.0.0.1", "https://ioc.haiphong.gov.vn", False),
        ("0.0.0.0", None, False),
        ("::", None, False),
        ("192.168.1.5", None, False),
        ("localhost.evil.example", None, False),
    ],
)
def test_loopback_is_loopback(host: str, public_url: str | None, wanted: bool) -> None:
    assert on_loopback(Settings(host=host, public_url=public_url)) is wanted
