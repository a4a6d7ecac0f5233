"""Boards and layers."""

from typing import Any

from pydantic import Field

from toancanh.api.reply import Reply, cached_reply, json_reply, no_content
from toancanh.api.request import Call, Parameters
from toancanh.api.rest.common import Next, Paged, Shape, page_of
from toancanh.api.routing import API, AnyRoute, Route
from toancanh.catalog import read_board, write_board
from toancanh.domain import Conflict, Text, UnknownName
from toancanh.domain.declarations import Board
from toancanh.views import BoardEntry


class BoardBrief(Shape):
    """A board in a list."""

    id: str = Field(description="`pack.name`, or `saved.name`.", examples=["environment.overview"])
    title: Text = Field(description="Name of the board.")
    description: Text | None = Field(description="What question it answers.")
    pack: str = Field(description="Pack that declares it; `saved` for boards that people made.")
    owner: str | None = Field(description="Who made it, for saved boards.")
    shared: bool = Field(description="Whether others see it.")
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

    shared: bool = Field(False, description="Whether others see it.")
    version: int | None = Field(
        None, ge=1, description="The version that was changed; refused when it is not the newest."
    )


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
        "version": entry.version,
    }


def _shape(entry: BoardEntry) -> BoardShape:
    declared = entry.board.model_dump(mode="json", by_alias=True)
    return BoardShape(**_brief(entry), last=declared["last"], widgets=declared["widgets"])


async def list_boards(call: Call[Paged, None]) -> Reply:
    """List the boards that the viewer may open."""
    items, following = page_of(await call.services.boards.all(call.viewer), call.params)
    return cached_reply(BoardList(items=[BoardBrief(**_brief(entry)) for entry in items], next=following), call.headers)


async def get_board(call: Call[Parameters, None]) -> Reply:
    """Give one board."""
    entry = await call.services.boards.get(call.path["id"], call.viewer)
    return cached_reply(_shape(entry), call.headers)


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
    board = Board.model_construct(**{name: getattr(call.body, name) for name in Board.model_fields})
    entry = await call.services.boards.save(board, call.viewer, shared=call.body.shared)
    return json_reply(_shape(entry), 201)


async def change_board(call: Call[Parameters, NewBoard]) -> Reply:
    """Save one's own board again."""
    board = Board.model_construct(**{name: getattr(call.body, name) for name in Board.model_fields})
    entry = await call.services.boards.save(
        board, call.viewer, shared=call.body.shared, board_id=call.path["id"], version=call.body.version
    )
    return json_reply(_shape(entry))


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
        gives=BoardShape, names=_ID,
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
        "PUT", f"{API}/boards/{{id}}", change_board, Text(vi="Sửa bảng của mình", en="Change one's own board"), "boards",
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
