"""Everything that is stored in one tar file, and back again, whichever stores hold it.

First the state is read in one snapshot, then the facts: what came in between is in the facts and not yet in the books,
and the next start books it. The other way round the books would miss records.
"""

import asyncio
import base64
import io
import json
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Date, Table, insert, select

from toancanh.domain import VERSION, Conflict, InvalidInput, Text
from toancanh.settings import Settings
from toancanh.store import Stores, open_stores, tables

_HEAD, _STATE, _FACTS, _CITY, _BLOBS = "backup.json", "state.ndjson", "facts.tar", "city", "blobs"
_FORMAT = 1
_LEFT_OUT = frozenset({"sessions", "sign_in_failures", "outbox"})
"""Tables that mean nothing in another life: people sign in again."""
_CITY_PARTS = ("city.yaml", "units.yaml", "calendars", "packs")
_ROWS = 500


async def back_up(settings: Settings, stores: Stores, target: Path) -> None:
    """Write the city in `settings.home` with all that is stored into the tar file `target`.

    Raises Conflict when `target` exists, Unavailable.
    """
    if await asyncio.to_thread(target.exists):
        raise Conflict(
            Text(vi=f"Đã có tệp {target}.", en=f"{target} exists already."),
            Text(vi="Chọn tên khác.", en="Choose another name."),
        )
    work = settings.home / "data" / "backups"
    await asyncio.to_thread(work.mkdir, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=work) as folder:
        state, facts = Path(folder) / _STATE, Path(folder) / _FACTS
        await stores.state.read(lambda connection: _write_state(connection, state))
        await stores.facts.backup(facts)
        await asyncio.to_thread(_pack, settings, state, facts, target)


async def restore(settings: Settings, source: Path) -> None:
    """Read the tar file `source` into the empty stores that the settings name, and into `settings.home`.

    Raises InvalidInput for a file that is no backup, Conflict where there is something already.
    """
    work = settings.home / "data" / "backups"
    await asyncio.to_thread(work.mkdir, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=work) as name:
        folder = Path(name)
        await asyncio.to_thread(_unpack, source, folder)
        stores = open_stores(settings)
        await stores.open()
        try:
            await _refuse_to_overwrite(stores)
            await stores.state.write(lambda connection: _read_state(connection, folder / _STATE))
            await stores.facts.restore(folder / _FACTS)
        finally:
            await stores.close()
        await asyncio.to_thread(_place, settings, folder)


async def _refuse_to_overwrite(stores: Stores) -> None:
    users = await stores.state.read(lambda connection: connection.execute(select(tables.users.c.id).limit(1)).first())
    rows = (await stores.facts.health()).rows
    if users is not None or any(rows.values()):
        raise Conflict(
            Text(vi="Nơi khôi phục đã có dữ liệu.", en="There are data already where the backup should go."),
            Text(vi="Đặt TOANCANH_HOME vào một thư mục trống.", en="Set TOANCANH_HOME to an empty folder."),
        )


def _write_state(connection: Connection, path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        for table in _tables():
            for row in connection.execution_options(yield_per=_ROWS).execute(select(table)).mappings():
                file.write(json.dumps([table.name, {name: _plain(value) for name, value in row.items()}]) + "\n")


def _read_state(connection: Connection, path: Path) -> None:
    known = {table.name: table for table in _tables()}
    with path.open(encoding="utf-8") as file:
        waiting: list[dict[str, Any]] = []
        current: Table | None = None
        for line in file:
            name, row = json.loads(line)
            if name not in known:
                raise _no_backup(f"table {name}")
            if current is not None and (current.name != name or len(waiting) >= _ROWS):
                connection.execute(insert(current), waiting)
                waiting = []
            current = known[name]
            waiting.append({key: _typed(current, key, value) for key, value in row.items()})
        if current is not None and waiting:
            connection.execute(insert(current), waiting)


def _tables() -> Iterator[Table]:
    return (table for table in tables.metadata.sorted_tables if table.name not in _LEFT_OUT)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return {"base64": base64.b64encode(value).decode()} if isinstance(value, bytes) else value


def _typed(table: Table, column: str, value: Any) -> Any:
    kind = table.c[column].type
    if value is None:
        return None
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    if isinstance(kind, tables.Moment):
        return datetime.fromisoformat(value)
    return value


def _pack(settings: Settings, state: Path, facts: Path, target: Path) -> None:
    head = {"format": _FORMAT, "version": VERSION, "created": datetime.now(UTC).isoformat()}
    part = target.with_name(target.name + ".part")
    with tarfile.open(part, "w") as tar:
        _add_bytes(tar, _HEAD, json.dumps(head).encode())
        tar.add(state, _STATE)
        tar.add(facts, _FACTS)
        for name in _CITY_PARTS:
            if (settings.home / name).exists():
                tar.add(settings.home / name, f"{_CITY}/{name}")
        blobs = settings.home / "data" / "blobs"
        if settings.blobs == "file:" and blobs.is_dir():
            tar.add(blobs, _BLOBS)
    part.rename(target)


def _add_bytes(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    tar.addfile(member, io.BytesIO(content))


def _unpack(source: Path, folder: Path) -> None:
    try:
        with tarfile.open(source) as tar:
            tar.extractall(folder, filter="data")
        head = json.loads((folder / _HEAD).read_text())
    except (OSError, tarfile.TarError, ValueError) as error:
        raise _no_backup(str(error)) from error
    if head.get("format") != _FORMAT:
        raise _no_backup(f"format {head.get('format')}")


def _place(settings: Settings, folder: Path) -> None:
    """Move the city's own files and the blobs to where they belong; a city.yaml that is there stays."""
    for name in _CITY_PARTS:
        found, place = folder / _CITY / name, settings.home / name
        if found.exists() and not place.exists():
            found.rename(place)
    blobs = settings.home / "data" / "blobs"
    for path in (folder / _BLOBS).glob("*/*"):
        place = blobs / path.relative_to(folder / _BLOBS)
        place.parent.mkdir(parents=True, exist_ok=True)
        path.replace(place)


def _no_backup(why: str) -> InvalidInput:
    return InvalidInput(
        Text(
            vi=f"Tệp này không phải bản sao lưu đọc được ({why}).", en=f"This is not a backup that can be read ({why})."
        ),
        Text(vi="Dùng tệp do `toancanh backup` ghi.", en="Use a file that `toancanh backup` wrote."),
    )
