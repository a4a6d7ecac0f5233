"""The guard's answers: what is used, what is remembered, what the engine's own parser may veto."""

import pytest
from catalog_engine import Engine

from toancanh.catalog import Guard
from toancanh.domain import InvalidInput, UnknownName, UnsafeExpression

COLUMNS = {"a": "number", "b": "number", "t": "time", "status": "code"}
TABLES = {"air": ("station", "time", "pm25"), "city.air": ("station", "time", "pm25")}


def test_what_an_expression_uses() -> None:
    made = Guard().compile("sumIf(a, b > 1) / nullIf(count(), 0)", COLUMNS, aggregate=True)
    assert made.sql == "(sumIf(`a`, (`b` > 1)) / nullIf(count(), 0))"
    assert made.columns == {"a", "b"}
    assert made.functions == {"sum", "count", "nullIf"}


def test_raw_fields_have_any_name() -> None:
    made = Guard().compile("toFloat64OrNull(`PM2.5 (µg/m³)`) + x", None)
    assert made.columns == {"PM2.5 (µg/m³)", "x"}
    assert made.sql == "(toFloat64OrNull(`PM2.5 (µg/m³)`) + `x`)"


def test_trusted_sql_stands_in_place_of_a_column() -> None:
    guard = Guard()
    assert guard.scalar("a + b", COLUMNS, replace={"a": "NULL"}) == "(NULL + `b`)"
    assert guard.scalar("a + b", COLUMNS) == "(`a` + `b`)"


def test_the_nearest_name_is_suggested() -> None:
    with pytest.raises(UnknownName) as refusal:
        Guard().scalar("statu = 'x'", COLUMNS)
    assert refusal.value.details["nearest"] == "status"
    with pytest.raises(UnsafeExpression, match="Did you mean toStartOfHour"):
        Guard().scalar("toStartOfHours(t)", COLUMNS)
    with pytest.raises(UnsafeExpression, match=r"Use now_\(\)"):
        Guard().scalar("now()", COLUMNS)


def test_names_that_sql_knows_in_any_case() -> None:
    assert Guard().aggregate("COUNT(*) + Sum(a)", COLUMNS) == "(count() + sum(`a`))"
    assert Guard().scalar("COALESCE(a, IF(b > 1, 2, 3))", COLUMNS) == "coalesce(`a`, if((`b` > 1), 2, 3))"


def test_selects_read_what_they_are_given() -> None:
    text = "with x as (select station, max(pm25) as top from air group by station) select air.station, top as value from air join x using (station)"
    made = Guard().compile_select(text, TABLES, sources={"air": "(SELECT 1)"})
    assert made.tables == {"air"}
    assert made.outputs == ("station", "value")
    assert made.sql.count("(SELECT 1) AS `air`") == 2
    assert "`city.air`" in Guard().select("select pm25 from city.air", TABLES)


def test_a_star_becomes_the_columns() -> None:
    assert Guard().compile_select("select * from air", TABLES).outputs == ("pm25", "station", "time")


def test_a_demo_is_held_below_a_number_of_rows(engine: Engine) -> None:
    made = Guard(explain=engine.explain).compile_demo("select count() as n from numbers(1000000000000)")
    assert engine.ask(made.sql) == [[50_000_000]]


def test_the_engine_is_asked_once() -> None:
    asked: list[str] = []

    def explain(sql: str) -> str:
        asked.append(sql)
        return ""

    guard = Guard(explain=explain)
    for _ in range(3):
        guard.scalar("a + 1", COLUMNS)
        guard.scalar("now_() - t", COLUMNS)
    assert asked == ["SELECT (`a` + 1)", "SELECT (now_() - `t`)"]


@pytest.mark.parametrize(
    "tree",
    [
        "SelectQuery\n Function file (children 1)",
        "SelectQuery\n Function dictGet",
        "SelectQuery\n TableIdentifier system.one",
        "SelectQuery\n Set",
        "DropQuery  t",
        "SelectQuery\n Function sumState",
        "SelectQuery\n ?",
        "SelectQuery\n QueryParameter x:String",
    ],
)
def test_the_engine_has_a_veto(tree: str) -> None:
    with pytest.raises(UnsafeExpression, match="otherwise than expected"):
        Guard(explain=lambda _: tree).scalar("a + 1", COLUMNS)


def test_the_engine_agrees_with_whole_selects(engine: Engine) -> None:
    text = (
        (
            "with 2 as two, h as (select station, toStartOfHour(time) as time, avg(pm25) as v from air group by station, time) "
            "select station, time, sum(v) over w as value, row_number() over (partition by station order by time desc) as n, "
            "arrayJoin([1, two]) as k from h left join city.air as c on c.station = h.station where v in (select pm25 from air) "
            "and exists(select 1 from air) window w as (partition by station order by time rows between 11 preceding and current row) "
            "order by time limit 10 offset 1"
        )
        .replace("select station, time, sum", "select h.station, h.time, sum")
        .replace("order by time limit", "order by h.time limit")
    )
    text = text.replace("partition by station", "partition by h.station").replace(
        "order by time rows", "order by h.time rows"
    )
    text = text.replace("order by time desc", "order by h.time desc").replace(
        "limit 3 by station", "limit 3 by h.station"
    )
    made = Guard(explain=engine.explain).compile_select(text, TABLES)
    assert made.outputs == ("station", "time", "value", "n", "k")


@pytest.mark.parametrize("text", ["select a from", "drop table x", ""])
def test_every_refusal_has_both_languages(text: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        Guard().select(text, TABLES)
    assert refusal.value.remedy is not None
    assert refusal.value.message.vi != refusal.value.message.en
