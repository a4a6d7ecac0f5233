"""Walls: playlists of boards, and the presenter's remote."""

from datetime import UTC, datetime
from typing import Any

from pydantic import Field

from toancanh.api.reply import Reply, json_reply, no_content
from toancanh.api.request import Call, Parameters
from toancanh.api.rest.common import Next, Paged, Shape, page_of
from toancanh.api.routing import API, AnyRoute, Route
from toancanh.domain import Conflict, Text
from toancanh.domain.declarations import Wall, WallAlarm, WallItem
from toancanh.views import Command, Control, WallEntry


class WallShape(Shape):
    """A wall, and how its playlist runs."""

    id: str = Field(description="Name, as it stands in addresses.", examples=["control-room"])
    title: Text = Field(description="Name for people.")
    items: list[WallItem] = Field(description="The boards, in their order.")
    alarm: WallAlarm = Field(description="When a field interrupts.")
    theme: str = Field(description="dark or light.")
    version: int = Field(description="Grows with every change of the playlist.")
    control: Control = Field(description="How the playlist runs.")
    now: datetime = Field(description="The server's clock: the first item began at `control.anchor` on it.")


class WallList(Shape):
    """Walls."""

    items: list[WallShape]
    next: Next


class ChangedWall(Wall):
    """A wall to save."""

    version: int | None = Field(
        None, ge=1, description="The version that was changed; refused when it is not the newest."
    )

    def wall(self) -> Wall:
        """Return it as it is kept."""
        return Wall.model_construct(**{name: getattr(self, name) for name in Wall.model_fields})


class NewWall(ChangedWall):
    """A wall to make."""

    id: str = Field(min_length=1, max_length=63, description="Name, as it stands in addresses.", examples=["lobby"])


def wall_shape(entry: WallEntry) -> WallShape:
    """Return a wall as the API gives it."""
    wall = entry.wall
    return WallShape(
        id=entry.id, title=wall.title, items=list(wall.items), alarm=wall.alarm, theme=wall.theme, version=entry.version,
        control=entry.control, now=datetime.now(UTC),
    )  # fmt: skip


async def list_walls(call: Call[Paged, None]) -> Reply:
    """List the walls."""
    items, following = page_of(await call.services.walls.all(), call.params)
    return json_reply(WallList(items=[wall_shape(entry) for entry in items], next=following))


async def get_wall(call: Call[Parameters, None]) -> Reply:
    """Give one wall."""
    return json_reply(wall_shape(await call.services.walls.get(call.path["id"])))


async def add_wall(call: Call[Parameters, NewWall]) -> Reply:
    """Make a wall."""
    return json_reply(wall_shape(await call.services.walls.add(call.body.id, call.body.wall(), call.viewer)), 201)


async def change_wall(call: Call[Parameters, ChangedWall]) -> Reply:
    """Change a wall."""
    walls = call.services.walls
    return json_reply(wall_shape(await walls.change(call.path["id"], call.body.wall(), call.viewer, call.body.version)))


async def remove_wall(call: Call[Parameters, None]) -> Reply:
    """Delete a wall."""
    await call.services.walls.remove(call.path["id"], call.viewer)
    return no_content()


async def steer_wall(call: Call[Parameters, Command]) -> Reply:
    """Do a presenter's word."""
    return json_reply(wall_shape(await call.services.walls.steer(call.path["id"], call.body, call.viewer)))


_ID: dict[str, Any] = {"names": {"id": "Name of the wall."}}
ROUTES: tuple[AnyRoute, ...] = (
    Route(
        "GET", f"{API}/walls", list_walls, Text(vi="Danh mục tường màn hình", en="Walls"), "walls",
        params=Paged, gives=WallList, action="read_internal",
    ),
    Route(
        "POST", f"{API}/walls", add_wall, Text(vi="Tạo tường màn hình", en="Make a wall"), "walls",
        body=NewWall, gives=WallShape, status=201, action="design", errors=(Conflict,), example={
            "id": "control-room",
            "title": {"vi": "Phòng trực ban", "en": "Control room"},
            "items": [
                {"board": "environment.overview", "dwell": 60},
                {"board": "dossiers.overview", "dwell": 45, "last": "30d"},
            ],
            "alarm": {"states": ["bad"], "seconds": 60},
        },
    ),
    Route(
        "GET", f"{API}/walls/{{id}}", get_wall, Text(vi="Một tường màn hình", en="One wall"), "walls",
        "Which board is shown follows from `now`, `control` and the dwell times alone; see docs/wall.md.",
        gives=WallShape, action="read_internal", **_ID,
    ),
    Route(
        "PUT", f"{API}/walls/{{id}}", change_wall, Text(vi="Sửa tường màn hình", en="Change a wall"), "walls",
        body=ChangedWall, gives=WallShape, action="design", errors=(Conflict,), **_ID, example={
            "title": {"vi": "Sảnh", "en": "Lobby"},
            "items": [{"board": "environment.overview", "dwell": 60}],
            "theme": "light",
            "version": 1,
        },
    ),
    Route(
        "DELETE", f"{API}/walls/{{id}}", remove_wall, Text(vi="Xóa tường màn hình", en="Delete a wall"), "walls",
        status=204, action="design", **_ID,
    ),
    Route(
        "POST", f"{API}/walls/{{id}}/control", steer_wall, Text(vi="Điều khiển tường màn hình", en="Steer a wall"), "walls",
        "A presenter's word: next, previous, hold, resume, show (with `board`), alarm (with `text`), clear.",
        body=Command, gives=WallShape, action="design", example={"do": "next"}, **_ID,
    ),
)  # fmt: skip
