"""Finding areas by what people type."""

import random
import unicodedata
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toancanh.domain import fold
from toancanh.geography import Geography, name_key

TODAY = date(2026, 5, 1)
SAMPLE = random.Random(7).sample(Geography().tree(TODAY, None, 2), 250)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("hai an", "Phường Hải An"),
        ("Hải An", "Phường Hải An"),
        ("P. Hải An", "Phường Hải An"),
        ("p hải an, tp hải phòng", "Phường Hải An"),
        ("hải phòng", "Thành phố Hải Phòng"),
        ("TP. HCM", "Thành phố Hồ Chí Minh"),
        ("tphcm", "Thành phố Hồ Chí Minh"),
        ("dak lak", "Tỉnh Đắk Lắk"),
        ("Khánh Hoà", "Tỉnh Khánh Hòa"),
        ("hoang sa", "Đặc khu Hoàng Sa"),
        ("đặc khu trường sa", "Đặc khu Trường Sa"),
        ("xã cẩm giang, hải phòng", "Xã Cẩm Giang"),
        ("xã cẩm giàng, hải phòng", "Xã Cẩm Giàng"),
        ("cu m'gar", "Xã Cư M'gar"),
    ],
)
def test_what_people_type(geography: Geography, text: str, first: str) -> None:
    assert geography.search(text, TODAY)[0].full_name == first


def test_former_areas_are_found_after_those_that_exist(geography: Geography) -> None:
    assert [area.until is None for area in geography.search("Hải Dương", limit=3)] == [True, False, False]
    assert geography.search("hai duong", TODAY, "province") == []
    assert geography.search("hai duong", date(2025, 1, 1), "province")[0].code == "x30"
    assert geography.search("q1")[0].full_name == "Quận 1"
    assert geography.search("phuong 1 vung tau", TODAY) == []
    assert geography.search("phuong 1 vung tau")[0].full_name == "Phường 1"


def test_within_and_limit(geography: Geography) -> None:
    assert all(area.parent == "31" for area in geography.search("an", TODAY, within="31"))
    assert len(geography.search("an", TODAY, limit=3)) == 3
    assert geography.search("") == geography.search("  , ") == []
    assert geography.search("zzzz") == []


@pytest.mark.parametrize("area", SAMPLE[:60], ids=lambda area: area.code)
def test_every_area_is_found_by_its_name_with_and_without_diacritics(geography: Geography, area: object) -> None:
    full_name, level = area.full_name, area.level  # type: ignore[attr-defined]
    for text in (full_name, fold(full_name), full_name.upper(), unicodedata.normalize("NFD", full_name)):
        assert area in geography.search(text, TODAY, level, 100), text


vietnamese = st.text(
    st.sampled_from(
        "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ 0123456789.-'’/,PQXĐ"
    ),
    max_size=40,
)


@given(vietnamese)
def test_a_key_needs_no_second_folding(text: str) -> None:
    key = name_key(text)
    assert key == name_key(text.upper()) == name_key(unicodedata.normalize("NFD", text)) == name_key(f"  {text} ")
    assert key.isascii()
    assert key == " ".join(key.split())


@given(st.sampled_from(SAMPLE), st.booleans(), st.sampled_from([" ", "  ", ". ", "-"]))
@settings(max_examples=100)
def test_punctuation_and_case_do_not_matter(area: object, upper: bool, gap: str) -> None:
    name = area.full_name  # type: ignore[attr-defined]
    written = name.replace(" ", gap)
    assert name_key(written.upper() if upper else written) == name_key(name)


def test_of_equal_names_those_of_the_city_come_first(geography: Geography) -> None:
    assert geography.search("an bien", TODAY)[0].code != geography.search("an bien", TODAY, near="91")[0].code
    assert [area.code for area in geography.search("an bien", TODAY, near="31", limit=1)] == ["11407"]


def test_former_areas_lead_to_those_of_today(geography: Geography) -> None:
    def heirs(code: str) -> list[tuple[str, bool]]:
        return [(area.full_name, whole) for area, whole in geography.successors(code, TODAY)]

    assert heirs("x30") == [("Thành phố Hải Phòng", True)]
    assert heirs("x11371") == [("Phường Lê Chân", False), ("Phường An Biên", False)]
    assert heirs("x305")[0] == ("Phường Lê Chân", False)
    assert all(area.until is None for area, _ in geography.successors("x305", TODAY))


def test_a_district_of_which_one_commune_was_made_lies_there_wholly(geography: Geography) -> None:
    former = [area for area in geography.tree(date(2025, 6, 30), None, 2) if area.level == "district"]
    heirs = {area.full_name: geography.successors(area.code, TODAY) for area in former}
    whole = {name: found for name, found in heirs.items() if any(all_of_it for _, all_of_it in found)}
    assert all(len(found) == 1 for found in whole.values())
    assert [area.full_name for area, _ in whole["Huyện Cát Hải"]] == ["Đặc khu Cát Hải"]
