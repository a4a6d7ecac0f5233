"""What the guard writes with its own hand: names, literals, types, and the words of a refusal."""

import re

from toancanh.catalog.guard import functions
from toancanh.catalog.guard.names import nearest
from toancanh.catalog.guard.scan import refuse
from toancanh.domain import UnsafeExpression

NUMBER = re.compile(r"\d{1,38}(\.\d{0,38})?([eE][+-]?\d{1,3})?|\.\d{1,38}([eE][+-]?\d{1,3})?")
WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
_TYPE = re.compile(
    r"(U?Int(8|16|32|64)|Float(32|64)|String|Bool|Date|Date32|DateTime(\('[A-Za-z_/+\-0-9]{1,40}'\))?|"
    r"DateTime64(\([0-9](, ?'[A-Za-z_/+\-0-9]{1,40}')?\))?|Decimal\(\d{1,2}, ?\d{1,2}\))"
)
_WRAPPED = re.compile(r"(Nullable|LowCardinality|Array)\((.+)\)")
_REPEAT = re.compile(r"\{(\d+)(?:,(\d*))?\}")


def quote(name: str) -> str:
    """Return `name` as a quoted identifier."""
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


def literal(value: object) -> str:
    """Return a Python value as a literal of the engine."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value) if value >= 0 else f"({value!r})"
    text = str(value).replace("\\", "\\\\").replace("'", "\\'")
    for char, escape in (("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r"), ("\0", "\\0"), ("\b", "\\b"), ("\f", "\\f")):
        text = text.replace(char, escape)
    return f"'{text}'"


def cast_type(text: str) -> str:
    """Return the type `text` when it is one of the plain ones, wrapped at most thrice; raise UnsafeExpression."""
    inner = text
    for _ in range(3):
        wrapped = _WRAPPED.fullmatch(inner)
        if wrapped is None:
            break
        inner = wrapped[2]
    if _TYPE.fullmatch(inner):
        return text
    raise refuse(
        f"Không chuyển được sang kiểu “{text[:60]}”.",
        f"Nothing may be cast to '{text[:60]}'.",
        "Dùng kiểu đơn giản: Int64, Float64, String, Bool, Date, DateTime64(3), có thể bọc trong Nullable hoặc Array.",
        "Use a plain type: Int64, Float64, String, Bool, Date, DateTime64(3), perhaps inside Nullable or Array.",
    )


def check_pattern(pattern: str) -> None:
    """Refuse a regular expression that costs too much to build."""
    product = 1
    for low, high in _REPEAT.findall(pattern):
        product *= max(int(low or 0), int(high or 0), 1)
    if len(pattern) > 300 or product > 1000:
        raise refuse(
            "Biểu thức chính quy quá lớn.",
            "The regular expression is too big.",
            "Giữ dưới 300 ký tự và tích các số lần lặp {n} dưới 1000.",
            "Keep it below 300 characters, and the product of its {n} below 1000.",
        )


def forbidden_node(name: str) -> UnsafeExpression:
    """Return the error for a kind of node that has no place in an expression."""
    return refuse(
        f"Cấu trúc “{name}” không được phép trong biểu thức.",
        f"'{name}' is not allowed in an expression.",
        "Chỉ dùng các phép toán và hàm trong docs/reference/functions.md.",
        "Use only the operators and functions of docs/reference/functions.md.",
    )


def forbidden_function(name: str) -> UnsafeExpression:
    """Return the error for a function that is not on the list, with the nearest that is."""
    near = nearest(name, functions.ROW_NAMES | functions.AGGREGATE_NAMES | functions.MACRO_NAMES)
    hint_vi = f"Có phải ý bạn là {near}? " if near else ""
    hint_en = f"Did you mean {near}? " if near else ""
    if name in ("now", "today", "now64", "yesterday", "current_timestamp", "current_date"):
        hint_vi, hint_en = "Dùng now_(). ", "Use now_(). "
    error = refuse(
        f"Hàm “{name[:60]}” không được phép.",
        f"The function '{name[:60]}' is not allowed.",
        hint_vi + "Danh sách: docs/reference/functions.md.",
        hint_en + "The list: docs/reference/functions.md.",
    )
    error.details["name"] = name
    return error
