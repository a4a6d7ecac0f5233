"""Fixtures that the tests of several rooms share."""

from running import city
from servers import postgres

__all__ = ["city", "postgres"]
