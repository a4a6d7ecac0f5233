"""Tiles, decoded by another program: the right things in the right places, kept until something is committed."""

import math
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import mapbox_vector_tile
import numpy as np
import pyarrow as pa
import pytest
from town_records import readings

from conftest import NOW, Town
from toancanh.domain import (
    PUBLIC,
    SYSTEM,
    FactsCommitted,
    Grant,
    InvalidInput,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    Text,
    Viewer,
)
from toancanh.domain.declarations import Band
from toancanh.indicators.render.tiles import Square
from toancanh.indicators.tiles.mvt import EXTENT, POLYGON, Feature, Hole, layer, point, polygon, varint, varints
from toancanh.indicators.tiles.points import snapshot, sorting

READINGS = readings()
PLACES = {"a": (106.60, 20.80), "b": (106.61, 20.81), "c": (106.70, 20.90), "d": (107.0, 20.7)}


def square(z: int, lon: float, lat: float) -> tuple[int, int, int]:
    x = (lon + 180) / 360
    y = 0.5 - math.log(math.tan(math.pi / 4 + math.radians(lat) / 2)) / (2 * math.pi)
    return z, int(x * 2**z), int(y * 2**z)


def place(z: int, x: int, y: int, inside: Any) -> tuple[float, float]:
    """Return the degrees of a point inside a decoded tile (y counts upwards there)."""
    across, down = (x + inside[0] / EXTENT) / 2**z, (y + 1 - inside[1] / EXTENT) / 2**z
    return across * 360 - 180, math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * down))))


def draw(
    town: Town, name: str, z: int, lon: float = 106.65, lat: float = 20.85, viewer: Viewer = SYSTEM
) -> list[dict[str, Any]]:
    at_ = square(z, lon, lat)
    tile = town.run(town.indicators.tile(name, *at_, viewer))
    decoded = mapbox_vector_tile.decode(tile.data) if tile.data else {}
    assert set(decoded) <= {name.partition(".")[2]}
    features = decoded.get(name.partition(".")[2], {}).get("features", [])
    for each in features:
        if each["geometry"]["type"] == "Point":
            each["place"] = place(*at_, each["geometry"]["coordinates"])
    return list(features)


def newest_mean(station: str) -> float:
    """Return what town.pm25 says for the newest hour that has enough data."""
    hours: dict[Any, list[float]] = {}
    for each in READINGS:
        if (
            each.station == station
            and each.working is not False
            and NOW - timedelta(hours=49) < each.time < NOW
            and each.pm25 is not None
        ):
            hours.setdefault(each.time.replace(minute=0, second=0, microsecond=0), []).append(each.pm25)
    return float(np.mean(hours[max(hours)]))


def test_newest_points_are_coloured_by_the_indicator(town: Town) -> None:
    found = {each["properties"]["label"]: each for each in draw(town, "town.stations", 11, 106.61, 20.81)}
    assert {"Trạm Đường A", "Trạm Đường B"} <= set(found)
    for label, station in (("Trạm Đường A", "a"), ("Trạm Đường B", "b")):
        properties = found[label]["properties"]
        assert properties["value"] == pytest.approx(newest_mean(station))
        assert properties["state"] == town.catalog.indicators["town.pm25"].state_of(properties["value"])
        assert len(properties["id"]) == 32
        assert found[label]["place"] == pytest.approx(PLACES[station], abs=360 / 2**11 / EXTENT)


def test_newest_points_by_their_own_value_under_a_condition(town: Town) -> None:
    found = {each["properties"]["label"]: each["properties"] for each in draw(town, "town.dust", 11, 106.61, 20.81)}
    last = {
        station: max(
            (each for each in READINGS if each.station == station and each.time < NOW), key=lambda each: each.time
        )
        for station in "ab"
    }
    assert {label: each["value"] for label, each in found.items()} == {station: last[station].pm10 for station in "ab"}


def test_few_points_far_out_are_gathered_with_the_worst_state(town: Town) -> None:
    found = [each["properties"] for each in draw(town, "town.stations", 6)]
    assert sum(each.get("count", 1) for each in found) == 3
    gathered = [each for each in found if each.get("count", 1) > 1]
    assert gathered
    assert all(each["state"] in ("good", "watch", "bad", "unknown") for each in gathered)


@pytest.mark.parametrize("most", [0, 1_500_000])
@pytest.mark.parametrize("z", [6, 8, 9, 10, 12])
def test_every_record_is_on_the_map(town: Town, monkeypatch: pytest.MonkeyPatch, z: int, most: int) -> None:
    monkeypatch.setattr(type(town.indicators._tiles), "most_points", most)
    found = draw(town, "town.readings", z, *PLACES["a"])
    start, inside = NOW - timedelta(hours=240), square(z, *PLACES["a"])
    there = [
        each
        for each in READINGS
        if each.station in PLACES and start <= each.time < NOW and square(z, *PLACES[each.station]) == inside
    ]
    assert sum(each["properties"].get("count", 1) for each in found) == len(there)
    if z < 9:
        worst = {each["properties"]["state"] for each in found}
        assert worst <= {"good", "watch", "bad", "unknown"}
    elif z == 12:
        values = sorted(
            each["properties"].get("value", -1)
            for each in found
            if each["place"] == pytest.approx(PLACES["a"], abs=1e-3)
        )
        assert values == sorted(each.pm25 if each.pm25 is not None else -1 for each in there if each.station == "a")
        assert len({each["properties"]["id"] for each in found}) == len(found)


