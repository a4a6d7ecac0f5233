"""The engine inside the process."""

from toancanh.store.facts.embedded.driver import EmbeddedDriver

__all__ = ["EmbeddedDriver"]
