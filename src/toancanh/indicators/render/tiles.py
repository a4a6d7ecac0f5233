"""SQL of points on tiles: whole tiles by the engine's own encoder, and snapshots of newest points."""

from dataclasses import dataclass

from toancanh.domain import Period
from toancanh.indicators.plan import Rows
from toancanh.indicators.render.rows import whole_rows
from toancanh.indicators.render.text import Select, nested, number, quote, text

EXTENT = 4096


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


@dataclass(frozen=True)
class Points:
    """What is drawn: rows of a period, with SQL for value, label and id; `bands` are (state, from, below)."""

    layer: str
    rows: Rows
    zone: str
    period: Period | None
    when: tuple[str, ...]
    value: str
    label: str
    identity: str
    identified: tuple[str, ...]
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
            (f"CAST({points.label}, 'Nullable(String)')", "_label"),
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
    """Return a SELECT of the tile with points gathered into 2^bits × 2^bits cells; a cell of one shows that point."""
    base = _rows(points)
    shift = square.shift
    cell = shift - bits
    value = f"CAST({points.value}, 'Nullable(Float64)')"
    rank = _rank(value, points.bands)
    kept = [(f"any({quote(name) if not name.startswith('_') else name})", name) for name in points.identified]
    cells = Select(
        [
            (f"bitShiftRight(_x, {cell})", "_cx"),
            (f"bitShiftRight(_y, {cell})", "_cy"),
            ("count()", "_count"),
            (f"any({value})", "_value"),
            (f"any(CAST({points.label}, 'Nullable(String)'))", "_label"),
            (f"max({rank})", "_rank"),
            *((sql, f"_k_{name}") for sql, name in kept),
        ],
        base.source,
        [*base.where, *_inside(square)],
        ["_cx", "_cy"],
    )
    named = Select(
        [
            (_middle("_cx", square.x, shift, cell), "_px"),
            (_middle("_cy", square.y, shift, cell), "_py"),
            ("_count", ""),
            ("_value", ""),
            ("_label", ""),
            ("_rank", ""),
            *((f"_k_{name}", quote(name) if not name.startswith("_") else name) for _, name in kept),
        ],
        nested(cells),
    )
    state = f"arrayElement([{', '.join(text(state) for state in ('unknown', 'good', 'watch', 'bad'))}], _rank + 1)"
    one = "_count = 1"
    properties = (
        f"tuple(if({one}, {points.identity}, NULL), if({one}, _value, NULL), {state}, if({one}, _label, NULL), _count)"
    )
    types = (
        "Tuple(id Nullable(String), value Nullable(Float64), state LowCardinality(String), label Nullable(String), "
        "count UInt64)"
    )
    return _encoded(points.layer, properties, types, named)


def points_sql(points: Points, series: tuple[str, ...]) -> str:
    """Return a SELECT of all points: cell, place, value, label, id, and the columns of the series."""
    base = _rows(points)
    columns = [
        ("_cell", "_at"),
        ("_x", "_px"),
        ("_y", "_py"),
        (f"CAST({points.value}, 'Nullable(Float64)')", "_value"),
        (f"CAST({points.label}, 'Nullable(String)')", "_label"),
        (points.identity, "_key"),
        *((quote(name), f"_s{position}") for position, name in enumerate(series)),
    ]
    return str(Select(columns, base.source, [*base.where, "_x > 0", "_y > 0"]))


def encoded_sql(layer: str) -> str:
    """Return a SELECT of a tile encoded from rows as `tiles.points` gives them; the rows stand where `{input}` is."""
    properties = "tuple(id, value, state, label, if(count > 1, count, NULL))"
    types = "Tuple(id Nullable(String), value Nullable(Float64), state String, label Nullable(String), count Nullable(UInt64))"
    return (
        f"SELECT MVTEncode({text(layer)}, {EXTENT})(CAST((px, py), 'Point')::Geometry, CAST({properties}, '{types}')) AS tile\n"
        "FROM {input}"
    )


def all_points_sql(points: Points) -> str:
    """Return a SELECT of how many points a layer has."""
    base = _rows(points)
    return str(Select([("count()", "points")], base.source, [*base.where, "_x > 0", "_y > 0"]))


def _rows(points: Points) -> Select:
    return whole_rows(points.rows, points.period, points.zone, points.when, "*, _x, _y, _cell")


def _inside(square: Square) -> list[str]:
    """Return the conditions that a point lies on the tile: one run of cells, which the tile roll-up has in order."""
    low = interleave(square.x << square.shift, square.y << square.shift)
    high = low + (1 << (2 * square.shift)) - 1
    return [f"_cell >= {low}", f"_cell <= {high}", "_x > 0", "_y > 0"]


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


def _middle(cell: str, at: int, shift: int, bits: int) -> str:
    half = (1 << bits) // 2
    return f"(bitShiftLeft(toInt64({cell}), {bits}) + {half} - {at << shift}) / {number((1 << shift) / EXTENT)}"


def _encoded(layer: str, properties: str, types: str, source: Select) -> str:
    return str(
        Select(
            [
                (
                    f"MVTEncode({text(layer)}, {EXTENT})(CAST((_px, _py), 'Point')::Geometry, CAST({properties}, '{types}'))",
                    "tile",
                )
            ],
            nested(source),
        )
    )


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
    ranks = {"unknown": 0, "good": 1, "watch": 2, "bad": 3}
    if not bands:
        return "0"
    arms = [f"{_within(value, low, high)}, {ranks[state]}" for state, low, high in bands]
    return f"ifNull(multiIf({', '.join(arms)}, 0), 0)"
