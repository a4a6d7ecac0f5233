"""What a source of this connector is set up with."""

from typing import Annotated, Literal

from toancanh.connectors.listened import SecureListeningSettings
from toancanh.domain import Text
from toancanh.sdk import Connector, setting


class Settings(SecureListeningSettings):
    """Where events of Suricata come from, and which of them are taken."""

    way: Annotated[
        Literal["file", "unix", "tcp", "tls", "udp", "connect"],
        setting(
            Text(vi="Cách nhận", en="Way"),
            Text(
                vi="file: đọc theo eve.json; unix: mở ổ cắm cho filetype unix_stream; tcp, tls, udp: mở cổng chờ (dòng JSON hoặc syslog); "
                "connect: nối tới máy bên kia.",
                en="file: follow eve.json; unix: open a socket for filetype unix_stream; tcp, tls, udp: open a port (lines of JSON or "
                "syslog); connect: go to the other side.",
            ),
        ),
    ] = "file"
    event_types: Annotated[
        list[str],
        setting(
            Text(vi="Loại sự kiện lấy", en="Types of events taken"),
            Text(
                vi="Ví dụ alert, dns, http, tls, flow, drop, stats, anomaly; để trống là lấy hết. Loại khác thì bỏ qua.",
                en="For example alert, dns, http, tls, flow, drop, stats, anomaly; all where it is empty. Others are passed by.",
            ),
            default_factory=list,
            examples=[["alert", "anomaly"]],
        ),
    ]


CONNECTOR = Connector(
    name="eve",
    title=Text(vi="Cảnh báo xâm nhập (Suricata EVE)", en="Intrusion detection (Suricata EVE)"),
    about=Text(
        vi="Nhận sự kiện EVE JSON của Suricata: cảnh báo, DNS, HTTP, TLS, luồng, gói bị chặn, thống kê, bất thường.",
        en="Takes EVE JSON of Suricata: alerts, DNS, HTTP, TLS, flows, drops, statistics, anomalies.",
    ),
    settings=Settings,
    read="toancanh.connectors.eve.read:read",
    listens=True,
    fields=(
        "timestamp", "event_type", "flow_id", "in_iface", "src_ip", "src_port", "dest_ip", "dest_port", "proto", "app_proto",
        "alert.action", "alert.signature_id", "alert.signature", "alert.category", "alert.severity", "dns.rrname", "http.hostname",
        "http.url", "tls.sni", "flow.bytes_toserver", "flow.bytes_toclient", "drop.reason", "anomaly.event",
    ),
)  # fmt: skip
