"""The second door of the guard: one walk over the tree that checks every node and writes it anew.

A node that has no writer here is refused, and so is a part of a node that its writer does not know. What comes out is
therefore made only of words this file put there: quoted names that are declared, literals in their own encoding, and
functions from the allow-list. Every operator is bracketed, so that no reader can group it otherwise.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from toancanh.catalog.guard.calls import Calls
from toancanh.catalog.guard.growth import too_much
from toancanh.catalog.guard.names import unknown
from toancanh.catalog.guard.scan import PLACEHOLDER, refuse
from toancanh.catalog.guard.writing import NUMBER, WORD, cast_type, forbidden_node, literal, quote

_INTERVALS = ("SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR")
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
class Renderer(Calls):
    """Writes one tree, and says what it used: see `Calls` for what it holds."""

    def render(self, node: Any) -> str:
        """Return the SQL of `node`; raise UnsafeExpression or UnknownName."""
        kind = type(node)
        if kind in _COMPARING or kind in _ARITHMETIC:
            _unambiguous(node)
        if kind in _BINARY:
            self.only(node, "this", "expression", *_MODIFIERS.get(kind, ()))
            if self._folding and kind is exp.DPipe:
                raise too_much()
            return f"({self.render(node.this)} {_BINARY[kind]} {self.render(node.expression)})"
        writer = WRITERS.get(kind)
        if writer is None:
            raise forbidden_node(kind.__name__)
        return writer(self, node)

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
        if not identifier.quoted and not WORD.fullmatch(name):
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
        if not NUMBER.fullmatch(node.this):
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
