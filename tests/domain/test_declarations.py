"""Every declaration is described and exemplified, and refuses what it does not know."""

import typing
from datetime import date

import pytest
from pydantic import BaseModel, ValidationError

from toancanh.domain import Query
from toancanh.domain import declarations as kinds

MODELS = [
    model for name in kinds.__all__ if isinstance(model := getattr(kinds, name), type) and issubclass(model, BaseModel)
]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_key_is_described(model: type[BaseModel]) -> None:
    assert model.__doc__
    assert model.model_config["extra"] == "forbid"
    plain = [
        name
        for name, field in model.model_fields.items()
        if not field.description and name not in ("title", "type", "kind") and field.annotation is not None
    ]
    assert plain == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({}, None),
        ({"colour": "red"}, "Extra inputs"),
        ({"kind": "thing"}, "event"),
        ({"kind": "entity"}, "needs a key"),
        ({"time": "station"}, "must have the type time"),
        ({"place": {"lon": "lon"}}, "lon and lat come together"),
    ],
)
def test_a_dataset_is_accepted_or_says_why_not(changes: dict[str, typing.Any], problem: str | None) -> None:
    text = {"vi": "Trạm", "en": "Station"}
    declared = {
        "title": text,
        "description": text,
        "kind": "event",
        "time": "time",
        "columns": {"station": {"title": text, "type": "code"}, "time": {"title": text, "type": "time"}},
    } | changes
    if problem is None:
        assert kinds.Dataset.model_validate(declared).time == "time"
    else:
        with pytest.raises(ValidationError, match=problem):
            kinds.Dataset.model_validate(declared)


def test_a_formula_has_one_way_and_validity() -> None:
    words = {"vi": "Trung bình", "en": "Mean"}
    with pytest.raises(ValidationError, match="exactly one of"):
        kinds.Formula.model_validate(
            {"words": words, "value": "avg(x)", "numerator": "sum(x)", "denominator": "count()"}
        )
    with pytest.raises(ValidationError, match="total"):
        kinds.Formula.model_validate({"words": words, "sql": "x.sql"})
    indicator = kinds.Indicator.model_validate(
        {
            "title": words,
            "dataset": "a",
            "unit": "%",
            "formulae": [
                {"words": words, "value": "avg(x)", "valid_to": "2025-06-30"},
                {"words": words, "value": "max(x)", "valid_from": "2025-07-01"},
            ],
            "bands": [{"state": "good", "below": 10}, {"state": "bad", "from": 10}],
        }
    )
    assert [getattr(indicator.formula_on(day), "value", None) for day in (date(2025, 6, 30), date(2025, 7, 1))] == [
        "avg(x)",
        "max(x)",
    ]
    assert [indicator.state_of(value) for value in (9.9, 10, None)] == ["good", "bad", "unknown"]


@pytest.mark.parametrize(
    "time",
    [
        {},
        {"last": "7d", "from": "2026-01-01T00:00:00Z"},
        {"from": "2026-01-02T00:00:00Z", "to": "2026-01-01T00:00:00Z"},
    ],
)
def test_a_query_needs_one_period(time: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Query.model_validate({"indicators": ["a.b"], "time": time})
