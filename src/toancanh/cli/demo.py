"""`toancanh demo`: the demo city, made where it is not there yet."""

import os

import click

from toancanh.cli.output import hint
from toancanh.server import make_city, serve
from toancanh.settings import read_settings


@click.command()
@click.option("--city", default="haiphong", show_default=True, help="Which of the shipped cities.")
def command(city: str) -> None:
    """Serve the demo city with simulated records, from the folder TOANCANH_HOME; it is made when it is not there yet."""
    settings = read_settings(os.environ).model_copy(update={"demo": True})
    if not (settings.home / "city.yaml").exists():
        make_city(settings.home, city)
        hint(f"Đã tạo {settings.home}. / {settings.home} was made.")
    serve(settings)
