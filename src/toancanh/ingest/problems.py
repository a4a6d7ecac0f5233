"""What can be wrong with a row: one code, one text in two languages, one function each."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from toancanh.domain import Text, fold
from toancanh.domain.declarations import Check, Column


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one row. A steward may let a row pass that only breaks `forcible` problems."""

    column: str | None
    code: str
    text: Text
    forcible: bool = False


TYPES = {
    "number": Text(
        vi="Không phải là một số.",
        en="This is not a number.",
    ),
    "integer": Text(vi="Không phải là một số nguyên.", en="This is not a whole number."),
    "boolean": Text(
        vi="Không phải là đúng hoặc sai; hãy gửi true, false, 1, 0, có hoặc không.",
        en="This is neither true nor false; send true, false, 1, 0, có or không.",
    ),
    "time": Text(
        vi="Không phải là một thời điểm; hãy gửi như 2026-01-31T08:00:00+07:00, 2026-01-31 08:00 hoặc 31/01/2026 08:00.",
        en="This is not a time; send it as 2026-01-31T08:00:00+07:00, 2026-01-31 08:00 or 31/01/2026 08:00.",
    ),
    "date": Text(
        vi="Không phải là một ngày; hãy gửi như 2026-01-31 hoặc 31/01/2026.",
        en="This is not a date; send it as 2026-01-31 or 31/01/2026.",
    ),
    "json": Text(vi="Không phải là JSON hợp lệ.", en="This is not valid JSON."),
}


def wrong_type(column: str, type_: str) -> Problem:
    """The value cannot be read as the column's type."""
    return Problem(column, type_, TYPES[type_])


def required(column: str) -> Problem:
    """A value must be there, and is not."""
    return Problem(column, "required", Text(vi="Thiếu giá trị bắt buộc.", en="A value is required and missing."))


def ambiguous(column: str) -> Problem:
    """A number like 1,234 that may be read in two ways."""
    return Problem(
        column,
        "ambiguous",
        Text(
            vi="Không rõ dấu phẩy ngăn hàng nghìn hay phần thập phân; hãy gửi 1234 hoặc 1.234.",
            en="The comma may separate thousands or decimals; send 1234 or 1.234.",
        ),
    )


def out_of_range(name: str, column: Column) -> Problem:
    """The value lies outside the possible range."""
    low, high = column.range or (None, None)
    unit = f" {column.unit}" if column.unit else ""
    if low is not None and high is not None:
        text = Text(
            vi=f"Nằm ngoài khoảng {low:g} đến {high:g}{unit}.", en=f"It lies outside {low:g} to {high:g}{unit}."
        )
    elif low is not None:
        text = Text(vi=f"Nhỏ hơn {low:g}{unit}.", en=f"It is less than {low:g}{unit}.")
    else:
        text = Text(vi=f"Lớn hơn {high:g}{unit}.", en=f"It is more than {high:g}{unit}.")
    return Problem(name, "range", text, forcible=True)


def wrong_pattern(name: str, column: Column) -> Problem:
    """The text does not match the declared pattern."""
    return Problem(
        name,
        "pattern",
        Text(vi=f"Không đúng mẫu {column.pattern}.", en=f"It does not match the pattern {column.pattern}."),
        forcible=True,
    )


def unknown_code(name: str, column: Column) -> Problem:
    """The value is not one of the declared codes."""
    codes = list(column.codes or {})
    shown = ", ".join(codes[:12]) + ("…" if len(codes) > 12 else "")
    return Problem(
        name,
        "codes",
        Text(vi=f"Không có trong danh mục: {shown}.", en=f"It is not one of: {shown}."),
        forcible=True,
    )


def failed_check(check: Check) -> Problem:
    """A declared check is false."""
    return Problem(check.columns[0] if check.columns else None, check.name, check.say, forcible=True)


def unknown_column(name: str, known: Iterable[str]) -> Problem:
    """A field that the dataset does not have."""
    shown, near = _short(name), nearest(name, known)
    hint = Text(vi=f" Có phải ý bạn là “{near}”?", en=f" Did you mean '{near}'?") if near else None
    return Problem(
        shown or None,
        "unknown_column",
        Text(
            vi=f"Không có cột “{shown}”.{hint.vi if hint else ''}",
            en=f"There is no column '{shown}'.{hint.en if hint else ''}",
        ),
    )


def computed_column(name: str) -> Problem:
    """A field that the platform computes by itself."""
    return Problem(
        name,
        "computed_column",
        Text(vi=f"Cột “{name}” được tính tự động, không gửi.", en=f"The column '{name}' is computed; do not send it."),
    )


def repeated_column(name: str) -> Problem:
    """The same field twice in one row."""
    shown = _short(name)
    return Problem(
        shown, "repeated_column", Text(vi=f"Trường “{shown}” lặp lại.", en=f"The field '{shown}' comes twice.")
    )


def conflict() -> Problem:
    """Another record with the same identity is stored already."""
    return Problem(
        None,
        "conflict",
        Text(
            vi="Khác với bản ghi đã lưu có cùng khóa.",
            en="It differs from the stored record with the same key.",
        ),
    )


SYNTAX = Problem(
    None,
    "syntax",
    Text(vi="Không phải là một đối tượng JSON hợp lệ.", en="This is not a valid JSON object."),
)
ENCODING = Problem(
    None,
    "encoding",
    Text(vi="Có byte không thuộc UTF-8.", en="It holds bytes that are not UTF-8."),
)
TRUNCATED = Problem(
    None,
    "truncated",
    Text(
        vi="Dữ liệu hỏng hoặc bị cắt từ đây; các dòng trước đã được nhận.",
        en="The data are damaged or cut short from here; the rows before were taken.",
    ),
)
OUT_OF_SCOPE = Problem(
    None,
    "scope",
    Text(
        vi="Người gửi không có quyền gửi bản ghi của đơn vị hoặc địa bàn này.",
        en="The sender may not send records of this unit or area.",
    ),
)
UNREADABLE = Problem(
    None,
    "unreadable",
    Text(vi="Không đọc được dòng này.", en="This row cannot be read."),
)


def wrong_width(found: int, expected: int) -> Problem:
    """A CSV row with more or fewer fields than the header."""
    return Problem(
        None,
        "fields",
        Text(
            vi=f"Có {found} ô, dòng tiêu đề có {expected}.",
            en=f"It has {found} fields, the header has {expected}.",
        ),
    )


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that looks most like `name`, whatever the case and diacritics."""
    folded = {fold(other): other for other in known}
    found = difflib.get_close_matches(fold(name[:100]), list(folded), n=1, cutoff=0.5)
    return folded[found[0]] if found else None


def _short(name: str) -> str:
    clean = "".join(char if char.isprintable() else "�" for char in name)
    return clean if len(clean) <= 60 else clean[:59] + "…"
