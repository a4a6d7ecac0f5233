"""Units convert once, and only within a quantity."""

import pytest

from toancanh.domain import UNITS, InvalidInput, UnknownName, conversion, fold, normalise, unit_of


@pytest.mark.parametrize(
    ("value", "source", "target", "wanted"),
    [
        (1.2, "mg/m3", "µg/m³", 1200),
        (212, "°F", "°C", 100),
        (300, "K", "°C", 26.85),
        (36, "km/h", "m/s", 10),
        (3, "tỷ đồng", "triệu đồng", 3000),
        (12, "kn", "km/h", 22.224),
        (50, "%", "1", 0.5),
    ],
)
def test_conversion(value: float, source: str, target: str, wanted: float) -> None:
    factor, offset = conversion(source, target)
    assert value * factor + offset == pytest.approx(wanted)


def test_every_unit_converts_to_itself() -> None:
    for symbol in UNITS:
        assert conversion(symbol, symbol) == (1, 0)


def test_other_quantities_are_refused_and_misspelt_units_suggested() -> None:
    with pytest.raises(InvalidInput, match="cannot be converted"):
        conversion("mm", "kg")
    with pytest.raises(UnknownName) as caught:
        unit_of("mg/m4")
    assert caught.value.details["nearest"] in {"mg/m3", "mg/m³"}


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đường Lê Lợi", "duong le loi"),
        ("  Thủy   Nguyên ", "thuy nguyen"),
        ("Hải Phòng", "hai phong"),
        ("ĐỒ SƠN", "do son"),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert normalise(text) == " ".join(text.split())
