"""Ten thousand ways to send something wrong. Number N is always the same body, whatever came before it."""

import csv
import gzip
import io
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import zstandard

from fuzz import columnar
from fuzz.values import FIELDS, NAMES, SETS, Raw, records, strange

NDJSON, JSON, CSV = "application/x-ndjson", "application/json", "text/csv"
MIB = 1 << 20
BIG = 200
"""One body in so many is large, packed to burst, or nested without end."""


@dataclass(frozen=True, slots=True)
class Body:
    """Something to send. `rows` is how many rows it has, `spoilt` which of them are not as they should be, where known."""

    dataset: str
    kind: str
    media: str
    content: bytes
    encoding: str | None = None
    rows: int | None = None
    spoilt: frozenset[int] | None = None

    def headers(self) -> dict[str, str]:
        """Return the headers to send it with."""
        return {"content-type": self.media} | ({"content-encoding": self.encoding} if self.encoding else {})


def dumps(record: list[tuple[str, Any]]) -> str:
    """Return a JSON object whose fields may repeat, and whose values may be anything but JSON."""
    return "{" + ",".join(f"{json.dumps(name)}:{_value(value)}" for name, value in record) + "}"


def _value(value: Any) -> str:
    return str(value) if isinstance(value, Raw) else json.dumps(value)


