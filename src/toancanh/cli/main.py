"""`toancanh WORD`: finds the file of a word and runs it; problems are told on stderr in both languages."""

import gc
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from toancanh.domain import VERSION, ToanCanhError

WORDS: dict[str, tuple[str, str]] = {
    "demo": ("demo", "Serve the demo city, with simulated records."),
    "init": ("init", "Make a city's folder."),
    "run": ("run", "Serve the city of TOANCANH_HOME."),
    "check": ("check", "Check packs: every problem with file, line and remedy; run their tests."),
    "load": ("load", "Send the records of a file into a dataset."),
    "query": ("query", "Ask for indicators."),
    "user": ("user", "Add, list and change people."),
    "key": ("key", "Add, list and revoke API keys."),
    "backup": ("backup", "Write everything that is stored into one file."),
    "restore": ("restore", "Read a backup into an empty city."),
    "doctor": ("doctor", "Look for what is wrong with this machine, this city and its stores."),
    "bench": ("bench", "Measure against the engine's own limits."),
    "pack": ("pack", "Write packs."),
    "docs": ("docs", "Write the generated reference pages."),
}
"""Word → (module of this room, help)."""
INVALID, REFUSED, UNAVAILABLE, FAILED = 2, 3, 4, 1
"""Exit codes besides 0: wrong use or input, not allowed, not reachable or not now, anything else."""
_CODES = {
    "not_authenticated": REFUSED,
    "not_allowed": REFUSED,
    "unavailable": UNAVAILABLE,
    "store_locked": UNAVAILABLE,
    "overloaded": UNAVAILABLE,
    "corrupt_data": UNAVAILABLE,
    "internal": FAILED,
}


class Words(click.Group):
    """A group that imports a word's file only when the word is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the words in the order in which people meet them."""
        return [*WORDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Return the command of a word."""
        if cmd_name not in WORDS:
            return None
        module, says = WORDS[cmd_name]
        gc.disable()  # what is imported stays, so looking through it for garbage is a sixth of the time
        command: click.Command = import_module(f"toancanh.cli.{module}").command
        gc.freeze()
        gc.enable()
        command.help = command.help or says
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        """Write the list of words without importing their files."""
        with formatter.section("Words"):
            formatter.write_dl([(word, says) for word, (_, says) in WORDS.items()])


@click.command(cls=Words, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(VERSION, message="%(version)s")
def cli() -> None:
    """Toàn Cảnh: the open-source Intelligent Operations Center. Settings: docs/reference/settings.md."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line, and end the program with an exit code that means something."""
    try:
        code = cli.main(args=None if arguments is None else [*arguments], prog_name="toancanh", standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(INVALID)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Đã dừng. / Stopped.", err=True)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except ToanCanhError as error:
        sys.exit(tell(error))
    sys.exit(code if isinstance(code, int) else 0)


def tell(error: ToanCanhError) -> int:
    """Write what went wrong and what to do on stderr; return the exit code."""
    click.echo(f"{error.message.vi}\n{error.message.en}", err=True)
    if error.remedy is not None:
        click.echo(f"→ {error.remedy.vi}\n→ {error.remedy.en}", err=True)
    return _CODES.get(error.code, INVALID)
