"""Handles of the running engine: one a thread, each set up the same way, all closed together."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from toancanh.store.facts.embedded.engine import Engine
from toancanh.store.facts.faults import fault, not_open
from toancanh.store.facts.values import identifier, literal


class Handles:
    """Gives each thread its own handle on one database. A new handle starts from the engine's defaults: SET runs on each."""

    def __init__(self, engine: Engine, database: str, settings: Mapping[str, str | int | float]) -> None:
        self._engine = engine
        self._database = database
        self._set = "SET " + ", ".join(f"{name} = {literal(value)}" for name, value in settings.items())
        self._local = threading.local()
        self._lock = threading.Lock()
        self._all: list[Any] = []
        self._closed = False

    def mine(self) -> Any:
        """Return the calling thread's handle."""
        handle = getattr(self._local, "handle", None)
        if handle is None:
            handle = self._local.handle = self.new()
        return handle

    @contextmanager
    def use(self, *, stored: bool = True) -> Iterator[Any]:
        """Give the calling thread's handle for one statement, and turn the engine's errors into ours.

        After an error the handle is thrown away: chDB would put what the failed statement had written already in front
        of the next answer on the same handle. `stored` says whether the statement reads stored tables.
        """
        handle = self.mine()
        try:
            yield handle
        except RuntimeError as error:
            self._local.handle = None
            self.drop(handle)
            raise fault(error, stored=stored) from error

    def new(self) -> Any:
        """Return a further handle, to be given back with `drop`."""
        with self._lock:
            if self._closed:
                raise not_open()
            handle = self._engine.connect()
            handle.query(self._set)
            handle.query(f"USE {identifier(self._database)}")
            self._all.append(handle)
            return handle

    def drop(self, handle: Any) -> None:
        """Close one handle that `new` gave."""
        with self._lock:
            if handle in self._all:
                self._all.remove(handle)
                handle.close()

    def close(self) -> None:
        """Close every handle; nothing may be running on them."""
        with self._lock:
            self._closed = True
            handles, self._all = self._all, []
        for handle in handles:
            handle.close()
