"""NMEA 0183: lines to messages. Checksums are verified, tag blocks read, and sentences of one message put together."""

import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from toancanh.connectors.ais.messages import Column
from toancanh.connectors.listening import Batch

_SENTENCE = (
    r"^(?P<tag>\\[^\\]*\\)?!(?P<head>[A-Z0-9]{2}VD[MO]),(?P<count>[1-9]),(?P<number>[1-9]),(?P<group>[0-9]?),"
    r"(?P<channel>[^,]*),(?P<payload>[0-W`-w]*),(?P<fill>[0-5])\*(?P<sum>[0-9A-Fa-f]{2})$"
)
_TIME = re.compile(rb"(?:^|,)c:(\d{9,14})(?:,|$)")
_STATION = re.compile(rb"(?:^|,)s:([^,]{1,40})(?:,|$)")
_MILLISECONDS = 100_000_000_000
"""A `c:` beyond this is in milliseconds; some stations send them so."""
MOST = 512
"""Messages of which parts may be missing at once; the oldest gives way."""


@dataclass(slots=True)
class Messages:
    """Payloads that are whole: six-bit text, bits to leave out at its end, Unix seconds, station, channel.

    `told` is whether the time stood in a tag block. `wrong` are the lines of which nothing can be made.
    """

    payloads: Column
    fill: NDArray[np.int64]
    times: NDArray[np.float64]
    told: NDArray[np.bool_]
    stations: list[str]
    channels: list[str]
    lines: list[bytes]
    wrong: list[bytes] = field(default_factory=list)


@dataclass(slots=True)
class _Part:
    line: bytes
    payload: bytes
    fill: int
    at: float
    told: bool
    station: str
    channel: str


@dataclass(slots=True)
class _Open:
    """A message of which parts are missing."""

    since: float
    parts: dict[int, _Part]


class Assembly:
    """Puts sentences of one message together; those that wait for others go into the cursor as they came."""

    def __init__(self, patience: float, waiting: list[list[Any]] | None = None) -> None:
        self._patience = patience
        self._open: dict[tuple[str, str, int, str], _Open] = {}
        for line, sender, at in waiting or []:
            self.take(Batch([line.encode("latin-1")], [float(at)], [sender]))

    def waiting(self) -> list[list[Any]]:
        """Return [line, sender, when it came] of all that wait, as JSON can hold it."""
        return [
            [part.line.decode("latin-1"), key[0], opened.since]
            for key, opened in self._open.items()
            for part in opened.parts.values()
        ]

    def take(self, batch: Batch) -> Messages:
        """Return the messages of a batch that are whole now, and the lines of which none will become one."""
        lines = [line.strip() for line in batch.frames]
        good, found = _sound(lines)
        single = (found["count"] == 1) if len(good) else np.zeros(0, bool)
        at = np.array(batch.at, np.float64)[good]
        tags = found["tag"].to_pylist()
        read = [_tag(tag) for tag in tags]
        spoilt = np.array([one is None for one in read], bool)
        times = np.array([one[0] if one and one[0] is not None else came for one, came in zip(read, at, strict=True)])
        told = np.array([one is not None and one[0] is not None for one in read], bool)
        stations = [
            one[1] if one and one[1] else batch.senders[index] for one, index in zip(read, good.tolist(), strict=True)
        ]
        channels = found["channel"].to_pylist()
        alone = np.flatnonzero(single & ~spoilt & (found["lengths"] > 0))
        bad = np.ones(len(lines), bool)
        bad[good[~spoilt]] = False
        bad[good[found["lengths"] == 0]] = True
        wrong = [lines[index] for index in np.flatnonzero(bad).tolist()]
        whole: list[list[_Part]] = []
        for index in np.flatnonzero(~single & ~spoilt & (found["lengths"] > 0)).tolist():
            part = _Part(
                lines[good[index]],
                found["payload"][index].as_py(),
                int(found["fill"][index]),
                float(times[index]),
                bool(told[index]),
                stations[index],
                channels[index].decode("latin-1"),
            )
            key = batch.senders[good[index]], found["group"][index].as_py().decode(), int(found["count"][index])
            whole += self._join((*key, part.channel), int(found["number"][index]), part, float(at[index]), wrong)
        first = [parts[0] for parts in whole]
        payloads = found["payload"].take(pa.array(alone))
        joined = pa.array([b"".join(part.payload for part in parts) for parts in whole], pa.binary())
        return Messages(
            pa.concat_arrays([payloads, joined]),
            np.concatenate([found["fill"][alone], np.array([parts[-1].fill for parts in whole], np.int64)]),
            np.concatenate([times[alone], np.array([part.at for part in first], np.float64)]),
            np.concatenate([told[alone], np.array([part.told for part in first], bool)]),
            [stations[index] for index in alone.tolist()] + [part.station for part in first],
            [channels[index].decode("latin-1") for index in alone.tolist()] + [part.channel for part in first],
            [lines[index] for index in good[alone].tolist()] + [b" ".join(p.line for p in parts) for parts in whole],
            wrong,
        )

    def late(self, now: float) -> list[bytes]:
        """Return the lines whose other parts did not come in time, and forget them."""
        found: list[bytes] = []
        for key in [key for key, opened in self._open.items() if now - opened.since > self._patience]:
            found += self._give_up(key)
        return found

    def _join(
        self, key: tuple[str, str, int, str], number: int, part: _Part, at: float, wrong: list[bytes]
    ) -> list[list[_Part]]:
        opened = self._open.get(key)
        if opened is not None and (number in opened.parts or at - opened.since > self._patience):
            wrong += self._give_up(key)
            opened = None
        if number > key[2]:
            wrong.append(part.line)
            return []
        if opened is None:
            if len(self._open) >= MOST:
                wrong += self._give_up(next(iter(self._open)))
            opened = self._open[key] = _Open(at, {})
        opened.parts[number] = part
        if len(opened.parts) < key[2]:
            return []
        del self._open[key]
        return [[opened.parts[number] for number in sorted(opened.parts)]]

    def _give_up(self, key: tuple[str, str, int, str]) -> list[bytes]:
        return [part.line for part in self._open.pop(key).parts.values()]


