"""Whatever is thrown at the guard, it answers with safe SQL or with an error of the tree."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from toancanh.catalog import Guard
from toancanh.catalog.guard import functions
from toancanh.domain import InvalidInput

COLUMNS = {"a": "number", "b": "number", "t": "time", "status": "code", "xs": "json"}
TABLES = {"air": COLUMNS}
NAMES = sorted(functions.ROW_NAMES | functions.AGGREGATE_NAMES | functions.WINDOW_NAMES | functions.MACRO_NAMES)
HOSTILE = [
    "file",
    "url",
    "remote",
    "executable",
    "dictGet",
    "sleep",
    "s3",
    "system",
    "numbers",
    "now",
    "rand",
    "getSetting",
    "COLUMNS",
]
TOKENS = [
    *["+", "-", "*", "/", "%", "(", ")", "[", "]", ",", ".", "=", "!=", "<>", "<", "<=", ">", ">=", "||", "->", "::", "?", ":", ";", "--", "/*", "*/", "'", '"', "`", "{", "}", "@", "#", "$", "\\", "^", "~", "&", "|"],
    *["and", "or", "not", "in", "between", "like", "ilike", "is", "null", "true", "false", "case", "when", "then", "else", "end", "interval", "day", "as", "cast", "over", "select", "from"],
    *["where", "group", "by", "order", "having", "limit", "union", "all", "with", "array", "join", "on", "using", "settings", "format", "into", "outfile", "distinct"],
    *["a", "b", "t", "status", "xs", "air", "x", "param_x", "1", "2.5", "'x'", "''", "1e9", "Int32", "String", "Nullable"],
    " ", "\n", "\t", "\x00", "\u200b", "е", "１",
]  # fmt: skip
GUARD = Guard()
soup = st.lists(st.sampled_from([*TOKENS, *NAMES, *HOSTILE]), max_size=40).map(" ".join)
tight = st.lists(st.sampled_from([*TOKENS, *NAMES[:40], *HOSTILE]), max_size=30).map("".join)
WORDS = re.compile(r"'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`|([A-Za-z_]\w*)(?=\()")


def called(sql: str) -> set[str]:
    """Return every word before a bracket in `sql`, outside quotes."""
    return {found[1] for found in WORDS.finditer(sql) if found[1]}


def check(make: object, text: str, allowed: frozenset[str] = frozenset()) -> None:
    try:
        sql = make(text)  # type: ignore[operator]  # one of the guard's doors
    except InvalidInput:
        return
    plain = re.sub(r"'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`", "", sql)
    assert not set(plain) & set(';#$@"\\')
    assert "--" not in plain
    assert "/*" not in plain
    assert not (called(sql) & set(HOSTILE)) - allowed


@settings(max_examples=70, deadline=None)
@given(st.one_of(soup, tight, st.text(max_size=200)))
def test_row_expressions(text: str) -> None:
    check(lambda each: GUARD.scalar(each, COLUMNS, parameters={"x": 1}), text)
    check(lambda each: GUARD.scalar(each, None), text)


@settings(max_examples=50, deadline=None)
@given(st.one_of(soup, tight))
def test_aggregates(text: str) -> None:
    check(lambda each: GUARD.aggregate(each, COLUMNS), text)


@settings(max_examples=50, deadline=None)
@given(st.one_of(soup, tight))
def test_selects_and_demos(text: str) -> None:
    check(lambda each: GUARD.select(f"select {each} from air", TABLES), text)
    check(lambda each: GUARD.select(f"select a from air {each}", TABLES), text)
    check(lambda each: GUARD.demo(f"select {each} as a from numbers(10)"), text, frozenset({"numbers"}))


expressions = st.recursive(
    st.sampled_from(["a", "b", "1", "2.5", "null", "true", "status", "'x'", "t", "xs", "`a`"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "=", "<", "and", "or", "||", "%"]), inner).map(" ".join),
        inner.map(lambda each: f"({each})"),
        inner.map(lambda each: f"not {each}"),
        inner.map(lambda each: f"-({each})"),
        st.tuples(inner, inner, inner).map(lambda each: f"if({each[0]}, {each[1]}, {each[2]})"),
        st.tuples(inner, inner).map(lambda each: f"coalesce({each[0]}, {each[1]})"),
        inner.map(lambda each: f"arrayMap(x -> x + {each}, xs)"),
        inner.map(lambda each: f"case when {each} then 1 else 0 end"),
        st.tuples(inner, inner).map(lambda each: f"{each[0]} in ({each[1]}, 1)"),
        inner.map(lambda each: f"{each} is not null"),
        inner.map(lambda each: f"{each} between 1 and 2"),
    ),
    max_leaves=12,
)


@settings(max_examples=50, deadline=None)
@given(expressions)
def test_what_came_out_goes_in_again_unchanged(text: str) -> None:
    try:
        sql = GUARD.scalar(text, COLUMNS)
    except InvalidInput:
        return
    assert GUARD.scalar(sql, COLUMNS) == sql


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=60))
def test_a_text_keeps_its_value(value: str) -> None:
    written = "'" + value.replace("\\", "\\\\").replace("'", "''").replace("\n", "\\n").replace("\t", "\\t") + "'"
    try:
        sql = GUARD.scalar(f"status = {written}", COLUMNS)
    except InvalidInput:
        return
    inside = sql.removeprefix("(`status` = '").removesuffix("')")
    assert re.sub(r"\\(.)", lambda each: {"n": "\n", "t": "\t"}.get(each[1], each[1]), inside) == value
