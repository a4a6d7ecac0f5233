"""The one table from error to HTTP status, and RFC 9457 problem details."""

from dataclasses import dataclass
from typing import Any

import msgspec
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from toancanh.domain import (
    Conflict,
    CorruptData,
    InvalidInput,
    InvalidPack,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    Overloaded,
    QueryTooHeavy,
    SourceFailed,
    StoreLocked,
    Text,
    ToanCanhError,
    TooLarge,
    Unavailable,
    UnknownName,
    UnsafeExpression,
    UnsupportedFormat,
)

MEDIA_TYPE = "application/problem+json"


class MalformedRequest(InvalidInput):
    """What came is not the syntax that it says it is: broken JSON, broken UTF-8, a broken request line."""

    code = "malformed"


class MethodNotAllowed(ToanCanhError):
    """The address exists, and does not take this method; `details["allowed"]` lists those that it takes."""

    code = "method_not_allowed"


class CrossOrigin(NotAllowed):
    """A page of another site tried to act with the session of this one."""

    code = "cross_origin"


class SessionEnded(NotAuthenticated):
    """The session of a browser is over: nothing is answered in its name until somebody signs in again or signs out."""

    code = "session_ended"


class HeadersTooLarge(ToanCanhError):
    """The head of the request is past its limit."""

    code = "headers_too_large"


@dataclass(frozen=True, slots=True)
class Answered:
    """How an error is answered: its status, its title, and whether the browser is told how to sign in."""

    status: int
    title: Text


TABLE: dict[type[ToanCanhError], Answered] = {
    ToanCanhError: Answered(500, Text(vi="Lỗi bên trong hệ thống", en="Internal error")),
    InvalidInput: Answered(422, Text(vi="Nội dung gửi không hợp lệ", en="Invalid input")),
    MalformedRequest: Answered(400, Text(vi="Yêu cầu sai cú pháp", en="Malformed request")),
    UnknownName: Answered(422, Text(vi="Tên chưa được khai báo", en="Unknown name")),
    UnsafeExpression: Answered(422, Text(vi="Biểu thức không được phép", en="Expression not allowed")),
    InvalidPack: Answered(422, Text(vi="Gói không hợp lệ", en="Invalid pack")),
    UnsupportedFormat: Answered(415, Text(vi="Định dạng không được hỗ trợ", en="Unsupported format")),
    TooLarge: Answered(413, Text(vi="Quá lớn", en="Too large")),
    NotFound: Answered(404, Text(vi="Không tìm thấy", en="Not found")),
    MethodNotAllowed: Answered(405, Text(vi="Phương thức không được hỗ trợ", en="Method not allowed")),
    HeadersTooLarge: Answered(431, Text(vi="Phần đầu của yêu cầu quá lớn", en="Request head too large")),
    NotAuthenticated: Answered(401, Text(vi="Chưa đăng nhập", en="Not signed in")),
    SessionEnded: Answered(401, Text(vi="Phiên đã kết thúc", en="The session is over")),
    NotAllowed: Answered(403, Text(vi="Không có quyền", en="Not allowed")),
    CrossOrigin: Answered(403, Text(vi="Yêu cầu đến từ trang khác", en="Request from another site")),
    Conflict: Answered(409, Text(vi="Xung đột với dữ liệu đã có", en="Conflict")),
    Overloaded: Answered(429, Text(vi="Hệ thống đang quá tải", en="Overloaded")),
    QueryTooHeavy: Answered(422, Text(vi="Câu hỏi quá nặng", en="Query too heavy")),
    Unavailable: Answered(503, Text(vi="Tạm thời không phục vụ được", en="Unavailable")),
    SourceFailed: Answered(
        502, Text(vi="Hệ thống nguồn không trả lời đúng", en="The source does not answer as agreed")
    ),
    CorruptData: Answered(503, Text(vi="Dữ liệu lưu trữ bị hỏng", en="Stored data are damaged")),
    StoreLocked: Answered(503, Text(vi="Kho dữ liệu đang bị tiến trình khác giữ", en="Store is locked")),
}
"""An error that is not listed is answered as the nearest class above it."""

_RETRY = {Overloaded: 1, Unavailable: 5}


def answered(error: type[ToanCanhError]) -> Answered:
    """Return how errors of this class are answered."""
    return next(TABLE[base] for base in error.__mro__ if base in TABLE)


def problem(error: ToanCanhError) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """Return (status, headers, body) of the problem details of `error`."""
    how = answered(type(error))
    headers = [(b"content-type", MEDIA_TYPE.encode()), (b"cache-control", b"no-store")]
    if isinstance(error, NotAuthenticated):
        headers.append((b"www-authenticate", b'Bearer realm="toancanh"'))
    if isinstance(error, MethodNotAllowed):
        headers.append((b"allow", ", ".join(error.details.get("allowed", ())).encode()))
    for kind, seconds in _RETRY.items():
        if isinstance(error, kind):
            headers.append((b"retry-after", str(int(error.details.get("retry_after", seconds)) or 1).encode()))
    document: dict[str, Any] = {
        "type": f"/docs#error-{error.code}",
        "title": how.title.vi,
        "status": how.status,
        "detail": error.message.vi,
        "code": error.code,
        "title_en": how.title.en,
        "detail_en": error.message.en,
        "remedy": {"vi": error.remedy.vi, "en": error.remedy.en} if error.remedy else None,
    }
    extra = {name: value for name, value in error.details.items() if name not in document}
    body = msgspec.json.encode(document | extra, enc_hook=_plain)
    headers.append((b"content-length", str(len(body)).encode()))
    return how.status, headers, body


def _plain(value: object) -> object:
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else str(value)


