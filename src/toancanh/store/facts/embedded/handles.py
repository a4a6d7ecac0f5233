"""Handles of the running engine: one a thread, each set up the same way, all closed together."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from toancanh.store.facts.embedded.engine import Engine
from toancanh.store.facts.faults import fault, not_open
from toancanh.store.facts.values import identifier, literal

ENGINE_ERRORS = (RuntimeError, UnicodeDecodeError)
"""What chDB raises for an error of the engine; the second where the engine quotes bytes that are no text."""


class Handles:
    """Gives each thread its own handle on one database. A new handle starts from the engine's defaults: SET runs on each."""

    def __init__(self, engine: Engine, database: str, settings: Mapping[str, str | int | float]) -> None:
        self._engine = engine
        self._database = database
        self._set = "SET " + ", ".join(f"{name} = {literal(value)}" for name, value in settings.items())
        self._local = threading.local()
        self._lock = threading.Lock()
        self._quiet = threading.Condition(self._lock)
        self._busy = 0
        self._all: list[Any] = []
        self._closed = False

    @contextmanager
    def use(self, *, stored: bool = True) -> Iterator[Any]:
        """Give the calling thread's handle for one statement, and turn the engine's errors into ours.

        After an error the handle is thrown away: chDB would put what the failed statement had written already in front
        of the next answer on the same handle. `stored` says whether the statement reads stored tables.
        """
        with self._lock:
            if self._closed:
                raise not_open()
            self._busy += 1
        try:
            yield self._mine()
        except ENGINE_ERRORS as error:
            handle = getattr(self._local, "handle", None)
            self._local.handle = None
            self.drop(handle)
            raise fault(error, stored=stored) from error
        finally:
            with self._lock:
                self._busy -= 1
                self._quiet.notify_all()

    def new(self) -> Any:
        """Return a further handle, to be given back with `drop`."""
        handle = self._engine.connect()
        try:
            handle.query(self._set)
            handle.query(f"USE {identifier(self._database)}")
        except RuntimeError:
            handle.close()
            raise
        with self._lock:
            if not self._closed:
                self._all.append(handle)
                return handle
        handle.close()
        raise not_open()

    def drop(self, handle: Any) -> None:
        """Close one handle that `new` gave."""
        with self._lock:
            if handle in self._all:
                self._all.remove(handle)
                handle.close()

    def close(self) -> None:
        """Close every handle once the last statement has ended; closing under a running one would end the process."""
        with self._lock:
            self._closed = True
            self._quiet.wait_for(lambda: self._busy == 0)
            handles, self._all = self._all, []
        for handle in handles:
            handle.close()

    def _mine(self) -> Any:
        handle = getattr(self._local, "handle", None)
        if handle is None:
            handle = self._local.handle = self.new()
        return handle
