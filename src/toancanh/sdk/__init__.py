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
from toancanh.sdk.tables import AT, EVERY, GROUP, SHEET, Table, Wish, cell, is_workbook, matched, tables

__all__ = [
    "AT", "Choice", "Connector", "ConnectorSettings", "Cursor", "Delivery", "EVERY", "GROUP", "Job", "Knock", "SHEET", "Secret",
    "Span", "Table", "Wish", "cell", "is_workbook", "json_lines", "lines", "malformed", "matched", "refused", "setting", "tables",
    "unreachable",
]  # fmt: skip
