"""`toancanh load`: send the records of a file, piece by piece, with progress; sending again resumes."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from ruamel.yaml import YAML

from toancanh.cli.client import Client, connect, reach, work
from toancanh.cli.output import hint, hints
from toancanh.connectors import Piece, digest, pieces
from toancanh.domain import ToanCanhError

AT_ONCE = 2
"""Deliveries on their way at the same time."""
PATIENCE = 8
"""Attempts for one delivery, when the server is busy or the line breaks."""
_SHOWN = 20
_AGAIN = ("overloaded", "unavailable")


@dataclass(slots=True)
class _Account:
    accepted: int = 0
    quarantined: int = 0
    duplicates: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)

    @property
    def sent(self) -> int:
        return self.accepted + self.quarantined + self.duplicates


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--into", "dataset", required=True, metavar="DATASET", help="Dataset, as environment.air_quality.")
@click.option("--source", metavar="NAME", help="Source whose mapping is used, as environment.provincial_stations.")
@click.option(
    "--sheet",
    metavar="NAME",
    help="Sheet of a workbook: its name, its number from 1, or * for all (by default the one whose header fits).",
)
@click.option("--map", "mapping", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE",
              help="A source's YAML, declared first under --source (by default the dataset's pack and the file's name).")  # fmt: skip
@reach
def command(
    file: Path,
    dataset: str,
    source: str | None,
    sheet: str | None,
    mapping: Path | None,
    url: str | None,
    key: str | None,
) -> None:
    """Send the records of FILE (.csv, .ndjson, .json, .arrow, .parquet, .xlsx, .xls, .ods; .gz, .zst) into DATASET.

    Writes the account on stdout: sent, accepted, quarantined, duplicates. Each piece carries an Idempotency-Key made from
    the file's content, so that the same command after an interruption goes on where it stopped and doubles nothing.
    """
    account = work(_load(file, dataset, source, sheet, mapping, url, key))
    for error in account.errors[:_SHOWN]:
        place = f"{error['column']}: " if error["column"] else ""
        number = f"{error['row']}: " if error["row"] else ""
        hint(f"  {number}{place}{error['problem']['vi']} / {error['problem']['en']}")
    if account.quarantined:
        hint(
            f"{account.quarantined} bản ghi chờ trong vùng cách ly. / {account.quarantined} records wait in quarantine."
        )
    click.echo(
        f"sent {account.sent}\naccepted {account.accepted}\nquarantined {account.quarantined}\n"
        f"duplicates {account.duplicates}"
    )


async def _load(
    file: Path,
    dataset: str,
    source: str | None,
    sheet: str | None,
    mapping: Path | None,
    url: str | None,
    key: str | None,
) -> _Account:
    name = await asyncio.to_thread(digest, file)
    parameter = "" if sheet is None else f"; sheet={quote(sheet)}"
    declared = None if mapping is None else await asyncio.to_thread(_declaration, mapping, dataset)
    async with connect(url, key) as client:
        if mapping is not None:
            source = source or f"{dataset.partition('.')[0]}.{mapping.stem}"
            await client.call("PUT", f"/sources/{source}", json={"declaration": declared})
        return await _send_all(
            client, file, name if sheet is None else f"{name}-{quote(sheet)}", dataset, source, parameter
        )


def _declaration(path: Path, dataset: str) -> dict[str, Any]:
    """Return the source that a file declares; a file with nothing but a map is enough."""
    with path.open(encoding="utf-8") as file:
        found = YAML(typ="safe", pure=True).load(file)
    if not isinstance(found, dict):
        raise click.BadParameter(f"{path} is no declaration of a source", param_hint="--map")
    title = {"vi": f"Tệp {path.stem}", "en": f"File {path.stem}"}
    return {"title": title, "dataset": dataset, "connector": "push"} | (found if "map" in found else {"map": found})


async def _send_all(
    client: Client, file: Path, name: str, dataset: str, source: str | None, parameter: str
) -> _Account:
    account, found = _Account(), pieces(file)
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TimeRemainingColumn(),
        TextColumn("{task.fields[records]:,}"), console=hints, transient=True,
    )  # fmt: skip
    size = (await asyncio.to_thread(file.stat)).st_size
    with bar:
        task = bar.add_task(file.name, total=max(size, 1), records=0)
        under_way: set[asyncio.Task[tuple[Piece, dict[str, Any]]]] = set()
        more = True
        while more or under_way:
            while more and len(under_way) < AT_ONCE:
                piece = await asyncio.to_thread(next, found, None)
                more = piece is not None
                if piece is not None:
                    under_way.add(asyncio.create_task(_send(client, piece, name, dataset, source, parameter)))
            done, under_way = (
                await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED) if under_way else (set(), set())
            )
            for sent in done:
                piece, receipt = sent.result()
                _book(account, piece, receipt)
                bar.update(task, completed=piece.done, records=account.sent)
    return account


def _book(account: _Account, piece: Piece, receipt: dict[str, Any]) -> None:
    account.accepted += receipt["accepted"]
    account.quarantined += receipt["quarantined"]
    account.duplicates += receipt["duplicates"]
    room = _SHOWN - len(account.errors)
    account.errors += [
        error | {"row": error["row"] and error["row"] + piece.first_row} for error in receipt["errors"][: max(room, 0)]
    ]


async def _send(
    client: Client, piece: Piece, name: str, dataset: str, source: str | None, parameter: str
) -> tuple[Piece, dict[str, Any]]:
    headers = {"content-type": piece.media + parameter, "idempotency-key": f"{name}-{piece.number}"}
    params = {} if source is None else {"source": source}
    attempt = 0
    while True:
        attempt += 1
        try:
            answer = await client.call(
                "POST", f"/datasets/{dataset}/records", params=params, headers=headers, content=piece.body
            )
            return piece, answer.json()
        except ToanCanhError as error:
            if error.code not in _AGAIN or attempt == PATIENCE:
                raise
            await asyncio.sleep(min(30, float(error.details.get("retry_after", 2**attempt / 4))))
