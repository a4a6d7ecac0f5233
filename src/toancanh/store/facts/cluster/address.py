"""Where the servers are: clickhouse://user:password@host:port/database?cluster=NAME&secure=1."""

from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from toancanh.domain import InvalidInput, Text


@dataclass(frozen=True, slots=True)
class Address:
    """One server to talk to, and the cluster whose machines share the tables ('' for none)."""

    host: str
    port: int
    user: str
    password: str
    database: str
    cluster: str
    secure: bool


def read_address(url: str) -> Address:
    """Return the parts of a clickhouse:// URL; raise InvalidInput when it is not one."""
    parts = urlsplit(url)
    query = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
    try:
        port = parts.port
    except ValueError as error:
        raise _wrong(url) from error
    if parts.scheme != "clickhouse" or not parts.hostname or set(query) - {"cluster", "secure"}:
        raise _wrong(url)
    secure = query.get("secure", "0") in ("1", "true", "yes")
    return Address(
        host=parts.hostname,
        port=port or (8443 if secure else 8123),
        user=unquote(parts.username or "default"),
        password=unquote(parts.password or ""),
        database=unquote(parts.path.strip("/")) or "toancanh",
        cluster=query.get("cluster", ""),
        secure=secure,
    )


def _wrong(url: str) -> InvalidInput:
    shown = url.rsplit("@", maxsplit=1)[-1]
    return InvalidInput(
        Text(
            vi=f"Địa chỉ kho dữ kiện không hợp lệ: {shown}.",
            en=f"The address of the facts store is not valid: {shown}.",
        ),
        Text(
            vi="Viết theo mẫu clickhouse://người_dùng:mật_khẩu@máy:8123/cơ_sở_dữ_liệu?cluster=TÊN.",
            en="Write it as clickhouse://user:password@host:8123/database?cluster=NAME.",
        ),
    )
