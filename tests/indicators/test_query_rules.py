"""What every question may rely on, whatever it asks: parts make the whole, pages agree, and nothing leaks."""

import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from town_records import at, readings

from conftest import NOW, Town
from toancanh.domain import PUBLIC, SYSTEM, Grant, InvalidInput, NotAllowed, NotAuthenticated, UnknownName, Viewer
from toancanh.indicators.answers import rows_of
from toancanh.store import Payload

READINGS = readings()
MARCH = {"from": "2026-03-01T00:00:00+07:00", "to": "2026-03-15T00:00:00+07:00"}
FEW = settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
SPLITS = st.sampled_from([[], ["station"], ["kind"], ["unit"], ["source"], ["area"], ["station", "area:province"]])
GRAINS = st.sampled_from([None, "hour", "day", "week", "month"])
MOMENTS = st.datetimes(datetime(2026, 3, 1), datetime(2026, 3, 17)).map(lambda each: each.replace(microsecond=0))


def iso(moment: datetime) -> str:
    return f"{moment.isoformat()}+07:00"


@FEW
@given(edges=st.tuples(MOMENTS, MOMENTS).map(sorted), by=SPLITS, grain=GRAINS)
def test_parts_make_the_whole(town: Town, edges: list[datetime], by: list[str], grain: str | None) -> None:
    if edges[0] == edges[1]:
        return
    time = {"from": iso(edges[0]), "to": iso(edges[1])}
    measures = ["town.readings", "town.pm10_sum", "town.dirty_share"]
    whole = town.rows(indicators=measures, time=time)
    parts = town.rows(indicators=measures[:2], by=by, grain=grain, time=time)
    first = len(by) + (grain is not None)
    inside = [each for each in READINGS if at(edges[0].isoformat()) <= each.time < at(edges[1].isoformat())]
    assert sum(row[first] for row in parts) == (whole[0][0] if whole else 0) == len(inside)
    assert sum(row[first + 1] for row in parts) == pytest.approx(whole[0][1] if whole else 0)
    values = [each.pm25 for each in inside if each.pm25 is not None]
    if values:
        assert whole[0][2] == pytest.approx(100 * sum(value > 40 for value in values) / len(values))


@FEW
@given(by=SPLITS, grain=GRAINS, size=st.integers(1, 90), order=st.sampled_from([[], ["-town.readings"], ["town.pm25"]]))
def test_pages_together_are_the_whole(
    town: Town, by: list[str], grain: str | None, size: int, order: list[str]
) -> None:
    query: dict[str, Any] = {
        "indicators": ["town.readings", "town.pm25"],
        "by": by,
        "grain": grain,
        "time": {"last": "3d"},
        "order": order,
        "as_of": NOW.isoformat(),
    }
    whole = town.rows(**query)
    seen: list[list[Any]] = []
    cursor = None
    for _ in range(len(whole) + 1):
        answer = town.ask(**query, limit=size, cursor=cursor)
        seen += answer.values()
        cursor = answer.next
        if cursor is None:
            break
    assert [row[:-2] for row in seen] == [row[:-2] for row in whole]
    assert [row[-2:] for row in seen] == [
        [pytest.approx(row[-2]) if row[-2] is not None else None, row[-1]] for row in whole
    ]


@FEW
@given(
    units=st.sampled_from([(), ("H31",), ("H31.01",), ("H31.02",)]),
    areas=st.sampled_from([(), ("31",), ("10507",), ("10525",)]),
    by=st.sampled_from([[], ["kind"], ["office"], ["unit"], ["area"]]),
)
def test_a_scoped_viewer_sees_what_a_filter_by_hand_shows(
    town: Town, units: tuple[str, ...], areas: tuple[str, ...], by: list[str]
) -> None:
    viewer = Viewer("scoped", "Scoped", "user", (Grant("officer", units=units, areas=areas),))
    where: dict[str, Any] = {}
    if units:
        where["unit"] = ["H31", "H31.01", "H31.02"] if units == ("H31",) else list(units)
    if areas:
        where["area"] = list(areas)
    for indicator in ("town.log_lines", "town.log_size"):
        query: dict[str, Any] = {
            "indicators": [indicator],
            "by": [each for each in by if each not in ("office", "kind")],
            "time": MARCH,
        }
        assert town.rows(viewer=viewer, **query) == town.rows(**query, where=where)


