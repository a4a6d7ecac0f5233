"""Small parts of a SELECT: aliases, whole numbers, edges of windows."""

from typing import Any

from sqlglot import exp

from toancanh.catalog.guard.scan import refuse
from toancanh.catalog.guard.writing import forbidden_node


def only_parts(node: Any, *known: str) -> None:
    """Refuse `node` when it has a part that is not `known`."""
    for name, value in node.args.items():
        if name not in known and value not in (None, False, []):
            raise forbidden_node(f"{type(node).__name__}.{name}")


def held_by(node: Any) -> Any:
    """Return what a WHERE or HAVING holds."""
    only_parts(node, "this")
    return node.this


def plain_name(name: str) -> str:
    """Return `name` when it can be an alias."""
    if not name.isascii() or not name.isidentifier():
        raise refuse(
            f"Bí danh “{name[:60]}” không hợp lệ.",
            f"'{name[:60]}' is not a name.",
            "Dùng chữ a-z, số và _.",
            "Use a-z, digits and _.",
        )
    return name


def alias_of(node: Any) -> str:
    """Return the alias of a table, a WITH query or a subquery."""
    alias = node.args["alias"]
    if isinstance(alias, exp.TableAlias):
        only_parts(alias, "this")
        alias = alias.this
    if not isinstance(alias, exp.Identifier):
        raise forbidden_node("Alias")
    return plain_name(alias.name)


def arrays_of(join: Any) -> list[Any]:
    """Return the arrays of an ARRAY JOIN."""
    return [join.this, *(join.args.get("expressions") or [])]


def alias_of_array(item: Any) -> str:
    """Return the name that an ARRAY JOIN gives to one of its arrays."""
    if isinstance(item, exp.Alias):
        return plain_name(item.alias)
    raise refuse(
        "ARRAY JOIN cần bí danh.", "ARRAY JOIN needs a name.", "Viết ARRAY JOIN xs AS x.", "Write ARRAY JOIN xs AS x."
    )


def whole_number(node: Any) -> str:
    """Return a written-out whole number."""
    if isinstance(node, exp.Literal) and not node.is_string and str(node.this).isdecimal() and len(str(node.this)) < 9:
        return str(node.this)
    raise refuse(
        "LIMIT cần số nguyên viết sẵn.", "LIMIT needs a written-out number.", "Viết LIMIT 100.", "Write LIMIT 100."
    )


def frame_edge(spec: Any, which: str) -> str:
    """Return one edge of a window's frame."""
    value, side = spec.args.get(which), spec.args.get(f"{which}_side")
    if value in (None, "CURRENT ROW"):
        return "CURRENT ROW"
    direction = str(side or "").upper()
    if direction not in ("PRECEDING", "FOLLOWING"):
        raise forbidden_node("WindowSpec")
    return f"{'UNBOUNDED' if value == 'UNBOUNDED' else whole_number(value)} {direction}"
