"""Columns: whatever names a column or a dimension names one that is there."""

from collections.abc import Collection, Iterator

from toancanh.catalog.checks.names import dataset_of
from toancanh.catalog.checks.saying import told
from toancanh.catalog.draft import Document, Draft
from toancanh.catalog.guard.names import unknown
from toancanh.catalog.reading import Path
from toancanh.domain import SYSTEM_COLUMNS, Issue
from toancanh.domain.declarations import (
    Board,
    Case,
    ChangeWatch,
    ClusterWatch,
    Dataset,
    DeadlineWatch,
    GeofenceWatch,
    Indicator,
    IndicatorWatch,
    Layer,
    RecordWatch,
    Rule,
    SilenceWatch,
    Source,
    TransitionWatch,
    Widget,
    Words,
)

AREAS = ("area", "area:commune", "area:province", "unit", "source")
"""Dimensions that every indicator has."""


def check_columns(draft: Draft) -> list[Issue]:
    """Return the issues of names of columns and dimensions."""
    return [
        issue
        for check in (_datasets, _sources, _indicators, _layers, _boards, _rules, _words, _cases)
        for issue in check(draft)
    ]


def _missing(
    document: Document, path: Path, name: str, known: Collection[str], kind: str = "column"
) -> Iterator[Issue]:
    if name not in known:
        yield told(document, path, unknown(kind, name, known))


def _datasets(draft: Draft) -> Iterator[Issue]:
    for document, dataset in draft.of("datasets", Dataset):
        known = dataset.columns
        for key in ("key", "series"):
            for index, name in enumerate(getattr(dataset, key)):
                yield from _missing(document, (key, index), name, known)
        yield from _missing(document, ("time",), dataset.time, known)
        if dataset.unit is not None:
            yield from _missing(document, ("unit",), dataset.unit, known)
        if dataset.place is not None:
            for key in ("lon", "lat", "code", "name", "within"):
                if (name := getattr(dataset.place, key)) is not None:
                    yield from _missing(document, ("place", key), name, known)
        for number, check in enumerate(dataset.checks):
            for index, name in enumerate(check.columns):
                yield from _missing(document, ("checks", number, "columns", index), name, known)
        for number, group in enumerate(dataset.rollups.hourly):
            for index, name in enumerate(group):
                yield from _missing(document, ("rollups", "hourly", number, index), name, known)


def _sources(draft: Draft) -> Iterator[Issue]:
    for document, source in draft.of("sources", Source):
        found = dataset_of(draft, document, source.dataset)
        for name in source.map if found else ():
            assert found is not None
            yield from _missing(document, ("map", name), name, found[1].sent)


def _indicators(draft: Draft) -> Iterator[Issue]:
    for document, indicator in draft.of("indicators", Indicator):
        found = dataset_of(draft, document, indicator.dataset)
        if found is None:
            continue
        for index, name in enumerate(indicator.dimensions):
            yield from _missing(document, ("dimensions", index), name, found[1].columns)
        if indicator.time is not None:
            times = [name for name, column in found[1].columns.items() if column.type in ("time", "date")]
            yield from _missing(document, ("time",), indicator.time, times)


def _layers(draft: Draft) -> Iterator[Issue]:
    for document, layer in draft.of("layers", Layer):
        found = dataset_of(draft, document, layer.dataset) if layer.dataset else None
        if found is None:
            continue
        known = (*found[1].columns, *SYSTEM_COLUMNS)
        if layer.label is not None:
            yield from _missing(document, ("label",), layer.label, known)
        for index, name in enumerate(layer.columns):
            yield from _missing(document, ("columns", index), name, known)


def _boards(draft: Draft) -> Iterator[Issue]:
    for document, board in draft.of("boards", Board):
        for index, widget in enumerate(board.widgets):
            yield from _widget(draft, document, ("widgets", index), widget)


