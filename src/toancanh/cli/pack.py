"""`toancanh pack new NAME`: a pack that works, to begin with."""

from pathlib import Path

import click

from toancanh.catalog import scaffold_pack
from toancanh.cli.output import hint


@click.group()
def command() -> None:
    """Write packs."""


@command.command("new")
@click.argument("name")
@click.option("--into", "folder", default=Path("packs"), show_default=True, metavar="DIR",
              type=click.Path(file_okay=False, path_type=Path), help="Folder of packs.")  # fmt: skip
def new(name: str, folder: Path) -> None:
    """Write a working pack called NAME, with data, an indicator, a board, a demo and tests."""
    made = scaffold_pack(name, folder)
    click.echo(made)
    hint(f"Hãy sửa rồi chạy: toancanh check {made} / Change it, then type: toancanh check {made}")
