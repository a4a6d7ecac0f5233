"""A city's folder becomes a Catalog: shipped packs, the city's own, and what it puts in place of shipped files."""

from pathlib import Path

import pytest
from catalog_engine import Engine

from toancanh.catalog import CITIES, SHIPPED, Catalog, load_catalog, scaffold_pack
from toancanh.domain import InvalidPack, NotFound, UnknownName

CITY = 'title: {vi: Thành phố thử, en: Test city}\narea: "31"\npacks: [environment]\n'
BASEMAP = (
    "basemap: {kind: raster, title: {vi: Ảnh hàng không, en: Aerial photo}, "
    'tiles: "https://a.example/{z}/{x}/{y}.png", attribution: {vi: Sở thử, en: Test office}}\n'
)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog(CITIES / "haiphong")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "city.yaml").write_text(CITY, encoding="utf-8")
    return tmp_path


def test_references_are_full_names(catalog: Catalog) -> None:
    assert {indicator.dataset for indicator in catalog.indicators.values()} <= set(catalog.datasets)
    assert {source.dataset for source in catalog.sources.values()} <= set(catalog.datasets)
    assert {name for board in catalog.boards.values() for widget in board.widgets for name in widget.indicators} <= set(
        catalog.indicators
    )
    assert {demo.declaration.dataset for demo in catalog.demos.values()} <= set(catalog.datasets)
    assert {case.dataset for case in catalog.cases.values()} <= set(catalog.datasets)
    assert {name for pack in catalog.packs.values() for name in pack.head.headline} <= set(catalog.indicators)


def test_names_are_found_short_and_full(catalog: Catalog) -> None:
    assert (
        catalog.dataset("air_quality", "environment")[0]
        == catalog.dataset("environment.air_quality")[0]
        == "environment.air_quality"
    )
    with pytest.raises(UnknownName) as refusal:
        catalog.indicator("environment.aqi_hours")
    assert refusal.value.details["nearest"] == "environment.aqi_hour"
    with pytest.raises(UnknownName):
        catalog.dataset("air_quality")


def test_it_cannot_be_changed(catalog: Catalog) -> None:
    with pytest.raises(TypeError):
        catalog.datasets["x.y"] = catalog.dataset("environment.air_quality")[1]  # type: ignore[index]  # that is the test
    with pytest.raises(AttributeError):
        catalog.version = "x"  # type: ignore[misc]  # that is the test


def test_expressions_are_guarded_over_the_columns_of_their_dataset(catalog: Catalog) -> None:
    assert catalog.expression("avg(pm25)", "environment.air_quality", aggregate=True) == "avg(`pm25`)"
    assert catalog.expression("_area = '31'", "environment.air_quality") == "(`_area` = '31')"
    with pytest.raises(UnknownName):
        catalog.expression("_area = '31'", "environment.air_quality", system=False)
    with pytest.raises(UnknownName):
        catalog.expression("status = '1'", "environment.air_quality")


def test_every_formula_in_a_file_can_read_a_filtered_source(catalog: Catalog, engine: Engine) -> None:
    found = 0
    for name, indicator in catalog.indicators.items():
        for formula in indicator.formulae:
            if formula.sql is None:
                continue
            found += 1
            made = catalog.query(name, formula, {indicator.dataset: "(SELECT * FROM `filtered`)"})
            assert "`filtered`" in made.sql
            assert "time" in made.outputs
            engine.explain(made.sql.replace("{now:DateTime64(3, 'UTC')}", "now64(3)"))
    assert found > 0


def test_the_version_changes_with_any_file(home: Path) -> None:
    before = load_catalog(home).version
    assert load_catalog(home).version == before
    (home / "city.yaml").write_text(CITY.replace("Test city", "Another city"), encoding="utf-8")
    assert load_catalog(home).version != before


def test_a_city_overrides_a_shipped_file_by_name(home: Path) -> None:
    shipped = (SHIPPED / "environment" / "indicators" / "pm25.yaml").read_text(encoding="utf-8")
    own = home / "packs" / "environment" / "indicators" / "pm25.yaml"
    own.parent.mkdir(parents=True)
    own.write_text(shipped.replace("decimals: 1", "decimals: 3"), encoding="utf-8")
    catalog = load_catalog(home)
    assert catalog.indicators["environment.pm25"].decimals == 3
    assert catalog.packs["environment"].overridden == ("indicators/pm25.yaml",)
    assert "environment.aqi_hour" in catalog.indicators


def test_a_city_takes_a_shipped_file_away_with_an_empty_one(home: Path) -> None:
    own = home / "packs" / "environment" / "rules" / "heavy_rain.yaml"
    own.parent.mkdir(parents=True)
    own.write_text("", encoding="utf-8")
    catalog = load_catalog(home)
    assert "environment.heavy_rain" not in catalog.rules
    assert "environment.aqi_bad" in catalog.rules


