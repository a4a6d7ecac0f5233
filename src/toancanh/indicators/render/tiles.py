"""SQL of points on tiles: whole tiles by the engine's own encoder, and snapshots of newest points."""

from dataclasses import dataclass
from datetime import datetime

from toancanh.domain import Period
from toancanh.indicators.plan import Rows
from toancanh.indicators.render.rows import whole_rows
from toancanh.indicators.render.text import Select, instant, nested, number, quote, text

EXTENT = 4096
STATES = ("unknown", "good", "watch", "bad")
"""From the least to the worst: a cell of several points shows the worst of theirs."""
_SHOWN = "_px Float64, _py Float64, _value Nullable(Float64), _state String, _count UInt64"
_GATHERED = (
    "Tuple(id Nullable(String), value Nullable(Float64), state LowCardinality(String), label Nullable(String), "
    "count Nullable(UInt64))"
)
_MANY = "if(_count > 1, _count, NULL)"
_PLACED = ("bitAnd(_cell, 0x5555555555555555) != 0", "bitAnd(_cell, 0xAAAAAAAAAAAAAAAA) != 0")
"""That a row has a point: neither coordinate is 0."""


@dataclass(frozen=True, slots=True)
class Square:
    """One tile."""

    z: int
    x: int
    y: int

    @property
    def shift(self) -> int:
        """How many of a coordinate's 32 bits lie inside the tile."""
        return 32 - self.z

    @property
    def cells(self) -> tuple[int, int]:
        """The first and the last `_cell` inside the tile."""
        low = interleave(self.x << self.shift, self.y << self.shift)
        return low, low + (1 << (2 * self.shift)) - 1


@dataclass(frozen=True)
class Points:
    """What is drawn: rows of a period, with SQL for value, label ("" for none) and id; `bands` are (state, from, below).

    `identified` are the columns that `identity` reads, as (name, type).
    """

    layer: str
    rows: Rows
    zone: str
    period: Period | None
    when: tuple[str, ...]
    value: str
    label: str
    identity: str
    identified: tuple[tuple[str, str], ...]
    bands: tuple[tuple[str, float | None, float | None], ...]


def count_sql(points: Points, square: Square) -> str:
    """Return a SELECT of how many points lie on a tile."""
    base = _rows(points)
    return str(Select([("count()", "points")], base.source, [*base.where, *_inside(square)]))


def every_sql(points: Points, square: Square) -> str:
    """Return a SELECT of the tile with every point on its place."""
    base = _rows(points)
    shift = square.shift
    inner = Select(
        [
            (_place("_x", square.x, shift), "_px"),
            (_place("_y", square.y, shift), "_py"),
            (f"CAST({points.value}, 'Nullable(Float64)')", "_value"),
            (_label(points), "_label"),
            (points.identity, "_key"),
        ],
        base.source,
        [*base.where, *_inside(square)],
    )
    state = _state("_value", points.bands)
    properties = f"tuple(_key, _value, {state}, _label)"
    types = "Tuple(id String, value Nullable(Float64), state LowCardinality(String), label Nullable(String))"
    return _encoded(points.layer, properties, types, inner)


def gathered_sql(points: Points, square: Square, bits: int) -> str:
    """Return a SELECT of the tile with points gathered into 2^bits × 2^bits cells; a cell of one shows that point.

    `bits` is at most 8: a cell's number inside its tile has to fit into 16 bits.
    """
    base = _rows(points)
    shift = square.shift
    low, _ = square.cells
    size = 2 * (shift - bits)
    value = f"CAST({points.value}, 'Nullable(Float64)')"
    middle = f"{low + (1 << size) * 3 // 4} + bitShiftLeft(toUInt64(_part), {size})"
    cells = Select(
        [
            (f"toUInt16(bitShiftRight(_cell - {low}, {size}))", "_part"),
            ("count()", "_count"),
            (f"if(_count = 1, any(_cell), {middle})", "_at"),
            (f"any({value})", "_value"),
            (f"any({_label(points)})", "_label"),
            (f"max({_rank(value, points.bands)})", "_rank"),
            *((f"any({quote(name)})", f"_k_{name}") for name, _ in points.identified),
        ],
        base.source,
        [*base.where, *_inside(square)],
        ["_part"],
    )
    named = Select(
        [
            (_place("tupleElement(mortonDecode(2, _at), 1)", square.x, shift), "_px"),
            (_place("tupleElement(mortonDecode(2, _at), 2)", square.y, shift), "_py"),
            ("_count", ""),
            ("_value", ""),
            ("_label", ""),
            ("_rank", ""),
            *((quote(f"_k_{name}"), quote(name)) for name, _ in points.identified),
        ],
        nested(cells),
    )
    state = f"arrayElement([{', '.join(map(text, STATES))}], _rank + 1)"
    one = "_count = 1"
    properties = (
        f"tuple(if({one}, {points.identity}, NULL), if({one}, _value, NULL), {state}, if({one}, _label, NULL), {_MANY})"
    )
    return _encoded(points.layer, properties, _GATHERED, named)


