"""What a viewer may see, against an oracle written from the rules, in Python and in the engine itself."""

from collections.abc import AsyncIterator, Sequence
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toancanh.access import (
    ACTIONS,
    MASK,
    ROLE_ACTIONS,
    Below,
    allows,
    require,
    row_filter,
    units_below,
    visible_columns,
)
from toancanh.domain import PUBLIC, ROLES, SYSTEM, Grant, NotAllowed, NotAuthenticated, Text, Viewer
from toancanh.domain.declarations import Column, Dataset, Organisation
from toancanh.store import Facts, scratch

Level = Literal["open", "internal", "personal", "sensitive"]
LEVELS: tuple[Level, ...] = ("open", "internal", "personal", "sensitive")
UNITS = {"HP": None, "HP.1": "HP", "HP.1.A": "HP.1", "HP.2": "HP"}
AREAS = {"31": ("31", "10507", "11413"), "10507": ("10507",), "11413": ("11413",), "01": ("01",)}
DATASETS = ("dossiers.case", "environment.air")
NAMES = Text(vi="Tên", en="Name")


def organisation(code: str, parent: str | None) -> Organisation:
    return Organisation(code=code, name=NAMES, kind="department", parent=parent, area=None)


BELOW = Below(
    areas=lambda code: AREAS.get(code, (code,)),
    units=units_below({code: organisation(code, parent) for code, parent in UNITS.items()}),
)


def dataset(level: Level = "open") -> Dataset:
    columns = {"time": Column(title=NAMES, type="time", required=True)}
    for name in LEVELS:
        columns[f"{name}_text"] = Column(title=NAMES, type="text", sensitivity=name)
        columns[f"{name}_number"] = Column(title=NAMES, type="number", sensitivity=name)
        columns[f"{name}_code"] = Column(title=NAMES, type="code", sensitivity=name)
    return Dataset(title=NAMES, description=NAMES, kind="event", columns=columns, time="time", sensitivity=level)


def viewer(*grants: Grant, kind: str = "user") -> Viewer:
    return Viewer("usr_1", "Lan", kind, grants)


def some(values: Sequence[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), max_size=2, unique=True).map(tuple)


grants = st.builds(
    Grant,
    role=st.sampled_from(ROLES),
    units=some([*UNITS, "HP.9"]),
    areas=some([*AREAS, "99"]),
    datasets=some([*DATASETS, "environment.*"]),
    purpose=st.sampled_from([None, "", "  ", "Giải quyết hồ sơ"]),
)
viewers = st.lists(grants, max_size=4).map(lambda given: viewer(*given))
PLACES = [(unit, area) for unit in ("", *UNITS, "HP.9") for area in ("", *AREAS, "99")]


def reaches(grant: Grant, dataset_id: str, unit: str, area: str) -> bool:
    """The rule in the glossary's words, written a second time."""
    ancestors, up = [unit], UNITS.get(unit)
    while up is not None:
        ancestors.append(up)
        up = UNITS.get(up)
    over_unit = not grant.units or bool(unit and set(ancestors) & set(grant.units))
    over_area = not grant.areas or any(area == one or area in AREAS.get(one, ()) for one in grant.areas)
    over_dataset = not grant.datasets or any(
        one in (dataset_id, dataset_id.split(".", maxsplit=1)[0] + ".*") for one in grant.datasets
    )
    return over_unit and over_area and over_dataset


def may_see(who: Viewer, level: Level, dataset_id: str, unit: str, area: str) -> bool:
    if level == "open":
        return True
    openers = {"officer", "operator", "leader", "steward", "admin"}
    for grant in who.grants:
        if grant.role not in {*openers, "display"} or not reaches(grant, dataset_id, unit, area):
            continue
        if level == "internal" or (
            grant.role in openers
            and (grant.purpose or "").strip()
            and (level == "personal" or (level == "sensitive" and grant.datasets))
        ):
            return True
    return False


@settings(deadline=None)
@given(viewers, st.sampled_from(LEVELS), st.sampled_from(DATASETS))
def test_the_filter_passes_exactly_the_rows_that_a_grant_reaches(who: Viewer, level: Level, name: str) -> None:
    found = row_filter(who, name, dataset(level), BELOW)
    for unit, area in PLACES:
        assert found.allows(unit, area) == may_see(who, level, name, unit, area), (unit, area)


