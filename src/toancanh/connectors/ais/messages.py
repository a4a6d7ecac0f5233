"""ITU-R M.1371: six-bit payloads to columns, all messages of one type at once. "Not available" is no value."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Column = Any
"""An array of Arrow; its types know less than it can."""
_SIX = np.zeros(256, np.int64)
for _code in range(64):
    _SIX[_code + (48 if _code < 40 else 56)] = _code
"""Value of each character of a payload."""
DEGREE = 600_000
"""Parts of a degree in which positions are sent: 1/10,000 minute."""


class Bits:
    """The bits of messages of one type, as rows of six-bit values; what a message is too short for is zero."""

    def __init__(self, text: NDArray[np.uint8], starts: Integers, lengths: Integers, width: int) -> None:
        at = np.arange(width)
        there = at < lengths[:, None]
        values = _SIX[text[np.where(there, starts[:, None] + at, 0)]]
        self._values: Integers = np.where(there, values, 0)

    def number(self, start: int, length: int) -> Integers:
        """Return an unsigned number of up to 54 bits."""
        first, last = start // 6, (start + length - 1) // 6
        found = np.zeros(len(self._values), np.int64)
        for column in range(first, last + 1):
            found = (found << 6) | self._values[:, column]
        return (found >> ((last + 1) * 6 - start - length)) & ((1 << length) - 1)

    def signed(self, start: int, length: int) -> Integers:
        """Return a number in two's complement."""
        found = self.number(start, length)
        return found - ((found >> (length - 1)) << length)

    def text(self, start: int, length: int, further: range = range(0)) -> Column:
        """Return six-bit text up to the first `@` behind it, without blanks at its end; null where empty.

        It has `length` characters from bit `start` on, and one more at each bit of `further`.
        """
        places = [*range(start, start + 6 * length, 6), *further]
        length = len(places)
        codes = np.stack([self.number(place, 6) for place in places], axis=1)
        begun = np.logical_or.accumulate(codes != 0, axis=1)
        ended = np.logical_or.accumulate(begun & (codes == 0), axis=1)
        letters = np.where(ended, 0, np.where(codes < 32, codes + 64, codes)).astype(np.uint8)
        words = np.char.lstrip(np.ascontiguousarray(letters).view(f"S{length}").ravel(), b"@")
        words = np.char.rstrip(words, b" ")
        return pa.array(words.astype(f"U{length}"), pa.string(), mask=np.char.str_len(words) == 0)


def _known(values: Any, known: NDArray[np.bool_], type: pa.DataType | None = None) -> Column:
    return pa.array(values, type, mask=~known)


def _integer(start: int, length: int, *none: int) -> Callable[[Bits], Column]:
    def read(bits: Bits) -> Column:
        found = bits.number(start, length)
        return _known(found, ~np.isin(found, none))

    return read


def _flag(start: int) -> Callable[[Bits], Column]:
    return lambda bits: pa.array(bits.number(start, 1) == 1)


def _text(start: int, length: int) -> Callable[[Bits], Column]:
    return lambda bits: bits.text(start, length)


def _tenths(start: int, length: int, none: int) -> Callable[[Bits], Column]:
    """Tenths; `none` of them mean: not available."""

    def read(bits: Bits) -> Column:
        found = bits.number(start, length)
        return _known(found / 10, found != none)

    return read


def _degrees(start: int, length: int, none: int, parts: int = DEGREE) -> Callable[[Bits], Column]:
    """Degrees; `none` of them mean: not available."""

    def read(bits: Bits) -> Column:
        found = bits.signed(start, length)
        return _known(np.round(found / parts, 6), found != none * parts)

    return read


def _below(start: int, length: int, most: int) -> Callable[[Bits], Column]:
    def read(bits: Bits) -> Column:
        found = bits.number(start, length)
        return _known(found, found < most)

    return read


def _rot(bits: Bits) -> Column:
    found = bits.signed(42, 8)
    return _known(found, found != -128)


def _turn(bits: Bits) -> Column:
    """Degrees a minute; ±127 says only that it turns, and to which side."""
    found = bits.signed(42, 8)
    return _known(np.round(np.sign(found) * (found / 4.733) ** 2, 1), np.abs(found) < 127)


def _eta(start: int) -> Callable[[Bits], Column]:
    """Month, day, hour and minute as `MM-DD HH:MM`; the year is not sent."""

    def read(bits: Bits) -> Column:
        month, day, hour, minute = (bits.number(start + at, n) for at, n in ((0, 4), (4, 5), (9, 5), (14, 6)))
        known = (month >= 1) & (month <= 12) & (day >= 1) & (hour < 24) & (minute < 60)
        return _known(_joined(("", month, 2), ("-", day, 2), (" ", hour, 2), (":", minute, 2)), known, pa.string())

    return read


