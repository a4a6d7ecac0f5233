"""Malformed bodies, and what an answer to one must look like."""

from fuzz.bodies import KINDS, SETS, Body, make
from fuzz.judge import Tally, judged

__all__ = ["KINDS", "SETS", "Body", "Tally", "judged", "make"]
