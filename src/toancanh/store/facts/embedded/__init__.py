"""The engine inside the process."""

from toancanh.store.facts.embedded.driver import EmbeddedDriver
from toancanh.store.facts.embedded.engine import stop_kept

__all__ = ["EmbeddedDriver", "stop_kept"]
