"""Meaning of datasets and sources: units, ranges, patterns, places, promises, mappings."""

import re
from collections.abc import Iterator

from toancanh.catalog.checks.names import dataset_of
from toancanh.catalog.checks.saying import doubtful, told, wrong
from toancanh.catalog.draft import Document, Draft
from toancanh.catalog.guard.writing import check_pattern
from toancanh.catalog.reading import Path
from toancanh.domain import InvalidInput, Issue, Text, conversion, unit_of
from toancanh.domain.declarations import Column, Dataset, Source

_NUMBERS = ("number", "integer")
_NO_UNIT = (
    Text(vi="Cột nhận không khai báo đơn vị đo.", en="The column it goes to declares no unit."),
    Text(vi="Thêm `unit` cho cột trong datasets/.", en="Add `unit` to the column in datasets/."),
)
_TEXTS = ("text", "code")


def check_dataset_meaning(document: Document) -> Iterator[Issue]:
    """Yield what makes no sense in a dataset."""
    dataset = document.model
    assert isinstance(dataset, Dataset)
    for name, column in dataset.columns.items():
        yield from _column(document, ("columns", name), column)
    yield from _roles(document, dataset)
    yield from _promise(document, dataset)
    names = [check.name for check in dataset.checks]
    for index, name in enumerate(names):
        if name in names[:index]:
            yield wrong(
                document, ("checks", index, "name"), f"Hai phép kiểm cùng tên “{name}”.", f"Two checks are called '{name}'.",
                "Đặt tên khác.", "Rename one.",
            )  # fmt: skip


def _column(document: Document, path: Path, column: Column) -> Iterator[Issue]:
    if column.unit is not None:
        if column.type not in _NUMBERS:
            yield wrong(
                document, (*path, "unit"), f"Cột kiểu {column.type} không có đơn vị đo.", f"A column of type {column.type} has no unit.",
                "Bỏ `unit`, hoặc đổi kiểu thành number.", "Remove `unit`, or make the type number.",
            )  # fmt: skip
        try:
            unit_of(column.unit)
        except InvalidInput as error:
            yield told(document, (*path, "unit"), error)
    if column.range is not None:
        low, high = column.range
        if column.type not in _NUMBERS or (low is not None and high is not None and low > high):
            yield wrong(
                document, (*path, "range"), "Khoảng giá trị không hợp lý.", "The range makes no sense.",
                "Chỉ cột số có `range`, viết [nhỏ nhất, lớn nhất].", "Only number columns have `range`, written [least, greatest].",
            )  # fmt: skip
    if column.pattern is not None:
        yield from _pattern(document, (*path, "pattern"), column)
    if column.codes is not None and (column.type not in ("text", "code", "integer") or not column.codes):
        yield wrong(
            document, (*path, "codes"), "Danh mục mã chỉ dùng cho cột chữ hay số nguyên, và không được trống.",
            "Codes belong to text, code or integer columns, and must not be empty.", "Đổi kiểu thành code.", "Make the type code.",
        )  # fmt: skip
    if column.derive is not None and column.required:
        yield doubtful(
            document, (*path, "required"), "Cột tính sẵn không do người gửi điền.", "A derived column is not filled in by senders.",
            "Bỏ required, hoặc dùng một phép kiểm.", "Remove required, or use a check.",
        )  # fmt: skip


def _pattern(document: Document, path: Path, column: Column) -> Iterator[Issue]:
    assert column.pattern is not None
    try:
        check_pattern(column.pattern)
        re.compile(column.pattern)
    except InvalidInput as error:
        yield told(document, path, error)
        return
    except re.error as error:
        yield wrong(
            document, path, f"Mẫu không đọc được: {error}.", f"The pattern cannot be read: {error}.",
            "Viết theo cú pháp RE2.", "Write it in RE2's syntax.",
        )  # fmt: skip
        return
    if (
        column.type not in _TEXTS
        or "(?=" in column.pattern
        or "(?!" in column.pattern
        or "(?<" in column.pattern.replace("(?P<", "")
    ):
        yield wrong(
            document, path, "Mẫu chỉ dùng cho cột chữ, và RE2 không có nhìn trước, nhìn sau.",
            "A pattern belongs to a text column, and RE2 has no look-around.", "Đổi kiểu hay viết lại mẫu.", "Change the type or the pattern.",
        )  # fmt: skip


