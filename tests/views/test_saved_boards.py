"""Saved boards: who sees and changes them, and what is kept of them."""

from collections.abc import Awaitable
from dataclasses import replace

import pytest
from sqlalchemy import select

from toancanh.domain import PUBLIC, Conflict, Grant, InvalidInput, NotAllowed, NotFound, Text, ToanCanhError, Viewer
from toancanh.domain.declarations import Board
from toancanh.store import State, tables
from toancanh.views import Boards, Saving, Share
from toancanh.views.history import KEPT

pytestmark = pytest.mark.anyio


def person(name: str, *roles: str, unit: str | None = None) -> Viewer:
    return Viewer(name, name.title(), "user", tuple(Grant(role) for role in roles), unit)


OWNER = person("owner", "operator", unit="HP.SYT")
ADMIN = person("admin", "admin")
LEADER = person("leader", "leader")
STEWARD = person("steward", "steward", unit="HP.SYT")
OFFICER = person("officer", "officer", unit="HP.SYT")
COMMUNE = person("commune", "operator", unit="HP.X10507")
STRANGER = person("stranger", "operator", unit="HP.KTTV")
EVERYBODY = (PUBLIC, LEADER, STEWARD, OFFICER, COMMUNE, STRANGER)


def board(*widgets: dict[str, object], title: str = "Bảng") -> Board:
    shown = widgets or (tile("a"),)
    return Board.model_validate({"title": {"vi": title, "en": title}, "widgets": list(shown)})


def tile(name: str, x: int = 0, **more: object) -> dict[str, object]:
    given = {"kind": "number", "indicators": ["environment.pm25"], **more}
    return {"id": name, "at": {"x": x, "y": 0, "w": 3, "h": 3}, **given}


async def outcome(work: Awaitable[object]) -> str:
    try:
        await work
    except ToanCanhError as error:
        return type(error).__name__
    return "done"


@pytest.mark.parametrize(
    ("shared", "shares", "viewers", "editors"),
    [
        (False, [], [], []),
        (True, [], EVERYBODY, []),
        (False, [Share("role", "leader")], [LEADER], []),
        (False, [Share("role", "leader", edit=True)], [LEADER], [LEADER]),
        (False, [Share("role", "officer", edit=True)], [OFFICER], []),
        (False, [Share("role", "viewer")], [], []),
        (False, [Share("unit", "HP.SYT")], [STEWARD, OFFICER], []),
        (False, [Share("unit", "HP.SYT", edit=True)], [STEWARD, OFFICER], [STEWARD]),
        (False, [Share("unit", "HP.UBND")], [STEWARD, OFFICER, COMMUNE], []),
        (False, [Share("unit", "HP.X10507", edit=True), Share("role", "leader")], [COMMUNE, LEADER], [COMMUNE]),
        (True, [Share("unit", "HP.UBND", edit=True)], EVERYBODY, [STEWARD, COMMUNE]),
    ],
)
async def test_who_sees_and_who_changes_a_board(
    boards: Boards, shared: bool, shares: list[Share], viewers: list[Viewer], editors: list[Viewer]
) -> None:
    made = await boards.save(board(), OWNER, Saving(shared, tuple(shares)))
    for viewer in (OWNER, ADMIN, *EVERYBODY):
        master = viewer in (OWNER, ADMIN)
        sees, changes = master or viewer in viewers, master or viewer in editors
        listed = {entry.id for entry in await boards.all(viewer)}
        assert (made.id in listed) is sees, viewer.id
        assert await outcome(boards.get(made.id, viewer)) == ("done" if sees else "NotFound"), viewer.id
        refused = "NotAllowed" if sees else "NotFound"
        assert await outcome(boards.save(board(), viewer, Saving(), made.id)) == ("done" if changes else refused)
        assert await outcome(boards.versions(made.id, viewer, None, 9)) == ("done" if changes else refused)
        assert await outcome(boards.restore(made.id, viewer, 1)) == ("done" if changes else refused)
        await boards.save(board(), OWNER, Saving(), made.id)
        assert await outcome(boards.get(made.id, viewer, 1)) == ("done" if changes else refused)
        if not master:
            other = Saving(shares=(Share("role", "steward"),))
            assert await outcome(boards.save(board(), viewer, other, made.id)) == refused
            assert await outcome(boards.remove(made.id, viewer)) == refused
    after = await boards.get(made.id, OWNER)
    assert (after.shared, after.shares, after.owner) == (shared, tuple(sorted(shares)), OWNER.id)


