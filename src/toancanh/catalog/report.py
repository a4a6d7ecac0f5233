"""`toancanh check`: everything that is wrong with packs, what they score, and what their tests say."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from toancanh.catalog.catalog import Catalog
from toancanh.catalog.checks import Score, check_tests, score_pack
from toancanh.catalog.draft import Draft, shown
from toancanh.catalog.files import CALENDARS, SHIPPED, pack_files, pack_names
from toancanh.catalog.guard import Explain, Guard
from toancanh.catalog.load import build, city_document, judge, read_city, read_packs, working_calendar
from toancanh.catalog.reading import Path as Place
from toancanh.catalog.reading import read_yaml
from toancanh.domain import InvalidInput, Issue, Text
from toancanh.domain.declarations import Calendar, City


@dataclass(frozen=True, slots=True)
class CaseFailure:
    """Why a test of a pack failed: `path` is the place in its file, such as ("values", 0, "rows", 2)."""

    path: Place
    problem: Text
    remedy: Text


RunCase = Callable[[Catalog, str], Sequence[CaseFailure]]
"""Runs one test by its full name against a catalog: gives what failed. The rooms above that can store and ask supply it."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was found. `scores` by pack; `cases` are the tests that ran; `catalog` is there when nothing is in error."""

    issues: tuple[Issue, ...]
    scores: dict[str, Score]
    cases: tuple[str, ...] = ()
    catalog: Catalog | None = None

    @property
    def errors(self) -> tuple[Issue, ...]:
        """The issues that keep a pack from loading."""
        return tuple(issue for issue in self.issues if issue.severity == "error")

    @property
    def passes(self) -> bool:
        """Whether everything loads and every test that ran passed."""
        return not self.errors


def check_packs(path: Path | None = None, *, explain: Explain | None = None, run_case: RunCase | None = None) -> Report:
    """Return the report on a city's folder (with city.yaml), one pack (with pack.yaml), a folder of packs, or the shipped ones.

    A pack may use the shipped packs that it `needs`; those are read, not judged. `explain` is the engine's EXPLAIN AST;
    with `run_case` the packs' tests are run. Raises InvalidInput where `path` holds none of these.
    """
    folder = SHIPPED if path is None else path
    if (folder / "city.yaml").is_file():
        draft = read_city(folder)
        city = draft.city["city"].model
        names = list(city.packs) if isinstance(city, City) else []
        folders = [SHIPPED, folder / "packs"]
    else:
        names, folders = _named(folder)
        draft = _workshop(names, folders)
    read_packs(draft, [*names, *_needed(names, folders)], folders)
    return _report(draft, names, explain, run_case)


def _report(draft: Draft, names: list[str], explain: Explain | None, run_case: RunCase | None) -> Report:
    city, calendar = draft.city["city"].model, draft.city.get("calendar")
    issues = list(draft.issues)
    catalog = None
    ran: list[str] = []
    if isinstance(city, City) and calendar is not None and isinstance(calendar.model, Calendar):
        guard = Guard(explain=explain, zone=city.time_zone, calendar=working_calendar(draft, city))
        issues += [*judge(draft, guard, city.parameters), *check_tests(draft)]
        if not any(issue.severity == "error" for issue in issues):
            catalog = build(draft, city, working_calendar(draft, city), guard)
            if run_case is not None:
                ran = [name for name in catalog.cases if name.partition(".")[0] in names]
                issues += [issue for name in ran for issue in _run(draft, catalog, name, run_case)]
    by_pack = {name: _own(draft, name, issues) for name in draft.packs}
    others = {shown(path) for name, pack in draft.packs.items() if name not in names for path in pack.files.values()}
    kept = sorted(
        (issue for issue in set(issues) if issue.file not in others),
        key=lambda each: (each.file, each.line, each.problem.en),
    )
    scores = {name: score_pack(draft, name, by_pack[name]) for name in names if name in draft.packs}
    return Report(tuple(kept), scores, tuple(ran), catalog)


def _run(draft: Draft, catalog: Catalog, name: str, run_case: RunCase) -> list[Issue]:
    document = draft.docs["tests"][name]
    return [
        document.issue(failure.path, failure.problem, failure.remedy, "failed_test")
        for failure in run_case(catalog, name)
    ]


def _own(draft: Draft, pack: str, issues: list[Issue]) -> list[Issue]:
    files = {shown(path) for path in draft.packs[pack].files.values()}
    return [issue for issue in issues if issue.file in files or issue.file == pack]


def _named(folder: Path) -> tuple[list[str], list[Path]]:
    """Return (packs to judge, folders to look in)."""
    if (folder / "pack.yaml").is_file():
        whole = folder.resolve()
        return [whole.name], [SHIPPED, whole.parent]
    names = [name for name in pack_names(folder) if (folder / name / "pack.yaml").is_file()]
    if not names:
        raise InvalidInput(
            Text(vi=f"Không có gói nào trong {folder}.", en=f"There is no pack in {folder}."),
            Text(
                vi="Chỉ một thư mục có pack.yaml, city.yaml, hoặc chứa các gói; tạo gói mới: toancanh pack new TÊN.",
                en="Name a folder with pack.yaml, city.yaml, or packs inside; make a new one: toancanh pack new NAME.",
            ),
        )
    return names, [folder] if folder == SHIPPED else [SHIPPED, folder]


def _needed(names: list[str], folders: list[Path]) -> list[str]:
    """Return the packs that `names` need, and those need in turn, where they can be found."""
    found: list[str] = []
    waiting = list(names)
    while waiting:
        pack = pack_files(waiting.pop(), folders)
        head = read_yaml(pack.text("pack.yaml")).value if pack is not None and "pack.yaml" in pack.files else None
        needs = head.get("needs") if isinstance(head, dict) else None
        for name in needs if isinstance(needs, list) else []:
            if (
                isinstance(name, str)
                and name not in found
                and name not in names
                and pack_files(name, folders) is not None
            ):
                found.append(name)
                waiting.append(name)
    return found


def _workshop(names: list[str], folders: list[Path]) -> Draft:
    """Return a draft of a city that has just these packs: any city will do."""
    draft = Draft()
    packs = ", ".join([*names, *_needed(names, folders)])
    text = f'title: {{vi: Xưởng thử gói, en: Workshop}}\narea: "31"\npacks: [{packs}]\n'
    city_document(draft, "city", "city", Path("city.yaml"), City, text)
    city_document(draft, "calendar", "vietnam", CALENDARS / "vietnam.yaml", Calendar)
    return draft