def _spoil(r: random.Random, record: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Return a record with something wrong in it."""
    found = list(record)
    for _ in range(r.choice((1, 1, 1, 2, 3))):
        at = r.randrange(len(found))
        name, value = found[at]
        match r.randrange(8):
            case 0 if len(found) > 1:
                del found[at]
            case 1:
                found.append((name, r.choice((value, strange(r)))))
            case 2:
                found[at] = (r.choice(NAMES), value)
            case 3:
                found.append((r.choice(NAMES), strange(r)))
            case _:
                found[at] = (name, strange(r))
    return found


def _spoilt(r: random.Random, dataset: str, number: int) -> tuple[list[list[tuple[str, Any]]], frozenset[int]]:
    rows = [list(record.items()) for record in records(dataset, number, r.choice((1, 2, 3, 8)))]
    chosen = frozenset(r.sample(range(len(rows)), r.randint(1, min(3, len(rows)))))
    return [_spoil(r, row) if at in chosen else row for at, row in enumerate(rows)], frozenset(at + 1 for at in chosen)


def values_ndjson(r: random.Random, dataset: str, number: int) -> Body:
    rows, spoilt = _spoilt(r, dataset, number)
    lines = [dumps(row) for row in rows]
    return Body(
        dataset, "", NDJSON, r.choice(("\n", "\r\n", "\n\n")).join(lines).encode(), rows=len(rows), spoilt=spoilt
    )


def values_json(r: random.Random, dataset: str, number: int) -> Body:
    rows, _ = _spoilt(r, dataset, number)
    text = "[" + r.choice((",", " , ", ",\n")).join(dumps(row) for row in rows) + "]"
    return Body(dataset, "", JSON, (text if len(rows) > 1 or r.random() < 0.5 else text[1:-1]).encode())


def sheet(rows: list[list[Any]], names: list[str], separator: str = ",", end: str = "\n") -> bytes:
    """Return rows as CSV."""
    sink = io.StringIO()
    writer = csv.writer(sink, delimiter=separator, lineterminator=end)
    writer.writerow(names)
    writer.writerows(rows)
    return sink.getvalue().encode("utf-8", "surrogatepass")


def _cells(dataset: str, number: int, count: int) -> list[list[Any]]:
    return [[record[name] for name in FIELDS[dataset]] for record in records(dataset, number, count)]


def values_csv(r: random.Random, dataset: str, number: int) -> Body:
    rows, names = _cells(dataset, number, r.choice((1, 2, 3, 8))), FIELDS[dataset]
    chosen = r.sample(range(len(rows)), r.randint(1, min(3, len(rows))))
    for at in chosen:
        rows[at][r.randrange(len(names))] = strange(r)
    content = sheet(rows, names, r.choice(",;\t"), r.choice(("\n", "\r\n")))
    return Body(dataset, "", CSV, content, rows=len(rows), spoilt=frozenset(at + 1 for at in chosen))


def shape_csv(r: random.Random, dataset: str, number: int) -> Body:
    """Wrong widths, stray quotes, wrong headers."""
    rows, names = _cells(dataset, number, 5), list(FIELDS[dataset])
    at, column = r.randrange(5), r.randrange(len(names))
    match r.randrange(11):
        case 0:
            rows[at] = rows[at][:column]
        case 1:
            rows[at] += [strange(r) for _ in range(r.choice((1, 3, 2000)))]
        case 2:
            names[column] = r.choice(NAMES)
        case 3:
            names.append(r.choice(names))
        case 4:
            names += [f"c{each}" for each in range(r.choice((1, 100, 20_000)))]
        case 5:
            names = []
        case 6:
            rows = []
        case _:
            lines = sheet(rows, names, r.choice(",;|\t^")).decode().split("\n")
            line = lines[at]
            cut = r.randrange(len(line) + 1)
            lines[at] = (
                line[:cut]
                + r.choice(('"', '""', '"x', 'x"', "\0", "\r", "\n", "'", '"\n"', "\\", ",,,", ";"))
                + line[cut:]
            )
            text = r.choice(("", "", "sep=;\n", "\n\n", "\ufeff", "# ghi chú\n")) + r.choice(
                ("\n", "\r\n", "\r", "\n\r")
            ).join(lines)
            return Body(dataset, "", CSV, text.encode())
    return Body(dataset, "", CSV, sheet(rows, names))


WRONG = (
    "", " ", "\n\n\n", "null", "true", "0", '"x"', "[]", "{}", "[[]]", "[null]", "[{}]", "[1,2]", "[{},]", "{,}", "[", "{", "]", "}", "[}", "{]", "nul",
    "[{}][{}]", "{}{}", "{} {}", "{},{}", "// {}\n{}", "/* */{}", "{'a':1}", "{a:1}", '{"a"}', '{"a":}', '{"a":1,}', '{"a":1 "b":2}', '{"a"::1}', '"',
    "\x1e{}\n", "\0", "\0" * 1000, "[" * 5000, '{"a":' * 5000, "[" * 5000 + "]" * 5000, '{"a":' * 3000 + "1" + "}" * 3000, "[[{}]]", '{"rows":[{}]}',
    "<xml/>", "%PDF-1.7", "PAR1", "ARROW1\0\0", "PK\3\4", "\ufeff", "\ufeff\ufeff{}", "-", "+", "1e", "[1e]", '["\\u12"]', '["\\"]', "\u2028", "{}\x0b{}",
)  # fmt: skip


def shape_json(r: random.Random, dataset: str, number: int) -> Body:
    """What is no record at all, alone and among good ones."""
    wrong, media = r.choice(WRONG), r.choice((NDJSON, JSON))
    good = [json.dumps(record) for record in records(dataset, number, 3)]
    match r.randrange(6):
        case 0:
            return Body(dataset, "", media, wrong.encode())
        case 1:
            good.insert(r.randrange(4), wrong)
        case 2:
            good = [json.dumps(record, indent=2) for record in records(dataset, number, 3)]
        case 3:
            return Body(dataset, "", media, (wrong + "\n".join(good)).encode())
        case 4:
            return Body(dataset, "", media, ("\n".join(good) + wrong).encode())
        case _:
            many = {f"k{each}": each for each in range(r.choice((50, 3000)))}
            good[r.randrange(3)] = json.dumps(many)
    text = "\n".join(good) if media == NDJSON else "[" + ",".join(good) + "]"
    return Body(dataset, "", media, text.encode())


CHARSETS = (
    "utf-8", "utf-7", "utf-16", "utf-16-le", "utf-32", "latin-1", "windows-1258", "cp1258", "ascii", "rot13", "base64", "idna", "punycode", "zlib",
    "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "utf-8-sig", "nothing", "x" * 300, "../x", "hz", "iso-2022-jp", "utf_16_be", "shift-jis",
)  # fmt: skip


def encodings(r: random.Random, dataset: str, number: int) -> Body:
    """Text in another code page than it says."""
    one = _text(r, dataset, number)
    text = one.content.decode()
    codec = r.choice(("utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1258", "latin-1", "utf-7", "utf-8-sig"))
    content = text.encode(codec, "replace")
    media = f"{one.media}; charset={r.choice(CHARSETS)}" if r.random() < 0.6 else one.media
    if r.random() < 0.4:
        cut = r.randrange(len(content) + 1)
        content = (
            content[:cut]
            + r.choice((b"\xff", b"\xfe", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x80", b"\xe1\xbb"))
            + content[cut:]
        )
    return replace(one, media=media, content=content)


MEDIA = (
    "", "text/plain", "application/octet-stream", "application/xml", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "*/*",
    "application/json;", "application/json; charset=", 'text/csv; header=absent; charset="', "APPLICATION/JSON", "application/json, text/csv", "json",
    "text/tab-separated-values", "application/vnd.ms-excel", "x" * 2000, ";", "text/csv;charset=utf-8;charset=utf-16",
)  # fmt: skip


def labels(r: random.Random, dataset: str, number: int) -> Body:
    """One format under the name of another."""
    one = _any(r, dataset, number)
    forms = (NDJSON, JSON, CSV, columnar.ARROW, columnar.PARQUET)
    return replace(one, media=r.choice(forms if r.random() < 0.5 else MEDIA))


def _text(r: random.Random, dataset: str, number: int) -> Body:
    count = r.choice((1, 3, 30))
    rows = records(dataset, number, count)
    match r.randrange(3):
        case 0:
            return Body(dataset, "", NDJSON, "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode())
        case 1:
            return Body(dataset, "", JSON, json.dumps(rows, ensure_ascii=False).encode())
        case _:
            return Body(dataset, "", CSV, sheet(_cells(dataset, number, count), FIELDS[dataset]))


def _any(r: random.Random, dataset: str, number: int) -> Body:
    if r.random() < 0.5:
        return _text(r, dataset, number)
    return Body(dataset, "", *columnar.good(r, records(dataset, number, r.choice((1, 3, 30)))))


def damaged(r: random.Random, content: bytes) -> bytes:
    """Return bytes with a few of them changed, lost, repeated or added."""
    found = bytearray(content)
    for _ in range(r.choice((1, 1, 2, 5))):
        at = r.randrange(len(found) + 1)
        size = r.choice((1, 2, 4, 16, 200))
        match r.randrange(8):
            case 0:
                del found[at:]
            case 1:
                del found[at : at + size]
            case 2:
                found[at:at] = r.randbytes(size)
            case 3:
                found[at : at + size] = bytes(len(found[at : at + size]))
            case 4:
                found[at:at] = found[at : at + size] * 3
            case 5:
                found += r.randbytes(size)
            case _:
                for _ in range(r.choice((1, 1, 8))):
                    if found:
                        found[r.randrange(len(found))] ^= 1 << r.randrange(8)
    return bytes(found)


def bytes_text(r: random.Random, dataset: str, number: int) -> Body:
    one = _text(r, dataset, number)
    return replace(one, content=damaged(r, one.content))


def bytes_columnar(r: random.Random, dataset: str, number: int) -> Body:
    media, content = columnar.good(r, records(dataset, number, r.choice((1, 3, 30))))
    return Body(dataset, "", media, damaged(r, content))


def values_columnar(r: random.Random, dataset: str, number: int) -> Body:
    """Columns of other types, under other names, in other order."""
    media, content, count = columnar.strange_table(r, records(dataset, number, r.choice((1, 3, 30))))
    return Body(dataset, "", media, content, rows=count)


def pack(content: bytes, encoding: str) -> bytes:
    """Return content compressed."""
    return (
        gzip.compress(content, 1, mtime=0)
        if encoding == "gzip"
        else zstandard.ZstdCompressor(level=1).compress(content)
    )


def packed(r: random.Random, dataset: str, number: int) -> Body:
    """Compressed bodies, damaged before or after, or not what they say."""
    one = r.choice((values_ndjson, values_csv, shape_json, bytes_text, bytes_columnar, _any))(r, dataset, number)
    encoding = r.choice(("gzip", "zstd"))
    content = pack(one.content, encoding)
    match r.randrange(8):
        case 0:
            return replace(
                one,
                content=content,
                encoding=r.choice(("gzip", "zstd", "deflate", "gzip, zstd", "identity", "x", "GZIP")),
                rows=None,
                spoilt=None,
            )
        case 1:
            return replace(
                one, content=pack(content, r.choice(("gzip", "zstd"))), encoding=encoding, rows=None, spoilt=None
            )
        case 2:
            return replace(one, content=content + content, encoding=encoding, rows=None, spoilt=None)
        case 3:
            return replace(
                one,
                content=r.choice((b"", b"\x1f\x8b", b"\x28\xb5\x2f\xfd", one.content)),
                encoding=encoding,
                rows=None,
                spoilt=None,
            )
        case 4 | 5:
            return replace(one, content=damaged(r, content), encoding=encoding, rows=None, spoilt=None)
        case _:
            return replace(one, content=content, encoding=encoding)


def large(r: random.Random, dataset: str, number: int) -> Body:
    """Ten megabytes in a line, nesting without end, and little that unpacks to much."""
    first = records(dataset, number, 1)[0]
    name = FIELDS[dataset][1]
    match r.randrange(10):
        case 0:
            return Body(dataset, "", r.choice((NDJSON, JSON)), json.dumps(first | {name: "x" * (10 * MIB)}).encode())
        case 1:
            return Body(dataset, "", CSV, sheet([[*[*first.values()][:1], "x" * (10 * MIB)]], FIELDS[dataset]))
        case 2:
            return Body(dataset, "", CSV, sheet([], FIELDS[dataset]) + b'"' + b"x" * (10 * MIB))
        case 3:
            return Body(dataset, "", r.choice((NDJSON, JSON)), r.choice((b"[", b'{"a":', b'[{"":')) * MIB)
        case 4:
            return Body(dataset, "", r.choice((NDJSON, JSON)), b"[" + b"9" * (10 * MIB) + b"]")
        case 5:
            return Body(
                dataset,
                "",
                JSON,
                json.dumps(records(dataset, number, 20_000)).encode(),
                rows=20_000,
                spoilt=frozenset(),
            )
        case 6:
            return Body(dataset, "", NDJSON, b"\n" * (10 * MIB))
        case 7:
            charset = r.choice(("punycode", "idna", "utf-7", "hz", "unicode_escape"))
            return Body(dataset, "", f"{CSV}; charset={charset}", b"x" * 300_000 + b"-" + b"a" * 700_000)
        case 8:
            encoding = r.choice(("gzip", "zstd"))
            filler = r.choice((b" ", b"\0", b"\n", b"["))
            return Body(
                dataset, "", r.choice((NDJSON, JSON, CSV)), pack(filler * (64 * MIB // len(filler)), encoding), encoding
            )
        case _:
            return Body(
                dataset,
                "",
                NDJSON,
                b"\n".join(r.choice((b"{", b"x", b"{}", b'{"zz":1}')) for _ in range(6_000)),
                rows=6_000,
            )


KINDS: dict[str, Callable[[random.Random, str, int], Body]] = {
    kind.__name__: kind
    for kind in (
        values_ndjson, values_json, values_csv, values_columnar, shape_json, shape_csv, encodings, labels, bytes_text, bytes_columnar, packed,
    )
}  # fmt: skip


def make(number: int) -> Body:
    """Return body `number`."""
    r = random.Random(f"body {number}")
    dataset = r.choice(SETS)
    if number % BIG == BIG - 1:
        return replace(large(r, dataset, number), kind="large")
    kind = list(KINDS)[number % len(KINDS)]
    return replace(KINDS[kind](r, dataset, number), kind=kind)
