"""The generated reference pages: settings, errors, events, units of measure, command line, API."""

from collections.abc import Iterable

import click

from toancanh.access import ROLE_ACTIONS
from toancanh.api import ROUTES, TABLE, AnyRoute, render
from toancanh.cli.main import cli
from toancanh.domain import UNITS, AlertChanged, CatalogChanged, Event, FactsCommitted, IncidentChanged
from toancanh.settings import PREFIX, Settings

_EVENTS: tuple[type[Event], ...] = (AlertChanged, CatalogChanged, FactsCommitted, IncidentChanged)
_MADE = "<!-- Made by `make gen`: change the source, not this page. -->"


def pages() -> dict[str, str]:
    """Return the content of every generated page by its file name in docs/reference."""
    return {
        "api.md": _api(),
        "cli.md": _cli(),
        "errors.md": _errors(),
        "events.md": _events(),
        "openapi.json": render(ROUTES),
        "settings.md": _settings(),
        "units.md": _units(),
    }


def _page(title: str, about: str, *parts: str) -> str:
    return "\n".join([f"# {title}", "", _MADE, "", about, "", *parts]).rstrip() + "\n"


def _table(heads: Iterable[str], lines: Iterable[Iterable[str]]) -> str:
    head = [*heads]
    told = [
        head,
        ["---"] * len(head),
        *([cell.replace("|", "\\|").replace("\n", " ") for cell in line] for line in lines),
    ]
    return "\n".join("| " + " | ".join(line) + " |" for line in told) + "\n"


def _settings() -> str:
    lines = []
    for name, field in Settings.model_fields.items():
        default = field.default
        told = "–" if default is None else f"`{str(default).lower() if isinstance(default, bool) else default}`"
        lines.append((f"`{PREFIX}{name.upper()}`", told, field.description or ""))
    about = "Every setting is an environment variable; one that is not listed here is refused at the start."
    return _page("Settings", about, _table(("variable", "default", "meaning"), lines))


def _errors() -> str:
    lines = sorted(
        (f"`{error.code}`", str(how.status), _first(error), how.title.vi, how.title.en) for error, how in TABLE.items()
    )
    about = (
        "Every error is a problem detail (RFC 9457, `application/problem+json`): `type`, `title`, `status`, `detail`, `code`,\n"
        "`title_en`, `detail_en`, `remedy {vi, en}`, and further values for machines. `code` never changes its meaning.\n"
        "`overloaded` and `unavailable` carry `Retry-After`."
    )
    return _page("Errors", about, _table(("code", "status", "meaning", "tiêu đề", "title"), lines))


def _events() -> str:
    parts = []
    for event in _EVENTS:
        fields = ", ".join(f"`{name}`" for name in event.__dataclass_fields__)
        parts.append(f"## `{event.topic}`\n\n{(event.__doc__ or '').strip()}\n\nFields: {fields}.\n")
    about = "Four events cross rooms, and go out on `GET /api/v1/stream`."
    return _page("Events", about, *parts)


def _units() -> str:
    lines = sorted(
        (unit.quantity, f"`{unit.symbol}`", f"{unit.factor:g}", f"{unit.offset:g}" if unit.offset else "")
        for unit in UNITS.values()
    )
    about = "Units of measure that columns and sources may name. base = value × factor + offset, in the SI base of the quantity."
    return _page("Units of measure", about, _table(("quantity", "unit", "factor", "offset"), lines))


def _cli() -> str:
    parts = []
    context = click.Context(cli, info_name="toancanh", max_content_width=110, terminal_width=110)
    for word in cli.list_commands(context):
        command = cli.get_command(context, word)
        if command is not None and not command.hidden:
            parts += _words(command, word, context)
    about = (
        "Data go to stdout, hints to stderr. Exit codes: 0 done, 1 failed, 2 wrong use or input, 3 not allowed, 4 not\n"
        "reachable or not now, 130 stopped by hand."
    )
    return _page("Command line", about, *parts)


def _words(command: click.Command, word: str, above: click.Context) -> list[str]:
    context = click.Context(command, info_name=word, parent=above, max_content_width=110, terminal_width=110)
    parts = [f"## `{context.command_path}`\n\n```\n{command.get_help(context).strip()}\n```\n"]
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None:
                parts += _words(below, name, context)
    return parts


def _api() -> str:
    parts = []
    for tag in dict.fromkeys(route.tag for route in ROUTES):
        lines = [_route(route) for route in ROUTES if route.tag == tag]
        parts.append(f"## {tag}\n\n" + _table(("call", "does", "tiếng Việt", "who"), lines))
    about = "The whole reference, with parameters, bodies and examples, is at `/docs` of a running platform, made from [openapi.json](openapi.json)."
    return _page("API", about, *parts)


def _route(route: AnyRoute) -> tuple[str, str, str, str]:
    who = ", ".join(role for role, actions in ROLE_ACTIONS.items() if route.action is None or route.action in actions)
    who = who if route.action is not None else "everybody"
    says = f"{route.title.en}. {route.explains}".strip()
    return f"`{route.method} {route.path}`", says, route.title.vi, who


def _first(kind: type) -> str:
    return (kind.__doc__ or "").strip().splitlines()[0]
