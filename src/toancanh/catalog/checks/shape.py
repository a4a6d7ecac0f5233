"""Shape: every key is known, every value has its type. pydantic finds it; here it gets a line and two languages."""

from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from toancanh.catalog.draft import Document, value_at
from toancanh.catalog.guard.names import nearest
from toancanh.domain import Issue, Text
from toancanh.domain.declarations import Declaration

_SAYS: dict[str, tuple[str, str, str, str]] = {
    "missing": ("Thiếu khoá “{name}”.", "The key '{name}' is missing.", "Thêm “{name}:”.", "Add '{name}:'."),
    "string_type": ("“{name}” phải là chữ.", "'{name}' must be a text.", 'Đặt giá trị trong dấu nháy: "{value}".', 'Put the value in quotes: "{value}".'),
    "int_type": ("“{name}” phải là số nguyên.", "'{name}' must be a whole number.", "Viết một số nguyên.", "Write a whole number."),
    "int_parsing": ("“{name}” phải là số nguyên.", "'{name}' must be a whole number.", "Viết một số nguyên.", "Write a whole number."),
    "float_type": ("“{name}” phải là số.", "'{name}' must be a number.", "Viết một số, dấu thập phân là chấm.", "Write a number with a decimal point."),
    "float_parsing": ("“{name}” phải là số.", "'{name}' must be a number.", "Viết một số, dấu thập phân là chấm.", "Write a number with a decimal point."),
    "bool_type": ("“{name}” phải là true hoặc false.", "'{name}' must be true or false.", "Viết true hoặc false.", "Write true or false."),
    "bool_parsing": ("“{name}” phải là true hoặc false.", "'{name}' must be true or false.", "Viết true hoặc false.", "Write true or false."),
    "tuple_type": ("“{name}” phải là danh sách.", "'{name}' must be a list.", "Viết [{value}], hoặc mỗi phần tử một dòng có dấu gạch.", "Write [{value}], or one item a line with a dash."),
    "dict_type": ("“{name}” phải gồm các khoá.", "'{name}' must hold keys.", "Viết mỗi khoá một dòng, thụt vào.", "Write one key a line, indented."),
    "model_type": ("“{name}” phải gồm các khoá.", "'{name}' must hold keys.", "Viết mỗi khoá một dòng, thụt vào; chữ cho người đọc cần vi và en.", "Write one key a line, indented; texts for people need vi and en."),
    "model_attributes_type": ("“{name}” phải gồm các khoá.", "'{name}' must hold keys.", "Viết mỗi khoá một dòng, thụt vào.", "Write one key a line, indented."),
    "date_from_datetime_parsing": ("“{name}” phải là ngày.", "'{name}' must be a day.", "Viết như 2026-01-31.", "Write it as 2026-01-31."),
    "date_parsing": ("“{name}” phải là ngày.", "'{name}' must be a day.", "Viết như 2026-01-31.", "Write it as 2026-01-31."),
    "datetime_parsing": ("“{name}” phải là thời điểm.", "'{name}' must be a time.", "Viết như 2026-01-31T08:00:00+07:00.", "Write it as 2026-01-31T08:00:00+07:00."),
    "datetime_from_date_parsing": ("“{name}” phải là thời điểm.", "'{name}' must be a time.", "Viết như 2026-01-31T08:00:00+07:00.", "Write it as 2026-01-31T08:00:00+07:00."),
    "time_parsing": ("“{name}” phải là giờ.", "'{name}' must be a time of day.", "Viết như 07:30.", "Write it as 07:30."),
    "union_tag_invalid": ("Loại (kind) trong “{name}” không có.", "The kind in '{name}' does not exist.", "Chọn một trong: {expected}.", "Choose one of: {expected}."),
    "union_tag_not_found": ("“{name}” cần “kind”.", "'{name}' needs 'kind'.", "Thêm kind: một trong các loại theo dõi.", "Add kind: one of the kinds of watch."),
    "literal_error": ("“{value}” không dùng được cho “{name}”.", "'{value}' cannot be used for '{name}'.", "Chọn một trong: {expected}.", "Choose one of: {expected}."),
    "enum": ("“{value}” không dùng được cho “{name}”.", "'{value}' cannot be used for '{name}'.", "Chọn một trong: {expected}.", "Choose one of: {expected}."),
    "string_pattern_mismatch": ("“{value}” không đúng dạng của “{name}”.", "'{value}' does not have the form of '{name}'.", "Dạng đúng: {pattern}.", "The form is {pattern}."),
    "string_too_short": ("“{name}” trống.", "'{name}' is empty.", "Viết nội dung.", "Write something."),
    "too_short": ("“{name}” cần ít nhất {min_length} phần tử.", "'{name}' needs at least {min_length} item(s).", "Thêm phần tử.", "Add an item."),
    "greater_than": ("“{name}” phải lớn hơn {gt}.", "'{name}' must be greater than {gt}.", "Sửa giá trị.", "Change the value."),
    "greater_than_equal": ("“{name}” phải từ {ge}.", "'{name}' must be at least {ge}.", "Sửa giá trị.", "Change the value."),
    "less_than": ("“{name}” phải nhỏ hơn {lt}.", "'{name}' must be less than {lt}.", "Sửa giá trị.", "Change the value."),
    "less_than_equal": ("“{name}” phải không quá {le}.", "'{name}' must be at most {le}.", "Sửa giá trị.", "Change the value."),
}  # fmt: skip


