"""Meaning: what is well formed must also make sense. One function a kind of declaration."""

from collections.abc import Callable, Iterator

from toancanh.catalog.checks.meaning_data import check_dataset_meaning, check_source_meaning
from toancanh.catalog.checks.meaning_measure import check_indicator_meaning, check_rule_meaning
from toancanh.catalog.checks.meaning_view import check_board_meaning, check_layer_meaning
from toancanh.catalog.checks.saying import told, wrong
from toancanh.catalog.draft import Document, Draft
from toancanh.domain import Issue, UnknownName, unit_of
from toancanh.domain.declarations import Board, City, Dataset, Declaration, Indicator, Layer, Pack, Rule, Source

_TYPES = {"number": (int, float), "integer": (int,), "text": (str,), "boolean": (bool,)}
_CHECKS: tuple[tuple[str, type[Declaration], Callable[[Draft, Document], Iterator[Issue]]], ...] = (
    ("datasets", Dataset, lambda _draft, document: check_dataset_meaning(document)),
    ("sources", Source, check_source_meaning),
    ("indicators", Indicator, check_indicator_meaning),
    ("rules", Rule, check_rule_meaning),
    ("layers", Layer, check_layer_meaning),
    ("boards", Board, check_board_meaning),
)


def check_meaning(draft: Draft) -> list[Issue]:
    """Return the issues of meaning in every document that could be read."""
    issues = [
        issue
        for kind, model, check in _CHECKS
        for document, _ in draft.of(kind, model)
        for issue in check(draft, document)
    ]
    for document, pack in draft.of("pack", Pack):
        issues += _pack(document, pack)
    return issues + list(_city(draft))


def _pack(document: Document, pack: Pack) -> Iterator[Issue]:
    for name, parameter in pack.parameters.items():
        yield from _value(document, ("parameters", name, "default"), parameter.type, parameter.default)
        if parameter.unit is not None:
            try:
                unit_of(parameter.unit)
            except UnknownName as error:
                yield told(document, ("parameters", name, "unit"), error)


def _city(draft: Draft) -> Iterator[Issue]:
    document = draft.city.get("city")
    if document is None or not isinstance(document.model, City):
        return
    for pack, values in document.model.parameters.items():
        head = draft.model("pack", f"{pack}.pack", Pack)
        if head is None:
            yield wrong(
                document, ("parameters", pack), f"Thành phố không dùng gói “{pack}”.", f"The city does not use a pack '{pack}'.",
                "Bỏ các tham số này, hoặc thêm gói vào `packs`.", "Remove these parameters, or add the pack to `packs`.",
            )  # fmt: skip
            continue
        for name, value in values.items():
            if name not in head.parameters:
                yield wrong(
                    document, ("parameters", pack, name), f"Gói “{pack}” không có tham số “{name}”.", f"The pack '{pack}' has no parameter '{name}'.",
                    "Các tham số: " + (", ".join(head.parameters) or "không có"), "Its parameters: " + (", ".join(head.parameters) or "none"),
                )  # fmt: skip
            else:
                yield from _value(document, ("parameters", pack, name), head.parameters[name].type, value)
    for name in document.model.entry:
        dataset = draft.model("datasets", name, Dataset)
        if dataset is None or dataset.entry is None:
            yield wrong(
                document, ("entry", name), f"“{name}” không phải bộ dữ liệu nhập tay.", f"'{name}' is no dataset that people enter.",
                "Ghi tên đầy đủ gói.tên của bộ dữ liệu có `entry`.", "Write the full name, pack.name, of a dataset with `entry`.",
            )  # fmt: skip


def _value(document: Document, path: tuple[str | int, ...], kind: str, value: object) -> Iterator[Issue]:
    fits = isinstance(value, _TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))
    if not fits:
        yield wrong(
            document, path, f"Giá trị {value!r} không thuộc kiểu {kind}.", f"The value {value!r} is not of type {kind}.",
            "Sửa giá trị hoặc kiểu.", "Change the value or the type.",
        )  # fmt: skip
