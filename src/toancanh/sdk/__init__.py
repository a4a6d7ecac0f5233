"""All that the author of a connector may import, besides the domain. Readable in ten minutes: start with README.md."""

from toancanh.sdk.bodies import json_lines, lines
from toancanh.sdk.connector import (
    Connector,
    ConnectorSettings,
    Cursor,
    Delivery,
    Job,
    Knock,
    Secret,
    Span,
)
from toancanh.sdk.failures import malformed, refused, unreachable

__all__ = [
    "Connector", "ConnectorSettings", "Cursor", "Delivery", "Job", "Knock", "Secret", "Span", "json_lines", "lines", "malformed",
    "refused", "unreachable",
]  # fmt: skip
