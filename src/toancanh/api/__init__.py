"""HTTP: the route table, the application, the event stream, the API's own description."""

from toancanh.api.app import App
from toancanh.api.live import WIRE, Live, Wire
from toancanh.api.metrics import Metrics
from toancanh.api.openapi import document, render
from toancanh.api.problems import TABLE, HeadersTooLarge, MalformedRequest, problem
from toancanh.api.reply import Reply, matches
from toancanh.api.request import headers_of
from toancanh.api.rest import ROUTES
from toancanh.api.routing import AnyRoute
from toancanh.api.services import Health, Services

__all__ = [
    "ROUTES", "TABLE", "WIRE", "AnyRoute", "App", "Health", "HeadersTooLarge", "Live", "MalformedRequest", "Metrics", "Reply",
    "Services", "Wire", "document", "headers_of", "matches", "problem", "render",
]  # fmt: skip
