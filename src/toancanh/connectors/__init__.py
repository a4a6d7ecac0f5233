"""Connectors: one folder a protocol. Nobody imports one by name; `find_connectors` gives those that are installed."""

from toancanh.connectors.finding import GROUP, find_connectors

__all__ = ["GROUP", "find_connectors"]
