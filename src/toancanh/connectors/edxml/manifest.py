"""What a source of this connector is set up with."""

from typing import Annotated

from toancanh.connectors.asked import WEB, HttpSettings
from toancanh.domain import Text
from toancanh.sdk import Connector, Secret, setting


class Settings(HttpSettings):
    """A document axis that is asked (`url`), a folder of envelopes (`folder`), or an axis that sends (`push_token`)."""

    url: Annotated[
        str,
        setting(
            Text(vi="Địa chỉ trục liên thông", en="Address of the axis"),
            Text(
                vi="Để trống khi chỉ đọc thư mục hoặc chỉ nhận gửi đến.",
                en="Empty where only a folder is read, or the axis sends.",
            ),
            pattern=rf"^$|{WEB}",
            examples=["https://ltvb.example.gov.vn"],
        ),
    ] = ""
    system_id: Annotated[
        str | None,
        setting(
            Text(vi="Mã hệ thống (X-SystemId)", en="System id (X-SystemId)"),
            Text(vi="Mã mà trục cấp cho nền tảng.", en="The id that the axis gave to the platform."),
        ),
    ] = None
    secret_key: Annotated[
        Secret | None,
        setting(
            Text(vi="Khóa hệ thống (X-SecretKey)", en="System key (X-SecretKey)"),
            Text(vi="Khóa đi với mã ấy.", en="The key that goes with it."),
        ),
    ] = None
    message_type: Annotated[
        str,
        setting(
            Text(vi="Loại gói tin", en="Type of message"),
            Text(vi="edoc: văn bản; status: trạng thái xử lý.", en="edoc: documents; status: states of handling."),
            min_length=1,
        ),
    ] = "edoc"
    acknowledge: Annotated[
        str | None,
        setting(
            Text(vi="Báo trạng thái sau khi lưu", en="State to report when stored"),
            Text(
                vi="Mã theo Quyết định 28/2018/QĐ-TTg, ví dụ 01 (đã đến); để trống: không báo gì.",
                en="A code of Decision 28/2018/QĐ-TTg, such as 01 (arrived); empty: nothing is reported.",
            ),
            rare=True,
            examples=["01"],
        ),
    ] = None
    list_path: Annotated[
        str,
        setting(
            Text(vi="Đường dẫn lấy danh sách", en="Path of the list"),
            Text(vi="Tính từ địa chỉ.", en="From the address."),
            rare=True,
        ),
    ] = "v1/syncReceivedEdocList"
    document_path: Annotated[
        str,
        setting(
            Text(vi="Đường dẫn lấy văn bản", en="Path of a document"),
            Text(vi="Tính từ địa chỉ.", en="From the address."),
            rare=True,
        ),
    ] = "v1/getEdoc"
    status_path: Annotated[
        str,
        setting(
            Text(vi="Đường dẫn báo trạng thái", en="Path of states"),
            Text(vi="Tính từ địa chỉ.", en="From the address."),
            rare=True,
        ),
    ] = "v1/updateStatus"
    lookback: Annotated[
        int,
        setting(
            Text(vi="Lần đầu lấy từ (ngày trước)", en="First reading goes back (days)"),
            Text(vi="Lần đầu hỏi từ bấy nhiêu ngày trước.", en="The first reading asks from so many days ago."),
            rare=True,
            ge=0,
            le=365,
        ),
    ] = 7
    overlap: Annotated[
        int,
        setting(
            Text(vi="Hỏi lùi (ngày)", en="Overlap (days)"),
            Text(vi="Các lần sau hỏi lùi bấy nhiêu ngày.", en="Later readings ask so many days back."),
            rare=True,
            ge=0,
            le=31,
        ),
    ] = 1
    folder: Annotated[
        str | None,
        setting(
            Text(vi="Thư mục gói tin", en="Folder of envelopes"),
            Text(
                vi="Tính từ thư mục thành phố; đọc các tệp .edxml và .xml.",
                en="From the city's folder; files .edxml and .xml are read.",
            ),
            examples=["van-ban-den"],
        ),
    ] = None
    moved_to: Annotated[
        str,
        setting(
            Text(vi="Chuyển vào sau khi lưu", en="Moved to when stored"),
            Text(vi="Thư mục con nhận các tệp đã lưu.", en="Folder inside it for files that were stored."),
            rare=True,
            pattern=r"^[^/\\.][^/\\]*$",
        ),
    ] = "da-nhan"
    push_token: Annotated[
        Secret | None,
        setting(
            Text(vi="Mã của trục gửi đến", en="Token of the sending axis"),
            Text(
                vi="Bên gửi đặt trong X-SecretKey hoặc Authorization: Bearer.",
                en="The sender puts it into X-SecretKey or Authorization: Bearer.",
            ),
        ),
    ] = None


CONNECTOR = Connector(
    name="edxml",
    title=Text(vi="Văn bản điện tử liên thông (edXML)", en="Electronic documents (edXML)"),
    about=Text(
        vi="Văn bản và nhiệm vụ trong gói tin quốc gia QCVN 102:2016/BTTTT: lấy từ trục liên thông, từ thư mục, hoặc nhận gửi đến.",
        en="Documents and tasks in the national envelope QCVN 102:2016/BTTTT: from the axis, from a folder, or sent.",
    ),
    settings=Settings,
    read="toancanh.connectors.edxml.read:read",
    answer="toancanh.connectors.edxml.answer:answer",
    spans=True,
    fields=(
        "kind", "DocumentId", "FromOrganId", "FromOrganName", "ToOrganIds", "ToOrganNames", "CodeNumber", "CodeNotation", "PromulgationPlace",
        "PromulgationDate", "Type", "TypeName", "Subject", "Signer", "SignerPosition", "DueDate", "Priority", "SteeringType", "IsTask",
        "ResponseForDocumentId", "ResponseForOrganId", "ResponseForCode", "StatusCode", "StatusDescription", "Timestamp", "Attachments",
        "AttachmentCount",
    ),
)  # fmt: skip
