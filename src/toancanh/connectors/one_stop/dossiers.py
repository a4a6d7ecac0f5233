"""Dossiers as the national portal exchanges them, made flat: times in one form, lists counted."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from toancanh.sdk import json_lines

TIMES = (
    "NgayTiepNhan", "NgayHenTra", "NgayTra", "NgayKetThucXuLy", "NgayCapNhat", "NgayNopHoSo", "ThoiDiemXuLy", "NgayBatDau",
    "NgayKetThucTheoQuyDinh",
)  # fmt: skip
CODES = (
    "TrangThaiHoSo",
    "TrangThai",
    "LoaiDoiTuong",
    "KenhThucHien",
    "HinhThuc",
    "DuocThanhToanTrucTuyen",
    "HoSoCoThanhPhanSoHoa",
)
PIECE = 2000
"""Dossiers of one delivery."""
_FORMS = ("%Y%m%d%H%M%S", "%Y%m%d%H%M", "%Y%m%d", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y")


def pieces(records: Sequence[Any], at: datetime, unit: str | None) -> Iterator[bytes]:
    """Yield dossiers as NDJSON, PIECE at a time; `at` is when they came, for those that do not say when they changed."""
    for start in range(0, len(records), PIECE):
        yield json_lines(flat(one, at, unit) for one in records[start : start + PIECE])


def flat(record: Any, at: datetime, unit: str | None) -> Any:
    """Return a dossier, or a step of its handling, with what the lists in it tell put beside them.

    What is no object stays as it is, and so does a time or a price that cannot be read: it waits in quarantine then.
    """
    if not isinstance(record, Mapping):
        return record
    found = dict(record)
    for name in TIMES:
        if name in found:
            found[name] = moment(found[name])
    for name in CODES:
        if isinstance(found.get(name), str | int) and not isinstance(found[name], bool):
            found[name] = str(found[name]).strip().lstrip("0") or str(found[name]).strip()
    asked, fees = _rows(found, "DanhSachHoSoBoSung"), _rows(found, "DanhSachLePhi")
    told: dict[str, Any] = {
        "MaDonViGui": unit,
        "NgayCapNhat": found.get("ThoiDiemXuLy") or at.isoformat(timespec="milliseconds"),
    }
    if asked is not None:
        told |= {"SoLanBoSung": len(asked), "NgayBoSung": _latest(moment(one.get("NgayBoSung")) for one in asked)}
    if fees is not None:
        told["Gia"] = _sum(one.get("Gia") for one in fees)
    if (parts := _rows(found, "TaiLieuNop")) is not None:
        told["ThanhPhanDuocSoHoa"] = str(int(any(str(one.get("DuocSoHoa")) == "1" for one in parts)))
    if (results := _rows(found, "DanhSachGiayToKetQua")) is not None:
        told["CoKetQuaDienTu"] = str(int(any(one.get("DuongDanTepTinKetQua") for one in results)))
    return found | {name: value for name, value in told.items() if found.get(name) in (None, "") and value is not None}


def moment(said: Any) -> Any:
    """Return a time in ISO 8601, without a zone where it came without one; None for an empty text."""
    if said in (None, ""):
        return None
    text = str(said).strip()
    for form in _FORMS:
        try:
            return datetime.strptime(text, form).isoformat()
        except ValueError:
            continue
    return said


def stated(at: datetime) -> str:
    """Return a moment as the portal writes it: `20260131235959`."""
    return at.strftime("%Y%m%d%H%M%S")


def decoded(raw: Iterable[bytes]) -> list[Any]:
    """Return records that stand as JSON."""
    return [msgspec.json.decode(one) for one in raw]


def _rows(record: Mapping[str, Any], name: str) -> list[Mapping[str, Any]] | None:
    """Return the objects of a list in a dossier; None where it is not there."""
    there = record.get(name)
    return [one for one in there if isinstance(one, Mapping)] if isinstance(there, list) else None


def _latest(times: Iterable[Any]) -> Any:
    return max((one for one in times if isinstance(one, str)), default=None)


def _sum(prices: Iterable[Any]) -> float | None:
    """Return the sum of prices; None where one cannot be read."""
    try:
        found = sum(float(str(one).replace(",", "")) for one in prices if one not in (None, ""))
    except ValueError:
        return None
    return int(found) if found == int(found) else found
