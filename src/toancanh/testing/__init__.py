"""Fixtures and suites for tests of packs; a conftest.py imports `workshop`."""

from toancanh.testing.packs import PackSuite, workshop

__all__ = ["PackSuite", "workshop"]
