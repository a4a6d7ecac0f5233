"""How records come in: landed, mapped, checked, placed, stored once, and accounted for."""

from toancanh.ingest.intake import Intake
from toancanh.ingest.quarantine import Quarantined, QuarantinePage
from toancanh.ingest.receive import Ingest, IngestHealth

__all__ = ["Ingest", "IngestHealth", "Intake", "Quarantined", "QuarantinePage"]
