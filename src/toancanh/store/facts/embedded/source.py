"""Bytes that the engine reads as a file: an anonymous file in memory, or a file opened by us."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from toancanh.store.facts.values import literal


@contextmanager
def readable(body: bytes | memoryview | Path) -> Iterator[str]:
    """Give the path under which the engine of this process reads `body`, as long as the context lasts.

    A path is opened here too, so that no character of its name means anything to the engine.
    """
    if isinstance(body, Path):
        descriptor = os.open(body, os.O_RDONLY | os.O_CLOEXEC)
    else:
        descriptor = os.memfd_create("toancanh", os.MFD_CLOEXEC)
    try:
        if not isinstance(body, Path):
            left = memoryview(body)
            while left:
                left = left[os.write(descriptor, left) :]
        yield f"/proc/self/fd/{descriptor}"
    finally:
        os.close(descriptor)


def input_sql(sql: str, path: str, format: str, structure: str) -> str:
    """Return `sql` with the file function in the place of every {input}."""
    return sql.replace("{input}", f"file({literal(path)}, {literal(format)}, {literal(structure)})")
