"""What a source of this connector is set up with."""

from ipaddress import ip_address
from typing import Annotated, Self

from pydantic import model_validator

from toancanh.connectors.mqtt.manifest import PayloadSettings
from toancanh.connectors.mqtt.topics import is_filter
from toancanh.domain import Text
from toancanh.sdk import Connector, Secret, setting


class Settings(PayloadSettings):
    """Where devices connect to, who may, and what of their messages becomes records."""

    topics: Annotated[
        list[str],
        setting(
            Text(vi="Chủ đề thành bản ghi", en="Topics that become records"),
            Text(
                vi="Mẫu chủ đề; {tên} đặt tên cho một cấp. Chủ đề khác chỉ được chuyển cho thiết bị đã đăng ký.",
                en="Patterns of topics; {name} names a level. Other topics are only passed on to devices that subscribe.",
            ),
            min_length=1,
            examples=[["site/{device}/{what}"]],
            default_factory=lambda: ["#"],
        ),
    ]
    address: Annotated[
        str,
        setting(
            Text(vi="Địa chỉ mạng", en="Network address"),
            Text(
                vi="Địa chỉ IP để nghe: 127.0.0.1 chỉ cho máy này, 0.0.0.0 cho mọi mạng.",
                en="IP address to listen at: 127.0.0.1 for this machine alone, 0.0.0.0 for all networks.",
            ),
        ),
    ] = "127.0.0.1"
    port: Annotated[
        int,
        setting(
            Text(vi="Cổng", en="Port"),
            Text(vi="1883, hoặc 8883 khi dùng TLS.", en="1883, or 8883 with TLS."),
            ge=1,
            le=65535,
        ),
    ] = 1883
    users: Annotated[
        Secret | None,
        setting(
            Text(vi="Tài khoản thiết bị", en="Users"),
            Text(
                vi="Mỗi dòng một tài khoản: tên:mật khẩu. Chỉ được để trống với 127.0.0.1 hoặc khi thiết bị có chứng thư.",
                en="One a line: name:password. May be empty only at 127.0.0.1, or where devices have certificates.",
            ),
        ),
    ] = None
    allowed: Annotated[
        list[str],
        setting(
            Text(vi="Chủ đề được phép", en="Topics that are allowed"),
            Text(
                vi="Thiết bị chỉ gửi và nhận trong các chủ đề này; {user} là tài khoản, {client} là mã máy khách.",
                en="Devices publish and subscribe below these alone; {user} is the user, {client} the client identifier.",
            ),
            rare=True,
            min_length=1,
            examples=[["site/{user}/#", "commands/{client}"]],
            default_factory=lambda: ["#"],
        ),
    ]
    certificate: Annotated[
        str | None,
        setting(
            Text(vi="Chứng thư số (TLS)", en="Certificate (TLS)"),
            Text(
                vi="PEM, hoặc đường dẫn tính từ thư mục thành phố; để trống là không mã hóa.",
                en="PEM, or a path from the city's folder; not encrypted where it is empty.",
            ),
        ),
    ] = None
    key: Annotated[
        Secret | None,
        setting(
            Text(vi="Khóa riêng của chứng thư số", en="Key of that certificate"),
            Text(vi="PEM, hoặc đường dẫn tính từ thư mục thành phố.", en="PEM, or a path from the city's folder."),
        ),
    ] = None
    authority: Annotated[
        str | None,
        setting(
            Text(vi="Cơ quan chứng thực của thiết bị", en="Authority of the devices"),
            Text(
                vi="PEM hoặc đường dẫn; nếu có, thiết bị phải có chứng thư do cơ quan này ký.",
                en="PEM or a path; with it, a device needs a certificate that this authority signed.",
            ),
            rare=True,
        ),
    ] = None
    connections: Annotated[
        int,
        setting(
            Text(vi="Số kết nối tối đa", en="Most connections"),
            Text(vi="Thiết bị kết nối cùng lúc.", en="Devices that are connected at a time."),
            rare=True,
            ge=1,
            le=20_000,
        ),
    ] = 2000
    in_flight: Annotated[
        int,
        setting(
            Text(vi="Bản tin chờ xác nhận", en="Messages in flight"),
            Text(
                vi="Của mỗi thiết bị, chưa được lưu; nhiều hơn thì thiết bị phải chờ.",
                en="Of each device, not stored yet; beyond it the device waits.",
            ),
            rare=True,
            ge=1,
            le=10_000,
        ),
    ] = 1000
    queued: Annotated[
        int,
        setting(
            Text(vi="Bản tin giữ cho thiết bị vắng mặt", en="Messages kept for a device that is away"),
            Text(
                vi="Nhiều nhất cho mỗi thiết bị, trong bộ nhớ.",
                en="At most so many for each device, in memory.",
            ),
            rare=True,
            ge=0,
            le=100_000,
        ),
    ] = 1000
    keep_hours: Annotated[
        int,
        setting(
            Text(vi="Giữ phiên của thiết bị (giờ)", en="Sessions are kept (hours)"),
            Text(
                vi="Thiết bị trở lại trong thời gian này nhận những bản tin đã lỡ.",
                en="A device that returns within this time gets what it missed.",
            ),
            rare=True,
            ge=0,
            le=24 * 31,
        ),
    ] = 24

    @model_validator(mode="after")
    def _safe(self) -> Self:
        named = self.named()
        if not named and not self.authority and not ip_address(self.address).is_loopback:
            raise ValueError("users are needed where others than this machine can connect")
        if bool(self.certificate) != bool(self.key) or (self.authority and not self.certificate):
            raise ValueError("certificate and key go together, and authority needs them")
        for topic in self.allowed:
            if not is_filter(topic.replace("{user}", "x").replace("{client}", "x")):
                raise ValueError(f"'{topic}' is no topic")
        return self

    def named(self) -> dict[str, bytes]:
        """Return the passwords by user."""
        found: dict[str, bytes] = {}
        for line in (self.users.get_secret_value() if self.users else "").splitlines():
            if line.strip():
                name, colon, password = line.strip().partition(":")
                if not (name and colon and password) or name in found:
                    raise ValueError("users are lines of name:password, each name once")
                found[name] = password.encode()
        return found


CONNECTOR = Connector(
    "mqtt_broker",
    Text(vi="MQTT: thiết bị gửi thẳng tới nền tảng", en="MQTT: devices connect to the platform"),
    Text(
        vi="Máy chủ MQTT gọn bên trong nền tảng, cho điểm lắp đặt nhỏ không có máy chủ MQTT riêng.",
        en="A small MQTT broker inside the platform, for sites that have none of their own.",
    ),
    Settings,
    read="toancanh.connectors.mqtt_broker.read:read",
    listens=True,
    fields=("topic", "received_at", "retained", "client", "user"),
)
