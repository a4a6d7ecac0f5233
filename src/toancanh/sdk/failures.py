"""The three ways in which another side fails, each with its remedy."""

from toancanh.domain import SourceFailed, Text


def unreachable(where: str, why: object, *, retry_after: float | None = None) -> SourceFailed:
    """Return the error for another side that does not answer, not in time, or not for `retry_after` seconds."""
    return SourceFailed(
        Text(vi=f"Không kết nối được {where}: {why}.", en=f"{where} cannot be reached: {why}."),
        Text(
            vi="Kiểm tra địa chỉ, mạng và máy chủ bên kia; nền tảng tự thử lại.",
            en="Check the address, the network and the server there; the platform tries again by itself.",
        ),
        kind="unreachable",
        **({} if retry_after is None else {"retry_after": retry_after}),
    )


def refused(where: str, why: object) -> SourceFailed:
    """Return the error for another side that does not let the platform in."""
    return SourceFailed(
        Text(vi=f"{where} từ chối: {why}.", en=f"{where} refuses: {why}."),
        Text(
            vi="Kiểm tra tài khoản, khóa và quyền đã cấp cho nền tảng.",
            en="Check the account, the key and the rights that the platform was given.",
        ),
        kind="refused",
    )


def malformed(where: str, why: object, *, retry_after: float | None = None) -> SourceFailed:
    """Return the error for an answer that is not what was agreed; nothing of it was taken, and the cursor stays."""
    return SourceFailed(
        Text(vi=f"{where} trả lời không đúng: {why}.", en=f"{where} answers wrongly: {why}."),
        Text(
            vi="Báo cho đơn vị quản lý hệ thống bên kia; nền tảng giữ vị trí và hỏi lại.",
            en="Tell the owner of that system; the platform keeps its place and asks again.",
        ),
        kind="malformed",
        **({} if retry_after is None else {"retry_after": retry_after}),
    )
