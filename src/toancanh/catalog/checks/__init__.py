"""One file a concern: each finds what is wrong with packs, with file, line, problem and remedy."""

from toancanh.catalog.checks.expressions import check_expressions
from toancanh.catalog.checks.meaning import check_meaning
from toancanh.catalog.checks.names import check_names
from toancanh.catalog.checks.shape import check_shape
from toancanh.catalog.checks.syntax import read_document, read_pack

__all__ = ["check_expressions", "check_meaning", "check_names", "check_shape", "read_document", "read_pack"]
