"""Boards."""

from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from toancanh.api.reply import Reply, cached_reply, json_reply, no_content
from toancanh.api.request import Call, Parameters
from toancanh.api.rest.common import Next, Paged, Shape, bad_cursor, page_of, read_cursor, write_cursor
from toancanh.api.routing import API, AnyRoute, Route
from toancanh.catalog import read_board, write_board
from toancanh.domain import Conflict, Text, UnknownName
from toancanh.domain.declarations import Board
from toancanh.views import BoardEntry, Saving, Share


class ShareShape(Shape):
    """Whom a board is shared with."""

    kind: Literal["role", "unit"] = Field(description="A role, or a unit with all units below it.")
    code: str = Field(max_length=64, description="Name of the role, code of the unit.", examples=["HP.SYT"])
    edit: bool = Field(False, description="Whether they may change it, where their role composes boards.")


class BoardBrief(Shape):
    """A board in a list."""

    id: str = Field(description="`pack.name`, or `saved.name`.", examples=["environment.overview"])
    title: Text = Field(description="Name of the board.")
    description: Text | None = Field(description="What question it answers.")
    pack: str = Field(description="Pack that declares it; `saved` for boards that people made.")
    owner: str | None = Field(description="Who made it, for saved boards.")
    shared: bool = Field(description="Whether everybody sees it.")
    shares: list[ShareShape] = Field(description="The roles and units that see it.")
    may: Literal["view", "edit", "manage"] = Field(
        description="What the viewer may do: look, also save it again, or also share and delete it."
    )
    version: int = Field(description="Grows with every change.")


class BoardList(Shape):
    """Boards."""

    items: list[BoardBrief]
    next: Next


class BoardShape(BoardBrief):
    """A board with its widgets, as declared."""

    last: str = Field(description="Period shown when it opens.", examples=["7d"])
    widgets: list[dict[str, Any]] = Field(description="The widgets; names are full names.")


class NewBoard(Board):
    """A board to save."""

    shared: bool | None = Field(
        None, description="Whether everybody sees it; as before when left out, and nobody sees a new one."
    )
    shares: list[ShareShape] | None = Field(
        None, max_length=100, description="The roles and units that see it; as before when left out."
    )
    note: str | None = Field(None, max_length=500, description="What was changed and why, for the list of versions.")
    version: int | None = Field(
        None, ge=1, description="The version that was changed; refused when it is not the newest."
    )


class OneVersion(Parameters):
    """Parameters of one board."""

    version: int | None = Field(None, ge=1, description="An earlier version; for those who may change the board.")


class TouchedShape(Shape):
    """A widget that a version touched."""

    id: str = Field(description="Name of the widget on its board.")
    kind: str = Field(description="What it looks like.")
    title: Text | None = Field(description="Its heading, or the title of what it shows.")
    fields: list[str] = Field(description="Which of its fields were changed.")


class ChangesShape(Shape):
    """What a version changed of the one before it."""

    added: list[TouchedShape] = Field(description="Widgets that came.")
    removed: list[TouchedShape] = Field(description="Widgets that went.")
    changed: list[TouchedShape] = Field(description="Widgets that show something else.")
    moved: list[TouchedShape] = Field(description="Widgets that only stand elsewhere, or have another size.")
    about: list[str] = Field(description="What changed of the board itself: title, description, last.")


class VersionShape(Shape):
    """A saved version of a board."""

    version: int = Field(description="Its number.")
    at: datetime = Field(description="When it was saved.")
    author: str = Field(description="Who saved it.")
    name: str = Field(description="What the author was called then.")
    note: str | None = Field(description="What the author said of it.")
    restored: int | None = Field(description="The earlier version that it repeats.")
    changes: ChangesShape | None = Field(description="What it changed; null where the version before is not kept.")


class VersionList(Shape):
    """Versions, the newest first."""

    items: list[VersionShape]
    next: Next


class Restoring(Shape):
    """The version to bring back."""

    version: int = Field(ge=1, description="Its number.", examples=[3])


