"""How words write: data on stdout, hints on stderr."""

import csv
import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import click
from rich.console import Console
from rich.table import Table

FORMATS = ("table", "json", "csv")
hints = Console(stderr=True, highlight=False)


def rows(heads: Sequence[str], lines: Iterable[Sequence[Any]], form: str) -> None:
    """Write a table for people, or JSON objects, or CSV, on stdout."""
    if form == "json":
        click.echo(json.dumps([dict(zip(heads, line, strict=True)) for line in lines], ensure_ascii=False, indent=1))
    elif form == "csv":
        writer = csv.writer(sys.stdout)
        writer.writerow(heads)
        writer.writerows(["" if value is None else value for value in line] for line in lines)
    else:
        table = Table(*heads, box=None, pad_edge=False, header_style="bold")
        for line in lines:
            table.add_row(*("–" if value is None else str(value) for value in line))
        Console(highlight=False, soft_wrap=True).print(table)


def hint(text: str) -> None:
    """Write a line for people on stderr."""
    click.echo(text, err=True)