@settings(deadline=None)
@given(viewers, grants, st.sampled_from(LEVELS), st.sampled_from(["read", "send", "curate"]))
def test_less_granted_is_never_more_seen(who: Viewer, more: Grant, level: Level, action: str) -> None:
    less = row_filter(who, DATASETS[0], dataset(level), BELOW, action)
    wide = row_filter(viewer(*who.grants, more), DATASETS[0], dataset(level), BELOW, action)
    for place in PLACES:
        assert wide.allows(*place) or not less.allows(*place)
    part = Grant(more.role, more.units or ("HP.2",), more.areas or ("01",), more.datasets, more.purpose)
    narrow = row_filter(viewer(part), DATASETS[0], dataset(level), BELOW, action)
    full = row_filter(viewer(more), DATASETS[0], dataset(level), BELOW, action)
    for place in PLACES:
        assert full.allows(*place) or not narrow.allows(*place)


@settings(deadline=None)
@given(viewers, st.sampled_from(LEVELS))
def test_values_travel_as_parameters_only(who: Viewer, level: Level) -> None:
    columns, rows = (
        visible_columns(who, DATASETS[0], dataset(level), BELOW),
        row_filter(who, DATASETS[0], dataset(level), BELOW),
    )
    for sql, params in ((rows.sql, rows.params), *((text, columns.params) for text in columns.values())):
        assert not [code for code in (*UNITS, *AREAS, "HP.9") if f"'{code}'" in sql]
        assert all(name in params for name in _named(sql))


def _named(sql: str) -> list[str]:
    return [part.split(":")[0] for part in sql.split("{")[1:]]


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def facts() -> AsyncIterator[Facts]:
    opened = scratch()
    await opened.open()
    kinds = {"text": "Nullable(String)", "number": "Nullable(Float64)", "code": "LowCardinality(Nullable(String))"}
    names = [f"{level}_{kind}" for level in LEVELS for kind in kinds]
    declared = ", ".join(f"{name} {kinds[name.split('_')[1]]}" for name in names)
    await opened.command(
        f"CREATE TABLE seen (n UInt32, time DateTime64(3), {declared}, _unit LowCardinality(String), _area LowCardinality(String)) ENGINE = Memory"
    )
    for n, (unit, area) in enumerate(PLACES):
        values = ", ".join("NULL" if n % 5 == 0 else "7" if name.endswith("number") else "'v'" for name in names)
        await opened.command(
            f"INSERT INTO seen VALUES ({n}, 0, {values}, {{unit:String}}, {{area:String}})",
            {"unit": unit, "area": area},
        )
    yield opened
    await opened.close()


HAND_MADE = (
    PUBLIC,
    SYSTEM,
    viewer(Grant("officer")),
    viewer(Grant("officer", purpose="Giải quyết hồ sơ")),
    viewer(Grant("officer", units=("HP.1",), purpose="Giải quyết hồ sơ"), Grant("leader", areas=("31",))),
    viewer(Grant("leader"), Grant("officer", datasets=("dossiers.*",), areas=("10507",), purpose="Thẩm định")),
    viewer(Grant("operator", units=("HP.2",), areas=("31", "01")), Grant("sender"), Grant("viewer")),
    viewer(Grant("officer", units=("' OR 1=1 --", "HP\\", "{x}"), areas=("\t", "Đ'"), purpose="x")),
    viewer(Grant("sender", purpose="x"), kind="key"),
)


@pytest.mark.anyio
@pytest.mark.parametrize("who", HAND_MADE, ids=range(len(HAND_MADE)))
@pytest.mark.parametrize("level", LEVELS)
async def test_the_engine_shows_what_the_rules_say(facts: Facts, who: Viewer, level: Level) -> None:
    declared, name = dataset(level), DATASETS[0]
    rows, columns = row_filter(who, name, declared, BELOW), visible_columns(who, name, declared, BELOW)
    chosen = ", ".join(["n", *(f"{sql} AS out_{column}" for column, sql in columns.items())])
    answer = await facts.table(
        f"SELECT {chosen} FROM seen WHERE n >= 0 AND {rows.sql} ORDER BY n", {**rows.params, **columns.params}
    )
    found = answer.to_pylist()
    wanted = [n for n, place in enumerate(PLACES) if may_see(who, level, name, *place)]
    assert [row["n"] for row in found] == wanted
    for row in found:
        for column in declared.columns:
            if column != "time":
                assert row.get(f"out_{column}") == _wanted(who, level, column, row["n"]), (PLACES[row["n"]], column)
    for column in columns.whole - {"time"}:
        assert all(row[f"out_{column}"] == _stored(column, row["n"]) for row in found)


