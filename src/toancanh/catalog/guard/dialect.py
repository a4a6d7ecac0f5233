"""ClickHouse's SQL as a tree that keeps every function under the name it was written with.

The stock dialect turns many functions into common nodes and writes them back in other words. The guard wants neither:
here a call stays a call, and a subscript keeps its base.
"""

import logging
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.dialects.clickhouse import ClickHouse

from toancanh.domain import InvalidInput, Text

logging.getLogger("sqlglot").setLevel(logging.CRITICAL)


_STOCK: Any = ClickHouse.Parser
_PARSER = type(_STOCK)(
    "LiteralParser",
    (_STOCK,),
    {
        "FUNCTIONS": {},
        "NO_PAREN_FUNCTIONS": {},
        "NO_PAREN_FUNCTION_PARSERS": {"CASE": _STOCK.NO_PAREN_FUNCTION_PARSERS["CASE"]},
        "FUNCTION_PARSERS": {"CAST": _STOCK.FUNCTION_PARSERS["CAST"]},
    },
)
_METACLASS: Any = type(ClickHouse)
_DIALECT = _METACLASS("Literalist", (ClickHouse,), {"INDEX_OFFSET": 0, "Parser": _PARSER})


def parse(text: str, *, query: bool) -> Any:
    """Return the tree of one expression, or of one SELECT where `query`; raise InvalidInput where it does not parse."""
    try:
        if query:
            return sqlglot.parse_one(text, dialect=_DIALECT)
        return sqlglot.parse_one(text, dialect=_DIALECT, into=exp.Expr)
    except Exception as error:  # the parser meets hostile text: whatever it raises means that it could not be read
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise InvalidInput(
            Text(vi=f"Không đọc được biểu thức: {reason}", en=f"The expression cannot be read: {reason}"),
            Text(
                vi="Hãy viết theo cú pháp biểu thức SQL của ClickHouse; xem docs/reference/functions.md.",
                en="Write it as a ClickHouse SQL expression; see docs/reference/functions.md.",
            ),
        ) from error
