"""Reading sources by itself: schedule, leases, cursors, patience, secrets."""

from toancanh.ingest.intake.desk import Run, Standing
from toancanh.ingest.intake.intake import Intake, Ready, settings_of

__all__ = ["Intake", "Ready", "Run", "Standing", "settings_of"]
