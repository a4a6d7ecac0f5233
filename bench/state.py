"""Ticket-sized transactions on the state store with eight callers, each durable before its caller goes on."""

import asyncio
import json
import statistics
import time
from pathlib import Path

from sqlalchemy import JSON, Column, Connection, Index, Integer, MetaData, String, Table, Text, insert

from bench.report import Figure, Report, percentile
from toancanh.settings import Settings
from toancanh.store import open_state

META = MetaData()
TICKET = Table(
    "bench_ticket", META,
    Column("id", Integer, primary_key=True), Column("code", String(40)), Column("status", String(20)), Column("unit", String(40)),
    Column("text", Text), Column("details", JSON), Index("bench_code", "code", unique=True), Index("bench_status", "status"), Index("bench_unit", "unit"),
)  # fmt: skip
TRAIL = Table(
    "bench_trail", META,
    Column("id", Integer, primary_key=True), Column("ticket", String(40)), Column("action", String(20)), Column("details", JSON), Index("bench_ticket_of", "ticket"),
)  # fmt: skip


def state(report: Report, folder: Path, callers: int = 8, each: int = 400) -> None:
    """Write tickets with their audit row from `callers` callers at once."""
    report.section(f"State: a ticket and its trail in one transaction, {callers} callers")
    rates, latencies = asyncio.run(_measure(folder, callers, each))
    report.add(
        Figure("transactions, on disk", statistics.median(rates), "tx/s", "≥ 1,000/s", spread=(min(rates), max(rates)))
    )
    report.add(Figure("  latency p95", percentile(latencies, 0.95) * 1000, "ms", "< 20 ms"))


async def _measure(folder: Path, callers: int, each: int) -> tuple[list[float], list[float]]:
    store = open_state(Settings(home=folder))
    await store.open()
    await store.write(META.create_all)
    rates, latencies = [], []
    for round_ in range(5):

        async def caller(number: int, round_: int = round_) -> None:
            for turn in range(each):
                begin = time.perf_counter()
                await store.write(_ticket(f"{round_}-{number}-{turn}"))
                latencies.append(time.perf_counter() - begin)

        begin = time.perf_counter()
        await asyncio.gather(*(caller(number) for number in range(callers)))
        rates.append(callers * each / (time.perf_counter() - begin))
    await store.close()
    return rates, latencies


def _ticket(code: str):  # type: ignore[no-untyped-def]
    details = {"channel": "app", "category": "đèn đường", "lon": 106.68, "lat": 20.85, "photos": ["a" * 64, "b" * 64]}

    def work(connection: Connection) -> None:
        text = "Đèn đường trước số nhà 12 không sáng từ ba ngày nay, đề nghị kiểm tra và sửa chữa. " * 3
        connection.execute(insert(TICKET).values(code=code, status="new", unit="HP.X11311", text=text, details=details))
        connection.execute(insert(TRAIL).values(ticket=code, action="created", details=json.loads(json.dumps(details))))

    return work
