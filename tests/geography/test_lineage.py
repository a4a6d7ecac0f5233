"""What became of what, and figures restated from the boundaries of one date to those of another."""

from collections import Counter, defaultdict
from datetime import date

import pytest

from toancanh.geography import Geography

BEFORE, SINCE = date(2025, 6, 30), date(2025, 7, 1)


def names(geography: Geography, code: str) -> set[str]:
    return {
        geography.get(step.old).full_name for step in geography.lineage(code) if step.new == code and step.day == SINCE
    }


def test_hai_phong_took_hai_duong(geography: Geography) -> None:
    steps = [step for step in geography.lineage("31") if step.new == "31"]
    assert {(step.old, step.change, step.whole, step.share) for step in steps} == {
        ("x30", "merge", True, 1.0),
        ("x31", "merge", True, 1.0),
    }
    assert names(geography, "79") == {"Thành phố Hồ Chí Minh", "Tỉnh Bình Dương", "Tỉnh Bà Rịa - Vũng Tàu"}
    assert [step.change for step in geography.lineage("01")] == ["keep"]


def test_provinces_merge_as_resolution_202_says(geography: Geography) -> None:
    sources = Counter(len(names(geography, area.code)) for area in geography.tree(SINCE))
    assert sources == {1: 11, 2: 17, 3: 6}
    kept = {area.name for area in geography.tree(SINCE) if area.since < SINCE}
    assert kept == {
        "Hà Nội", "Cao Bằng", "Điện Biên", "Lai Châu", "Sơn La", "Lạng Sơn", "Quảng Ninh", "Thanh Hóa", "Nghệ An",
        "Hà Tĩnh", "Huế",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("code", "full_name", "sources"),
    [
        ("26740", "Phường Sài Gòn", {"Phường Bến Nghé", "Phường Đa Kao", "Phường Nguyễn Thái Bình"}),
        ("31108", "Đặc khu Kiên Hải", {"Xã Hòn Tre", "Xã Lại Sơn", "Xã An Sơn", "Xã Nam Du"}),
        ("11948", "Đặc khu Bạch Long Vĩ", {"Huyện Bạch Long Vĩ"}),
        ("20333", "Đặc khu Hoàng Sa", {"Huyện Hoàng Sa"}),
        ("22736", "Đặc khu Trường Sa", {"Thị trấn Trường Sa", "Xã Song Tử Tây", "Xã Sinh Tồn"}),
        ("05086", "Xã Dũng Tiến", {"Xã Cuối Hạ", "Xã Mi Hòa", "Xã Nuông Dăm"}),
    ],
)
def test_known_communes(geography: Geography, code: str, full_name: str, sources: set[str]) -> None:
    assert geography.get(code).full_name == full_name
    assert names(geography, code) == sources


def test_thu_duc_city_ended_in_twelve_wards(geography: Geography) -> None:
    city = geography.search("Thành phố Thủ Đức", BEFORE)[0]
    assert (city.code, city.level, city.until) == ("x769", "district", BEFORE)
    heirs = {step.new for code in geography.below("x769", BEFORE) for step in geography.lineage(code)}
    assert len(heirs) == 12
    assert {geography.province_of(code).name for code in heirs} == {"Hồ Chí Minh"}
    assert geography.restate("x769", SINCE).area == "79"


def test_a_split_ward_of_hai_phong(geography: Geography) -> None:
    steps = [step for step in geography.lineage("x11530") if step.old == "x11530"]
    assert {(geography.get(step.new).full_name, step.change, step.whole, step.share) for step in steps} == {
        ("Phường Hòa Bình", "split", False, None),
        ("Phường Thủy Nguyên", "split", False, None),
    }
    assert geography.shares("x11530", SINCE) == [("11533", None), ("11560", None)]
    restated = geography.restate("x11530", SINCE)
    assert (restated.area, restated.sure) == ("11533", False)
    notes = geography.restate_notes(["x11530", "x11527"], SINCE)
    assert len(notes) == 1
    assert "Phường Thủy Hà" in notes[0].vi
    assert "Phường Thủy Hà" in notes[0].en


def test_every_former_commune_went_somewhere_and_every_new_one_came_from_somewhere(geography: Geography) -> None:
    old, new = defaultdict(set), defaultdict(set)
    for code in geography.register.spans:
        for step in geography.lineage(code):
            if step.day == SINCE:
                old[step.old].add(step)
                new[step.new].add(step)
    for area in geography.tree(BEFORE, None, 3):
        if area.level != "district":
            assert old[area.code], area
            whole = [step for step in old[area.code] if step.whole]
            assert not whole or len(old[area.code]) == 1
    assert all(new[area.code] for area in geography.tree(SINCE, None, 2))


@pytest.mark.parametrize("day", [BEFORE, SINCE])
def test_every_area_is_counted_once_on_any_boundaries(geography: Geography, day: date) -> None:
    """Sums stay: whatever was recorded is counted in exactly one area that lives on that day."""
    living = set(geography.below("VN", day))
    for code in geography.register.spans:
        target = geography.restate(code, day).area
        assert target in living, code
        if code in living:
            assert target == code


def test_restating_there_and_back_stays_in_the_same_place(geography: Geography) -> None:
    """What went whole is counted, on the old boundaries again, in an area that holds where it came from."""
    for area in geography.tree(BEFORE, None, 3):
        now = geography.restate(area.code, SINCE)
        back = geography.restate(now.area, BEFORE).area
        if now.sure and area.level == "commune":
            assert area.code in geography.below(back, BEFORE), area


def test_a_merged_commune_is_counted_in_the_district_it_came_from(geography: Geography) -> None:
    assert geography.get(geography.restate("11533", BEFORE).area).full_name == "Thành phố Thủy Nguyên"
    assert geography.restate("31", BEFORE).area == "VN"
    assert geography.restate("01", BEFORE).area == "01"
    (note,) = geography.restate_notes(["11533", "31"], BEFORE)
    assert "Phường Hòa Bình, Thành phố Hải Phòng" in note.vi
    assert geography.restate_notes(["01"], BEFORE) == []


def test_known_shares_are_followed(geography: Geography) -> None:
    assert geography.shares("x31", SINCE) == [("31", 1.0)]
    assert geography.shares("11948", BEFORE) == [("x318", 1.0)]
    assert geography.shares("11413", SINCE) == [("11413", 1.0)]
    assert {share for _, share in geography.shares("11533", BEFORE)} == {None}
