"""What a source of this connector is set up with."""

from typing import Annotated, Literal, Self

from pydantic import model_validator

from toancanh.domain import Text
from toancanh.sdk import Connector, ConnectorSettings, Secret, setting

_HEADER = r"^[A-Za-z0-9-]+$"


class Settings(ConnectorSettings):
    """How a sender shows who it is, and where its records are."""

    secret: Annotated[
        Secret | None,
        setting(
            Text(vi="Khóa ký", en="Signing key"),
            Text(vi="Khóa chung để kiểm tra chữ ký HMAC của bên gửi.", en="Shared key of the sender's HMAC signature."),
        ),
    ] = None
    signature_header: Annotated[
        str,
        setting(
            Text(vi="Tiêu đề mang chữ ký", en="Header of the signature"),
            Text(
                vi="Chữ ký dạng hex hoặc Base64, có hoặc không có sha256= ở trước.",
                en="The signature in hex or Base64, with or without sha256= before it.",
            ),
            pattern=_HEADER,
            examples=["X-Hub-Signature-256"],
        ),
    ] = "X-Signature"
    timestamp_header: Annotated[
        str | None,
        setting(
            Text(vi="Tiêu đề mang thời điểm", en="Header of the time"),
            Text(
                vi="Lúc gửi, giây Unix hoặc ISO 8601, hay t=… trong tiêu đề chữ ký; quá hạn thì từ chối.",
                en="When it was sent, Unix seconds or ISO 8601, or t=… in the header of the signature; what is too old is refused.",
            ),
            pattern=_HEADER,
        ),
    ] = "X-Timestamp"
    id_header: Annotated[
        str | None,
        setting(
            Text(vi="Tiêu đề mang mã sự kiện", en="Header of the event's id"),
            Text(vi="Cùng mã thì chỉ lưu một lần.", en="What comes again with the same id is stored once."),
            rare=True,
            pattern=_HEADER,
            examples=["Webhook-Id"],
        ),
    ] = None
    signed: Annotated[
        str,
        setting(
            Text(vi="Phần được ký", en="What is signed"),
            Text(
                vi="Ghép từ ${id}, ${timestamp} và ${body}; GitHub chỉ ký ${body}.",
                en="Put together from ${id}, ${timestamp} and ${body}; GitHub signs ${body} alone.",
            ),
            rare=True,
            pattern=r"\$\{body\}",
        ),
    ] = "${timestamp}.${body}"
    algorithm: Annotated[
        Literal["sha256", "sha384", "sha512"],
        setting(
            Text(vi="Thuật toán băm", en="Hash"),
            Text(vi="Thuật toán băm của HMAC.", en="The hash of the HMAC."),
            rare=True,
        ),
    ] = "sha256"
    tolerance: Annotated[
        float,
        setting(
            Text(vi="Lệch giờ cho phép (giây)", en="Window (seconds)"),
            Text(vi="Thời điểm gửi được lệch nhiều nhất bấy nhiêu.", en="How far the time of sending may be off."),
            rare=True,
            gt=0,
            le=86_400,
        ),
    ] = 300
    token: Annotated[
        Secret | None,
        setting(
            Text(vi="Mã chung", en="Shared token"),
            Text(vi="Mã mà bên gửi kèm trong token_header.", en="A token that the sender puts into token_header."),
        ),
    ] = None
    token_header: Annotated[
        str,
        setting(
            Text(vi="Tiêu đề mang mã chung", en="Header of the token"),
            Text(vi="Authorization nhận cả dạng Bearer.", en="Authorization takes the form Bearer too."),
            rare=True,
            pattern=_HEADER,
        ),
    ] = "Authorization"  # noqa: S105 - the name of a header
    user: Annotated[
        str | None,
        setting(
            Text(vi="Tài khoản", en="User"), Text(vi="Tên tài khoản Basic của bên gửi.", en="Basic user of the sender.")
        ),
    ] = None
    password: Annotated[
        Secret | None,
        setting(Text(vi="Mật khẩu", en="Password"), Text(vi="Mật khẩu của tài khoản ấy.", en="Password of that user.")),
    ] = None
    records: Annotated[
        str,
        setting(
            Text(vi="Vị trí các bản ghi", en="Where the records are"),
            Text(
                vi="Đường dẫn trong nội dung: data.items (JSON), list/item (XML), tên trường (form); để trống: cả nội dung.",
                en="Path into the body: data.items (JSON), list/item (XML), a field's name (form); empty: the body itself.",
            ),
        ),
    ] = ""
    format: Annotated[
        Literal["auto", "json", "ndjson", "csv", "xml", "form"],
        setting(
            Text(vi="Định dạng", en="Format"),
            Text(vi="auto: theo Content-Type.", en="auto: by Content-Type."),
            rare=True,
        ),
    ] = "auto"

    @model_validator(mode="after")
    def _closed(self) -> Self:
        """Nobody is let in who shows nothing."""
        if self.secret is None and self.token is None and (self.user is None or self.password is None):
            raise ValueError("one of secret, token, or user and password is needed")
        if self.secret is not None and "${timestamp}" in self.signed and self.timestamp_header is None:
            raise ValueError("signed names ${timestamp}, and there is no timestamp_header")
        if self.secret is not None and "${id}" in self.signed and self.id_header is None:
            raise ValueError("signed names ${id}, and there is no id_header")
        return self


CONNECTOR = Connector(
    name="webhook",
    title=Text(vi="Nhận từ hệ thống khác (webhook)", en="Webhook"),
    about=Text(
        vi="Nhận dữ liệu mà hệ thống khác tự gửi đến, khi chữ ký, mã hoặc mật khẩu của bên gửi đúng.",
        en="Takes what other systems send by themselves, when their signature, token or password is right.",
    ),
    settings=Settings,
    answer="toancanh.connectors.webhook.answer:answer",
)
