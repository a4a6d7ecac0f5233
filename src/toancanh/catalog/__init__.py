"""Packs become one immutable Catalog; the guard over every expression."""

from toancanh.catalog.catalog import FACT_COLUMNS, Catalog, LoadedDemo, LoadedPack
from toancanh.catalog.guard import Compiled, Explain, Guard
from toancanh.catalog.load import load_catalog

__all__ = ["FACT_COLUMNS", "Catalog", "Compiled", "Explain", "Guard", "LoadedDemo", "LoadedPack", "load_catalog"]
