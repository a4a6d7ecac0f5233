"""What a source of this connector is set up with."""

from typing import Annotated, Literal

from toancanh.connectors.listened import ListeningSettings
from toancanh.domain import Text
from toancanh.sdk import Connector, setting

Kind = Literal["position", "static", "base", "aid", "other"]


class Settings(ListeningSettings):
    """Where AIS sentences come from, and which of them become records."""

    way: Annotated[
        Literal["udp", "tcp", "connect", "serial", "file"],
        setting(
            Text(vi="Cách nhận", en="Way"),
            Text(
                vi="udp, tcp: mở cổng chờ trạm bờ gửi tới; connect: nối tới trạm; serial: máy thu ở cổng nối tiếp; file: đọc theo tệp.",
                en="udp, tcp: open a port that the station sends to; connect: go to the station; serial: a receiver at a serial "
                "port; file: follow a file.",
            ),
        ),
    ] = "udp"
    kinds: Annotated[
        list[Kind],
        setting(
            Text(vi="Loại bản tin lấy", en="Kinds taken"),
            Text(
                vi="position: vị trí tàu; static: tên, loại tàu, hành trình; base: trạm bờ; aid: báo hiệu hàng hải; other: bản tin "
                "khác, chưa giải mã nội dung. Loại không chọn thì bỏ qua.",
                en="position: where a ship is; static: name, type and voyage; base: shore stations; aid: aids to navigation; other: "
                "further messages, their content as it came. Kinds that are not chosen are passed by.",
            ),
            default_factory=lambda: ["position"],
            min_length=1,
        ),
    ]
    baud: Annotated[
        int,
        setting(
            Text(vi="Tốc độ cổng nối tiếp", en="Baud rate"),
            Text(vi="AIS thường dùng 38400.", en="38400 is usual for AIS."),
            rare=True,
            ge=300,
            le=921_600,
        ),
    ] = 38_400
    patience: Annotated[
        float,
        setting(
            Text(vi="Chờ phần còn lại (giây)", en="Patience for parts (seconds)"),
            Text(
                vi="Bản tin nhiều câu mà sau bấy nhiêu giây còn thiếu câu thì các câu đã đến vào vùng cách ly.",
                en="Sentences of a message of which others are missing so long go to quarantine.",
            ),
            rare=True,
            gt=0,
            le=600,
        ),
    ] = 10.0


CONNECTOR = Connector(
    name="ais",
    title=Text(vi="Vị trí tàu (AIS)", en="Ships (AIS)"),
    about=Text(
        vi="Nhận câu NMEA 0183 của trạm bờ AIS và giải mã vị trí, tên, hành trình của tàu, trạm bờ, báo hiệu hàng hải.",
        en="Takes NMEA 0183 sentences of AIS stations and decodes positions, names and voyages of ships, base stations and aids.",
    ),
    settings=Settings,
    read="toancanh.connectors.ais.read:read",
    listens=True,
    fields=(
        "kind", "type", "mmsi", "country", "vietnamese", "timestamp", "station", "channel", "status", "rot", "turn", "speed",
        "accuracy", "lon", "lat", "course", "heading", "second", "manoeuvre", "raim", "altitude", "imo", "callsign", "shipname",
        "shiptype", "shiptype_group", "to_bow", "to_stern", "to_port", "to_starboard", "draught", "destination", "eta", "epfd",
        "aid_type", "off_position", "virtual", "base_time", "payload",
    ),
)  # fmt: skip
