"""The second door of the guard: one walk over the tree that checks every node and writes it anew.

A node that has no writer here is refused, and so is a part of a node that its writer does not know. What comes out is
therefore made only of words this file put there: quoted names that are declared, literals in their own encoding, and
functions from the allow-list. Every operator is bracketed, so that no reader can group it otherwise.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from toancanh.catalog.guard import functions, macros
from toancanh.catalog.guard.names import nearest, unknown
from toancanh.catalog.guard.scan import PLACEHOLDER, refuse
from toancanh.domain import UnsafeExpression

_NUMBER = re.compile(r"\d{1,38}(\.\d{0,38})?([eE][+-]?\d{1,3})?|\.\d{1,38}([eE][+-]?\d{1,3})?")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")
_TYPE = re.compile(
    r"(U?Int(8|16|32|64)|Float(32|64)|String|Bool|Date|Date32|DateTime(\('[A-Za-z_/+\-0-9]{1,40}'\))?|"
    r"DateTime64(\([0-9](, ?'[A-Za-z_/+\-0-9]{1,40}')?\))?|Decimal\(\d{1,2}, ?\d{1,2}\))"
)
_WRAPPED = re.compile(r"(Nullable|LowCardinality|Array)\((.+)\)")
_INTERVALS = ("SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR")
_REPEAT = re.compile(r"\{(\d+)(?:,(\d*))?\}")
MAX_LAMBDAS = 3
MAX_ITEMS = 500
MAX_ARMS = 100

_BINARY = {
    exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/", exp.Mod: "%", exp.EQ: "=", exp.NEQ: "!=", exp.LT: "<",
    exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=", exp.And: "AND", exp.Or: "OR", exp.DPipe: "||", exp.IntDiv: "DIV",
}  # fmt: skip
_COMPARING = frozenset(
    {exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.In, exp.Between, exp.Like, exp.ILike, exp.Is}
)
_ARITHMETIC = frozenset({exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.DPipe, exp.IntDiv, exp.Neg})
_LOGIC = frozenset({exp.Not, exp.And, exp.Or, exp.If})
_MODIFIERS: dict[type, frozenset[str]] = {exp.DPipe: frozenset({"safe"}), exp.Div: frozenset({"typed", "safe"})}


@dataclass
class Scope:
    """What an expression may name. `columns` None means any: the raw fields of a source."""

    columns: Collection[str] | None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    placeholders: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, Collection[str]] = field(default_factory=dict)
    replace: Mapping[str, str] = field(default_factory=dict)
    aggregates: bool = False
    windows: bool = False
    queries: bool = False
    clock: bool = True


@dataclass
class Renderer:
    """Writes one tree. `used` collects the columns that were named, `called` the functions.

    `plain` leaves macros, placeholders and replaced columns as they were written, for reading the result once more.
    """

    scope: Scope
    macros: macros.Macros
    plain: bool = False
    used: set[str] = field(default_factory=set)
    called: set[str] = field(default_factory=set)
    windowed: bool = False
    _variables: list[str] = field(default_factory=list)
    _inside_aggregate: bool = False
    _lambdas: int = 0

    def render(self, node: Any) -> str:
        """Return the SQL of `node`; raise UnsafeExpression or UnknownName."""
        kind = type(node)
        if kind in _COMPARING or kind in _ARITHMETIC:
            _unambiguous(node)
        if kind in _BINARY:
            self.only(node, "this", "expression", *_MODIFIERS.get(kind, ()))
            return f"({self.render(node.this)} {_BINARY[kind]} {self.render(node.expression)})"
        writer = WRITERS.get(kind)
        if writer is None:
            raise forbidden_node(kind.__name__)
        return writer(self, node)

    def only(self, node: Any, *known: str) -> None:
        """Refuse `node` when it has a part that its writer does not know."""
        for name, value in node.args.items():
            if name not in known and value not in (None, False, []):
                raise forbidden_node(f"{type(node).__name__}.{name}")

    def many(self, nodes: Any) -> str:
        """Return the SQL of several nodes, with commas."""
        if len(nodes) > MAX_ITEMS:
            raise refuse(
                f"Danh sách có {len(nodes)} phần tử, quá mức {MAX_ITEMS}.",
                f"A list of {len(nodes)} items is too long; the limit is {MAX_ITEMS}.",
                "Hãy dùng danh mục mã (codes) hoặc cột phụ.",
                "Use codes, or a column of its own.",
            )
        return ", ".join(self.render(node) for node in nodes)

    # names and literals

    def _column(self, node: Any) -> str:
        self.only(node, "this", "table")
        identifier = node.this
        if isinstance(identifier, exp.Literal) and node.args.get("table") is not None:
            whole = exp.Column(this=node.args["table"].copy())
            return self._part(exp.Dot(this=whole, expression=identifier.copy()))
        if not isinstance(identifier, exp.Identifier):
            raise forbidden_node("Column." + type(identifier).__name__)
        name = identifier.name
        table = node.args.get("table")
        if table is not None:
            return self._qualified(table.name, name)
        if not identifier.quoted and not _WORD.fullmatch(name):
            raise refuse(
                f"Tên “{name}” không hợp lệ.", f"'{name}' is not a name.", "Đặt tên trong dấu ` `.", "Quote it in ` `."
            )
        if name in self._variables:
            return quote(name)
        if name.startswith(PLACEHOLDER) and name.removeprefix(PLACEHOLDER) in self.scope.placeholders:
            return name if self.plain else self.scope.placeholders[name.removeprefix(PLACEHOLDER)]
        if name.startswith("param_") and (self.scope.columns is None or name not in self.scope.columns):
            return self._parameter(name)
        if self.scope.columns is not None and name not in self.scope.columns:
            raise unknown("column", name, [*self.scope.columns, *self._variables])
        self.used.add(name)
        return quote(name) if self.plain else self.scope.replace.get(name) or quote(name)

    def _qualified(self, table: str, name: str) -> str:
        columns = self.scope.tables.get(table)
        if columns is None:
            raise unknown("table", table, self.scope.tables)
        if name not in columns:
            raise unknown("column", name, columns)
        self.used.add(name)
        return f"{quote(table)}.{quote(name)}"

    def _parameter(self, name: str) -> str:
        known = self.scope.parameters
        if name.removeprefix("param_") not in known:
            raise unknown("parameter", name, [f"param_{each}" for each in known])
        return literal(known[name.removeprefix("param_")])

    def _literal(self, node: Any) -> str:
        self.only(node, "this", "is_string")
        if node.is_string:
            return literal(node.this)
        if not _NUMBER.fullmatch(node.this):
            raise refuse(
                f"Số “{node.this[:40]}” không hợp lệ.",
                f"'{node.this[:40]}' is not a number.",
                "Hãy viết số thập phân, như 1.5 hay 2e-3.",
                "Write a decimal number, such as 1.5 or 2e-3.",
            )
        return str(node.this)

    def _boolean(self, node: Any) -> str:
        self.only(node, "this")
        return "true" if node.this else "false"

    def _null(self, node: Any) -> str:
        self.only(node)
        return "NULL"

    # operators

    def _paren(self, node: Any) -> str:
        self.only(node, "this")
        return self.render(node.this)

    def _negative(self, node: Any) -> str:
        self.only(node, "this")
        return f"(-{self.render(node.this)})"

    def _negation(self, node: Any) -> str:
        self.only(node, "this")
        inner = node.this
        if type(inner) in _COMPARING:
            _unambiguous(inner)
        if isinstance(inner, exp.Is):
            return f"{self._test(inner, ' NOT')}"
        if isinstance(inner, exp.In):
            return self._member(inner, "NOT IN")
        return f"(NOT {self.render(inner)})"

    def _test(self, node: Any, negated: str = "") -> str:
        self.only(node, "this", "expression")
        if not isinstance(node.expression, exp.Null):
            raise refuse(
                "`is` chỉ dùng với null.",
                "`is` only goes with null.",
                "Viết x is null hoặc x = true.",
                "Write x is null, or x = true.",
            )
        return f"({self.render(node.this)} IS{negated} NULL)"

    def _between(self, node: Any) -> str:
        self.only(node, "this", "low", "high")
        value, low, high = (self.render(node.args[part]) for part in ("this", "low", "high"))
        return f"({value} BETWEEN {low} AND {high})"

    def _like(self, node: Any) -> str:
        self.only(node, "this", "expression", "negate")
        word = "ILIKE" if isinstance(node, exp.ILike) else "LIKE"
        self._text_argument(word, node.expression)
        negated = "NOT " if node.args.get("negate") else ""
        return f"({self.render(node.this)} {negated}{word} {self.render(node.expression)})"

    def _member(self, node: Any, word: str = "IN") -> str:
        self.only(node, "this", "expressions", "query")
        if node.args.get("query") is not None:
            return f"({self.render(node.this)} {word} {self.render(node.args['query'])})"
        if not node.expressions:
            raise refuse(
                "`in` cần một danh sách trong ngoặc.",
                "`in` needs a list in brackets.",
                "Viết x in ('a', 'b').",
                "Write x in ('a', 'b').",
            )
        return f"({self.render(node.this)} {word} ({self.many(node.expressions)}))"

    def _choice(self, node: Any) -> str:
        self.only(node, "this", "true", "false")
        if node.args.get("false") is None:
            raise forbidden_node("If")
        return f"if({self.render(node.this)}, {self.render(node.args['true'])}, {self.render(node.args['false'])})"

    def _case(self, node: Any) -> str:
        self.only(node, "this", "ifs", "default")
        subject = f" {self.render(node.this)}" if node.args.get("this") is not None else ""
        if len(node.args["ifs"]) > MAX_ARMS:
            raise refuse(
                f"`case` có quá {MAX_ARMS} nhánh.",
                f"`case` has more than {MAX_ARMS} arms.",
                "Hãy dùng transform(x, [từ…], [đến…]).",
                "Use transform(x, [from…], [to…]).",
            )
        arms = []
        for arm in node.args["ifs"]:
            self.only(arm, "this", "true")
            arms.append(f" WHEN {self.render(arm.this)} THEN {self.render(arm.args['true'])}")
        default = node.args.get("default")
        otherwise = f" ELSE {self.render(default)}" if default is not None else ""
        return f"CASE{subject}{''.join(arms)}{otherwise} END"

    def _cast(self, node: Any) -> str:
        self.only(node, "this", "to", "_type")
        return f"CAST({self.render(node.this)} AS {cast_type(node.args['to'].sql(dialect='clickhouse'))})"

    def _cast_text(self, node: Any) -> str:
        self.only(node, "this", "to")
        return f"CAST({self.render(node.this)} AS {cast_type(node.args['to'].name)})"

    def _interval(self, node: Any) -> str:
        self.only(node, "this", "unit")
        unit, amount = node.args.get("unit"), node.this
        if unit is None or unit.name.upper() not in _INTERVALS or not isinstance(amount, exp.Literal | exp.Column):
            raise refuse(
                "Khoảng thời gian không hợp lệ.",
                "This interval is not valid.",
                "Viết interval 5 minute.",
                "Write interval 5 minute.",
            )
        if isinstance(amount, exp.Literal):
            if not str(amount.this).isascii() or not str(amount.this).isdecimal() or len(str(amount.this)) > 9:
                raise refuse(
                    "Khoảng thời gian cần số nguyên.",
                    "An interval needs a whole number.",
                    "Viết interval 5 minute.",
                    "Write interval 5 minute.",
                )
            return f"INTERVAL {amount.this} {unit.name.upper()}"
        return f"INTERVAL {self.render(amount)} {unit.name.upper()}"

    # collections

    def _tuple(self, node: Any) -> str:
        self.only(node, "expressions")
        if not node.expressions:
            raise forbidden_node("Tuple")
        return f"tuple({self.many(node.expressions)})"

    def _array(self, node: Any) -> str:
        self.only(node, "expressions", "value_constructor")
        return f"[{self.many(node.expressions)}]"

    def _subscript(self, node: Any) -> str:
        self.only(node, "this", "expressions", "_type")
        if len(node.expressions) != 1:
            raise forbidden_node("Bracket")
        return f"arrayElement({self.render(node.this)}, {self.render(node.expressions[0])})"

    def _part(self, node: Any) -> str:
        self.only(node, "this", "expression")
        if not (isinstance(node.expression, exp.Literal) and str(node.expression.this).isdecimal()):
            raise forbidden_node("Dot")
        return f"tupleElement({self.render(node.this)}, {int(node.expression.this)})"

    # calls

    def _call(self, node: Any) -> str:
        name, args, parameters = _parts(self, node)
        if name in functions.MACRO_NAMES:
            return self._macro(name, args, parameters)
        name = functions.canonical(name)
        if name in functions.ROW_NAMES:
            if parameters is not None:
                raise _forbidden(name)
            return self._row(name, args)
        base = functions.aggregate_base(name)
        if base is not None:
            return self._aggregate(name, base, args, parameters)
        if name in functions.WINDOW_NAMES and self.scope.windows:
            raise refuse(
                f"{name} cần `over (…)`.",
                f"{name} needs `over (…)`.",
                f"Viết {name}(…) over (…).",
                f"Write {name}(…) over (…).",
            )
        raise _forbidden(name)

    def _row(self, name: str, args: list[Any]) -> str:
        self._bounded(name, args)
        for index in functions.LITERAL.get(name, ()):
            if index < len(args):
                self._text_argument(name, args[index])
        if name in functions.PATTERNS and len(args) > 1:
            check_pattern(args[1].this)
        self.called.add(name)
        first = 0
        written = []
        if name in functions.LAMBDAS and args and isinstance(args[0], exp.Lambda):
            written.append(self._lambda(args[0]))
            first = 1
        written += [self.render(arg) for arg in args[first:]]
        if len(written) > MAX_ITEMS:
            raise _forbidden(name)
        return f"{name}({', '.join(written)})"

    def _aggregate(self, name: str, base: str, args: list[Any], parameters: list[Any] | None) -> str:
        if not self.scope.aggregates:
            raise refuse(
                f"Hàm tổng hợp {name} không dùng được ở đây: biểu thức này tính trên từng bản ghi.",
                f"The aggregate {name} cannot be used here: this expression is computed record by record.",
                "Hãy đặt hàm tổng hợp vào `value`, `numerator` hoặc `denominator` của chỉ tiêu.",
                "Put aggregates into `value`, `numerator` or `denominator` of an indicator.",
            )
        if self._inside_aggregate:
            raise refuse(
                f"Hàm tổng hợp {name} lồng trong hàm tổng hợp khác.",
                f"The aggregate {name} stands inside another aggregate.",
                "Hãy dùng tệp .sql với truy vấn con.",
                "Use a .sql file with a subquery.",
            )
        self.called.add(base)
        settings = ""
        if parameters is not None:
            self._bounded(base, parameters)
            if any(not isinstance(each, exp.Literal | exp.Neg) for each in parameters) or len(parameters) > 20:
                raise _forbidden(name)
            settings = f"({self.many(parameters)})"
        outer, window = self._inside_aggregate, self.windowed
        self._inside_aggregate, self.windowed = outer or not window, False
        try:
            return f"{name}{settings}({self._aggregate_arguments(args)})"
        finally:
            self._inside_aggregate, self.windowed = outer, window

    def _aggregate_arguments(self, args: list[Any]) -> str:
        if len(args) == 1 and isinstance(args[0], exp.Star):
            self.only(args[0])
            return ""
        if len(args) == 1 and isinstance(args[0], exp.Distinct):
            self.only(args[0], "expressions")
            return f"DISTINCT {self.many(args[0].expressions)}"
        return self.many(args)

    def _lambda(self, node: Any) -> str:
        self.only(node, "this", "expressions")
        names = [each.name for each in node.expressions]
        self._lambdas += 1
        if self._lambdas > MAX_LAMBDAS:
            raise refuse(
                f"Hàm ẩn danh lồng nhau quá {MAX_LAMBDAS} lớp.",
                f"Lambdas nest more than {MAX_LAMBDAS} deep.",
                "Hãy tách biểu thức.",
                "Split the expression.",
            )
        for name in names:
            if not _WORD.fullmatch(name):
                raise refuse(
                    f"Biến “{name}” không hợp lệ.",
                    f"'{name}' cannot be a variable.",
                    "Hãy đặt tên biến khác.",
                    "Call the variable something else.",
                )
        self._variables.extend(names)
        try:
            body = self.render(_bind(node.this, names))
        finally:
            del self._variables[len(self._variables) - len(names) :]
            self._lambdas -= 1
        return f"({', '.join(quote(name) for name in names)}) -> {body}"

    def _macro(self, name: str, args: list[Any], parameters: list[Any] | None) -> str:
        if parameters is not None:
            raise _forbidden(name)
        if name == "now_" and not self.scope.clock:
            raise refuse(
                "now_() không dùng được ở đây.",
                "now_() cannot be used here.",
                "Hãy dùng {from} và {to}.",
                "Use {from} and {to}.",
            )
        written = [self.render(arg) for arg in args]
        expanded = self.macros.expand(name, written)
        return f"{name}({', '.join(written)})" if self.plain else expanded

    def _bounded(self, name: str, args: list[Any]) -> None:
        for index, most in functions.BOUNDS.get(name, {}).items():
            if index >= len(args):
                continue
            arg = args[index]
            number = str(arg.this) if isinstance(arg, exp.Literal) and not arg.is_string else ""
            if not number.isdecimal() or len(number) > 9 or int(number) > most:
                raise refuse(
                    f"Tham số {index + 1} của {name} phải là số nguyên viết sẵn, không quá {most}.",
                    f"Argument {index + 1} of {name} must be a written-out whole number of at most {most}.",
                    f"Viết số trực tiếp, ví dụ {name}(…, {min(most, 10)}).",
                    f"Write the number itself, for example {name}(…, {min(most, 10)}).",
                )

    def _text_argument(self, name: str, node: Any) -> None:
        if not (isinstance(node, exp.Literal) and node.is_string):
            raise refuse(
                f"{name} cần một chuỗi viết sẵn ở chỗ này.",
                f"{name} needs a written-out text here.",
                "Viết chuỗi trong dấu nháy đơn.",
                "Write the text in single quotes.",
            )


def _parts(renderer: Renderer, node: Any) -> tuple[str, list[Any], list[Any] | None]:
    """Return (name, arguments, parameters or None) of a call."""
    if isinstance(node, exp.ParameterizedAgg):
        renderer.only(node, "this", "expressions", "params")
        return str(node.this), list(node.args.get("params") or []), list(node.expressions)
    renderer.only(node, "this", "expressions")
    if not isinstance(node.this, str):
        raise forbidden_node(f"{type(node).__name__}.this")
    return node.this, list(node.expressions), None


def _bind(body: Any, names: list[str]) -> Any:
    """Return `body` with its bare variables as columns, as everywhere else."""

    def column(node: Any) -> Any:
        if (
            isinstance(node, exp.Identifier)
            and node.name in names
            and not isinstance(node.parent, exp.Column | exp.Lambda)
        ):
            return exp.Column(this=exp.Identifier(this=node.name, quoted=node.args.get("quoted")))
        return node

    return body.transform(column)


def _unambiguous(node: Any) -> None:
    """Refuse a comparison inside a comparison or a sum without brackets: readers, and parsers, group it in different ways."""
    loose = _COMPARING | _LOGIC if type(node) in _ARITHMETIC else _COMPARING
    for part in ("this", "expression", "low", "high"):
        inner = node.args.get(part)
        negated = inner.this if isinstance(inner, exp.Not) else inner
        if type(negated) in _COMPARING or type(inner) in loose:
            raise refuse(
                "So sánh nối tiếp, hay so sánh trong phép tính, không có ngoặc thì không rõ nghĩa.",
                "Comparisons in a row, or inside a sum, are ambiguous without brackets.",
                "Đặt ngoặc, ví dụ (a = b) = c, hoặc dùng and.",
                "Put brackets, such as (a = b) = c, or use `and`.",
            )


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


def _forbidden(name: str) -> UnsafeExpression:
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


WRITERS: dict[type, Callable[[Renderer, Any], str]] = {
    exp.Column: Renderer._column,
    exp.Literal: Renderer._literal,
    exp.Boolean: Renderer._boolean,
    exp.Null: Renderer._null,
    exp.Paren: Renderer._paren,
    exp.Neg: Renderer._negative,
    exp.Not: Renderer._negation,
    exp.Is: Renderer._test,
    exp.Between: Renderer._between,
    exp.Like: Renderer._like,
    exp.ILike: Renderer._like,
    exp.In: Renderer._member,
    exp.If: Renderer._choice,
    exp.Case: Renderer._case,
    exp.Cast: Renderer._cast,
    exp.CastToStrType: Renderer._cast_text,
    exp.Interval: Renderer._interval,
    exp.Tuple: Renderer._tuple,
    exp.Array: Renderer._array,
    exp.Bracket: Renderer._subscript,
    exp.Dot: Renderer._part,
    exp.Anonymous: Renderer._call,
    exp.AnonymousAggFunc: Renderer._call,
    exp.CombinedAggFunc: Renderer._call,
    exp.ParameterizedAgg: Renderer._call,
    exp.CombinedParameterizedAgg: Renderer._call,
}
