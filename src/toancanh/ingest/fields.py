"""Which raw fields fill which columns: by name, by a source's map, by expressions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from toancanh.domain import InvalidPack, Text
from toancanh.domain.declarations import ColumnType, Mapped
from toancanh.ingest.convert import ENGINE_TYPES, Kind, cleaned, quoted, string, typed
from toancanh.ingest.subject import ID, SKIPPED, Field, Shape, Subject

KINDS: dict[ColumnType, Kind] = {
    "text": "text", "code": "text", "json": "text", "integer": "int", "number": "float", "boolean": "bool",
    "time": "instant", "date": "date",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filled:
    """How one sent column is filled: SQL over the cleaned fields, and its kind.

    `unread` is SQL that is true where a field behind an expression is there but cannot be read as its declared type.
    """

    sql: str
    kind: Kind
    unread: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A mapping expression whose type the engine must tell before a column can be filled with it."""

    sql: str
    unread: str


def raw_names(subject: Subject) -> tuple[str, ...]:
    """Return the raw fields that can fill a column, the record's own `_id` last."""
    names: dict[str, None] = {}
    for name in subject.dataset.sent:
        mapped = subject.mapped(name)
        if mapped is not None and mapped.expression is not None:
            names.update(dict.fromkeys(sorted(subject.raw(mapped.expression).columns)))
        else:
            names[(mapped.field if mapped else None) or name] = None
    names[ID] = None
    return tuple(names)


def fast_fields(subject: Subject, names: Sequence[str]) -> tuple[Field, ...]:
    """Return the fields with the kinds that the engine's parser may read by itself: numbers that nothing touches."""
    numbers: set[str] = set()
    others = {ID}
    for name, column in subject.dataset.sent.items():
        mapped = subject.mapped(name)
        if mapped is not None and mapped.expression is not None:
            others.update(subject.raw(mapped.expression).columns)
            continue
        raw = (mapped.field if mapped else None) or name
        bare = mapped is None or not (mapped.empty or mapped.codes)
        (numbers if column.type == "number" and bare and raw not in numbers else others).add(raw)
    return tuple(Field(name, "float" if name in numbers - others else "text") for name in names)


def cleaned_fields(shape: Shape, subject: Subject) -> str:
    """Return the SQL of the innermost columns: every field in use, cleaned, under its position."""
    bare = _bare(subject) if shape.fast else set()
    return ", ".join(
        f"nullIf({quoted(item.name)}, '') AS __r{position}"
        if item.kind == "text" and item.name in bare
        else f"{cleaned(quoted(item.name), item.kind, compose=shape.compose)} AS __r{position}"
        for position, item in enumerate(shape.fields)
        if not item.name.startswith(SKIPPED)
    )


def _bare(subject: Subject) -> set[str]:
    """Return the fields that a fast plan need not clean: what they become takes no blanks."""
    texts, others = {ID}, set[str]()
    for name, column in subject.dataset.sent.items():
        mapped = subject.mapped(name)
        if mapped is not None and mapped.expression is not None:
            texts.update(subject.raw(mapped.expression).columns)
            continue
        plain = column.type not in ("text", "code", "json") and (mapped is None or not (mapped.empty or mapped.codes))
        (others if plain else texts).add((mapped.field if mapped else None) or name)
    return others - texts


def fill(subject: Subject, shape: Shape) -> dict[str, Filled | Asked]:
    """Return how each sent column is filled."""
    cells = {item.name: (f"__r{position}", item.kind) for position, item in enumerate(shape.fields)}
    found: dict[str, Filled | Asked] = {}
    for name in subject.dataset.sent:
        mapped = subject.mapped(name)
        if mapped is not None and mapped.expression is not None:
            found[name] = _expression(subject, mapped.expression, cells, shape)
            continue
        raw = (mapped.field if mapped else None) or name
        found[name] = _from_field(*cells[raw], mapped) if raw in cells else Filled("NULL", "text")
    return found


def _expression(subject: Subject, text: str, cells: Mapping[str, tuple[str, Kind]], shape: Shape) -> Asked:
    replace, unread = {}, []
    for raw in sorted(subject.raw(text).columns):
        type_ = subject.source.fields.get(raw, "text") if subject.source else "text"
        if raw in cells:
            cell, kind = cells[raw]
            replace[raw] = typed(cell, kind, type_, zone=subject.zone, decimal=shape.decimal, plain=False)
            if replace[raw] != cell and type_ not in ("text", "code", "json"):
                unread.append(f"isNotNull({cell}) AND isNull({replace[raw]})")
        else:
            replace[raw] = f"CAST(NULL, {string(ENGINE_TYPES[KINDS[type_]])})"
    return Asked(subject.raw(text, replace).sql, " OR ".join(unread))


def _from_field(cell: str, kind: Kind, mapped: Mapped | None) -> Filled:
    if mapped is None or not (mapped.empty or mapped.codes):
        return Filled(cell, kind)
    text = cell if kind == "text" else f"toString({cell})"
    return Filled(_translated(text, mapped), "text")


def _translated(text: str, mapped: Mapped) -> str:
    if mapped.empty:
        text = f"if({text} IN ({', '.join(map(string, mapped.empty))}), NULL, {text})"
    if mapped.codes:
        values = ", ".join(map(string, mapped.codes)), ", ".join(map(string, mapped.codes.values()))
        text = f"transform({text}, [{values[0]}], [{values[1]}], {text})"
    return text


def from_expression(asked: Asked, engine_type: str, mapped: Mapped, name: str) -> Filled:
    """Return how a column is filled by an expression, now that the engine told its type. Raises InvalidPack."""
    kind, sql = kind_of(engine_type), asked.sql
    match kind:
        case None:
            raise InvalidPack(
                Text(
                    vi=f"Biểu thức của cột {name} cho kiểu {engine_type}, không ghi vào cột được.",
                    en=f"The expression of the column {name} gives {engine_type}, which no column holds.",
                ),
                Text(vi="Hãy đổi sang văn bản, số hoặc thời điểm.", en="Turn it into text, a number or a time."),
            )
        case "text":
            sql = _translated(f"nullIf(trimBoth(toString({sql})), '')", mapped)
        case "instant":
            sql = f"toTimeZone(toDateTime64({sql}, 3), 'UTC')"
        case "float":
            sql = f"toFloat64({sql})"
        case "int":
            sql = f"toInt64({sql})"
        case "date":
            sql = f"toDate32({sql})"
    return Filled(sql, kind, asked.unread)


def kind_of(engine_type: str) -> Kind | None:
    """Return what kind of value an engine type holds."""
    bare = engine_type
    for wrapper in ("LowCardinality(", "Nullable("):
        bare = bare.removeprefix(wrapper)
    bare = bare.rstrip(")") if "(" not in bare else bare
    starts: tuple[tuple[str, Kind], ...] = (
        ("String", "text"), ("FixedString", "text"), ("Enum", "text"), ("Nothing", "text"), ("UUID", "text"),
        ("Int", "int"), ("UInt", "int"), ("Float", "float"), ("Decimal", "float"), ("Bool", "bool"),
        ("DateTime", "instant"), ("Date", "date"),
    )  # fmt: skip
    return next((kind for start, kind in starts if bare.startswith(start)), None)
