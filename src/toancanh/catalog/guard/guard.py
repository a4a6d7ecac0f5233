"""The guard: text that anyone wrote goes in, SQL that is safe to run comes out, or an error that says what to change."""

import functools
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from toancanh.catalog.guard.calls import Scope
from toancanh.catalog.guard.dialect import parse
from toancanh.catalog.guard.macros import Macros
from toancanh.catalog.guard.opinion import second_opinion
from toancanh.catalog.guard.queries import QueryRenderer
from toancanh.catalog.guard.render import Renderer
from toancanh.catalog.guard.scan import refuse, scan
from toancanh.domain import WorkingCalendar

Explain = Callable[[str], str]
"""The engine's EXPLAIN AST: parses a SELECT, runs nothing, returns the tree as text."""
Names = Mapping[str, Any] | Collection[str] | None

LONGEST_EXPRESSION = 8_000
LONGEST_QUERY = 50_000
LONGEST_OUTPUT = 400_000
MAX_NODES = 4_000
MAX_TREE = 200
_DEMO = {"from": "{from:DateTime64(3, 'UTC')}", "to": "{to:DateTime64(3, 'UTC')}", "seed": "{seed:UInt64}"}


@dataclass(frozen=True, slots=True)
class Compiled:
    """What became of a text: its SQL, the columns it names, the functions it calls, and a SELECT's output columns."""

    sql: str
    columns: frozenset[str]
    functions: frozenset[str]
    outputs: tuple[str, ...] = ()
    tables: frozenset[str] = frozenset()


