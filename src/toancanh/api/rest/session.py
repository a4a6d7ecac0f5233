"""Signing in and out."""

from datetime import datetime

from pydantic import Field

from toancanh.api.reply import Reply, json_reply, no_content
from toancanh.api.request import Call, Parameters
from toancanh.api.rest.common import Shape
from toancanh.api.routing import API, AnyRoute, Route
from toancanh.api.security import require_same_origin, set_cookie
from toancanh.domain import NotAuthenticated, Overloaded, Text, Viewer


class SignIn(Shape):
    """Who wants to sign in."""

    username: str = Field(min_length=1, max_length=200, description="Name of the account.", examples=["demo-officer"])
    password: str = Field(min_length=1, max_length=1000, description="Password.", examples=["demo"])
    otp: str | None = Field(None, max_length=20, description="Code of the authenticator, where the account has one.")


class ViewerShape(Shape):
    """Who asks."""

    id: str = Field(description="Identifier.", examples=["public"])
    name: str = Field(description="Name for people.")
    kind: str = Field(description="user, key, public or system.")
    roles: list[str] = Field(description="Roles that its grants give.", examples=[["officer"]])


class SessionShape(Shape):
    """A session."""

    viewer: ViewerShape
    expires: datetime | None = Field(None, description="When the session ends; null without one.")


class NewSession(SessionShape):
    """A session that has just begun."""

    token: str = Field(description="Send it as `Authorization: Bearer`.")


def _shape(viewer: Viewer) -> ViewerShape:
    roles = list(dict.fromkeys(grant.role for grant in viewer.grants))
    return ViewerShape(id=viewer.id, name=viewer.name, kind=viewer.kind, roles=roles)


async def sign_in(call: Call[Parameters, SignIn]) -> Reply:
    """Begin a session."""
    settings = call.services.settings
    require_same_origin(call.headers, settings.public_url)
    session = await call.services.access.sign_in(call.body.username, call.body.password, call.body.otp)
    secure = (settings.public_url or "").startswith("https://")
    shape = NewSession(viewer=_shape(session.viewer), expires=session.expires, token=session.token)
    return json_reply(shape, headers=[set_cookie(session.token, secure=secure)])


async def get_session(call: Call[Parameters, None]) -> Reply:
    """Say who asks."""
    expires = await call.services.access.expires(call.token) if call.token and call.viewer.kind == "user" else None
    return json_reply(SessionShape(viewer=_shape(call.viewer), expires=expires))


async def sign_out(call: Call[Parameters, None]) -> Reply:
    """End the session."""
    if call.token and call.viewer.kind == "user":
        await call.services.access.sign_out(call.token)
    reply = no_content()
    reply.headers.append(set_cookie(""))
    return reply


ROUTES: tuple[AnyRoute, ...] = (
    Route(
        "POST", f"{API}/session", sign_in, Text(vi="Đăng nhập", en="Sign in"), "session",
        "Gives a token, and sets it as a cookie for browsers.",
        body=SignIn, gives=NewSession, example={"username": "demo-officer", "password": "demo"},
        errors=(NotAuthenticated, Overloaded), door=True,
    ),
    Route(
        "GET", f"{API}/session", get_session, Text(vi="Ai đang đăng nhập", en="Who is signed in"), "session",
        "The public viewer when nobody is.", gives=SessionShape,
    ),
    Route("DELETE", f"{API}/session", sign_out, Text(vi="Đăng xuất", en="Sign out"), "session", status=204, door=True),
)  # fmt: skip
