"""Boundaries: point → commune, shapes of areas now and then, the archipelagos."""

from datetime import date

import numpy as np
import pytest
import shapely
from shapely.geometry import shape

from toancanh.domain import InvalidInput, NotFound
from toancanh.geography import Geography

TODAY = date(2026, 5, 1)


@pytest.mark.parametrize(
    ("lon", "lat", "commune", "province"),
    [
        (106.7, 20.862, "Phường Ngô Quyền", "Hải Phòng"),
        (105.8522, 21.0287, "Phường Hoàn Kiếm", "Hà Nội"),
        (106.7009, 10.7769, "Phường Sài Gòn", "Hồ Chí Minh"),
        (107.7284, 20.1333, "Đặc khu Bạch Long Vĩ", "Hải Phòng"),
        (106.33, 20.94, "Phường Thành Đông", "Hải Phòng"),
        (108.2208, 16.0678, "Phường Hải Châu", "Đà Nẵng"),
        (114.37, 11.42, "Đặc khu Trường Sa", "Khánh Hòa"),
        (112.309, 16.843, "Đặc khu Hoàng Sa", "Đà Nẵng"),
    ],
)
def test_known_places(geography: Geography, lon: float, lat: float, commune: str, province: str) -> None:
    found = geography.locate(lon, lat)
    assert found is not None
    assert found.full_name == commune
    assert geography.province_of(found.code).name == province


def test_sea_and_abroad_are_nowhere(geography: Geography) -> None:
    assert geography.locate(110.0, 19.0) is None
    assert geography.locate(102.6, 17.97) is None
    for lon, lat in ((float("nan"), 20.0), (181.0, 20.0), (20.9, 106.6)):
        with pytest.raises(InvalidInput):
            geography.locate(lon, lat)


def test_centres_lie_in_their_commune(geography: Geography) -> None:
    """All but those of the archipelagos, which stand on the island that gives the name."""
    communes = [area for area in geography.tree(TODAY, None, 2) if area.level == "commune"]
    centres = np.array([area.centre for area in communes])
    found = geography.locate_all(centres[:, 0], centres[:, 1])
    wrong = [area.code for area, code in zip(communes, found, strict=True) if area.code != code]
    assert set(wrong) <= {"20333", "22736"}


def test_bulk_and_single_agree(geography: Geography) -> None:
    random = np.random.default_rng(3)
    lon, lat = random.uniform(106.0, 107.0, 2000), random.uniform(20.2, 21.2, 2000)
    singles = [geography.locate(x, y) for x, y in zip(lon, lat, strict=True)]
    assert geography.locate_all(lon, lat) == [area and area.code for area in singles]


def test_communes_cover_without_gaps_or_overlaps(geography: Geography) -> None:
    shapes = list(geography.shapes.communes().values())
    assert len(shapes) == 3321
    assert shapely.coverage_is_valid(shapes)
    assert all(shapely.coverage_is_valid(list(found.values())) for found in geography.shapes.coarser().values())


def test_a_province_is_its_communes_and_a_merged_one_its_former_provinces(geography: Geography) -> None:
    def square(code: str) -> float:
        found = geography.boundary(code)
        assert found is not None
        return float(shape(found).area)

    communes = [code for code in geography.below("31", TODAY) if code != "31"]
    assert square("31") == pytest.approx(sum(square(code) for code in communes))
    assert square("31") == pytest.approx(square("x31") + square("x30"))
    assert all(geography.boundary(area.code) is not None for area in geography.tree(date(2025, 1, 1)))
    assert geography.boundary("x11530") is None
    with pytest.raises(NotFound):
        geography.boundary("nowhere")


def test_hoang_sa_and_truong_sa_are_on_every_map(geography: Geography) -> None:
    assert geography.get("20333").parent == "48"
    assert geography.get("22736").parent == "56"
    for code, province in (("20333", "48"), ("22736", "56")):
        zone, whole = geography.boundary(code), geography.boundary(province)
        assert zone is not None
        assert whole is not None
        assert shape(whole).covers(shape(zone))
    features = geography.overlay()["features"]
    labels = {
        feature["properties"]["label_vi"]: feature["geometry"]["coordinates"]
        for feature in features
        if feature["id"].endswith("-label")
    }
    assert labels["Quần đảo Hoàng Sa (Đà Nẵng, Việt Nam)"] == [111.6069, 16.5347]
    assert labels["Quần đảo Trường Sa (Khánh Hòa, Việt Nam)"] == [111.9206, 8.6458]
    islands = [feature for feature in features if feature["properties"]["kind"] == "islands"]
    assert [feature["geometry"]["type"] for feature in islands] == ["MultiPolygon", "MultiPolygon"]
    assert all("Viet Nam" in feature["properties"]["label_en"] for feature in features)


def test_boundaries_as_a_collection(geography: Geography) -> None:
    found = geography.boundaries(["11413", "x11530"])
    assert [feature["geometry"] is None for feature in found["features"]] == [False, True]
    assert found["features"][0]["properties"]["name"] == "Phường Hải An"