def check_shape(document: Document, model: type[Declaration]) -> list[Issue]:
    """Give `document` its model; return the issues where it does not fit."""
    data = document.parsed.value
    if not isinstance(data, dict):
        return [
            document.issue(
                (),
                Text(vi="Tệp phải gồm các khoá.", en="The file must hold keys."),
                Text(vi="Viết ít nhất title: {vi: …, en: …}.", en="Write at least title: {vi: …, en: …}."),
                "shape",
            )
        ]
    try:
        document.model = model.model_validate(data)
    except ValidationError as error:
        found = error.errors(include_url=False)
        return [_issue(document, model, dict(detail)) for detail in found if not _follows(detail, found)]
    return []


def _follows(detail: ErrorDetails, found: list[ErrorDetails]) -> bool:
    """Return whether a list is called too short only because what stands in it is wrong itself."""
    place = detail["loc"]
    return detail["type"] == "too_short" and any(
        len(one["loc"]) > len(place) and one["loc"][: len(place)] == place for one in found
    )


def _issue(document: Document, model: type[Declaration], error: dict[str, Any]) -> Issue:
    path = _path(document.parsed.value, error["loc"])
    kind, context = error["type"], error.get("ctx", {})
    name = str(path[-1]) if path else document.name
    if kind == "extra_forbidden":
        return _extra(document, model, path, name)
    if kind == "missing":
        name = str(error["loc"][-1])
        path = path[:-1] if path and path[-1] == name else path
    said = _SAYS.get(kind)
    if said is None:
        message = str(context.get("error", error["msg"]))
        problem = Text(vi=f"“{name}” không hợp lệ: {message}.", en=f"'{name}' is not valid: {message}.")
        return document.issue(
            path, problem, Text(vi="Xem docs/reference/packs.md.", en="See docs/reference/packs.md."), "shape"
        )
    value = value_at(document.parsed.value, path)
    words = {
        "name": name,
        "value": _brief(value),
        "expected": context.get("expected") or context.get("expected_tags", ""),
    } | {key: context[key] for key in ("pattern", "gt", "ge", "lt", "le", "min_length") if key in context}
    problem_vi, problem_en, remedy_vi, remedy_en = (part.format(**words) for part in said)
    return document.issue(path, Text(vi=problem_vi, en=problem_en), Text(vi=remedy_vi, en=remedy_en), "shape")


def _extra(document: Document, model: type[Declaration], path: tuple[str | int, ...], name: str) -> Issue:
    near = nearest(name, _keys(model, path[:-1]))
    if value_at(document.parsed.value, path) is None and not name.isidentifier():
        remedy = Text(
            vi="Dấu phẩy trong { } bắt đầu một khoá mới: đặt cả câu trong dấu nháy.",
            en="A comma inside { } begins a new key: put the whole text in quotes.",
        )
    elif near:
        remedy = Text(vi=f"Có phải ý bạn là “{near}”?", en=f"Did you mean '{near}'?")
    else:
        remedy = Text(vi="Bỏ khoá này; xem docs/reference/packs.md.", en="Remove it; see docs/reference/packs.md.")
    problem = Text(vi=f"Không có khoá “{name}” ở đây.", en=f"There is no key '{name}' here.")
    return document.issue(path, problem, remedy, "unknown_key")


def _keys(model: type[Declaration], path: tuple[str | int, ...]) -> list[str]:
    """Return the keys that may stand at `path`, as far as the types tell; every key below `model` otherwise."""
    models: list[type[BaseModel]] = [model]
    for part in path:
        below: list[type[BaseModel]] = []
        for each in models:
            for key, field in each.model_fields.items():
                if part in (key, field.alias):
                    below += _inner(field.annotation)
        models = below or models
    return [field.alias or key for each in models for key, field in each.model_fields.items()]


def _inner(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in getattr(annotation, "__args__", ()) for found in _inner(part)]


def _path(data: Any, loc: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Return `loc` without the parts pydantic adds for unions: those that are not in the data."""
    path: list[str | int] = []
    for index, part in enumerate(loc):
        last = index == len(loc) - 1
        known = (isinstance(data, dict) and part in data) or (
            isinstance(data, list) and isinstance(part, int) and part < len(data)
        )
        if known:
            data = data[part]
            path.append(part)
        elif last and isinstance(data, dict):
            path.append(part)
    return tuple(path)


def _brief(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "…"
