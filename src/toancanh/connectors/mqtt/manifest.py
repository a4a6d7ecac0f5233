"""What a source of this connector is set up with."""

from typing import Annotated, Literal, Self

from pydantic import model_validator

from toancanh.connectors.mqtt.topics import Template
from toancanh.domain import Text
from toancanh.sdk import Connector, ConnectorSettings, Secret, setting


class PayloadSettings(ConnectorSettings):
    """What messages hold, and how they are gathered."""

    topics: Annotated[
        list[str],
        setting(
            Text(vi="Chủ đề", en="Topics"),
            Text(
                vi="Mẫu chủ đề; {tên} đặt tên cho một cấp và thành một trường; + và # như trong MQTT.",
                en="Patterns of topics; {name} names a level, which becomes a field; + and # as in MQTT.",
            ),
            suggested=True,
            min_length=1,
            examples=[["city/{station}/air/{what}", "meters/#"]],
        ),
    ]
    payload: Annotated[
        Literal["json", "csv", "value"],
        setting(
            Text(vi="Nội dung bản tin", en="Payload"),
            Text(
                vi="json: đối tượng, mảng, NDJSON hoặc số; csv; value: một giá trị bằng chữ.",
                en="json: an object, an array, NDJSON or a number; csv; value: one value as text.",
            ),
        ),
    ] = "json"
    columns: Annotated[
        list[str],
        setting(
            Text(vi="Các cột CSV", en="Columns of CSV"),
            Text(vi="Tên các cột theo thứ tự; chỉ cho csv.", en="Names of the columns in their order; for csv only."),
            rare=True,
            examples=[["time", "value"]],
            default_factory=list,
        ),
    ]
    gather: Annotated[
        int,
        setting(
            Text(vi="Gom trong (mili giây)", en="Gathered for (milliseconds)"),
            Text(
                vi="Dòng bản tin liên tục được gom lâu nhất bấy nhiêu vào một lần ghi.",
                en="A steady stream of messages is gathered for so long at most into one delivery.",
            ),
            rare=True,
            ge=0,
            le=5000,
        ),
    ] = 150
    max_kilobytes: Annotated[
        int,
        setting(
            Text(vi="Bản tin lớn nhất (KB)", en="Largest message (KB)"),
            Text(vi="Bản tin lớn hơn thì bị từ chối.", en="A larger message is refused."),
            rare=True,
            ge=1,
            le=16 << 10,
        ),
    ] = 1024

    @model_validator(mode="after")
    def _readable(self) -> Self:
        if (self.payload == "csv") != bool(self.columns):
            raise ValueError("csv needs columns, and nothing else has them")
        self.templates()
        return self

    def templates(self) -> list[Template]:
        """Return the patterns of topics."""
        return [Template(topic) for topic in self.topics]


class Settings(PayloadSettings):
    """A broker, what is wanted of it, and who the platform is there."""

    url: Annotated[
        str,
        setting(
            Text(vi="Địa chỉ", en="Address"),
            Text(
                vi="mqtt://máy chủ:1883, hoặc mqtts:// (TLS, cổng 8883).",
                en="mqtt://host:1883, or mqtts:// (TLS, port 8883).",
            ),
            pattern=r"^mqtts?://(\[[0-9A-Fa-f:.]+\]|[^\s/:@?#\[\]]+)(:[0-9]{1,5})?/?$",
            examples=["mqtts://mqtt.example.gov.vn"],
        ),
    ]
    user: Annotated[
        str | None,
        setting(Text(vi="Tài khoản", en="User"), Text(vi="Tên tài khoản ở máy chủ MQTT.", en="Name at the broker.")),
    ] = None
    password: Annotated[
        Secret | None,
        setting(Text(vi="Mật khẩu", en="Password"), Text(vi="Mật khẩu của tài khoản ấy.", en="Password of that user.")),
    ] = None
    qos: Annotated[
        Literal[0, 1, 2],
        setting(
            Text(vi="Mức bảo đảm (QoS)", en="Quality of service (QoS)"),
            Text(
                vi="0: có thể mất; 1: ít nhất một lần; 2: đúng một lần.",
                en="0: may be lost; 1: at least once; 2: exactly once.",
            ),
        ),
    ] = 1
    version: Annotated[
        Literal["5", "3.1.1"],
        setting(
            Text(vi="Phiên bản MQTT", en="Version of MQTT"),
            Text(vi="5, hoặc 3.1.1 với máy chủ cũ.", en="5, or 3.1.1 for older brokers."),
            rare=True,
        ),
    ] = "5"
    client_id: Annotated[
        str | None,
        setting(
            Text(vi="Mã máy khách", en="Client identifier"),
            Text(
                vi="Để trống: toancanh- và mã nguồn. Hai hệ thống dùng chung một mã sẽ ngắt nhau.",
                en="Empty: toancanh- and the source. Two systems with the same one cut each other off.",
            ),
            rare=True,
            min_length=1,
            max_length=256,
        ),
    ] = None
    keep_hours: Annotated[
        int,
        setting(
            Text(vi="Giữ bản tin khi vắng mặt (giờ)", en="Kept while away (hours)"),
            Text(
                vi="Máy chủ giữ bản tin QoS 1 và 2 trong bấy nhiêu giờ khi nền tảng vắng mặt; 0: không giữ.",
                en="For so long the broker keeps messages of QoS 1 and 2 while the platform is away; 0: not at all.",
            ),
            rare=True,
            ge=0,
            le=24 * 365,
        ),
    ] = 168
    retained: Annotated[
        bool,
        setting(
            Text(vi="Nhận bản tin lưu", en="Take retained messages"),
            Text(
                vi="Nhận giá trị gần nhất mà máy chủ lưu cho mỗi chủ đề; các bản ghi ấy có retained = true.",
                en="Take the last value that the broker retains for each topic; such records say retained = true.",
            ),
            rare=True,
        ),
    ] = True
    in_flight: Annotated[
        int,
        setting(
            Text(vi="Bản tin chờ xác nhận", en="Messages in flight"),
            Text(
                vi="Nhiều nhất bấy nhiêu bản tin chưa được xác nhận cùng lúc (MQTT 5).",
                en="At most so many messages are unacknowledged at a time (MQTT 5).",
            ),
            rare=True,
            ge=1,
            le=65535,
        ),
    ] = 4000
    keep_alive: Annotated[
        int,
        setting(
            Text(vi="Nhịp hỏi thăm (giây)", en="Keep-alive (seconds)"),
            Text(
                vi="Im lặng lâu hơn một nhịp rưỡi thì coi là mất kết nối.",
                en="After one and a half of it in silence the connection counts as lost.",
            ),
            rare=True,
            ge=1,
            le=3600,
        ),
    ] = 30
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
                en="PEM or a path; needed where the broker has a certificate of a private authority.",
            ),
            rare=True,
        ),
    ] = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.password and not self.user:
            raise ValueError("password needs user")
        if bool(self.client_certificate) != bool(self.client_key):
            raise ValueError("client_certificate and client_key go together")
        return self


CONNECTOR = Connector(
    "mqtt",
    Text(vi="MQTT", en="MQTT"),
    Text(
        vi="Nghe các chủ đề ở một máy chủ MQTT (broker): cảm biến, đồng hồ, cổng IoT, SCADA.",
        en="Listens to topics at an MQTT broker: sensors, meters, IoT gateways, SCADA.",
    ),
    Settings,
    read="toancanh.connectors.mqtt.read:read",
    suggest="toancanh.connectors.mqtt.read:suggest",
    listens=True,
    fields=("topic", "received_at", "retained"),
)
