"""What the SQL connector is, and its settings."""

from typing import Annotated, Literal, Self

from pydantic import model_validator

from toancanh.domain import Text
from toancanh.sdk import Connector, ConnectorSettings, Secret, setting

_COLUMN = r"^[^\x00-\x1f]+$"
Name = Annotated[str, setting(Text(vi="Tên cột", en="Column"), Text(vi="Tên cột.", en="A column."), pattern=_COLUMN)]


class Server(ConnectorSettings):
    """Where the database is, and as whom the platform reads it."""

    system: Annotated[
        Literal["postgresql", "mysql", "mssql", "oracle", "sqlite"],
        setting(
            Text(vi="Hệ quản trị", en="System"),
            Text(
                vi="postgresql, mysql (cả MariaDB), mssql (SQL Server), oracle hoặc sqlite.",
                en="postgresql, mysql (MariaDB too), mssql (SQL Server), oracle or sqlite.",
            ),
        ),
    ]
    database: Annotated[
        str,
        setting(
            Text(vi="Cơ sở dữ liệu", en="Database"),
            Text(
                vi="Tên cơ sở dữ liệu; Oracle: tên dịch vụ; SQLite: đường dẫn tính từ thư mục thành phố.",
                en="Name of the database; Oracle: the service; SQLite: a path from the city's folder.",
            ),
            min_length=1,
            examples=["motcua"],
        ),
    ]
    host: Annotated[
        str | None,
        setting(
            Text(vi="Máy chủ", en="Host"),
            Text(vi="Tên hoặc địa chỉ máy chủ; SQLite không cần.", en="Name or address of the server; not for SQLite."),
            pattern=r"^[^\s/@]+$",
            examples=["10.0.0.5"],
        ),
    ] = None
    port: Annotated[
        int | None,
        setting(
            Text(vi="Cổng", en="Port"),
            Text(vi="Để trống là cổng quen dùng của hệ ấy.", en="Empty means the usual one of the system."),
            ge=1,
            le=65535,
        ),
    ] = None
    user: Annotated[
        str | None,
        setting(
            Text(vi="Tài khoản", en="User"),
            Text(vi="Tài khoản chỉ có quyền đọc (SELECT).", en="An account that may only SELECT."),
        ),
    ] = None
    password: Annotated[
        Secret | None,
        setting(
            Text(vi="Mật khẩu", en="Password"),
            Text(vi="Mật khẩu của tài khoản ấy.", en="Password of that user."),
        ),
    ] = None
    tls: Annotated[
        Literal["prefer", "require", "verify"],
        setting(
            Text(vi="Mã hóa đường truyền", en="Encryption"),
            Text(
                vi="prefer: như trình điều khiển tự chọn; require: luôn mã hóa; verify: mã hóa và kiểm tra chứng thư.",
                en="prefer: as the driver does by itself; require: always encrypted; verify: and certificates checked.",
            ),
            rare=True,
        ),
    ] = "prefer"
    authority: Annotated[
        str | None,
        setting(
            Text(vi="Chứng thư của cơ quan chứng thực", en="Certificate of the authority"),
            Text(
                vi="Đường dẫn tệp PEM tính từ thư mục thành phố; dùng khi kiểm tra chứng thư nội bộ.",
                en="Path of a PEM file from the city's folder; to check certificates of a private authority.",
            ),
            rare=True,
        ),
    ] = None
    timeout: Annotated[
        float,
        setting(
            Text(vi="Chờ trả lời (giây)", en="Patience (seconds)"),
            Text(vi="Chờ lâu nhất một lần kết nối hoặc một lô dòng.", en="Longest wait for a connection or some rows."),
            rare=True,
            ge=1,
            le=100,
        ),
    ] = 60.0

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if (self.host is None) != (self.system == "sqlite"):
            raise ValueError("sqlite is a file and has no host; every other system needs one")
        return self


class Settings(Server):
    """What is read there, and how the platform knows what is new."""

    table: Annotated[
        str | None,
        setting(
            Text(vi="Bảng hoặc khung nhìn", en="Table or view"),
            Text(vi="Tên bảng, có thể kèm lược đồ: motcua.ho_so.", en="Its name, with a schema where needed."),
            suggested=True,
            min_length=1,
            examples=["motcua.ho_so"],
        ),
    ] = None
    select: Annotated[
        str | None,
        setting(
            Text(vi="Câu SELECT", en="SELECT"),
            Text(
                vi="Một câu SELECT hoặc WITH, thay cho tên bảng; không ORDER BY.",
                en="One SELECT or WITH in place of a table; without ORDER BY.",
            ),
            rare=True,
            min_length=1,
            examples=["SELECT h.ma, h.cap_nhat, d.ten FROM ho_so h JOIN don_vi d ON d.id = h.don_vi"],
        ),
    ] = None
    columns: Annotated[
        tuple[Name, ...],
        setting(
            Text(vi="Các cột", en="Columns"),
            Text(vi="Chỉ đọc các cột này; để trống là tất cả.", en="Read these only; all where it is empty."),
            suggested=True,
        ),
    ] = ()
    watermark: Annotated[
        Name | None,
        setting(
            Text(vi="Cột mốc", en="Watermark"),
            Text(
                vi="Cột thời điểm hoặc số luôn tăng, cho biết dòng nào mới (ngày cập nhật, số phiên bản).",
                en="A time or a growing number that tells which rows are new (time of update, version).",
            ),
            suggested=True,
        ),
    ] = None
    key: Annotated[
        tuple[Name, ...],
        setting(
            Text(vi="Khóa", en="Key"),
            Text(
                vi="Các cột phân biệt dòng có cùng mốc; không có cột mốc thì khóa phải luôn tăng.",
                en="Columns that tell rows of one watermark apart; without a watermark, a key that grows.",
            ),
            suggested=True,
        ),
    ] = ()
    overlap: Annotated[
        float,
        setting(
            Text(vi="Đọc lùi", en="Overlap"),
            Text(
                vi="Mỗi lần đọc lùi lại bấy nhiêu so với mốc: giây nếu là thời điểm, đơn vị nếu là số.",
                en="How far before the watermark each reading begins: seconds of a time, units of a number.",
            ),
            rare=True,
            ge=0,
        ),
    ] = 0.0
    batch: Annotated[
        int,
        setting(
            Text(vi="Số dòng mỗi lô", en="Rows of a delivery"),
            Text(vi="Nhiều nhất bao nhiêu dòng một lần gửi vào kho.", en="How many rows are stored together at most."),
            rare=True,
            ge=1,
            le=100_000,
        ),
    ] = 20_000

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if (self.table is None) == (self.select is None):
            raise ValueError("either table or select")
        if self.overlap and self.watermark is None:
            raise ValueError("overlap needs a watermark")
        return self


CONNECTOR = Connector(
    "sql",
    Text(vi="Cơ sở dữ liệu (SQL)", en="Database (SQL)"),
    Text(
        vi="Đọc bảng, khung nhìn hoặc câu SELECT của PostgreSQL, MySQL/MariaDB, SQL Server, Oracle, SQLite; không bao giờ ghi.",
        en="Reads tables, views or a SELECT of PostgreSQL, MySQL/MariaDB, SQL Server, Oracle, SQLite; never writes.",
    ),
    Settings,
    read="toancanh.connectors.sql.read:read",
    suggest="toancanh.connectors.sql.suggest:suggest",
    spans=True,
)
