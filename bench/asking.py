"""Questions over HTTP against the same SQL asked of the engine directly; the map's tiles; points and their communes."""

import asyncio
import io
import json
import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa

from bench.client import hammer, request
from bench.direct import Direct
from bench.observations import START
from bench.report import Figure, Report, percentile, seconds
from bench.server import Server
from toancanh.geography import Geography
from toancanh.store import LONG, scratch

QUESTIONS = {
    "newest value of every series": ({"indicators": ["bench.last"], "by": ["thing", "property"]}, 30),
    "hourly average of all series": ({"indicators": ["bench.mean"], "by": ["property"], "grain": "hour"}, 60),
    "one series by the hour": (
        {"indicators": ["bench.mean"], "where": {"thing": 7, "property": "p7"}, "grain": "hour"},
        None,
    ),
    "average by property": ({"indicators": ["bench.mean"], "by": ["property"]}, None),
}


def questions(report: Report, server: Server, direct: Direct, total: int, rounds: int) -> None:
    """Ask each question over HTTP and, as the SQL that its answer names, of the engine by itself, in turn."""
    report.section(f"Questions to {total:,} records over HTTP, against the same SQL in the engine")
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    period = {"from": "2026-01-01T00:00:00Z", "to": (hour + timedelta(hours=1)).isoformat()}
    for name, (question, goal) in QUESTIONS.items():
        body = json.dumps({**question, "time": period}).encode()
        sql = server.post("/api/v1/query", body, "application/json")["provenance"]["sql"]
        raw = [request("POST", "/api/v1/query", body, {"Content-Type": "application/json", **server.headers})]

        def ours(raw: list[bytes] = raw) -> float:
            return statistics.median(asyncio.run(hammer(server.port, [raw * 5]))[1]) * 1000

        def theirs(sql: str = sql) -> float:
            return statistics.median(direct.call("ask", sql, "JSONCompact", 5)) * 1000

        ours()
        theirs()
        mine, engine, _ = _paired(ours, theirs, rounds)
        extra = statistics.median(mine) - 1.15 * statistics.median(engine)
        report.add(
            Figure(
                name, statistics.median(mine), "ms", f"≤ 1.15 × + 5 ms{f', < {goal} ms' if goal else ''}",
                statistics.median(mine) / statistics.median(engine), f"the engine ({statistics.median(engine):.1f} ms; {extra:+.1f} ms)", (min(mine), max(mine)),
            )
        )  # fmt: skip


def _paired(
    one: Callable[[], float], other: Callable[[], float], rounds: int
) -> tuple[list[float], list[float], float]:
    pairs = [(one(), other()) for _ in range(rounds)]
    return [a for a, _ in pairs], [b for _, b in pairs], statistics.median(a / b for a, b in pairs)


def tiles(report: Report, server: Server, points: int) -> None:
    """Load points, most of them in one city, and ask for tiles around it at each zoom, after a commit and then again."""
    report.section(f"Tiles of {points:,} points")
    dice = np.random.default_rng(3)
    city = dice.random(points) < 0.7
    lon = np.where(city, dice.normal(106.68, 0.06, points), dice.uniform(105.9, 107.2, points))
    lat = np.where(city, dice.normal(20.85, 0.05, points), dice.uniform(20.5, 21.2, points))
    records = pa.table(
        {
            "id": pa.array(np.arange(points)),
            "time": pa.array(START + np.arange(points), pa.timestamp("ms", "UTC")),
            "lon": pa.array(np.round(lon, 6)),
            "lat": pa.array(np.round(lat, 6)),
            "value": pa.array(np.round(dice.random(points) * 100, 1)),
        }
    )
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, records.schema) as writer:
        writer.write_table(records)
    body = sink.getvalue()
    took = seconds(
        lambda: server.post("/api/v1/datasets/bench.place/records", body, "application/vnd.apache.arrow.stream")
    )
    report.add(Figure("load points, each resolved to its commune", points / took, "records/s"))
    first = _ask_tile(server, 6, *_tiles_around(106.68, 20.85, 6)[0])[0]
    report.add(Figure("first tile, z6", first, "ms", "p95 < 150 ms"))
    for zoom in range(6, 15, 2):
        uncached, cached = [], []
        for number, (x, y) in enumerate(_tiles_around(106.68, 20.85, zoom)):
            _commit_point(server, points + 100 * zoom + number)
            latencies = _ask_tile(server, zoom, x, y)
            uncached.append(latencies[0])
            cached += latencies[1:]
        goal, spread = "p50 < 60 ms, p95 < 150 ms", (min(uncached), percentile(uncached, 0.95))
        name = f"tile z{zoom}, after a commit"
        report.add(Figure(name, statistics.median(uncached), "ms", goal, spread=spread))
        report.add(Figure(f"tile z{zoom}, cached", statistics.median(cached), "ms", "< 5 ms"))


def _ask_tile(server: Server, zoom: int, x: int, y: int) -> list[float]:
    """Ask for a tile four times; return how many ms each took."""
    raw = request("GET", f"/tiles/bench.places/{zoom}/{x}/{y}.mvt", headers=server.headers)
    return [latency * 1000 for latency in asyncio.run(hammer(server.port, [[raw] * 4]))[1]]


def _commit_point(server: Server, id_: int) -> None:
    """Store one more point, and wait until the map has to show it."""
    point = {"id": id_, "time": "2026-01-01T00:00:00Z", "lon": 106.68, "lat": 20.85, "value": 1}
    server.post("/api/v1/datasets/bench.place/records", json.dumps([point]).encode(), "application/json")
    time.sleep(1)


def _tiles_around(lon: float, lat: float, zoom: int) -> list[tuple[int, int]]:
    """Return nine tiles around a place; at zoom 6, where it is all on one, that one nine times."""
    side = 2**zoom
    x = int((lon + 180) / 360 * side)
    y = int((1 - np.arcsinh(np.tan(np.radians(lat))) / np.pi) / 2 * side)
    if zoom == 6:
        return [(x, y)] * 9
    return [(x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]


async def _bulk_places(points: int = 2_000_000) -> float:
    facts, geography = scratch(), Geography()
    await facts.open()
    try:
        await geography.start(facts)
        spread = "105.5 + number * 7919 % 150000 / 1e5 AS lon, 20 + number * 104729 % 150000 / 1e5 AS lat"
        sql = f"SELECT countIf(notEmpty({geography.point_sql('lon', 'lat')})) FROM (SELECT {spread} FROM numbers({points}))"
        await facts.query(sql, limits=LONG)
        return points / statistics.median([(await facts.query(sql, limits=LONG)).seconds for _ in range(3)])
    finally:
        await facts.close()


def places(report: Report, server: Server) -> None:
    """Ask for the communes of many points in the engine, and of single points over HTTP."""
    report.section("Point to commune")
    report.add(Figure("in bulk, in the engine", asyncio.run(_bulk_places()), "points/s", "≥ 1,000,000/s"))
    dice = random.Random(5)
    raw = [
        request(
            "GET",
            f"/api/v1/areas?level=commune&lon={dice.uniform(105, 107):.5f}&lat={dice.uniform(20.3, 21.5):.5f}",
            headers=server.headers,
        )
        for _ in range(200)
    ]
    latencies = asyncio.run(hammer(server.port, [raw]))[1]
    report.add(
        Figure(
            "one point over HTTP",
            statistics.median(latencies) * 1000,
            "ms",
            "< 3 ms",
            spread=(min(latencies) * 1000, percentile(latencies, 0.95) * 1000),
        )
    )
