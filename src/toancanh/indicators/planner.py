"""Query -> Plan: every name resolved, every expression compiled, every period laid out; no SQL is put together here."""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from toancanh.catalog import Catalog
from toancanh.domain import Area, InvalidInput, NotFound, Period, Query, Text, UnknownName, Viewer
from toancanh.indicators import columns as answer_columns
from toancanh.indicators.filters import conditions
from toancanh.indicators.measures import by_end, combine, compiled, ends_of, no_formula, reaching, spans, when_sql
from toancanh.indicators.plan import Coverage, File, Key, Measure, Part, Piece, Plan, Role, Rows, Shift, TimeColumn
from toancanh.indicators.render.conditions import Params
from toancanh.indicators.render.text import instant
from toancanh.indicators.rollups import answered_by_hours, answered_by_newest
from toancanh.indicators.sight import Areas, Asked, Sight
from toancanh.indicators.steps import ORDER, floor, move, previous, year
from toancanh.indicators.targets import target_steps
from toancanh.store import Value

PLACES = ("area", "area:commune", "area:province", "unit", "source")


class Lineage(Protocol):
    """What planning needs of geography."""

    def restate_sql(self, area: str, boundaries: date) -> str:
        """Return SQL for the area's code on the boundaries of a day."""

    def level_sql(self, area: str, level: str, boundaries: date | None = None) -> str:
        """Return SQL for the commune or province of a stored area, on the boundaries of a day or as recorded."""

    def below(self, code: str, day: date | None = None) -> Sequence[str]:
        """Return the codes of an area and of all below it, on a day or of all times."""

    def get(self, code: str, day: date | None = None) -> Area:
        """Return an area. Raises NotFound."""


class Planner:
    """Plans questions against one catalog. `sight` says what a viewer sees; `newest` the newest record's time where known."""

    def __init__(
        self,
        catalog: Catalog,
        geography: Lineage,
        sight: Callable[[Viewer, str], Sight],
        newest: Callable[[str], datetime | None],
    ) -> None:
        self.catalog = catalog
        self.geography = geography
        self.sight = sight
        self.newest = newest
        self.zone = ZoneInfo(catalog.city.time_zone)

    def plan(self, query: Query, viewer: Viewer, now: datetime) -> Plan:
        """Return the plan of a question. Raises UnknownName, InvalidInput, NotAllowed."""
        return _Planning(self, query, viewer, now).plan()


