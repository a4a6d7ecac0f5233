"""Frames of syslog over streams (RFC 6587): octet counting and lines, each sender as it likes, frame by frame."""

import re

from toancanh.connectors.listening import LONGEST

_COUNT = re.compile(rb"[1-9][0-9]{0,6} ")
_MAYBE_COUNT = re.compile(rb"[1-9][0-9]{0,6}\Z")


class Frames:
    """A frame that begins with its length and a blank is so long; any other ends with LF or NUL."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """Take bytes; return the frames that are whole now."""
        self._rest += data
        found: list[bytes] = []
        at = 0
        while at < len(self._rest):
            counted = _COUNT.match(self._rest, at)
            if counted is not None and int(counted[0]) <= LONGEST:
                end = counted.end() + int(counted[0])
                if end > len(self._rest):
                    break
                found.append(self._rest[counted.end() : end])
            elif _MAYBE_COUNT.match(self._rest, at):
                break
            else:
                end = self._line(at)
                if not end:
                    break
                found.append(self._rest[at:end].rstrip(b"\r\n\0"))
            at = end
        self._rest = self._rest[at:]
        return [frame for frame in found if frame.strip()]

    def rest(self) -> list[bytes]:
        """Return a frame that was not ended, as it came."""
        rest, self._rest = self._rest, b""
        return [rest] if rest.strip() else []

    def _line(self, at: int) -> int:
        ends = [end for end in (self._rest.find(b"\n", at), self._rest.find(b"\0", at)) if end >= 0]
        if ends:
            return min(ends) + 1
        return len(self._rest) if len(self._rest) - at > LONGEST else 0
