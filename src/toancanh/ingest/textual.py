"""Cutting texts into blocks of whole rows, and knowing what a block holds, without looking at each row."""

import itertools
import unicodedata
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np

from toancanh.domain import Text, TooLarge

BLOCK = 4 << 20
"""Bytes of text that are read and committed as one."""
LONGEST_ROW = 16 << 20
_STABLE = bytes([*range(0x80), *range(0x80, 0xC0), *range(0xC2, 0xC7), 0xE1])
"""Bytes of letters that are in NFC whatever stands beside them; E1 holds Vietnamese and, rarely, others."""
_UNSTABLE = tuple(b"\xe1" + bytes([second]) for second in (*range(0x84, 0x88), *range(0xBC, 0xC0)))
_QUOTE, _SLASH, _COMMA = 34, 92, 44
_TABLE = np.zeros(256, np.int8)
_TABLE[[_QUOTE, _COMMA, ord("{"), ord("["), ord("}"), ord("]")]] = (2, 3, 1, 1, -1, -1)


def is_utf8(data: bytes) -> bool:
    """Return whether `data` is valid UTF-8."""
    if data.isascii():
        return True
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def may_be_decomposed(data: bytes) -> bool:
    """Return whether `data` may hold text that is not in NFC, escaped or plain."""
    if b"\\" in data and b"\\u" in data:
        return True
    if data.isascii():
        return False
    return bool(data.translate(None, _STABLE)) or any(pair in data for pair in _UNSTABLE)


def composed(data: bytes) -> bytes:
    """Return UTF-8 text in NFC."""
    return unicodedata.normalize("NFC", data.decode()).encode()


def line_blocks(file: BinaryIO, size: int = BLOCK) -> Iterator[bytes]:
    """Yield the file in blocks that end with a line. Raises TooLarge for a line past 16 MiB."""
    left = b""
    while chunk := file.read(size):
        block = left + chunk
        cut = block.rfind(b"\n") + 1
        if cut:
            yield block[:cut]
        left = block[cut:]
        check_row(len(left))
    if left:
        yield left


def sheet_blocks(file: BinaryIO, size: int = BLOCK) -> Iterator[bytes]:
    """Yield a CSV file in blocks that end with a row: at a line end that is not between quotes.

    Where quotes do not pair up within 16 MiB, the block ends with a line all the same; its rows are then looked at one
    by one.
    """
    left = b""
    while chunk := file.read(size):
        block = left + chunk
        cut = _row_end(block)
        if not cut and len(block) > LONGEST_ROW:
            cut = block.rfind(b"\n") + 1
            if not cut:
                check_row(len(block))
        if cut:
            yield block[:cut]
        left = block[cut:]
    if left:
        yield left


def _row_end(block: bytes) -> int:
    if block.count(b'"') == 0:
        return block.rfind(b"\n") + 1
    values = np.frombuffer(block, np.uint8)
    ends = np.flatnonzero(values == 10)
    before = np.searchsorted(np.flatnonzero(values == _QUOTE), ends)
    outside = ends[before % 2 == 0]
    return int(outside[-1]) + 1 if len(outside) else 0


def array_blocks(file: BinaryIO, size: int = BLOCK) -> Iterator[bytes]:
    """Yield the elements of a JSON array in blocks, with the commas between them. Raises TooLarge."""
    depth, left = 0, b""
    while chunk := file.read(size):
        data = left + chunk
        cut = _safe_end(data)
        commas = _top_commas(data[:cut], depth)
        if not len(commas):
            left = data
            check_row(len(left))
            continue
        last = int(commas[-1])
        yield data[:last] if depth else _opened(data[:last])
        left, depth = data[last + 1 :], 1
    rest = (left if depth else _opened(left)).rstrip().removesuffix(b"]")
    if rest.strip():
        yield rest


def elements(data: bytes) -> list[bytes]:
    """Return the objects of a block that `array_blocks` gave, each on one line."""
    edges = [-1, *_top_commas(data, 1).tolist(), len(data)]
    rows = (data[start + 1 : end] for start, end in itertools.pairwise(edges))
    return [row.replace(b"\n", b" ").replace(b"\r", b" ") for row in rows if row.strip()]


def _safe_end(data: bytes) -> int:
    """Return where `data` can end without parting a backslash from what it escapes."""
    run = len(data) - len(data.rstrip(b"\\"))
    return len(data) - (run % 2)


def _opened(data: bytes) -> bytes:
    return data.lstrip().removeprefix(b"[")


def _top_commas(data: bytes, depth: int) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """Return where the commas of depth 1 outside strings are, when `data` begins at `depth` outside a string."""
    values = np.frombuffer(data, np.uint8)
    kinds = _TABLE[values]
    at = np.flatnonzero(kinds)
    kinds = kinds[at]
    quote = kinds == 2
    if b"\\" in data:
        quote &= ~_escaped(values)[at]
    outside = (np.cumsum(quote) % 2 == 0) & ~quote
    depths = depth + np.cumsum(np.where(outside & (np.abs(kinds) == 1), kinds, 0), dtype=np.int32)
    found: np.ndarray[tuple[int], np.dtype[np.int64]] = at[(kinds == 3) & outside & (depths == 1)]
    return found


def _escaped(values: "np.ndarray[tuple[int], np.dtype[np.uint8]]") -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Return which bytes stand behind an odd number of backslashes."""
    position = np.arange(len(values))
    other = np.where(values != _SLASH, position, -1)
    last = np.maximum.accumulate(other)
    run = position - last
    found = np.zeros(len(values), bool)
    found[1:] = run[:-1] % 2 == 1
    return found


def check_row(size: int) -> None:
    """Raise TooLarge where one row is longer than it may be."""
    if size > LONGEST_ROW:
        raise TooLarge(
            Text(vi="Có một dòng dài hơn 16 MiB.", en="One row is longer than 16 MiB."),
            Text(vi="Hãy xuống dòng sau mỗi bản ghi.", en="Put each record on a line of its own."),
        )