async def test_a_board_is_shared_with_roles_and_units_that_exist_each_once(boards: Boards) -> None:
    for code in (Share("unit", "HP.NOWHERE"), Share("role", "boss"), Share("unit", "leader")):
        with pytest.raises(InvalidInput, match="no role or unit"):
            await boards.save(board(), OWNER, Saving(shares=(code,)))
    twice = (Share("unit", "HP.SYT"), Share("unit", "HP.SYT", edit=True))
    made = await boards.save(board(), OWNER, Saving(shares=twice))
    assert made.shares == (Share("unit", "HP.SYT", edit=True),)


async def test_every_save_keeps_its_version_with_what_it_changed(boards: Boards) -> None:
    made = await boards.save(board(tile("a"), tile("b", 3)), OWNER, Saving(note="Bản đầu"))
    heading = {"vi": "Bụi mịn", "en": "Fine dust"}
    second = board(tile("a", 6), tile("c", 3, title=heading, kind="line"), title="Bảng khác")
    await boards.save(second, OWNER, Saving(shares=(Share("role", "leader", edit=True),), version=1), made.id)
    third = board(tile("a", 6, last="7d"), tile("c", 3, title=heading, kind="line"), title="Bảng khác")
    await boards.save(third, LEADER, Saving(note="Bảy ngày"), made.id)
    newest, middle, first = await boards.versions(made.id, OWNER, None, 9)
    assert (newest.version, newest.author, newest.name, newest.note) == (3, "leader", "Leader", "Bảy ngày")
    assert newest.changes is not None
    assert [(one.id, one.fields) for one in newest.changes.changed] == [("a", ("last",))]
    assert middle.changes is not None
    assert [one.title for one in middle.changes.added] == [Text(**heading)]
    assert [(one.id, one.title.vi if one.title else "") for one in middle.changes.removed] == [
        ("b", "Nồng độ PM2.5 trung bình")
    ]
    assert [one.id for one in middle.changes.moved] == ["a"]
    assert middle.changes.about == ("title",)
    assert (first.note, first.changes) == ("Bản đầu", None)
    assert [one.version for one in await boards.versions(made.id, OWNER, 3, 1)] == [2]
    assert (await boards.get(made.id, OWNER, 1)).board.title.vi == "Bảng"


async def test_a_restored_version_is_a_new_one_and_nothing_is_lost(boards: Boards) -> None:
    made = await boards.save(board(title="Một"), OWNER, Saving(shared=True))
    await boards.save(board(title="Hai"), OWNER, Saving(), made.id)
    back = await boards.restore(made.id, OWNER, 1)
    assert (back.version, back.board.title.vi, back.shared) == (3, "Một", True)
    found = await boards.versions(made.id, OWNER, None, 9)
    assert [(one.version, one.restored) for one in found] == [(3, 1), (2, None), (1, None)]
    with pytest.raises(Conflict):
        await boards.save(board(), OWNER, Saving(version=2), made.id)
    with pytest.raises(NotFound, match="not kept"):
        await boards.restore(made.id, OWNER, 7)


async def test_the_oldest_versions_go_first_and_a_deleted_board_leaves_nothing(boards: Boards, state: State) -> None:
    made = await boards.save(board(), OWNER, Saving(shares=(Share("unit", "HP.SYT"),)))
    for _ in range(KEPT + 2):
        await boards.save(board(), OWNER, Saving(), made.id)
    found = await boards.versions(made.id, OWNER, None, 2 * KEPT)
    assert [one.version for one in found] == list(range(KEPT + 3, 3, -1))
    assert found[-1].changes is None
    await boards.remove(made.id, OWNER)
    everything = [select(table) for table in (tables.boards, tables.board_versions, tables.board_shares)]
    assert await state.read(lambda connection: [connection.execute(one).all() for one in everything]) == [[], [], []]


async def test_an_administrator_who_moves_on_leaves_boards_to_their_owners(boards: Boards) -> None:
    made = await boards.save(board(), OWNER, Saving())
    changed = await boards.save(board(title="Mới"), ADMIN, Saving(), made.id)
    assert changed.owner == OWNER.id
    shown = await boards.save(board(), OWNER, Saving(shared=True), made.id)
    with pytest.raises(NotAllowed):
        await boards.remove(shown.id, replace(ADMIN, grants=()))
