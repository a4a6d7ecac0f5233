"""Which rows are read: records of a period, current entities, entities at the end of each step, rows in a window."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from toancanh.domain import Grain, Period
from toancanh.indicators.plan import Part, Piece, Rows, TimeColumn
from toancanh.indicators.render.steps import step, step_of
from toancanh.indicators.render.text import Select, day, instant, instant_value, names, nested, number, quote, text
from toancanh.indicators.steps import SECONDS

NOW = "{now:DateTime64(3, 'UTC')}"
"""The moment of the question, as the guard writes `now_()`."""


@dataclass(frozen=True)
class Source:
    """What to read FROM, under which conditions, and the step in which a row lies ("" without steps).

    Where rows are looked at from the end of a step, `end` names it: `now_()` then means that moment; `group` is the
    column that an expression with `now_()` outside its aggregates needs among the keys.
    """

    table: str
    where: tuple[str, ...]
    step: str
    end: str = ""
    group: str = ""

    def seen_from_here(self, sql: str) -> str:
        """Return an expression in which `now_()` is the moment that these rows are looked at from."""
        return sql.replace(NOW, self.end) if self.end else sql


def source_of(part: Part, piece: Piece, grain: Grain | None, zone: str) -> Source:
    """Return where a piece of a part reads from."""
    rows, when = part.rows, (piece.when,) if piece.when else ()
    if rows.of == "state":
        return _state(rows, piece, grain, zone, when)
    if part.window is not None:
        return _window(rows, part.window, piece, grain, zone, when)
    bounds = () if part.newest else within(rows.placed, piece.period, zone, hourly=piece.hourly)
    where = (*bounds, *_conditions(rows), *when)
    return Source(_base(rows, zone), where, step_of(rows.placed, grain, zone, hourly=piece.hourly) if grain else "")


def within(placed: TimeColumn, period: Period, zone: str, *, hourly: bool = False) -> tuple[str, ...]:
    """Return the conditions that a row lies in `period`. A day lies where it begins; `hourly` compares whole hours."""
    column = quote(placed.column)
    if placed.day:
        return (f"{column} >= {day(_first_day(period.start, zone))}", f"{column} < {day(_first_day(period.end, zone))}")
    if hourly:
        hour, last = f"toStartOfHour({column})", period.end.replace(minute=0, second=0, microsecond=0)
        until = last if last == period.end else last + timedelta(hours=1)
        return (f"{hour} >= {_second(period.start)}", f"{hour} < {_second(until)}")
    return (f"{column} >= {instant(period.start)}", f"{column} < {instant(period.end)}")


def whole_rows(rows: Rows, period: Period | None, zone: str, when: tuple[str, ...] = (), columns: str = "*") -> Select:
    """Return a SELECT of whole rows, for .sql files and for points on the map."""
    bounds = within(rows.placed, period, zone) if period and rows.of != "state" else ()
    base = rows.table if rows.of == "records" else nested(newest(rows, rows.end, zone, columns))
    return Select([(columns, "")], base, (*bounds, *_conditions(rows), *when))


def wide_rows(rows: Rows, period: Period | None, zone: str) -> Select:
    """Return a SELECT of whole rows with all their columns: the newest versions are found by their keys alone first."""
    bounds = within(rows.placed, period, zone) if period else ()
    if rows.of == "records":
        return Select([("*", "")], rows.table, (*bounds, *rows.early, *rows.late))
    marks = (*rows.key, rows.version.column)
    found = newest(rows, rows.end, zone)
    found.columns = [(f"{names(marks)}, _received", "")]
    return Select([("*", "")], rows.table, (f"({names(marks)}, _received) IN {nested(found)}", *bounds, *rows.late))


def newest(rows: Rows, end: datetime | None, zone: str, columns: str = "*") -> Select:
    """Return a SELECT of the newest version of each key among those that began before `end`."""
    version = quote(rows.version.column)
    until = () if end is None else (_before(rows.version, end, zone),)
    return Select(
        [(columns, "")],
        rows.table,
        (*until, *rows.early),
        order=(names(rows.key), f"{version} DESC", "_received DESC"),
        limit_by=(1, [quote(name) for name in rows.key]),
    )


def as_instant(placed: TimeColumn, zone: str) -> str:
    """Return a column as an instant; a day is its first moment in the city."""
    column = quote(placed.column)
    return f"toDateTime64({column}, 3, {text(zone)})" if placed.day else column


def _base(rows: Rows, zone: str) -> str:
    return rows.table if rows.of == "records" else nested(newest(rows, rows.end, zone))


def _conditions(rows: Rows) -> tuple[str, ...]:
    return (*(rows.early if rows.of == "records" else ()), *rows.late)


def _state(rows: Rows, piece: Piece, grain: Grain | None, zone: str, when: tuple[str, ...]) -> Source:
    last = _moment(piece.ends[-1])
    if grain is None:
        end = instant_value(last)
        return Source(
            nested(newest(rows, last, zone)), (*rows.late, *(each.replace(NOW, end) for each in when)), "", end
        )
    began = f"toUnixTimestamp64Milli({as_instant(rows.version, zone)})"
    replaced = (
        f"leadInFrame({began}, 1, toInt64({2**63 - 1})) OVER (PARTITION BY {names(rows.key)} "
        f"ORDER BY {quote(rows.version.column)}, _received ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)"
    )
    versions = Select(
        [("*", ""), (began, "_began"), (replaced, "_replaced")],
        rows.table,
        (_before(rows.version, last, zone), *rows.early),
    )
    ends = f"[{', '.join(str(end) for end in piece.ends)}]"
    fixed = [each for each in when if NOW not in each]
    exploded = Select(
        [("*", ""), (f"arrayJoin(arrayFilter(e -> e > _began AND e <= _replaced, {ends}))", "_ms")],
        nested(versions),
        (f"_replaced >= {piece.ends[0]}", *rows.late, *fixed),
    )
    end = "fromUnixTimestamp64Milli(_ms, 'UTC')"
    moving = tuple(each.replace(NOW, end) for each in when if NOW in each)
    return Source(nested(exploded), moving, step("fromUnixTimestamp64Milli(_ms - 1, 'UTC')", grain, zone), end, "_ms")


def _window(
    rows: Rows, window: timedelta, piece: Piece, grain: Grain | None, zone: str, when: tuple[str, ...]
) -> Source:
    """Return each row once for every step whose window holds it."""
    first, last = _moment(piece.ends[0]), _moment(piece.ends[-1])
    where = [*within(rows.placed, Period(first - window, last), zone), *_conditions(rows)]
    if grain is None:
        end = instant_value(last)
        return Source(_base(rows, zone), (*where, *(each.replace(NOW, end) for each in when)), "", end)
    where += [each for each in when if NOW not in each]
    placed, length = as_instant(rows.placed, zone), int(window.total_seconds())
    size = SECONDS.get(grain, 0) if grain not in (Grain.DAY, Grain.WEEK) else 0
    if size:
        ends = f"arrayMap(n -> addSeconds({step(placed, grain, zone)}, {size} * n), range(1, {-(-length // size) + 1}))"
    else:
        ends = f"arrayMap(e -> toDateTime(e, {text(zone)}), [{', '.join(str(end // 1000) for end in piece.ends)}])"
    exploded = Select([("*", ""), (f"arrayJoin({ends})", "_end")], _base(rows, zone), where)
    bounds = [f"_end >= {_second(first)}", f"_end <= {_second(last)}"] if size else [f"{placed} < _end"]
    if not size or length % size:
        bounds.append(f"{placed} >= subtractSeconds(_end, {number(length)})")
    bounds += [each.replace(NOW, "_end") for each in when if NOW in each]
    return Source(nested(exploded), tuple(bounds), step("subtractSeconds(_end, 1)", grain, zone), "_end", "_end")


def _before(version: TimeColumn, end: datetime, zone: str) -> str:
    column = quote(version.column)
    return f"{column} < {day(_first_day(end, zone)) if version.day else instant(end)}"


def _first_day(moment: datetime, zone: str) -> date:
    """Return the first day that begins at or after `moment`."""
    local = moment.astimezone(ZoneInfo(zone))
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return local.date() if local == midnight else local.date() + timedelta(days=1)


def _second(moment: datetime) -> str:
    return f"toDateTime('{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}', 'UTC')"


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
