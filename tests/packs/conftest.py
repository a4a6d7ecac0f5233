"""The workshop in which packs are tried."""

from toancanh.testing import workshop

__all__ = ["workshop"]
