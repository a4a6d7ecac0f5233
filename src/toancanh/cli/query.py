"""`toancanh query`: ask for indicators."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import click

from toancanh.cli.client import Client, connect, reach, work
from toancanh.cli.output import FORMATS, hint, rows

_TIME = "RFC 3339, or a day as 2026-01-31: its midnight in the city."


@click.command()
@click.argument("indicators", nargs=-1, required=True)
@click.option("--by", multiple=True, metavar="DIMENSION", help="Split by a column, area, area:commune, unit or source.")
@click.option(
    "--where", multiple=True, metavar="NAME=VALUE", help="Filter; several values of one name are any of them."
)
@click.option("--last", metavar="SPAN", help="Period that ends now, as 24h or 7d.  [default: 7d]")
@click.option("--from", "start", metavar="TIME", help=f"Start of the period. {_TIME}")
@click.option("--to", "end", metavar="TIME", help="End of the period, excluded; written as --from.")
@click.option("--grain", metavar="STEP", help="minute, quarter_hour, hour, day, week, month, quarter or year.")
@click.option("--compare", multiple=True, type=click.Choice(["previous", "year", "target"]), help="Compare with.")
@click.option("--as-of", metavar="TIME", help="As it was known at this moment; written as --from.")
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
        await _place_days(client, question)
        return (await client.call("POST", "/query", json=question)).json()


async def _place_days(client: Client, question: dict[str, Any]) -> None:
    """Make moments of the days in `question`: the city's midnights."""
    period = question.get("time", {})
    given = [(place, name) for place, name in ((period, "from"), (period, "to"), (question, "as_of")) if name in place]
    days = [(place, name, day) for place, name in given if (day := _day(place[name])) is not None]
    if days:
        zone = ZoneInfo((await client.get("/city"))["time_zone"])
        for place, name, day in days:
            place[name] = datetime.combine(day, time(), zone).isoformat()


def _day(written: str) -> date | None:
    """Return what is written as a day, None for anything else."""
    try:
        return date.fromisoformat(written) if len(written) == len("2026-01-31") else None
    except ValueError:
        return None
