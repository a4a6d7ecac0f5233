"""Looking at who sends, for connectors that answer: passwords and signatures are compared in constant time."""

import base64
import hashlib
import hmac
import re
from datetime import UTC, datetime

from toancanh.connectors.picking import Form, NotRecords, pick
from toancanh.domain import InvalidInput, NotAuthenticated, Text, UnsupportedFormat
from toancanh.sdk import Delivery, Knock, Secret

_MOST_SIGNATURES = 10
_LABEL = re.compile(r"^[A-Za-z][A-Za-z0-9-]{0,15}=(?=.)")


def require_token(knock: Knock, header: str, token: Secret) -> None:
    """Raise NotAuthenticated unless the header holds the token, as it is or after `Bearer`."""
    given = knock.headers.get(header.lower(), "")
    if header.lower() == "authorization" and given[:7].lower() == "bearer ":
        given = given[7:].strip()
    if not same(given, token.get_secret_value()):
        raise stranger("token")


def require_password(knock: Knock, user: str, password: Secret) -> None:
    """Raise NotAuthenticated unless Basic authentication names the user and the password."""
    scheme, _, given = knock.headers.get("authorization", "").partition(" ")
    try:
        told = base64.b64decode(given.strip(), validate=True).decode() if scheme.lower() == "basic" else ""
    except ValueError:
        told = ""
    if not same(told, f"{user}:{password.get_secret_value()}"):
        raise stranger("password")


def require_signature(said: str, content: bytes, secret: Secret, algorithm: str = "sha256") -> None:
    """Raise NotAuthenticated unless one of the signatures in `said` is the HMAC of `content`.

    Several may stand there, parted by commas or blanks, each in hex or Base64, with or without a label (`sha256=`, `v1=`). A
    secret `whsec_…` is Base64, as Standard Webhooks has it.
    """
    key = secret.get_secret_value()
    try:
        raw = base64.b64decode(key[6:], validate=True) if key.startswith("whsec_") else key.encode()
    except ValueError:
        raw = key.encode()
    digest = hmac.new(raw, content, algorithm).digest()
    right = digest.hex(), base64.b64encode(digest).decode()
    given = [_LABEL.sub("", one) for one in re.split(r"[\s,]+", said)[:_MOST_SIGNATURES]]
    if not any(same(one.lower() if len(one) == len(right[0]) else one, good) for one in given for good in right):
        raise stranger("signature")


def require_recent(said: str, now: datetime, tolerance: float) -> None:
    """Raise NotAuthenticated unless a moment, in Unix seconds, milliseconds or ISO 8601, is within `tolerance` seconds."""
    try:
        if re.fullmatch(r"[0-9]{1,16}(\.[0-9]+)?", said):
            at = datetime.fromtimestamp(float(said) / (1000 if len(said.partition(".")[0]) > 11 else 1), UTC)
        else:
            at = datetime.fromisoformat(said)
            at = at if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        raise stranger("timestamp") from None
    if abs((now - at).total_seconds()) > tolerance:
        raise stranger("timestamp")


def same(given: str, right: str) -> bool:
    """Whether two texts are the same, in a time that tells nothing about where they differ.

    Headers come as ISO 8859-1, in which every byte is a character; what was sent may be UTF-8 all the same.
    """
    known = right.encode()
    as_text = hmac.compare_digest(given.encode(errors="surrogateescape"), known)
    return hmac.compare_digest(given.encode("latin-1", errors="replace"), known) or as_text


def stranger(what: str) -> NotAuthenticated:
    """Return the error for a sender that does not show who it is; `what` of it is wrong: signature, timestamp, token, password."""
    words = {
        "signature": "chữ ký",
        "timestamp": "thời điểm gửi",
        "token": "mã chung",
        "password": "tài khoản hoặc mật khẩu",
    }
    return NotAuthenticated(
        Text(
            vi=f"Không nhận: {words[what]} thiếu hoặc không đúng.",
            en=f"Not taken: the {what} is missing or wrong.",
        ),
        Text(
            vi="Kiểm tra khóa, đồng hồ và cách ký của bên gửi theo thiết lập của nguồn.",
            en="Check the sender's key, clock and way of signing against the settings of the source.",
        ),
    )


def taken(body: bytes, content_type: str, records: str, form: Form, name: str | None) -> Delivery:
    """Return the delivery of a request's records. Raises InvalidInput where there are none to be found."""
    try:
        picked = pick(body, content_type, records, form)
    except NotRecords as error:
        raise InvalidInput(
            Text(
                vi=f"Nội dung không có bản ghi như đã hẹn: {error}.",
                en=f"The body holds no records as agreed: {error}.",
            ),
            Text(
                vi="Đối chiếu nội dung gửi với định dạng và vị trí bản ghi của nguồn.",
                en="Compare what is sent with the format and the path of records of the source.",
            ),
        ) from error
    if picked.empty:
        return Delivery(b"[]", "application/json", name=name)
    return Delivery(picked.whole(), picked.content_type, name=name)


def require_plain(knock: Knock) -> None:
    """Raise UnsupportedFormat for a compressed body: what is signed is what came."""
    if knock.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise UnsupportedFormat(
            Text(vi="Nội dung ở đây không được nén.", en="A body here is not compressed."),
            Text(vi="Hãy bỏ Content-Encoding.", en="Leave out Content-Encoding."),
        )


def digest_of(*parts: bytes) -> str:
    """Return a digest of these parts, each with its length, as the name of a delivery."""
    whole = hashlib.blake2b(digest_size=16)
    for part in parts:
        whole.update(len(part).to_bytes(8, "big") + part)
    return whole.hexdigest()
