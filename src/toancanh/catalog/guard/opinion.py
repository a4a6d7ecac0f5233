"""The third door of the guard: what the engine's own parser sees in the SQL that is about to be used."""

import re
from collections.abc import Callable

from toancanh.catalog.guard import functions
from toancanh.catalog.guard.scan import refuse

_LINE = re.compile(r"^\s*(\w+)(?: (.*?))?(?: \(alias .*?\))?(?: \(children \d+\))?$")
_NODES = frozenset(
    [
        "SelectWithUnionQuery",
        "ExpressionList",
        "SelectQuery",
        "Function",
        "Identifier",
        "Literal",
        "Asterisk",
        "WindowDefinition",
        "WindowListElement",
        "TablesInSelectQuery",
        "TablesInSelectQueryElement",
        "TableExpression",
        "TableIdentifier",
        "TableJoin",
        "ArrayJoin",
        "Subquery",
        "OrderByElement",
        "WithElement",
    ]
)
_OPERATORS = frozenset(
    [
        "plus",
        "minus",
        "multiply",
        "divide",
        "modulo",
        "negate",
        "equals",
        "notEquals",
        "less",
        "lessOrEquals",
        "greater",
        "greaterOrEquals",
        "and",
        "or",
        "not",
        "in",
        "notIn",
        "like",
        "notLike",
        "ilike",
        "notILike",
        "isNull",
        "isNotNull",
        "concat",
        "intDiv",
        "if",
        "multiIf",
        "caseWithExpression",
        "array",
        "tuple",
        "arrayElement",
        "tupleElement",
        "CAST",
        "lambda",
        "toTimeZone",
        "arrayJoin",
        "numbers",
        "exists",
    ]
)
_INTERVALS = frozenset(
    f"toInterval{unit}" for unit in ["Second", "Minute", "Hour", "Day", "Week", "Month", "Quarter", "Year"]
)


def second_opinion(explain: Callable[[str], str] | None, sql: str, tables: frozenset[str]) -> None:
    """Raise UnsafeExpression when the engine sees a node, function or table in `sql` that the guard did not mean."""
    if explain is None:
        return
    for line in explain(sql).splitlines():
        if not line.strip():
            continue
        found = _LINE.match(line)
        node, name = (found[1], (found[2] or "").strip()) if found is not None else ("", "")
        meant = node in _NODES
        if node == "Function":
            meant = _allowed(name)
        elif node == "TableIdentifier":
            meant = name.replace("`", "") in tables
        if not meant:
            raise _disagree(line.strip())


def _allowed(name: str) -> bool:
    if (
        name in _OPERATORS
        or name in _INTERVALS
        or name in functions.ROW_NAMES
        or name in functions.WINDOW_NAMES | functions.MACRO_NAMES
    ):
        return True
    return (
        functions.aggregate_base(name.removesuffix("Distinct")) is not None
        or functions.aggregate_base(name) is not None
    )


def _disagree(line: str) -> Exception:
    return refuse(
        f"Bộ đọc của kho dữ liệu hiểu biểu thức khác với dự kiến: {line[:80]}.",
        f"The engine reads the expression otherwise than expected: {line[:80]}.",
        "Hãy viết đơn giản hơn, thêm ngoặc.",
        "Write it more simply, with brackets.",
    )
