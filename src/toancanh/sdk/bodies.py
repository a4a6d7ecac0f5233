"""Records as bytes that the front door takes."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

_ENCODER = msgspec.json.Encoder()


def json_lines(records: Iterable[Mapping[str, Any]]) -> bytes:
    """Return records as NDJSON (`application/x-ndjson`)."""
    return b"\n".join(map(_ENCODER.encode, records))


def lines(payloads: Iterable[bytes]) -> bytes:
    """Return payloads as lines, one record each; what is no JSON stays as it is, and waits in quarantine afterwards."""
    return b"\n".join(payload.replace(b"\r", b" ").replace(b"\n", b" ") for payload in payloads)
