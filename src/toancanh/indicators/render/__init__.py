"""The one place where analytic SQL is written."""
