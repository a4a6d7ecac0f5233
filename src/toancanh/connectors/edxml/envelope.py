"""Reading one envelope: who sends which document to whom, until when, with which attachments; not what is in them.

Prefixes and namespaces are not looked at, since senders in the field write them in different ways; entities and document
types are not read.
"""

import base64
import hashlib
import io
import re
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

_DEEPEST = 60
_DATE = re.compile(r"^(\d{4})/(\d{1,2})/(\d{1,2})(?:[ T](\d{1,2}:\d{2}(?::\d{2})?))?$")
_DAY_FIRST = re.compile(r"^(\d{1,2})/(\d{1,2})/(\d{4})(?:[ T](\d{1,2}:\d{2}(?::\d{2})?))?$")
Record = dict[str, Any]


class NotAnEnvelope(ValueError):
    """What came is no envelope of the standard; the message names the element that is missing or wrong."""


def read_envelope(body: bytes) -> Record:
    """Return the record of an envelope. Raises NotAnEnvelope.

    `kind` is `document`, or `status` where somebody tells how a document is handled. A document with a due date, or one that
    directs (SteeringType 1), is a task. Attachments are told by name, type, size and SHA-256 of what the envelope carries.
    """
    header, traces, manifest, attachments = _parts(body)
    if header is None:
        raise NotAnEnvelope("edXMLEnvelope/edXMLHeader/MessageHeader is missing")
    status = _text(header, "StatusCode")
    if status is not None:
        return _status(header, status)
    found = _document(header)
    found |= _traced(traces)
    files = _files(manifest, attachments)
    return found | {"Attachments": files, "AttachmentCount": len(files)}


def _document(header: Element) -> Record:
    day = _demanded(header, "PromulgationInfo/PromulgationDate")
    number, notation = _text(header, "Code/CodeNumber"), _demanded(header, "Code/CodeNotation")
    sender = _demanded(header, "From/OrganId")
    receivers = _receivers(header)
    subject, due = _demanded(header, "Subject"), _text(header, "DueDate")
    steering = _text(header, "SteeringType")
    built = f"{sender},{day},{number or ''}/{notation}"
    return {
        "kind": "document",
        "DocumentId": _text(header, "DocumentId") or built,
        "FromOrganId": sender,
        "FromOrganName": _text(header, "From/OrganName"),
        **receivers,
        "CodeNumber": number,
        "CodeNotation": notation,
        "PromulgationPlace": _text(header, "PromulgationInfo/Place"),
        "PromulgationDate": dated(day),
        "Type": _text(header, "DocumentType/Type"),
        "TypeName": _text(header, "DocumentType/TypeName"),
        "Subject": subject,
        "Signer": _text(header, "SignerInfo/FullName"),
        "SignerPosition": _text(header, "SignerInfo/Position"),
        "DueDate": dated(due),
        "Priority": _text(header, "OtherInfo/Priority"),
        "PageAmount": _text(header, "OtherInfo/PageAmount"),
        "SteeringType": steering,
        "IsTask": bool(due) or steering == "1",
        **_response(header),
    }


def _status(header: Element, status: str) -> Record:
    response = _response(header)
    if response["ResponseForDocumentId"] is None and response["ResponseForCode"] is None:
        raise NotAnEnvelope("MessageHeader/ResponseFor/DocumentId is missing")
    sender = _demanded(header, "From/OrganId")
    return {
        "kind": "status",
        "DocumentId": _text(header, "DocumentId") or response["ResponseForDocumentId"],
        "FromOrganId": sender,
        "FromOrganName": _text(header, "From/OrganName"),
        "StatusCode": status,
        "StatusDescription": _text(header, "Description"),
        "Staff": _text(header, "StaffInfo/Staff"),
        "Department": _text(header, "StaffInfo/Department"),
        "Timestamp": dated(_text(header, "Timestamp")),
        **response,
    }


def _receivers(header: Element) -> Record:
    there = [one for one in header if _local(one) == "To"]
    codes = [code for one in there if (code := _text(one, "OrganId"))]
    if not codes:
        raise NotAnEnvelope("MessageHeader/To/OrganId is missing")
    return {
        "ToOrganIds": codes,
        "ToOrganNames": [_text(one, "OrganName") or "" for one in there if _text(one, "OrganId")],
    }


def _response(header: Element) -> Record:
    return {
        "ResponseForDocumentId": _text(header, "ResponseFor/DocumentId"),
        "ResponseForOrganId": _text(header, "ResponseFor/OrganId"),
        "ResponseForCode": _text(header, "ResponseFor/Code"),
        "ResponseForDate": dated(_text(header, "ResponseFor/PromulgationDate")),
    }


