"""Mapbox Vector Tile 2.1, the part that tiles made in this process need: points and polygons with plain properties.

Message and field numbers are those of vector_tile.proto (github.com/mapbox/vector-tile-spec, 2.1).
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

EXTENT = 4096
POINT, POLYGON = 1, 3
Property = str | float | int | bool | None
_MOVE, _LINE, _CLOSE = 1, 2, 7


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing on a tile: its geometry as encoded commands, and its properties; those without value are left out."""

    kind: int
    geometry: bytes
    properties: dict[str, Property]


def layer(name: str, features: Sequence[Feature]) -> bytes:
    """Return a tile of one layer; nothing at all for no features."""
    if not features:
        return b""
    keys: dict[str, int] = {}
    values: dict[tuple[type, Property], int] = {}
    parts = [_field(15, 0) + b"\x02", _text(1, name.encode())]
    for feature in features:
        tags = bytearray()
        for key, value in feature.properties.items():
            if value is None:
                continue
            tags += varint(keys.setdefault(key, len(keys)))
            tags += varint(values.setdefault((type(value), value), len(values)))
        body = _text(2, bytes(tags)) + _field(3, 0) + varint(feature.kind) + _text(4, feature.geometry)
        parts.append(_text(2, body))
    parts += [_text(3, key.encode()) for key in keys]
    parts += [_text(4, _value(value)) for _, value in values]
    parts.append(_field(5, 0) + varint(EXTENT))
    return _text(3, b"".join(parts))


def point(x: int, y: int) -> bytes:
    """Return the commands of a point in tile coordinates."""
    return varint(_MOVE | 1 << 3) + varint(_zigzag(x)) + varint(_zigzag(y))


def polygon(rings: Sequence["npt.NDArray[np.int64] | Hole"]) -> bytes:
    """Return the commands of a polygon: each outer ring followed by its holes, in tile coordinates, last point repeated.

    Rings that vanish on the grid are left out, a vanished outer ring with its holes. Winding is set here: outer rings
    have a positive area with y downwards, holes a negative one.
    """
    commands: list[npt.NDArray[np.int64]] = []
    at = np.zeros(2, dtype=np.int64)
    keep = False
    for outer, ring in _marked(rings):
        cleaned = _without_repeats(ring)
        area = _area(cleaned) if len(cleaned) >= 3 else 0
        if outer:
            keep = area != 0
        if area == 0 or not keep:
            continue
        if (area > 0) != outer:
            cleaned = cleaned[::-1]
        steps = np.diff(np.vstack([at[None, :], cleaned]), axis=0)
        zigzag = ((steps << 1) ^ (steps >> 63)).reshape(-1)
        commands += [
            np.array([_MOVE | 1 << 3]), zigzag[:2], np.array([_LINE | (len(cleaned) - 1) << 3]), zigzag[2:],
            np.array([_CLOSE | 1 << 3]),
        ]  # fmt: skip
        at = cleaned[-1]
    return varints(np.concatenate(commands)) if commands else b""


@dataclass(frozen=True, slots=True)
class Hole:
    """Marks a ring as a hole of the ring before it."""

    ring: npt.NDArray[np.int64]


def _marked(rings: Sequence[npt.NDArray[np.int64] | Hole]) -> list[tuple[bool, npt.NDArray[np.int64]]]:
    return [(False, ring.ring) if isinstance(ring, Hole) else (True, ring) for ring in rings]


def _without_repeats(ring: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    open_ring = ring[:-1]
    if len(open_ring) < 2:
        return open_ring
    return open_ring[np.any(open_ring != np.roll(open_ring, 1, axis=0), axis=1)]


def _area(ring: npt.NDArray[np.int64]) -> int:
    x, y = ring[:, 0], ring[:, 1]
    return int(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))


def varint(value: int) -> bytes:
    """Return a non-negative number in groups of seven bits, the lowest first."""
    if value < 0x80:
        return bytes((value,))
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def varints(values: npt.NDArray[np.int64]) -> bytes:
    """Return many numbers below 2^35 as `varint` writes each."""
    groups = (values[:, None] >> np.arange(0, 35, 7)) & 0x7F
    lengths = np.maximum(1, 5 - np.argmax((groups != 0)[:, ::-1], axis=1))
    lengths[values == 0] = 1
    positions = np.arange(5)
    groups |= np.where(positions < (lengths - 1)[:, None], 0x80, 0)
    return bytes(groups[positions < lengths[:, None]].astype(np.uint8))


def _zigzag(value: int) -> int:
    return value << 1 if value >= 0 else (-value << 1) - 1


def _field(number: int, wire: int) -> bytes:
    return varint(number << 3 | wire)


def _text(number: int, body: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(body)) + body


def _value(value: Property) -> bytes:
    if isinstance(value, bool):
        return _field(7, 0) + varint(int(value))
    if isinstance(value, int):
        return _field(5, 0) + varint(value) if value >= 0 else _field(6, 0) + varint(_zigzag(value))
    if isinstance(value, float):
        return _field(3, 1) + struct.pack("<d", value)
    return _text(1, str(value).encode())
