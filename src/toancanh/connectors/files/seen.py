"""Which files were read: the cursor of a folder."""

import base64
import hashlib
from dataclasses import dataclass, field
from typing import Any

from toancanh.connectors.files.places import Found
from toancanh.domain import Text
from toancanh.sdk import Cursor

MOST = 2_000
"""Files of a folder that are kept in mind one by one; of more, the oldest are known by their age."""


def mark(file: Found) -> str:
    """Return what stands for a file as it is: another size or time makes it another one."""
    said = f"{file.name}\0{file.size}\0{file.changed:.3f}".encode()
    return base64.urlsafe_b64encode(hashlib.blake2b(said, digest_size=9).digest()).decode()


@dataclass(slots=True)
class Seen:
    """The files that were read, by their mark: [time of change], and for a broken one why, in both languages.

    Files up to `since` (time and name) that are not among them were read earlier. `under_way` is [mark, pieces stored].
    """

    files: dict[str, list[Any]] = field(default_factory=dict)
    since: list[Any] | None = None
    under_way: list[Any] | None = None

    @classmethod
    def of(cls, cursor: Cursor) -> "Seen":
        """Return what a cursor says."""
        said = cursor or {}
        return cls(dict(said.get("files", {})), said.get("since"), said.get("under_way"))

    def keep(self, there: list[Found]) -> None:
        """Forget the files that are gone."""
        marks = {mark(file) for file in there}
        self.files = {key: value for key, value in self.files.items() if key in marks}

    def knows(self, file: Found) -> bool:
        """Return whether a file was read."""
        return mark(file) in self.files or (
            self.since is not None and [round(file.changed, 3), file.name] <= self.since
        )

    def stored(self, file: Found) -> int:
        """Return how many pieces of a file are stored already."""
        return int(self.under_way[1]) if self.under_way and self.under_way[0] == mark(file) else 0

    def during(self, file: Found, pieces: int) -> Cursor:
        """Return the cursor when some pieces of a file are stored."""
        return self._cursor([mark(file), pieces])

    def note(self, file: Found, why: Text) -> None:
        """Note that a file is broken. Cursors that were given out already say so, too: they share what is said of a file."""
        self.files.setdefault(mark(file), [round(file.changed, 3), file.name]).extend([why.vi, why.en])

    def after(self, file: Found) -> Cursor:
        """Note that a file is done, and return the cursor then."""
        self.files.setdefault(mark(file), [round(file.changed, 3), file.name])
        self.under_way = None
        while len(self.files) > MOST:
            oldest = min(self.files, key=lambda key: self.files[key][:2])
            self.since = max(self.since or [0, ""], self.files.pop(oldest)[:2])
        return self._cursor(None)

    def why_broken(self, file: Found) -> Text | None:
        """Return why a file that was read is broken; None where it is not."""
        said = self.files.get(mark(file), [])
        return Text(vi=said[2], en=said[3]) if len(said) == 4 else None

    def _cursor(self, under_way: list[Any] | None) -> Cursor:
        done = {key: value for key, value in self.files.items() if under_way is None or key != under_way[0]}
        told = {"files": done, "since": self.since, "under_way": under_way}
        return {name: value for name, value in told.items() if value}
