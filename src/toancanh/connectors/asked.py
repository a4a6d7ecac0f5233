"""The settings of every connector that asks a web service: where it is, and how the platform shows who it is."""

from typing import Annotated, Literal, Self

from pydantic import model_validator

from toancanh.domain import Text
from toancanh.sdk import ConnectorSettings, Secret, setting

WEB = r"^https?://[^\s/?#]+[^\s#]*$"
"""What an address of a web service looks like."""


class HttpSettings(ConnectorSettings):
    """Subclass it, and open the client of `toancanh.connectors.asking` with it."""

    url: Annotated[
        str,
        setting(
            Text(vi="Địa chỉ", en="Address"),
            Text(vi="Địa chỉ dịch vụ, http:// hoặc https://.", en="Address of the service, http:// or https://."),
            pattern=WEB,
            examples=["https://api.example.gov.vn/v1/tram"],
        ),
    ]
    headers: Annotated[
        dict[str, str],
        setting(
            Text(vi="Tiêu đề HTTP thêm", en="More headers"),
            Text(
                vi="Gửi kèm mọi yêu cầu, chỉ tới máy chủ của địa chỉ trên; không để khóa bí mật ở đây.",
                en="Sent with each request, to the server of that address alone; no place for secrets.",
            ),
            rare=True,
            default_factory=dict,
        ),
    ]
    api_key: Annotated[
        Secret | None,
        setting(
            Text(vi="Khóa API", en="API key"),
            Text(vi="Khóa do đơn vị quản lý hệ thống cấp.", en="Key that the owner of the system gave."),
        ),
    ] = None
    api_key_name: Annotated[
        str,
        setting(
            Text(vi="Tên của khóa API", en="Name of the API key"),
            Text(vi="Tên tiêu đề hoặc tham số mang khóa.", en="The header or parameter that carries the key."),
            rare=True,
            min_length=1,
        ),
    ] = "X-API-Key"
    api_key_in: Annotated[
        Literal["header", "query"],
        setting(
            Text(vi="Nơi đặt khóa API", en="Where the API key goes"),
            Text(
                vi="header: trong tiêu đề; query: trong tham số của địa chỉ.",
                en="header: among the headers; query: among the parameters of the address.",
            ),
            rare=True,
        ),
    ] = "header"
    user: Annotated[
        str | None,
        setting(
            Text(vi="Tài khoản", en="User"),
            Text(vi="Tên tài khoản của xác thực Basic.", en="Name for Basic authentication."),
        ),
    ] = None
    password: Annotated[
        Secret | None,
        setting(
            Text(vi="Mật khẩu", en="Password"),
            Text(vi="Mật khẩu của tài khoản ấy.", en="Password of that user."),
        ),
    ] = None
    token: Annotated[
        Secret | None,
        setting(
            Text(vi="Mã truy cập (Bearer)", en="Bearer token"),
            Text(vi="Gửi trong Authorization: Bearer.", en="Sent as Authorization: Bearer."),
        ),
    ] = None
    token_url: Annotated[
        str | None,
        setting(
            Text(vi="Địa chỉ cấp mã (OAuth 2.0)", en="Token address (OAuth 2.0)"),
            Text(
                vi="Nơi đổi client_id và client_secret lấy mã truy cập; mã được xin lại trước khi hết hạn.",
                en="Where client_id and client_secret give a token; it is renewed before it expires.",
            ),
            rare=True,
            pattern=WEB,
            examples=["https://lgsp.example.gov.vn/token"],
        ),
    ] = None
    client_id: Annotated[
        str | None,
        setting(
            Text(vi="Mã ứng dụng (OAuth 2.0)", en="Client id (OAuth 2.0)"),
            Text(vi="consumer key của nền tảng ở bên kia.", en="The consumer key of the platform there."),
            rare=True,
        ),
    ] = None
    client_secret: Annotated[
        Secret | None,
        setting(
            Text(vi="Khóa ứng dụng (OAuth 2.0)", en="Client secret (OAuth 2.0)"),
            Text(vi="consumer secret đi với mã ấy.", en="The consumer secret that goes with it."),
            rare=True,
        ),
    ] = None
    scope: Annotated[
        str | None,
        setting(
            Text(vi="Phạm vi quyền (OAuth 2.0)", en="Scope (OAuth 2.0)"),
            Text(vi="Các quyền xin, cách nhau bởi dấu cách.", en="What is asked for, separated by blanks."),
            rare=True,
        ),
    ] = None
    client_certificate: Annotated[
        str | None,
        setting(
            Text(vi="Chứng thư số của nền tảng", en="Certificate of the platform"),
            Text(
                vi="PEM, hoặc đường dẫn tính từ thư mục thành phố; dùng cho mTLS.",
                en="PEM, or a path from the city's folder; for mutual TLS.",
            ),
            rare=True,
        ),
    ] = None
    client_key: Annotated[
        Secret | None,
        setting(
            Text(vi="Khóa riêng của chứng thư số", en="Key of that certificate"),
            Text(vi="PEM, hoặc đường dẫn tính từ thư mục thành phố.", en="PEM, or a path from the city's folder."),
            rare=True,
        ),
    ] = None
    authority: Annotated[
        str | None,
        setting(
            Text(vi="Chứng thư của cơ quan chứng thực", en="Certificate of the authority"),
            Text(
                vi="PEM hoặc đường dẫn; cần khi máy chủ bên kia dùng chứng thư nội bộ.",
                en="PEM or a path; needed where the server has a certificate of a private authority.",
            ),
            rare=True,
        ),
    ] = None
    proxy: Annotated[
        str | None,
        setting(
            Text(vi="Máy chủ trung gian (proxy)", en="Proxy"),
            Text(vi="Địa chỉ proxy HTTP, nếu phải đi qua.", en="Address of an HTTP proxy, where one is in between."),
            rare=True,
            pattern=WEB,
        ),
    ] = None
    timeout: Annotated[
        float,
        setting(
            Text(vi="Chờ trả lời (giây)", en="Patience (seconds)"),
            Text(vi="Chờ lâu nhất giữa hai gói dữ liệu.", en="Longest wait for the next bytes."),
            rare=True,
            gt=0,
            le=110,
        ),
    ] = 30.0
    per_second: Annotated[
        float | None,
        setting(
            Text(vi="Số yêu cầu mỗi giây", en="Requests a second"),
            Text(
                vi="Nhiều nhất bao nhiêu yêu cầu mỗi giây; để trống là không hạn chế.",
                en="How many requests a second at most; no limit where it is empty.",
            ),
            rare=True,
            gt=0,
            le=1000,
        ),
    ] = None
    max_megabytes: Annotated[
        int,
        setting(
            Text(vi="Trả lời lớn nhất (MB)", en="Largest answer (MB)"),
            Text(vi="Trả lời lớn hơn thì bị từ chối.", en="A larger answer is refused."),
            rare=True,
            ge=1,
            le=1024,
        ),
    ] = 64

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.token_url and not (self.client_id and self.client_secret):
            raise ValueError("token_url needs client_id and client_secret")
        if self.password and not self.user:
            raise ValueError("password needs user")
        if bool(self.client_certificate) != bool(self.client_key):
            raise ValueError("client_certificate and client_key go together")
        return self
