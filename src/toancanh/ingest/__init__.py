"""How records come in: landed, mapped, checked, placed, stored once, and accounted for; and sources that are read."""

from toancanh.ingest.intake import Intake, Run, Sample, Standing
from toancanh.ingest.preview import Preview, PreviewRow
from toancanh.ingest.quarantine import Quarantined, QuarantineGroup, QuarantinePage, Reason
from toancanh.ingest.receive import Ingest, IngestHealth

__all__ = [
    "Ingest", "IngestHealth", "Intake", "Preview", "PreviewRow", "Quarantined", "QuarantineGroup",
    "QuarantinePage", "Reason", "Run", "Sample", "Standing",
]  # fmt: skip
