"""SQL of lists of records: pages by key, and whole exports."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from toancanh.domain import Period
from toancanh.domain.declarations import ColumnType
from toancanh.indicators.plan import Rows
from toancanh.indicators.render.conditions import Params, Plain, compare, value_sql
from toancanh.indicators.render.rows import wide_rows
from toancanh.indicators.render.text import Select, names, nested, quote

Shape = Literal["plain", "sheet", "feature"]
"""plain: values as they are. sheet: for spreadsheets, where a text must not become a formula. feature: GeoJSON."""
_FORMULA = "'^[=+@\\\\t\\\\r-]'"


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a list: its name, the SQL behind it, its type, and whether it may be without a value."""

    name: str
    sql: str
    type: ColumnType
    nullable: bool = True


@dataclass(frozen=True, slots=True)
class Sorted:
    """A column to order by; values that are missing come last."""

    field: Field
    down: bool

    def sql(self, table: str = "") -> str:
        """Return the term of ORDER BY."""
        name = f"{table}.{quote(self.field.name)}" if table else self.field.sql
        return f"{name}{' DESC' if self.down else ''}{' NULLS LAST' if self.field.nullable else ''}"


@dataclass(frozen=True)
class Listing:
    """Everything that the SQL of a list is made of. `after` are the order columns' values of the last row seen."""

    rows: Rows
    zone: str
    period: Period | None
    fields: tuple[Field, ...]
    order: tuple[Sorted, ...] = ()
    after: tuple[Plain, ...] = ()
    limit: int | None = None
    point: tuple[str, str] | None = None


def listing_sql(listing: Listing, shape: Shape, params: Params) -> str:
    """Return the SELECT of a list in the shape that a format needs."""
    base = wide_rows(listing.rows, listing.period, listing.zone)
    where = [*base.where]
    if listing.after:
        where.append(_following(listing.order, listing.after, params))
    fields = listing.fields
    if shape != "plain":
        fields = tuple({each.name: each for each in (*fields, *(each.field for each in listing.order))}.values())
    plain = Select([(field.sql, quote(field.name)) for field in fields], base.source, where)
    if shape == "plain":
        plain.order, plain.limit = [each.sql() for each in listing.order], listing.limit
        return str(plain)
    columns = _cells(listing) if shape == "sheet" else _feature(listing)
    order = [each.sql("r") for each in listing.order]
    return str(Select(columns, f"{nested(plain)} AS r", order=order, limit=listing.limit))


def _cells(listing: Listing) -> list[tuple[str, str]]:
    found = []
    for field in listing.fields:
        name, column = quote(field.name), f"r.{quote(field.name)}"
        if field.name == "_flags":
            found.append((f"arrayStringConcat({column}, ' ')", name))
        elif field.type in ("text", "code", "json"):
            found.append((f"if(match({column}, {_FORMULA}), concat('\\'', {column}), {column})", name))
        else:
            found.append((column, name))
    return found


def _feature(listing: Listing) -> list[tuple[str, str]]:
    """Return the columns of a GeoJSON feature; one without a point has empty coordinates (RFC 7946, section 3.1)."""
    lon, lat = (quote(name) for name in listing.point or ("", ""))
    point = f"if({lon} IS NULL OR {lat} IS NULL, [], [assumeNotNull({lon}), assumeNotNull({lat})])"
    properties = names(
        field.name for field in listing.fields if field.name != "_id" and field.name not in (listing.point or ())
    )
    return [
        ("'Feature'", "type"),
        ("`_id`", "id"),
        (f"CAST(tuple('Point', {point}), 'Tuple(type String, coordinates Array(Float64))')", "geometry"),
        (f"tuple({properties})", "properties"),
    ]


def _following(order: Sequence[Sorted], after: Sequence[Plain], params: Params) -> str:
    """Return the condition that a row comes after the one with these values; missing values come last."""
    arms: list[str] = []
    same: list[str] = []
    for each, value in zip(order, after, strict=True):
        sql = each.field.sql
        if value is None:
            same.append(f"{sql} IS NULL")
            continue
        beyond = compare(sql, "<" if each.down else ">", value, params)
        if each.field.nullable:
            beyond = f"({beyond} OR {sql} IS NULL)"
        arms.append(" AND ".join([*same, beyond]))
        same.append(f"{sql} = {value_sql(value, params)}")
    return f"({' OR '.join(f'({arm})' for arm in arms)})" if arms else "0"
