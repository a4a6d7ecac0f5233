"""`toancanh user`: people who may sign in."""

from typing import Any

import click

from toancanh.cli.client import connect, reach, work
from toancanh.cli.output import FORMATS, hint, rows
from toancanh.domain import ROLES


@click.group()
def command() -> None:
    """Add, list and change people."""


@command.command("add")
@click.argument("username")
@click.option("--name", help="Name for people; the username by default.")
@click.option(
    "--role", "roles", multiple=True, required=True, type=click.Choice(ROLES), help="Role; may be given again."
)
@click.option("--unit", "units", multiple=True, metavar="CODE", help="Only for this unit and those below it.")
@click.option("--area", "areas", multiple=True, metavar="CODE", help="Only for this area and those below it.")
@click.option("--dataset", "datasets", multiple=True, metavar="NAME", help="Only for this dataset.")
@click.password_option(help="Asked for when left out.")
@reach
def add(
    url: str | None,
    key: str | None,
    username: str,
    name: str | None,
    roles: tuple[str, ...],
    password: str,
    **scope: Any,
) -> None:
    """Add USERNAME with a role, over units, areas and datasets."""
    grants = [{"role": role, **{kind: [*codes] for kind, codes in scope.items()}} for role in roles]
    body = {"username": username, "name": name or username, "password": password, "grants": grants}
    made = work(_call(url, key, "POST", "/users", body))
    click.echo(made["id"])
    hint(f"Đã thêm {username}. / {username} was added.")


@command.command("list")
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True, help="How to write.")
@reach
def show(url: str | None, key: str | None, form: str) -> None:
    """List people."""
    users = work(_call(url, key, "GET", "/users", None))["items"]
    heads = ("username", "name", "roles", "active")
    rows(
        heads, [(u["username"], u["name"], " ".join(g["role"] for g in u["grants"]), u["active"]) for u in users], form
    )


@command.command("passwd")
@click.argument("username")
@click.password_option(help="Asked for when left out.")
@reach
def passwd(url: str | None, key: str | None, username: str, password: str) -> None:
    """Give USERNAME a new password; its sessions end."""
    work(_call(url, key, "PATCH", f"/users/{username}", {"password": password}))
    hint(f"Đã đổi mật khẩu của {username}. / The password of {username} was changed.")


async def _call(url: str | None, key: str | None, method: str, path: str, body: dict[str, Any] | None) -> Any:
    async with connect(url, key) as client:
        answer = await client.call(method, path, **({} if body is None else {"json": body}))
        return answer.json() if answer.content else None
