"""`toancanh run`: serve the city of TOANCANH_HOME."""

import os

import click

from toancanh.server import serve
from toancanh.settings import read_settings


@click.command()
def command() -> None:
    """Serve the city of TOANCANH_HOME until it is told to stop."""
    serve(read_settings(os.environ))
