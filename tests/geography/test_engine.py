"""What the engine makes of points, codes and names, against what Python says."""

import random
from datetime import date

import numpy as np
import pytest
import shapely

from toancanh.domain import InvalidInput
from toancanh.geography import Geography
from toancanh.geography.names import exact_key, exact_key_sql, name_key, name_key_sql

BEFORE, SINCE = date(2025, 6, 30), date(2025, 7, 1)
EARLY, LATE = "toDate('2025-06-30')", "toDateTime('2025-07-01 00:00:00')"


def test_starting_again_writes_nothing(engine, geography: Geography) -> None:
    before = engine.rows(
        "SELECT name, metadata_modification_time AS at FROM system.tables WHERE name LIKE '%_area%' ORDER BY name"
    )
    engine.runner.run(geography.start(engine.facts))
    engine.runner.run(geography.warm())
    after = engine.rows(
        "SELECT name, metadata_modification_time AS at FROM system.tables WHERE name LIKE '%_area%' ORDER BY name"
    )
    assert before == after


def test_what_is_missing_is_made_again(engine, geography: Geography) -> None:
    engine.runner.run(engine.facts.command("DROP DICTIONARY _area_codes"))
    engine.runner.run(geography.start(engine.facts))
    engine.runner.run(geography.warm())
    assert engine.value(geography.code_sql("'31'")) == "31"


def test_bulk_points_agree_with_the_exact_ones(engine, geography: Geography) -> None:
    """Within 20 m of a border the engine may choose the neighbour; elsewhere never."""
    asked = f"SELECT x, y, {geography.point_sql('x', 'y')} AS area FROM (SELECT 105.9 + randCanonical(1) * 1.6 AS x, 20 + randCanonical(2) * 1.3 AS y FROM numbers(60000))"
    rows = engine.rows(asked)
    lon, lat = np.array([row["x"] for row in rows]), np.array([row["y"] for row in rows])
    exact = geography.locate_all(lon, lat)
    shapes = geography.shapes.communes()
    wrong = [(row, code) for row, code in zip(rows, exact, strict=True) if row["area"] != (code or "")]
    assert len(wrong) < 60
    assert sum(code is not None for code in exact) > 30_000
    for row, code in wrong:
        point = shapely.Point(row["x"], row["y"])
        assert (
            min(shapely.distance(shapely.boundary(shapes[one]), point) for one in (row["area"], code) if one) < 0.0002
        )


@pytest.mark.parametrize(
    "position", [("NULL", "20.8"), ("106.6", "nan"), ("inf", "20.8"), ("1000", "-1000"), ("110", "19")]
)
def test_no_point_no_area(engine, geography: Geography, position: tuple[str, str]) -> None:
    assert engine.value(geography.point_sql(*position)) == ""


@pytest.mark.parametrize(
    ("code", "day", "area"),
    [
        ("'31'", None, "31"),
        ("'31'", EARLY, "x31"),
        ("'31'", LATE, "31"),
        ("'30'", LATE, "x30"),
        ("'00004'", EARLY, "x00004"),
        ("'00004'", LATE, "00004"),
        ("' 00001 '", LATE, "x00001"),
        ("'11948'", EARLY, "11948"),
        ("'303'", None, "x303"),
        ("'4'", None, "04"),
        ("'318'", EARLY, "x318"),
        ("'733'", LATE, ""),
        ("'1297'", EARLY, "x01297"),
        ("1", LATE, "01"),
        ("'x00004'", LATE, "x00004"),
        ("'99999'", None, ""),
        ("''", EARLY, ""),
        ("NULL", None, ""),
        ("'31'", "CAST(NULL AS Nullable(Date))", "31"),
    ],
)
def test_codes_of_any_date(engine, geography: Geography, code: str, day: str | None, area: str) -> None:
    assert engine.value(geography.code_sql(code, day)) == area


@pytest.mark.parametrize(
    ("name", "within", "day", "area"),
    [
        ("'Phường Hải An'", "'Hải Phòng'", None, "11413"),
        ("'hai an'", "'31'", None, "11413"),
        ("'P.Hải An'", "'TP. Hải Phòng'", LATE, "11413"),
        ("'PHƯỜNG HẢI AN'", "'hai phong'", LATE, "11413"),
        ("'Đông Hải 1'", "'Hải Phòng'", EARLY, "x11410"),
        ("'Đông Hải 1'", "'Hải Phòng'", LATE, "x11410"),
        ("'Xã Cẩm Giàng'", "'Hải Phòng'", None, "10903"),
        ("'xã cẩm giang'", "'Hải Phòng'", None, "10888"),
        ("'xa cam giang'", "'Hải Phòng'", None, ""),
        ("'Phường 12'", "'Gò Vấp'", LATE, "x26881"),
        ("'P12'", "'Q. Gò Vấp'", EARLY, "x26881"),
        ("'phường 012'", "'quan go vap'", EARLY, "x26881"),
        ("'Phường 12'", "'TP.HCM'", EARLY, ""),
        ("'Hải Tân'", "'Hải Dương'", LATE, "x10537"),
        ("'Thành phố Hồ Chí Minh'", None, None, "79"),
        ("'TP HCM'", None, EARLY, "x79"),
        ("'Hải Dương'", None, EARLY, "x30"),
        ("'Hải Dương'", None, LATE, ""),
        ("'Khánh Hoà'", None, None, "56"),
        ("'Hải An'", "'Nowhere'", None, ""),
        ("'Hải An'", "NULL", None, ""),
        ("NULL", "'31'", None, ""),
        ("''", None, None, ""),
    ],
)
def test_names_of_any_date(
    engine, geography: Geography, name: str, within: str | None, day: str | None, area: str
) -> None:
    assert engine.value(geography.name_sql(name, within, day)) == area


