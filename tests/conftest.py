"""Fixtures that the tests of several rooms share."""

from servers import postgres

__all__ = ["postgres"]
