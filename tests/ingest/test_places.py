"""Records find their area: by point, else by code of any date, else by name."""

from collections.abc import Iterator

import pytest

from conftest import Lab, codes, someone
from toancanh.domain import Grant
from toancanh.geography import Geography


@pytest.fixture(scope="module")
def geography(ground: Lab) -> Iterator[Geography]:
    found = Geography()
    ground.run(found.start(ground.stores.facts))
    ground.run(found.warm())
    yield found
    ground.run(found.close())


@pytest.fixture
def placed(lab: Lab, geography: Geography) -> Iterator[Lab]:
    before, lab.geography = lab.geography, geography
    lab.restart()
    yield lab
    lab.geography = before


def test_by_point_then_code_then_name(placed: Lab, geography: Geography) -> None:
    here = geography.locate(106.6881, 20.8449)
    assert here is not None
    other = next(area for area in geography.tree(here.since, "31", 1) if area.code != here.code)
    rows = [
        {"name": "point", "lon": 106.6881, "lat": 20.8449, "commune_code": other.code},
        {"name": "code", "commune_code": other.code, "commune": here.name},
        {"name": "name", "commune": other.full_name.upper(), "province": "Hải Phòng"},
        {"name": "plain", "commune": "le chan", "province": "31"},
        {"name": "home", "commune": "Tân Hưng"},
        {"name": "there", "commune": "Tân Hưng", "province": "Cà Mau"},
        {"name": "unique", "commune": "phường Hoàn Kiếm"},
        {"name": "sea", "lon": 112.0, "lat": 10.0},
        {"name": "none"},
    ]
    receipt = placed.send("spot", [{**row, "time": "2026-01-01T00:00:00Z"} for row in rows])
    assert codes(receipt) == []
    areas = {row["name"]: row["_area"] for row in placed.stored("spot", "name, _area")}
    assert areas["point"] == here.code
    assert areas["code"] == areas["name"] == other.code
    assert areas["none"] == areas["sea"] == ""
    assert areas["home"] == "10537", "Hải Phòng's, of the six communes of that name"
    assert geography.get(areas["there"]).parent == "96"
    assert geography.get(areas["unique"]).parent == "01"
    assert geography.get(areas["plain"]).name == "Lê Chân"


def test_a_former_code_means_the_area_of_its_day(placed: Lab, geography: Geography) -> None:
    rows = [{"name": f"n{year}", "commune_code": "11296", "time": f"{year}-06-01T00:00:00Z"} for year in (2024, 2026)]
    placed.send("spot", rows)
    areas = {row["name"]: row["_area"] for row in placed.stored("spot", "name, _area")}
    assert all(areas.values())


def test_a_grant_for_an_area_takes_no_records_from_elsewhere(placed: Lab) -> None:
    sender = someone(Grant("sender", areas=("31",)))
    rows = [
        {"name": "in", "time": "2026-01-01", "lon": 106.6881, "lat": 20.8449},
        {"name": "out", "time": "2026-01-01", "lon": 105.85, "lat": 21.03},
    ]
    receipt = placed.send("spot", rows, viewer=sender)
    assert (receipt.accepted, codes(receipt)) == (1, [(2, None, "scope")])
