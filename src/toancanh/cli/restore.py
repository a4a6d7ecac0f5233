"""`toancanh restore FILE`: a backup becomes a city."""

import os
from pathlib import Path

import click

from toancanh.cli.client import work
from toancanh.cli.output import hint
from toancanh.server import restore
from toancanh.settings import read_settings


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def command(file: Path) -> None:
    """Read the backup FILE into the empty city of TOANCANH_HOME; no server may run there."""
    settings = read_settings(os.environ)
    work(restore(settings, file))
    click.echo(settings.home)
    hint("Đã khôi phục. Hãy chạy: toancanh run / Restored. Type: toancanh run")
