"""Tracks: everything that was there, in order, broken where nobody knows, and no more positions than the way needs."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from town_records import readings

from conftest import NOW, Town
from toancanh.domain import SYSTEM, InvalidInput, NotAllowed, NotFound, Period, Text, Viewer
from toancanh.indicators import TrackSet, TracksRequest
from toancanh.indicators.tracks import tracks
from toancanh.indicators.tracks.simplify import needed

DAY = Period(NOW - timedelta(days=1), NOW)
GAP = timedelta(minutes=30)


def ask(town: Town, layer: str = "town.walks", viewer: Viewer = SYSTEM, period: Period = DAY, **asked: Any) -> TrackSet:
    return town.run(town.indicators.tracks(layer, viewer, TracksRequest(period, **asked)))


def spans(station: str, period: Period = DAY) -> list[tuple[float, float]]:
    """Return the spans of seconds without a gap in which a station spoke, worked out by hand."""
    times = sorted(
        each.time for each in readings() if each.station == station and period.start <= each.time < period.end
    )
    found: list[list[float]] = []
    for time, before in zip(times, [None, *times], strict=False):
        second = (time - period.start).total_seconds()
        if before is None or time - before > GAP:
            found.append([second, second])
        found[-1][1] = second
    return [(first, last) for first, last in found]


def test_a_track_is_broken_where_nobody_knows(town: Town) -> None:
    found = {each.id: each for each in ask(town).tracks}
    assert set(found) == {"a", "b", "c", "d"}, "station e has no place"
    for station, track in found.items():
        assert track.series == {"station": station}
        assert [(part.times[0], part.times[-1]) for part in track.parts] == [
            pytest.approx(each, abs=0.06) for each in spans(station)
        ]
        assert all(len(part.times) <= 2 for part in track.parts), "a thing that stands still needs no more"
    assert found["a"].label == "Trạm Đường A"
    assert (found["a"].parts[0].lons[0], found["a"].parts[0].lats[0]) == (106.6, 20.8)


def test_a_box_gives_whole_ways_of_what_was_inside(town: Town) -> None:
    assert [each.id for each in ask(town, box=(106.595, 20.795, 106.615, 20.815)).tracks] == ["a", "b"]
    assert ask(town, box=(10, 10, 11, 11)).tracks == []


def test_only_what_was_known_then(town: Town) -> None:
    known = ask(town, as_of=DAY.start + timedelta(hours=12)).tracks
    latest = max(part.times[-1] for each in known for part in each.parts)
    assert 0 < latest <= 12 * 3600


def test_tracks_take_a_viewer(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    sight = town.indicators._viewing.of(SYSTEM, "town.air")
    limited = replace(
        sight, condition="`station` = {which:String}", params={"which": "d"}, columns={**sight.columns, "name": "'***'"}
    )
    monkeypatch.setattr(town.indicators._viewing, "of", lambda *_: limited)
    assert [(each.id, each.label) for each in ask(town).tracks] == [("d", "***")]
    monkeypatch.setattr(town.indicators._viewing, "of", lambda *_: replace(sight, whole=sight.whole - {"lat"}))
    with pytest.raises(NotFound):
        ask(town)

    def refuse(viewer: Viewer, dataset: str) -> None:
        raise NotAllowed(
            Text(vi=f"{viewer.name} không xem được {dataset}.", en="No."), Text(vi="Xin quyền.", en="Ask.")
        )

    monkeypatch.setattr(town.indicators._viewing, "of", refuse)
    with pytest.raises(NotAllowed):
        ask(town)


def test_what_has_no_tracks_says_so(town: Town) -> None:
    with pytest.raises(NotFound):
        ask(town, "town.stations")
    with pytest.raises(InvalidInput):
        ask(town, period=Period(NOW, NOW))


def test_too_many_things_are_told(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracks, "MOST_TRACKS", 2)
    found = ask(town)
    assert ([each.id for each in found.tracks], found.whole) == (["a", "b"], False)
    assert ask(town, box=(106.65, 20.85, 106.75, 20.95)).whole


def test_layers_stand_as_they_stood(town: Town) -> None:
    at, here = NOW - timedelta(days=10), (11, *_square(106.61, 20.81))
    now, then = (town.run(town.indicators.tile("town.stations", *here, SYSTEM, moment)) for moment in (None, at))
    assert now.data
    assert then.data
    assert now.etag != then.etag
    before = NOW - timedelta(days=100)
    assert town.run(town.indicators.tile("town.stations", *here, SYSTEM, before)).data == b""
    later = town.run(town.indicators.tile("town.stations", *here, SYSTEM, NOW + timedelta(days=1)))
    assert later.etag == now.etag, "nobody looks ahead"
    assert (
        town.run(town.indicators.tile("town.activity", 6, 50, 28, SYSTEM, at)).data
        != town.run(town.indicators.tile("town.activity", 6, 50, 28, SYSTEM)).data
    )


def _square(lon: float, lat: float) -> tuple[int, int]:
    y = 0.5 - np.log(np.tan(np.pi / 4 + np.radians(lat) / 2)) / (2 * np.pi)
    return int((lon + 180) / 360 * 2**11), int(y * 2**11)


@pytest.mark.parametrize(("metres", "most"), [(25.0, 14_000), (200.0, 14_000), (25.0, 500)])
def test_positions_left_out_are_never_far_from_the_way(metres: float, most: int) -> None:
    chance = np.random.default_rng(3)
    many, long = 20, 700
    ms = np.tile(np.arange(long) * 60_000.0, many)
    turn = np.cumsum(chance.normal(0, 0.1, (many, long)), axis=1)
    lon = 106 + np.cumsum(0.001 * np.sin(turn), axis=1).ravel()
    lat = 20 + np.cumsum(0.001 * np.cos(turn), axis=1).ravel()
    starts = np.arange(many) * long
    kept, within = needed(ms, lon, lat, starts, metres, most)
    assert 2 * many < len(kept) < len(ms) / 2
    assert within == metres if most == len(ms) else (len(kept) == most and within > metres)
    x, y = lon * 111_195 * np.cos(np.radians(lat)), lat * 111_195
    for start in starts:
        way = np.arange(start, start + long)
        some = kept[(kept >= start) & (kept < start + long)]
        assert (some[0], some[-1]) == (way[0], way[-1])
        off = np.hypot(*(np.interp(ms[way], ms[some], each[some]) - each[way] for each in (x, y)))
        assert off.max() <= within * (1 + 1e-9)
    ends, _ = needed(ms, lon, lat, starts, metres, 2)
    assert ends.tolist() == sorted([*starts, *(starts + long - 1)])


def test_a_long_period_is_looked_at_less_often(town: Town) -> None:
    assert ask(town).step == 60
    assert ask(town, period=Period(NOW - timedelta(days=10), NOW)).step == 600
