"""Displays: the screens of walls, their keys and their heartbeats."""

from datetime import UTC, datetime
from typing import Any

from pydantic import Field

from toancanh.api.reply import Reply, json_reply, no_content
from toancanh.api.request import Call, Parameters
from toancanh.api.rest.common import Next, Paged, Shape, page_of
from toancanh.api.rest.people import GrantShape
from toancanh.api.rest.walls import WallShape, wall_shape
from toancanh.api.routing import API, AnyRoute, Route
from toancanh.api.security import require_same_origin, set_cookie
from toancanh.domain import Conflict, NotAuthenticated, Text
from toancanh.views import HEARTBEAT, Display, is_itself


class Report(Shape):
    """What a display says of itself."""

    board: str | None = Field(None, max_length=127, description="Board that it shows.")
    alarm: bool = Field(False, description="Whether an alarm is shown.")
    width: int = Field(ge=0, le=100_000, description="Width of the screen in CSS pixels.", examples=[1920])
    height: int = Field(ge=0, le=100_000, description="Height of the screen in CSS pixels.", examples=[1080])
    build: str = Field("", max_length=200, description="Which build of the page it runs.")
    since: datetime = Field(description="When the page was loaded.")
    lost: float | None = Field(
        None, ge=0, description="Seconds for which no event has come; null while the line is up."
    )
    heap: int | None = Field(None, ge=0, description="Memory of the page in bytes, where the browser tells.")


class DisplayBrief(Shape):
    """A display."""

    name: str = Field(description="Name, as it stands in addresses.", examples=["phong-truc-1"])
    title: str = Field(description="Name for people.")
    place: str | None = Field(description="Where it hangs.")
    wall: str | None = Field(description="The wall that it plays.")
    linked: bool = Field(description="Whether a screen was linked to it by a key that is still good.")
    state: str = Field(description="good: it reports; watch: late; bad: silent; unknown: it never reported.")
    seen: datetime | None = Field(description="When it last reported.")
    report: Report | None = Field(description="What it said then.")


class DisplayList(Shape):
    """Displays."""

    items: list[DisplayBrief]
    next: Next


class Playing(DisplayBrief):
    """A display and what it plays."""

    plays: WallShape | None = Field(description="The wall.")
    itself: bool = Field(description="Whether the screen itself asks, and not a person who looks at it.")
    now: datetime = Field(description="The server's clock.")


class ChangedDisplay(Shape):
    """What to change."""

    title: str = Field(min_length=1, max_length=200, description="Name for people.", examples=["Màn hình giữa"])
    place: str | None = Field(None, max_length=200, description="Where it hangs.", examples=["Phòng trực ban, tầng 2"])
    wall: str | None = Field(None, max_length=63, description="The wall that it plays.")


class NewDisplay(ChangedDisplay):
    """A display to make."""

    name: str = Field(min_length=1, max_length=63, description="Name, as it stands in addresses.")


class Link(Shape):
    """What the screen may see."""

    grants: list[GrantShape] = Field(
        [GrantShape(role="display")],
        min_length=1,
        max_length=20,
        description="Roles `viewer` (open data) or `display`.",
    )


class MadeLink(Shape):
    """The link of a screen."""

    token: str = Field(description="The key; it is shown only this once.")
    path: str = Field(description="What to open on the screen's own machine.")


class Claim(Shape):
    """A screen's key."""

    token: str = Field(min_length=1, max_length=200, description="The key that the link holds.")


class Beat(Shape):
    """Answer to a heartbeat."""

    now: datetime = Field(description="The server's clock.")
    every: float = Field(description="Seconds until the next one is expected.")


def _brief(display: Display) -> dict[str, Any]:
    return {
        "name": display.name,
        "title": display.title,
        "place": display.place,
        "wall": display.wall,
        "linked": display.key is not None,
        "state": display.condition(datetime.now(UTC)),
        "seen": display.seen,
        "report": None if display.report is None else Report.model_validate(display.report),
    }


async def list_displays(call: Call[Paged, None]) -> Reply:
    """List the displays."""
    items, following = page_of(await call.services.displays.all(), call.params)
    return json_reply(DisplayList(items=[DisplayBrief(**_brief(one)) for one in items], next=following))


async def get_display(call: Call[Parameters, None]) -> Reply:
    """Give one display and what it plays."""
    display, wall = await call.services.displays.playing(call.path["name"], call.viewer)
    return json_reply(
        Playing(
            **_brief(display),
            plays=None if wall is None else wall_shape(wall),
            itself=is_itself(display, call.viewer),
            now=datetime.now(UTC),
        )
    )


async def add_display(call: Call[Parameters, NewDisplay]) -> Reply:
    """Make a display."""
    new = call.body
    made = await call.services.displays.add(new.name, new.title, new.place, new.wall, call.viewer)
    return json_reply(DisplayBrief(**_brief(made)), 201)


