"""Values travel as parameters and come back as they went, whatever characters they hold."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from toancanh.domain import InvalidInput
from toancanh.store import Facts, literal

HOSTILE = [
    "C:\\temp\\new", "a\tb\nc\rd", "it's \"quoted\" `so`", "\\N", "NULL", "", " ", "\0 \b \f \v \x1b \x7f", "'; DROP TABLE x; --",
    "\\", "\\\\'", "{a:String}", "[1,2]", "Đường Lê Lợi, phường Hồng Bàng", "e\u0301 \u1ec7 \u202e \ufeff 🏭", "a\\tb", "%s %(x)s ${x}",
    "x" * 100_000,
]  # fmt: skip
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=50) | st.sampled_from(HOSTILE)
fast = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def back(facts: Facts, run: Any, type_: str, value: Any) -> Any:
    """Return what the engine makes of `value` as a parameter of this type."""
    payload = run(
        facts.query(f"SELECT {{v:{type_}}}", {"v": value}, settings={"output_format_json_quote_denormals": 1})
    )
    return json.loads(bytes(payload))["data"][0][0]


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_texts(facts: Facts, run: Any, value: str) -> None:
    assert back(facts, run, "String", value) == value
    assert back(facts, run, "Nullable(String)", value) == value
    assert back(facts, run, "Array(String)", [value, value]) == [value, value]


@fast
@given(value=texts)
def test_any_text(facts: Facts, run: Any, value: str) -> None:
    assert back(facts, run, "String", value) == value


@fast
@given(value=st.lists(st.none() | texts, max_size=5))
def test_any_list(facts: Facts, run: Any, value: list[str | None]) -> None:
    assert back(facts, run, "Array(Nullable(String))", value) == value


@fast
@given(value=st.lists(st.lists(texts, max_size=3), max_size=3))
def test_any_nested_list(facts: Facts, run: Any, value: list[list[str]]) -> None:
    assert back(facts, run, "Array(Array(String))", value) == value


@fast
@given(value=st.dictionaries(texts, texts, max_size=4))
def test_any_mapping(facts: Facts, run: Any, value: dict[str, str]) -> None:
    assert back(facts, run, "Map(String, String)", value) == value


@fast
@given(value=st.floats(allow_nan=False, allow_infinity=False))
def test_any_number(facts: Facts, run: Any, value: float) -> None:
    assert float(back(facts, run, "Float64", value)) == value
    assert [float(one) for one in back(facts, run, "Array(Float64)", [value])] == [value]


@fast
@given(value=st.integers(-(2**63), 2**63 - 1))
def test_any_integer(facts: Facts, run: Any, value: int) -> None:
    assert back(facts, run, "Int64", value) == value


@fast
@given(
    value=st.datetimes(datetime(1900, 1, 2), datetime(2299, 12, 30))
    | st.datetimes(datetime(1969, 12, 29), datetime(1970, 1, 3)),
    offset=st.integers(-12 * 60, 14 * 60),
)
def test_any_moment(facts: Facts, run: Any, value: datetime, offset: int) -> None:
    moment = value.replace(tzinfo=timezone(timedelta(minutes=offset)))
    kept = moment - timedelta(microseconds=moment.microsecond % 1000)
    assert datetime.fromisoformat(back(facts, run, "DateTime64(3, 'UTC')", moment)) == kept
    assert [datetime.fromisoformat(one) for one in back(facts, run, "Array(DateTime64(3, 'UTC'))", [moment])] == [kept]


@pytest.mark.parametrize(
    ("type_", "value", "seen"),
    [
        ("Nullable(String)", None, None),
        ("Nullable(Int64)", None, None),
        ("Bool", True, True),
        ("UInt8", True, 1),
        ("Array(Bool)", [True, False], [True, False]),
        ("Float64", float("nan"), "nan"),
        ("Float64", float("-inf"), "-inf"),
        ("Date32", date(1930, 5, 1), "1930-05-01"),
        ("Array(Date32)", [date(1930, 5, 1)], ["1930-05-01"]),
        ("Array(Nullable(Int64))", (1, None), [1, None]),
        ("Decimal(18, 4)", Decimal("12.3400"), 12.34),
        ("UUID", UUID(int=7), "00000000-0000-0000-0000-000000000007"),
        ("Array(UUID)", [UUID(int=7)], ["00000000-0000-0000-0000-000000000007"]),
        ("Array(String)", [], []),
    ],
)
def test_other_values(facts: Facts, run: Any, type_: str, value: Any, seen: Any) -> None:
    assert back(facts, run, type_, value) == seen


@pytest.mark.parametrize("value", [datetime(2026, 1, 1), "half \ud800 pair", ["\udfff"]])
def test_what_cannot_be_sent_is_refused(facts: Facts, run: Any, value: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        run(facts.query("SELECT {v:String}", {"v": value}))
    assert caught.value.remedy is not None


@fast
@given(value=texts)
def test_literals_written_into_sql_mean_the_same(facts: Facts, run: Any, value: str) -> None:
    payload = run(facts.query(f"SELECT {literal(value)}, {literal([value, None])}"))
    assert json.loads(bytes(payload))["data"] == [[value, [value, None]]]


def test_a_moment_is_one_point_in_time_in_every_zone(facts: Facts, run: Any) -> None:
    sql = "SELECT {a:DateTime64(3, 'UTC')} = {b:DateTime64(3, 'Asia/Ho_Chi_Minh')}"
    moment = datetime(2026, 7, 1, tzinfo=UTC)
    payload = run(facts.query(sql, {"a": moment, "b": moment}))
    assert json.loads(bytes(payload))["data"] == [[1]]