def internal(reference: str) -> ToanCanhError:
    """Return what a stranger is told of an error that nobody foresaw; `reference` finds it in the log."""
    return ToanCanhError(
        Text(
            vi=f"Đã xảy ra lỗi ngoài dự kiến (mã tra cứu {reference}).",
            en=f"Something unforeseen went wrong (reference {reference}).",
        ),
        Text(vi="Hãy gửi mã tra cứu cho người quản trị.", en="Give the reference to the administrator."),
        reference=reference,
    )


def invalid(error: ValidationError, what: Text) -> InvalidInput:
    """Return the problem of values that do not fit their declaration; `what` names the part of the request."""
    found = error.errors(include_url=False, include_context=True, include_input=False)
    if found and found[0]["type"] == "json_invalid":
        return MalformedRequest(
            Text(
                vi=f"{what.vi} không phải JSON hợp lệ: {found[0]['msg']}.",
                en=f"{what.en} is not valid JSON: {found[0]['msg']}.",
            ),
            Text(vi="Hãy gửi JSON (RFC 8259) mã hóa UTF-8.", en="Send JSON (RFC 8259) in UTF-8."),
        )
    errors = [{"where": where(detail), "problem": _say(detail).model_dump()} for detail in found[:20]]
    first = found[0]
    return InvalidInput(
        Text(
            vi=f"{what.vi}: “{where(first)}” không hợp lệ. {_say(first).vi}",
            en=f"{what.en}: '{where(first)}' is not valid. {_say(first).en}",
        ),
        Text(
            vi="Hãy sửa các giá trị nêu trong “errors”; tài liệu ở /docs.",
            en="Mend the values named in 'errors'; the reference is at /docs.",
        ),
        errors=errors,
    )


def where(detail: ErrorDetails) -> str:
    """Return the place of a wrong value, as `time.from`."""
    return ".".join(str(part) for part in detail["loc"]) or "."


_WORDS = {
    "missing": ("Thiếu giá trị bắt buộc.", "A required value is missing."),
    "extra_forbidden": ("Không có trường hoặc tham số này.", "There is no such field or parameter."),
    "int_parsing": ("Phải là số nguyên.", "It must be a whole number."),
    "int_type": ("Phải là số nguyên.", "It must be a whole number."),
    "int_from_float": ("Phải là số nguyên.", "It must be a whole number."),
    "float_parsing": ("Phải là số.", "It must be a number."),
    "float_type": ("Phải là số.", "It must be a number."),
    "finite_number": ("Phải là số hữu hạn.", "It must be a finite number."),
    "bool_parsing": ("Phải là true hoặc false.", "It must be true or false."),
    "bool_type": ("Phải là true hoặc false.", "It must be true or false."),
    "string_type": ("Phải là chuỗi ký tự.", "It must be a text."),
    "list_type": ("Phải là danh sách.", "It must be a list."),
    "dict_type": ("Phải là đối tượng JSON.", "It must be a JSON object."),
    "model_type": ("Phải là đối tượng JSON.", "It must be a JSON object."),
    "model_attributes_type": ("Phải là đối tượng JSON.", "It must be a JSON object."),
    "datetime_parsing": ("Phải là thời điểm RFC 3339.", "It must be an RFC 3339 time."),
    "datetime_from_date_parsing": ("Phải là thời điểm RFC 3339.", "It must be an RFC 3339 time."),
    "datetime_type": ("Phải là thời điểm RFC 3339.", "It must be an RFC 3339 time."),
    "timezone_aware": ("Thời điểm phải kèm múi giờ.", "The time must carry an offset."),
    "date_parsing": ("Phải là ngày YYYY-MM-DD.", "It must be a date, YYYY-MM-DD."),
    "date_from_datetime_parsing": ("Phải là ngày YYYY-MM-DD.", "It must be a date, YYYY-MM-DD."),
    "date_from_datetime_inexact": ("Phải là ngày YYYY-MM-DD.", "It must be a date, YYYY-MM-DD."),
    "date_type": ("Phải là ngày YYYY-MM-DD.", "It must be a date, YYYY-MM-DD."),
    "greater_than": ("Phải lớn hơn {gt}.", "It must be greater than {gt}."),
    "greater_than_equal": ("Phải từ {ge} trở lên.", "It must be at least {ge}."),
    "less_than": ("Phải nhỏ hơn {lt}.", "It must be less than {lt}."),
    "less_than_equal": ("Phải từ {le} trở xuống.", "It must be at most {le}."),
    "string_too_short": ("Cần ít nhất {min_length} ký tự.", "It needs at least {min_length} characters."),
    "string_too_long": ("Nhiều nhất {max_length} ký tự.", "It takes at most {max_length} characters."),
    "too_short": ("Cần ít nhất {min_length} phần tử.", "It needs at least {min_length} items."),
    "too_long": ("Nhiều nhất {max_length} phần tử.", "It takes at most {max_length} items."),
    "string_pattern_mismatch": ("Phải khớp mẫu {pattern}.", "It must match {pattern}."),
    "literal_error": ("Phải là một trong: {expected}.", "It must be one of: {expected}."),
    "enum": ("Phải là một trong: {expected}.", "It must be one of: {expected}."),
    "value_error": ("{error}.", "{error}."),
}


def _say(detail: ErrorDetails) -> Text:
    vi, en = _WORDS.get(detail["type"], ("{msg}.", "{msg}."))
    given = {"msg": detail["msg"], **detail.get("ctx", {})}
    return Text(vi=_fill(vi, given), en=_fill(en, given))


def _fill(pattern: str, given: dict[str, Any]) -> str:
    for name, value in given.items():
        pattern = pattern.replace("{" + name + "}", str(value))
    return pattern
