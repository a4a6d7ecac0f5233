"""One file a concern: each finds what is wrong with packs, with file, line, problem and remedy."""

from toancanh.catalog.checks.basemap import check_basemap
from toancanh.catalog.checks.columns import check_columns
from toancanh.catalog.checks.connectors import check_connectors
from toancanh.catalog.checks.expressions import check_expressions
from toancanh.catalog.checks.languages import check_languages
from toancanh.catalog.checks.meaning import check_meaning
from toancanh.catalog.checks.names import check_names
from toancanh.catalog.checks.score import Score, ScorePart, score_pack
from toancanh.catalog.checks.shape import check_shape
from toancanh.catalog.checks.syntax import read_document, read_pack
from toancanh.catalog.checks.tests import check_tests

__all__ = [
    "Score", "ScorePart", "check_basemap", "check_columns", "check_connectors", "check_expressions", "check_languages", "check_meaning", "check_names", "check_shape",
    "check_tests", "read_document", "read_pack", "score_pack",
]  # fmt: skip