def test_a_city_adds_to_a_shipped_pack_and_sets_its_parameters(home: Path) -> None:
    scaffold_pack("noise", home / "packs")
    (home / "city.yaml").write_text(
        CITY.replace("[environment]", "[environment, noise]") + "parameters: {noise: {limit: 65}}\n", encoding="utf-8"
    )
    extra = home / "packs" / "environment" / "layers" / "mine.yaml"
    extra.parent.mkdir(parents=True)
    extra.write_text(
        "title: {vi: Lớp của tôi, en: My layer}\nkind: points\ndataset: air_quality\nvalue: pm25\n", encoding="utf-8"
    )
    catalog = load_catalog(home)
    assert catalog.layer("mine", "environment")[1].dataset == "environment.air_quality"
    assert catalog.parameters("noise") == {"limit": 65}
    assert catalog.expression("value > param_limit", "noise.reading") == "(`value` > 65)"


def test_a_city_has_its_own_calendar(home: Path) -> None:
    (home / "calendars").mkdir()
    text = 'title: {vi: Lịch riêng, en: Own calendar}\nhours: [{start: "08:00", end: "12:00"}]\nuntil: 2026-12-31\n'
    (home / "calendars" / "own.yaml").write_text(text, encoding="utf-8")
    (home / "city.yaml").write_text(CITY + "calendar: own\n", encoding="utf-8")
    assert load_catalog(home).calendar.day_minutes == 240


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("[environment]", "[enviroment]"), "no pack 'enviroment'"),
        (("[environment]", "[environment]\ncalendar: vietnm"), "no calendar 'vietnm'"),
        (("[environment]", "[environment]\nparameters: {environment: {nothing: 1}}"), "no parameter 'nothing'"),
        (("[environment]", "[environment]\nparameters: {dossiers: {x: 1}}"), "does not use a pack 'dossiers'"),
        (('area: "31"', "area: 31"), "'area' must be a text"),
        (("packs:", "pack:"), "no key 'pack'"),
        ((CITY, CITY + BASEMAP.replace("/{z}", "")), "lacks {z}"),
        ((CITY, CITY + BASEMAP.replace("a.example", "{s}.example")), "'tiles' has no place for {s}"),
        ((CITY, CITY + BASEMAP.replace("kind: raster", "kind: vector")), "'vector' cannot be used for 'kind'"),
        *(
            ((CITY, CITY + BASEMAP.replace("https://a.example", other)), "https:// address or a path")
            for other in (
                "http://a.example",
                "ftp://a.example",
                "//a.example",
                "https://me:secret@a.example",
                "https://",
            )
        ),
    ],
)
def test_a_mistake_in_city_yaml_is_named(change: tuple[str, str], problem: str, home: Path) -> None:
    (home / "city.yaml").write_text(CITY.replace(*change), encoding="utf-8")
    with pytest.raises(InvalidPack) as refusal:
        load_catalog(home)
    issues = refusal.value.details["issues"]
    assert any(problem in issue.problem.en for issue in issues), issues
    assert all(issue.file.endswith("city.yaml") for issue in issues)


@pytest.mark.parametrize(
    "place", ["https://a.example", "https://a.example:8443", "", "http://127.0.0.1:9", "http://localhost:9"]
)
def test_a_city_may_have_a_background_of_its_own(place: str, home: Path) -> None:
    (home / "city.yaml").write_text(CITY + BASEMAP.replace("https://a.example", place), encoding="utf-8")
    basemap = load_catalog(home).city.basemap
    assert basemap is not None
    assert (basemap.tiles, basemap.visible) == (place + "/{z}/{x}/{y}.png", False)


def test_every_issue_of_a_broken_pack_is_told_at_once(home: Path) -> None:
    target = scaffold_pack("noise", home / "packs")
    (home / "city.yaml").write_text(CITY.replace("[environment]", "[noise]"), encoding="utf-8")
    for file, old, new in (
        ("indicators/mean_value.yaml", "avg(value)", "avg(valu)"),
        ("layers/meters.yaml", "label: meter", "label: metr"),
    ):
        path = target / file
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(InvalidPack, match="There are 2 errors"):
        load_catalog(home)


def test_without_city_yaml_there_is_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="toancanh init"):
        load_catalog(tmp_path)


def test_units_are_read_and_checked(home: Path) -> None:
    units = home / "units.yaml"
    units.write_text(
        '- {code: H24, name: {vi: Uỷ ban, en: Committee}, kind: government, area: "31"}\n', encoding="utf-8"
    )
    assert load_catalog(home).units["H24"].kind == "government"
    units.write_text("- {code: H24, name: {vi: Uỷ ban, en: Committee}, kind: governmental}\n", encoding="utf-8")
    with pytest.raises(InvalidPack, match="A unit is not valid"):
        load_catalog(home)
