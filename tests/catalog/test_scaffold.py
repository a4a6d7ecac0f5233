"""A new pack works from its first minute."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from catalog_engine import Engine

from toancanh.catalog import CITIES, check_packs, load_catalog, scaffold_pack, schemas
from toancanh.domain import Conflict, InvalidInput


def test_it_passes_its_own_check(tmp_path: Path, engine: Engine) -> None:
    target = scaffold_pack("noise", tmp_path / "packs")
    report = check_packs(target, explain=engine.explain)
    assert report.issues == ()
    assert report.scores["noise"].total == 100
    assert report.catalog is not None
    assert set(report.catalog.indicators) == {"noise.mean_value", "noise.high_share"}
    assert "NAME" not in "".join(path.read_text(encoding="utf-8") for path in target.rglob("*") if path.is_file())


def test_a_city_takes_it_in(tmp_path: Path) -> None:
    scaffold_pack("noise", tmp_path / "packs")
    city = (CITIES / "haiphong" / "city.yaml").read_text().replace("packs: [", "packs: [noise, ")
    (tmp_path / "city.yaml").write_text(city)
    catalog = load_catalog(tmp_path)
    assert catalog.boards["noise.overview"].widgets[0].indicators == ("noise.high_share",)


def test_its_demo_is_a_pure_function_of_time_and_seed(tmp_path: Path, engine: Engine) -> None:
    catalog = check_packs(scaffold_pack("noise", tmp_path)).catalog
    assert catalog is not None
    demo = catalog.demos["noise.reading"]
    first, last = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    rows = engine.ask(f"SELECT * FROM ({demo.sql}) ORDER BY ALL", {"from": first, "to": last, "seed": 1})
    halves = [
        engine.ask(f"SELECT * FROM ({demo.sql})", {"from": one, "to": other, "seed": 1})
        for one, other in ((first, datetime(2026, 1, 1, 12, tzinfo=UTC)), (datetime(2026, 1, 1, 12, tzinfo=UTC), last))
    ]
    assert len(rows) == 4 * 288
    assert sorted(rows) == sorted(halves[0] + halves[1])
    other_seed = engine.ask(f"SELECT * FROM ({demo.sql}) ORDER BY ALL", {"from": first, "to": last, "seed": 2})
    assert rows != other_seed


def test_editors_find_the_schema_that_each_file_names(tmp_path: Path) -> None:
    target = scaffold_pack("noise", tmp_path)
    for path in target.rglob("*.yaml"):
        named = path.read_text().splitlines()[0].partition("$schema=")[2]
        assert (path.parent / named).resolve().is_file(), path
    assert {path.name for path in (tmp_path / ".schemas").iterdir()} == set(schemas())


@pytest.mark.parametrize("name", ["", "Noise", "1noise", "noise-meters", "tiếng_ồn", "../noise", "a" * 64, "no ise"])
def test_a_bad_name_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput):
        scaffold_pack(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    scaffold_pack("noise", tmp_path)
    with pytest.raises(Conflict):
        scaffold_pack("noise", tmp_path)
