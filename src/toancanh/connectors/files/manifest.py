"""What the connector is called, and its settings."""

from typing import Annotated, Literal

from toancanh.domain import Text
from toancanh.sdk import Connector, ConnectorSettings, Secret, setting

Form = Literal["auto", "csv", "workbook", "json", "ndjson", "xml", "parquet", "arrow", "geojson", "geo", "stations"]


class Settings(ConnectorSettings):
    """Which folder, which files, how they are read, and what becomes of them afterwards."""

    folder: Annotated[
        str,
        setting(
            Text(vi="Thư mục", en="Folder"),
            Text(
                vi="Đường dẫn tính từ thư mục thành phố hoặc tuyệt đối; hoặc sftp://máy/thư-mục, ftps://máy/thư-mục.",
                en="A path from the city's folder or an absolute one; or sftp://host/folder, ftps://host/folder.",
            ),
            min_length=1,
            examples=["nhan/moi-truong", "sftp://10.0.0.5:22/ra"],
        ),
    ]
    pattern: Annotated[
        list[str],
        setting(
            Text(vi="Mẫu tên tệp", en="Pattern"),
            Text(vi="Chỉ đọc tệp có tên khớp một mẫu.", en="Only files whose name fits one of them are read."),
            default_factory=lambda: ["*"],
            examples=[["bao-cao-*.xlsx", "*.csv"]],
        ),
    ]
    recursive: Annotated[
        bool,
        setting(
            Text(vi="Cả thư mục con", en="Folders below"),
            Text(vi="Đọc cả tệp trong các thư mục con.", en="Files in folders below are read, too."),
        ),
    ] = False
    format: Annotated[
        Form,
        setting(
            Text(vi="Định dạng", en="Format"),
            Text(
                vi="auto: theo tên tệp; stations: tệp TXT của trạm quan trắc theo Thông tư 10/2021/TT-BTNMT; geo: "
                "Shapefile, GeoPackage.",
                en="auto: as the name says; stations: TXT of monitoring stations under Circular 10/2021/TT-BTNMT; geo: "
                "Shapefile, GeoPackage.",
            ),
        ),
    ] = "auto"
    inside: Annotated[
        list[str],
        setting(
            Text(vi="Tệp trong gói zip", en="Files inside a zip"),
            Text(vi="Chỉ đọc tệp trong gói có tên khớp một mẫu.", en="Only files inside whose name fits are read."),
            rare=True,
            default_factory=lambda: ["*"],
            examples=[["stops.txt"]],
        ),
    ]
    sheet: Annotated[
        str | None,
        setting(
            Text(vi="Trang tính", en="Sheet"),
            Text(
                vi="Tên hoặc số thứ tự của trang; * là mọi trang có bảng như vậy; bỏ trống thì tự tìm.",
                en="Name or number of the sheet; * is every sheet with such a table; empty finds it.",
            ),
        ),
    ] = None
    columns: Annotated[
        list[str],
        setting(
            Text(vi="Các cột của bảng tính", en="Columns of the workbook"),
            Text(
                vi="Tên cột để nhận ra trang và dòng tiêu đề; nên ghi khi mẫu báo cáo hay đổi.",
                en="Names by which sheet and header are known; give them where people change the form.",
            ),
            default_factory=list,
            examples=[["Mã hồ sơ", "Ngày nhận"]],
        ),
    ]
    header_row: Annotated[
        int | None,
        setting(
            Text(vi="Dòng tiêu đề", en="Header row"),
            Text(vi="Số của dòng tiêu đề đầu tiên, nếu không tự tìm được.", en="Its number, where it is not found."),
            rare=True,
            ge=1,
            le=10_000,
        ),
    ] = None
    keep_totals: Annotated[
        bool,
        setting(
            Text(vi="Giữ dòng cộng", en="Keep totals"),
            Text(
                vi="Nhận cả các dòng “Cộng”, “Tổng cộng” làm bản ghi.",
                en="Rows of totals are records like others.",
            ),
            rare=True,
        ),
    ] = False
    records: Annotated[
        str | None,
        setting(
            Text(vi="Nơi có bản ghi", en="Where records are"),
            Text(
                vi="JSON: đường dẫn tới danh sách, như data/items; XML: tên phần tử của một bản ghi.",
                en="JSON: the path to the list, as data/items; XML: the name of a record's element.",
            ),
            rare=True,
        ),
    ] = None
    after: Annotated[
        Literal["leave", "move"],
        setting(
            Text(vi="Sau khi nhận", en="Afterwards"),
            Text(
                vi="leave: để nguyên tệp; move: chuyển vào thư mục da_nhan sau khi đã lưu.",
                en="leave: the file stays; move: it goes to the folder da_nhan once it is stored.",
            ),
        ),
    ] = "leave"
    broken: Annotated[
        Literal["leave", "move"],
        setting(
            Text(vi="Tệp hỏng", en="Broken files"),
            Text(
                vi="leave: để nguyên, không đọc lại; move: chuyển vào thư mục loi kèm tệp .txt ghi lý do.",
                en="leave: they stay and are not read again; move: to the folder loi, with a .txt that says why.",
            ),
        ),
    ] = "leave"
    quiet: Annotated[
        float,
        setting(
            Text(vi="Chờ tệp ổn định (giây)", en="Seconds without change"),
            Text(
                vi="Tệp được đọc khi cỡ và giờ sửa không đổi trong khoảng này.",
                en="A file is read once its size and time of change stay the same for so long.",
            ),
            rare=True,
            ge=0.1,
            le=60,
        ),
    ] = 2.0
    max_megabytes: Annotated[
        int,
        setting(
            Text(vi="Tệp lớn nhất (MB)", en="Largest file (MB)"),
            Text(vi="Tệp lớn hơn bị coi là hỏng.", en="A larger file counts as broken."),
            rare=True,
            ge=1,
            le=20_000,
        ),
    ] = 1_000
    user: Annotated[
        str | None,
        setting(
            Text(vi="Tài khoản", en="User"),
            Text(vi="Tài khoản SFTP, FTPS.", en="Account of SFTP or FTPS."),
        ),
    ] = None
    password: Annotated[
        Secret | None,
        setting(
            Text(vi="Mật khẩu", en="Password"),
            Text(vi="Mật khẩu của tài khoản.", en="Password of the account."),
        ),
    ] = None
    key: Annotated[
        Secret | None,
        setting(
            Text(vi="Khóa riêng SSH", en="Private SSH key"),
            Text(
                vi="Nội dung khóa riêng, hoặc đường dẫn tính từ thư mục thành phố.",
                en="The private key itself, or a path from the city's folder.",
            ),
        ),
    ] = None
    passphrase: Annotated[
        Secret | None,
        setting(
            Text(vi="Mật khẩu của khóa", en="Passphrase of the key"),
            Text(vi="Nếu khóa riêng có mật khẩu.", en="Where the private key has one."),
            rare=True,
        ),
    ] = None
    host_key: Annotated[
        str | None,
        setting(
            Text(vi="Khóa máy chủ SSH", en="Host key"),
            Text(
                vi="Dấu SHA256:… hoặc dòng ssh-ed25519 … của máy chủ; đơn vị quản lý máy chủ cung cấp.",
                en="SHA256:… fingerprint or ssh-ed25519 … line of the server, as its owner gives it.",
            ),
        ),
    ] = None
    authority: Annotated[
        str | None,
        setting(
            Text(vi="Chứng thư gốc", en="Authority"),
            Text(
                vi="PEM của nơi cấp chứng thư FTPS nội bộ, hoặc đường dẫn tính từ thư mục thành phố.",
                en="PEM of a private authority of FTPS, or a path from the city's folder.",
            ),
            rare=True,
        ),
    ] = None


CONNECTOR = Connector(
    "files",
    Text(vi="Thư mục tệp, SFTP, FTPS", en="Folder of files, SFTP, FTPS"),
    Text(
        vi="Đọc các tệp mà đơn vị đặt vào một thư mục: bảng tính, CSV, JSON, XML, Parquet, dữ liệu địa lý, gói zip, tệp "
        "TXT của trạm quan trắc.",
        en="Reads files that somebody puts into a folder: workbooks, CSV, JSON, XML, Parquet, geodata, zip archives, TXT "
        "of monitoring stations.",
    ),
    Settings,
    read="toancanh.connectors.files.read:read",
)