def _traced(traces: Element | None) -> Record:
    """Return when the document was first sent on its way, whom it passed, and what the sender does with it (0: new)."""
    if traces is None:
        return {"Timestamp": None, "Traces": [], "BussinessDocType": None}
    passed = [
        {"OrganId": _text(one, "OrganId"), "Timestamp": dated(_text(one, "Timestamp"))}
        for one in traces
        if _local(one) == "TraceHeader"
    ]
    times = sorted(one["Timestamp"] for one in passed if one["Timestamp"])
    return {
        "Timestamp": times[0] if times else None,
        "Traces": passed,
        "BussinessDocType": _text(traces, "Bussiness/BussinessDocType"),
    }


def _files(manifest: list[Record], attachments: list[Record]) -> list[Record]:
    """Return the attachments, each with what the manifest says of it; one that is only named there has no size."""
    named = {one["id"]: one for one in manifest if one["id"]}
    carried = {one["id"] for one in attachments}
    found = [
        {
            "name": one["name"] or named.get(one["id"], {}).get("name"),
            "type": one["type"] or named.get(one["id"], {}).get("type"),
            "size": one["size"],
            "sha256": one["sha256"],
        }
        for one in attachments
    ]
    absent = [one for one in manifest if one["id"] not in carried]
    return found + [{"name": one["name"], "type": one["type"], "size": None, "sha256": None} for one in absent]


def _parts(body: bytes) -> tuple[Element | None, Element | None, list[Record], list[Record]]:
    """Return (message header, traces, references of the manifest, attachments), letting go of contents as they pass."""
    header: Element | None = None
    traces: Element | None = None
    manifest: list[Record] = []
    attachments: list[Record] = []
    depth = 0
    content: tuple[int | None, str | None] = (None, None)
    try:
        for event, element in iterparse(io.BytesIO(body), events=("start", "end"), forbid_dtd=True):
            if event == "start":
                depth += 1
                if depth > _DEEPEST:
                    raise NotAnEnvelope(f"XML: more than {_DEEPEST} levels")
                continue
            depth -= 1
            match _local(element):
                case "MessageHeader" | "Status" if header is None and len(element):
                    header = element
                case "TraceHeaderList" if traces is None:
                    traces = element
                case "Reference" if _text(element, "ContentId") or _text(element, "AttachmentName"):
                    manifest.append(_told(element))
                case "ContentTransferEncoded":
                    content = _measured(element.text or "")
                    element.clear()
                case "Attachment":
                    attachments.append(_told(element) | {"size": content[0], "sha256": content[1]})
                    content = (None, None)
                    element.clear()
    except (ParseError, DefusedXmlException, LookupError) as error:
        raise NotAnEnvelope(f"XML: {error or type(error).__name__}") from error
    return header, traces, manifest, attachments


def _told(element: Element) -> Record:
    name = _text(element, "AttachmentName") or _text(element, "FileName")
    return {"id": _text(element, "ContentId"), "name": name, "type": _text(element, "ContentType")}


def _measured(text: str) -> tuple[int | None, str | None]:
    """Return (size, SHA-256) of Base64; neither where it is none."""
    try:
        content = base64.b64decode("".join(text.split()), validate=True)
    except ValueError:
        return None, None
    return len(content), hashlib.sha256(content).hexdigest()


def _text(element: Element, path: str) -> str | None:
    """Return the text at a path of local names; None where it is not there or empty."""
    here: Element | None = element
    for name in path.split("/"):
        here = None if here is None else next((one for one in here if _local(one) == name), None)
    said = "" if here is None else " ".join("".join(here.itertext()).split())
    return said or None


def _demanded(header: Element, path: str) -> str:
    said = _text(header, path)
    if said is None:
        raise NotAnEnvelope(f"MessageHeader/{path} is missing")
    return said


def dated(said: str | None) -> str | None:
    """Return a day or moment (`2026/03/15`, `2026/03/15 08:30:00`, `15/03/2026`) in ISO 8601; anything else as it is."""
    if said is None:
        return None
    if found := _DATE.match(said):
        year, month, day, time = found.groups()
    elif found := _DAY_FIRST.match(said):
        day, month, year, time = found.groups()
    else:
        return said
    return f"{year}-{int(month):02d}-{int(day):02d}" + (
        f"T{time.zfill(5) if len(time) < 6 else time.zfill(8)}" if time else ""
    )


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
