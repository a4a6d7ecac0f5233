"""Reading sources by itself: schedule, leases, cursors, patience, secrets."""

from toancanh.ingest.intake.desk import Run, Standing
from toancanh.ingest.intake.intake import Intake, Sample

__all__ = ["Intake", "Run", "Sample", "Standing"]