class BoardFile(Shape):
    """A board as the YAML of a pack."""

    file: str = Field("board.yaml", max_length=200, description="Name of the file, for what is wrong with it.")
    text: str = Field(max_length=1_000_000, description="What the file holds.")


class IssueShape(Shape):
    """One thing wrong with a declaration."""

    file: str = Field(description="Where.")
    line: int = Field(description="On which line, from 1; 0 means the whole file.")
    problem: Text = Field(description="What is wrong.")
    remedy: Text = Field(description="What to do.")


class BoardReading(Shape):
    """A board that was read, or what is wrong with it."""

    board: dict[str, Any] | None = Field(description="The board, ready to be saved; null when something is wrong.")
    issues: list[IssueShape] = Field(description="Everything that is wrong.")


def _brief(entry: BoardEntry) -> dict[str, Any]:
    board = entry.board
    return {
        "id": entry.id,
        "title": board.title,
        "description": board.description,
        "pack": entry.pack,
        "owner": entry.owner,
        "shared": entry.shared,
        "shares": [ShareShape(kind=one.kind, code=one.code, edit=one.edit) for one in entry.shares],
        "may": entry.may,
        "version": entry.version,
    }


def _shape(entry: BoardEntry) -> BoardShape:
    declared = entry.board.model_dump(mode="json", by_alias=True)
    return BoardShape(**_brief(entry), last=declared["last"], widgets=declared["widgets"])


async def list_boards(call: Call[Paged, None]) -> Reply:
    """List the boards that the viewer may open."""
    items, following = page_of(await call.services.boards.all(call.viewer), call.params)
    return cached_reply(BoardList(items=[BoardBrief(**_brief(entry)) for entry in items], next=following), call.headers)


async def get_board(call: Call[OneVersion, None]) -> Reply:
    """Give one board."""
    entry = await call.services.boards.get(call.path["id"], call.viewer, call.params.version)
    return cached_reply(_shape(entry), call.headers)


async def list_versions(call: Call[Paged, None]) -> Reply:
    """List the versions of a board, the newest first."""
    before = read_cursor(call.params.cursor) if call.params.cursor else None
    if not (before is None or (isinstance(before, int) and 0 < before < 1 << 31)):
        raise bad_cursor()
    limit = call.params.limit
    found = await call.services.boards.versions(call.path["id"], call.viewer, before, limit + 1)
    following = write_cursor(found[limit - 1].version) if len(found) > limit else None
    items = [VersionShape.model_validate(asdict(one)) for one in found[:limit]]
    return cached_reply(VersionList(items=items, next=following), call.headers)


async def restore_version(call: Call[Parameters, Restoring]) -> Reply:
    """Make an earlier version the newest again."""
    return json_reply(_shape(await call.services.boards.restore(call.path["id"], call.viewer, call.body.version)))


async def export_board(call: Call[Parameters, None]) -> Reply:
    """Give one board as the YAML that a pack ships."""
    entry = await call.services.boards.get(call.path["id"], call.viewer)
    name = f'attachment; filename="{entry.id.partition(".")[2]}.yaml"'
    headers = [(b"content-disposition", name.encode()), (b"cache-control", b"no-store")]
    return Reply(write_board(entry.board).encode(), media="application/yaml", headers=headers)


async def read_board_file(call: Call[Parameters, BoardFile]) -> Reply:
    """Read a board's YAML and say what is wrong with it; nothing is saved."""
    board, issues = read_board(call.body.text, call.body.file, call.services.catalog)
    found = [IssueShape(file=one.file, line=one.line, problem=one.problem, remedy=one.remedy) for one in issues]
    declared = None if board is None else board.model_dump(mode="json", by_alias=True)
    return json_reply(BoardReading(board=declared, issues=found))


async def save_board(call: Call[Parameters, NewBoard]) -> Reply:
    """Save a new board."""
    entry = await call.services.boards.save(_board(call.body), call.viewer, _saving(call.body))
    return json_reply(_shape(entry), 201)


async def change_board(call: Call[Parameters, NewBoard]) -> Reply:
    """Save a board again."""
    entry = await call.services.boards.save(_board(call.body), call.viewer, _saving(call.body), call.path["id"])
    return json_reply(_shape(entry))


