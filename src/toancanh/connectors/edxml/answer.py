"""Taking an envelope that an axis sends: as XML, or as a file of a form."""

from email.parser import BytesParser
from email.policy import HTTP

from toancanh.connectors.edxml.envelope import NotAnEnvelope, read_envelope
from toancanh.connectors.edxml.manifest import Settings
from toancanh.connectors.knocking import digest_of, require_plain, require_token, stranger
from toancanh.domain import InvalidInput, Text
from toancanh.sdk import Delivery, Knock, json_lines


def answer(settings: Settings, knock: Knock) -> Delivery:
    """Return the records of the envelopes in a request. Raises InvalidInput naming the element that is missing."""
    if settings.push_token is None:
        raise stranger("token")
    header = "X-SecretKey" if "x-secretkey" in knock.headers else "Authorization"
    require_token(knock, header, settings.push_token)
    require_plain(knock)
    envelopes = _envelopes(knock)
    try:
        if not envelopes:
            raise NotAnEnvelope("edXML is missing")
        records = [read_envelope(one) for one in envelopes]
    except NotAnEnvelope as error:
        raise InvalidInput(
            Text(
                vi=f"Gói tin edXML không đúng quy chuẩn: {error}.",
                en=f"The edXML envelope is not as the standard says: {error}.",
            ),
            Text(vi="Bổ sung phần tử ấy theo QCVN 102:2016/BTTTT.", en="Add that element as QCVN 102:2016/BTTTT says."),
        ) from error
    return Delivery(json_lines(records), name=digest_of(*envelopes), rows=len(records))


def _envelopes(knock: Knock) -> list[bytes]:
    """Return the envelopes of a request: its body, or the files of a form that are XML."""
    said = knock.headers.get("content-type", "")
    if not said.lower().startswith("multipart/"):
        return [knock.body] if knock.body.strip() else []
    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + said.encode("latin-1") + b"\r\n\r\n" + knock.body)
    parts = [part.get_payload(decode=True) for part in message.walk() if not part.is_multipart()]
    bodies = [part for part in parts if isinstance(part, bytes)]
    return [one for one in bodies if one.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")]
