"""Kill the platform again and again while clients send, and count what came of it: `python -m bench.chaos --kills 100`.

Clients send records in four ways and try each delivery again until it gets a receipt. After the last kill every
record that was sent has a receipt; the store must then hold each of them exactly once, and the ledger must add up.
"""

import argparse
import http.client
import json
import os
import random
import signal
import sys
import tempfile
import threading
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from bench.observations import START, encode
from bench.report import percentile, say
from bench.server import Server

WAYS = {
    "ndjson": ("application/x-ndjson", 50, 2000),
    "csv": ("text/csv", 50, 2000),
    "arrow": ("application/vnd.apache.arrow.stream", 500, 20_000),
    "single": ("application/json", 1, 1),
}


@dataclass
class Client(threading.Thread):
    """Sends records of one thing, numbered from 0, until told to stop; knows how many got a receipt."""

    server: Server
    thing: int
    way: str
    stopping: threading.Event
    acknowledged: int = 0
    retries: int = 0
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self._random = random.Random(self.thing)

    def __hash__(self) -> int:
        return self.thing

    def run(self) -> None:
        kind, least, most = WAYS[self.way]
        while not self.stopping.is_set():
            count = self._random.randint(least, most)
            self._deliver(self._body(count), kind, count)
            self.acknowledged += count

    def _body(self, count: int) -> bytes:
        numbers = range(self.acknowledged, self.acknowledged + count)
        records = pa.table(
            {
                "thing": pa.array([self.thing] * count, pa.int64()),
                "property": pa.array(["chaos"] * count),
                "time": pa.array([START + number * 1000 for number in numbers], pa.timestamp("ms", "UTC")),
                "value": pa.array([float(number) for number in numbers]),
                "quality": pa.array([0] * count, pa.int64()),
            }
        )
        return encode(records, "ndjson" if self.way == "single" else self.way)

    def _deliver(self, body: bytes, kind: str, count: int) -> None:
        headers = {"Content-Type": kind, **self.server.headers}
        if self.thing % 2:
            headers["Idempotency-Key"] = str(uuid.UUID(int=self._random.getrandbits(128)))
        while True:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
                connection.request("POST", "/api/v1/datasets/bench.observation/records", body, headers)
                response = connection.getresponse()
                answer = json.loads(response.read())
                connection.close()
            except (OSError, http.client.HTTPException, json.JSONDecodeError):
                self.retries += 1
                time.sleep(0.05)
                continue
            if response.status in (429, 503):
                self.retries += 1
                time.sleep(0.1)
                continue
            if response.status >= 300 or answer["accepted"] + answer["duplicates"] != count:
                self.problems.append(f"{response.status} {answer}")
            return


@dataclass(frozen=True)
class Outcome:
    """What came of it. `lost` and `doubled` are records; `recovery` holds the seconds from each start to healthy."""

    kills: int
    acknowledged: int
    stored: int
    lost: int
    doubled: int
    unbalanced: int
    retries: int
    recovery: list[float]
    problems: list[str]


def chaos(home: Path, kills: int, clients: int = 8, seed: int = 1) -> Outcome:
    """Kill the platform `kills` times under load, and return what came of it."""
    luck = random.Random(seed)
    server = Server(home)
    recovery = [server.start()]
    stopping = threading.Event()
    crew = [Client(server, thing, list(WAYS)[thing % len(WAYS)], stopping) for thing in range(clients)]
    for client in crew:
        client.start()
    for number in range(kills):
        time.sleep(luck.uniform(0.05, 1.5))
        assert server.process
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait()
        recovery.append(server.start(sign_in=False))
        if number % 10 == 9:
            say(f"{number + 1} kills, {sum(client.acknowledged for client in crew):,} records acknowledged")
    stopping.set()
    for client in crew:
        client.join(120)
    outcome = _count(server, crew, kills, recovery)
    server.stop()
    return outcome


def _count(server: Server, crew: list[Client], kills: int, recovery: list[float]) -> Outcome:
    question = {
        "indicators": ["bench.stored", "bench.distinct"],
        "by": ["thing"],
        "where": {"property": "chaos"},
        "time": {"from": "2026-01-01T00:00:00Z", "to": "2027-01-01T00:00:00Z"},
    }
    answer = server.post("/api/v1/query", json.dumps(question).encode(), "application/json")
    names = [column["name"] for column in answer["columns"]]
    rows = {row[names.index("thing")]: dict(zip(names, row, strict=True)) for row in answer["rows"]}
    stored = {int(thing): (int(row["bench.stored"]), int(row["bench.distinct"])) for thing, row in rows.items()}
    ledger = server.get("/api/v1/ledger?dataset=bench.observation")
    return Outcome(
        kills=kills,
        acknowledged=sum(client.acknowledged for client in crew),
        stored=sum(number for number, _ in stored.values()),
        lost=sum(max(0, client.acknowledged - stored.get(client.thing, (0, 0))[1]) for client in crew),
        doubled=sum(number - distinct for number, distinct in stored.values()),
        unbalanced=sum(not line["balanced"] for line in ledger["items"])
        + (sum(line["stored"] for line in ledger["items"]) != sum(number for number, _ in stored.values())),
        retries=sum(client.retries for client in crew),
        recovery=recovery,
        problems=[problem for client in crew for problem in client.problems],
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = chaos(Path(folder) / "city", arguments.kills)
    again = found.recovery[1:]
    print(f"kills                       {found.kills}")
    print(f"records acknowledged        {found.acknowledged:,} ({found.retries} deliveries tried again)")
    print(f"records stored              {found.stored:,}")
    print(f"acknowledged and lost       {found.lost}")
    print(f"doubled                     {found.doubled}")
    print(f"ledger lines that are wrong {found.unbalanced}")
    print(
        f"healthy again after         p50 {percentile(again, 0.5):.2f} s, p95 {percentile(again, 0.95):.2f} s, max {max(again):.2f} s"
    )
    for problem in found.problems[:10]:
        print(problem)
    sys.exit(bool(found.lost or found.doubled or found.unbalanced or found.problems))


if __name__ == "__main__":
    main()
