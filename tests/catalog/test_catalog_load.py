"""A city's folder becomes a Catalog."""

from toancanh.catalog import load_catalog
from toancanh.catalog.files import CITIES


def test_the_demo_city_loads() -> None:
    catalog = load_catalog(CITIES / "haiphong")
    assert "environment" in catalog.packs
    assert all("." in indicator.dataset for indicator in catalog.indicators.values())
