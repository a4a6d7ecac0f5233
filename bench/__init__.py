"""Measures the platform against the engine's own limits, and against peers, in one run."""
