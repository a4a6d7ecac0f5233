"""`toancanh docs gen`: the generated files of the project: reference pages, OpenAPI, JSON Schemas."""

from pathlib import Path

import click

from toancanh.cli.output import hint
from toancanh.cli.reference import pages

ROOT = Path(__file__).resolve().parents[3]


@click.group(hidden=True)
def command() -> None:
    """Write the generated files of the project."""


@command.command("gen")
@click.option("--check", is_flag=True, help="Write nothing; fail when a file is not as it would be written.")
@click.option("--root", default=ROOT, type=click.Path(file_okay=False, path_type=Path), help="The repository.")
def gen(check: bool, root: Path) -> None:
    """Write docs/reference and schemas from the code."""
    stale = []
    for name, content in pages().items():
        path = root / name
        if path.is_file() and path.read_text(encoding="utf-8") == content:
            continue
        stale.append(name)
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
            click.echo(path)
    if check and stale:
        hint(f"Cần chạy `make gen`: {', '.join(stale)}. / `make gen` is needed: {', '.join(stale)}.")
        raise click.exceptions.Exit(1)
