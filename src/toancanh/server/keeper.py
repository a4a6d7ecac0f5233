"""What changes a running platform as a whole: reading packs again, declaring into the city's folder, backing up."""

import asyncio
import contextlib
import io
import re
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from toancanh.api import Services
from toancanh.catalog import load_catalog
from toancanh.domain import CatalogChanged, InvalidInput, NotFound, Text
from toancanh.indicators import Indicators
from toancanh.server.backup import back_up

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_PIECE = 1 << 20


class Keeper:
    """Changes the platform behind `services`, one change at a time."""

    def __init__(self) -> None:
        self._services: Services | None = None
        self._changing = asyncio.Lock()

    def keep(self, services: Services) -> None:
        """Say which platform it is."""
        self._services = services

    async def reload(self) -> None:
        """Read the city's folder again, and let everyone go on with it. Raises InvalidPack; then nothing changes."""
        async with self._changing:
            await self._reload()

    async def declare(self, pack: str, kind: str, name: str, declaration: dict[str, Any]) -> None:
        """Write a declaration into the city's folder, and read it. Raises InvalidPack; then nothing changes."""
        if not _NAME.fullmatch(name):
            raise InvalidInput(
                Text(vi=f"Tên “{name[:63]}” không hợp lệ.", en=f"The name '{name[:63]}' is not valid."),
                Text(vi="Dùng a-z, 0-9 và _, bắt đầu bằng chữ.", en="Use a-z, 0-9 and _, beginning with a letter."),
            )
        async with self._changing:
            path = self._known.settings.home / "packs" / pack / kind / f"{name}.yaml"
            before = await asyncio.to_thread(_write, path, declaration)
            try:
                await self._reload()
            except BaseException:
                await asyncio.to_thread(_put_back, path, before)
                raise

    async def withdraw(self, pack: str, kind: str, name: str) -> None:
        """Take a declaration out of the city's folder again; raise NotFound where it is not there, InvalidPack."""
        path = self._known.settings.home / "packs" / pack / kind / f"{name}.yaml"
        async with self._changing:
            before = await asyncio.to_thread(_take_out, path) if _NAME.fullmatch(name) else None
            if before is None:
                raise NotFound(
                    Text(
                        vi=f"{pack}.{name} không nằm trong thư mục của thành phố.",
                        en=f"{pack}.{name} is not in the city's folder.",
                    ),
                    Text(
                        vi="Khai báo đi kèm nền tảng không xóa được; hãy tạm dừng nguồn.",
                        en="What comes with the platform cannot be deleted; pause the source.",
                    ),
                )
            try:
                await self._reload()
            except BaseException:
                await asyncio.to_thread(path.write_bytes, before)
                raise

    async def back_up(self) -> AsyncIterator[bytes]:
        """Yield a tar file with everything that is stored."""
        services = self._known
        work = services.settings.home / "data" / "backups"
        await asyncio.to_thread(work.mkdir, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=work) as folder:
            target = Path(folder) / "city.tar"
            await back_up(services.settings, services.stores, target)
            with target.open("rb") as file:
                while piece := await asyncio.to_thread(file.read, _PIECE):
                    yield piece

    @property
    def _known(self) -> Services:
        assert self._services is not None
        return self._services

    async def _reload(self) -> None:
        services = self._known
        explain = services.stores.facts.explain_ast
        catalog = await asyncio.to_thread(load_catalog, services.settings.home, explain=explain)
        if catalog.version == services.catalog.version:
            return
        await services.ingest.use(catalog)
        services.intake.use(catalog)
        indicators = Indicators(catalog, services.stores, services.geography, services.settings)
        await indicators.start()
        before, services.indicators, services.catalog = services.indicators, indicators, catalog
        services.stores.bus.publish(CatalogChanged(catalog.version))
        await before.close()


def _write(path: Path, declaration: dict[str, Any]) -> bytes | None:
    """Write a declaration as YAML; return what was there before."""
    before = path.read_bytes() if path.exists() else None
    text = io.StringIO()
    YAML(typ="safe", pure=True).dump(declaration, text)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.getvalue(), encoding="utf-8")
    return before


def _take_out(path: Path) -> bytes | None:
    """Delete a file; return what it held, None where there is none."""
    if not path.is_file():
        return None
    before = path.read_bytes()
    path.unlink()
    return before


def _put_back(path: Path, before: bytes | None) -> None:
    if before is not None:
        path.write_bytes(before)
        return
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    for folder in (path.parent, path.parent.parent):
        with contextlib.suppress(OSError):
            folder.rmdir()
