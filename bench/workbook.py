"""A workbook of 200,000 rows as a department saves it: how fast it is read, and how much memory that takes."""

import json
import resource
import statistics
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import xlsxwriter

from bench.loading import ROUTE, accept
from bench.report import Figure, Report, seconds
from bench.server import Server
from toancanh.sdk import Wish, tables

ROWS = 200_000
TITLES = (
    "STT",
    "thing",
    "property",
    "time",
    "value",
    "quality",
    "Đơn vị",
    "Phường",
    "Người nhận",
    "Số tiền",
    "Tỷ lệ",
    "Ghi chú",
)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(report: Report, server: Server, folder: Path, rounds: int) -> None:
    """Measure reading alone, in a process of its own, and the way to the store over HTTP."""
    report.section(f"A workbook of {ROWS:,} rows and {len(TITLES)} columns")
    path = folder / "workbook.xlsx"
    make(path, 0)
    alone = [read_alone(path) for _ in range(rounds)]
    rates = [ROWS / one["seconds"] for one in alone]
    report.add(Figure("reading alone", statistics.median(rates), "rows/s", spread=(min(rates), max(rates))))
    report.add(Figure("memory over idle, reading alone", max(one["megabytes"] for one in alone), "MB", "< 300 MB"))
    server.forget_peak()
    before = server.memory
    body = path.read_bytes()
    took = seconds(lambda: accept(server, body, XLSX, ROWS, f"{ROUTE}?source=bench.workbook"))
    report.add(Figure("from upload to stored", ROWS / took, "rows/s"))
    report.add(Figure("the server's peak over what it held before", server.peak - before, "MB"))


def make(path: Path, first: int) -> None:
    """Write the workbook: a title, the header, dates, figures, figures as text, and long texts."""
    with xlsxwriter.Workbook(path, {"constant_memory": True, "default_date_format": "dd/mm/yyyy hh:mm"}) as book:
        sheet = book.add_worksheet("Tháng 1")
        sheet.write(0, 0, "BÁO CÁO THÁNG")
        sheet.write_row(2, 0, TITLES)
        begin = datetime(2031, 1, 1)
        for number in range(first, first + ROWS):
            row = number - first + 3
            sheet.write_row(row, 0, [row - 2, number % 5000, "report"])
            sheet.write_datetime(row, 3, begin + timedelta(minutes=number))
            sheet.write_row(row, 4, [number % 97 * 1.1, 1, f"Sở số {number % 20}", f"Phường {number % 114}"])
            sheet.write_row(row, 8, [f"Nguyễn Văn {number % 997}", f"{number % 900 + 100}.000,5", 0.5])
            sheet.write(row, 11, f"ghi chú của dòng thứ {number}")


def read_alone(path: Path) -> dict[str, float]:
    """Return the seconds and the megabytes over idle that a process of its own took to read the workbook."""
    done = subprocess.run([sys.executable, "-m", "bench.workbook", str(path)], capture_output=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def main(path: Path) -> None:
    """Read a workbook and write what it took."""
    idle, begin, rows = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter(), 0
    with path.open("rb") as file:
        for table in tables(file, Wish()):
            rows += sum(count for _, count in table.batches(table.names))
    took, peak = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if rows != ROWS:
        raise SystemExit(f"{rows} rows were read")
    print(json.dumps({"seconds": took, "megabytes": (peak - idle) / 1024}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