def _sound(lines: list[bytes]) -> tuple[NDArray[np.int64], dict[str, Any]]:
    """Return (which lines are AIS sentences with a right checksum, their parts as columns)."""
    matched: Column = pc.extract_regex(pa.array(lines, pa.binary()), _SENTENCE)
    at = np.flatnonzero(matched.is_valid().to_numpy(zero_copy_only=False))
    parts: Column = matched.take(pa.array(at))
    right = _right(parts, [lines[index] for index in at.tolist()])
    parts = parts.filter(pa.array(right))
    found: dict[str, Any] = {name: parts.field(name) for name in ("tag", "group", "channel", "payload")}
    for name in ("count", "number", "fill"):
        found[name] = pc.cast(pc.cast(parts.field(name), pa.string()), pa.int64()).to_numpy(zero_copy_only=False)
    found["lengths"] = pc.binary_length(found["payload"]).to_numpy(zero_copy_only=False)
    return at[right], found


def _right(parts: Column, lines: list[bytes]) -> NDArray[np.bool_]:
    """Return whose checksum is the XOR of what stands between `!` and `*`."""
    if not lines:
        return np.zeros(0, bool)
    text = np.frombuffer(b"".join(lines), np.uint8)
    ends = np.cumsum([len(line) for line in lines])
    tags = pc.fill_null(pc.binary_length(parts.field("tag")), 0).to_numpy(zero_copy_only=False)
    starts = np.concatenate([[0], ends[:-1]]) + tags + 1
    between = np.stack([starts, ends - 3], axis=1).ravel()
    sums = np.bitwise_xor.reduceat(text, between)[::2]
    said = _HEX[text[ends - 2]] * 16 + _HEX[text[ends - 1]]
    right: NDArray[np.bool_] = sums == said
    return right


def _tag(tag: bytes | None) -> tuple[float | None, str] | None:
    """Return (time, station) of a tag block, None where its checksum is wrong."""
    if not tag:
        return None, ""
    body, star, said = tag[1:-1].rpartition(b"*")
    if not star or not re.fullmatch(rb"[0-9A-Fa-f]{2}", said) or _xor(body) != int(said, 16):
        return None
    time, station = _TIME.search(body), _STATION.search(body)
    seconds = int(time[1]) if time else None
    if seconds is not None and seconds > _MILLISECONDS:
        return seconds / 1000, station[1].decode("latin-1") if station else ""
    return seconds, station[1].decode("latin-1") if station else ""


def _xor(text: bytes) -> int:
    found = 0
    for one in text:
        found ^= one
    return found


_HEX = np.zeros(256, np.uint8)
for _digit in range(16):
    _HEX[ord(f"{_digit:x}")] = _HEX[ord(f"{_digit:X}")] = _digit
