"""SELECTs: which tables a .sql file may read, and which names each part of it may use.

Every table is a declared dataset, a WITH query of the same text, a subquery over these, or `numbers(…)` in demo files.
A subquery sees only its own tables.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlglot import exp

from toancanh.catalog.guard.calls import Scope
from toancanh.catalog.guard.macros import Macros
from toancanh.catalog.guard.names import unknown
from toancanh.catalog.guard.nested import NestedRenderer
from toancanh.catalog.guard.parts import (
    alias_of,
    alias_of_array,
    arrays_of,
    frame_edge,
    held_by,
    only_parts,
    plain_name,
    whole_number,
)
from toancanh.catalog.guard.render import Renderer
from toancanh.catalog.guard.scan import refuse
from toancanh.catalog.guard.writing import forbidden_node, quote

MOST_ROWS = 50_000_000
"""Largest `numbers(…)` of a demo."""
_JOINS = {("", ""), ("", "INNER"), ("LEFT", ""), ("LEFT", "OUTER"), ("LEFT", "ASOF"), ("", "ASOF"), ("LEFT", "ANY"), ("", "ANY"),
          ("", "SEMI"), ("LEFT", "SEMI"), ("LEFT", "ANTI"), ("", "ANTI"), ("RIGHT", ""), ("FULL", "")}  # fmt: skip


@dataclass
class Relation:
    """Something that can be read from: its SQL and its columns."""

    sql: str
    columns: tuple[str, ...]


@dataclass
class QueryRenderer:
    """Writes a whole SELECT. `outputs` are the names of its columns, `read` the datasets, `made` its WITH queries."""

    scope: Scope
    macros: Macros
    tables: Mapping[str, Collection[str]]
    sources: Mapping[str, str]
    generators: bool
    plain: bool = False
    outputs: tuple[str, ...] = ()
    used: set[str] = field(default_factory=set)
    called: set[str] = field(default_factory=set)
    read: set[str] = field(default_factory=set)
    made: set[str] = field(default_factory=set)
    joined_arrays: int = 0

    def query(self, node: Any) -> str:
        """Return the SQL of the text's outermost SELECT."""
        found = self.relation(node, {})
        self.outputs = found.columns
        return found.sql

    def relation(self, node: Any, known: Mapping[str, tuple[str, ...]]) -> Relation:
        """Return the SQL and the columns of a SELECT, a UNION ALL or a bracketed one; `known` are the WITH queries."""
        if isinstance(node, exp.Subquery):
            only_parts(node, "this", "alias")
            return self.relation(node.this, known)
        if isinstance(node, exp.Union):
            only_parts(node, "this", "expression", "with_", "distinct")
            if node.args.get("distinct"):
                raise refuse("UNION cần ALL.", "UNION needs ALL.", "Viết UNION ALL.", "Write UNION ALL.")
            head, known, _ = self.with_queries(node, known, Scope(columns=()))
            left, right = self.relation(node.this, known), self.relation(node.expression, known)
            if len(left.columns) != len(right.columns):
                raise refuse(
                    "Hai vế của UNION ALL có số cột khác nhau.",
                    "The two sides of UNION ALL have different numbers of columns.",
                    "Hãy chọn cùng số cột.",
                    "Select as many columns on each side.",
                )
            return Relation(f"{head}({left.sql}) UNION ALL ({right.sql})", left.columns)
        if isinstance(node, exp.Select):
            return self.select(node, known)
        raise forbidden_node(type(node).__name__)

    def with_queries(
        self, node: Any, known: Mapping[str, tuple[str, ...]], scope: Scope
    ) -> tuple[str, dict[str, tuple[str, ...]], dict[str, str]]:
        """Return (SQL of the WITH head, the queries known now, the scalars it names)."""
        queries, parts = dict(known), list[str]()
        scalars: dict[str, str] = {}
        clause = node.args.get("with_")
        if clause is None:
            return "", queries, scalars
        only_parts(clause, "expressions")
        for item in clause.expressions:
            only_parts(item, "this", "alias", "scalar")
            name = alias_of(item)
            if name in self.tables or name in queries:
                raise refuse(
                    f"Tên “{name}” đã dùng.",
                    f"The name '{name}' is taken.",
                    "Hãy đặt tên khác.",
                    "Choose another name.",
                )
            if isinstance(item.this, exp.Select | exp.Union):
                found = self.relation(item.this, queries)
                queries[name] = found.columns
                self.made.add(name)
                parts.append(f"{quote(name)} AS ({found.sql})")
            else:
                inner = replace(scope, columns=(*(scope.columns or ()), *scalars))
                scalars[name] = self.expression(item.this, inner, queries)
                parts.append(f"{scalars[name]} AS {quote(name)}")
        return f"WITH {', '.join(parts)} ", queries, scalars

    def select(self, node: Any, known: Mapping[str, tuple[str, ...]]) -> Relation:
        """Return the SQL and the columns of one SELECT."""
        only_parts(
            node, "expressions", "from_", "joins", "where", "group", "having", "order", "limit", "offset", "windows",
            "with_", "distinct",
        )  # fmt: skip
        if not node.expressions:
            raise forbidden_node("Select")
        visible: dict[str, tuple[str, ...]] = {}
        aliases = [item.alias for item in node.expressions if isinstance(item, exp.Alias)]
        scope = replace(self.scope, columns=(), tables=visible, aggregates=True, windows=True, queries=True)
        head, queries, scalars = self.with_queries(node, known, scope)
        arrays = [
            alias_of_array(item)
            for join in node.args.get("joins") or []
            if join.kind == "ARRAY"
            for item in arrays_of(join)
        ]
        source = self.source(node.args.get("from_"), visible, queries)
        free: list[str] = [*aliases, *scalars, *arrays]
        joins = ""
        for join in node.args.get("joins") or []:
            joins += self.join(join, scope, visible, queries, free)
        scope = replace(scope, columns=frozenset([*free, *(name for columns in visible.values() for name in columns)]))
        write: Callable[[Any], str] = lambda item: self.expression(item, scope, queries)  # noqa: E731  # one line for seven uses
        items, outputs = self.items(node, scope, visible, queries)
        distinct = ""
        if node.args.get("distinct") is not None:
            only_parts(node.args["distinct"])
            distinct = "DISTINCT "
        sql = f"{head}SELECT {distinct}{items}{source}{joins}"
        if node.args.get("where") is not None:
            sql += f" WHERE {write(held_by(node.args['where']))}"
        if node.args.get("group") is not None:
            group = node.args["group"]
            only_parts(group, "expressions")
            sql += f" GROUP BY {', '.join(write(item) for item in group.expressions)}"
        if node.args.get("having") is not None:
            sql += f" HAVING {write(held_by(node.args['having']))}"
        if node.args.get("windows"):
            sql += " WINDOW " + ", ".join(self.window(item, scope, queries) for item in node.args["windows"])
        if node.args.get("order") is not None:
            only_parts(node.args["order"], "expressions")
            sql += " ORDER BY " + ", ".join(self.ordered(item, write) for item in node.args["order"].expressions)
        return Relation(sql + self.limits(node, write), outputs)

    def items(
        self, node: Any, scope: Scope, visible: Mapping[str, tuple[str, ...]], queries: Mapping[str, tuple[str, ...]]
    ) -> tuple[str, tuple[str, ...]]:
        """Return the SQL of the select list and the names it gives."""
        written: list[str] = []
        outputs: list[str] = []
        for item in node.expressions:
            if isinstance(item, exp.Star):
                only_parts(item)
                if len(visible) != 1:
                    raise refuse(
                        "`*` chỉ dùng khi đọc từ một bảng.",
                        "`*` needs exactly one table.",
                        "Hãy liệt kê các cột.",
                        "List the columns.",
                    )
                columns = next(iter(visible.values()))
                self.used.update(columns)
                written += [quote(name) for name in columns]
                outputs += columns
            elif isinstance(item, exp.Alias):
                only_parts(item, "this", "alias")
                written.append(f"{self.expression(item.this, scope, queries)} AS {quote(plain_name(item.alias))}")
                outputs.append(item.alias)
            elif isinstance(item, exp.Column) and item.args.get("table") is not None:
                written.append(f"{self.expression(item, scope, queries)} AS {quote(item.name)}")
                outputs.append(item.name)
            else:
                written.append(self.expression(item, scope, queries))
                outputs.append(item.name if isinstance(item, exp.Column) else "")
        return ", ".join(written), tuple(outputs)

    # tables

    def source(self, clause: Any, visible: dict[str, tuple[str, ...]], queries: Mapping[str, tuple[str, ...]]) -> str:
        """Return the FROM part, and note in `visible` what it shows."""
        if clause is None:
            return ""
        only_parts(clause, "this")
        return f" FROM {self.table(clause.this, visible, queries)}"

    def table(self, node: Any, visible: dict[str, tuple[str, ...]], queries: Mapping[str, tuple[str, ...]]) -> str:
        """Return the SQL of one table, and note in `visible` its name and columns."""
        if isinstance(node, exp.Subquery):
            found = self.relation(node, queries)
            name = alias_of(node) if node.args.get("alias") is not None else f"part_{len(visible)}"
            self.show(name, found.columns, visible)
            return f"({found.sql}) AS {quote(name)}"
        if not isinstance(node, exp.Table):
            raise forbidden_node(type(node).__name__)
        only_parts(node, "this", "db", "alias")
        if isinstance(node.this, exp.Anonymous):
            return self.generator(node, visible)
        if not isinstance(node.this, exp.Identifier):
            raise forbidden_node("Table")
        full = f"{node.args['db'].name}.{node.name}" if node.args.get("db") is not None else node.name
        name = alias_of(node) if node.args.get("alias") is not None else plain_name(node.name.rpartition(".")[2])
        if full in queries:
            self.show(name, queries[full], visible)
            return f"{quote(full)} AS {quote(name)}"
        if full not in self.tables:
            raise unknown("table", full, [*self.tables, *queries])
        self.read.add(full)
        self.show(name, tuple(sorted(self.tables[full])), visible)
        return f"{self.sources.get(full) or quote(full)} AS {quote(name)}"

    def generator(self, node: Any, visible: dict[str, tuple[str, ...]]) -> str:
        """Return the SQL of `numbers(…)`, held below MOST_ROWS."""
        call = node.this
        if not self.generators or str(call.this) != "numbers" or not 1 <= len(call.expressions) <= 2:
            raise refuse(
                f"Hàm bảng “{str(call.this)[:60]}” không được phép.",
                f"The table function '{str(call.this)[:60]}' is not allowed.",
                "Chỉ đọc các tập dữ liệu đã khai báo; tệp demo được dùng numbers(n).",
                "Read declared datasets only; demo files may use numbers(n).",
            )
        name = alias_of(node) if node.args.get("alias") is not None else "numbers"
        self.show(name, ("number",), visible)
        scope = Scope(columns=(), placeholders=self.scope.placeholders, clock=False)
        args = [Renderer(scope, self.macros, self.plain).render(each) for each in call.expressions]
        if not self.plain:
            args = [f"toUInt64(least(greatest(toInt64({each}), 0), {MOST_ROWS}))" for each in args]
        return f"numbers({', '.join(args)}) AS {quote(name)}"

    def show(self, name: str, columns: tuple[str, ...], visible: dict[str, tuple[str, ...]]) -> None:
        """Note that the table `name` shows `columns`."""
        if name in visible:
            raise refuse(
                f"Hai bảng cùng tên “{name}”.",
                f"Two tables are called '{name}'.",
                "Hãy đặt bí danh bằng `as`.",
                "Name them with `as`.",
            )
        visible[name] = tuple(column for column in columns if column)

    def join(
        self,
        node: Any,
        scope: Scope,
        visible: dict[str, tuple[str, ...]],
        queries: Mapping[str, tuple[str, ...]],
        free: list[str],
    ) -> str:
        """Return the SQL of one JOIN or ARRAY JOIN."""
        if node.kind == "ARRAY":
            only_parts(node, "this", "expressions", "side", "kind")
            self.count_array_join()
            names = frozenset([*free, *(name for columns in visible.values() for name in columns)])
            inner = replace(scope, columns=names)
            parts = [
                f"{self.expression(item.this, inner, queries)} AS {quote(alias_of_array(item))}"
                for item in arrays_of(node)
            ]
            return f" {'LEFT ' if node.side == 'LEFT' else ''}ARRAY JOIN {', '.join(parts)}"
        only_parts(node, "this", "side", "kind", "on", "using", "method", "strictness")
        kind = (node.side or "", (node.kind or node.args.get("method") or ""))
        if kind not in _JOINS or node.args.get("strictness") or (node.args.get("method") and node.kind):
            raise refuse(
                "Kiểu JOIN này không được phép.",
                "This kind of JOIN is not allowed.",
                "Dùng [LEFT] [ANY | ASOF | SEMI | ANTI] JOIN … ON … hoặc USING (…).",
                "Use [LEFT] [ANY | ASOF | SEMI | ANTI] JOIN … ON … or USING (…).",
            )
        left = frozenset(name for columns in visible.values() for name in columns)
        table = self.table(node.this, visible, queries)
        right = frozenset(list(visible.values())[-1])
        words = " ".join(word for word in (kind[0], "" if kind[1] in ("OUTER", "INNER") else kind[1], "JOIN") if word)
        if node.args.get("using"):
            shared = [str(each.name) for each in node.args["using"]]
            for name in shared:
                if name not in left or name not in right:
                    raise unknown("column", name, left & right)
            self.used.update(shared)
            return f" {words} {table} USING ({', '.join(quote(name) for name in shared)})"
        if node.args.get("on") is None:
            raise refuse(
                "JOIN cần điều kiện ON.", "A JOIN needs a condition.", "Viết ON a.x = b.x.", "Write ON a.x = b.x."
            )
        inner = replace(scope, columns=frozenset([*free, *left, *right]))
        return f" {words} {table} ON {self.expression(node.args['on'], inner, queries)}"

    def count_array_join(self) -> None:
        """Refuse more than three array joins in one text: each multiplies the rows."""
        self.joined_arrays += 1
        if self.joined_arrays > 3:
            raise refuse(
                "Quá nhiều ARRAY JOIN.",
                "There are too many ARRAY JOINs.",
                "Dùng nhiều nhất 3 lần.",
                "Use it at most three times.",
            )

    # smaller parts

    def expression(self, node: Any, scope: Scope, queries: Mapping[str, tuple[str, ...]]) -> str:
        """Return the SQL of an expression that sees `scope` and the WITH queries."""
        writer = NestedRenderer(scope, self.macros, plain=self.plain, used=self.used, called=self.called)
        writer.parent, writer.known = self, queries
        return writer.render(node)

    def ordered(self, node: Any, write: Callable[[Any], str]) -> str:
        """Return one item of ORDER BY."""
        only_parts(node, "this", "desc", "nulls_first")
        direction = "DESC" if node.args.get("desc") else "ASC"
        return f"{write(node.this)} {direction} NULLS {'FIRST' if node.args.get('nulls_first') else 'LAST'}"

    def limits(self, node: Any, write: Callable[[Any], str]) -> str:
        """Return LIMIT and OFFSET."""
        sql = ""
        limit, offset = node.args.get("limit"), node.args.get("offset")
        if limit is not None:
            only_parts(limit, "expression", "expressions")
            by = f" BY {', '.join(write(item) for item in limit.expressions)}" if limit.expressions else ""
            sql += f" LIMIT {whole_number(limit.expression)}{by}"
        if offset is not None:
            only_parts(offset, "expression")
            sql += f" OFFSET {whole_number(offset.expression)}"
        return sql

    def window(self, node: Any, scope: Scope, queries: Mapping[str, tuple[str, ...]]) -> str:
        """Return one named window."""
        only_parts(node, "this", "partition_by", "order", "spec")
        return f"{quote(plain_name(node.this.name))} AS ({self.over(node, scope, queries)})"

    def over(self, node: Any, scope: Scope, queries: Mapping[str, tuple[str, ...]]) -> str:
        """Return what stands between the brackets of OVER (…)."""
        write: Callable[[Any], str] = lambda item: self.expression(item, scope, queries)  # noqa: E731  # as above
        parts = []
        if node.args.get("partition_by"):
            parts.append("PARTITION BY " + ", ".join(write(item) for item in node.args["partition_by"]))
        if node.args.get("order") is not None:
            only_parts(node.args["order"], "expressions")
            parts.append("ORDER BY " + ", ".join(self.ordered(item, write) for item in node.args["order"].expressions))
        spec = node.args.get("spec")
        if spec is not None:
            only_parts(spec, "kind", "start", "start_side", "end", "end_side")
            if spec.args["kind"] not in ("ROWS", "RANGE", "rows", "range"):
                raise forbidden_node("WindowSpec")
            low, high = frame_edge(spec, "start"), frame_edge(spec, "end")
            parts.append(f"{spec.args['kind'].upper()} BETWEEN {low} AND {high}")
        return " ".join(parts)
