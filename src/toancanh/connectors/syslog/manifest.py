"""What a source of this connector is set up with."""

from typing import Annotated, Literal

from toancanh.connectors.listened import SecureListeningSettings
from toancanh.domain import Text
from toancanh.sdk import Connector, setting


class Settings(SecureListeningSettings):
    """Where syslog messages come from."""

    way: Annotated[
        Literal["udp", "tcp", "tls", "connect", "file", "unix"],
        setting(
            Text(vi="Cách nhận", en="Way"),
            Text(
                vi="udp, tcp, tls: mở cổng chờ thiết bị gửi tới; connect: nối tới máy bên kia; file: đọc theo tệp; unix: mở ổ cắm Unix.",
                en="udp, tcp, tls: open a port that devices send to; connect: go to the other side; file: follow a file; unix: open "
                "a Unix socket.",
            ),
        ),
    ] = "udp"
    least_severity: Annotated[
        int,
        setting(
            Text(vi="Mức nhẹ nhất còn lấy", en="Least severity taken"),
            Text(
                vi="0 khẩn cấp … 7 gỡ lỗi; bản tin nhẹ hơn thì bỏ qua. 7 là lấy hết.",
                en="0 emergency … 7 debug; what is less severe is passed by. 7 takes everything.",
            ),
            rare=True,
            ge=0,
            le=7,
        ),
    ] = 7


CONNECTOR = Connector(
    name="syslog",
    title=Text(vi="Nhật ký hệ thống (syslog)", en="Syslog"),
    about=Text(
        vi="Nhận syslog (RFC 5424, RFC 3164, kèm CEF và LEEF) của thiết bị mạng, máy chủ, thiết bị an ninh.",
        en="Takes syslog (RFC 5424, RFC 3164, with CEF and LEEF) of network devices, servers and security appliances.",
    ),
    settings=Settings,
    read="toancanh.connectors.syslog.read:read",
    listens=True,
    fields=(
        "timestamp", "received", "sender", "facility", "facility_word", "severity", "severity_word", "version", "hostname",
        "appname", "procid", "msgid", "data", "message", "form",
    ),
)  # fmt: skip
