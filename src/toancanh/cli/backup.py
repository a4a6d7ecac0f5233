"""`toancanh backup FILE`: everything that is stored, in one file."""

import os
from pathlib import Path

import click

from toancanh.cli.client import connect, reach, work
from toancanh.cli.output import hint
from toancanh.domain import Conflict, Text
from toancanh.server import back_up
from toancanh.settings import read_settings


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@reach
def command(file: Path, url: str | None, key: str | None) -> None:
    """Write everything that is stored into FILE (tar), while the platform runs or not."""
    if file.exists():
        raise Conflict(
            Text(vi=f"Đã có tệp {file}.", en=f"{file} exists already."),
            Text(vi="Chọn tên khác.", en="Choose another name."),
        )
    file.parent.mkdir(parents=True, exist_ok=True)
    work(_back_up(file, url, key))
    click.echo(file)
    hint(f"{file.stat().st_size / 1e6:.1f} MB")


async def _back_up(file: Path, url: str | None, key: str | None) -> None:
    async with connect(url, key) as client:
        if client.platform is not None:
            await back_up(read_settings(os.environ), client.platform.services.stores, file)
            return
        part = file.with_name(file.name + ".part")
        async with client.stream("GET", "/backup") as answer:
            with part.open("wb") as target:
                async for piece in answer.aiter_bytes():
                    target.write(piece)
        part.rename(file)
