"""Finding the connectors that are installed, ours and those of others, by the same door."""

import logging
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import entry_points
from types import MappingProxyType

from toancanh.sdk import Connector

GROUP = "toancanh.connectors"


_LOG = logging.getLogger("toancanh.connectors")


@cache
def find_connectors() -> Mapping[str, Connector]:
    """Return the installed connectors by name, in alphabetical order; one that cannot be loaded is told and left out."""
    return MappingProxyType({connector.name: connector for connector in _loaded()})


def _loaded() -> Iterator[Connector]:
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        try:
            yield entry.load()
        except Exception:
            _LOG.exception("The connector %s (%s) cannot be loaded; its sources are not read.", entry.name, entry.value)
