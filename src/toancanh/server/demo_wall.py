"""The demo's wall: one playlist of all fields and one display, made as people make them, once."""

from datetime import UTC, datetime

from sqlalchemy import insert, select

from toancanh.api import Services
from toancanh.domain import Text, Viewer
from toancanh.domain.declarations import Wall, WallItem
from toancanh.store import tables

WALL = "phong-truc"
DISPLAY = "man-hinh-1"
_MADE = "demo/wall"
_KV = tables.kv


async def hang(services: Services, viewer: Viewer) -> None:
    """Make the wall and its display unless that was done before: who deleted them does not want them back."""
    state, packs = services.stores.state, services.catalog.packs
    made = await state.read(lambda connection: connection.execute(select(_KV.c.key).where(_KV.c.key == _MADE)).first())
    boards = [f"{pack}.{loaded.head.board}" for pack, loaded in packs.items() if loaded.head.board is not None]
    if made is not None or not boards:
        return
    await state.write(
        lambda connection: (
            connection.execute(insert(_KV).values(key=_MADE, value={}, changed=datetime.now(UTC))) and None
        )
    )
    title = Text(vi="Phòng trực ban (mô phỏng)", en="Control room (demo)")
    wall = Wall(title=title, items=tuple(WallItem(board=board, dwell=60) for board in boards))
    if WALL not in {entry.id for entry in await services.walls.all()}:
        await services.walls.add(WALL, wall, viewer)
    if DISPLAY not in {display.name for display in await services.displays.all()}:
        await services.displays.add(DISPLAY, "Màn hình 1 (mô phỏng)", "Phòng trực ban", WALL, viewer)
