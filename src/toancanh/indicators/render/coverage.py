"""SQL of how much of what was promised has come in."""

from collections.abc import Sequence

from toancanh.domain import Period
from toancanh.indicators.plan import TimeColumn
from toancanh.indicators.render.rows import within
from toancanh.indicators.render.text import Select, names


def coverage_sql(
    table: str,
    time: TimeColumn,
    period: Period,
    zone: str,
    *,
    series: Sequence[str],
    area: str | None,
    where: Sequence[str],
) -> str:
    """Return a SELECT of (records, series heard of, areas heard of) in a period. `area` is the SQL of a row's commune."""
    return str(
        Select(
            [
                ("count()", "records"),
                (f"uniqExact({names(series)})" if series else "0", "series"),
                (f"uniqExactIf({area}, notEmpty({area}))" if area else "0", "areas"),
            ],
            table,
            (*within(time, period, zone), *where),
        )
    )
