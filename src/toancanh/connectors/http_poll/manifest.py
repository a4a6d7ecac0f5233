"""What a source of this connector is set up with."""

from typing import Annotated, Any, Literal

from toancanh.connectors.asked import HttpSettings
from toancanh.domain import Text
from toancanh.sdk import Connector, setting


class Settings(HttpSettings):
    """A web service that answers with records, and how to go through its pages."""

    records: Annotated[
        str,
        setting(
            Text(vi="Vị trí các bản ghi", en="Where the records are"),
            Text(
                vi="Đường dẫn trong câu trả lời: data.items (JSON), list/item (XML); để trống: cả câu trả lời.",
                en="Path into the answer: data.items (JSON), list/item (XML); empty: the answer itself.",
            ),
            examples=["data.items"],
        ),
    ] = ""
    format: Annotated[
        Literal["auto", "json", "ndjson", "csv", "xml"],
        setting(
            Text(vi="Định dạng", en="Format"),
            Text(vi="auto: theo Content-Type của bên kia.", en="auto: as the Content-Type of the other side says."),
            rare=True,
        ),
    ] = "auto"
    params: Annotated[
        dict[str, str],
        setting(
            Text(vi="Tham số", en="Parameters"),
            Text(
                vi="Tham số của địa chỉ; dùng được ${page} ${offset} ${size} ${cursor} ${since} ${from} ${to} ${now}. "
                "Tham số chưa có giá trị thì không gửi.",
                en="Parameters of the address; ${page} ${offset} ${size} ${cursor} ${since} ${from} ${to} ${now} are filled in. "
                "One that has no value yet is not sent.",
            ),
            default_factory=dict,
            examples=[{"page": "${page}", "limit": "${size}", "updated_since": "${since}"}],
        ),
    ]
    method: Annotated[
        Literal["GET", "POST"],
        setting(
            Text(vi="Phương thức", en="Method"),
            Text(vi="GET, hoặc POST với nội dung.", en="GET, or POST with a body."),
            rare=True,
        ),
    ] = "GET"
    body: Annotated[
        dict[str, Any] | None,
        setting(
            Text(vi="Nội dung gửi đi", en="Body"),
            Text(
                vi="Đối tượng JSON gửi bằng POST; các chuỗi dùng được những ${…} như tham số.",
                en="JSON object that is sent by POST; its strings may hold the same ${…} as parameters.",
            ),
            rare=True,
        ),
    ] = None
    body_as: Annotated[
        Literal["json", "form"],
        setting(
            Text(vi="Kiểu nội dung gửi đi", en="Kind of body"),
            Text(vi="json, hoặc form như biểu mẫu web.", en="json, or form as web forms are sent."),
            rare=True,
        ),
    ] = "json"
    pages: Annotated[
        Literal["none", "page", "offset", "cursor", "link", "header"],
        setting(
            Text(vi="Cách phân trang", en="Paging"),
            Text(
                vi="none: một trang; page: số trang ${page}; offset: vị trí ${offset}; cursor: mã trang sau ở next_path, gửi lại ở "
                "${cursor}; link: địa chỉ trang sau ở next_path; header: tiêu đề Link.",
                en="none: one page; page: numbers, ${page}; offset: positions, ${offset}; cursor: a token at next_path, sent back as "
                "${cursor}; link: the address of the next page at next_path; header: the Link header.",
            ),
        ),
    ] = "none"
    first_page: Annotated[
        int,
        setting(
            Text(vi="Số của trang đầu", en="Number of the first page"),
            Text(vi="Thường là 1 hoặc 0.", en="Mostly 1 or 0."),
            rare=True,
        ),
    ] = 1
    size: Annotated[
        int,
        setting(
            Text(vi="Số bản ghi mỗi trang", en="Records a page"),
            Text(vi="Giá trị của ${size}.", en="The value of ${size}."),
            ge=1,
            le=100_000,
        ),
    ] = 500
    next_path: Annotated[
        str | None,
        setting(
            Text(vi="Vị trí của trang sau", en="Where the next page stands"),
            Text(
                vi="Đường dẫn trong câu trả lời JSON tới mã hoặc địa chỉ của trang sau.",
                en="Path in the JSON answer to the token or the address of the next page.",
            ),
            rare=True,
            examples=["links.next"],
        ),
    ] = None
    since_field: Annotated[
        str | None,
        setting(
            Text(vi="Trường tăng dần", en="Growing field"),
            Text(
                vi="Trường mà giá trị lớn nhất đã đọc là ${since} của lần sau; đường dẫn chấm cho trường lồng nhau.",
                en="The field whose largest value so far is ${since} next time; a dotted path for a nested one.",
            ),
            examples=["updated_at"],
        ),
    ] = None
    since_first: Annotated[
        str | None,
        setting(
            Text(vi="Giá trị đầu tiên", en="First value"),
            Text(vi="${since} của lần đọc đầu tiên.", en="${since} of the very first reading."),
            rare=True,
        ),
    ] = None
    overlap: Annotated[
        float,
        setting(
            Text(vi="Đọc lùi", en="Overlap"),
            Text(
                vi="Hỏi lùi lại bấy nhiêu giây (hoặc đơn vị, với số), để không sót bản ghi đến muộn.",
                en="Ask that many seconds (or units, for numbers) back, so that no late record is missed.",
            ),
            ge=0,
        ),
    ] = 0
    lookback: Annotated[
        float,
        setting(
            Text(vi="Lần đầu đọc từ (giờ trước)", en="First reading goes back (hours)"),
            Text(
                vi="${from} của lần đầu là bấy nhiêu giờ trước.",
                en="${from} of the first reading is so many hours ago.",
            ),
            rare=True,
            gt=0,
        ),
    ] = 24
    time_format: Annotated[
        str,
        setting(
            Text(vi="Cách viết thời điểm", en="Form of times"),
            Text(
                vi="iso, unix, unix_ms, hoặc mẫu như %d/%m/%Y %H:%M:%S (giờ của nguồn).",
                en="iso, unix, unix_ms, or a pattern such as %d/%m/%Y %H:%M:%S (in the source's zone).",
            ),
            rare=True,
        ),
    ] = "iso"
    ordered: Annotated[
        bool,
        setting(
            Text(vi="Cũ trước mới sau", en="Oldest first"),
            Text(
                vi="Bên kia xếp theo trường tăng dần: vị trí đọc tiến theo từng trang thay vì cuối lần đọc.",
                en="The other side sorts by the growing field: the cursor moves with each page instead of at the end.",
            ),
            rare=True,
        ),
    ] = False


CONNECTOR = Connector(
    name="http_poll",
    title=Text(vi="Hỏi dịch vụ web (REST)", en="Web service (REST)"),
    about=Text(
        vi="Hỏi định kỳ một dịch vụ HTTP trả về JSON, NDJSON, CSV hoặc XML, qua mọi cách phân trang thường gặp.",
        en="Asks an HTTP service each so often for JSON, NDJSON, CSV or XML, with all usual ways of paging.",
    ),
    settings=Settings,
    read="toancanh.connectors.http_poll.read:read",
    spans=True,
)
