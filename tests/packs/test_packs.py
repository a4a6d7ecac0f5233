"""The shipped packs, and the city of the benchmark, pass the suite that every pack passes."""

from pathlib import Path

from toancanh.testing import PackSuite

ROOT = Path(__file__).resolve().parent.parent.parent


class TestShippedPacks(PackSuite):
    folder = None
    score = 85


class TestBenchmarkCity(PackSuite):
    folder = ROOT / "bench" / "city"
