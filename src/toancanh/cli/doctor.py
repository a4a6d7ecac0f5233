"""`toancanh doctor`: what is wrong with this machine, this city and its stores."""

import os
import shutil
import sys
from pathlib import Path
from typing import Any

import click
import httpx

from toancanh.cli.client import connect, reach, work
from toancanh.cli.output import hint
from toancanh.domain import Text, ToanCanhError
from toancanh.settings import Settings, read_settings

_BUILT = Path(__file__).resolve().parents[1] / "server" / "static" / "index.html"
Finding = tuple[bool, Text, Text | None]
"""Whether it is well, what was looked at, what to do."""


@click.command()
@reach
def command(url: str | None, key: str | None) -> None:
    """Look for what is wrong with this machine, this city and its stores. Fails when something is."""
    settings = read_settings(os.environ)
    findings = [*_machine(settings), *work(_platform(url, key))]
    for well, what, remedy in findings:
        click.echo(f"{'✓' if well else '✗'} {what.vi} / {what.en}")
        if not well and remedy is not None:
            hint(f"  → {remedy.vi}\n  → {remedy.en}")
    if not all(well for well, _, _ in findings):
        raise click.exceptions.Exit(1)


def _machine(settings: Settings) -> list[Finding]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    place = settings.home if settings.home.exists() else Path()
    free = shutil.disk_usage(place).free
    return [
        (True, Text(vi=f"Python {version}", en=f"Python {version}"), None),
        (
            (settings.home / "city.yaml").is_file(),
            Text(vi=f"Thư mục thành phố {settings.home}", en=f"City's folder {settings.home}"),
            Text(vi=f"Chạy: toancanh init {settings.home}", en=f"Type: toancanh init {settings.home}"),
        ),
        (
            free > 2 * settings.free_disk,
            Text(vi=f"Đĩa còn trống {free / 1e9:.1f} GB", en=f"Free disk {free / 1e9:.1f} GB"),
            Text(vi="Dọn bớt đĩa, hoặc đổi TOANCANH_HOME.", en="Make room, or change TOANCANH_HOME."),
        ),
        (
            _BUILT.is_file(),
            Text(vi="Giao diện web đã dựng", en="Web application built"),
            Text(vi="Chạy: make web", en="Type: make web"),
        ),
    ]


async def _platform(url: str | None, key: str | None) -> list[Finding]:
    try:
        async with connect(url, key) as client:
            answer = await client.http.get("/health")
            ledger = await client.get("/ledger")
    except (ToanCanhError, httpx.HTTPError) as error:
        told = error.message if isinstance(error, ToanCanhError) else Text(vi=str(error), en=str(error))
        return [(False, told, error.remedy if isinstance(error, ToanCanhError) else None)]
    return [*_health(answer.json()), _ledger(ledger)]


def _health(health: dict[str, Any]) -> list[Finding]:
    remedy = Text(vi="Xem docs/running.md.", en="See docs/running.md.")
    parts = [
        (
            health[name]["status"] == "ok",
            Text(vi=f"{name}: {health[name]['status']}", en=f"{name}: {health[name]['status']}"),
            remedy,
        )
        for name in ("facts", "state", "bus", "blobs", "ingest")
    ]
    return [*parts, *((False, Text(**problem), remedy) for problem in health["problems"])]


def _ledger(ledger: dict[str, Any]) -> Finding:
    count = len(ledger["items"])
    return (
        ledger["balanced"],
        Text(vi=f"Sổ đối soát 7 ngày: {count} dòng", en=f"Ledger of 7 days: {count} lines"),
        Text(vi="Xem GET /api/v1/ledger.", en="See GET /api/v1/ledger."),
    )
