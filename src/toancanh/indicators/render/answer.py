"""Plan -> the SQL of one answer.

A piece of a part becomes one grouped SELECT; pieces (formulae in force one after the other) are combined; values are
finished (ratios divided, coverage applied); parts (other rows, other periods) meet on time and keys; the whole is ordered
and cut. A layer that an answer does not need is not written.
"""

from itertools import pairwise

from toancanh.indicators.plan import Coverage, File, Form, Measure, Part, Piece, Plan, Ratio, Target, Whole
from toancanh.indicators.render.files import file_source
from toancanh.indicators.render.rows import source_of
from toancanh.indicators.render.spans import asked, span
from toancanh.indicators.render.steps import shifted
from toancanh.indicators.render.text import Select, instant_value, names, nested, number, quote, union

TIME = "_time"


def answer_sql(plan: Plan) -> str:
    """Return the SELECT that answers `plan`: one row per step and keys, columns as in `plan.aliases`.

    It asks for one row more than the limit, so that a page knows whether another one follows.
    """
    parts = [_part(plan, part) for part in plan.parts]
    whole = parts[0] if len(parts) == 1 else _joined(plan, parts)
    if [alias for _, alias in whole.columns] != list(plan.aliases):
        targets = {target.alias: _target(plan, target) for target in plan.targets}
        whole = Select([(targets.get(alias, alias), alias) for alias in plan.aliases], nested(whole))
    whole.order = [
        f"{alias}{' DESC' if down else ''}{'' if alias == TIME else ' NULLS LAST'}" for alias, down in plan.order
    ]
    whole.limit, whole.offset = plan.limit + 1, plan.offset
    return str(whole)


def _keys(plan: Plan) -> list[str]:
    return [*([TIME] if plan.grain else []), *(key.alias for key in plan.keys)]


def _part(plan: Plan, part: Part) -> Select:
    """Return one part: time, keys, and each measure's coverage and value."""
    if len(part.pieces) == 1:
        select, made = _piece(plan, part, part.pieces[0], alone=True)
    else:
        pieces = [_aliased(*_piece(plan, part, piece, alone=False)) for piece in part.pieces]
        made = {key: key for key in _keys(plan)}
        for measure in part.measures:
            made |= _combined(measure)
        select = Select([], nested(union(pieces)), group=_keys(plan), having="" if _keys(plan) else "count() > 0")
    finished = _finish(plan, part, select, made)
    if part.shift is None or plan.grain is None:
        return finished
    moved = [(shifted(f"before.{TIME}", part.shift), TIME)]
    moved += [(alias, alias) for _, alias in finished.columns if alias != TIME]
    return Select(moved, f"{nested(finished)} AS before")


def _piece(plan: Plan, part: Part, piece: Piece, *, alone: bool) -> tuple[Select, dict[str, str]]:
    """Return (SELECT without columns, expression by alias) of one piece.

    The tails of the aliases: `__v` value, or `__n` and `__d` parts of a ratio; `__c` counted, `__x` expected, `__s`
    series seen. A file that is not alone gives its rows ungrouped, and `_combined` totals them.
    """
    form = piece.forms[0]
    from_file = isinstance(form, File)
    source = (
        file_source(part, piece, form, plan.grain, plan.zone)
        if isinstance(form, File)
        else source_of(part, piece, plan.grain, plan.zone)
    )
    made = {TIME: source.step} if plan.grain else {}
    made |= {key.alias: sql for key, sql in zip(plan.keys, part.keys, strict=True)}
    moving = False
    for measure, each in zip(part.measures, piece.forms, strict=True):
        for tail, sql in _values(each, alone=alone).items():
            made[measure.alias + tail] = seen = source.seen_from_here(sql)
            moving = moving or seen != sql
        made |= {measure.alias + tail: sql for tail, sql in _coverage_values(plan, measure.coverage, each).items()}
    if from_file and not alone:
        return Select([], source.table, source.where), made
    group = [*_keys(plan), *([source.group] if source.group and moving else [])]
    having = "" if group else "count() > 0"
    if part.newest:
        having = f"max({quote(part.rows.placed.column)}) >= {instant_value(piece.period.start)}"
    return Select([], source.table, source.where, group, having), made


def _aliased(select: Select, made: dict[str, str]) -> Select:
    select.columns = [(sql, alias) for alias, sql in made.items()]
    return select


def _values(form: Form, *, alone: bool) -> dict[str, str]:
    if isinstance(form, Whole):
        return {"__v": form.value}
    if isinstance(form, Ratio):
        return {"__n": _scaled(form.numerator, form.scale), "__d": form.denominator}
    if form.ratio and form.total in ("avg", "sum"):
        if not alone:
            return {"__n": _scaled("numerator", form.scale), "__d": "denominator"}
        return {"__n": _scaled("sum(numerator)", form.scale), "__d": "sum(denominator)"}
    value = f"{_scaled('numerator', form.scale)} / nullIf(denominator, 0)" if form.ratio else "value"
    if not alone:
        return {"__v": value, "__t": "_at"} if form.total == "last" else {"__v": value}
    return {"__v": f"argMax({value}, _at)" if form.total == "last" else f"{form.total}({value})"}


def _scaled(sql: str, scale: float) -> str:
    return sql if scale == 1 else f"{number(scale)} * {sql}"


