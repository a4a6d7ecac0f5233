"""What a source of this connector is set up with."""

from typing import Annotated, Literal

from toancanh.connectors.asked import HttpSettings
from toancanh.domain import Text
from toancanh.sdk import Connector, setting


class Settings(HttpSettings):
    """An address of a feed or a sitemap, and whether the pages themselves are read."""

    pages: Annotated[
        Literal["sitemap", "all", "none"],
        setting(
            Text(vi="Đọc nội dung trang", en="Read the pages"),
            Text(
                vi="sitemap: đọc tiêu đề, mô tả và nội dung các trang mới hoặc đã đổi trong sơ đồ trang; all: cả các tin trong "
                "RSS, Atom; none: không đọc trang nào. Chỉ đọc trang cùng máy chủ.",
                en="sitemap: title, description and text of pages in a sitemap that are new or changed; all: those of news in "
                "RSS and Atom too; none: no page. Only pages of the same server are read.",
            ),
        ),
    ] = "sitemap"
    containing: Annotated[
        str,
        setting(
            Text(vi="Chỉ các địa chỉ có chứa", en="Only addresses that contain"),
            Text(
                vi="Trong sơ đồ trang, chỉ lấy những trang có địa chỉ chứa đoạn này; để trống: tất cả.",
                en="Of a sitemap, only pages whose address contains this; empty: all.",
            ),
            rare=True,
            examples=["/tin-tuc/"],
        ),
    ] = ""


CONNECTOR = Connector(
    name="feed",
    title=Text(vi="Tin tức: RSS, Atom, sơ đồ trang", en="News: RSS, Atom, sitemaps"),
    about=Text(
        vi="Đọc định kỳ tin mới từ RSS, Atom hoặc các trang mới, đã đổi từ sơ đồ trang (sitemap) của cổng thông tin.",
        en="Reads news from RSS or Atom, or pages that are new or changed from the sitemap of a site, each so often.",
    ),
    settings=Settings,
    read="toancanh.connectors.feed.read:read",
    fields=(
        "id",
        "link",
        "title",
        "summary",
        "text",
        "published",
        "updated",
        "author",
        "categories",
        "source",
        "problem",
    ),
)
