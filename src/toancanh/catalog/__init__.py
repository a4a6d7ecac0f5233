"""Packs become one immutable Catalog; the guard over every expression."""

from toancanh.catalog.board_file import read_board, write_board
from toancanh.catalog.catalog import FACT_COLUMNS, Catalog, LoadedDemo, LoadedPack
from toancanh.catalog.checks import Score, ScorePart
from toancanh.catalog.files import CITIES, SHIPPED
from toancanh.catalog.guard import Compiled, Explain, Guard
from toancanh.catalog.load import load_catalog
from toancanh.catalog.reference import functions_reference, generated, packs_reference
from toancanh.catalog.report import CaseFailure, Report, RunCase, check_packs
from toancanh.catalog.scaffold import scaffold_pack, write_schemas
from toancanh.catalog.schemas import schemas

__all__ = [
    "CITIES", "FACT_COLUMNS", "SHIPPED", "CaseFailure", "Catalog", "Compiled", "Explain", "Guard", "LoadedDemo", "LoadedPack",
    "Report", "RunCase", "Score", "ScorePart", "check_packs", "functions_reference", "generated", "load_catalog",
    "packs_reference", "read_board", "scaffold_pack", "schemas", "write_board", "write_schemas",
]  # fmt: skip
