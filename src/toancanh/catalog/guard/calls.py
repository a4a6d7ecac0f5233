"""Calls: functions of one record, aggregates, lambdas, and the macros of our own."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from toancanh.catalog.guard import functions, macros
from toancanh.catalog.guard.growth import JOINING, MOST, growth, too_much
from toancanh.catalog.guard.scan import refuse
from toancanh.catalog.guard.writing import WORD, check_pattern, forbidden_function, forbidden_node, quote

MAX_LAMBDAS = 3
MAX_ITEMS = 500


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
class Calls(ABC):
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
    _growth: int = 1
    _folding: bool = False

    @abstractmethod
    def render(self, node: Any) -> str:
        """Return the SQL of any node."""

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

    # calls

    def _call(self, node: Any) -> str:
        name, args, parameters = _parts(self, node)
        if name in functions.MACRO_NAMES:
            return self._macro(name, args, parameters)
        name = functions.canonical(name)
        if name in functions.ROW_NAMES:
            if parameters is not None:
                raise forbidden_function(name)
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
        raise forbidden_function(name)

    def _row(self, name: str, args: list[Any]) -> str:
        self._bounded(name, args)
        for index in functions.LITERAL.get(name, ()):
            if index < len(args):
                self._text_argument(name, args[index])
        if name in functions.PATTERNS and len(args) > 1:
            check_pattern(args[1].this)
        if len(args) > MAX_ITEMS:
            raise forbidden_function(name)
        self.called.add(name)
        outer = self._growth
        self._growth *= growth(name, args)
        if self._growth > MOST or (self._folding and name in JOINING):
            raise too_much()
        written = self._arguments(name, args)
        self._growth = outer
        return f"{name}({', '.join(written)})"

    def _arguments(self, name: str, args: list[Any]) -> list[str]:
        if not (name in functions.LAMBDAS and args and isinstance(args[0], exp.Lambda)):
            return [self.render(arg) for arg in args]
        outer, self._folding = self._folding, self._folding or name == "arrayFold"
        body = self._lambda(args[0])
        self._folding = outer
        return [body, *(self.render(arg) for arg in args[1:])]

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
                raise forbidden_function(name)
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
            if not WORD.fullmatch(name):
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
            raise forbidden_function(name)
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


def _parts(renderer: Calls, node: Any) -> tuple[str, list[Any], list[Any] | None]:
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
