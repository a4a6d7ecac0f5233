"""The basemap: its address names squares, on a host that a browser may be allowed to ask."""

import re
from collections.abc import Iterator
from urllib.parse import SplitResult, urlsplit

from toancanh.catalog.checks.saying import wrong
from toancanh.catalog.draft import Document
from toancanh.domain import Issue
from toancanh.domain.declarations import City

_HOST = re.compile(r"[A-Za-z0-9.-]+(:[0-9]{1,5})?")
_PLACES = ("{z}", "{x}", "{y}")
_LOOPBACK = ("localhost", "127.0.0.1")
_LIKE = "https://bando.example.vn/nen/{z}/{x}/{y}.png"


def check_basemap(document: Document) -> list[Issue]:
    """Return what is wrong with the address of the city's basemap."""
    city = document.model
    if not isinstance(city, City) or city.basemap is None:
        return []
    return [wrong(document, ("basemap", "tiles"), *said, "basemap") for said in _mistakes(city.basemap.tiles)]


def _mistakes(tiles: str) -> Iterator[tuple[str, str, str, str]]:
    if not _reachable(tiles):
        yield (
            "“tiles” phải là địa chỉ https:// hoặc đường dẫn trên máy chủ này.",
            "'tiles' must be an https:// address or a path of this server.",
            f"Viết như {_LIKE}, hoặc /nen/{{z}}/{{x}}/{{y}}.png; không kèm tên đăng nhập.",
            f"Write it as {_LIKE}, or /nen/{{z}}/{{x}}/{{y}}.png; without a user's name.",
        )
    missing = ", ".join(place for place in _PLACES if place not in tiles)
    if missing:
        yield (
            f"“tiles” thiếu {missing}.",
            f"'tiles' lacks {missing}.",
            f"Đặt {{z}} (mức thu phóng), {{x}} và {{y}} (vị trí ô) vào địa chỉ, như {_LIKE}.",
            f"Put {{z}} (zoom), {{x}} and {{y}} (place of the square) into the address, as in {_LIKE}.",
        )
    others = ", ".join(sorted(set(re.findall(r"{[^}]*}", tiles)) - set(_PLACES)))
    if others:
        yield (
            f"“tiles” không có chỗ cho {others}.",
            f"'tiles' has no place for {others}.",
            "Chỉ dùng {z}, {x} và {y}; thay các chỗ khác bằng giá trị, ví dụ {s} bằng tên một máy chủ.",
            "Use {z}, {x} and {y} only; put a value in place of others, a host for {s} for example.",
        )


def _reachable(tiles: str) -> bool:
    """Return whether browsers may ask for `tiles`: by https, on this server, or on the reader's own machine."""
    if re.search(r"[\\\s]", tiles):
        return False
    if tiles.startswith("/"):
        return not tiles.startswith("//")
    address = _split(tiles)
    if address is None or not _HOST.fullmatch(address.netloc):
        return False
    return address.scheme == "https" or (address.scheme == "http" and address.hostname in _LOOPBACK)


def _split(address: str) -> SplitResult | None:
    try:
        return urlsplit(address)
    except ValueError:
        return None
