"""SQL of tracks: the positions of each series in a period, thinned to one a step, one row a series."""

from dataclasses import dataclass

from toancanh.domain import Period
from toancanh.indicators.plan import Rows
from toancanh.indicators.render.rows import whole_rows
from toancanh.indicators.render.text import Select, names, nested, number, quote


@dataclass(frozen=True)
class Way:
    """What is asked: rows of a period, which of their columns name a thing and place it, and SQL for its label ("" for none).

    `box` is west, south, east and north: only things that were inside some time are given, with their whole way. Of several
    positions in `step` seconds the first is taken; things past `most` are left out.
    """

    rows: Rows
    zone: str
    period: Period
    when: tuple[str, ...]
    series: tuple[str, ...]
    lon: str
    lat: str
    label: str
    box: tuple[float, float, float, float] | None
    step: int
    most: int


def tracks_sql(way: Way) -> str:
    """Return a SELECT of one row a thing: the columns of its series, `_label`, and `_at` (milliseconds, lon, lat) in order."""
    start = int(way.period.start.timestamp() * 1000)
    lon, lat, time = quote(way.lon), quote(way.lat), quote(way.rows.placed.column)
    placed = (f"{lon} IS NOT NULL", f"{lat} IS NOT NULL")
    base = whole_rows(way.rows, way.period, way.zone, (*way.when, *placed))
    where = [*base.where]
    if way.box:
        west, south, east, north = map(number, way.box)
        inside = [f"{lon} >= {west}", f"{lon} <= {east}", f"{lat} >= {south}", f"{lat} <= {north}"]
        met = Select([(names(way.series), "")], base.source, [*base.where, *inside])
        where.append(f"({names(way.series)}) IN {nested(met)}")
    keys = [(f"toString({quote(name)})", f"_s{position}") for position, name in enumerate(way.series)]
    marks = [alias for _, alias in keys]
    since = f"toUnixTimestamp64Milli({time}) - {start}"
    thinned = Select(
        [
            *keys,
            (since, "_ms"),
            (f"CAST({lon}, 'Float64')", "_lon"),
            (f"CAST({lat}, 'Float64')", "_lat"),
            (f"CAST({way.label or 'NULL'}, 'Nullable(String)')", "_label"),
        ],
        base.source,
        where,
        order=[*marks, "_ms"],
        limit_by=(1, [*marks, f"intDiv(_ms, {way.step * 1000})"]),
    )
    return str(
        Select(
            [
                *((mark, "") for mark in marks),
                ("argMax(_label, _ms)", "_label"),
                ("arraySort(groupArray((_ms, _lon, _lat)))", "_at"),
            ],
            nested(thinned),
            group=marks,
            order=marks,
            limit=way.most + 1,
        )
    )
