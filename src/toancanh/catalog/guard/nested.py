"""Expressions inside a SELECT, which may hold windows, subqueries and arrayJoin."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from toancanh.catalog.guard import functions
from toancanh.catalog.guard.parts import plain_name
from toancanh.catalog.guard.render import WRITERS, Renderer
from toancanh.catalog.guard.writing import forbidden_node, quote


@dataclass
class NestedRenderer(Renderer):
    """Writes one expression of a SELECT; `parent` writes the SELECT around it, `known` are the WITH queries."""

    parent: Any = None
    known: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def render(self, node: Any) -> str:
        """Return the SQL of `node`; raise UnsafeExpression or UnknownName."""
        if isinstance(node, exp.Subquery):
            return f"({self.parent.relation(node, self.known).sql})"
        if isinstance(node, exp.Exists):
            self.only(node, "this")
            return f"exists({self.parent.relation(node.this, self.known).sql})"
        if isinstance(node, exp.Window):
            return self._over(node)
        if isinstance(node, exp.Anonymous) and node.this == "arrayJoin" and len(node.expressions) == 1:
            self.parent.count_array_join()
            return f"arrayJoin({self.render(node.expressions[0])})"
        return super().render(node)

    def _over(self, node: Any) -> str:
        self.only(node, "this", "partition_by", "order", "spec", "over", "alias")
        call, nulls = node.this, ""
        if isinstance(call, exp.IgnoreNulls | exp.RespectNulls):
            self.only(call, "this")
            nulls = " IGNORE NULLS" if isinstance(call, exp.IgnoreNulls) else " RESPECT NULLS"
            call = call.this
        if isinstance(call, exp.Anonymous) and functions.canonical(str(call.this)) in functions.WINDOW_NAMES:
            self.only(call, "this", "expressions")
            written = f"{functions.canonical(str(call.this))}({self.many(call.expressions)})"
        elif type(call) in WRITERS and WRITERS[type(call)] is Renderer._call and _is_aggregate(call):
            outer, self.windowed = self.windowed, True
            written = self.render(call)
            self.windowed = outer
        else:
            raise forbidden_node("Window")
        alias = node.args.get("alias")
        inner = quote(plain_name(alias.name)) if alias is not None else ""
        rest = self.parent.over(node, self.scope, self.known)
        if inner and not rest:
            return f"{written}{nulls} OVER {inner}"
        return f"{written}{nulls} OVER ({' '.join(part for part in (inner, rest) if part)})"


def _is_aggregate(call: Any) -> bool:
    return isinstance(call.this, str) and functions.aggregate_base(functions.canonical(call.this)) is not None
