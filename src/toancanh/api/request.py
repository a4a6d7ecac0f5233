"""What a handler gets: who asks, for what, and the body as it comes in."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import parse_qsl

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.types import Receive, Scope

from toancanh.api.problems import MalformedRequest, invalid
from toancanh.api.services import Services
from toancanh.domain import InvalidInput, Text, TooLarge, UnsupportedFormat, Viewer

P = TypeVar("P")
B = TypeVar("B")

SMALL_BODY = 1 << 20
"""Largest body of a call whose body is one JSON document, in bytes."""
_QUERY_STRING = Text(vi="Tham số trên địa chỉ", en="Query string")
_BODY = Text(vi="Nội dung JSON", en="JSON body")


class Disconnected(Exception):
    """The other side went away before its request was complete."""


class Parameters(BaseModel):
    """Parameters of a call, declared beside its route; unknown ones are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


@dataclass(slots=True)
class Call(Generic[P, B]):
    """One request on its way through a handler."""

    services: Services
    scope: Scope
    receive: Receive
    headers: Mapping[bytes, bytes]
    viewer: Viewer
    token: str | None
    path: Mapping[str, str]
    params: P
    body: B

    def header(self, name: str) -> str | None:
        """Return a header's value; names are lower-case."""
        value = self.headers.get(name.encode())
        return None if value is None else value.decode("latin-1")

    async def content(self, most: int | None = None) -> bytes | AsyncIterator[bytes]:
        """Return the body: bytes where it came in one piece, else its pieces as they arrive.

        Raises TooLarge past `most` bytes and past the settings' `max_body`, Disconnected when the sender goes away.
        """
        limit = min(self.services.settings.max_body, most or self.services.settings.max_body)
        _check_length(self.headers, limit)
        first, more = await _piece(self.receive)
        if not more:
            if len(first) > limit:
                raise _too_large(limit)
            return first
        return _pieces(self.receive, first, limit)


def headers_of(scope: Scope) -> dict[bytes, bytes]:
    """Return the headers; where one comes twice, its values joined by a comma (RFC 9110, 5.3)."""
    found: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        found[name] = found[name] + b", " + value if name in found else value
    return found


def parse_parameters(model: type[BaseModel], query_string: bytes) -> BaseModel:
    """Return the query string as an instance of `model`; raise InvalidInput or MalformedRequest."""
    given: dict[str, Any] = {}
    if query_string:
        try:
            pairs = parse_qsl(query_string.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=200)
        except ValueError as error:
            raise MalformedRequest(
                Text(vi="Địa chỉ chứa ký tự không phải UTF-8.", en="The address is not UTF-8."),
                Text(vi="Hãy mã hóa tham số theo RFC 3986.", en="Encode parameters as RFC 3986 says."),
            ) from error
        for name, value in pairs:
            if "\0" in name or "\0" in value:
                raise MalformedRequest(Text(vi="Địa chỉ chứa ký tự NUL.", en="The address holds a NUL character."))
            if name in given:
                before = given[name]
                given[name] = [*before, value] if isinstance(before, list) else [before, value]
            else:
                given[name] = value
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise invalid(error, _QUERY_STRING) from error


async def parse_body(model: type[BaseModel], headers: Mapping[bytes, bytes], receive: Receive) -> BaseModel:
    """Return the JSON body as an instance of `model`; raise UnsupportedFormat, TooLarge, InvalidInput."""
    media = headers.get(b"content-type", b"").split(b";", 1)[0].strip().lower()
    if media != b"application/json" and not media.endswith(b"+json"):
        raise UnsupportedFormat(
            Text(
                vi=f"Nội dung kiểu “{media.decode('latin-1')}” không được nhận ở đây.",
                en=f"A body of type '{media.decode('latin-1')}' is not taken here.",
            ),
            Text(vi="Hãy gửi Content-Type: application/json.", en="Send Content-Type: application/json."),
            accepted=["application/json"],
        )
    if headers.get(b"content-encoding", b"identity").strip().lower() != b"identity":
        raise UnsupportedFormat(
            Text(vi="Nội dung ở đây không được nén.", en="A body here is not compressed."),
            Text(vi="Hãy bỏ Content-Encoding.", en="Leave out Content-Encoding."),
        )
    _check_length(headers, SMALL_BODY)
    content = bytearray()
    more = True
    while more:
        piece, more = await _piece(receive)
        content += piece
        if len(content) > SMALL_BODY:
            raise _too_large(SMALL_BODY)
    try:
        return model.model_validate_json(bytes(content))
    except ValidationError as error:
        raise invalid(error, _BODY) from error


def _check_length(headers: Mapping[bytes, bytes], limit: int) -> None:
    length = headers.get(b"content-length", b"0")
    if not length.isdigit():
        raise InvalidInput(Text(vi="Content-Length không phải là số.", en="Content-Length is not a number."))
    if int(length[:20]) > limit:
        raise _too_large(limit)


async def _piece(receive: Receive) -> tuple[bytes, bool]:
    message = await receive()
    if message["type"] == "http.disconnect":
        raise Disconnected
    return message.get("body", b""), message.get("more_body", False)


async def _pieces(receive: Receive, first: bytes, limit: int) -> AsyncIterator[bytes]:
    size, piece, more = 0, first, True
    while True:
        size += len(piece)
        if size > limit:
            raise _too_large(limit)
        if piece:
            yield piece
        if not more:
            return
        piece, more = await _piece(receive)


def _too_large(limit: int) -> TooLarge:
    return TooLarge(
        Text(vi=f"Nội dung vượt quá {limit} byte.", en=f"The body is larger than {limit} bytes."),
        Text(vi="Hãy chia thành nhiều phần nhỏ hơn.", en="Send it in smaller parts."),
        limit=limit,
    )
