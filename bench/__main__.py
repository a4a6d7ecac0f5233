"""`python -m bench`: measure everything in one run. `--quick` uses fewer records and rounds; `--only` names sections."""

import argparse
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

from bench.asking import places, questions, tiles
from bench.direct import Direct
from bench.loading import DATASET, bulk, fill, single
from bench.peers import peers
from bench.report import Figure, Report, say
from bench.screens import screens
from bench.server import CITY, Server
from bench.state import state
from bench.workbook import workbook
from toancanh.catalog import load_catalog

SECTIONS = ("load", "workbook", "single", "query", "screens", "tiles", "places", "state", "peers")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer records and rounds")
    parser.add_argument("--only", nargs="*", choices=SECTIONS, default=SECTIONS)
    parser.add_argument("--folder", type=Path, help="where the stores are made; a temporary folder by default")
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="toancanh-bench-", dir=arguments.folder))
    total, rounds = (8_000_000, 3) if arguments.quick else (20_000_000, 5)
    report = Report()
    try:
        with ExitStack() as ending:
            measure(report, folder, frozenset(arguments.only), total, rounds, ending)
    finally:
        report.write(Path("build/bench.json"))
        say("written to build/bench.json")
        shutil.rmtree(folder, ignore_errors=True)


def measure(report: Report, folder: Path, only: frozenset[str], total: int, rounds: int, ending: ExitStack) -> None:
    """Run the sections of `only` in their order, in one run; what is started is stopped by `ending` at the latest."""
    server = Server(folder / "city")
    ending.callback(server.stop)
    report.section("Start")
    report.add(Figure("first start to ready", server.start(), "s"))
    server.stop()
    report.add(Figure("start to ready", server.start(), "s", "< 4 s"))
    report.add(Figure("memory, idle", server.memory, "MB", "< 600 MB"))
    catalog = load_catalog(CITY)
    direct = Direct(folder / "engine", {DATASET: catalog.datasets[DATASET]})
    ending.callback(direct.close)
    position = bulk(report, server, direct, rounds) if "load" in only else 0
    if "workbook" in only:
        workbook(report, server, folder, rounds)
    if only & {"query", "screens"}:
        fill(report, server, position, total)
    if "query" in only:
        direct.fill(DATASET, total)
        questions(report, server, direct, total, rounds)
    if "screens" in only:
        screens(report, server, total, rounds)
    if "single" in only:
        nothing = Server(folder / "nothing", ("bench.nothing",))
        ending.callback(nothing.stop)
        nothing.start()
        single(report, server, nothing, rounds)
        nothing.stop()
    if "tiles" in only:
        tiles(report, server, total // 20)
    if "places" in only:
        places(report, server)
    report.add(Figure("memory at the end", server.memory, "MB"))
    server.stop()
    direct.close()
    if "state" in only:
        state(report, folder / "state")
    if "peers" in only:
        peers(report, total // 10)


if __name__ == "__main__":
    main()
