"""`toancanh init DIR`: a city's folder."""

from pathlib import Path

import click

from toancanh.cli.output import hint
from toancanh.server import CITIES, make_city


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--like", default="haiphong", show_default=True, type=click.Choice(CITIES), help="Shipped city to begin with."
)
@click.option("--demo/--no-demo", default=False, help="Whether its figures are simulated.")
def command(folder: Path, like: str, demo: bool) -> None:
    """Make a city's folder in DIR: city.yaml, units.yaml, packs/. Then change them, and type `toancanh run`."""
    make_city(folder, like, demo=demo)
    click.echo(folder)
    hint(f"Hãy sửa {folder}/city.yaml rồi chạy: TOANCANH_HOME={folder} toancanh run")
    hint(f"Change {folder}/city.yaml, then type: TOANCANH_HOME={folder} toancanh run")