def _stored(column: str, n: int) -> Any:
    if n % 5 == 0:
        return None
    return 7.0 if column.endswith("number") else "v"


def _wanted(who: Viewer, level: Level, column: str, n: int) -> Any:
    own: Any = column.split("_", maxsplit=1)[0]
    strictest = max(own, level, key=LEVELS.index)
    value = _stored(column, n)
    if may_see(who, strictest, DATASETS[0], *PLACES[n]):
        return value
    hinted = strictest in ("personal", "sensitive") and may_see(who, "internal", DATASETS[0], *PLACES[n])
    return MASK if hinted and value is not None and not column.endswith("number") else None


def test_only_whole_columns_may_be_asked_about() -> None:
    inner = viewer(Grant("leader"))
    columns = visible_columns(inner, DATASETS[0], dataset("internal"))
    assert columns.whole == {"time", *(f"{a}_{b}" for a in ("open", "internal") for b in ("text", "number", "code"))}
    assert set(columns) - columns.whole == {
        f"{a}_{b}" for a in ("personal", "sensitive") for b in ("text", "number", "code")
    }
    assert columns.opened == ()


def test_what_is_opened_is_named_with_its_purpose() -> None:
    officer = viewer(
        Grant("officer", purpose="Giải quyết hồ sơ"), Grant("officer", datasets=("other.*",), purpose="Khác")
    )
    columns = visible_columns(officer, DATASETS[0], dataset("internal"))
    assert columns.opened == ("personal_text", "personal_number", "personal_code")
    assert columns.purposes == ("Giải quyết hồ sơ",)
    named = viewer(Grant("officer", datasets=(DATASETS[0],), purpose="Thẩm định"))
    assert len(visible_columns(named, DATASETS[0], dataset("personal")).opened) == 13


def test_the_public_sees_open_data_and_does_not_even_see_that_the_rest_is_there() -> None:
    assert set(visible_columns(PUBLIC, DATASETS[0], dataset())) == {"time", "open_text", "open_number", "open_code"}
    for level in LEVELS[1:]:
        assert row_filter(PUBLIC, DATASETS[0], dataset(level)).sql == "0"
        assert dict(visible_columns(PUBLIC, DATASETS[0], dataset(level))) == {}
        with pytest.raises(NotAuthenticated, match="Sign in"):
            require(PUBLIC, "read", DATASETS[0], dataset(level))
    require(PUBLIC, "read", DATASETS[0], dataset())


def test_roles_give_their_actions_and_no_others() -> None:
    assert set(ROLE_ACTIONS) == set(ROLES)
    for role in ROLES:
        for action in ACTIONS:
            wanted = action in ROLE_ACTIONS[role]
            if action != "open_personal":
                assert allows(viewer(Grant(role)), action) == (wanted or action == "read")
    for action in set(ACTIONS) - {"read"}:
        with pytest.raises(NotAllowed, match="Ask an administrator"):
            require(viewer(Grant("viewer")), action)
    assert not allows(viewer(Grant("superuser")), "send")
    with pytest.raises(KeyError):
        require(SYSTEM, "no_such_action")


def test_a_grant_over_one_dataset_is_none_over_another() -> None:
    key = viewer(Grant("sender", datasets=("environment.*",)), kind="key")
    require(key, "send", "environment.air")
    for elsewhere in ("dossiers.case", "environmental.air"):
        with pytest.raises(NotAllowed, match=elsewhere):
            require(key, "send", elsewhere)


@pytest.mark.parametrize("limits", [{"units": ("HP",)}, {"areas": ("31",)}, {"datasets": ("environment.*",)}])
def test_an_administrator_of_a_part_does_not_administer_the_whole(limits: dict[str, tuple[str, ...]]) -> None:
    part = viewer(Grant("admin", **limits))
    assert allows(part, "curate")
    assert not allows(part, "administer")
    assert not allows(part, "inspect")


def test_units_below_ends_even_where_units_go_round_in_a_circle() -> None:
    below = units_below({"A": organisation("AA", "B"), "B": organisation("BB", "A")})
    assert list(below("A")) == ["A", "B"]
    assert list(below("unknown")) == ["unknown"]