def _widget(draft: Draft, document: Document, path: Path, widget: Widget) -> Iterator[Issue]:
    dimensions = set(AREAS)
    for name in widget.indicators:
        indicator = draft.model("indicators", draft.find("indicators", name, document.pack), Indicator)
        if indicator is None:
            return
        dimensions |= set(indicator.dimensions)
    found = dataset_of(draft, document, widget.dataset) if widget.dataset else None
    columns = (*found[1].columns, *SYSTEM_COLUMNS) if found else ()
    groups = columns if found and not widget.indicators else dimensions
    for index, name in enumerate(widget.by):
        yield from _missing(document, (*path, "by", index), name, groups, "dimension")
    for name in widget.where:
        yield from _missing(document, (*path, "where", name), name, {*dimensions, *columns}, "dimension")
    for index, name in enumerate(widget.columns if found else ()):
        yield from _missing(document, (*path, "columns", index), name, columns)
    if widget.order is not None:
        shown = {*widget.indicators, *widget.by, "time", *columns} | {
            f"{document.pack}.{name}" for name in widget.indicators
        }
        yield from _missing(document, (*path, "order"), widget.order.removeprefix("-"), shown, "dimension")


def _rules(draft: Draft) -> Iterator[Issue]:
    for document, rule in draft.of("rules", Rule):
        watch = rule.watches
        known: set[str] = set()
        if isinstance(watch, IndicatorWatch):
            indicator = draft.model("indicators", draft.find("indicators", watch.indicator, document.pack), Indicator)
            if indicator is None:
                continue
            known = {*AREAS, *indicator.dimensions}
        elif isinstance(
            watch,
            RecordWatch | SilenceWatch | ChangeWatch | DeadlineWatch | GeofenceWatch | ClusterWatch | TransitionWatch,
        ):
            found = dataset_of(draft, document, watch.dataset)
            if found is None:
                continue
            known = {*AREAS, *found[1].columns}
            for key in ("due", "column"):
                if (name := getattr(watch, key, None)) is not None:
                    yield from _missing(document, ("watches", key), name, found[1].columns)
        else:
            continue
        for index, name in enumerate(watch.per):
            yield from _missing(document, ("watches", "per", index), name, known, "dimension")


def _words(draft: Draft) -> Iterator[Issue]:
    for document, words in draft.of("words", Words):
        own = [full.partition(".")[2] for full in draft.names("indicators") if full.startswith(f"{document.pack}.")]
        for name in words.indicators:
            yield from _missing(document, ("indicators", name), name, own, "indicator")
        columns = {
            name: column
            for each, dataset in draft.of("datasets", Dataset)
            if each.pack == document.pack
            for name, column in dataset.columns.items()
        }
        for name in words.columns:
            yield from _missing(document, ("columns", name), name, columns)
        for name, values in words.values.items():
            yield from _missing(document, ("values", name), name, columns)
            codes = columns[name].codes if name in columns else None
            for value in values if codes is not None else ():
                yield from _missing(document, ("values", name, value), value, codes or (), "key")


def _cases(draft: Draft) -> Iterator[Issue]:
    for document, case in draft.of("tests", Case):
        found = dataset_of(draft, document, case.dataset)
        if found is None:
            continue
        if case.source is None:
            for index, row in enumerate(case.given):
                for name in row:
                    yield from _missing(document, ("given", index, name), name, {*found[1].sent, "_id", "_unit"})
        for index, rejection in enumerate(case.rejected):
            if rejection.column is not None:
                yield from _missing(document, ("rejected", index, "column"), rejection.column, found[1].columns)
        for index, expectation in enumerate(case.values):
            asked = expectation.query.get("indicators") or []
            for number, name in enumerate(asked if isinstance(asked, list) else []):
                if draft.find("indicators", str(name), document.pack) is None:
                    known = [
                        full.partition(".")[2]
                        for full in draft.names("indicators")
                        if full.startswith(f"{document.pack}.")
                    ]
                    yield told(
                        document,
                        ("values", index, "query", "indicators", number),
                        unknown("indicator", str(name), known),
                    )
