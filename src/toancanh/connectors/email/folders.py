"""Names of folders as IMAP writes them: modified UTF-7 (RFC 3501, 5.1.3)."""

import base64
import binascii
import re

_STRANGE = re.compile(r"[^\x20-\x25\x27-\x7e]+")
_SHIFTED = re.compile(r"&([^-]*)-")
_LISTED = re.compile(rb'\((?P<flags>[^)]*)\) (?:"(?:[^"\\]|\\.)*"|NIL) ?(?P<name>.*)$', re.DOTALL)


def encoded(name: str) -> str:
    """Return a name as it is sent, in quotes."""

    def shift(found: re.Match[str]) -> str:
        parts = found[0].split("&")
        return "&-".join(_base64(part) for part in parts)

    text = _STRANGE.sub(shift, name)
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def decoded(name: str) -> str:
    """Return a name that was sent; one that is no modified UTF-7 stays as it is."""

    def unshift(found: re.Match[str]) -> str:
        if not found[1]:
            return "&"
        text = found[1].replace(",", "/")
        return base64.b64decode(text + "=" * (-len(text) % 4)).decode("utf-16-be")

    try:
        return _SHIFTED.sub(unshift, name)
    except (binascii.Error, UnicodeDecodeError):
        return name


def listed(answers: list[bytes | tuple[bytes, bytes] | None]) -> list[str]:
    """Return the folders in an answer to LIST that can be opened."""
    found = []
    for answer in answers:
        line = answer[0].rpartition(b"{")[0] + answer[1] if isinstance(answer, tuple) else answer or b""
        match = _LISTED.match(line)
        if match and b"\\noselect" not in match["flags"].lower() and match["name"]:
            name = match["name"].decode("utf-8", "replace")
            bare = re.sub(r"\\(.)", r"\1", name[1:-1]) if name.startswith('"') else name
            found.append(decoded(bare))
    return found


def _base64(part: str) -> str:
    if not part:
        return ""
    return "&" + base64.b64encode(part.encode("utf-16-be")).decode().rstrip("=").replace("/", ",") + "-"
