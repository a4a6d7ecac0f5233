"""`toancanh init DIR`: a city's folder."""

from pathlib import Path

import click

from toancanh.cli.output import hint
from toancanh.server import found_city


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--area",
    prompt="Mã tỉnh, thành phố / Code of the province or city",
    metavar="CODE",
    help="Code of its area, as 31; asked for when left out.",
)
def command(folder: Path, area: str) -> None:
    """Make a city's folder in DIR: city.yaml and an empty packs/. Then type `toancanh run`."""
    found = found_city(folder, area)
    click.echo(folder)
    hint(f"{found.full_name}. Hãy xem {folder}/city.yaml rồi chạy: TOANCANH_HOME={folder} toancanh run")
    hint(f"{found.name_en}. Look at {folder}/city.yaml, then type: TOANCANH_HOME={folder} toancanh run")
