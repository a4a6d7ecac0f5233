"""Listening to AIS: batches of sentences become tables of records, as the engine takes them."""

import asyncio
import csv
import io
from collections.abc import AsyncGenerator
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from toancanh.connectors.ais.manifest import Settings
from toancanh.connectors.ais.messages import TYPES, Column, Decoded, decode
from toancanh.connectors.ais.sentences import Assembly, Messages
from toancanh.connectors.listening import Lines, gathered
from toancanh.sdk import Cursor, Delivery, Job, lines

_ARROW = "application/vnd.apache.arrow.stream"
_GROUPS = pa.array([3, 4, 5, 6, 7, 8, 9], pa.int64())
"""First digits of types of ships; those below are reserved or wings in ground effect."""
_IDLE = 1.0
_MOST_SHIPS = 100_000
"""Ships whose names and voyages are remembered; the one heard of longest ago gives way."""
REMEMBERED = (
    "imo", "callsign", "shipname", "shiptype", "to_bow", "to_stern", "to_port", "to_starboard", "draught", "destination",
    "eta",
)  # fmt: skip
"""What messages 5, 19 and 24 say of a ship, and the records of its positions then carry too."""


async def read(settings: Settings, job: Job) -> AsyncGenerator[Delivery]:
    """Yield records as they come. The cursor holds sentences that wait for others, and the place in a file."""
    cursor = {"waiting": [], **(job.cursor or {})}
    assembly = Assembly(settings.patience, cursor["waiting"])
    ships = Ships()
    kinds = frozenset(settings.kinds)
    async for batch in gathered(settings, job, Lines, _sentences, idle=min(_IDLE, settings.patience)):
        messages = await asyncio.to_thread(assembly.take, batch)
        messages.wrong += assembly.late(job.now().timestamp())
        after: dict[str, Any] = {"waiting": assembly.waiting(), **(batch.cursor or {})}
        moved = after != cursor
        cursor = after
        known = after if moved else None
        for delivery in await asyncio.to_thread(deliveries, messages, ships, kinds, batch.lost, known, batch.name):
            yield delivery


def deliveries(
    messages: Messages,
    ships: "Ships",
    kinds: frozenset[str],
    lost: int = 0,
    cursor: Cursor = None,
    name: str | None = None,
) -> list[Delivery]:
    """Return the records of messages, and before them the lines of which nothing could be made."""
    decoded = decode(messages.payloads, messages.fill, kinds | {"static", "position"})
    wrong = messages.wrong + [messages.lines[at] for at in decoded.wrong.tolist()]
    table = records(messages, decoded, ships, kinds)
    found: list[Delivery] = []
    if wrong:
        body = lines(wrong)
        found.append(Delivery(body, name=f"{name}/wrong" if name else None))
    if table.num_rows or lost:
        sink = io.BytesIO()
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table.combine_chunks())
        rows = table.num_rows + lost if lost else None
        found.append(Delivery(sink.getvalue(), _ARROW, cursor, name, rows))
    elif cursor is not None:
        found.append(Delivery(b"[]", "application/json", cursor))
    return found


def records(messages: Messages, decoded: Decoded, ships: "Ships", kinds: frozenset[str]) -> pa.Table:
    """Return the records of the kinds wanted, in the order in which their messages came."""
    order = np.argsort(decoded.at, kind="stable")
    table: Any = decoded.table.take(order)
    at = decoded.at[order]
    table = ships.told(table)
    chosen = pc.is_in(table["kind"], pa.array(sorted(kinds))).to_numpy()
    table = table.filter(pa.array(chosen))
    at = at[chosen]
    numbers = table["mmsi"].to_numpy()
    groups: Column = pc.divide(table["shiptype"], 10)
    places = pa.array(at)
    country = _country(numbers)
    home: Column = pc.equal(country, pa.scalar("VN"))
    other = pc.equal(table["kind"], pa.scalar("other"))
    more = {
        "mmsi": pc.utf8_lpad(table["mmsi"].cast(pa.string()), 9, "0"),
        "country": country,
        "vietnamese": pc.fill_null(home, False),
        "timestamp": pa.array(_moments(messages, at, numbers)).cast(pa.timestamp("ms", "UTC")),
        "station": pa.array(messages.stations, pa.string()).take(places),
        "channel": pa.array(messages.channels, pa.string()).take(places),
        "shiptype_group": pc.if_else(pc.is_in(groups, _GROUPS), groups, None).cast(pa.string()),
        "payload": pc.if_else(other, messages.payloads.take(places).cast(pa.string()), None),
    }
    for column, values in more.items():
        index = table.schema.get_field_index(column)
        table = table.append_column(column, values) if index < 0 else table.set_column(index, column, values)
    found: pa.Table = table
    return found


