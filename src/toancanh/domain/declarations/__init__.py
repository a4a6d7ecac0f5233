"""The kinds of declaration that a pack and a city are made of."""

from toancanh.domain.declarations.base import (
    Band,
    Declaration,
    Identifier,
    LegalBasis,
    Parameter,
    Reference,
    Sensitivity,
    Severity,
    State,
    Validity,
)
from toancanh.domain.declarations.city import Assignment, Basemap, Calendar, City, DayOff, Organisation, Span
from toancanh.domain.declarations.dataset import (
    ENTRY_STATUSES,
    Check,
    Column,
    ColumnType,
    Dataset,
    Due,
    Entry,
    EntryPeriod,
    Expect,
    Place,
    Rollups,
)
from toancanh.domain.declarations.demo import AlertTime, Case, Demo, Expectation, Rejection
from toancanh.domain.declarations.indicator import Approval, Coverage, Formula, Indicator, Target
from toancanh.domain.declarations.pack import Pack
from toancanh.domain.declarations.rule import (
    ChangeWatch,
    ClusterWatch,
    CorrelationWatch,
    DeadlineWatch,
    GeofenceWatch,
    IndicatorWatch,
    RecordWatch,
    Rule,
    SilenceWatch,
    Threshold,
    TransitionWatch,
    Watch,
)
from toancanh.domain.declarations.source import Mapped, Source
from toancanh.domain.declarations.view import Board, Layer, Playbook, Spot, Step, Synonyms, Widget, Words
from toancanh.domain.declarations.wall import Wall, WallAlarm, WallItem

__all__ = [
    "ENTRY_STATUSES", "AlertTime", "Approval", "Assignment", "Band", "Basemap", "Board", "Calendar", "Case", "ChangeWatch", "Check", "City", "ClusterWatch", "Column",
    "ColumnType",
    "CorrelationWatch", "Coverage", "Dataset", "DayOff", "DeadlineWatch", "Declaration", "Demo", "Due", "Entry", "EntryPeriod", "Expect", "Expectation",
    "Formula", "GeofenceWatch", "Identifier", "Indicator", "IndicatorWatch", "Layer", "LegalBasis", "Mapped", "Organisation",
    "Pack", "Parameter", "Place", "Playbook", "RecordWatch", "Reference", "Rejection", "Rollups", "Rule", "Sensitivity",
    "Severity", "SilenceWatch", "Source", "Span", "Spot", "State", "Step", "Synonyms", "Target", "Threshold",
    "TransitionWatch", "Validity", "Wall", "WallAlarm", "WallItem", "Watch", "Widget", "Words",
]  # fmt: skip
