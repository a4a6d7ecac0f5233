"""Expressions: every one passes the guard, with the columns that it may use."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path as Folder
from typing import Any

from toancanh.catalog.catalog import FACT_COLUMNS
from toancanh.catalog.checks.names import dataset_of
from toancanh.catalog.checks.saying import doubtful
from toancanh.catalog.draft import Document, Draft, shown
from toancanh.catalog.guard import Guard
from toancanh.catalog.guard.names import unknown
from toancanh.catalog.reading import Path
from toancanh.domain import InvalidInput, Issue, Text
from toancanh.domain.declarations import Dataset, Demo, Indicator, Layer, Pack, Rule, Source

_CLOCKS = re.compile(
    r"\b(toDate|toDate32|toYear|toQuarter|toMonth|toDayOfMonth|toDayOfYear|toDayOfWeek|toHour|toYYYYMM|toYYYYMMDD|toMonday|"
    r"toStartOfDay|toStartOfWeek|toStartOfMonth|toStartOfQuarter|toStartOfYear|formatDateTime)\(`(\w+)`(?=, '%|\))"
)
"""Functions whose answer hangs on the time zone, called on a bare column."""


class _Expressions:
    """One pass over a draft."""

    def __init__(self, draft: Draft, guard: Guard, given: Mapping[str, Mapping[str, Any]]) -> None:
        self.draft = draft
        self.guard = guard
        self.given = given

    def parameters(self, pack: str) -> dict[str, Any]:
        head = self.draft.model("pack", f"{pack}.pack", Pack)
        values = self.given.get(pack, {})
        return {name: values.get(name, each.default) for name, each in head.parameters.items()} if head else {}

    def each(self) -> Iterator[Issue]:
        for document, dataset in self.draft.of("datasets", Dataset):
            yield from self.dataset(document, dataset)
        for document, source in self.draft.of("sources", Source):
            for name, mapped in source.map.items():
                if mapped.expression is not None:
                    yield from self.one(document, ("map", name, "expression"), mapped.expression, None)
        for document, indicator in self.draft.of("indicators", Indicator):
            yield from self.indicator(document, indicator)
        for document, rule in self.draft.of("rules", Rule):
            for key in ("value", "when"):
                watched = getattr(rule.watches, key, None)
                owner = getattr(rule.watches, "dataset", None)
                found = dataset_of(self.draft, document, owner) if owner else None
                if watched is not None and found:
                    yield from self.one(document, ("watches", key), watched, _columns(found[1]))
        for document, layer in self.draft.of("layers", Layer):
            found = dataset_of(self.draft, document, layer.dataset) if layer.dataset else None
            for key in ("value", "when"):
                if (said := getattr(layer, key)) is not None and found:
                    yield from self.one(document, (key,), said, _columns(found[1]))
        for document, demo in self.draft.of("demo", Demo):
            yield from self.demo(document, demo)

    def dataset(self, document: Document, dataset: Dataset) -> Iterator[Issue]:
        known: dict[str, Any] = dict(dataset.sent)
        for name, column in dataset.columns.items():
            if column.derive is not None:
                yield from self.one(document, ("columns", name, "derive"), column.derive, known)
                known[name] = column
        for index, check in enumerate(dataset.checks):
            yield from self.one(document, ("checks", index, "expression"), check.expression, dataset.columns)

    def indicator(self, document: Document, indicator: Indicator) -> Iterator[Issue]:
        found = dataset_of(self.draft, document, indicator.dataset)
        if found is None:
            return
        columns = _columns(found[1])
        for index, formula in enumerate(indicator.formulae):
            path: Path = ("formulae", index)
            for key in ("value", "numerator", "denominator"):
                if (text := getattr(formula, key)) is not None:
                    yield from self.one(document, (*path, key), text, columns, aggregate=True)
            if formula.when is not None:
                yield from self.one(document, (*path, "when"), formula.when, columns)
            if formula.sql is not None:
                yield from self.sql(document, (*path, "sql"), formula.sql)
        if indicator.coverage is not None:
            for key in ("expected", "counted"):
                if (text := getattr(indicator.coverage, key)) is not None:
                    yield from self.one(document, ("coverage", key), text, columns, aggregate=True)

    def sql(self, document: Document, path: Path, name: str) -> Iterator[Issue]:
        pack = self.draft.packs[document.pack]
        if f"indicators/{name}" not in pack.files:
            files = [
                inside.partition("/")[2]
                for inside in pack.files
                if inside.startswith("indicators/") and inside.endswith(".sql")
            ]
            error = unknown("file", name, files)
            yield document.issue(path, error.message, error.remedy or error.message, "missing_file")
            return
        tables = {each.full: _columns(dataset) for each, dataset in self.draft.of("datasets", Dataset)}
        own = {
            full.partition(".")[2]: columns for full, columns in tables.items() if full.startswith(f"{document.pack}.")
        }
        text = pack.text(f"indicators/{name}")
        try:
            made = self.guard.compile_select(text, tables | own, parameters=self.parameters(document.pack))
        except InvalidInput as error:
            yield in_file(pack.files[f"indicators/{name}"], text, error)
            return
        yield from self.outputs(document, path, pack.files[f"indicators/{name}"], made.outputs)

    def outputs(self, document: Document, path: Path, file: Folder, outputs: tuple[str, ...]) -> Iterator[Issue]:
        """Yield what a .sql file of an indicator leaves out: time, a value or a ratio, and the dimensions."""
        indicator = document.model
        assert isinstance(indicator, Indicator)
        needed = ["time", *indicator.dimensions]
        if "value" not in outputs:
            needed += ["numerator", "denominator"] if {"numerator", "denominator"} & set(outputs) else ["value"]
        missing = [name for name in needed if name not in outputs]
        if missing:
            named = ", ".join(missing)
            yield document.issue(
                path,
                Text(vi=f"{file.name} không trả về: {named}.", en=f"{file.name} leaves out: {named}."),
                Text(vi=f"Thêm vào SELECT: … AS {missing[0]}.", en=f"Add to its SELECT: … AS {missing[0]}."),
                "meaning",
            )

    def demo(self, document: Document, demo: Demo) -> Iterator[Issue]:
        pack, found = self.draft.packs[document.pack], dataset_of(self.draft, document, demo.dataset)
        inside = f"demo/{document.name}.sql"
        if inside not in pack.files:
            error = unknown("file", f"{document.name}.sql", [])
            yield document.issue((), error.message, error.remedy or error.message, "missing_file")
            return
        file, text = pack.files[inside], pack.text(inside)
        sent = found[1].sent if found else {}
        try:
            outputs = self.guard.compile_demo(text).outputs
            for name in outputs if found else ():
                if name not in sent and name not in ("_id", "_unit", "_area"):
                    raise unknown("column", name, sent)
        except InvalidInput as error:
            yield in_file(file, text, error)
            return
        needed = {name for name, column in sent.items() if column.required}
        needed |= {found[1].time, *found[1].key} if found else set()
        for name in sorted(needed - set(outputs)):
            yield Issue(
                shown(file),
                0,
                Text(vi=f"Dữ liệu mô phỏng thiếu cột “{name}”.", en=f"The demo leaves out '{name}'."),
                Text(vi=f"Thêm vào SELECT: … AS {name}.", en=f"Add to its SELECT: … AS {name}."),
                "meaning",
            )

    def one(
        self, document: Document, path: Path, text: str, columns: Any, *, aggregate: bool = False
    ) -> Iterator[Issue]:
        try:
            made = self.guard.compile(text, columns, parameters=self.parameters(document.pack), aggregate=aggregate)
        except InvalidInput as error:
            yield document.issue(path, error.message, error.remedy or error.message, error.code)
            return
        for function, column in _CLOCKS.findall(made.sql) if isinstance(columns, dict) else ():
            kind = columns.get(column)
            if getattr(kind, "type", kind) == "time":
                yield doubtful(
                    document,
                    path,
                    f"{function}({column}) đếm theo giờ UTC.",
                    f"{function}({column}) counts in UTC.",
                    f"Viết {function}(city_time({column})).",
                    f"Write {function}(city_time({column})).",
                    "zone",
                )


def in_file(file: Folder, text: str, error: InvalidInput) -> Issue:
    """Return the issue of a .sql file, on the line where the name that it is about first stands."""
    name = str(error.details.get("name") or "")
    at = text.find(name) if name else -1
    line = text.count("\n", 0, at) + 1 if at >= 0 else 0
    return Issue(shown(file), line, error.message, error.remedy or error.message, error.code)


def check_expressions(draft: Draft, guard: Guard, given: Mapping[str, Mapping[str, Any]]) -> list[Issue]:
    """Return the issues of expressions; `given` are the city's values of packs' parameters."""
    return list(_Expressions(draft, guard, given).each())


def _columns(dataset: Dataset) -> dict[str, Any]:
    return {name: column.type for name, column in dataset.columns.items()} | dict(FACT_COLUMNS)
