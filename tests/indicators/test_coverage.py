"""How much of what was promised came in, counted by hand beside."""

from datetime import datetime, timedelta
from pathlib import Path

from town_records import MERGED, Reading, at, readings

from conftest import NOW, Town
from toancanh.catalog import load_catalog
from toancanh.domain import SYSTEM, Grant, Period, Viewer
from toancanh.indicators import Coverage, CoverageRequest
from toancanh.indicators.passports import inputs

READINGS = readings()
DAY = Period(at("2026-03-10"), at("2026-03-11"))
HOUR = timedelta(hours=1)


def coverage(town: Town, name: str = "town.air", viewer: Viewer = SYSTEM, **more: object) -> Coverage:
    request = CoverageRequest(**{"period": DAY, **more})  # type: ignore[arg-type]  # what each test asks
    return town.run(town.indicators.coverage(name, viewer, request))


def inside(period: Period, known: datetime = NOW) -> list[Reading]:
    return [each for each in READINGS if period.start <= each.time < period.end and each.received <= known]


def test_a_whole_day(town: Town) -> None:
    found, rows = coverage(town), inside(DAY)
    assert found.records == len(rows)
    assert (found.series, found.series_expected) == (len({each.station for each in rows}), 5)
    assert found.expected == 24 * 5, "five stations promise a record an hour"
    assert found.areas == len({MERGED.get(each.area, each.area) for each in rows if each.area})
    assert (found.areas_all or 0) > 100


def test_things_that_change_are_no_series(town: Town) -> None:
    found = coverage(town, "town.permit")
    assert (found.series, found.series_expected) == (None, None)


def test_what_is_not_due_yet_is_not_expected(town: Town) -> None:
    town.now = DAY.start + 6 * HOUR
    assert coverage(town).expected == int(5.5 * 5)


def test_as_it_was_known(town: Town) -> None:
    known = DAY.start + 6 * HOUR
    found = coverage(town, as_of=known)
    assert found.records == len(inside(DAY, known)) < len(inside(DAY))
    assert found.expected == int(5.5 * 5)


def test_one_area_has_no_promise_of_its_own(town: Town) -> None:
    found = coverage(town, area="10525")
    assert found.records == sum(each.area == "10525" for each in inside(DAY))
    assert (found.expected, found.series_expected, found.areas_all) == (None, None, 1)


def test_who_sees_a_part_is_told_no_share_of_the_whole(town: Town) -> None:
    seen = coverage(town, "town.log", Viewer("scoped", "Scoped", "user", (Grant("officer", units=("H31.01",)),)))
    assert (seen.expected, seen.areas_all) == (None, None)
    assert seen.records < coverage(town, "town.log").records


def test_a_file_names_all_that_it_reads(town: Town, tmp_path: Path) -> None:
    formula = town.catalog.indicators["town.worst_hour"].formulae[0]
    assert [each.dataset for each in inputs(town.catalog, "town.worst_hour", formula)] == ["town.air"]
    shipped = tmp_path / "city.yaml"
    shipped.write_text(
        'title: {vi: Thử, en: Test}\narea: "31"\npacks: [environment, dossiers, platform]\n', encoding="utf-8"
    )
    catalog = load_catalog(tmp_path)
    for name, indicator in catalog.indicators.items():
        for each in indicator.formulae:
            named = [one.dataset for one in inputs(catalog, name, each)]
            assert named[0] == indicator.dataset
            assert len(named) == len(set(named))
