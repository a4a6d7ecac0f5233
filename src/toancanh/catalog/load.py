"""Reading a city's folder into a Catalog."""

import hashlib
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter, ValidationError

from toancanh.catalog.catalog import Catalog, LoadedDemo, LoadedPack, now
from toancanh.catalog.checks import (
    check_basemap,
    check_columns,
    check_connectors,
    check_expressions,
    check_languages,
    check_meaning,
    check_names,
    check_shape,
    read_document,
    read_pack,
)
from toancanh.catalog.draft import Document, Draft
from toancanh.catalog.files import CALENDARS, KINDS, SHIPPED, SINGLE, pack_files, pack_names
from toancanh.catalog.guard import Explain, Guard
from toancanh.catalog.guard.names import unknown
from toancanh.catalog.references import with_full_names
from toancanh.domain import VERSION, InvalidPack, Issue, NotFound, Text, WorkingCalendar
from toancanh.domain.declarations import (
    Board,
    Calendar,
    Case,
    City,
    Dataset,
    Declaration,
    Demo,
    Indicator,
    Layer,
    Organisation,
    Pack,
    Playbook,
    Rule,
    Source,
    Words,
)

T = TypeVar("T", bound=Declaration)
_UNITS = TypeAdapter(tuple[Organisation, ...])


def load_catalog(home: Path, *, explain: Explain | None = None) -> Catalog:
    """Return the Catalog of the city in `home`: its city.yaml, units.yaml and calendars/, and the packs it names.

    A pack comes from the platform, from `home/packs`, or from both: then the city's files stand in place of the shipped
    ones of the same name. `explain` is the engine's EXPLAIN AST. Raises NotFound where there is no city.yaml, InvalidPack
    with every issue where a declaration does not pass. Tests of packs (`cases`) are read too.
    """
    draft = read_city(home)
    city = draft.city["city"].model
    if isinstance(city, City):
        read_packs(draft, list(city.packs), [SHIPPED, home / "packs"])
    _refuse(draft.issues)
    assert isinstance(city, City)
    calendar = working_calendar(draft, city)
    guard = Guard(explain=explain, zone=city.time_zone, calendar=calendar)
    draft.issues += judge(draft, guard, city.parameters)
    _refuse(draft.issues)
    return build(draft, city, calendar, guard)


def read_city(home: Path) -> Draft:
    """Return a draft with the city's own documents; raise NotFound where `home` holds no city.yaml."""
    draft = Draft()
    if not (home / "city.yaml").is_file():
        raise NotFound(
            Text(vi=f"Không có city.yaml trong {home}.", en=f"There is no city.yaml in {home}."),
            Text(vi=f"Chạy: toancanh init {home}", en=f"Type: toancanh init {home}"),
        )
    city_document(draft, "city", "city", home / "city.yaml", City)
    draft.issues += check_basemap(draft.city["city"])
    if (home / "units.yaml").is_file():
        _units(draft, home / "units.yaml")
    calendars = {
        path.stem: path for folder in (CALENDARS, home / "calendars") for path in sorted(folder.glob("*.yaml"))
    }
    city = draft.city["city"].model
    if isinstance(city, City):
        if city.calendar in calendars:
            city_document(draft, "calendar", city.calendar, calendars[city.calendar], Calendar)
        else:
            error = unknown("calendar", city.calendar, calendars)
            draft.issues.append(
                draft.city["city"].issue(("calendar",), error.message, error.remedy or error.message, "unknown_name")
            )
    return draft


def read_packs(draft: Draft, names: list[str], folders: list[Path]) -> None:
    """Read the packs called `names` from `folders` into `draft`; later folders stand before earlier ones."""
    for name in names:
        pack = pack_files(name, folders)
        if pack is None:
            error = unknown("pack", name, [known for folder in folders for known in pack_names(folder)])
            place = draft.city.get("city")
            remedy = error.remedy or error.message
            draft.issues.append(
                place.issue(("packs",), error.message, remedy, "unknown_name")
                if place
                else Issue(name, 0, error.message, remedy, "unknown_name")
            )
            continue
        draft.packs[name] = pack
        documents, issues = read_pack(pack)
        draft.issues += issues
        for document in documents:
            draft.add(document)
            if not document.parsed.troubles:
                draft.issues += check_shape(document, KINDS.get(document.kind) or SINGLE[f"{document.kind}.yaml"])


def judge(draft: Draft, guard: Guard, parameters: Mapping[str, Mapping[str, Any]]) -> list[Issue]:
    """Return what every check finds in a draft that was read; `parameters` are the city's values, by pack."""
    return [
        *check_names(draft),
        *check_columns(draft),
        *check_meaning(draft),
        *check_connectors(draft),
        *check_languages(draft),
        *check_expressions(draft, guard, parameters),
    ]


def working_calendar(draft: Draft, city: City) -> WorkingCalendar:
    """Return the working-day calendar that the city named."""
    declared = draft.city["calendar"].model
    assert isinstance(declared, Calendar)
    holidays: dict[date, str] = {}
    for off in declared.days_off:
        for offset in range((off.end - off.start).days + 1):
            holidays[off.start + timedelta(days=offset)] = off.title.vi
    first = min([*holidays, *declared.swapped, declared.until]).replace(month=1, day=1)
    return WorkingCalendar(
        zone=ZoneInfo(city.time_zone),
        first=first,
        last=declared.until,
        hours=tuple((span.start, span.end) for span in declared.hours),
        weekend=frozenset(declared.weekend),
        holidays=MappingProxyType(holidays),
        swapped=frozenset(declared.swapped),
    )


