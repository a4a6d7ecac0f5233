"""What a connector is: settings that people fill in, and one function that reads deliveries from the other side."""

import pkgutil
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from toancanh.domain import InvalidInput, Receipt, Text

Cursor = dict[str, Any] | None
"""Where to go on: JSON values that only the connector understands. None at the very first time."""
Secret = SecretStr
"""A setting that is sealed at rest and never shown again: a password, a key, a token, a private certificate."""


class ConnectorSettings(BaseModel):
    """Settings of a connector. Each is `Annotated` with `setting(...)`, so that the source desk can ask for it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def among(cls, given: Mapping[str, Any]) -> Self:
        """Return these settings among those `given` to a Suggester. Raises InvalidInput naming what has to be filled in."""
        try:
            return cls.model_validate({name: value for name, value in given.items() if name in cls.model_fields})
        except ValidationError as error:
            where = ".".join(map(str, error.errors()[0]["loc"])) or next(iter(cls.model_fields))
            raise InvalidInput(
                Text(vi=f"Hãy điền thiết lập “{where}” trước.", en=f"Fill in the setting '{where}' first."),
                kind="settings",
                setting=where,
            ) from error


def setting(title: Text, about: Text, *, rare: bool = False, suggested: bool = False, **limits: Any) -> Any:
    """Say what a setting is, in both languages: `limit: Annotated[int, setting(Text(…), Text(…), ge=1)] = 500`.

    `rare` settings are asked for under "Nâng cao"; `suggested` ones have values that the other side can list
    (`Connector.suggest`). `limits` are those of `pydantic.Field`: ge, le, min_length, pattern, examples…
    """
    said: dict[str, Any] = {"vi": {"title": title.vi, "description": about.vi}}
    said |= {name: True for name, holds in (("rare", rare), ("suggested", suggested)) if holds}
    return Field(title=title.en, description=about.en, json_schema_extra=said, **limits)


@dataclass(frozen=True, slots=True)
class Span:
    """A range of time, [start, end), that somebody wants to have again."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """Records as they came, in one of the formats of the front door.

    `cursor` is where to go on once these records are stored; None leaves the cursor where it is. `name` is the same
    whenever this very content comes again (a file's digest, a page's address), so that it is stored once; leave it out
    where the records have a key. `rows` is how many records the sender says there are. `settled` is called with the
    receipt, after the cursor moved: the moment to acknowledge at the other side. Where the front door can read
    nothing of the body, `refused` gives the delivery to take in its place, so that the source goes on; without it the
    source stops there.
    `notes` say what of the other side's is no record, and why; they go to the receipt.
    """

    body: bytes
    content_type: str = "application/x-ndjson"
    cursor: Cursor = None
    name: str | None = None
    rows: int | None = None
    settled: Callable[[Receipt], Awaitable[None]] | None = None
    refused: "Callable[[InvalidInput], Delivery] | None" = None
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Job:
    """One reading. A `trial` only looks: it changes nothing at the other side, and acknowledges nothing.

    `folder` is the city's own folder, to which paths in settings are relative; `zone` is the city's time zone, for
    times that come without one; `span` is set for a back-fill, and then the cursor neither counts nor moves.
    """

    source: str
    folder: Path
    cursor: Cursor = None
    span: Span | None = None
    trial: bool = False
    every: timedelta | None = None
    zone: str = "Asia/Ho_Chi_Minh"

    def now(self) -> datetime:
        """Return the present moment, in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Knock:
    """A request that somebody sent to the address of a source. Names of headers are in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    at: datetime


class Reader(Protocol):
    """Reads from the other side: yields deliveries in order, and ends when there is nothing more for now.

    A connector that `listens` never ends by itself. Raises SourceFailed (see `unreachable`, `refused`, `malformed`).
    """

    def __call__(self, settings: Any, job: Job, /) -> AsyncGenerator[Delivery, None]:
        """Begin to read."""
        ...


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that a setting may take, as the other side lists it: a table, a column, a data set, a topic."""

    value: str
    note: str = ""


class Suggester(Protocol):
    """Asks the other side what a setting may be. `given` holds the settings that are filled in so far, unchecked."""

    async def __call__(self, given: Mapping[str, Any], job: Job, setting: str, /) -> list[Choice]:
        """List choices; raise SourceFailed."""
        ...


class Answerer(Protocol):
    """Turns a request into a delivery; raises NotAuthenticated, NotAllowed or InvalidInput for one that is not right.

    It is called in a thread, so that a large body holds nobody else up.
    """

    def __call__(self, settings: Any, knock: Knock, /) -> Delivery:
        """Check the request and take its records out."""
        ...


@dataclass(frozen=True, slots=True)
class Connector:
    """A protocol that the platform speaks. It enters through the entry point group `toancanh.connectors`.

    `read`, `answer` and `suggest` name functions as `package.module:function`, so that libraries of a protocol are loaded only
    where a source needs them. `listens`: stays connected instead of being asked each so often. `spans`: can be asked
    for a range of time again. `fields`: raw fields that are known before anything was read.
    """

    name: str
    title: Text
    about: Text
    settings: type[ConnectorSettings]
    read: str | None = None
    answer: str | None = None
    suggest: str | None = None
    listens: bool = False
    spans: bool = False
    fields: tuple[str, ...] = ()

    def reader(self) -> Reader:
        """Return the function that reads."""
        found: Reader = pkgutil.resolve_name(self.read or "")
        return found

    def answerer(self) -> Answerer:
        """Return the function that takes requests."""
        found: Answerer = pkgutil.resolve_name(self.answer or "")
        return found

    def suggester(self) -> Suggester:
        """Return the function that lists what a setting may be."""
        found: Suggester = pkgutil.resolve_name(self.suggest or "")
        return found

    def secrets(self) -> tuple[str, ...]:
        """Return the names of the settings that are secret."""
        return tuple(name for name, field in self.settings.model_fields.items() if "SecretStr" in str(field.annotation))
