"""One tree of errors. Each has a stable code, both languages and a remedy; the API alone knows HTTP statuses."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from toancanh.domain.text import Text


class ToanCanhError(Exception):
    """Something went wrong in a way that its reader can act on.

    `code` is stable and documented in docs/reference/errors.md; `message` and `remedy` are shown to people;
    `details` holds JSON values that machines may read.
    """

    code: ClassVar[str] = "internal"

    def __init__(self, message: Text, remedy: Text | None = None, **details: Any) -> None:
        super().__init__(f"{message.en} {remedy.en}" if remedy else message.en)
        self.message = message
        self.remedy = remedy
        self.details = details


class InvalidInput(ToanCanhError):
    """The sender can mend it: a malformed body, a wrong value, an unknown column."""

    code = "invalid_input"


class UnknownName(InvalidInput):
    """A name that is declared nowhere; `details["nearest"]` suggests one."""

    code = "unknown_name"


class UnsafeExpression(InvalidInput):
    """An expression that the guard does not let through."""

    code = "unsafe_expression"


class InvalidPack(InvalidInput):
    """A pack whose declarations do not pass; `details["issues"]` lists them."""

    code = "invalid_pack"


class UnsupportedFormat(InvalidInput):
    """A content type, encoding or answer format that is not offered."""

    code = "unsupported_format"


class TooLarge(InvalidInput):
    """A body or an answer past the limit in force."""

    code = "too_large"


class NotFound(ToanCanhError):
    """What was asked for does not exist, or the viewer may not know that it does."""

    code = "not_found"


class NotAuthenticated(ToanCanhError):
    """No valid session or key came with the request."""

    code = "not_authenticated"


class NotAllowed(ToanCanhError):
    """The viewer is known, and has no grant for this."""

    code = "not_allowed"


class Conflict(ToanCanhError):
    """It clashes with what is there: a key used again for another body, a name taken."""

    code = "conflict"


class Overloaded(ToanCanhError):
    """More than can be taken now; `details["retry_after"]` is in seconds. Nothing of the request was kept."""

    code = "overloaded"


class Unavailable(ToanCanhError):
    """A store or server that is needed does not answer, or has no room left."""

    code = "unavailable"


class QueryTooHeavy(ToanCanhError):
    """The engine stopped a query at its limit of time or memory."""

    code = "query_too_heavy"


class SourceFailed(Unavailable):
    """A system that records come from does not answer, or not as agreed; `details["kind"]` says which.

    `unreachable`, `refused` or `malformed`; `details["retry_after"]`, where the other side said it, is in seconds.
    """

    code = "source_failed"


class CorruptData(Unavailable):
    """Stored data are damaged; what was lost is named in `details`."""

    code = "corrupt_data"


class StoreLocked(Unavailable):
    """Another process owns the store's folder."""

    code = "store_locked"


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing wrong with a declaration: where, what, and what to do. `line` counts from 1; 0 means the whole file."""

    file: str
    line: int
    problem: Text
    remedy: Text
    code: str = "invalid"
    severity: str = field(default="error")
