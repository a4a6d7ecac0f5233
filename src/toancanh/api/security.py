"""Who asks: the token of a request, and whether a page of ours sent it."""

from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from toancanh.api.problems import CrossOrigin
from toancanh.domain import NotAuthenticated, Text

COOKIE = "toancanh_session"
_KEPT = 400 * 86_400
"""Seconds for which browsers keep a cookie at most. When a session is over, the server says so; the cookie waits longer."""
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def bearer(headers: Mapping[bytes, bytes]) -> str | None:
    """Return the token of `Authorization: Bearer`; raise NotAuthenticated for another scheme."""
    given = headers.get(b"authorization")
    if given is None:
        return None
    scheme, _, token = given.decode("latin-1").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise NotAuthenticated(
            Text(vi="Cách xác thực không được hỗ trợ.", en="This way of authenticating is not supported."),
            Text(vi="Hãy gửi Authorization: Bearer <mã>.", en="Send Authorization: Bearer <token>."),
        )
    return token.strip()


def cookie(headers: Mapping[bytes, bytes]) -> str | None:
    """Return the session token in the cookies."""
    given = headers.get(b"cookie")
    if given is None or COOKIE.encode() not in given:
        return None
    try:
        found = SimpleCookie(given.decode("latin-1")).get(COOKIE)
    except CookieError:
        return None
    return found.value if found is not None and found.value else None


def require_same_origin(headers: Mapping[bytes, bytes], public_url: str | None) -> None:
    """Raise CrossOrigin when a browser says that a page of another site sent this request.

    Browsers send `Sec-Fetch-Site` or `Origin` with every unsafe request; programs send neither, and hold no cookie that
    a strange page could ride on.
    """
    site = headers.get(b"sec-fetch-site")
    origin = headers.get(b"origin")
    if site is not None and site not in (b"same-origin", b"none"):
        raise _refused()
    if origin is None:
        return
    host = urlsplit(origin.decode("latin-1")).netloc.lower()
    ours = {headers.get(b"host", b"").decode("latin-1").lower()}
    if public_url:
        ours.add(urlsplit(public_url).netloc.lower())
    if not host or host not in ours:
        raise _refused()


def _refused() -> CrossOrigin:
    return CrossOrigin(
        Text(
            vi="Yêu cầu này đến từ trang của một địa chỉ khác.",
            en="This request comes from a page of another address.",
        ),
        Text(
            vi="Hãy thao tác trên chính trang của hệ thống, hoặc dùng Authorization: Bearer.",
            en="Act on the platform's own pages, or use Authorization: Bearer.",
        ),
    )


def set_cookie(token: str, *, secure: bool = False) -> tuple[bytes, bytes]:
    """Return the header that keeps the session in the browser; an empty token forgets it."""
    attributes = f"{COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={_KEPT if token else 0}"
    return b"set-cookie", (attributes + ("; Secure" if secure else "")).encode()
