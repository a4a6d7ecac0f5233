"""How much of what was promised came in: records, series and areas of a period."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from toancanh.catalog import Catalog
from toancanh.domain import Period, Viewer
from toancanh.domain.declarations import Dataset
from toancanh.geography import Geography
from toancanh.indicators.filters import conditions
from toancanh.indicators.freshness import Watch
from toancanh.indicators.plan import TimeColumn
from toancanh.indicators.planner import codes_below
from toancanh.indicators.render.conditions import Params
from toancanh.indicators.render.coverage import coverage_sql
from toancanh.indicators.render.text import instant
from toancanh.indicators.sight import Areas
from toancanh.indicators.viewing import Viewing
from toancanh.store import Facts


@dataclass(frozen=True, slots=True)
class Coverage:
    """What came in during a period, each beside what should have; None where nothing was promised or has no place."""

    records: int
    expected: int | None
    series: int | None
    series_expected: int | None
    areas: int | None
    areas_all: int | None


@dataclass(frozen=True, slots=True)
class CoverageRequest:
    """Of which period, of which area alone, as known when. Areas are those of today."""

    period: Period
    area: str | None = None
    as_of: datetime | None = None


class Coverages:
    """Counts coverage when somebody looks at it; nothing is kept."""

    def __init__(
        self,
        facts: Facts,
        catalog: Catalog,
        geography: Geography,
        viewing: Viewing,
        watch: Watch,
        now: Callable[[], datetime],
    ) -> None:
        self._facts, self._catalog, self._geography = facts, catalog, geography
        self._viewing, self._watch, self._now = viewing, watch, now

    async def of(self, name: str, viewer: Viewer, request: CoverageRequest) -> Coverage:
        """Return the coverage of a dataset as `viewer` may see it. Raises NotAllowed, UnknownName.

        A promise and the number of all areas speak of everybody's records: who sees only a part, or asks for one area,
        is not told a share of it.
        """
        full, declared = self._catalog.dataset(name)
        sight = self._viewing.of(viewer, full)
        zone = ZoneInfo(self._catalog.city.time_zone)
        day = self._now().astimezone(zone).date()
        area, params = self._geography.restate_sql("_area", day), Params()
        areas = Areas(area, lambda code: codes_below(self._geography, code, day))
        early, late = conditions({"area": request.area} if request.area else {}, sight, areas, params)
        where = [*early, *late, *([sight.condition] if sight.condition else [])]
        if request.as_of is not None:
            where.append(f"_received <= {instant(request.as_of)}")
        place = self._geography.level_sql(area, "commune", day) if declared.place else None
        time = TimeColumn(declared.time, day=declared.columns[declared.time].type == "date")
        series = declared.series if declared.kind == "event" else ()
        sql = coverage_sql(sight.table, time, request.period, zone.key, series=series, area=place, where=where)
        row = (await self._facts.table(sql, {**sight.params, **params.values})).to_pylist()[0]
        whole = not sight.condition and request.area is None
        promised = await self._promised(full, declared, request, int(row["series"]) if series else 0) if whole else None
        return Coverage(
            records=int(row["records"]),
            expected=promised[0] if promised else None,
            series=int(row["series"]) if series else None,
            series_expected=promised[1] if promised and series else None,
            areas=int(row["areas"]) if place else None,
            areas_all=None if sight.condition or not place else self._communes(request.area, day),
        )

    async def _promised(
        self, name: str, declared: Dataset, request: CoverageRequest, found: int
    ) -> tuple[int, int] | None:
        """Return (records, series) that should have come by now, or None where the dataset promises nothing.

        Where it does not say how many series it has, those are promised that send nowadays, or were `found` in the period
        where they were more.
        """
        expect = declared.expect
        if expect is None:
            return None
        series = expect.series or max((await self._watch.of(name)).seen or 1, found)
        due = min(request.period.end, (request.as_of or self._now()) - expect.within)
        span = max(0.0, (due - request.period.start).total_seconds())
        return int(span / expect.every.total_seconds() * series), series

    def _communes(self, area: str | None, day: date) -> int:
        root = area or self._catalog.city.area
        inside = self._geography.tree(day, root, depth=3)
        return sum(each.level == "commune" for each in inside) or 1
