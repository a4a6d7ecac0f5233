"""What administrators do to the whole platform: back it up, have packs read again."""

from typing import Any

from pydantic import Field

from toancanh.api.reply import Reply, json_reply
from toancanh.api.request import Call, Parameters
from toancanh.api.rest.common import Shape
from toancanh.api.routing import API, AnyRoute, Route
from toancanh.domain import InvalidPack, Text


class CatalogShape(Shape):
    """Which declarations are in force."""

    version: str = Field(description="Changes when any declaration does.")
    packs: list[str] = Field(description="Packs in use.")


async def get_catalog(call: Call[Parameters, None]) -> Reply:
    """Say which declarations are in force."""
    return json_reply(_catalog(call))


async def reload_catalog(call: Call[Parameters, None]) -> Reply:
    """Read the city's folder again."""
    await call.services.admin.reload()
    return json_reply(_catalog(call))


async def back_up(call: Call[Parameters, None]) -> Reply:
    """Give everything that is stored."""
    await call.services.access.audit(call.viewer, "backup", "platform")
    headers = [(b"content-disposition", b'attachment; filename="toancanh.tar"'), (b"cache-control", b"no-store")]
    return Reply(call.services.admin.back_up(), media="application/x-tar", headers=headers)


def _catalog(call: Call[Any, Any]) -> CatalogShape:
    catalog = call.services.catalog
    return CatalogShape(version=catalog.version, packs=list(catalog.packs))


_DO: dict[str, Any] = {"action": "administer"}
ROUTES: tuple[AnyRoute, ...] = (
    Route("GET", f"{API}/catalog", get_catalog, Text(vi="Khai báo đang dùng", en="Catalog"), "admin", gives=CatalogShape),
    Route(
        "POST", f"{API}/catalog/reload", reload_catalog, Text(vi="Đọc lại khai báo", en="Read packs again"), "admin",
        "Nothing changes when a declaration does not pass.", gives=CatalogShape, errors=(InvalidPack,), **_DO,
    ),
    Route(
        "GET", f"{API}/backup", back_up, Text(vi="Sao lưu", en="Back up"), "admin",
        "A tar file with everything that is stored; `toancanh restore` reads it.", media=("application/x-tar",), **_DO,
    ),
)  # fmt: skip
