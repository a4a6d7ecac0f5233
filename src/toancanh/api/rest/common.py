"""What many calls share: pages, texts, lists of choices on the address."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypeVar

import msgspec
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from toancanh.api.request import Parameters
from toancanh.domain import InvalidInput, Text

T = TypeVar("T")


class Shape(BaseModel):
    """A JSON object that the API gives or takes."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


def _split(value: object) -> object:
    parts = value if isinstance(value, list) else [value]
    return [piece for part in parts for piece in (part.split(",") if isinstance(part, str) else [part]) if piece != ""]


Choices = Annotated[list[str], BeforeValidator(_split), Field(max_length=100)]
"""Several values in one parameter, separated by commas or given several times."""


class Paged(Parameters):
    """Parameters of a list."""

    limit: int = Field(100, ge=1, le=1000, description="How many items at most.")
    cursor: str | None = Field(None, max_length=2000, description="Where the page begins: `next` of the page before.")


Next = Annotated[str | None, Field(description="Cursor of the next page; null on the last one.")]


def write_cursor(position: Any) -> str:
    """Return `position` (JSON values) as an opaque text."""
    return base64.urlsafe_b64encode(msgspec.json.encode(position)).rstrip(b"=").decode()


def read_cursor(cursor: str) -> Any:
    """Return the position that `write_cursor` wrote; raise InvalidInput for anything else."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        return msgspec.json.decode(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error) as error:
        raise bad_cursor() from error


def bad_cursor() -> InvalidInput:
    """Return the problem of a cursor that this platform did not write."""
    return InvalidInput(
        Text(vi="Con trỏ trang không hợp lệ.", en="The cursor is not valid."),
        Text(vi="Hãy dùng “next” của trang trước.", en="Use 'next' of the page before."),
    )


def page_of(items: Sequence[T], asked: Paged) -> tuple[Sequence[T], str | None]:
    """Return one page of a list that is at hand, and the cursor of the next."""
    start = read_cursor(asked.cursor) if asked.cursor else 0
    if not isinstance(start, int) or isinstance(start, bool) or start < 0:
        raise bad_cursor()
    end = start + asked.limit
    return items[start:end], write_cursor(end) if end < len(items) else None


def accepted(accept: str | None, known: Mapping[str, T], usual: T) -> T:
    """Return what stands for the first known media type in the order of preference; `usual` where none fits (RFC 9110, 12.5.1)."""
    wanted = []
    for position, part in enumerate((accept or "").split(",")):
        media, *parameters = [piece.strip().lower() for piece in part.split(";")]
        weights = [_weight(parameter[2:]) for parameter in parameters if parameter.startswith("q=")]
        wanted.append((-(weights[0] if weights else 1.0), position, media))
    return next((known[media] for weight, _, media in sorted(wanted) if weight and media in known), usual)


def _weight(text: str) -> float:
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.0
