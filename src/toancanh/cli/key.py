"""`toancanh key`: API keys for programs."""

from typing import Any

import click

from toancanh.cli.client import connect, reach, work
from toancanh.cli.output import FORMATS, hint, rows
from toancanh.domain import ROLES


@click.group()
def command() -> None:
    """Add, list and revoke API keys."""


@command.command("add")
@click.argument("name")
@click.option("--role", default="sender", show_default=True, type=click.Choice(ROLES), help="What it may do.")
@click.option("--unit", "units", multiple=True, metavar="CODE", help="Only for this unit and those below it.")
@click.option("--area", "areas", multiple=True, metavar="CODE", help="Only for this area and those below it.")
@click.option("--dataset", "datasets", multiple=True, metavar="NAME", help="Only for this dataset.")
@click.option("--days", type=click.IntRange(1), help="Days until it expires; never by default.")
@reach
def add(url: str | None, key: str | None, name: str, role: str, days: int | None, **scope: Any) -> None:
    """Make a key called NAME and write it on stdout; it is shown only this once."""
    grant = {"role": role, **{kind: [*codes] for kind, codes in scope.items()}}
    made = work(_call(url, key, "POST", "/keys", {"name": name, "grants": [grant], "days": days}))
    click.echo(made["key"])
    hint("Hãy cất mã này: nó chỉ hiện một lần. / Keep this key: it is shown only once.")


@command.command("list")
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True, help="How to write.")
@reach
def show(url: str | None, key: str | None, form: str) -> None:
    """List keys."""
    keys = work(_call(url, key, "GET", "/keys", None))["items"]
    heads = ("id", "name", "hint", "roles", "expires", "last_used", "revoked")
    lines = [
        (
            k["id"],
            k["name"],
            k["hint"],
            " ".join(g["role"] for g in k["grants"]),
            k["expires"],
            k["last_used"],
            k["revoked"],
        )
        for k in keys
    ]
    rows(heads, lines, form)


@command.command("revoke")
@click.argument("id")
@reach
def revoke(url: str | None, key: str | None, id: str) -> None:
    """Make the key called ID worthless."""
    work(_call(url, key, "DELETE", f"/keys/{id}", None))
    hint(f"Đã thu hồi {id}. / {id} was revoked.")


async def _call(url: str | None, key: str | None, method: str, path: str, body: dict[str, Any] | None) -> Any:
    async with connect(url, key) as client:
        answer = await client.call(method, path, **({} if body is None else {"json": body}))
        return answer.json() if answer.content else None