def test_areas_are_coloured_by_the_indicator(town: Town) -> None:
    rows = {row[0]: row[1] for row in town.rows(indicators=["town.pm25"], by=["area:commune"], time={"last": "240h"})}
    centre = town.geography.get("10507").centre
    assert centre is not None
    found = {each["properties"]["code"]: each["properties"] for each in draw(town, "town.activity", 11, *centre)}
    assert found["10507"]["value"] == pytest.approx(rows["10507"])
    assert found["10507"]["state"] == town.catalog.indicators["town.pm25"].state_of(rows["10507"])
    assert found["10507"]["name"] == town.geography.get("10507").full_name
    others = [each for code, each in found.items() if code not in rows]
    assert others
    assert all("value" not in each and each["state"] == "unknown" for each in others)


@pytest.mark.parametrize(
    ("name", "z"), [("areas.province", 6), ("areas.province", 8), ("areas.commune", 9), ("areas.commune", 12)]
)
def test_boundaries(town: Town, name: str, z: int) -> None:
    centre = town.geography.get("10507").centre
    assert centre is not None
    found = {each["properties"]["code"]: each for each in draw(town, name, z, *centre, viewer=PUBLIC)}
    code = "31" if name == "areas.province" else "10507"
    assert found[code]["properties"] == {"code": code, "name": town.geography.get(code).full_name}
    assert all(each["geometry"]["type"] in ("Polygon", "MultiPolygon") for each in found.values())


def test_nothing_there_is_an_empty_tile(town: Town) -> None:
    for name in ("town.stations", "town.readings", "town.activity", "areas.commune"):
        assert town.run(town.indicators.tile(name, 8, 0, 0, SYSTEM)).data == b""
    z, x, y = square(4, 106.65, 20.85)
    assert town.run(town.indicators.tile("town.readings", z, x, y, SYSTEM)).data == b""


@pytest.mark.parametrize("name", ["town.stations", "town.readings"])
def test_a_commit_of_the_dataset_and_nothing_else_makes_tiles_anew(town: Town, name: str) -> None:
    z, x, y = square(12, *PLACES["a"])
    first = town.run(town.indicators.tile(name, z, x, y, SYSTEM))
    assert town.run(town.indicators.tile(name, z, x, y, SYSTEM)) is first
    moment = NOW - timedelta(minutes=1)
    row = {
        "station": ["new"], "time": [moment], "name": ["Trạm mới"], "lon": [106.6], "lat": [20.8], "pm25": [1.0], "pm10": [1.0],
        "_source": ["t"], "_received": [moment],
    }  # fmt: skip
    town.fill("town__air", row, token=f"tile-{name}")
    try:
        other = FactsCommitted("town.permit", 1, moment, moment, (), moment)
        town.indicators.committed(other)
        assert town.run(town.indicators.tile(name, z, x, y, SYSTEM)) is first
        town.indicators.committed(FactsCommitted("town.air", 1, moment, moment, (), moment))
        second = town.run(town.indicators.tile(name, z, x, y, SYSTEM))
        assert second.etag != first.etag
        labels = {each["properties"]["label"] for each in draw(town, name, 12, *PLACES["a"])}
        assert "Trạm mới" in labels
    finally:
        town.run(
            town.stores.facts.command("ALTER TABLE town__air DELETE WHERE station = 'new' SETTINGS mutations_sync = 1")
        )


def test_records_that_come_and_go_are_on_the_map_at_once(town: Town) -> None:
    def drawn() -> int:
        return sum(each["properties"].get("count", 1) for each in draw(town, "town.readings", 12, *PLACES["a"]))

    def committed() -> None:
        moment = NOW - timedelta(minutes=1)
        town.indicators.committed(FactsCommitted("town.air", 1, moment, moment, (), moment))

    before = drawn()
    try:
        for minutes, received in ((1, 1), (2, 2), (3, -60)):
            row = {
                "station": ["new", "nowhere"], "time": [NOW - timedelta(minutes=minutes)] * 2, "name": ["Trạm mới", "Không"],
                "lon": [106.6, None], "lat": [20.8, None], "pm25": [1.0, 1.0], "pm10": [1.0, 1.0], "_source": ["t", "t"],
                "_received": [NOW + timedelta(minutes=received)] * 2,
            }  # fmt: skip
            town.fill("town__air", row, token=f"come-{minutes}")
            committed()
            assert drawn() == before + minutes
    finally:
        town.run(
            town.stores.facts.command(
                "ALTER TABLE town__air DELETE WHERE station IN ('new', 'nowhere') SETTINGS mutations_sync = 1"
            )
        )
    committed()
    assert drawn() == before


