"""Connectors: one folder a protocol. Nobody imports one by name; `find_connectors` gives those that are installed."""

from toancanh.connectors.cutting import Piece, digest, pieces
from toancanh.connectors.finding import GROUP, find_connectors

__all__ = ["GROUP", "Piece", "digest", "find_connectors", "pieces"]
