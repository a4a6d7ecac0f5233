"""Fixtures and suites for tests of packs and connectors; a conftest.py imports `workshop`."""

from toancanh.testing.connectors import ConnectorSuite, gather
from toancanh.testing.packs import PackSuite, workshop

__all__ = ["ConnectorSuite", "PackSuite", "gather", "workshop"]
