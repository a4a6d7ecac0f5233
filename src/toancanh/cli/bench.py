"""`toancanh bench`: measure, where the measuring programs are at hand."""

import subprocess
import sys
from pathlib import Path

import click

from toancanh.domain import NotFound, Text

_ROOT = Path(__file__).resolve().parents[3]


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(arguments: tuple[str, ...]) -> None:
    """Measure against the engine's own limits, in one run. ARGUMENTS go to the measuring program."""
    if not (_ROOT / "bench" / "__main__.py").is_file():
        raise NotFound(
            Text(vi="Không có thư mục bench/ ở đây.", en="There is no bench/ here."),
            Text(vi="Chạy từ bản mã nguồn của dự án.", en="Run it from a clone of the project."),
        )
    sys.exit(subprocess.call([sys.executable, "-m", "bench", *arguments], cwd=_ROOT))  # noqa: S603 - our own program
