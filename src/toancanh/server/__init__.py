"""The one composition root: opens a city, serves it, makes one."""

from toancanh.server.cities import CITIES, make_city
from toancanh.server.platform import LOCAL, Platform, opened
from toancanh.server.serving import Server, configuration, serve

__all__ = ["CITIES", "LOCAL", "Platform", "Server", "configuration", "make_city", "opened", "serve"]
