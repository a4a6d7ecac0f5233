"""What was measured, as a table: a median, and where it has one, a ratio to its limit in the same run."""

import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One line. `value` is a median in `unit`; `ratio` compares it with `against`, pair by pair."""

    name: str
    value: float
    unit: str
    goal: str = ""
    ratio: float | None = None
    against: str = ""
    spread: tuple[float, float] | None = None


class Report:
    """Collects figures, shows each as it comes, and keeps them as JSON."""

    def __init__(self) -> None:
        self.figures: list[Figure] = []

    def add(self, figure: Figure) -> None:
        self.figures.append(figure)
        ratio = f"{figure.ratio:6.2f} × {figure.against}" if figure.ratio is not None else ""
        spread = f"({number(figure.spread[0])} … {number(figure.spread[1])})" if figure.spread else ""
        print(
            f"{figure.name:58} {number(figure.value):>11} {figure.unit:10} {ratio:42} {figure.goal:28} {spread}",
            flush=True,
        )

    def section(self, title: str) -> None:
        print(f"\n{title}", flush=True)

    def write(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps([asdict(figure) for figure in self.figures], indent=1, ensure_ascii=False))


def number(value: float) -> str:
    """Return `value` with a sensible number of digits."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` of `values` lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def seconds(work: Callable[[], object]) -> float:
    """Return how long `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def paired(
    one: Callable[[], float], other: Callable[[], float], rounds: int = 5
) -> tuple[list[float], list[float], float]:
    """Measure both in turn, A B A B …; return their figures and the median of the pairs' ratios."""
    pairs = [(one(), other()) for _ in range(rounds)]
    return [a for a, _ in pairs], [b for _, b in pairs], statistics.median(a / b for a, b in pairs)


def say(text: str) -> None:
    """Tell the person at the terminal what goes on."""
    print(text, file=sys.stderr, flush=True)
