"""From the engine's numbered errors to ours; the same numbers come from the embedded engine and from servers."""

import re
from collections.abc import Callable

from toancanh.domain import (
    Conflict,
    CorruptData,
    InvalidInput,
    QueryTooHeavy,
    Text,
    ToanCanhError,
    TooLarge,
    Unavailable,
)

_CODE = re.compile(r"Code: (\d+)\b")
_NOISE = re.compile(
    r"^.*?Code: \d+\. DB::Exception: (?:(?:Code: \d+\. |Received from \S+ )?DB::Exception: )*", re.DOTALL
)
_TAIL = re.compile(r"(?:\s*(?:\([A-Z0-9_]+\)|\(version [^)]*\)|\.))+\s*$")
_OURS = re.compile(r"\s+SETTINGS (?:\w+ = \S+, )*log_comment = '[^']*'")
_PART = re.compile(r"from part \S*?([^/\s]+)/? in table (?:[^.\s]+\.)?(\S+)")
_FILE = re.compile(r"store/\w{3}/[-\w]+/(\S+?)[\s:)]")

_SENDER = {
    6, 7, 8, 10, 16, 20, 26, 27, 34, 35, 36, 38, 39, 41, 42, 43, 44, 46, 47, 50, 51, 52, 53, 60, 62, 63, 69, 70, 72, 73, 80,
    81, 99, 107, 117, 130, 131, 153, 158, 164, 179, 184, 207, 215, 321, 349, 386, 395, 403, 407, 441, 456, 457, 467, 469, 493, 577,
    642, 645, 692,
}  # fmt: skip
_HEAVY = {159, 160, 241, 307, 394}
_LARGE = {396}
_TAKEN = {598, 608}
_FULL = {243}
_DAMAGED = {40, 226, 228, 246, 271}
_MAYBE_DAMAGED = {32, 33, 74, 75, 107}
_BUSY = {202, 209, 210, 225, 242, 252, 279, 285, 286, 319, 425, 439, 999}


def fault(error: BaseException, *, stored: bool = True) -> ToanCanhError:
    """Return our error for one that the engine raised; `details["engine_code"]` keeps its number.

    `stored` says whether the statement reads stored tables: only then can a cut-off file mean damage.
    """
    text = error.object.decode(errors="replace") if isinstance(error, UnicodeDecodeError) else str(error)
    found = _CODE.search(text)
    code = int(found[1]) if found else 0
    reason = _OURS.sub("", _TAIL.sub("", _NOISE.sub("", text))).strip()
    return _make(code, text, stored)(reason, code)


def damaged_part(text: str) -> str:
    """Return the part that an error of the engine is about as table/part, or '' when it names none."""
    found = _PART.search(text)
    if found:
        return f"{found[2].strip('`')}/{found[1]}"
    named = _FILE.search(text)
    return named[1] if named else ""


def not_open() -> Unavailable:
    """Return the error for a store that is not open."""
    return Unavailable(
        Text(vi="Kho dữ kiện chưa mở hoặc đã đóng.", en="The facts store is not open."),
        Text(vi="Khởi động lại nền tảng.", en="Start the platform again."),
    )


def _make(code: int, text: str, stored: bool) -> Callable[[str, int], ToanCanhError]:
    if code in _FULL or "No space left on device" in text:
        return _no_room
    if code in _DAMAGED or (stored and code in _MAYBE_DAMAGED and damaged_part(text)):
        return _damaged
    if code in _HEAVY:
        return _too_heavy
    if code in _LARGE:
        return _too_large
    if code in _BUSY:
        return _unavailable
    if code in _TAKEN:
        return _taken
    return _invalid if code in _SENDER or (not stored and code in _MAYBE_DAMAGED) else _unexpected


def _no_room(reason: str, code: int) -> ToanCanhError:
    return Unavailable(
        Text(vi="Ổ đĩa của kho dữ kiện đã đầy.", en="The disk of the facts store is full."),
        Text(
            vi="Giải phóng dung lượng hoặc chuyển thư mục dữ liệu sang ổ lớn hơn; các câu hỏi vẫn trả lời được.",
            en="Free some space or move the data folder to a larger disk; questions are still answered.",
        ),
        engine_code=code,
        reason=reason,
    )


def _damaged(reason: str, code: int) -> ToanCanhError:
    where = damaged_part(reason)
    return CorruptData(
        Text(
            vi=f"Dữ liệu đã lưu bị hỏng{f' tại {where}' if where else ''}.",
            en=f"Stored data are damaged{f' in {where}' if where else ''}.",
        ),
        Text(
            vi="Khôi phục từ bản sao lưu bằng `toancanh restore`, hoặc yêu cầu nguồn gửi lại khoảng thời gian bị mất.",
            en="Restore a backup with `toancanh restore`, or have the sources send the lost period again.",
        ),
        engine_code=code,
        reason=reason,
        part=where,
    )


def _too_heavy(reason: str, code: int) -> ToanCanhError:
    return QueryTooHeavy(
        Text(
            vi="Câu hỏi vượt quá giới hạn thời gian hoặc bộ nhớ nên đã bị dừng.",
            en="The question went past its limit of time or memory and was stopped.",
        ),
        Text(
            vi="Thu hẹp khoảng thời gian, bớt chiều phân tích hoặc dùng bước thời gian lớn hơn.",
            en="Ask for a shorter period, fewer dimensions or a coarser step of time.",
        ),
        engine_code=code,
        reason=reason,
    )


def _too_large(reason: str, code: int) -> ToanCanhError:
    return TooLarge(
        Text(vi="Câu trả lời có quá nhiều dòng.", en="The answer has too many rows."),
        Text(vi="Dùng phân trang hoặc xuất ra tệp.", en="Ask page by page, or export to a file."),
        engine_code=code,
        reason=reason,
    )


def _taken(reason: str, code: int) -> ToanCanhError:
    return Conflict(
        Text(
            vi="Tệp sao lưu đã tồn tại, hoặc kho cần khôi phục đã có dữ liệu.",
            en="The backup file exists already, or the store to be restored holds data.",
        ),
        Text(
            vi="Chọn tên tệp khác; khi khôi phục, dùng một thư mục còn trống.",
            en="Choose another file; to restore, take an empty folder.",
        ),
        engine_code=code,
        reason=reason,
    )


def _unavailable(reason: str, code: int) -> ToanCanhError:
    return Unavailable(
        Text(vi="Kho dữ kiện tạm thời không trả lời.", en="The facts store does not answer for the moment."),
        Text(vi="Thử lại sau ít phút.", en="Try again in a few minutes."),
        engine_code=code,
        reason=reason,
    )


def _invalid(reason: str, code: int) -> ToanCanhError:
    return InvalidInput(
        Text(vi=f"Bộ máy truy vấn không nhận: {reason}", en=f"The engine refuses: {reason}"),
        engine_code=code,
        reason=reason,
    )


def _unexpected(reason: str, code: int) -> ToanCanhError:
    return ToanCanhError(
        Text(vi=f"Lỗi của bộ máy truy vấn: {reason}", en=f"Error of the engine: {reason}"),
        Text(vi="Xem nhật ký của máy chủ.", en="See the server's log."),
        engine_code=code,
        reason=reason,
    )
