"""SQL as text: literals of our own making, and a SELECT that is laid out for people to read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime


def quote(name: str) -> str:
    """Return `name` as a quoted identifier."""
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


def text(value: str) -> str:
    """Return `value` as a text literal."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'"


def number(value: float) -> str:
    """Return `value` as a number literal, whole where it is whole."""
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))


def instant(moment: datetime) -> str:
    """Return `moment` as a text that a column of instants (UTC, milliseconds) is compared with."""
    utc = moment.astimezone(UTC)
    return f"'{utc:%Y-%m-%d %H:%M:%S}.{utc.microsecond // 1000:03d}'"


def instant_value(moment: datetime) -> str:
    """Return `moment` as a value of type DateTime64(3, 'UTC')."""
    return f"toDateTime64({instant(moment)}, 3, 'UTC')"


def day(value: date) -> str:
    """Return a day as a text that a column of days is compared with."""
    return f"'{value:%Y-%m-%d}'"


def names(columns: Iterable[str]) -> str:
    """Return column names, quoted, with commas."""
    return ", ".join(quote(column) for column in columns)


@dataclass
class Select:
    """One SELECT. `columns` are (expression, alias or ''); `source` is a table or a nested query in brackets."""

    columns: Sequence[tuple[str, str]]
    source: str
    where: Sequence[str] = ()
    group: Sequence[str] = ()
    having: str = ""
    order: Sequence[str] = ()
    limit_by: tuple[int, Sequence[str]] | None = None
    limit: int | None = None
    offset: int = 0
    head: str = ""

    def __str__(self) -> str:
        listed = [
            f"{expression} AS {alias}" if alias and alias != expression else expression
            for expression, alias in self.columns
        ]
        lines = [self.head] if self.head else []
        lines += ["SELECT " + ",\n       ".join(listed), f"FROM {self.source}"]
        if self.where:
            lines.append("WHERE " + "\n  AND ".join(self.where))
        if self.group:
            lines.append("GROUP BY " + ", ".join(self.group))
        if self.having:
            lines.append(f"HAVING {self.having}")
        if self.order:
            lines.append("ORDER BY " + ", ".join(self.order))
        if self.limit_by:
            lines.append(f"LIMIT {self.limit_by[0]} BY " + ", ".join(self.limit_by[1]))
        if self.limit is not None:
            lines.append(f"LIMIT {self.limit}" + (f" OFFSET {self.offset}" if self.offset else ""))
        return "\n".join(lines)


def nested(query: object) -> str:
    """Return a query in brackets, indented, to read from."""
    return "(\n" + "\n".join(f"  {line}" if line else line for line in str(query).split("\n")) + "\n)"


def union(queries: Sequence[object]) -> str:
    """Return several queries with the same columns as one."""
    return "\nUNION ALL\n".join(str(query) for query in queries)
