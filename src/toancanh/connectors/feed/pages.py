"""What a web page says of itself: title, description, author, times, and its paragraphs as plain text."""

import re
import unicodedata
from html.parser import HTMLParser

from toancanh.connectors.asking import Answer

_MOST = 20_000
"""Characters of text that are taken of one page."""
_META = {
    "og:title": "title", "description": "summary", "og:description": "summary", "author": "author",
    "article:author": "author", "article:published_time": "published", "article:modified_time": "updated",
    "og:site_name": "source",
}  # fmt: skip
_SILENT = {"script", "style", "noscript", "template"}
_BREAKS = {"p", "br", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6"}
_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)


def plain(html: str) -> str:
    """Return HTML as plain text: without tags, one line a paragraph, composed as Unicode wants Vietnamese (NFC)."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    return _lines(reader.words)


def told_by(answer: Answer) -> dict[str, str]:
    """Return what a page says of itself; what it does not say is left out."""
    reader = _Page()
    reader.feed(_decoded(answer))
    reader.close()
    said = {name: _lines([value]) for name, value in reader.said.items()}
    said.setdefault("title", _lines(reader.title))
    said["text"] = _lines(reader.words)[:_MOST]
    return {name: value for name, value in said.items() if value}


class _Words(HTMLParser):
    """Collects the words between tags."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - HTMLParser calls it so
        """Begin an element."""
        self._silent += tag in _SILENT
        if tag in _BREAKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """End an element."""
        if tag in _SILENT:
            self._silent = max(self._silent - 1, 0)
        if tag in _BREAKS:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        """Take words."""
        if not self._silent:
            self.words.append(data)


class _Page(_Words):
    """Collects a title, what `meta` elements say, and the words of paragraphs."""

    def __init__(self) -> None:
        super().__init__()
        self.title: list[str] = []
        self.said: dict[str, str] = {}
        self._within: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element."""
        super().handle_starttag(tag, attrs)
        if tag in ("p", "title"):
            self._within = tag
        given = dict(attrs)
        name = _META.get((given.get("property") or given.get("name") or "").lower())
        if tag == "meta" and name and given.get("content"):
            self.said.setdefault(name, given["content"] or "")

    def handle_endtag(self, tag: str) -> None:
        """End an element."""
        super().handle_endtag(tag)
        if tag == self._within:
            self._within = None

    def handle_data(self, data: str) -> None:
        """Take words of a paragraph or of the title."""
        if self._within == "title":
            self.title.append(data)
        elif self._within == "p":
            super().handle_data(data)


def _lines(words: list[str]) -> str:
    lines = (" ".join(line.split()) for line in unicodedata.normalize("NFC", "".join(words)).split("\n"))
    return "\n".join(line for line in lines if line)


def _decoded(answer: Answer) -> str:
    """Return a page as text: by its header, else by its own word, else as UTF-8."""
    header = re.search(r"charset=\"?([\w-]+)", str(answer.headers.get("content-type", "")), re.IGNORECASE)
    own = _CHARSET.search(answer.body[:4096])
    said = header[1] if header else own[1].decode() if own else "utf-8"
    try:
        return answer.body.decode(said, errors="replace")
    except LookupError:
        return answer.body.decode(errors="replace")
