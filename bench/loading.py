"""Bulk loading over HTTP, validated, deduplicated and durable, against the engine's own synced commits of the same bytes."""

import asyncio
import json
import statistics

from bench.client import hammer, request
from bench.direct import COMMIT, Direct
from bench.observations import FORMATS, START, encode, table
from bench.report import Figure, Report, paired, percentile, say, seconds
from bench.server import Server
from toancanh.store import table_name

DATASET = "bench.observation"
ROUTE = f"/api/v1/datasets/{DATASET}/records"
COLUMNS = "thing, property, time, value, quality"
FLOOR = {"ndjson": 100_000, "csv": 100_000, "arrow": 400_000, "parquet": 400_000}
ROWS = {"ndjson": 300_000, "csv": 300_000, "arrow": 600_000, "parquet": 600_000}


def bulk(report: Report, server: Server, direct: Direct, rounds: int) -> int:
    """Measure each format in turn; return the number of the next record not yet used."""
    report.section("Bulk loading over HTTP, against the engine's own 10,000-row synced commits of the same bytes")
    name = table_name(DATASET)
    position = 0
    for form, (kind, engine_form) in FORMATS.items():
        count = ROWS[form]
        loads, commits = [], []
        for number in range(rounds):
            records = table(position + number * count, count)
            loads.append(encode(records, form))
            commits.append([encode(records.slice(start, COMMIT), form) for start in range(0, count, COMMIT)])
        position += rounds * count
        ours, theirs, ratio = paired(
            lambda loads=loads, kind=kind, count=count: (
                count / seconds(lambda: accept(server, loads.pop(), kind, count))
            ),
            lambda commits=commits, engine_form=engine_form, count=count: (
                count / direct.call("commit", name, COLUMNS, engine_form, commits.pop())
            ),
            rounds,
        )
        goal = f"≥ 0.85 ×, ≥ {FLOOR[form]:,}/s"
        report.add(
            Figure(
                f"load {form}, one body of {count:,}",
                statistics.median(ours),
                "records/s",
                goal,
                ratio,
                "engine's commits",
                (min(ours), max(ours)),
            )
        )
        report.add(Figure(f"  the engine by itself, {form}", statistics.median(theirs), "records/s"))
    return position


def accept(server: Server, body: bytes, kind: str, count: int, route: str = ROUTE) -> None:
    """Send a body; raise OSError unless all `count` records of it are stored."""
    answer = server.post(route, body, kind)
    if answer["accepted"] != count:
        raise OSError(f"{count} records were sent: {json.dumps(answer)[:300]}")


def fill(report: Report, server: Server, position: int, total: int) -> None:
    """Load up to `total` records, and say how fast and with how much memory."""
    report.section(f"Filling up to {total:,} records")
    before, step = position, 1_000_000
    spent = 0.0
    while position < total:
        count = min(step, total - position)
        body = encode(table(position, count), "arrow")
        spent += seconds(lambda body=body, count=count: accept(server, body, FORMATS["arrow"][0], count))
        position += count
        if position % 5_000_000 < step:
            say(f"  {position:,} records")
    report.add(Figure("load arrow in bodies of 1,000,000", (position - before) / spent, "records/s", "≥ 400,000/s"))
    report.add(Figure(f"memory after {total:,} records", server.memory, "MB", "< 1,500 MB"))


def single(report: Report, server: Server, nothing: Server, rounds: int, clients: int = 64, each: int = 60) -> None:
    """Measure durable single records from many clients against the same route with no store (`nothing`)."""
    report.section(f"Single records from {clients} clients, each with its receipt")
    counter = iter(range(10**9))

    def requests(asked: Server) -> list[list[bytes]]:
        return [
            [
                request("POST", ROUTE, _one(next(counter)), {"Content-Type": "application/json", **asked.headers})
                for _ in range(each)
            ]
            for _ in range(clients)
        ]

    latencies: list[float] = []

    def durable() -> float:
        took, found = asyncio.run(hammer(server.port, requests(server)))
        latencies.extend(found)
        return clients * each / took

    def empty() -> float:
        took, _ = asyncio.run(hammer(nothing.port, requests(nothing)))
        return clients * each / took

    durable()
    empty()
    latencies.clear()
    ours, theirs, ratio = paired(durable, empty, rounds)
    report.add(
        Figure(
            "durable single records",
            statistics.median(ours),
            "requests/s",
            "≥ 0.6 ×",
            ratio,
            "the route with no store",
            (min(ours), max(ours)),
        )
    )
    report.add(Figure("  the same route with no store", statistics.median(theirs), "requests/s"))
    report.add(Figure("  latency p50", percentile(latencies, 0.5) * 1000, "ms"))
    report.add(Figure("  latency p95", percentile(latencies, 0.95) * 1000, "ms", "< 150 ms"))


def _one(number: int) -> bytes:
    moment = START / 1000 - 1 - number
    return f'{{"thing":1,"property":"single","time":{moment:.0f},"value":{number % 100}}}'.encode()
