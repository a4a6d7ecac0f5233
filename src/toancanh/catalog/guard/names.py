"""Unknown names, and the nearest known one."""

import difflib
from collections.abc import Iterable

from toancanh.domain import Text, UnknownName

_KINDS = {
    "column": ("cột", "column"), "table": ("bảng", "table"), "parameter": ("tham số", "parameter"),
    "dataset": ("tập dữ liệu", "dataset"), "indicator": ("chỉ tiêu", "indicator"), "source": ("nguồn", "source"),
    "layer": ("lớp bản đồ", "layer"), "board": ("bảng theo dõi", "board"), "rule": ("quy tắc", "rule"),
    "playbook": ("kịch bản", "playbook"), "pack": ("gói", "pack"), "calendar": ("lịch", "calendar"),
    "unit": ("đơn vị", "unit"), "file": ("tệp", "file"), "dimension": ("chiều", "dimension"),
    "demo": ("dữ liệu mô phỏng", "demo"), "case": ("bài kiểm thử", "test"), "key": ("khoá", "key"),
    "connector": ("bộ kết nối", "connector"), "setting": ("thiết lập", "setting"),
}  # fmt: skip


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that looks most like `name`, or None."""
    names = sorted(known)
    by_lower = {each.lower(): each for each in names}
    found = difflib.get_close_matches(name.lower(), list(by_lower), n=1, cutoff=0.6)
    if not found and len(name) > 2:
        found = sorted((each for each in by_lower if name.lower() in each or each in name.lower()), key=len)
    return by_lower[found[0]] if found else None


def unknown(kind: str, name: str, known: Iterable[str]) -> UnknownName:
    """Return the error for a `name` that is declared nowhere, with the nearest one."""
    vi, en = _KINDS[kind]
    names = list(known)
    near = nearest(name, names)
    if near:
        remedy = Text(vi=f"Có phải ý bạn là “{near}”?", en=f"Did you mean '{near}'?")
    elif names:
        some = ", ".join(sorted(names)[:8])
        remedy = Text(vi=f"Các tên có sẵn: {some}.", en=f"The names there are: {some}.")
    else:
        remedy = Text(vi=f"Hãy khai báo {vi} này trước.", en=f"Declare this {en} first.")
    return UnknownName(
        Text(vi=f"Không có {vi} “{name[:80]}”.", en=f"There is no {en} '{name[:80]}'."), remedy, nearest=near, name=name
    )
