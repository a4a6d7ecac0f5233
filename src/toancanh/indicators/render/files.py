"""Reading from a .sql file of a pack: the file sees its dataset by name, cut to the rows that the question may read."""

from toancanh.domain import Grain, Period
from toancanh.indicators.plan import File, Part, Piece, Rows
from toancanh.indicators.render.rows import Source, whole_rows
from toancanh.indicators.render.steps import step
from toancanh.indicators.render.text import Select, instant_value, names, nested, quote, text

PLACES = ("_area", "_unit", "_source")
"""What a row of a file needs besides its own columns, when the answer is split by it."""


def file_source(part: Part, piece: Piece, form: File, grain: Grain | None, zone: str) -> Source:
    """Return the rows of a file inside the piece. Places that it does not give are those of each series' newest record."""
    reach = Period(piece.period.start - form.reach, piece.period.end)
    seen = whole_rows(part.rows, reach, zone, (piece.when,) if piece.when else ())
    lacking = [place for place in PLACES if place not in form.columns and any(place in key for key in part.keys)]
    queries = [f"{quote(form.name)} AS {nested(seen)}"]
    queries += [f"{quote(name)} AS {nested(whole_rows(rows, _reach(rows, reach), zone))}" for name, rows in form.others]
    head = "WITH " + ",\n".join(queries)
    moment = f"toDateTime64(time, 3, {text(zone)})"
    columns = [("*" if not lacking else "f.*", ""), (moment, "_at")]
    source = nested(form.sql)
    if lacking:
        version = quote(part.rows.version.column)
        places = Select(
            [(names(part.series), ""), *((f"argMax({place}, {version})", f"_last{place}") for place in lacking)],
            quote(form.name),
            group=[names(part.series)],
        )
        columns += [(f"p._last{place}", place) for place in lacking]
        source = f"{source} AS f\nLEFT JOIN {nested(places)} AS p USING ({names(part.series)})"
    outer = Select(columns, source, head=head)
    where = (f"_at >= {instant_value(piece.period.start)}", f"_at < {instant_value(piece.period.end)}")
    return Source(nested(outer), where, step("_at", grain, zone) if grain else "")


def _reach(rows: Rows, reach: Period) -> Period | None:
    return reach if rows.of == "records" else None
