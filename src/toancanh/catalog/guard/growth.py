"""Texts that grow: how many times longer the answer of a function may be than what it was given.

Nested, such functions make much out of little: forty of them double a word a million million times. The engine's memory
limit would stop that; the guard does so before.
"""

import re
from typing import Any

from sqlglot import exp

from toancanh.catalog.guard.scan import refuse
from toancanh.domain import UnsafeExpression

MOST = 10_000
"""Largest growth of nested calls together."""
JOINING = frozenset(
    {
        "concat", "concatWithSeparator", "arrayConcat", "format", "replaceAll", "replaceOne", "replaceRegexpAll", "replaceRegexpOne",
        "arrayStringConcat", "hex", "base64Encode", "leftPad", "rightPad",
    }
)  # fmt: skip
"""Functions that must not be applied to what a fold gathers: each step would double it."""
_INDEX = re.compile(r"\{(\d+)\}")
_GROUP = re.compile(r"\\\d")


def growth(name: str, args: list[Any]) -> int:
    """Return the largest factor by which `name` lengthens its first text, given the arguments as they are written."""
    texts = [str(arg.this) if isinstance(arg, exp.Literal) and arg.is_string else None for arg in args]
    if name in ("hex", "base64Encode"):
        return 2
    if name == "format" and texts and texts[0] is not None:
        used = _INDEX.findall(texts[0])
        return max((used.count(index) for index in set(used)), default=1)
    if name in ("replaceAll", "replaceRegexpAll") and len(texts) == 3 and texts[2] is not None:
        longer = len(texts[2])
        if name == "replaceRegexpAll":
            return 1 + longer + len(_GROUP.findall(texts[2]))
        return max(1, -(-longer // len(texts[1]))) if texts[1] else max(1, longer)
    return 1


def too_much() -> UnsafeExpression:
    """Return the error for texts that would grow without measure."""
    return refuse(
        "Các hàm lồng nhau làm chữ dài ra quá nhiều.",
        "Nested functions make the text grow too much.",
        "Thay bằng chuỗi ngắn hơn, hoặc bớt lớp lồng nhau.",
        "Replace by shorter texts, or nest less.",
    )
