"""`toancanh docs gen`: the generated pages of docs/reference."""

from pathlib import Path

import click

from toancanh.cli.output import hint
from toancanh.cli.reference import pages

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "reference"


@click.group(hidden=True)
def command() -> None:
    """Write the generated reference pages."""


@command.command("gen")
@click.option("--check", is_flag=True, help="Write nothing; fail when a page is not as it would be written.")
@click.option("--folder", default=FOLDER, type=click.Path(file_okay=False, path_type=Path), help="Where the pages lie.")
def gen(check: bool, folder: Path) -> None:
    """Write docs/reference/*.md and openapi.json from the code."""
    stale = []
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in pages().items():
        path = folder / name
        if path.is_file() and path.read_text(encoding="utf-8") == content:
            continue
        stale.append(name)
        if not check:
            path.write_text(content, encoding="utf-8")
            click.echo(path)
    if check and stale:
        hint(f"Cần chạy `make gen`: {', '.join(stale)}. / `make gen` is needed: {', '.join(stale)}.")
        raise click.exceptions.Exit(1)
