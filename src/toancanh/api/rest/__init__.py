"""The calls of the platform's own API, one file a kind of thing."""

from toancanh.api.rest.table import ROUTES

__all__ = ["ROUTES"]
