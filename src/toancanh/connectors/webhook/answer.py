"""Checking who sent a request, and taking its records out."""

import re

from toancanh.connectors.knocking import (
    digest_of,
    require_password,
    require_plain,
    require_recent,
    require_signature,
    require_token,
    stranger,
    taken,
)
from toancanh.connectors.webhook.manifest import Settings
from toancanh.sdk import Delivery, Knock

_MOMENT = re.compile(r"(?:^|[\s,])t=([^\s,]+)")


def answer(settings: Settings, knock: Knock) -> Delivery:
    """Return the records of a request whose sender shows all that the settings ask for."""
    moment = knock.headers.get((settings.timestamp_header or "").lower(), "")
    if inside := _MOMENT.search(moment):
        moment = inside[1]
    event = knock.headers.get((settings.id_header or "").lower(), "")
    if settings.user is not None and settings.password is not None:
        require_password(knock, settings.user, settings.password)
    if settings.token is not None:
        require_token(knock, settings.token_header, settings.token)
    if settings.secret is not None:
        said = knock.headers.get(settings.signature_header.lower(), "")
        require_signature(
            said, _signed(settings.signed, moment, event, knock.body), settings.secret, settings.algorithm
        )
        if "${timestamp}" in settings.signed:
            require_recent(moment, knock.at, settings.tolerance)
    require_plain(knock)
    content_type = knock.headers.get("content-type", "")
    return taken(knock.body, content_type, settings.records, settings.format, _name(settings, moment, event, knock))


def _signed(template: str, moment: str, event: str, body: bytes) -> bytes:
    """Return what the sender signed; the body is put in last, so that nothing in it is taken for a hole."""
    before, _, after = template.partition("${body}")
    ends = [end.replace("${timestamp}", moment).replace("${id}", event) for end in (before, after)]
    return ends[0].encode() + body + ends[1].encode()


def _name(settings: Settings, moment: str, event: str, knock: Knock) -> str:
    """Return what tells this sending from others: the event's id where nobody can have changed it, else what was signed."""
    if settings.secret is None:
        return digest_of(b"event", event.encode()) if event else digest_of(b"body", knock.body)
    if "${id}" in settings.signed:
        if not event:
            raise stranger("signature")
        return digest_of(b"event", event.encode())
    return digest_of(b"signed", moment.encode() if "${timestamp}" in settings.signed else b"", knock.body)
