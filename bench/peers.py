"""The same records in PostgreSQL, InfluxDB and VictoriaMetrics, as Debian packages them, with durable settings where they have them."""

import http.client
import os
import shutil
import subprocess
import tempfile
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pyarrow as pa

from bench.observations import table
from bench.report import Figure, Report, say, seconds
from bench.server import free_port
from tests.servers import run_postgres

LAST = "last value of 5,000 series"
HOURLY = "hourly average of all series"


def peers(report: Report, rows: int) -> None:
    """Load `rows` records into each peer in batches of 10,000 and ask it the two questions."""
    report.section(f"Peers with {rows:,} of the same records, batches of 10,000")
    _postgres(report, rows)
    for program, package, measure in (
        ("influxd", "influxdb", _influx),
        ("victoria-metrics", "victoria-metrics", _victoria),
    ):
        if shutil.which(program):
            measure(report, rows)
        else:
            say(f"{program} is not here: apt-get install {package}")


def _batches(rows: int) -> Iterator[pa.Table]:
    for start in range(0, rows, 10_000):
        yield table(start, min(10_000, rows - start))


def _postgres(report: Report, rows: int) -> None:
    with (
        run_postgres(durable=True) as server,
        psycopg.connect(server.url().replace("+psycopg", ""), autocommit=True) as connection,
    ):
        connection.execute(
            "CREATE TABLE observation (thing int, property text, time timestamptz, value float8, quality int)"
        )
        connection.execute("CREATE INDEX ON observation (thing, property, time)")
        encoded = [_tsv(batch) for batch in _batches(rows)]

        def load() -> None:
            for batch in encoded:
                with connection.cursor().copy("COPY observation FROM STDIN") as copy:
                    copy.write(batch)

        report.add(Figure("PostgreSQL COPY, btree (thing, property, time)", rows / seconds(load), "records/s"))
        last = "SELECT DISTINCT ON (thing, property) thing, property, value FROM observation ORDER BY thing, property, time DESC"
        hourly = "SELECT date_trunc('hour', time), property, avg(value) FROM observation GROUP BY 1, 2"
        for name, sql in ((LAST, last), (HOURLY, hourly)):
            report.add(
                Figure(f"PostgreSQL {name}", 1000 * seconds(lambda sql=sql: connection.execute(sql).fetchall()), "ms")
            )


def _tsv(batch: pa.Table) -> bytes:
    columns = [batch[name].to_pylist() for name in batch.column_names]
    return "".join(f"{a}\t{b}\t{c.isoformat()}\t{d}\t{e}\n" for a, b, c, d, e in zip(*columns, strict=True)).encode()


def _lines(batch: pa.Table) -> bytes:
    columns = [batch[name].to_pylist() for name in ("thing", "property", "value", "quality")]
    times = batch["time"].cast(pa.int64()).to_pylist()
    return "".join(
        f"observation,thing={a},property={b} value={c},quality={d}i {t}000000\n"
        for (a, b, c, d), t in zip(zip(*columns, strict=True), times, strict=True)
    ).encode()


@contextmanager
def _process(command: list[str], port: int, ready: str, environment: dict[str, str] | None = None) -> Iterator[None]:
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **(environment or {})}
    )
    try:
        for _ in range(600):
            try:
                _http(port, "GET", ready)
                break
            except OSError:
                time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(60)


def _http(port: int, method: str, path: str, body: bytes | None = None) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    try:
        connection.request(method, path, body)
        response = connection.getresponse()
        answer = response.read()
        if response.status >= 400:
            raise OSError(answer[:300])
        return answer
    finally:
        connection.close()


def _influx(report: Report, rows: int) -> None:
    port, rpc = free_port(), free_port()
    with tempfile.TemporaryDirectory() as folder:
        settings = {
            "INFLUXDB_META_DIR": f"{folder}/meta", "INFLUXDB_DATA_DIR": f"{folder}/data", "INFLUXDB_DATA_WAL_DIR": f"{folder}/wal",
            "INFLUXDB_DATA_INDEX_VERSION": "tsi1", "INFLUXDB_HTTP_BIND_ADDRESS": f"127.0.0.1:{port}", "INFLUXDB_BIND_ADDRESS": f"127.0.0.1:{rpc}",
            "INFLUXDB_REPORTING_DISABLED": "true", "INFLUXDB_DATA_MAX_SERIES_PER_DATABASE": "0",
        }  # fmt: skip
        with _process(["influxd", "-config", "/dev/null"], port, "/ping", settings):
            _http(port, "POST", "/query?" + urllib.parse.urlencode({"q": "CREATE DATABASE bench"}))
            encoded = [_lines(batch) for batch in _batches(rows)]
            took = seconds(lambda: [_http(port, "POST", "/write?db=bench", batch) for batch in encoded])
            report.add(Figure("InfluxDB 1 line protocol over HTTP, synced", rows / took, "records/s"))
            for name, query in (
                (LAST, "SELECT last(value) FROM observation GROUP BY thing, property"),
                (
                    HOURLY,
                    "SELECT mean(value) FROM observation WHERE time >= '2026-01-01' AND time < '2026-02-01' GROUP BY property, time(1h) fill(none)",
                ),
            ):
                path = "/query?" + urllib.parse.urlencode({"db": "bench", "q": query})
                report.add(Figure(f"InfluxDB {name}", 1000 * seconds(lambda path=path: _http(port, "GET", path)), "ms"))


def _victoria(report: Report, rows: int) -> None:
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        command = [
            "victoria-metrics",
            f"-storageDataPath={Path(folder) / 'data'}",
            f"-httpListenAddr=127.0.0.1:{port}",
            "-retentionPeriod=10y",
            "-search.disableCache",
        ]
        with _process(command, port, "/health"):
            encoded = [_lines(batch) for batch in _batches(rows)]
            took = seconds(lambda: [_http(port, "POST", "/write", batch) for batch in encoded])
            report.add(Figure("VictoriaMetrics line protocol over HTTP, not synced", rows / took, "records/s"))
            _http(port, "GET", "/internal/force_flush")
            end = 1767225600 + rows * 60 // 1000
            for name, path, query in (
                (LAST, "/api/v1/query", {"query": "last_over_time(observation_value[31d])", "time": end}),
                (
                    HOURLY,
                    "/api/v1/query_range",
                    {
                        "query": "avg(avg_over_time(observation_value[1h])) by (property)",
                        "start": 1767225600,
                        "end": end,
                        "step": "1h",
                    },
                ),
            ):
                full = path + "?" + urllib.parse.urlencode(query)
                report.add(
                    Figure(f"VictoriaMetrics {name}", 1000 * seconds(lambda full=full: _http(port, "GET", full)), "ms")
                )