def _base_time(bits: Bits) -> Column:
    year, month, day = bits.number(38, 14), bits.number(52, 4), bits.number(56, 5)
    hour, minute, second = bits.number(61, 5), bits.number(66, 6), bits.number(72, 6)
    known = (year > 0) & (year < 10_000) & (month >= 1) & (month <= 12) & (day >= 1)
    known &= (hour < 24) & (minute < 60) & (second < 60)
    said = _joined(("", year, 4), ("-", month, 2), ("-", day, 2), ("T", hour, 2), (":", minute, 2), (":", second, 2))
    return _known(np.char.add(said, "Z"), known, pa.string())


def _joined(*parts: tuple[str, Integers, int]) -> Any:
    found: Any = np.full(len(parts[0][1]), "", "U1")
    for sign, values, digits in parts:
        found = np.char.add(np.char.add(found, sign), np.char.zfill(values.astype("U5"), digits))
    return found


Columns = Mapping[str, Callable[[Bits], Column]]


def _ship(type: int, bow: int) -> Columns:
    return {
        "shiptype": _integer(type, 8, 0),
        "to_bow": _integer(bow, 9),
        "to_stern": _integer(bow + 9, 9),
        "to_port": _integer(bow + 18, 6),
        "to_starboard": _integer(bow + 24, 6),
    }


@dataclass(frozen=True, slots=True)
class Layout:
    """A kind of message: bits that it has at least and that are read at most, and what stands in them."""

    kind: str
    least: int
    columns: Columns
    most: int = 0


_POSITION: Columns = {
    "status": _integer(38, 4),
    "rot": _rot,
    "turn": _turn,
    "speed": _tenths(50, 10, 1023),
    "accuracy": _flag(60),
    "lon": _degrees(61, 28, 181),
    "lat": _degrees(89, 27, 91),
    "course": _tenths(116, 12, 3600),
    "heading": _integer(128, 9, 511),
    "second": _below(137, 6, 60),
    "manoeuvre": _integer(143, 2, 0),
    "raim": _flag(148),
}
_CLASS_B: Columns = {
    "speed": _tenths(46, 10, 1023),
    "accuracy": _flag(56),
    "lon": _degrees(57, 28, 181),
    "lat": _degrees(85, 27, 91),
    "course": _tenths(112, 12, 3600),
    "heading": _integer(124, 9, 511),
    "second": _below(133, 6, 60),
}
_BASE: Columns = {
    "base_time": _base_time,
    "accuracy": _flag(78),
    "lon": _degrees(79, 28, 181),
    "lat": _degrees(107, 27, 91),
    "epfd": _integer(134, 4, 0),
    "raim": _flag(148),
}
LAYOUTS: Mapping[int, Layout] = {
    **dict.fromkeys((1, 2, 3), Layout("position", 149, _POSITION)),
    **dict.fromkeys((4, 11), Layout("base", 149, _BASE)),
    5: Layout(
        "static",
        420,
        {
            "imo": _integer(40, 30, 0), "callsign": _text(70, 7), "shipname": _text(112, 20), **_ship(232, 240),
            "epfd": _integer(270, 4, 0), "eta": _eta(274), "draught": _tenths(294, 8, 0),
            "destination": _text(302, 20),
        },
        422,
    ),
    9: Layout(
        "position",
        148,
        {
            "altitude": _integer(38, 12, 4095), "speed": _integer(50, 10, 1023), "accuracy": _flag(60),
            "lon": _degrees(61, 28, 181), "lat": _degrees(89, 27, 91), "course": _tenths(116, 12, 3600),
            "second": _below(128, 6, 60), "raim": _flag(147),
        },
    ),
    18: Layout("position", 148, {**_CLASS_B, "raim": _flag(147)}),
    19: Layout(
        "position",
        306,
        {**_CLASS_B, "shipname": _text(143, 20), **_ship(263, 271), "epfd": _integer(301, 4, 0), "raim": _flag(305)},
    ),
    21: Layout(
        "aid",
        270,
        {
            "aid_type": _integer(38, 5), "shipname": lambda bits: bits.text(43, 20, range(272, 356, 6)), "accuracy": _flag(163),
            "lon": _degrees(164, 28, 181), "lat": _degrees(192, 27, 91), "to_bow": _integer(219, 9),
            "to_stern": _integer(228, 9), "to_port": _integer(237, 6), "to_starboard": _integer(243, 6),
            "epfd": _integer(249, 4, 0), "second": _below(253, 6, 60), "off_position": _flag(259), "raim": _flag(268),
            "virtual": _flag(269),
        },
        360,
    ),
    27: Layout(
        "position",
        94,
        {
            "accuracy": _flag(38), "raim": _flag(39), "status": _integer(40, 4), "lon": _degrees(44, 18, 181, 600),
            "lat": _degrees(62, 17, 91, 600), "speed": _integer(79, 6, 63), "course": _integer(85, 9, 511),
        },
    ),
}  # fmt: skip
"""By type of message. Type 24 has two parts with a layout each."""
NAMED = Layout("static", 160, {"shipname": _text(40, 20)})
EQUIPPED = Layout("static", 162, {"callsign": _text(90, 7), **_ship(40, 132)})
AUXILIARY = Layout("static", 162, {"callsign": _text(90, 7), "shiptype": _integer(40, 8, 0)})
"""The second part of type 24 of a craft that belongs to a ship: its mother's MMSI stands in place of the dimensions."""