class Ships:
    """What ships last said of themselves, by MMSI."""

    def __init__(self) -> None:
        self._known: dict[int, dict[str, Any]] = {}

    def told(self, table: Any) -> pa.Table:
        """Learn from a table, and fill in its positions and static records what was said before."""
        numbers = table["mmsi"].to_numpy()
        ships = pc.is_in(table["kind"], pa.array(["position", "static"])).to_numpy()
        says = ships & pc.is_in(table["type"], pa.array([5, 19, 24])).to_numpy()
        for row in table.filter(pa.array(says)).select(["mmsi", *REMEMBERED]).to_pylist():
            number = row.pop("mmsi")
            known = self._known.pop(number, {})
            self._known[number] = known | {name: value for name, value in row.items() if value is not None}
            if len(self._known) > _MOST_SHIPS:
                del self._known[next(iter(self._known))]
        different, which = np.unique(np.where(ships, numbers, -1), return_inverse=True)
        memory = [self._known.get(number, {}) for number in different.tolist()]
        places: Column = pa.array(which)
        for name in REMEMBERED:
            said = pa.array([one.get(name) for one in memory], TYPES[name]).take(places)
            index = table.schema.get_field_index(name)
            table = table.set_column(index, name, pc.coalesce(table[name], said))
        told: pa.Table = table
        return told


def _sentences(datagram: bytes) -> list[bytes]:
    cut = Lines()
    return cut.feed(datagram) + cut.rest()


def _moments(messages: Messages, at: NDArray[np.int64], numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return when messages were sent, in milliseconds: as their tag block says, else when they came.

    Messages of one ship that came in the same instant follow each other by a millisecond, in their order.
    """
    times = np.round(messages.times[at] * 1000).astype(np.int64)
    came = ~messages.told[at]
    order = np.lexsort((np.arange(len(at)), times, numbers))
    same = np.zeros(len(at), bool)
    same[1:] = (np.diff(times[order]) == 0) & (np.diff(numbers[order]) == 0)
    count = np.arange(len(at))
    first = np.maximum.accumulate(np.where(same, 0, count))
    rank = np.zeros(len(at), np.int64)
    rank[order] = count - first
    moments: NDArray[np.int64] = np.where(came, times + rank, times)
    return moments


def _country(numbers: NDArray[np.int64]) -> Column:
    """Return the country of each MMSI by its maritime identification digits; null where they are nobody's."""
    millions = numbers // 1_000_000
    digits = np.select(
        [
            (millions >= 200) & (millions < 800),
            (numbers >= 2_000_000) & (numbers < 8_000_000),
            (numbers >= 20_000_000) & (numbers < 80_000_000),
            millions == 111,
            np.isin(millions // 10, (98, 99)),
        ],
        [millions, numbers // 10_000, numbers // 100_000, numbers // 1000 % 1000, numbers // 10_000 % 1000],
        0,
    )
    return _countries().take(pa.array(digits))


@cache
def _countries() -> Column:
    text = files("toancanh.connectors.ais").joinpath("countries.csv").read_text(encoding="ascii")
    found: list[str | None] = [None] * 1000
    for row in csv.DictReader(text.splitlines()):
        found[int(row["mid"])] = row["country"]
    return pa.array(found, pa.string())
