"""Finding the connectors that are installed, ours and those of others, by the same door."""

from collections.abc import Mapping
from functools import cache
from importlib.metadata import entry_points
from types import MappingProxyType

from toancanh.sdk import Connector

GROUP = "toancanh.connectors"


@cache
def find_connectors() -> Mapping[str, Connector]:
    """Return the installed connectors by name, in alphabetical order."""
    found = (entry.load() for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name))
    return MappingProxyType({connector.name: connector for connector in found})
