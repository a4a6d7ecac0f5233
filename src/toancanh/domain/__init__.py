"""Nouns without I/O: declarations, units, time, areas, queries and answers, events, errors."""

from toancanh.domain.areas import Area, Change, Level, Lineage
from toancanh.domain.errors import (
    Conflict,
    CorruptData,
    InvalidInput,
    InvalidPack,
    Issue,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    Overloaded,
    QueryTooHeavy,
    SourceFailed,
    StoreLocked,
    ToanCanhError,
    TooLarge,
    Unavailable,
    UnknownName,
    UnsafeExpression,
    UnsupportedFormat,
)
from toancanh.domain.events import AlertChanged, CatalogChanged, Event, FactsCommitted, IncidentChanged, WallChanged
from toancanh.domain.query import (
    AnswerColumn,
    Bounds,
    Condition,
    Input,
    Passport,
    Provenance,
    Quality,
    Query,
    SourceTrace,
    TimeRange,
)
from toancanh.domain.records import SYSTEM_COLUMNS, LedgerLine, Receipt, RowError
from toancanh.domain.text import Text, fold, normalise
from toancanh.domain.time import Duration, Grain, Moment, Period, WorkingCalendar, format_duration, parse_duration
from toancanh.domain.units import UNITS, Unit, conversion, unit_of
from toancanh.domain.version import VERSION
from toancanh.domain.viewer import PUBLIC, ROLES, SYSTEM, Grant, Viewer

__all__ = [
    "PUBLIC", "ROLES", "SYSTEM", "SYSTEM_COLUMNS", "UNITS", "VERSION", "AlertChanged", "AnswerColumn", "Area", "Bounds",
    "CatalogChanged", "Change", "Condition", "Conflict", "CorruptData", "Duration", "Event", "FactsCommitted", "Grain", "Grant",
    "IncidentChanged", "Input", "InvalidInput", "InvalidPack", "Issue", "LedgerLine", "Level", "Lineage", "Moment", "NotAllowed", "NotAuthenticated",
    "NotFound", "Overloaded", "Passport", "Period", "Provenance", "Quality", "Query", "QueryTooHeavy", "Receipt", "RowError",
    "SourceFailed", "SourceTrace", "StoreLocked", "Text", "TimeRange", "ToanCanhError", "TooLarge", "Unavailable", "Unit", "UnknownName",
    "UnsafeExpression", "UnsupportedFormat", "Viewer", "WallChanged", "WorkingCalendar", "conversion", "fold", "format_duration",
    "normalise", "parse_duration", "unit_of",
]  # fmt: skip