def _coverage_values(plan: Plan, coverage: Coverage | None, form: Form) -> dict[str, str]:
    if coverage is None:
        return {}
    counted = coverage.counted
    if isinstance(form, File):
        counted = "countIf(denominator > 0)" if form.ratio else "count(value)"
    found = {"__c": counted}
    if coverage.expected is not None:
        found["__x"] = coverage.expected
    elif isinstance(coverage.series, tuple):
        found["__s"] = f"uniqExact{'State' if plan.grain else ''}({names(coverage.series)})"
    return found


def _combined(measure: Measure) -> dict[str, str]:
    """Return the expressions that make one value of the pieces inside one step."""
    alias = measure.alias
    by_way = {
        "ratio": {"__n": f"sum({alias}__n)", "__d": f"sum({alias}__d)"},
        "last": {"__v": f"argMax({alias}__v, {alias}__t)"},
        "apart": {"__v": f"if(count() = 1, any({alias}__v), NULL)"},
    }
    found = by_way.get(measure.combine, {"__v": f"{measure.combine}({alias}__v)"})
    if measure.coverage is not None:
        found = {**found, "__c": f"sum({alias}__c)"}
        if measure.coverage.expected is not None:
            found["__x"] = f"sum({alias}__x)"
        elif isinstance(measure.coverage.series, tuple):
            found["__s"] = f"uniqExactMergeState({alias}__s)"
    return {alias + tail: sql for tail, sql in found.items()}


def _finish(plan: Plan, part: Part, select: Select, made: dict[str, str]) -> Select:
    """Return `select` with finished columns; one level more where series must be counted across all steps."""
    keys = _keys(plan)
    across = any(measure.coverage is not None and _across(plan, measure.coverage) for measure in part.measures)
    if across:
        select = Select([], nested(_aliased(select, made)))
        made = {alias: alias for alias in made}
    columns = [(made[key], key) for key in keys]
    for measure in part.measures:
        alias = measure.alias
        value = (
            f"{made[alias + '__n']} / nullIf({made[alias + '__d']}, 0)"
            if alias + "__n" in made
            else made[alias + "__v"]
        )
        if measure.coverage is not None:
            share = f"least(1, {made[alias + '__c']} / {_expected(plan, part, measure, made)})"
            columns.append((f"ifNotFinite({share}, 1)", f"{alias}__coverage"))
            value = f"if({alias}__coverage >= {number(measure.coverage.at_least)}, {value}, NULL)"
        columns.append((value, alias))
    select.columns = columns
    return select


def _across(plan: Plan, coverage: Coverage) -> bool:
    return plan.grain is not None and coverage.expected is None and isinstance(coverage.series, tuple)


def _expected(plan: Plan, part: Part, measure: Measure, made: dict[str, str]) -> str:
    """Return how many records one step and group should have."""
    coverage = measure.coverage
    if coverage is None:
        raise ValueError("a measure without coverage expects nothing")
    if coverage.expected is not None:
        return f"({made[measure.alias + '__x']} * {asked(plan, part, coverage.per)})"
    promised = f"{span(plan, part, coverage.until)} / {number(coverage.every or 1)}"
    if isinstance(coverage.series, int):
        return f"({promised} * {coverage.series})" if coverage.series != 1 else f"({promised})"
    series = made[measure.alias + "__s"]
    if plan.grain is not None:
        groups = ", ".join(key.alias for key in plan.keys)
        series = f"uniqExactMerge({series}) OVER ({f'PARTITION BY {groups}' if groups else ''})"
    return f"({promised} * {series})"


def _joined(plan: Plan, parts: list[Select]) -> Select:
    """Return parts side by side: the rows of the asked period, with what others have for the same step and keys."""
    keys = _keys(plan)
    tagged = []
    for select, part in zip(parts, plan.parts, strict=True):
        own = _own_names(part)
        columns = [(key, key) for key in keys]
        columns += [(f"part.{own[name]}" if name in own else "NULL", name) for name in _value_names(plan)]
        tagged.append(Select([*columns, ("1" if part.role == "asked" else "0", "_asked")], f"{nested(select)} AS part"))
    return Select(
        [*((key, key) for key in keys), *((f"any({name})", name) for name in _value_names(plan))],
        nested(union(tagged)),
        group=keys,
        having="max(_asked) = 1",
    )


def _value_names(plan: Plan) -> list[str]:
    targets = {target.alias for target in plan.targets}
    return [alias for alias in plan.aliases if alias not in _keys(plan) and alias not in targets]


def _own_names(part: Part) -> dict[str, str]:
    """Return the answer's names of a part's columns -> their names inside the part."""
    tail = "" if part.role == "asked" else f"__{part.role}"
    found = {measure.alias + tail: measure.alias for measure in part.measures}
    if part.role == "asked":
        found |= {
            f"{measure.alias}__coverage": f"{measure.alias}__coverage" for measure in part.measures if measure.coverage
        }
    return found


def _target(plan: Plan, target: Target) -> str:
    """Return the target in force at each step, or at the end of the period."""
    values = [(start, "NULL" if value is None else number(value)) for start, value in target.steps]
    if plan.grain is None or len(values) == 1:
        return f"CAST({values[-1][1]} AS Nullable(Float64))"
    arms = []
    for (_, value), (until, _) in pairwise(values):
        arms.append(f"{TIME} < {instant_value(until)}, {value}" if until else "")
    return f"CAST(multiIf({', '.join(arm for arm in arms if arm)}, {values[-1][1]}) AS Nullable(Float64))"
