"""The web application: its built files, kept in memory, and its page for every address that people can open."""

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from starlette.types import Receive, Scope, Send

from toancanh.api import Reply, headers_of, matches
from toancanh.catalog import Catalog
from toancanh.domain import NotFound, Text

BUILT = Path(__file__).parent / "static"
_UNBUILT = Path(__file__).parent / "unbuilt.html"
_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; media-src 'self' blob:; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
_HOST = re.compile(r"[A-Za-z0-9.-]+(:[0-9]{1,5})?")
_FOR_EVER = b"public, max-age=31536000, immutable"
_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".webmanifest": "application/manifest+json"}
_TEXTS = ("text/", "application/json", "application/manifest+json", "image/svg")


@dataclass(frozen=True, slots=True)
class _File:
    media: str
    tag: bytes
    forms: Mapping[str, bytes]
    immutable: bool


class Site:
    """Serves the built web application (ASGI). Without a build it serves a page that says how to make one.

    `framed` gives the origins of the pages that boards may embed, `drawn` those of the pictures that maps may draw;
    browsers refuse all others.
    """

    def __init__(
        self,
        folder: Path = BUILT,
        framed: Callable[[], Iterable[str]] = tuple,
        drawn: Callable[[], Iterable[str]] = tuple,
    ) -> None:
        self._folder = folder
        self._framed = framed
        self._drawn = drawn
        self._look()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's signature
        """Answer a GET or HEAD."""
        headers = headers_of(scope)
        name = scope["path"].lstrip("/")
        if _built(self._folder) != self._stamp:
            self._look()
        if name not in self._files:
            if not _asks_for_page(name, headers):
                raise _missing(name)
            name = self._page
        try:
            file = self._file(name)
        except FileNotFoundError as error:
            raise _missing(name) from error
        await self._reply(file, headers).send(send)

    def _look(self) -> None:
        """See which files there are: at the start, and again after each build."""
        self._stamp = _built(self._folder)
        self._files = {path.relative_to(self._folder).as_posix(): path for path in _content(self._folder)}
        self._ready: dict[str, _File] = {}
        self._page = "index.html" if "index.html" in self._files else ""

    def _file(self, name: str) -> _File:
        found = self._ready.get(name)
        if found is None:
            found = self._ready[name] = _read(self._files.get(name, _UNBUILT), name.startswith("assets/"))
        return found

    def _policy(self) -> str:
        drawn = "".join(f" {origin}" for origin in self._drawn())
        framed = " ".join(self._framed()) or "'none'"
        return f"{_POLICY}; img-src 'self' data: blob:{drawn}; connect-src 'self'{drawn}; frame-src {framed}"

    def _reply(self, file: _File, asked: Mapping[bytes, bytes]) -> Reply:
        headers = [
            (b"etag", file.tag),
            (b"cache-control", _FOR_EVER if file.immutable else b"no-cache"),
            (b"vary", b"Accept-Encoding"),
            (b"content-security-policy", self._policy().encode()),
        ]
        if matches(asked.get(b"if-none-match"), file.tag):
            return Reply(status=304, media=None, headers=headers)
        accepted = asked.get(b"accept-encoding", b"").decode("latin-1")
        form = next((form for form in ("br", "gzip") if form in accepted and form in file.forms), "")
        if form:
            headers.append((b"content-encoding", form.encode()))
        return Reply(file.forms[form], media=file.media, headers=headers)


def framed(catalog: Catalog) -> tuple[str, ...]:
    """Return the origins of the pages that the packs' boards declare.

    Boards that people save add none: an address enters the policy only by a pack, which an administrator installs.
    """
    pages = (widget.url for board in catalog.boards.values() for widget in board.widgets if widget.kind == "page")
    return _origins(url for url in pages if url)


def drawn(catalog: Catalog) -> tuple[str, ...]:
    """Return the origin of the city's basemap, where it lies elsewhere."""
    return _origins([catalog.city.basemap.tiles] if catalog.city.basemap else [])


def _origins(addresses: Iterable[str]) -> tuple[str, ...]:
    places = (urlsplit(address) for address in addresses)
    return tuple(sorted({f"{place.scheme}://{place.netloc}" for place in places if _HOST.fullmatch(place.netloc)}))


def _built(folder: Path) -> int:
    """Return when the page was built, in nanoseconds; 0 where there is none, as in the middle of a build."""
    try:
        return (folder / "index.html").stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _missing(name: str) -> NotFound:
    return NotFound(
        Text(vi=f"Không có tệp {name[:200]}.", en=f"There is no file {name[:200]}."),
        Text(vi="Hãy mở trang chủ /.", en="Open the home page /."),
    )


def _content(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and path.suffix not in (".br", ".gz") and not path.name.startswith(".")
    ]


def _asks_for_page(name: str, headers: Mapping[bytes, bytes]) -> bool:
    """Return whether a browser opens an address, in contrast to asking for a file that is not there."""
    if name.startswith("assets/"):
        return False
    accept = headers.get(b"accept", b"*/*")
    return b"text/html" in accept or (b"*/*" in accept and "." not in name.rsplit("/", 1)[-1])


def _read(path: Path, immutable: bool) -> _File:
    content = path.read_bytes()
    media = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    forms = {"": content}
    for form, suffix in (("br", ".br"), ("gzip", ".gz")):
        ready = path.with_name(path.name + suffix)
        if ready.is_file():
            forms[form] = ready.read_bytes()
    if "gzip" not in forms and media.startswith(_TEXTS) and len(content) > 1400:
        forms["gzip"] = gzip.compress(content, 6, mtime=0)
    if media.startswith(_TEXTS):
        media += "; charset=utf-8"
    tag = b'"' + hashlib.blake2b(content, digest_size=12).hexdigest().encode() + b'"'
    return _File(media, tag, forms, immutable)