async def change_display(call: Call[Parameters, ChangedDisplay]) -> Reply:
    """Change a display."""
    to = call.body
    changed = await call.services.displays.change(call.path["name"], to.title, to.place, to.wall, call.viewer)
    return json_reply(DisplayBrief(**_brief(changed)))


async def remove_display(call: Call[Parameters, None]) -> Reply:
    """Delete a display."""
    await call.services.displays.remove(call.path["name"], call.viewer)
    return no_content()


async def link_display(call: Call[Parameters, Link]) -> Reply:
    """Make a screen's link."""
    name = call.path["name"]
    token = await call.services.displays.link(name, [grant.grant() for grant in call.body.grants], call.viewer)
    return json_reply(MadeLink(token=token, path=f"/wall/{name}#token={token}"), 201)


async def unlink_display(call: Call[Parameters, None]) -> Reply:
    """Make a screen's link worthless."""
    await call.services.displays.unlink(call.path["name"], call.viewer)
    return no_content()


async def claim_display(call: Call[Parameters, Claim]) -> Reply:
    """Let a browser be a screen."""
    services = call.services
    require_same_origin(call.headers, services.settings.public_url)
    await services.displays.recognise(call.path["name"], call.body.token)
    reply = no_content()
    reply.headers.append(_cookie(call.body.token, services.settings.public_url))
    return reply


async def hear_display(call: Call[Parameters, Report]) -> Reply:
    """Take a heartbeat."""
    report = call.body.model_dump(mode="json")
    await call.services.displays.hear(call.path["name"], report, call.viewer)
    headers = [_cookie(call.token, call.services.settings.public_url)] if call.token else []
    return json_reply(Beat(now=datetime.now(UTC), every=HEARTBEAT.total_seconds()), headers=headers)


def _cookie(token: str, public_url: str | None) -> tuple[bytes, bytes]:
    return set_cookie(token, secure=(public_url or "").startswith("https://"))


_NAME: dict[str, Any] = {"names": {"name": "Name of the display."}}
_EXAMPLE = {"title": "Màn hình giữa", "place": "Phòng trực ban, tầng 2", "wall": "control-room"}
ROUTES: tuple[AnyRoute, ...] = (
    Route(
        "GET", f"{API}/displays", list_displays, Text(vi="Danh mục màn hình", en="Displays"), "walls",
        params=Paged, gives=DisplayList, action="read_internal",
    ),
    Route(
        "POST", f"{API}/displays", add_display, Text(vi="Thêm màn hình", en="Add a display"), "walls",
        body=NewDisplay, gives=DisplayBrief, status=201, action="administer", errors=(Conflict,),
        example={"name": "phong-truc-1", **_EXAMPLE},
    ),
    Route(
        "GET", f"{API}/displays/{{name}}", get_display, Text(vi="Một màn hình và tường nó chiếu", en="One display and its wall"),
        "walls", "For the screen itself, and for whoever reads internal data.", gives=Playing, **_NAME,
    ),
    Route(
        "PUT", f"{API}/displays/{{name}}", change_display, Text(vi="Sửa màn hình", en="Change a display"), "walls",
        body=ChangedDisplay, gives=DisplayBrief, action="administer", example=_EXAMPLE, **_NAME,
    ),
    Route(
        "DELETE", f"{API}/displays/{{name}}", remove_display, Text(vi="Xóa màn hình", en="Delete a display"), "walls",
        status=204, action="administer", **_NAME,
    ),
    Route(
        "POST", f"{API}/displays/{{name}}/link", link_display, Text(vi="Tạo liên kết màn hình", en="Link a screen"), "walls",
        "Makes a key that only looks, in place of the one before; it is shown only in this answer.",
        body=Link, gives=MadeLink, status=201, action="administer", example={"grants": [{"role": "display"}]}, **_NAME,
    ),
    Route(
        "DELETE", f"{API}/displays/{{name}}/link", unlink_display, Text(vi="Thu hồi liên kết màn hình", en="Unlink a screen"),
        "walls", status=204, action="administer", **_NAME,
    ),
    Route(
        "POST", f"{API}/displays/{{name}}/session", claim_display, Text(vi="Nhận làm màn hình", en="Become a screen"), "walls",
        "Keeps the key as a cookie of this browser, in place of whoever was signed in.",
        body=Claim, status=204, errors=(NotAuthenticated,), example={"token": "tck_…"}, door=True, **_NAME,
    ),
    Route(
        "POST", f"{API}/displays/{{name}}/heartbeat", hear_display, Text(vi="Nhịp báo của màn hình", en="Heartbeat"), "walls",
        "From the screen itself, every 20 seconds.", body=Report, gives=Beat, action="read",
        example={"board": "environment.overview", "width": 1920, "height": 1080, "since": "2026-11-22T00:00:00Z"}, **_NAME,
    ),
)  # fmt: skip
