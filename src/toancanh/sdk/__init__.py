"""All that the author of a connector may import, besides the domain. Readable in ten minutes: start with README.md."""

from toancanh.sdk.bodies import json_lines, lines
from toancanh.sdk.connector import (
    Choice,
    Connector,
    ConnectorSettings,
    Cursor,
    Delivery,
    Job,
    Knock,
    Secret,
    Span,
    setting,
)
from toancanh.sdk.failures import malformed, refused, unreachable

__all__ = [
    "Choice", "Connector", "ConnectorSettings", "Cursor", "Delivery", "Job", "Knock", "Secret", "Span", "json_lines", "lines",
    "malformed", "refused", "setting", "unreachable",
]  # fmt: skip
