"""The guard over expressions."""

from toancanh.catalog.guard.guard import Compiled, Explain, Guard

__all__ = ["Compiled", "Explain", "Guard"]
