"""Settings of the connectors that listen: light, for manifests."""

from typing import Annotated, Literal, Self

from pydantic import model_validator

from toancanh.domain import Text
from toancanh.sdk import ConnectorSettings, Secret, setting

Way = Literal["udp", "tcp", "tls", "connect", "serial", "file", "unix"]
NEEDS: dict[str, tuple[str, ...]] = {
    "udp": ("port",),
    "tcp": ("port",),
    "tls": ("port", "certificate", "key"),
    "connect": ("host", "port"),
    "serial": ("path",),
    "file": ("path",),
    "unix": ("path",),
}
"""What must be filled in for each way."""


class ListeningSettings(ConnectorSettings):
    """Where lines come from. A connector narrows `way` to the ways that its protocol knows."""

    way: Annotated[
        Way,
        setting(
            Text(vi="Cách nhận", en="Way"),
            Text(
                vi="udp, tcp, tls: mở cổng chờ; connect: nối tới máy bên kia; serial: cổng nối tiếp; file: đọc theo tệp; "
                "unix: mở ổ cắm Unix.",
                en="udp, tcp, tls: open a port; connect: go to the other side; serial: a serial port; file: follow a file; "
                "unix: open a Unix socket.",
            ),
        ),
    ] = "udp"
    host: Annotated[
        str | None,
        setting(
            Text(vi="Địa chỉ máy", en="Host"),
            Text(
                vi="Với connect: máy bên kia. Với udp, tcp, tls: địa chỉ mở cổng; để trống là mọi địa chỉ.",
                en="For connect: the other side. For udp, tcp, tls: the address that is opened; every one where it is empty.",
            ),
            examples=["10.0.0.5"],
        ),
    ] = None
    port: Annotated[
        int | None,
        setting(Text(vi="Cổng", en="Port"), Text(vi="Số cổng mạng.", en="Number of the port."), ge=1, le=65535),
    ] = None
    path: Annotated[
        str | None,
        setting(
            Text(vi="Đường dẫn", en="Path"),
            Text(
                vi="Tệp, ổ cắm Unix hoặc cổng nối tiếp; tính từ thư mục thành phố.",
                en="File, Unix socket or serial port; from the city's folder.",
            ),
            examples=["/var/log/suricata/eve.json"],
        ),
    ] = None
    buffer_megabytes: Annotated[
        int,
        setting(
            Text(vi="Bộ đệm nhận (MB)", en="Receive buffer (MB)"),
            Text(
                vi="Bộ đệm UDP xin hệ điều hành; gói đến khi đã đầy thì mất, và số mất được tính vào sổ đối soát.",
                en="UDP buffer asked of the system; what comes while it is full is lost, and counted in the ledger.",
            ),
            rare=True,
            ge=1,
            le=256,
        ),
    ] = 8

    @model_validator(mode="after")
    def _enough(self) -> Self:
        missing = [name for name in NEEDS[self.way] if not getattr(self, name, None)]
        if missing:
            raise ValueError(f"{self.way} needs {', '.join(missing)}")
        return self


class SecureListeningSettings(ListeningSettings):
    """The same, for protocols that are spoken over TLS too."""

    certificate: Annotated[
        str | None,
        setting(
            Text(vi="Chứng thư số của cổng", en="Certificate of the port"),
            Text(vi="PEM, hoặc đường dẫn tính từ thư mục thành phố.", en="PEM, or a path from the city's folder."),
            rare=True,
        ),
    ] = None
    key: Annotated[
        Secret | None,
        setting(
            Text(vi="Khóa riêng của chứng thư", en="Key of that certificate"),
            Text(vi="PEM, hoặc đường dẫn tính từ thư mục thành phố.", en="PEM, or a path from the city's folder."),
            rare=True,
        ),
    ] = None
    authority: Annotated[
        str | None,
        setting(
            Text(vi="Nơi cấp chứng thư bên gửi", en="Authority of senders"),
            Text(
                vi="PEM hoặc đường dẫn; khi có, bên gửi phải trình chứng thư do nơi này cấp.",
                en="PEM or a path; where it is given, senders must show a certificate of it.",
            ),
            rare=True,
        ),
    ] = None
