"""The lists: counts, the tree at a date, spans, what is below."""

import itertools
from collections import Counter
from datetime import date, timedelta

import pytest

from toancanh.domain import NotFound
from toancanh.geography import Geography

BEFORE, SINCE, EVE, LATER = date(2025, 6, 30), date(2025, 7, 1), date(2026, 4, 29), date(2026, 4, 30)


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        (BEFORE, {"province": 63, "district": 696, "commune": 10_035}),
        (SINCE, {"province": 34, "commune": 3_321}),
        (EVE, {"province": 34, "commune": 3_321}),
        (LATER, {"province": 34, "commune": 3_321}),
    ],
)
def test_as_many_as_the_law_says(geography: Geography, day: date, counts: dict[str, int]) -> None:
    assert Counter(area.level for area in geography.tree(day, None, 3)) == counts
    assert geography.levels_on(day) == tuple(level for level in geography.levels if level in counts)


def test_types_follow_the_resolutions(geography: Geography) -> None:
    kinds = Counter(area.full_name.removesuffix(area.name).strip() for area in geography.tree(SINCE, None, 2))
    assert kinds == {"Xã": 2621, "Phường": 687, "Đặc khu": 13, "Tỉnh": 28, "Thành phố": 6}


def test_dong_nai_becomes_a_city_with_ten_more_wards(geography: Geography) -> None:
    assert geography.get("75", EVE).full_name == "Tỉnh Đồng Nai"
    assert geography.get("75").full_name == "Thành phố Đồng Nai"
    changed = [step for code in geography.below("75", LATER) for step in geography.lineage(code) if step.day == LATER]
    assert {step.change for step in changed} == {"rename"}
    assert Counter(geography.get(step.old).level for step in changed) == {"province": 1, "commune": 10}
    assert geography.get("26368", EVE).full_name == "Xã Long Thành"
    assert geography.get("26368", LATER).full_name == "Phường Long Thành"


def test_hai_phong_now_and_then(geography: Geography) -> None:
    now, then = geography.below("31", SINCE), geography.below("x31", BEFORE)
    assert len(now) == 1 + 114
    assert Counter(geography.get(code).level for code in now) == {"province": 1, "commune": 114}
    assert Counter(geography.get(code).level for code in then)["district"] == 15
    assert geography.get("11413").full_name == "Phường Hải An"
    assert geography.get("11413").parent == "31"
    assert geography.province_of("x11296", BEFORE).full_name == "Thành phố Hải Phòng"


def test_the_same_number_is_another_area_since_july_2025(geography: Geography) -> None:
    assert geography.get("x24").name == "Bắc Giang"
    assert geography.get("24").name == "Bắc Ninh"
    assert geography.get("x00004").name == "Trúc Bạch"
    assert geography.get("00004").name == "Ba Đình"
    with pytest.raises(NotFound):
        geography.get("24", BEFORE)
    with pytest.raises(NotFound) as problem:
        geography.get("99999")
    assert problem.value.remedy is not None


def test_spans_of_an_area_follow_each_other(geography: Geography) -> None:
    for spans in geography.register.spans.values():
        for one, other in itertools.pairwise(spans):
            assert one.until is not None
            assert other.since == one.until + timedelta(days=1)
        assert len({span.level for span in spans}) == 1


@pytest.mark.parametrize("day", [BEFORE, SINCE, LATER])
def test_every_area_hangs_in_the_tree(geography: Geography, day: date) -> None:
    below = geography.below("VN", day)
    assert len(below) == len(set(below))
    assert set(below) == {area.code for area in geography.register if area.since <= day <= (area.until or day)}


def test_a_filter_without_a_day_holds_all_times(geography: Geography) -> None:
    inside = geography.below("31")
    assert {"31", "x31", "x30", "x288", "11413", "x11413", "x306"} <= set(inside)
    assert set(geography.below("31", SINCE)) <= set(inside)
    assert set(geography.below("x30", BEFORE)) <= set(inside)
    assert "22" not in inside
    old = geography.below("x30")
    assert "10525" in old
    assert "11413" not in old


def test_every_living_area_lies_somewhere(geography: Geography) -> None:
    for area in geography.tree(LATER, None, 2):
        assert area.centre is not None, area
        assert area.area_km2, area
    assert sum(area.area_km2 or 0 for area in geography.tree(LATER)) == pytest.approx(331_326, abs=1)
