"""Fixtures for tests of packs. A conftest.py takes them with `pytest_plugins = ["toancanh.testing"]`."""

from toancanh.testing.packs import PackSuite, workshop

__all__ = ["PackSuite", "workshop"]