def _board(body: NewBoard) -> Board:
    return Board.model_construct(**{name: getattr(body, name) for name in Board.model_fields})


def _saving(body: NewBoard) -> Saving:
    shares = None if body.shares is None else tuple(Share(one.kind, one.code, one.edit) for one in body.shares)
    return Saving(body.shared, shares, body.note, body.version)


async def remove_board(call: Call[Parameters, None]) -> Reply:
    """Delete one's own board."""
    await call.services.boards.remove(call.path["id"], call.viewer)
    return no_content()


_ID = {"id": "Board, as `pack.name` or `saved.name`."}
ROUTES: tuple[AnyRoute, ...] = (
    Route(
        "GET", f"{API}/boards", list_boards, Text(vi="Danh mục bảng theo dõi", en="Boards"), "boards",
        params=Paged, gives=BoardList,
    ),
    Route(
        "GET", f"{API}/boards/{{id}}", get_board, Text(vi="Một bảng theo dõi", en="One board"), "boards",
        params=OneVersion, gives=BoardShape, names=_ID,
    ),
    Route(
        "GET", f"{API}/boards/{{id}}/versions", list_versions, Text(vi="Các bản đã lưu của bảng", en="Versions of a board"),
        "boards", "The newest 100 of each saved board, each with what it changed; for those who may change the board.",
        params=Paged, gives=VersionList, names=_ID, action="design",
    ),
    Route(
        "POST", f"{API}/boards/{{id}}/restore", restore_version, Text(vi="Khôi phục một bản", en="Restore a version"), "boards",
        "The earlier version is saved again as the newest; nothing is lost.",
        body=Restoring, gives=BoardShape, names=_ID, action="design", example={"version": 1}, errors=(UnknownName, Conflict),
    ),
    Route(
        "GET", f"{API}/boards/{{id}}/yaml", export_board, Text(vi="Một bảng dạng YAML", en="One board as YAML"), "boards",
        "The declaration that a pack ships in `boards/NAME.yaml`, with full names.", media=("application/yaml",), names=_ID,
    ),
    Route(
        "POST", f"{API}/boards/read", read_board_file, Text(vi="Đọc bảng từ YAML", en="Read a board from YAML"), "boards",
        "Checks it as a pack is checked and saves nothing; `POST /api/v1/boards` saves what it gives.",
        body=BoardFile, gives=BoardReading, action="design",
        example={"text": "title: {vi: Ghi chú, en: Notes}\nwidgets: []\n"},
    ),
    Route(
        "POST", f"{API}/boards", save_board, Text(vi="Lưu bảng mới", en="Save a new board"), "boards",
        body=NewBoard, gives=BoardShape, status=201, example={
            "title": {"vi": "Không khí của tôi", "en": "My air"},
            "last": "7d",
            "widgets": [
                {
                    "id": "pm25", "kind": "line", "at": {"x": 0, "y": 0, "w": 12, "h": 4}, "grain": "hour",
                    "indicators": ["environment.pm25"],
                }
            ],
        }, action="design", errors=(UnknownName,),
    ),
    Route(
        "PUT", f"{API}/boards/{{id}}", change_board, Text(vi="Sửa bảng", en="Change a board"), "boards",
        "Its owner, an administrator, and those with whom it is shared to be changed; only the first two share it.",
        body=NewBoard, gives=BoardShape, action="design", errors=(UnknownName, Conflict), names=_ID,
        example={
            "title": {"vi": "Ghi chú", "en": "Notes"},
            "version": 1,
            "widgets": [
                {
                    "id": "note", "kind": "text", "at": {"x": 0, "y": 0, "w": 4, "h": 2},
                    "text": {"vi": "Trực ban 24/7", "en": "Staffed day and night"},
                }
            ],
        },
    ),
    Route(
        "DELETE", f"{API}/boards/{{id}}", remove_board, Text(vi="Xóa bảng của mình", en="Delete one's own board"), "boards",
        status=204, action="design", names=_ID,
    ),
)  # fmt: skip
