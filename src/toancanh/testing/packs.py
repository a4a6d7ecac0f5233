"""The suite that every pack passes: it reads without an error, and its own tests come out as they say."""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from toancanh.catalog import Report, check_packs
from toancanh.server import Workshop


@pytest.fixture(scope="session")
def workshop() -> Iterator[Workshop]:
    """Stores of their own in which packs are tried; they vanish afterwards."""
    with Workshop() as ready:
        yield ready


class PackSuite:
    """Subclass it as `TestMyPack` with `folder`: a pack, a folder of packs, or a city."""

    folder: ClassVar[Path | None] = None
    score: ClassVar[int] = 0
    """What each pack must score at least."""

    @pytest.fixture(scope="class")
    @classmethod
    def report(cls, workshop: Workshop) -> Report:
        """Everything that was found, with the tests run."""
        return check_packs(cls.folder, explain=workshop.explain, run_case=workshop.run_case)

    def test_nothing_is_wrong(self, report: Report) -> None:
        """No file has an error, and no test of a pack fails."""
        assert [f"{each.file}:{each.line}: {each.problem.en}" for each in report.errors] == []

    def test_its_tests_ran(self, report: Report) -> None:
        """Every pack brings tests."""
        assert set(report.scores) == {name.partition(".")[0] for name in report.cases}

    def test_it_scores(self, report: Report) -> None:
        """Every pack is documented, tested and founded as far as `score` asks."""
        assert {name: score.total for name, score in report.scores.items() if score.total < self.score} == {}