_OTHER = Layout("other", 38, {})

TEXTS = ("callsign", "shipname", "destination", "eta", "base_time")
FLAGS = ("accuracy", "raim", "off_position", "virtual")
REALS = ("turn", "speed", "lon", "lat", "course", "draught")
WHOLES = (
    "status", "rot", "heading", "second", "manoeuvre", "altitude", "imo", "shiptype", "to_bow", "to_stern", "to_port",
    "to_starboard", "epfd", "aid_type",
)  # fmt: skip
TYPES: Mapping[str, pa.DataType] = {
    **dict.fromkeys(TEXTS, pa.string()),
    **dict.fromkeys(FLAGS, pa.bool_()),
    **dict.fromkeys(REALS, pa.float64()),
    **dict.fromkeys(WHOLES, pa.int64()),
}


@dataclass(slots=True)
class Decoded:
    """A table of messages, which of those given each is, and which could not be decoded: they are too short."""

    table: pa.Table
    at: Integers
    wrong: Integers


def decode(payloads: Column, fill: Integers, wanted: frozenset[str]) -> Decoded:
    """Return the messages of the kinds `wanted` as columns: kind, type, mmsi (number) and all of TYPES."""
    _, offsets, data = payloads.buffers()
    bounds = np.frombuffer(offsets, np.int32)[payloads.offset : payloads.offset + len(payloads) + 1].astype(np.int64)
    text = np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(1, np.uint8)
    starts, lengths = bounds[:-1], np.diff(bounds)
    size = lengths * 6 - fill
    head = Bits(text, starts, np.minimum(lengths, 7), 7)
    types, mmsi = head.number(0, 6), head.number(8, 30)
    part = head.number(38, 2)
    wrong = (size < 38) | (types == 0) | (types > 27)
    tables, places = [], []
    for group, layout in _groups(types, part, mmsi, ~wrong):
        short = size[group] < layout.least
        wrong[group[short]] = True
        group = group[~short]
        if layout.kind in wanted and len(group):
            bits = Bits(text, starts[group], lengths[group], max(-(-max(layout.least, layout.most) // 6), 7))
            columns = {name: read(bits) for name, read in layout.columns.items()}
            tables.append(_table(layout.kind, types[group], mmsi[group], columns))
            places.append(group)
    if not tables:
        tables, places = [_table("other", types[:0], mmsi[:0], {})], [np.zeros(0, np.int64)]
    return Decoded(pa.concat_tables(tables), np.concatenate(places), np.flatnonzero(wrong))


def _groups(types: Integers, part: Integers, mmsi: Integers, sound: NDArray[np.bool_]) -> list[tuple[Integers, Layout]]:
    found: list[tuple[Integers, Layout]] = []
    for type in np.unique(types[sound]).tolist():
        these = sound & (types == type)
        if type == 24:
            auxiliary = mmsi // 10_000_000 == 98
            found += [
                (np.flatnonzero(these & (part == 0)), NAMED),
                (np.flatnonzero(these & (part == 1) & ~auxiliary), EQUIPPED),
                (np.flatnonzero(these & (part == 1) & auxiliary), AUXILIARY),
                (np.flatnonzero(these & (part > 1)), _OTHER),
            ]
        else:
            found.append((np.flatnonzero(these), LAYOUTS.get(type, _OTHER)))
    return found


def _table(kind: str, types: Integers, mmsi: Integers, columns: Mapping[str, Column]) -> pa.Table:
    count = len(types)
    given = {name: pa.array(column).cast(TYPES[name]) for name, column in columns.items()}
    rest = {name: given.get(name, pa.array([None] * count, type)) for name, type in TYPES.items()}
    return pa.table({"kind": pa.array([kind] * count, pa.string()), "type": types, "mmsi": mmsi, **rest})
