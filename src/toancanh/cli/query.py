"""`toancanh query`: ask for indicators."""

from typing import Any

import click

from toancanh.cli.client import connect, reach, work
from toancanh.cli.output import FORMATS, hint, rows


@click.command()
@click.argument("indicators", nargs=-1, required=True)
@click.option("--by", multiple=True, metavar="DIMENSION", help="Split by a column, area, area:commune, unit or source.")
@click.option(
    "--where", multiple=True, metavar="NAME=VALUE", help="Filter; several values of one name are any of them."
)
@click.option("--last", metavar="SPAN", help="Period that ends now, as 24h or 7d.  [default: 7d]")
@click.option("--from", "start", metavar="TIME", help="Start of the period, RFC 3339.")
@click.option("--to", "end", metavar="TIME", help="End of the period, RFC 3339.")
@click.option("--grain", metavar="STEP", help="minute, quarter_hour, hour, day, week, month, quarter or year.")
@click.option("--compare", multiple=True, type=click.Choice(["previous", "year", "target"]), help="Compare with.")
@click.option("--as-of", metavar="TIME", help="As it was known at this moment.")
@click.option("--boundaries", metavar="DAY", help="On the boundaries of this day; 'now' or 'recorded'.")
@click.option("--order", multiple=True, metavar="COLUMN", help="Order by; a leading minus turns it round.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=1000, show_default=True, help="Rows at most.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="table", show_default=True, help="How to write.")
@reach
def command(url: str | None, key: str | None, form: str, **asked: Any) -> None:
    """Ask for INDICATORS (full names, as environment.aqi_hour) and write the answer."""
    answer = work(_ask(url, key, _question(asked)))
    rows([column["name"] for column in answer["columns"]], answer["rows"], form)
    for passport in answer["provenance"]["indicators"]:
        hint(f"{passport['indicator']}: {passport['formula']['vi']} [{passport['unit']}] · {passport['dataset']}")
    if answer["next"]:
        hint("Còn nữa: tăng --limit. / There is more: raise --limit.")


def _question(asked: dict[str, Any]) -> dict[str, Any]:
    where: dict[str, list[str]] = {}
    for condition in asked["where"]:
        name, equals, value = condition.partition("=")
        if not equals:
            raise click.BadParameter(f"{condition!r} is not NAME=VALUE", param_hint="--where")
        where.setdefault(name, []).append(value)
    question: dict[str, Any] = {"indicators": [*asked["indicators"]], "limit": asked["limit"]}
    question |= {name: [*asked[name]] for name in ("by", "compare", "order") if asked[name]}
    question |= {name: asked[name] for name in ("grain", "as_of", "boundaries") if asked[name]}
    if where:
        question["where"] = where
    if asked["start"]:
        question["time"] = {"from": asked["start"]} | ({"to": asked["end"]} if asked["end"] else {})
    elif asked["last"]:
        question["time"] = {"last": asked["last"]}
    return question


async def _ask(url: str | None, key: str | None, question: dict[str, Any]) -> Any:
    async with connect(url, key) as client:
        return (await client.call("POST", "/query", json=question)).json()
