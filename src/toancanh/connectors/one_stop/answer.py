"""Taking the envelope that a one-stop system sends."""

from typing import Any

import msgspec

from toancanh.connectors.knocking import require_plain, require_token, same, stranger
from toancanh.connectors.one_stop.dossiers import decoded, flat
from toancanh.connectors.one_stop.manifest import Settings
from toancanh.connectors.picking import NotRecords, rows
from toancanh.domain import InvalidInput, NotAllowed, Text
from toancanh.sdk import Delivery, Knock, json_lines


def answer(settings: Settings, knock: Knock) -> Delivery:
    """Return the dossiers of an envelope `{session, madonvi, service, isUpdating, data: […]}`, or of a bare list.

    Raises NotAuthenticated without the token, NotAllowed for another unit, InvalidInput for another service or no dossiers.
    """
    require_plain(knock)
    envelope, path = _envelope(knock.body)
    _let_in(settings, knock, envelope)
    service = envelope.get("service", settings.service)
    if service != settings.service:
        raise _not_agreed(f"service = {service}; {settings.service}")
    unit = envelope.get("madonvi") or knock.query.get("MaDinhDanhDV") or knock.query.get("madonvi")
    if settings.unit_code and unit and unit != settings.unit_code:
        raise NotAllowed(
            Text(vi=f"Nguồn này không nhận của đơn vị {unit}.", en=f"This source takes nothing of the unit {unit}."),
            Text(vi="Kiểm tra mã đơn vị (madonvi).", en="Check the code of the unit (madonvi)."),
        )
    try:
        found = decoded(rows(knock.body, path))
    except NotRecords as error:
        raise _not_agreed(str(error)) from error
    sent = json_lines(flat(one, knock.at, unit or settings.unit_code) for one in found)
    return Delivery(sent or b"[]", "application/x-ndjson" if found else "application/json", rows=len(found))


def _envelope(body: bytes) -> tuple[dict[str, Any], str]:
    """Return the envelope without its data, and where these are."""
    try:
        told = msgspec.json.decode(body, type=dict[str, msgspec.Raw] | list[msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _not_agreed(f"JSON: {error}") from error
    if isinstance(told, list):
        return {}, ""
    if "data" not in told:
        raise _not_agreed("'data' is missing")
    return {name: msgspec.json.decode(raw) for name, raw in told.items() if name != "data"}, "data"


def _let_in(settings: Settings, knock: Knock, envelope: dict[str, Any]) -> None:
    if settings.push_token is None:
        raise stranger("token")
    session = envelope.get("session")
    if isinstance(session, str) and session:
        if not same(session, settings.push_token.get_secret_value()):
            raise stranger("token")
        return
    require_token(knock, "Authorization", settings.push_token)


def _not_agreed(why: str) -> InvalidInput:
    return InvalidInput(
        Text(
            vi=f"Nội dung không đúng cấu trúc đồng bộ hồ sơ: {why}.",
            en=f"This is not the form of synchronised dossiers: {why}.",
        ),
        Text(
            vi="Gửi {session, madonvi, service, isUpdating, data: [hồ sơ]} như với Cổng Dịch vụ công quốc gia.",
            en="Send {session, madonvi, service, isUpdating, data: [dossiers]} as to the national public service portal.",
        ),
    )
