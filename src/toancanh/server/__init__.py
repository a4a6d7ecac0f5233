"""The one composition root: opens a city, serves it, makes one, backs it up, and tries packs."""

from toancanh.server.backup import back_up, restore
from toancanh.server.cities import CITIES, found_city, make_city
from toancanh.server.platform import LOCAL, Platform, opened
from toancanh.server.serving import Server, configuration, serve
from toancanh.server.workshop import Workshop

__all__ = [
    "CITIES", "LOCAL", "Platform", "Server", "Workshop", "back_up", "configuration", "found_city", "make_city", "opened",
    "restore", "serve",
]  # fmt: skip
