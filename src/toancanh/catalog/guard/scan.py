"""The first door of the guard: which characters an expression may be written with, before anything parses it."""

import re
import unicodedata

from toancanh.domain import Text, UnsafeExpression

MAX_DEPTH = 40
"""How deep brackets may nest."""
MAX_STRING = 2000
"""Longest text literal, in characters."""
PLACEHOLDER = "placeholder__"
_OPEN = {")": "(", "]": "[", "}": "{"}
_PLAIN = re.compile(r"[A-Za-z0-9_ \t\r\n+\-*/%=<>!?:,.|]")
_PLACEHOLDER = re.compile(r"\{([a-z]+)\}")


def refuse(vi: str, en: str, remedy_vi: str, remedy_en: str) -> UnsafeExpression:
    """Return the error that says why an expression is not let through, and what to write instead."""
    return UnsafeExpression(Text(vi=vi, en=en), Text(vi=remedy_vi, en=remedy_en))


def scan(text: str, *, longest: int, placeholders: tuple[str, ...] = ()) -> str:
    """Raise UnsafeExpression where `text` holds a comment, a statement end, an odd character or too much of anything.

    Outside quotes only plain ASCII is let through, so that no name can be a look-alike of another; inside quotes text
    must be in normal form (NFC) without invisible or control characters. `placeholders` are the words allowed in braces;
    the text comes back with each `{word}` written as the name `PLACEHOLDER` + word.
    """
    if not text.strip():
        raise refuse("Biểu thức trống.", "The expression is empty.", "Hãy viết một biểu thức.", "Write an expression.")
    if len(text) > longest:
        raise refuse(
            f"Biểu thức dài {len(text)} ký tự, quá mức {longest}.",
            f"The expression is {len(text)} characters long; the limit is {longest}.",
            "Hãy tách thành nhiều cột tính sẵn (derive) hoặc chỉ tiêu.",
            "Split it into derived columns or several indicators.",
        )
    stack: list[str] = []
    pieces: list[str] = []
    at = done = 0
    while at < len(text):
        char = text[at]
        if char in "'\"`":
            at = _quoted(text, at)
            continue
        pair = text[at : at + 2]
        if pair in ("--", "/*", "*/", "//"):
            raise refuse(
                "Biểu thức không được chứa chú thích.",
                "An expression must not hold comments.",
                "Hãy chuyển lời giải thích sang `words` hoặc `description`; viết `- -x` thành `-(-x)`.",
                "Move the explanation to `words` or `description`; write `- -x` as `-(-x)`.",
            )
        if char == "{":
            found = _PLACEHOLDER.match(text, at)
            if not found or found[1] not in placeholders:
                raise _odd(char)
            pieces += [text[done:at], PLACEHOLDER, found[1]]
            at = done = found.end()
            continue
        if char in "([":
            stack.append(char)
            if len(stack) > MAX_DEPTH:
                raise refuse(
                    f"Ngoặc lồng nhau quá {MAX_DEPTH} lớp.",
                    f"Brackets nest more than {MAX_DEPTH} deep.",
                    "Hãy tách biểu thức.",
                    "Split the expression.",
                )
        elif char in ")]":
            if not stack or stack.pop() != _OPEN[char]:
                raise _unbalanced(char)
        elif not _PLAIN.match(char):
            raise _odd(char)
        at += 1
    if stack:
        raise _unbalanced(stack[-1])
    return "".join([*pieces, text[done:]])


def _quoted(text: str, start: int) -> int:
    """Return the position after the quoted run that starts at `start`."""
    quote, at = text[start], start + 1
    while at < len(text):
        char = text[at]
        if char == "\\" and quote == "'":
            at += 2
            continue
        if char == quote:
            if quote == "'" and text[at + 1 : at + 2] == "'":
                at += 2
                continue
            _check_quoted(text[start + 1 : at], quote)
            return at + 1
        at += 1
    raise refuse(
        "Thiếu dấu nháy đóng.",
        "A quote is not closed.",
        f"Hãy đóng dấu {quote} lại.",
        f"Close the {quote}.",
    )


def _check_quoted(body: str, quote: str) -> None:
    if len(body) > MAX_STRING:
        raise refuse(
            f"Chuỗi dài {len(body)} ký tự, quá mức {MAX_STRING}.",
            f"A text of {len(body)} characters is too long; the limit is {MAX_STRING}.",
            "Hãy rút ngắn chuỗi.",
            "Shorten the text.",
        )
    if quote != "'" and (not body or "\\" in body):
        raise refuse(
            "Tên trong dấu nháy không được trống hay chứa dấu \\.",
            "A quoted name must not be empty or hold a backslash.",
            "Hãy viết đúng tên cột.",
            "Write the column's name as it is.",
        )
    bad = next((char for char in body if not legible(char)), None)
    if bad is not None or unicodedata.normalize("NFC", body) != body:
        shown = f"U+{ord(bad):04X}" if bad else "NFD"
        raise refuse(
            f"Có ký tự ẩn, ký tự điều khiển hoặc chưa chuẩn hoá trong dấu nháy ({shown}).",
            f"There is an invisible, control or unnormalised character inside quotes ({shown}).",
            "Hãy gõ lại bằng Unicode dựng sẵn (NFC); viết \\n, \\t cho xuống dòng và tab.",
            "Type it again in composed Unicode (NFC); write \\n and \\t for a line break and a tab.",
        )


def legible(char: str) -> bool:
    """Return whether people can see `char`: no control, format, private, surrogate or odd space characters."""
    return char == " " or unicodedata.category(char) not in ("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp", "Zs")


def _odd(char: str) -> UnsafeExpression:
    name = unicodedata.name(char, f"U+{ord(char):04X}")
    return refuse(
        f"Ký tự không được phép: {char!r} ({name}).",
        f"This character is not allowed: {char!r} ({name}).",
        "Biểu thức viết bằng ASCII; tên cột có dấu đặt trong dấu ` `, chữ có dấu đặt trong ' '.",
        "Write expressions in ASCII; put names with other characters in ` ` and texts in ' '.",
    )


def _unbalanced(char: str) -> UnsafeExpression:
    return refuse(
        f"Dấu ngoặc {char} không khớp.",
        f"The bracket {char} has no partner.",
        "Hãy kiểm tra lại các dấu ngoặc.",
        "Check the brackets.",
    )
