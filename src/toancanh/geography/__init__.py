"""Areas: as they are and were, what became of them, where they lie."""

from toancanh.geography.geography import Geography
from toancanh.geography.names import name_key
from toancanh.geography.shapes import Geometry
from toancanh.geography.succession import Restated

__all__ = ["Geography", "Geometry", "Restated", "name_key"]