def points_sql(points: Points, series: tuple[str, ...], received: tuple[datetime, datetime] | None = None) -> str:
    """Return a SELECT of all records, with and without a point, or of those received after one moment until another.

    It gives cell, value (nan for none), label where there is one, the columns of the id and those of the series.
    """
    base = _rows(points)
    columns = [
        ("_cell", "_at"),
        (f"ifNull(CAST({points.value}, 'Nullable(Float64)'), nan)", "_value"),
        *(((_label(points), "_label"),) if points.label else ()),
        *((quote(name), "") for name, _ in points.identified),
        *((quote(name), f"_s{position}") for position, name in enumerate(series)),
    ]
    newer = (f"_received > {instant(received[0])}", f"_received <= {instant(received[1])}") if received else ()
    return str(Select(columns, base.source, [*base.where, *newer]))


def shown_columns(points: Points) -> str:
    """Return the columns and types of the rows that `encoded_sql` reads."""
    label = ("_label Nullable(String)",) if points.label else ()
    return ", ".join((_SHOWN, *label, *(f"{quote(name)} {type_}" for name, type_ in points.identified)))


def encoded_sql(points: Points) -> str:
    """Return a SELECT of a tile encoded from rows of `shown_columns`; the rows stand where `{input}` is."""
    label = "_label" if points.label else "NULL"
    properties = f"tuple(if(_count = 1, {points.identity}, NULL), _value, _state, {label}, {_MANY})"
    return _encoded(points.layer, properties, _GATHERED, "{input}")


def all_records_sql(points: Points) -> str:
    """Return a SELECT of how many records a layer has, with and without a point, and when the last was received."""
    base = _rows(points)
    return str(Select([("count()", "records"), ("max(_received)", "until")], base.source, base.where))


def _label(points: Points) -> str:
    return f"CAST({points.label or 'NULL'}, 'Nullable(String)')"


def _rows(points: Points) -> Select:
    return whole_rows(points.rows, points.period, points.zone, points.when, "*, _x, _y, _cell")


def _inside(square: Square) -> list[str]:
    """Return the conditions that a point lies on the tile: one run of cells, which the tile roll-up has in order."""
    low, high = square.cells
    return [f"_cell >= {low}", f"_cell <= {high}", *_PLACED]


def interleave(x: int, y: int) -> int:
    """Return the bits of `x` on even and those of `y` on odd places, as mortonEncode(x, y) does."""
    return _spread(x) | _spread(y) << 1


def _spread(number: int) -> int:
    for shift, mask in (
        (16, 0x0000FFFF0000FFFF),
        (8, 0x00FF00FF00FF00FF),
        (4, 0x0F0F0F0F0F0F0F0F),
        (2, 0x3333333333333333),
        (1, 0x5555555555555555),
    ):
        number = (number | number << shift) & mask
    return number


def _place(column: str, at: int, shift: int) -> str:
    return f"(toInt64({column}) - {at << shift}) / {number((1 << shift) / EXTENT)}"


def _encoded(layer: str, properties: str, types: str, source: Select | str) -> str:
    encoder = f"MVTEncode({text(layer)}, {EXTENT})"
    tile = f"{encoder}(CAST((_px, _py), 'Point')::Geometry, CAST({properties}, '{types}'))"
    return str(Select([(tile, "tile")], nested(source) if isinstance(source, Select) else source))


def _within(value: str, low: float | None, high: float | None) -> str:
    parts = [f"{value} >= {number(low)}"] if low is not None else []
    parts += [f"{value} < {number(high)}"] if high is not None else []
    return " AND ".join(parts) or "1"


def _state(value: str, bands: tuple[tuple[str, float | None, float | None], ...]) -> str:
    if not bands:
        return "'unknown'"
    arms = [
        f"{value} IS NULL, 'unknown'",
        *(f"{_within(value, low, high)}, {text(state)}" for state, low, high in bands),
    ]
    return f"multiIf({', '.join(arms)}, 'unknown')"


def _rank(value: str, bands: tuple[tuple[str, float | None, float | None], ...]) -> str:
    if not bands:
        return "0"
    arms = [f"{_within(value, low, high)}, {STATES.index(state)}" for state, low, high in bands]
    return f"ifNull(multiIf({', '.join(arms)}, 0), 0)"
