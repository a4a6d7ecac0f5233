"""`toancanh check [DIR]`: every problem of packs with file, line and remedy; their tests; their scores."""

from pathlib import Path

import click

from toancanh.catalog import Report, check_packs
from toancanh.cli.output import hint
from toancanh.domain import Issue
from toancanh.server import Workshop


@click.command()
@click.argument(
    "folder", metavar="[DIR]", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option("--tests/--no-tests", default=True, show_default=True, help="Whether the packs' tests are run.")
@click.option(
    "--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True, help="Language of the report."
)
def command(folder: Path | None, tests: bool, lang: str) -> None:
    """Check a city, a pack or a folder of packs; without DIR, the packs that come with the platform.

    Writes one line for each problem: FILE:LINE: what is wrong → what to do. Fails when there is an error.
    """
    with Workshop() as workshop:
        report = check_packs(folder, explain=workshop.explain, run_case=workshop.run_case if tests else None)
    for issue in report.issues:
        click.echo(_line(issue, lang))
    _summary(report, lang)
    if not report.passes:
        raise click.exceptions.Exit(1)


def _line(issue: Issue, lang: str) -> str:
    problem, remedy = (issue.problem.vi, issue.remedy.vi) if lang == "vi" else (issue.problem.en, issue.remedy.en)
    return f"{issue.file}:{issue.line}: {issue.severity}: {problem} → {remedy}"


def _summary(report: Report, lang: str) -> None:
    for name, score in report.scores.items():
        lost = [part.advice for part in score.parts if part.value < 1]
        advice = "".join(f"\n    {text.vi if lang == 'vi' else text.en}" for text in lost)
        hint(f"{name}: {score.total}/100{advice}")
    failed = {issue.file for issue in report.issues if issue.code == "failed_test"}
    errors, tests = len(report.errors), len(report.cases)
    hints = len(report.issues) - errors
    vi = f"{errors} lỗi, {hints} lưu ý, {tests} bài thử, {len(failed)} không đạt."
    en = f"{errors} errors, {hints} hints, {tests} tests, {len(failed)} failed."
    hint(vi if lang == "vi" else en)
