"""Reading a folder: which files are new and whole, in their order, and what becomes of each afterwards."""

import asyncio
import hashlib
import logging
import tempfile
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from toancanh.connectors.files.forms import NDJSON, Part, parts, too_large
from toancanh.connectors.files.manifest import Settings
from toancanh.connectors.files.places import BROKEN, DONE, Found, Place, open_place
from toancanh.connectors.files.seen import Seen
from toancanh.domain import InvalidInput, Receipt, Text
from toancanh.sdk import Delivery, Job

_LOG = logging.getLogger("toancanh.files")


async def read(settings: Settings, job: Job) -> AsyncGenerator[Delivery, None]:
    """Yield what the files of a folder hold, file by file, the oldest first. Raises SourceFailed, InvalidInput."""
    async with open_place(settings, job) as place:
        there = await place.files()
        seen = Seen.of(job.cursor)
        seen.keep(there)
        if not job.trial:
            await _put_away(place, seen, there, settings)
        new = [file for file in there if file.size and not seen.knows(file)]
        if not new:
            return
        await asyncio.sleep(settings.quiet)
        still = set(await place.files())
        for file in sorted(new, key=lambda file: (file.changed, file.name)):
            if file in still:
                async for delivery in _Reading(place, file, seen, settings, job).deliveries():
                    yield delivery


async def _put_away(place: Place, seen: Seen, there: list[Found], settings: Settings) -> None:
    """Put away what was read by a process that ended before it could do so."""
    for file in there:
        if seen.knows(file):
            await _finish(place, file, seen.why_broken(file), settings)


async def _finish(place: Place, file: Found, why: Text | None, settings: Settings) -> None:
    """Move a file that is done to where the settings say; beside a broken one a text says why."""
    if why is None and settings.after == "move":
        await place.put_away(file.name, DONE)
    elif why is not None and settings.broken == "move":
        name = await place.put_away(file.name, BROKEN)
        await place.write(f"{name}.txt", f"{why.vi}\n\n{why.en}\n")


@dataclass(slots=True)
class _Reading:
    """One file on its way. `why` is set once part of it could not be read."""

    place: Place
    file: Found
    seen: Seen
    settings: Settings
    job: Job
    why: Text | None = None

    async def deliveries(self) -> AsyncGenerator[Delivery, None]:
        """Yield what is not stored yet; the last delivery says that the file is done."""
        begun = self.seen.stored(self.file)
        number, waiting = 0, None
        with tempfile.TemporaryDirectory(prefix="toancanh-") as folder:
            try:
                found = await self._parts(Path(folder))
                while (part := await asyncio.to_thread(next, found, None)) is not None:
                    number += 1
                    if number <= begun:
                        continue
                    if waiting is not None:
                        yield self._delivery(waiting, number - 1, last=False)
                    waiting = part
            except InvalidInput as error:
                self._note(error)
        yield self._delivery(waiting or Part(b"", rows=0), number, last=True)

    async def _parts(self, folder: Path) -> Iterator[Part]:
        if self.file.size > self.settings.max_megabytes << 20:
            raise too_large(self.file.name, self.file.size, self.settings)
        path = await self.place.fetch(self.file.name, folder)
        return parts(path, self.file.name, self.settings)

    def _delivery(self, part: Part, number: int, *, last: bool) -> Delivery:
        async def settled(_: Receipt) -> None:
            if last:
                await _finish(self.place, self.file, self.why, self.settings)

        def refused(error: InvalidInput) -> Delivery:
            self._note(error)
            return replace(delivery, body=b"", content_type=NDJSON, name=None, rows=0, refused=None)

        delivery = Delivery(
            part.body,
            part.media,
            cursor=self.seen.after(self.file) if last else self.seen.during(self.file, number),
            name=hashlib.blake2b(part.body, digest_size=16).hexdigest() if part.body else None,
            rows=part.rows,
            settled=settled,
            refused=refused,
            notes=part.notes,
        )
        return delivery

    def _note(self, error: InvalidInput) -> None:
        remedy = error.remedy or Text(vi="", en="")
        why = Text(vi=f"{error.message.vi} {remedy.vi}".strip(), en=f"{error.message.en} {remedy.en}".strip())
        if self.why is None:
            self.why = why
            self.seen.note(self.file, why)
        _LOG.warning("%s: the file %s is broken: %s", self.job.source, self.file.name, error)
