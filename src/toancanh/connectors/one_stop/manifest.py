"""What a source of this connector is set up with."""

from typing import Annotated, Literal

from toancanh.connectors.asked import WEB, HttpSettings
from toancanh.domain import Text
from toancanh.sdk import Connector, Secret, setting


class Settings(HttpSettings):
    """A provincial one-stop system: asked for what changed (`url`), or sending it by itself (`push_token`)."""

    url: Annotated[
        str,
        setting(
            Text(vi="Địa chỉ dịch vụ", en="Address of the service"),
            Text(
                vi="Nơi hỏi hồ sơ đã thay đổi; để trống khi hệ thống một cửa tự gửi đến.",
                en="Where changed dossiers are asked for; empty where the one-stop system sends by itself.",
            ),
            pattern=rf"^$|{WEB}",
            examples=["https://lgsp.example.gov.vn/motcua/api"],
        ),
    ] = ""
    session_url: Annotated[
        str | None,
        setting(
            Text(vi="Địa chỉ đăng nhập", en="Address of signing in"),
            Text(
                vi="Nơi đổi tài khoản và mật khẩu lấy mã phiên (session), nếu hệ thống dùng phiên.",
                en="Where user and password give a session, where the system has sessions.",
            ),
            pattern=WEB,
        ),
    ] = None
    service: Annotated[
        Literal["DongBoHoSoMC", "CapNhatTienDoHoSoMC"],
        setting(
            Text(vi="Dịch vụ", en="Service"),
            Text(
                vi="DongBoHoSoMC: hồ sơ; CapNhatTienDoHoSoMC: tiến độ xử lý. Mỗi nguồn nhận một loại.",
                en="DongBoHoSoMC: dossiers; CapNhatTienDoHoSoMC: steps of handling. A source takes one of them.",
            ),
        ),
    ] = "DongBoHoSoMC"
    asks: Annotated[
        str | None,
        setting(
            Text(vi="Tên dịch vụ khi hỏi", en="Name of the service that is asked"),
            Text(
                vi="Giá trị của trường service khi hỏi, nếu khác tên trên.",
                en="Value of the field `service` of the question, where it has another name.",
            ),
            rare=True,
        ),
    ] = None
    unit_code: Annotated[
        str | None,
        setting(
            Text(vi="Mã đơn vị", en="Code of the unit"),
            Text(
                vi="Trường madonvi: mã định danh của đơn vị được hỏi; khi hệ thống tự gửi, chỉ nhận của đơn vị này.",
                en="Field madonvi: the unit that is asked about; where the system sends by itself, only this unit is taken.",
            ),
            examples=["000.00.01.H22"],
        ),
    ] = None
    records: Annotated[
        str,
        setting(
            Text(vi="Vị trí hồ sơ trong câu trả lời", en="Where the dossiers are in the answer"),
            Text(vi="Đường dẫn trong JSON.", en="Path in the JSON."),
            rare=True,
        ),
    ] = "result"
    from_name: Annotated[
        str,
        setting(
            Text(vi="Tham số từ", en="Parameter: from"),
            Text(vi="Tên trường mang thời điểm đầu.", en="Field with the begin."),
            rare=True,
        ),
    ] = "TuNgay"
    to_name: Annotated[
        str,
        setting(
            Text(vi="Tham số đến", en="Parameter: to"),
            Text(vi="Tên trường mang thời điểm cuối.", en="Field with the end."),
            rare=True,
        ),
    ] = "DenNgay"
    page_name: Annotated[
        str | None,
        setting(
            Text(vi="Tham số trang", en="Parameter: page"),
            Text(
                vi="Tên trường mang số trang, từ 1; để trống: không phân trang.",
                en="Field with the page, from 1; empty: no pages.",
            ),
            rare=True,
        ),
    ] = None
    overlap: Annotated[
        float,
        setting(
            Text(vi="Hỏi lùi (giây)", en="Overlap (seconds)"),
            Text(
                vi="Hỏi lùi lại để không sót thay đổi đến muộn.",
                en="Ask further back, so that no late change is missed.",
            ),
            rare=True,
            ge=0,
        ),
    ] = 600
    lookback: Annotated[
        float,
        setting(
            Text(vi="Lần đầu lấy từ (ngày trước)", en="First reading goes back (days)"),
            Text(vi="Lần đầu hỏi từ bấy nhiêu ngày trước.", en="The first reading asks from so many days ago."),
            rare=True,
            gt=0,
        ),
    ] = 30
    push_token: Annotated[
        Secret | None,
        setting(
            Text(vi="Mã của hệ thống gửi đến", en="Token of the sending system"),
            Text(
                vi="Hệ thống một cửa gửi mã này trong trường session hoặc Authorization: Bearer.",
                en="The one-stop system sends it in the field session, or as Authorization: Bearer.",
            ),
        ),
    ] = None


CONNECTOR = Connector(
    name="one_stop",
    title=Text(vi="Hồ sơ một cửa (DongBoHoSoMC)", en="One-stop dossiers (DongBoHoSoMC)"),
    about=Text(
        vi="Hồ sơ thủ tục hành chính theo cấu trúc đồng bộ với Cổng Dịch vụ công quốc gia: hỏi định kỳ hoặc nhận gửi đến.",
        en="Dossiers in the form that is synchronised with the national public service portal: asked for, or sent.",
    ),
    settings=Settings,
    read="toancanh.connectors.one_stop.read:read",
    answer="toancanh.connectors.one_stop.answer:answer",
    spans=True,
    fields=(
        "MaHoSo", "MaTTHC", "TenTTHC", "MaLinhVuc", "TenLinhVuc", "TrangThaiHoSo", "KenhThucHien", "LoaiDoiTuong", "ChuHoSo", "SoDienThoai",
        "DonViXuLy", "NgayTiepNhan", "NgayHenTra", "NgayKetThucXuLy", "NgayTra", "NgayCapNhat", "SoLanBoSung", "NgayBoSung", "Gia",
        "DuocThanhToanTrucTuyen", "HoSoCoThanhPhanSoHoa", "ThanhPhanDuocSoHoa", "CoKetQuaDienTu", "TaiKhoanDuocXacThucVoiVNeID", "MaDonViGui",
    ),
)  # fmt: skip