class _Planning:
    """The planning of one question."""

    def __init__(self, planner: Planner, query: Query, viewer: Viewer, now: datetime) -> None:
        self.planner, self.query, self.viewer = planner, query, viewer
        self.catalog, self.geography, self.zone = planner.catalog, planner.geography, planner.zone
        self.now, self.moment = now, min(query.as_of, now) if query.as_of else now
        self.today = now.astimezone(self.zone).date()
        self.boundaries = _boundaries(query, self.today)
        self.params = Params()
        self.conditions: dict[str, tuple[list[str], list[str]]] = {}
        self.extra: dict[str, Value] = {"now": self.moment}

    def plan(self) -> Plan:
        query = self.query
        asked = [self._asked(name) for name in dict.fromkeys(query.indicators)]
        self._check_grain(asked)
        self._check_by(asked)
        period = self._period()
        keys = tuple(Key(name, "_by_" + re.sub(r"\W", "_", name)) for name in query.by)
        parts = self._parts(asked, keys, period)
        targets = tuple(
            target_steps(f"{each.alias}__target", each.indicator, period, self.zone)
            for each in asked
            if "target" in query.compare
        )
        covered = {
            measure.alias for part in parts for measure in part.measures if measure.coverage and part.role == "asked"
        }
        columns, aliases = answer_columns.of_answer(query, asked, covered)
        return Plan(
            zone=self.zone.key,
            period=period,
            moment=self.moment,
            grain=query.grain,
            keys=keys,
            parts=parts,
            targets=targets,
            columns=columns,
            aliases=aliases,
            order=answer_columns.order(query, columns, aliases),
            limit=query.limit,
            params={**self.params.values, **self.extra},
        )

    def _asked(self, name: str) -> Asked:
        full, indicator = self.catalog.indicator(name)
        return Asked(full, indicator, "_" + full.replace(".", "__"), self.planner.sight(self.viewer, indicator.dataset))

    def _check_grain(self, asked: Sequence[Asked]) -> None:
        grain = self.query.grain
        for each in asked:
            if grain is not None and ORDER.index(grain) < ORDER.index(each.indicator.per):
                raise InvalidInput(
                    Text(
                        vi=f"{each.name} không có nghĩa ở bước “{grain}”.",
                        en=f"{each.name} means nothing at the step '{grain}'.",
                    ),
                    Text(
                        vi=f"Bước nhỏ nhất là “{each.indicator.per}”.", en=f"Its finest step is '{each.indicator.per}'."
                    ),
                    indicator=each.name,
                    finest=each.indicator.per.value,
                )

    def _check_by(self, asked: Sequence[Asked]) -> None:
        if len(set(self.query.by)) < len(self.query.by):
            raise InvalidInput(
                Text(vi="Một chiều được nêu hai lần trong `by`.", en="A dimension stands twice in `by`."),
                Text(vi="Bỏ chiều bị lặp.", en="Leave one out."),
            )
        for name in self.query.by:
            for each in asked:
                if name in each.indicator.dimensions or name in PLACES:
                    continue
                known = [*each.indicator.dimensions, *PLACES]
                raise UnknownName(
                    Text(
                        vi=f"Không chia được {each.name} theo “{name[:80]}”.",
                        en=f"{each.name} cannot be split by '{name[:80]}'.",
                    ),
                    Text(vi=f"Chia được theo: {', '.join(known)}.", en=f"It can be split by: {', '.join(known)}."),
                    name=name,
                    indicator=each.name,
                )

    def _period(self) -> Period:
        time, grain = self.query.time, self.query.grain
        end = time.to or self.moment
        if time.last is not None:
            start = self.moment - time.last
            return Period(floor(start, grain, self.zone) if grain else start, end)
        start = time.from_ or end
        if end <= start:
            raise InvalidInput(
                Text(vi="Khoảng thời gian trống.", en="The period is empty."),
                Text(vi="Chọn `to` sau `from`.", en="Choose `to` after `from`."),
            )
        return Period(start, end)

    # parts

    def _parts(self, asked: Sequence[Asked], keys: tuple[Key, ...], period: Period) -> tuple[Part, ...]:
        found: list[Part] = []
        for role, shift in self._roles(period):
            moved = (
                period
                if shift is None
                else Period(move(period.start, shift, self.zone), move(period.end, shift, self.zone))
            )
            groups: dict[object, list[tuple[Asked, tuple[Piece, ...], Rows]]] = {}
            for each in asked:
                rows = self._rows(each)
                pieces = self._pieces(each, moved)
                if not pieces and role == "asked":
                    raise no_formula(each.name, each.indicator)
                if pieces:
                    groups.setdefault(_kinship(each, rows, pieces), []).append((each, pieces, rows))
            found += [self._part(role, shift, keys, moved, members) for members in groups.values()]
        return tuple(found)

    def _roles(self, period: Period) -> list[tuple[Role, Shift | None]]:
        found: list[tuple[Role, Shift | None]] = [("asked", None)]
        if "previous" in self.query.compare:
            found.append(("previous", previous(period, self.query.grain, self.zone)))
        if "year" in self.query.compare:
            found.append(("year", year(self.query.grain)))
        return found

    def _part(
        self,
        role: Role,
        shift: Shift | None,
        keys: tuple[Key, ...],
        period: Period,
        members: Sequence[tuple[Asked, tuple[Piece, ...], Rows]],
    ) -> Part:
        first, pieces, rows = members[0]
        joined = tuple(
            Piece(piece.period, tuple(own[position].forms[0] for _, own, _ in members), piece.when, piece.ends)
            for position, piece in enumerate(pieces)
        )
        measures = tuple(
            Measure(each.alias, combine([piece.forms[0] for piece in own]), self._coverage(each, own, keys))
            for each, own, _ in members
        )
        part = Part(
            role=role,
            rows=rows,
            keys=tuple(self._key(key.name, first) for key in keys),
            period=period,
            measures=measures,
            pieces=joined,
            window=first.indicator.window if not isinstance(joined[0].forms[0], File) else None,
            shift=shift,
            series=first.sight.dataset.series,
        )
        known = self.planner.newest(first.sight.id)
        open_end = known is not None and known < self.moment <= period.end
        part = answered_by_hours(part, first.sight, self.query, self.zone, open_end=open_end)
        return answered_by_newest(part, first.sight, self.query, open_end=open_end)

    def _pieces(self, each: Asked, period: Period) -> tuple[Piece, ...]:
        indicator, rule = each.indicator, self.query.rule
        looked = indicator.of == "state" or indicator.window is not None
        found: list[Piece] = []
        if looked and all(formula.sql is None for formula in indicator.formulae):
            ends = ends_of(period, self.query.grain, self.moment, self.zone, whole=indicator.window is not None)
            for span, formula, at in by_end(indicator, ends, rule, self.today, self.zone):
                form = compiled(self.catalog, each.name, indicator, formula, self._others)
                found.append(Piece(span, (form,), when_sql(self.catalog, each.name, indicator, formula), at))
            return tuple(found)
        for span, formula in spans(indicator, period, rule, self.today, self.zone):
            form = compiled(self.catalog, each.name, indicator, formula, self._others)
            piece = Piece(span, (form,), when_sql(self.catalog, each.name, indicator, formula))
            found.append(reaching(piece, indicator.per, self.zone))
        return tuple(found)

    def _rows(self, each: Asked) -> Rows:
        sight, indicator = each.sight, each.indicator
        dataset = sight.dataset
        if sight.id not in self.conditions:
            self.conditions[sight.id] = conditions(self.query.where, sight, self._areas(), self.params)
        early, late = self.conditions[sight.id]
        from_file = any(formula.sql is not None for formula in indicator.formulae)
        of = "records" if dataset.kind == "event" or (indicator.of == "state" and from_file) else indicator.of
        return self._plain_rows(sight, of, indicator.time, early, late)

    def _plain_rows(self, sight: Sight, of: str, placed: str | None, early: Sequence[str], late: Sequence[str]) -> Rows:
        dataset = sight.dataset
        known = [f"_received <= {instant(self.query.as_of)}"] if self.query.as_of else []
        self.extra.update(sight.params)
        return Rows(
            table=sight.table,
            of=of,  # type: ignore[arg-type]  # one of the three words of a declaration
            placed=_time_column(sight, placed or dataset.time),
            version=_time_column(sight, dataset.time),
            key=dataset.key,
            early=(*known, *early),
            late=(*([sight.condition] if sight.condition else []), *late),
            end=self.moment,
        )

    def _others(self, dataset: str) -> Rows:
        sight = self.planner.sight(self.viewer, dataset)
        return self._plain_rows(sight, "records" if sight.dataset.kind == "event" else "current", None, (), ())

    # keys, areas, coverage

    def _area_sql(self) -> str:
        return "_area" if self.boundaries is None else self.geography.restate_sql("_area", self.boundaries)

    def _areas(self) -> Areas:
        return Areas(self._area_sql(), lambda code: codes_below(self.geography, code, self.boundaries))

    def _key(self, name: str, each: Asked) -> str:
        if name in each.indicator.dimensions:
            return each.sight.column(name)
        if name in ("unit", "source"):
            return f"nullIf(_{name}, '')"
        level = name.partition(":")[2]
        area = self._area_sql()
        sql = self.geography.level_sql(area, level, self.boundaries) if level else area
        return f"nullIf({sql}, '')"

    def _coverage(self, each: Asked, pieces: Sequence[Piece], keys: Sequence[Key]) -> Coverage | None:
        wanted, expect = each.indicator.coverage, each.sight.dataset.expect
        if wanted is None or (wanted.expected is None and (expect is None or each.indicator.of != "records")):
            return None
        series = each.sight.dataset.series
        files = [form for piece in pieces for form in piece.forms if isinstance(form, File)]
        if files and (len(pieces) > 1 or wanted.expected is not None or not set(series) <= files[0].columns):
            return None
        named = {key.name for key in keys}
        whole = not keys and not self.query.where and not each.sight.condition
        count: tuple[str, ...] | int = series
        if not series or set(series) <= named:
            count = 1
        elif whole and expect is not None and expect.series is not None:
            count = expect.series
        pack = each.name.partition(".")[0]
        expected = wanted.expected
        if expected is not None:
            expected = self.catalog.expression(expected, each.indicator.dataset, pack=pack, aggregate=True)
        return Coverage(
            at_least=wanted.at_least,
            counted=self.catalog.expression(wanted.counted, each.indicator.dataset, pack=pack, aggregate=True),
            until=self.moment - (expect.within if expect else timedelta(0)),
            every=expect.every.total_seconds() if expect else None,
            series=count,
            expected=expected,
            per=each.indicator.per,
        )


def _kinship(each: Asked, rows: Rows, pieces: Sequence[Piece]) -> object:
    """Return what indicators must share to be computed in one go; a .sql file stands alone."""
    if any(isinstance(form, File) for piece in pieces for form in piece.forms):
        return each.name
    window = each.indicator.window
    return rows, window, tuple((piece.period, piece.when, piece.ends) for piece in pieces)


def _time_column(sight: Sight, column: str) -> TimeColumn:
    return TimeColumn(column, day=sight.type_of(column) == "date")


def _boundaries(query: Query, today: date) -> date | None:
    if query.boundaries == "recorded":
        return None
    return today if query.boundaries == "now" else query.boundaries


def codes_below(geography: Lineage, code: str, day: date | None) -> Sequence[str]:
    """Return the codes of an area and of all below it. Raises UnknownName for a code that never was."""
    try:
        geography.get(code)
    except NotFound as error:
        raise UnknownName(error.message, error.remedy, name=code) from error
    return geography.below(code, day)