def test_no_grant_no_internal_data(town: Town) -> None:
    for viewer in (PUBLIC, Viewer("nobody", "Nobody", "user", (Grant("viewer"),))):
        with pytest.raises((NotAllowed, NotAuthenticated), match=r"Sign in|may not") as caught:
            town.ask(indicators=["town.log_lines"], viewer=viewer, time=MARCH)
        assert caught.value.code in ("not_allowed", "not_authenticated")


def test_splitting_by_masked_columns_is_refused(town: Town) -> None:
    officer = Viewer("officer", "Officer", "user", (Grant("officer"),))
    with pytest.raises(NotAllowed):
        town.ask(indicators=["town.permits"], viewer=officer, time=MARCH, where={"applicant": "Nguyễn Văn 1"})
    opener = Viewer("opener", "Opener", "user", (Grant("officer", purpose="Giải quyết hồ sơ"),))
    assert town.rows(indicators=["town.permits"], viewer=opener, time=MARCH, where={"applicant": "Nguyễn Văn 1"}) == [
        [1]
    ]


@pytest.mark.parametrize(
    ("query", "error", "said"),
    [
        ({"indicators": ["town.pm26"]}, UnknownName, "town.pm25"),
        ({"indicators": ["town.pm25"], "by": ["office"]}, UnknownName, "cannot be split"),
        ({"indicators": ["town.pm25", "town.permits"], "by": ["station"]}, UnknownName, "town.permits cannot be split"),
        ({"indicators": ["town.pm25"], "grain": "minute"}, InvalidInput, "finest step is 'hour'"),
        ({"indicators": ["town.pm25"], "order": ["-nothing"]}, InvalidInput, "no column 'nothing'"),
        ({"indicators": ["town.pm25"], "where": {"sensor": "a"}}, UnknownName, "no column 'sensor'"),
        ({"indicators": ["town.pm25"], "where": {"area": "nowhere"}}, UnknownName, "nowhere"),
        ({"indicators": ["town.pm25"], "by": ["station", "station"]}, InvalidInput, "twice"),
        ({"indicators": ["town.readings"], "cursor": "abc"}, InvalidInput, "cursor"),
        ({"indicators": ["town.readings"], "time": {"from": "2027-01-01T00:00:00+07:00"}}, InvalidInput, "empty"),
        (
            {"indicators": ["town.young"], "time": {"from": "2019-01-01T00:00:00Z", "to": "2019-02-01T00:00:00Z"}},
            InvalidInput,
            "no formula",
        ),
    ],
)
def test_what_cannot_be_asked_is_said(town: Town, query: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        town.ask(**query)


def test_pages_show_one_moment(town: Town) -> None:
    query: dict[str, Any] = {
        "indicators": ["town.readings"],
        "by": ["station"],
        "time": {"last": "1d"},
        "grain": "hour",
        "limit": 7,
    }
    first = town.ask(**query)
    late = {
        "station": ["late"], "time": [at("2026-03-17T12:00:00")], "pm10": [1.0], "_source": ["t"],
        "_received": [at("2026-03-18T10:11:00")],
    }  # fmt: skip
    town.fill("town__air", late, token="late")
    try:
        town.now = at("2026-03-18T12:00:00")
        seen, cursor = first.values(), first.next
        while cursor:
            answer = town.ask(**query, cursor=cursor)
            seen, cursor = seen + answer.values(), answer.next
        assert answer.provenance.asked_at == NOW
        assert "late" not in {row[1] for row in seen}
        assert len({(row[0], row[1]) for row in seen}) == len(seen)
        assert "late" in {row[1] for row in town.rows(**query | {"limit": 1000})}
    finally:
        town.run(
            town.stores.facts.command("ALTER TABLE town__air DELETE WHERE station = 'late' SETTINGS mutations_sync = 1")
        )


def test_the_passport_says_where_numbers_come_from(town: Town) -> None:
    answer = town.ask(
        indicators=["town.law_share", "town.permits"], time=MARCH, where={"area": "31"}, compare=["target"]
    )
    provenance = answer.provenance
    assert (provenance.time_zone, provenance.boundaries, provenance.demo) == ("Asia/Ho_Chi_Minh", "now", False)
    law, permits = provenance.indicators
    assert law.legal == [
        {"valid_from": "2026-03-10", "number": "2/QĐ", "title": {"vi": "Quyết định 2", "en": "Decision 2"}}
    ]
    assert law.expression == "100 * (countIf(pm10 > 60)) / (count())"
    assert law.dataset == "town.air"
    assert law.approved == {
        "by": {"vi": "Sở thử nghiệm", "en": "Test department"},
        "on": "2026-03-09",
        "document": "3/QĐ",
    }
    assert (law.owner.en, law.at_least) == ("Test office", None)
    assert [(each.dataset, each.owner.en) for each in law.inputs] == [("town.air", "Test office")]
    assert permits.approved is None
    inside = [each for each in READINGS if at("2026-03-01") <= each.time < at("2026-03-15")]
    assert law.records == len(inside)
    assert {each.source: each.records for each in law.sources} == {
        name: sum(each.source == name for each in inside) for name in ("town.boxes", "api:someone")
    }
    assert law.newest == max(each.time for each in inside)
    assert law.received == max(each.received for each in inside)
    assert permits.sources[0].source == "town.desk"
    assert "{" not in provenance.sql
    assert town.direct(provenance.sql) == [tuple(answer.values()[0])]
    early = town.ask(indicators=["town.law_share"], time=MARCH, rule="2026-01-01").provenance.indicators[0]
    assert early.expression == "100 * (countIf(pm10 > 30)) / (count())"
    assert [each["number"] for each in early.legal] == ["1/QĐ"]
    assert early.approved is None, "an approval belongs to one formula"


def test_not_a_number_is_null(town: Town) -> None:
    assert town.rows(indicators=["town.odd"], time=MARCH) == [[None]]


def test_rows_are_the_engines_bytes(town: Town) -> None:
    answer = town.ask(indicators=["town.readings"], by=["station"], time=MARCH)
    assert answer.rows.obj is answer.payload.view.obj
    assert json.loads(bytes(answer.rows)) == answer.values()
    cut = town.ask(indicators=["town.readings"], by=["station"], time=MARCH, limit=2)
    assert json.loads(bytes(cut.rows)) == answer.values()[:2]


@pytest.mark.parametrize(("count", "limit"), [(0, 1), (1, 1), (2, 1), (3, 3), (4, 3), (400, 399), (400, 1000)])
def test_cutting_rows_out_of_the_engines_answer(count: int, limit: int) -> None:
    rows = [[index, 'a"data":\n\t[\n\n\t],\n\n\t"rows": 1' * (index % 3), None] for index in range(count)]
    lines = ",\n".join("\t\t" + json.dumps(row) for row in rows)
    text = f'{{\n\t"meta":\n\t[\n\t\t{{}}\n\t],\n\n\t"data":\n\t[\n{lines}\n\t],\n\n\t"rows": {count}\n}}\n'.encode()
    found, kept, more = rows_of(Payload(memoryview(text), None, rows=count, seconds=0), limit)
    assert json.loads(bytes(found)) == rows[:kept]
    assert (kept, more) == (min(count, limit), count > limit)


def test_a_zone_with_summer_time(town: Town) -> None:
    """Steps are counted by the city's clock also where that clock jumps: the planner's own steps in Berlin, 2026."""
    from zoneinfo import ZoneInfo

    from toancanh.domain import Grain, Period
    from toancanh.indicators.steps import steps

    zone = ZoneInfo("Europe/Berlin")
    period = Period(datetime(2026, 3, 28, tzinfo=zone), datetime(2026, 3, 31, tzinfo=zone))
    days = [(each.end - each.start).total_seconds() / 3600 for each in steps(period, Grain.DAY, zone)]
    assert days == [24, 23, 24]
    assert SYSTEM.has("admin")
