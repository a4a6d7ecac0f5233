"""What the e-mail connector is, and its settings."""

from typing import Annotated, Literal, Self

from pydantic import model_validator

from toancanh.domain import Text
from toancanh.sdk import Connector, ConnectorSettings, Secret, setting

FIELDS = (
    "message_id", "date", "received", "from", "from_name", "to", "cc", "subject", "text", "attachments", "size",
)  # fmt: skip
"""The raw fields of a message."""
DATA = ("*.csv", "*.tsv", "*.json", "*.ndjson", "*.jsonl", "*.parquet", "*.arrow")


class Mailbox(ConnectorSettings):
    """Where the mailbox is, and as whom the platform reads it."""

    host: Annotated[
        str,
        setting(
            Text(vi="Máy chủ IMAP", en="IMAP server"),
            Text(vi="Tên hoặc địa chỉ máy chủ thư.", en="Name or address of the mail server."),
            pattern=r"^[^\s/@]+$",
            examples=["mail.example.gov.vn"],
        ),
    ]
    user: Annotated[
        str,
        setting(
            Text(vi="Tài khoản", en="User"),
            Text(vi="Thường là địa chỉ thư.", en="Mostly the address of the mailbox."),
            min_length=1,
            examples=["phananh@example.gov.vn"],
        ),
    ]
    password: Annotated[
        Secret | None,
        setting(
            Text(vi="Mật khẩu", en="Password"),
            Text(vi="Mật khẩu, hoặc mật khẩu ứng dụng.", en="The password, or one made for applications."),
        ),
    ] = None
    token: Annotated[
        Secret | None,
        setting(
            Text(vi="Mã truy cập (OAuth 2.0)", en="Access token (OAuth 2.0)"),
            Text(vi="Dùng thay mật khẩu, theo XOAUTH2.", en="In place of a password, by XOAUTH2."),
            rare=True,
        ),
    ] = None
    security: Annotated[
        Literal["tls", "starttls", "plain"],
        setting(
            Text(vi="Mã hóa đường truyền", en="Encryption"),
            Text(
                vi="tls: mã hóa ngay từ đầu; starttls: mã hóa sau khi kết nối; plain: không mã hóa.",
                en="tls: from the start; starttls: after connecting; plain: none.",
            ),
            rare=True,
        ),
    ] = "tls"
    port: Annotated[
        int | None,
        setting(
            Text(vi="Cổng", en="Port"),
            Text(vi="Để trống là 993 với tls, 143 với cách khác.", en="Empty means 993 with tls, 143 otherwise."),
            rare=True,
            ge=1,
            le=65535,
        ),
    ] = None
    authority: Annotated[
        str | None,
        setting(
            Text(vi="Chứng thư của cơ quan chứng thực", en="Certificate of the authority"),
            Text(
                vi="Đường dẫn tệp PEM tính từ thư mục thành phố; cần khi máy chủ dùng chứng thư nội bộ.",
                en="Path of a PEM file from the city's folder; for certificates of a private authority.",
            ),
            rare=True,
        ),
    ] = None
    timeout: Annotated[
        float,
        setting(
            Text(vi="Chờ trả lời (giây)", en="Patience (seconds)"),
            Text(vi="Chờ lâu nhất một lần trả lời.", en="Longest wait for an answer."),
            rare=True,
            ge=1,
            le=100,
        ),
    ] = 30.0

    @model_validator(mode="after")
    def _introduced(self) -> Self:
        if (self.password is None) == (self.token is None):
            raise ValueError("either password or token")
        return self


class Settings(Mailbox):
    """Which messages are read, what of them is a record, and what becomes of them afterwards."""

    folder: Annotated[
        str,
        setting(
            Text(vi="Hộp thư con", en="Folder"),
            Text(vi="Hộp thư con được đọc.", en="The folder that is read."),
            suggested=True,
            min_length=1,
        ),
    ] = "INBOX"
    sender: Annotated[
        str | None,
        setting(
            Text(vi="Người gửi chứa", en="Sender contains"),
            Text(vi="Chỉ lấy thư mà tên hoặc địa chỉ người gửi chứa chữ này.", en="Only messages from such senders."),
            min_length=1,
            examples=["@hcdc.vn"],
        ),
    ] = None
    subject: Annotated[
        str | None,
        setting(
            Text(vi="Tiêu đề chứa", en="Subject contains"),
            Text(vi="Chỉ lấy thư mà tiêu đề chứa chữ này.", en="Only messages with this in their subject."),
            min_length=1,
            examples=["Báo cáo ngày"],
        ),
    ] = None
    take: Annotated[
        Literal["messages", "attachments"],
        setting(
            Text(vi="Lấy gì", en="What is taken"),
            Text(
                vi="messages: mỗi thư một bản ghi; attachments: các dòng trong tệp đính kèm.",
                en="messages: each is a record; attachments: the rows of the files that they carry.",
            ),
        ),
    ] = "messages"
    attachments: Annotated[
        tuple[str, ...],
        setting(
            Text(vi="Tệp đính kèm", en="Attachments"),
            Text(
                vi="Tên tệp được lấy, * thay cho mọi chữ; tệp khác trong thư được bỏ qua.",
                en="Names of files that are taken, * stands for anything; other files of a message are left alone.",
            ),
            min_length=1,
        ),
    ] = DATA
    after: Annotated[
        Literal["nothing", "seen", "move"],
        setting(
            Text(vi="Sau khi lưu", en="Once stored"),
            Text(
                vi="nothing: để nguyên; seen: đánh dấu đã đọc; move: chuyển sang hộp thư con khác.",
                en="nothing: left as it is; seen: marked as read; move: moved to another folder.",
            ),
        ),
    ] = "nothing"
    move_to: Annotated[
        str | None,
        setting(
            Text(vi="Chuyển sang", en="Move to"),
            Text(
                vi="Hộp thư con nhận thư đã lưu; được tạo nếu chưa có.", en="Folder of stored messages; made if needed."
            ),
            suggested=True,
            min_length=1,
            examples=["Đã nhập"],
        ),
    ] = None
    max_megabytes: Annotated[
        int,
        setting(
            Text(vi="Thư lớn nhất (MB)", en="Largest message (MB)"),
            Text(
                vi="Thư lớn hơn không được tải; một dòng về nó chờ trong vùng cách ly.",
                en="A larger one waits in quarantine.",
            ),
            rare=True,
            ge=1,
            le=256,
        ),
    ] = 32

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if (self.after == "move") != (self.move_to is not None):
            raise ValueError("after: move and move_to go together")
        if self.move_to is not None and self.move_to == self.folder:
            raise ValueError("move_to is the folder that is read")
        return self


CONNECTOR = Connector(
    "email",
    Text(vi="Hộp thư (IMAP)", en="Mailbox (IMAP)"),
    Text(
        vi="Đọc thư điện tử, hoặc tệp CSV, JSON, Parquet đính kèm trong thư.",
        en="Reads e-mail, or the CSV, JSON and Parquet files that it carries.",
    ),
    Settings,
    read="toancanh.connectors.email.read:read",
    suggest="toancanh.connectors.email.read:suggest",
    fields=FIELDS,
)