def test_every_commune_is_found_by_its_full_name_in_its_province(engine, geography: Geography) -> None:
    sql = geography.name_sql("a.full_name", "p.name", LATE)
    query = (
        f"SELECT a.code AS code, {sql} AS found FROM _areas a JOIN _areas p ON p.code = a.parent AND p.until IS NULL "
        "WHERE a.level = 'commune' AND a.until IS NULL"
    )
    rows = engine.rows(query)
    assert len(rows) == 3321
    assert [row for row in rows if row["code"] != row["found"]] == []
    districts = geography.name_sql("a.full_name", "a.parent", EARLY)
    rows = engine.rows(
        f"SELECT a.code AS code, {districts} AS found FROM _areas a WHERE a.level = 'commune' AND a.since < '2025-01-01'"
    )
    assert len(rows) == 10_035
    assert [row for row in rows if row["code"] != row["found"]] == []


def test_keys_are_the_same_in_python_and_in_the_engine(engine) -> None:
    letters = "aàảãáạăằẳẵắặâầẩẫấậeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵđbcghklmnpqrstvx AĐÔƯPQX0123456789 .,-'’/()_"
    shuffled = random.Random(11)
    texts = ["".join(shuffled.choices(letters, k=shuffled.randint(0, 30))) for _ in range(3000)]
    texts += ["P.12", "Q1", "tp. hcm", "P. 03", "  ", "H. Cư M'gar", "TT Trâu Quỳ"]
    rows = engine.rows(
        "SELECT arrayJoin(splitByChar('|', {texts:String})) AS text, "
        f"{name_key_sql('text')} AS plain, {exact_key_sql('text')} AS exact",
        texts="|".join(texts),
    )
    assert len(rows) == len(texts)
    assert [row for row in rows if row["plain"] != name_key(row["text"])] == []
    assert [row for row in rows if row["exact"] != exact_key(row["text"])] == []


@pytest.mark.parametrize("day", [BEFORE, SINCE])
def test_restating_in_the_engine_keeps_sums(engine, geography: Geography, day: date) -> None:
    sql, level = geography.restate_sql("area", day), geography.level_sql("restated", "province", day)
    rows = engine.rows(
        f"SELECT restated, {level} AS province, sum(value) AS value, max({geography.assumed_sql('area', day)}) AS assumed FROM "
        f"(SELECT toLowCardinality(area) AS area, value, {sql} AS restated FROM "
        "(SELECT code AS area, toUInt64(cityHash64(code) % 1000) AS value FROM _area_restate_rows)) GROUP BY restated"
    )
    total = engine.rows("SELECT sum(cityHash64(code) % 1000) AS value FROM _area_restate_rows")[0]["value"]
    assert sum(row["value"] for row in rows) == total
    for row in rows:
        area = geography.get(row["restated"], day)
        assert row["province"] == ("" if area.level == "country" else geography.province_of(area.code, day).code)
    assert {row["restated"] for row in rows} <= set(geography.below("VN", day))
    assert any(row["assumed"] for row in rows)


def test_levels_follow_the_boundaries(engine, geography: Geography) -> None:
    kept = next(
        code
        for code, spans in geography.register.spans.items()
        if len(spans) > 1 and spans[0].parent != spans[1].parent
    )
    then = geography.province_of(kept, BEFORE).code
    assert engine.value(geography.level_sql(f"'{kept}'", "province", BEFORE)) == then
    assert engine.value(geography.level_sql(f"'{kept}'", "district", BEFORE)) == geography.get(kept, BEFORE).parent
    assert engine.value(geography.level_sql(f"'{kept}'", "province", SINCE)) == geography.get(kept).parent
    assert engine.value(geography.level_sql("'x11530'", "province")) == "x31"
    assert engine.value(geography.level_sql("'11533'", "commune")) == "11533"
    assert engine.value(geography.level_sql("'31'", "commune")) == ""
    assert engine.value(geography.level_sql("''", "province")) == ""
    with pytest.raises(InvalidInput):
        geography.level_sql("area", "ward")
