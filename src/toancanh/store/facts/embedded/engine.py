"""The one engine that a process may hold, and the lock that keeps other processes out of its folder.

chDB takes one folder per process and one process per folder; opening and closing it leaks threads. So it is started
once, lazily, from a thread of its own, and kept until its last user lets go.
"""

import contextlib
import faulthandler
import fcntl
import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from toancanh.domain import StoreLocked, Text, Unavailable

_MIB = 1 << 20


class Engine:
    """The running engine on `folder`. `connect` gives a further handle; every thread needs one of its own."""

    def __init__(self, folder: Path, options: dict[str, int | str]) -> None:
        self.folder = folder
        self.users = 0
        self._address = f"{folder}?{urlencode(options, safe='/')}"
        self._lock: int | None = None
        self._keeper: Any = None
        self._chdb: Any = None

    def start(self) -> None:
        """Take the folder and start the engine."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = _take(self.folder)
        except OSError as error:
            raise _cannot_start(self.folder, error) from error
        try:
            starter = _Starter(self._address)
            starter.start()
            starter.join()
            if starter.error is not None:
                raise _cannot_start(self.folder, starter.error) from starter.error
        except BaseException:
            self._release()
            raise
        self._chdb, self._keeper = starter.chdb, starter.handle

    def connect(self) -> Any:
        """Return a new handle for the calling thread."""
        return self._chdb.connect(self._address)

    @contextlib.contextmanager
    def handle(self) -> Iterator[Any]:
        """Give a handle for a moment."""
        found = self.connect()
        try:
            yield found
        finally:
            found.close()

    def stop(self) -> None:
        """Let the engine and the folder go; every other handle must be closed already."""
        keeper, self._keeper = self._keeper, None
        if keeper is not None:
            keeper.close()
        self._release()

    def _release(self) -> None:
        lock, self._lock = self._lock, None
        if lock is not None:
            os.close(lock)


class _Starter(threading.Thread):
    """Imports chDB and opens the first handle in a thread of its own, because importing blocks SIGPIPE in its thread."""

    def __init__(self, address: str) -> None:
        super().__init__(name="facts-start")
        self.address = address
        self.chdb: Any = None
        self.handle: Any = None
        self.error: Exception | None = None

    def run(self) -> None:
        dumps = faulthandler.is_enabled()
        try:
            self.chdb = import_module("chdb")
            core: Any = import_module("chdb._chdb")
            core.set_signal_handlers_enabled(0)
            core.reset_signal_handlers()
            self.handle = self.chdb.connect(self.address)
        except Exception as error:
            self.error = error
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGPIPE})
        if dumps and sys.__stderr__ is not None:
            faulthandler.disable()
            faulthandler.enable(file=sys.__stderr__)


_guard = threading.Lock()
_running: Engine | None = None


def acquire(folder: Path, *, memory: int) -> Engine:
    """Return the engine on `folder`, started when needed. Raises StoreLocked when it, or this process, is taken."""
    global _running  # noqa: PLW0603 - chDB allows one folder per process, and this is that one
    folder = folder.absolute()
    with _guard:
        if _running is not None and _running.folder != folder:
            if _running.users:
                raise _other_folder(_running.folder, folder)
            _running.stop()
            _running = None
        if _running is None:
            engine = Engine(folder, _options(memory))
            engine.start()
            _running = engine
        _running.users += 1
        return _running


def release(engine: Engine, *, keep: bool = False) -> None:
    """Give `engine` back; the last user stops it unless it is to be kept for the next one."""
    global _running  # noqa: PLW0603
    with _guard:
        engine.users -= 1
        if engine.users == 0 and not keep:
            engine.stop()
            if _running is engine:
                _running = None


def stop_kept() -> None:
    """Stop an engine that was kept for the next user, when it has none."""
    global _running  # noqa: PLW0603
    with _guard:
        if _running is not None and _running.users == 0:
            _running.stop()
            _running = None


def _options(memory: int) -> dict[str, int | str]:
    cache = min(256 * _MIB, memory // 16)
    return {
        "max_server_memory_usage": memory,
        "mark_cache_size": cache,
        "primary_index_cache_size": cache,
        "index_mark_cache_size": cache // 4,
        "vector_similarity_index_cache_size": 0,
        "text_index_tokens_cache_size": cache // 4,
        "text_index_header_cache_size": cache // 4,
        "text_index_postings_cache_size": cache // 4,
        "parquet_metadata_cache_size": cache // 16,
        "query_condition_cache_size": cache // 4,
        "backups.allowed_path": "/",
    }


def _take(folder: Path) -> int:
    lock = os.open(folder.with_name(folder.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        owner = _owner(os.pread(lock, 4096, 0))
        os.close(lock)
        raise _locked(folder, owner) from error
    os.ftruncate(lock, 0)
    os.pwrite(lock, json.dumps({"pid": os.getpid(), "command": " ".join(sys.argv[:3])}).encode() + b"\n", 0)
    return lock


def _owner(text: bytes) -> int:
    with contextlib.suppress(ValueError, KeyError, TypeError):
        return int(json.loads(text)["pid"])
    return 0


def _locked(folder: Path, pid: int) -> StoreLocked:
    return StoreLocked(
        Text(
            vi=f"Kho dữ kiện {folder} đang do tiến trình {pid} sử dụng.",
            en=f"The facts store {folder} is in use by process {pid}.",
        ),
        Text(
            vi=f"Dừng tiến trình đó (kill {pid}), gọi nó qua HTTP, hoặc dùng thư mục khác bằng TOANCANH_HOME.",
            en=f"Stop that process (kill {pid}), talk to it over HTTP, or take another folder with TOANCANH_HOME.",
        ),
        pid=pid,
        folder=str(folder),
    )


def _other_folder(current: Path, wanted: Path) -> StoreLocked:
    return StoreLocked(
        Text(
            vi=f"Tiến trình này đang mở kho dữ kiện {current} nên không mở được {wanted}.",
            en=f"This process holds the facts store {current} and cannot open {wanted} too.",
        ),
        Text(
            vi="Đóng kho đang mở trước, hoặc dùng một tiến trình khác.",
            en="Close the open store first, or use another process.",
        ),
        pid=os.getpid(),
        folder=str(current),
    )


def _cannot_start(folder: Path, error: Exception) -> Unavailable:
    return Unavailable(
        Text(
            vi=f"Không khởi động được kho dữ kiện {folder}: {error}",
            en=f"The facts store {folder} does not start: {error}",
        ),
        Text(
            vi="Kiểm tra quyền ghi và dung lượng của thư mục, rồi chạy `toancanh doctor`.",
            en="Check that the folder can be written to and has room, then run `toancanh doctor`.",
        ),
        folder=str(folder),
    )