@pytest.mark.parametrize("bits", [3, 20, 44, 57, 64])
def test_cells_are_sorted_as_argsort_does(bits: int) -> None:
    dice = np.random.default_rng(bits)
    cells = dice.integers(0, 1 << bits, 5000, dtype=np.uint64) | np.uint64(1 << (bits - 1))
    order = sorting(cells)
    assert np.array_equal(cells[order], np.sort(cells))
    assert np.array_equal(np.sort(order), np.arange(5000))


def test_joined_points_are_as_if_read_together() -> None:
    dice = np.random.default_rng(1)
    cells = dice.integers(1 << 40, 1 << 50, 300, dtype=np.uint64)
    table = pa.table(
        {"_at": cells, "_value": dice.random(300), "_label": pa.nulls(300, pa.string()), "id": np.arange(300)}
    )
    bands = (Band(state="good", below=0.5), Band(state="bad", from_=0.5))
    whole = snapshot(table, None, 0, bands)
    joined = snapshot(table[:200], None, 0, bands).joined(snapshot(table[200:], None, 0, bands))
    assert np.array_equal(whole.cell, joined.cell)
    assert np.array_equal(whole.rank, joined.rank)
    square = Square(0, 0, 0)
    for gather in (True, False):
        assert whole.shown(square, gather=gather).equals(joined.shown(square, gather=gather))


def test_tiles_take_a_viewer(town: Town) -> None:
    for viewer in (PUBLIC, Viewer("nobody", "Nobody", "user", (Grant("viewer"),))):
        with pytest.raises((NotAllowed, NotAuthenticated)):
            draw(town, "town.lines", 6, viewer=viewer)
    assert draw(town, "town.lines", 6)
    with pytest.raises(NotFound):
        draw(town, "town.nothing", 6)
    with pytest.raises(InvalidInput):
        town.run(town.indicators.tile("town.stations", 3, 8, 0, SYSTEM))


def test_a_scoped_viewer_gets_a_tile_of_its_own(town: Town) -> None:
    scoped = Viewer("scoped", "Scoped", "user", (Grant("officer", areas=("10525",)),))
    whole = {each["properties"]["code"]: each["properties"] for each in draw(town, "town.lines", 6)}
    part = {each["properties"]["code"]: each["properties"] for each in draw(town, "town.lines", 6, viewer=scoped)}
    assert 0 < part["31"]["value"] < whole["31"]["value"]


@pytest.mark.parametrize("value", [0, 1, 127, 128, 300, 16383, 16384, 2**21, 2**28, 2**31, 2**34])
def test_numbers_in_groups_of_seven_bits(value: int) -> None:
    assert varints(np.array([value, 5, value])) == varint(value) + b"\x05" + varint(value)


def test_a_polygon_with_a_hole_comes_back() -> None:
    outer = np.array([[0, 0], [4000, 0], [4000, 4000], [0, 4000], [0, 0]])
    hole = np.array([[1000, 1000], [2000, 1000], [2000, 2000], [1000, 2000], [1000, 1000]])
    speck = np.array([[5, 5], [5, 5], [5, 5], [5, 5]])
    for rings in ([outer, Hole(hole), speck], [outer[::-1], Hole(hole[::-1]), Hole(speck)]):
        properties: Mapping[str, Any] = {"code": "1", "value": 1.5, "count": 3, "low": -2, "on": True, "none": None}
        data = layer("it", [Feature(POLYGON, polygon(rings), dict(properties))])
        found = mapbox_vector_tile.decode(data)["it"]
        assert found["extent"] == EXTENT
        geometry = found["features"][0]["geometry"]
        assert geometry["type"] == "Polygon"
        assert [len(ring) for ring in geometry["coordinates"]] == [5, 5]
        assert found["features"][0]["properties"] == {
            key: value for key, value in properties.items() if value is not None
        }
    assert layer("it", []) == b""
    assert polygon([speck]) == b""
    assert mapbox_vector_tile.decode(layer("p", [Feature(1, point(-5, 4100), {})]))["p"]["features"][0]["geometry"][
        "coordinates"
    ] == [-5, -4]


def test_things_are_found_by_their_labels(town: Town) -> None:
    def find(text: str) -> list[tuple[str, str]]:
        found = town.run(town.indicators.find_things(text, SYSTEM, 10))
        for each in found:
            assert (each.lon, each.lat) == pytest.approx(PLACES[each.name[-1].lower()], abs=1e-5)
        return [(each.layer, each.name) for each in found]

    assert ("town.stations", "Trạm Đường A") in find("tram duong a")
    assert {layer for layer, _ in find("đường")} == {"town.stations"}
    assert find("không có") == find("") == []


def test_things_of_layers_that_one_may_not_see_are_not_found(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(viewer: Viewer, dataset: str) -> None:
        raise NotAllowed(
            Text(vi=f"{viewer.name} không xem được {dataset}.", en="No."), Text(vi="Xin quyền.", en="Ask.")
        )

    assert town.run(town.indicators.find_things("tram", PUBLIC, 10))
    monkeypatch.setattr(town.indicators._viewing, "of", refuse)
    assert town.run(town.indicators.find_things("tram", PUBLIC, 10)) == []