def _roles(document: Document, dataset: Dataset) -> Iterator[Issue]:
    for key in ("key", "series"):
        for index, name in enumerate(getattr(dataset, key)):
            column = dataset.columns.get(name)
            if column is not None and (column.type in ("json", "number") or column.derive is not None):
                yield wrong(
                    document, (key, index), f"Cột “{name}” kiểu {column.type} không dùng làm {key} được.",
                    f"The column '{name}' of type {column.type} cannot be part of `{key}`.",
                    "Dùng cột code, text, integer, date hay time do người gửi điền.", "Use a code, text, integer, date or time column that senders fill in.",
                )  # fmt: skip
    if dataset.kind == "entity" and dataset.time in dataset.key:
        yield wrong(
            document, ("key",), "Khoá của đối tượng không được chứa cột thời gian: mỗi phiên bản sẽ thành một đối tượng khác.",
            "The key of an entity must not hold its time: each version would be another thing.",
            "Bỏ cột thời gian khỏi `key`.", "Take the time out of `key`.",
        )  # fmt: skip
    if (
        dataset.kind == "event"
        and dataset.key
        and dataset.time not in dataset.key
        and dataset.series
        and set(dataset.key) <= set(dataset.series)
    ):
        yield wrong(
            document, ("key",), "Khoá chỉ gồm tên chuỗi: mỗi chuỗi chỉ giữ được một bản ghi.",
            "The key only names a series: each series could keep one record.", "Thêm cột thời gian vào `key`.", "Add the time to `key`.",
        )  # fmt: skip
    place = dataset.place
    for key in ("lon", "lat"):
        column = dataset.columns.get(getattr(place, key) or "") if place else None
        if column is not None and column.type != "number":
            yield wrong(
                document,
                ("place", key),
                "Toạ độ phải là cột number.",
                "A coordinate must be a number column.",
                "Đổi kiểu cột.",
                "Change the column's type.",
            )
    for key in ("code", "name", "within"):
        column = dataset.columns.get(getattr(place, key) or "") if place else None
        if column is not None and column.type not in _TEXTS:
            yield wrong(
                document, ("place", key), "Mã và tên địa bàn phải là cột code hay text.", "Codes and names of areas must be code or text columns.",
                "Đổi kiểu cột.", "Change the column's type.",
            )  # fmt: skip
    owner = dataset.columns.get(dataset.unit or "")
    if owner is not None and owner.type not in _TEXTS:
        yield wrong(
            document,
            ("unit",),
            "Cột đơn vị phải là code.",
            "The unit column must be code.",
            "Đổi kiểu cột.",
            "Change the column's type.",
        )


def _promise(document: Document, dataset: Dataset) -> Iterator[Issue]:
    expect = dataset.expect
    if expect is None:
        return
    if expect.every.total_seconds() <= 0:
        yield wrong(
            document,
            ("expect", "every"),
            "Nhịp gửi phải lớn hơn 0.",
            "The rhythm must be more than 0.",
            "Viết như 1h.",
            "Write it as 1h.",
        )
    if not dataset.series and dataset.kind == "event" and expect.series not in (None, 1):
        yield wrong(
            document, ("expect", "series"), "Có hứa số chuỗi mà không khai báo `series`.", "A number of series is promised, but no `series` is declared.",
            "Thêm series: [cột đặt tên chuỗi].", "Add series: [columns that name one].",
        )  # fmt: skip
    if expect.within > expect.every * 100:
        yield doubtful(
            document, ("expect", "within"), "Cho phép trễ quá 100 nhịp.", "A delay of more than 100 beats is allowed.",
            "Giảm `within`.", "Lower `within`.",
        )  # fmt: skip
    if dataset.keep is not None and dataset.keep <= expect.every:
        yield wrong(
            document,
            ("keep",),
            "Thời gian giữ ngắn hơn một nhịp.",
            "Records are kept for less than one beat.",
            "Tăng `keep`.",
            "Raise `keep`.",
        )


def check_source_meaning(draft: Draft, document: Document) -> Iterator[Issue]:
    """Yield what makes no sense in a source."""
    source = document.model
    assert isinstance(source, Source)
    found = dataset_of(draft, document, source.dataset)
    for name, mapped in source.map.items() if found else ():
        assert found is not None
        column, path = found[1].columns.get(name), ("map", name)
        if column is None:
            continue
        if mapped.unit is not None:
            try:
                if column.unit is None:
                    raise InvalidInput(*_NO_UNIT)
                conversion(mapped.unit, column.unit)
            except InvalidInput as error:
                yield told(document, (*path, "unit"), error)
        for raw, code in (mapped.codes or {}).items():
            if column.codes is not None and code not in column.codes:
                yield wrong(
                    document, (*path, "codes", raw), f"Mã “{code}” không có trong danh mục của cột “{name}”.",
                    f"The code '{code}' is not one of the column '{name}'.",
                    "Các mã: " + ", ".join(list(column.codes)[:12]), "Its codes: " + ", ".join(list(column.codes)[:12]),
                )  # fmt: skip
        if column.derive is not None:
            yield wrong(
                document, path, f"Cột “{name}” được tính sẵn, không lấy từ nguồn.", f"The column '{name}' is derived, not taken from a source.",
                "Bỏ dòng này.", "Remove this line.",
            )  # fmt: skip
    units = draft.city.get("units")
    codes = (
        [each.get("code") for each in units.parsed.value if isinstance(each, dict)]
        if units and isinstance(units.parsed.value, list)
        else []
    )
    if source.unit is not None and codes and source.unit not in codes:
        yield doubtful(
            document, ("unit",), f"Không có đơn vị “{source.unit}” trong units.yaml.", f"There is no unit '{source.unit}' in units.yaml.",
            "Ghi đè nguồn này trong packs/ của thành phố, hoặc thêm đơn vị.", "Override this source in the city's packs/, or add the unit.",
        )  # fmt: skip