def build(draft: Draft, city: City, calendar: WorkingCalendar, guard: Guard) -> Catalog:
    """Return the Catalog of a draft without issues."""
    packs = {name: _loaded(draft, name, city) for name in draft.packs}
    queries = {
        f"{name}.{inside.partition('/')[2]}": pack.text(inside)
        for name, pack in draft.packs.items()
        for inside in pack.files
        if inside.startswith("indicators/") and inside.endswith(".sql")
    }
    demos = {}
    for document, demo in draft.of("demo", Demo):
        compiled = guard.compile_demo(draft.packs[document.pack].text(f"demo/{document.name}.sql"))
        declaration = Demo.model_validate(with_full_names("demo", document.parsed.value, document.pack))
        demos[document.full] = LoadedDemo(declaration, compiled.sql, compiled.outputs)
        assert demo.dataset
    return Catalog(
        version=_version(draft),
        city=city,
        calendar=calendar,
        guard=guard,
        loaded=now(),
        packs=_view({name: packs[name] for name in sorted(packs, key=lambda each: (packs[each].head.order, each))}),
        units=_view({unit.code: unit for unit in _organisations(draft)}),
        datasets=_kind(draft, "datasets", Dataset),
        sources=_kind(draft, "sources", Source),
        indicators=_kind(draft, "indicators", Indicator),
        rules=_kind(draft, "rules", Rule),
        layers=_kind(draft, "layers", Layer),
        boards=_kind(draft, "boards", Board),
        playbooks=_kind(draft, "playbooks", Playbook),
        pages=_view({document.full: document.body for document, _ in draft.of("playbooks", Playbook)}),
        words=_view({document.pack: words for document, words in draft.of("words", Words)}),
        demos=_view(demos),
        cases=_kind(draft, "tests", Case),
        queries=_view(queries),
    )


def _loaded(draft: Draft, name: str, city: City) -> LoadedPack:
    document = draft.docs["pack"][f"{name}.pack"]
    assert isinstance(document.model, Pack)
    head = Pack.model_validate(with_full_names("pack", document.parsed.value, name))
    files = draft.packs[name]
    given = city.parameters.get(name, {})
    return LoadedPack(
        name,
        head,
        _view(dict(files.files)),
        _view({key: given.get(key, parameter.default) for key, parameter in head.parameters.items()}),
        files.overridden,
        files.text("README.md") if "README.md" in files.files else "",
    )


def _kind(draft: Draft, kind: str, model: type[T]) -> Mapping[str, T]:
    return _view(
        {
            document.full: model.model_validate(with_full_names(kind, document.parsed.value, document.pack))
            for document, _ in draft.of(kind, model)
        }
    )


def _view(values: dict[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType(values)


def city_document(
    draft: Draft, key: str, name: str, file: Path, model: type[Declaration], text: str | None = None
) -> None:
    """Read one document of the city into `draft`, from `file` or from `text`."""
    document, issues = read_document("city", key, name, file, text)
    draft.city[key] = document
    draft.issues += issues or check_shape(document, model)


def _units(draft: Draft, file: Path) -> None:
    """Read units.yaml: a list of organisations."""
    document, issues = read_document("city", "units", "units", file)
    draft.city["units"] = document
    draft.issues += issues
    if issues:
        return
    try:
        _UNITS.validate_python(document.parsed.value)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            path = tuple(detail["loc"])
            problem = Text(vi=f"Đơn vị không hợp lệ: {detail['msg']}.", en=f"A unit is not valid: {detail['msg']}.")
            remedy = Text(
                vi="Mỗi đơn vị cần code, name {vi, en} và kind.", en="Each unit needs code, name {vi, en} and kind."
            )
            draft.issues.append(document.issue(path, problem, remedy, "shape"))


def _organisations(draft: Draft) -> tuple[Organisation, ...]:
    document = draft.city.get("units")
    return _UNITS.validate_python(document.parsed.value) if document is not None else ()


def _version(draft: Draft) -> str:
    """Return a hash over every file that was read, and the platform's version."""
    digest = hashlib.sha256(VERSION.encode())
    city: list[Document] = list(draft.city.values())
    files = [(document.kind, document.file) for document in city if document.file.is_file()]
    files += [(f"{name}/{inside}", path) for name, pack in draft.packs.items() for inside, path in pack.files.items()]
    for name, path in sorted(files):
        digest.update(f"\0{name}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _refuse(issues: list[Issue]) -> None:
    errors = [issue for issue in issues if issue.severity == "error"]
    if not errors:
        return
    first = errors[0]
    place = f"{first.file}:{first.line}"
    raise InvalidPack(
        Text(
            vi=f"Có {len(errors)} lỗi trong khai báo. Lỗi đầu: {place}: {first.problem.vi}",
            en=f"There are {len(errors)} errors in the declarations. The first: {place}: {first.problem.en}",
        ),
        first.remedy if len(errors) == 1 else Text(vi="Chạy: toancanh check", en="Type: toancanh check"),
        issues=errors,
    )
