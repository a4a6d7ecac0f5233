"""Choosing the facts store by its URL; nothing else in the code knows which one it is."""

import atexit
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path
from uuid import uuid4

from toancanh.domain import InvalidInput, Text
from toancanh.settings import Settings
from toancanh.store.facts.driver import Options
from toancanh.store.facts.embedded import EmbeddedDriver, stop_kept
from toancanh.store.facts.protocol import Facts
from toancanh.store.facts.threads import ThreadedFacts


def open_facts(settings: Settings) -> Facts:
    """Return the facts store that the settings name, not yet opened: `await facts.open()` starts it.

    `chdb:` keeps it in data/facts of the home; `chdb::memory:` is a scratch store that vanishes when closed;
    `clickhouse://user:password@host:port/database?cluster=NAME` is one server, or a cluster of them.
    """
    options = Options(
        memory=settings.facts_memory,
        seconds=settings.query_seconds,
        free_disk=settings.free_disk,
        fsync=settings.fsync,
    )
    if settings.facts == "chdb:":
        data = settings.home / "data"
        return ThreadedFacts(EmbeddedDriver(data / "facts", options), options, data / "journal")
    if settings.facts == "chdb::memory:":
        return scratch(options)
    if settings.facts.startswith("clickhouse:"):
        from toancanh.store.facts.cluster import ClusterDriver, read_address  # noqa: PLC0415 - its client is heavy

        return ThreadedFacts(ClusterDriver(read_address(settings.facts), options), options)
    raise InvalidInput(
        Text(
            vi=f"TOANCANH_FACTS không hợp lệ: {settings.facts}.",
            en=f"TOANCANH_FACTS is not valid: {settings.facts}.",
        ),
        Text(
            vi="Dùng chdb: (một thư mục của thành phố) hoặc clickhouse://người_dùng:mật_khẩu@máy:8123/cơ_sở_dữ_liệu.",
            en="Use chdb: (a folder of the city's home) or clickhouse://user:password@host:8123/database.",
        ),
    )


def scratch(options: Options | None = None) -> ThreadedFacts:
    """Return a facts store that vanishes when it is closed, for `toancanh check` and for tests.

    All scratch stores of a process share one engine in a temporary folder, each with a database of its own; as many
    as wanted may be open at once. A process that has a real store open cannot have one.
    """
    chosen = options or Options(fsync=False, free_disk=64 << 20, memory=2 << 30)
    name = f"scratch_{uuid4().hex[:12]}"
    driver = EmbeddedDriver(scratch_folder(), chosen, database=name, temporary=True)
    return ThreadedFacts(driver, chosen, scratch_folder().parent / "journal" / name)


@cache
def scratch_folder() -> Path:
    """Return the folder of the engine that all scratch stores of this process share."""
    folder = Path(tempfile.mkdtemp(prefix=f"toancanh-{os.getpid()}-"))
    atexit.register(_clear, folder)
    return folder / "facts"


def _clear(folder: Path) -> None:
    stop_kept()
    shutil.rmtree(folder, ignore_errors=True)
