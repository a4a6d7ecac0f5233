"""From what a database driver says to the errors of the platform.

PostgreSQL's errors are known by their `sqlstate`, so that its driver is imported only where it is used.
"""

from sqlite3 import Error as SQLiteError
from typing import Any

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from toancanh.domain import Conflict, CorruptData, InvalidInput, Text, ToanCanhError, Unavailable

_FULL = (
    Unavailable,
    Text(
        vi="Ổ đĩa của kho trạng thái đã đầy; không có gì được ghi.",
        en="The disk of the state store is full; nothing was kept.",
    ),
    Text(vi="Hãy giải phóng ổ đĩa rồi gửi lại.", en="Free some disk space, then send again."),
)
_LOCKED = (
    Unavailable,
    Text(
        vi="Kho trạng thái đang bị một tiến trình khác giữ; không có gì được ghi.",
        en="Another process is holding the state store; nothing was kept.",
    ),
    Text(
        vi="Hãy thử lại sau; nếu vẫn vậy, tìm tiến trình đang giữ kho (toancanh doctor).",
        en="Try again later; if it stays so, look for the process that holds the store (toancanh doctor).",
    ),
)
_UNWRITABLE = (
    Unavailable,
    Text(vi="Không đọc hoặc ghi được kho trạng thái.", en="The state store cannot be read or written."),
    Text(
        vi="Kiểm tra quyền trên thư mục dữ liệu và tình trạng ổ đĩa.",
        en="Check the permissions of the data folder and the condition of the disk.",
    ),
)
_GONE = (
    Unavailable,
    Text(vi="Kho trạng thái không trả lời.", en="The state store does not answer."),
    Text(
        vi="Kiểm tra máy chủ PostgreSQL và biến TOANCANH_STATE, rồi thử lại.",
        en="Check the PostgreSQL server and TOANCANH_STATE, then try again.",
    ),
)
_CORRUPT = (
    CorruptData,
    Text(vi="Tệp của kho trạng thái bị hỏng.", en="The files of the state store are damaged."),
    Text(
        vi="Dừng hệ thống, giữ lại tệp hỏng và khôi phục bản sao lưu (toancanh restore).",
        en="Stop the platform, keep the damaged files and restore a backup (toancanh restore).",
    ),
)

_UNFIT = (
    InvalidInput,
    Text(vi="Một giá trị không lưu được vào kho trạng thái.", en="A value does not fit into the state store."),
    Text(
        vi="Rút ngắn giá trị, bỏ ký tự điều khiển, kiểm tra độ lớn của số.",
        en="Shorten it, remove control characters, check the size of numbers.",
    ),
)
_CLASH = (
    Conflict,
    Text(vi="Dữ liệu này trùng hoặc mâu thuẫn với dữ liệu đã có.", en="This clashes with what is there already."),
    Text(vi="Đọc lại dữ liệu hiện có rồi sửa.", en="Read what is there, then correct it."),
)

_SQLITE: dict[str, tuple[type[ToanCanhError], Text, Text]] = {
    "SQLITE_FULL": _FULL,
    "SQLITE_BUSY": _LOCKED,
    "SQLITE_LOCKED": _LOCKED,
    "SQLITE_CORRUPT": _CORRUPT,
    "SQLITE_NOTADB": _CORRUPT,
    "SQLITE_READONLY": _UNWRITABLE,
    "SQLITE_CANTOPEN": _UNWRITABLE,
    "SQLITE_IOERR": _UNWRITABLE,
    "SQLITE_PERM": _UNWRITABLE,
}
"""By the first two words of SQLite's result code (sqlite.org/rescode.html)."""
_POSTGRES: dict[str, tuple[type[ToanCanhError], Text, Text]] = {
    "53100": _FULL,
    "53": _GONE,
    "55P03": _LOCKED,
    "57": _GONE,
    "58": _UNWRITABLE,
    "08": _GONE,
    "25006": _UNWRITABLE,
    "28": _GONE,
    "3D": _GONE,
    "XX001": _CORRUPT,
    "XX002": _CORRUPT,
}
"""By SQLSTATE or its class (PostgreSQL manual, appendix A)."""
_AGAIN = ("40001", "40P01")
_LOST = frozenset({"OperationalError", "InterfaceError"})
"""Kinds of PostgreSQL's errors (PEP 249) that mean a lost connection when they carry no SQLSTATE."""


def translate(error: Exception) -> Exception:
    """Return what the platform says about `error`: itself where it is ours or a mistake of our own code."""
    if isinstance(error, PoolTimeout):
        return _said(_LOCKED, error)
    if isinstance(error, IntegrityError):
        return _said(_CLASH, error)
    if isinstance(error, DataError | UnicodeEncodeError):
        return _said(_UNFIT, error)
    if isinstance(error, OSError):
        return _said(_UNWRITABLE, error)
    if not isinstance(error, SQLAlchemyError | SQLiteError) and not hasattr(error, "sqlstate"):
        return error
    found = _find(error)
    return _said(found, error) if found else error


def retryable(error: Exception) -> bool:
    """Return whether `error` means that the same work may succeed if run again at once (deadlock, serialisation)."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return getattr(cause, "sqlstate", None) in _AGAIN


def closed() -> Unavailable:
    """Return the error of whoever writes or reads after the end."""
    return Unavailable(
        Text(vi="Kho trạng thái đã đóng.", en="The state store is closed."),
        Text(vi="Hệ thống đang dừng; hãy thử lại sau.", en="The platform is stopping; try again later."),
    )


def undone() -> Unavailable:
    """Return the error of whoever's work was undone together with that of others."""
    return Unavailable(
        Text(vi="Kho trạng thái đã hủy thay đổi này.", en="The state store undid this change."),
        Text(vi="Không có gì được ghi; hãy gửi lại.", en="Nothing was kept; send again."),
    )


def _find(error: Exception) -> tuple[type[ToanCanhError], Text, Text] | None:
    cause: Any = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, SQLiteError):
        name = getattr(cause, "sqlite_errorname", None) or ""
        return _SQLITE.get("_".join(name.split("_")[:2]))
    if hasattr(cause, "sqlstate"):
        said: str | None = cause.sqlstate
        lost = said is None and not _LOST.isdisjoint(kind.__name__ for kind in type(cause).__mro__)
        state = "08000" if lost else said or ""
        return _POSTGRES.get(state) or _POSTGRES.get(state[:2])
    return None


def _said(found: tuple[type[ToanCanhError], Text, Text], error: Exception) -> ToanCanhError:
    kind, message, remedy = found
    said = kind(message, remedy)
    said.__cause__ = error
    return said