class Guard:
    """Lets through row expressions, aggregate expressions and SELECTs over declared datasets, and nothing else.

    `zone` and `calendar` belong to the city, and give the macros their meaning. `explain` is the engine's own parser,
    asked for a second opinion on everything that comes out. Every method raises InvalidInput or one of its kinds
    (UnsafeExpression, UnknownName); what it returns holds no word that the guard did not write itself.
    """

    def __init__(
        self, *, explain: Explain | None = None, zone: str = "Asia/Ho_Chi_Minh", calendar: WorkingCalendar | None = None
    ) -> None:
        self._explain = explain
        self._macros = Macros(zone, calendar)
        self._known: dict[Any, Compiled] = {}

    def scalar(
        self,
        text: str,
        columns: Names,
        *,
        parameters: Mapping[str, Any] | None = None,
        replace: Mapping[str, str] | None = None,
    ) -> str:
        """Return the SQL of a row expression over `columns` (None: any name, for the raw fields of a source).

        `parameters` are the values behind `param_NAME`; `replace` gives trusted SQL to write in place of a column.
        """
        return self.compile(text, columns, parameters=parameters, replace=replace).sql

    def aggregate(
        self,
        text: str,
        columns: Names,
        *,
        parameters: Mapping[str, Any] | None = None,
        replace: Mapping[str, str] | None = None,
    ) -> str:
        """Return the SQL of an expression over `columns` that may use aggregate functions."""
        return self.compile(text, columns, parameters=parameters, replace=replace, aggregate=True).sql

    def compile(
        self,
        text: str,
        columns: Names,
        *,
        parameters: Mapping[str, Any] | None = None,
        replace: Mapping[str, str] | None = None,
        aggregate: bool = False,
    ) -> Compiled:
        """Return what `scalar` or `aggregate` do, with the columns and functions that the expression uses."""
        names = None if columns is None else frozenset(columns)
        key = ("expression", text, names, _frozen(parameters), _frozen(replace), aggregate)
        return self._remembered(key, lambda: self._expression(text, names, parameters or {}, replace or {}, aggregate))

    def select(
        self,
        text: str,
        tables: Mapping[str, Mapping[str, Any] | Collection[str]],
        *,
        sources: Mapping[str, str] | None = None,
        parameters: Mapping[str, Any] | None = None,
    ) -> str:
        """Return the SQL of a SELECT over `tables` (name -> columns).

        `sources` gives trusted SQL (a subquery in brackets, say) to read in place of each table; without it the name
        itself is written, quoted.
        """
        return self.compile_select(text, tables, sources=sources, parameters=parameters).sql

    def compile_select(
        self,
        text: str,
        tables: Mapping[str, Mapping[str, Any] | Collection[str]],
        *,
        sources: Mapping[str, str] | None = None,
        parameters: Mapping[str, Any] | None = None,
    ) -> Compiled:
        """Return what `select` does, with the tables it reads and the names of its output columns."""
        known = {name: frozenset(columns) for name, columns in tables.items()}
        key = ("select", text, frozenset(known.items()), _frozen(sources), _frozen(parameters))
        scope = Scope(columns=(), parameters=parameters or {}, aggregates=True, windows=True, queries=True)
        return self._remembered(key, lambda: self._query(text, scope, known, sources or {}, ()))

    def demo(self, text: str) -> str:
        """Return the SQL of a demo's SELECT over `numbers(…)`, with the parameters {from}, {to} and {seed} to fill in."""
        return self.compile_demo(text).sql

    def compile_demo(self, text: str) -> Compiled:
        """Return what `demo` does, with the names of its output columns."""
        scope = Scope(columns=(), placeholders=_DEMO, aggregates=True, windows=True, queries=True, clock=False)
        return self._remembered(("demo", text), lambda: self._query(text, scope, {}, {}, tuple(_DEMO)))

    def _remembered(self, key: Any, make: Callable[[], Compiled]) -> Compiled:
        found = self._known.get(key)
        if found is None:
            found = make()
            if len(self._known) > 10_000:
                self._known.clear()
            self._known[key] = found
        return found

    def _expression(
        self,
        text: str,
        names: frozenset[str] | None,
        parameters: Mapping[str, Any],
        replace: Mapping[str, str],
        aggregate: bool,
    ) -> Compiled:
        tree = _tree(scan(text, longest=LONGEST_EXPRESSION), query=False)
        scope = Scope(columns=names, parameters=parameters, replace=replace, aggregates=aggregate)
        plain = Renderer(scope, self._macros, plain=True).render(tree)
        _round_trip(plain, Renderer(scope, self._macros, plain=True).render(_tree(plain, query=False)))
        second_opinion(self._explain, f"SELECT {plain}", frozenset())
        writer = Renderer(scope, self._macros)
        return Compiled(_short(writer.render(tree)), frozenset(writer.used), frozenset(writer.called))

    def _query(
        self,
        text: str,
        scope: Scope,
        tables: Mapping[str, frozenset[str]],
        sources: Mapping[str, str],
        placeholders: tuple[str, ...],
    ) -> Compiled:
        tree = _tree(scan(text, longest=LONGEST_QUERY, placeholders=placeholders), query=True)
        generators = bool(placeholders)
        plain = QueryRenderer(scope, self._macros, tables, {}, generators, plain=True).query(tree)
        again = QueryRenderer(scope, self._macros, tables, {}, generators, plain=True)
        _round_trip(plain, again.query(_tree(plain, query=True)))
        second_opinion(self._explain, plain, frozenset(tables) | again.made)
        writer = QueryRenderer(scope, self._macros, tables, sources, generators)
        sql = _short(writer.query(tree))
        return Compiled(sql, frozenset(writer.used), frozenset(writer.called), writer.outputs, frozenset(writer.read))


def _frozen(values: Mapping[str, Any] | None) -> Any:
    return frozenset((name, type(value).__name__, value) for name, value in (values or {}).items())


@functools.lru_cache(maxsize=2048)
def _tree(text: str, *, query: bool) -> Any:
    """Return the tree of `text` when it is neither too wide nor too deep."""
    tree = parse(text, query=query)
    stack, nodes = [(tree, 1)], 0
    while stack:
        node, depth = stack.pop()
        nodes += 1
        if depth > MAX_TREE or nodes > MAX_NODES:
            raise refuse(
                "Biểu thức quá phức tạp.",
                "The expression is too complicated.",
                "Hãy tách biểu thức.",
                "Split the expression.",
            )
        stack.extend((child, depth + 1) for child in node.iter_expressions())
    return tree


def _short(sql: str) -> str:
    if len(sql) > LONGEST_OUTPUT:
        raise refuse(
            "Biểu thức quá phức tạp.",
            "The expression is too complicated.",
            "Hãy tách biểu thức.",
            "Split the expression.",
        )
    return sql


def _round_trip(first: str, second: str) -> None:
    """Hold that what was written means the same when it is read and written once more."""
    if first != second:
        raise refuse(
            "Không dựng lại được biểu thức.",
            "The expression could not be written again.",
            "Hãy viết đơn giản hơn, thêm ngoặc.",
            "Write it more simply, with brackets.",
        )
